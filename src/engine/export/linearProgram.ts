/** Programs of models with a linear predictor: linear, logistic and Bayesian ones. */
import type { Encoding } from '../data/encoding/encoding';
import type { LinearState } from '../models/linear/state';
import type { LogisticState } from '../models/logistic/state';
import type { LinearPredictor } from '../models/shared/linearPredictor';
import { Builder, constant } from './builder';
import { Design } from './design';
import { binaryProbabilities, softmaxProbabilities } from './link';
import type { Expr, Program } from './program';

/** η = a + Σ b_j (x_j − shift_j), one a coefficient vector, summed in the order of models/shared/linearPredictor.ts. */
export function predictors(builder: Builder, encoding: Encoding, { coefficients, constants, shifts }: LinearPredictor): Expr[] {
  const design = new Design(builder, encoding);
  return coefficients.map((beta, k) => {
    const parts = design.terms.filter(term => term.size > 0).flatMap(term => design.parts(term, beta, shifts));
    return builder.atom(builder.sum([constant(constants[k]), ...parts]));
  });
}

export function linearProgram({ encoding, predictor }: Pick<LinearState, 'encoding' | 'predictor'>, builder = new Builder()): Omit<Program, 'remarks'> {
  const [value] = predictors(builder, encoding, predictor);
  return { steps: builder.steps, output: { kind: 'number', value } };
}

export function logisticProgram(
  { encoding, predictor, outcomes, classes }: Pick<LogisticState, 'encoding' | 'predictor' | 'outcomes' | 'classes'>, builder = new Builder(),
): Omit<Program, 'remarks'> {
  const etas = predictors(builder, encoding, predictor);
  const two = etas.length === 1 && classes.length === 2;
  const scores: Expr[] = classes.map(() => constant(0));
  outcomes.forEach((outcome, k) => { scores[outcome] = etas[k]; });
  const probabilities = two ? binaryProbabilities(builder, etas[0]) : softmaxProbabilities(builder, scores);
  return { steps: builder.steps, output: { kind: 'classes', classes, probabilities } };
}
