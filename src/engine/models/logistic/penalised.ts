/** Ridge, lasso and elastic-net logistic regression, two or more classes: from a design to the state of a model. */
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import type { WorkContext } from '../../context';
import type { DesignMatrix } from '../../data/encoding/encoding';
import { centredPredictor, columnDeviations, columnMeans, type LinearPredictor } from '../shared/linearPredictor';
import { choiceText, innerFolds, penaltyTitle, reportPath, strengthText, type PenaltyChoice, type RowGroups } from '../shared/penalty';
import type { FittedState, LikelihoodInput } from './likelihood';
import { classProbabilities } from './probabilities';
import { penalisedLogisticCv, penalisedLogisticPath, type PenalisedLogisticPath } from './solvePenalisedLogistic';

const titles = { ridge: 'Ridge logistic regression', lasso: 'Lasso logistic regression', elasticNet: 'Elastic-net logistic regression' } as const;

/** `codes`: class of each row of the design; `groups`: rows that the choice of the strength keeps together. */
export async function fitPenalised(input: LikelihoodInput, codes: Int32Array, choice: PenaltyChoice, context: WorkContext, groups?: RowGroups): Promise<FittedState> {
  const { design, encoding, table, target, classes } = input;
  const data = {
    X: design.data, n: design.rows, p: design.columns, y: codes, classes: classes.length, intercept: design.intercept, context,
    penalty: choice.penalty, l1Ratio: choice.l1Ratio,
  };
  const effort = effortFor(design, classes.length, choice.penalty === 'ridge' ? 20 : 30);
  const inner = innerFolds(design.rows, choice.seed, { codes, groups, most: effort?.folds });
  const cv = choice.lambda === undefined && effort ? await penalisedLogisticCv({ ...data, ...inner, count: effort.count, seed: choice.seed }) : undefined;
  const path: PenalisedLogisticPath = cv ?? await penalisedLogisticPath({ ...data, lambdas: Float64Array.of(choice.lambda ?? 1) });
  const chosen = cv ? (choice.rule === 'min' ? cv.best : cv.oneSe) : 0;
  const how = choiceText(choice, inner, { used: cv?.pathRows ?? design.rows, of: design.rows });
  const means = columnMeans(design);
  const outcomes = classes.length === 2 ? [1] : classes.map((_, c) => c);
  const predictor = centredPredictor(path.coefficients[chosen], path.intercepts[chosen], means, encoding, table);
  const strength = cv || choice.lambda !== undefined ? strengthText(choice, path.lambdas[chosen], how)
    : 'strength λ = 1, not chosen by cross-validation because that would take too long with so many classes and columns';
  const text = `${titles[choice.penalty]}: ${strength}.`;
  const notes: Note[] = [{ kind: 'penalty', text: `${text} Weights are shrunk towards 0 on purpose and have no standard errors.` }];
  return {
    target, classes, outcomes, method: 'penalised', title: titles[choice.penalty], encoding, predictor, intercepts: path.intercepts[chosen].slice(),
    absent: new Uint8Array(design.columns), columnSd: columnDeviations(design, means), notes,
    statistics: statistics(design, codes, classes, outcomes, predictor, path, chosen, choice),
    ...(cv && {
      path: reportPath(cv, { choice, chosen, how, lossName: 'deviance per row' }, design.terms, cv.standardised.map(flatten), outcomes.map(c => (classes.length === 2 ? '' : ` (${classes[c]})`))),
    }),
  };
}

/** Multiplications that choosing the strength may take. */
const budget = 4e10;

/**
 * Folds and penalties of the cross-validation; fewer where a fit is long, undefined where even that is too much. This
 * runs anew in every outer fold, and the loss of a ridge changes slowly with its penalty, so 20 of them are enough.
 */
function effortFor(design: DesignMatrix, classes: number, penalties: number): { folds: number; count: number } | undefined {
  const weights = (classes === 2 ? 1 : classes) * (design.columns + 1);
  // A few Newton steps, each a Hessian and its factorisation.
  const fit = 5 * (Math.min(design.rows, 50000) * Math.min(weights, 1000) ** 2 + Math.min(weights, 1000) ** 3 / 3);
  return [{ folds: 5, count: penalties }, { folds: 5, count: 12 }, { folds: 3, count: 10 }].find(e => fit * (e.folds + 1) * e.count <= budget);
}

function flatten(slots: readonly Float64Array[]): Float64Array {
  const p = slots[0].length;
  const all = new Float64Array(p * slots.length);
  slots.forEach((slot, k) => all.set(slot, k * p));
  return all;
}

function statistics(
  design: DesignMatrix, codes: Int32Array, classes: readonly string[], outcomes: readonly number[], predictor: LinearPredictor,
  path: PenalisedLogisticPath, chosen: number, choice: PenaltyChoice,
): FitSection['values'] {
  const deviance = trainingDeviance(design, codes, classes.length, outcomes, predictor);
  const nothing = nullDeviance(codes, classes.length);
  const lambda = path.lambdas[chosen];
  return [
    { label: 'Rows', value: design.rows },
    ...(classes.length > 2 ? [{ label: 'Classes', value: classes.length }] : []),
    { label: 'Penalty', value: penaltyTitle(choice.penalty), hint: 'Σ −log p + λ (ρ‖w‖₁ + ½(1−ρ)‖w‖²) on standardised columns' },
    { label: 'λ', value: lambda, hint: 'strength of the penalty; scikit-learn’s C is 1/λ' },
    ...(choice.penalty === 'elasticNet' ? [{ label: 'ρ', value: choice.l1Ratio, hint: 'share of the lasso in the penalty' }] : []),
    { label: 'Weights that are not 0', value: path.nonzero[chosen] },
    { label: 'Deviance', value: deviance, hint: 'twice the negative log-likelihood of the training rows' },
    { label: 'Null deviance', value: nothing, hint: 'deviance of the model without features' },
    ...(nothing > 0 ? [{ label: 'McFadden R²', value: 1 - deviance / nothing, hint: 'share of the null deviance that the features take away' }] : []),
  ];
}

/** −2 Σ log p(own class). */
function trainingDeviance(design: DesignMatrix, codes: Int32Array, classes: number, outcomes: readonly number[], predictor: LinearPredictor): number {
  const n = design.rows;
  const etas = predictor.coefficients.map((b, k) => {
    const eta = new Float64Array(n).fill(predictor.constants[k]);
    for (let j = 0; j < b.length; j++) {
      if (b[j] !== 0) for (let i = 0; i < n; i++) eta[i] += b[j] * (design.data[j * n + i] - predictor.shifts[j]);
    }
    return eta;
  });
  const probabilities = classProbabilities(etas, outcomes, classes);
  let sum = 0;
  for (let i = 0; i < n; i++) sum -= 2 * Math.log(Math.max(probabilities[i * classes + codes[i]], Number.MIN_VALUE));
  return sum;
}

function nullDeviance(codes: Int32Array, classes: number): number {
  const counts = new Float64Array(classes);
  for (const code of codes) counts[code]++;
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= 2 * count * Math.log(count / codes.length);
  return sum;
}
