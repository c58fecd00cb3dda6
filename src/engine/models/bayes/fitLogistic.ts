/** Bayesian logistic regression for two and more classes: from a design to the state of a logistic model. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/report';
import type { WorkContext } from '../../context';
import { columnScaling } from '../../math/columns';
import { mostCovarianceColumns } from '../linear/ordinary';
import type { FittedState, LikelihoodInput } from '../logistic/likelihood';
import { multinomialPass, type MultinomialData } from '../logistic/solveMultinomialPass';
import { binaryPass, type BinaryData } from '../logistic/solvePass';
import type { CentredCovariance } from '../shared/covariance';
import { columnDeviations, columnMeans, centredPredictor } from '../shared/linearPredictor';
import { standardErrors, type Prior } from './fitLinear';
import { laplaceFit, type LaplaceFit, type LaplaceProblem, type LikelihoodAt } from './laplace';

/** Coefficients of all classes together, at most: the Hessian is dense, and made anew for some dozens of steps. */
const mostCoefficients = 300;
const mostBinaryCoefficients = 800;
/** Prior precision of the intercepts of several classes (log-odds): their common shift is not determined by the data. */
const interceptPrecision = 1e-3;

export interface LogisticPosterior {
  readonly state: FittedState;
  readonly fit: LaplaceFit;
  readonly data: BinaryData;
  readonly problem: LaplaceProblem;
  /** Coefficient vectors. */
  readonly vectors: number;
}

/** `codes`: class index of each row. Every class has rows. */
export async function fitBayesianLogistic(input: LikelihoodInput, codes: Int32Array, prior: Prior, context: WorkContext): Promise<LogisticPosterior> {
  const { design, classes } = input;
  const binary = classes.length === 2;
  const vectors = binary ? 1 : classes.length;
  const means = columnMeans(design);
  const sd = columnDeviations(design, means);
  const kept = Int32Array.from(Array.from(sd.keys()).filter(j => sd[j] > 0));
  const lead = design.intercept ? 1 : 0;
  const q = kept.length + lead;
  if (vectors > 1 ? vectors * q > mostCoefficients : q > mostBinaryCoefficients) {
    throw new UserError('badOption', `Bayesian logistic regression takes at most ${vectors > 1 ? mostCoefficients : mostBinaryCoefficients} weights, and there are ${vectors * q}; leave features out or choose the logistic model.`);
  }
  const scaling = await columnScaling(design.data, design.rows, design.columns, design.intercept, context);
  const data: BinaryData = { X: design.data, stride: design.rows, n: design.rows, y: codes, scaling, kept, lead };
  const problem = problemOf(data, sd, vectors, prior, classes.length, context);
  const fit = await laplaceFit(problem, context);
  if (!fit) throw new UserError('badOption', 'The posterior of the weights could not be found: its curvature is not positive. Leave out features that repeat each other.');
  return { state: stateOf(input, data, sd, fit, vectors, prior, means), fit, data, problem, vectors };
}

function problemOf(data: BinaryData, sd: Float64Array, vectors: number, prior: Prior, classes: number, context: WorkContext): LaplaceProblem {
  const { kept, lead, scaling, n } = data;
  const q = kept.length + lead;
  const size = vectors * q;
  const ratio = new Float64Array(size);
  const fixed = new Float64Array(size);
  const group = new Int32Array(size);
  for (let v = 0; v < vectors; v++) {
    if (lead && vectors > 1) fixed[v * q] = interceptPrecision;
    kept.forEach((j, k) => {
      ratio[v * q + k + lead] = (sd[j] * scaling.inverse[j]) ** 2;
      if (prior === 'ard') group[v * q + k + lead] = k;
    });
  }
  const eta = new Float64Array(n);
  const at = async (beta: Float64Array, hessian: boolean): Promise<LikelihoodAt> => {
    const pass = vectors === 1
      ? await binaryPass(data, beta, eta, context, hessian)
      : await multinomialPass({ ...data, classes, free: classes } satisfies MultinomialData, beta, context, hessian);
    return { loss: pass.deviance / 2, gradient: pass.gradient, hessian: pass.hessian };
  };
  return { size, ratio, fixed, group, groups: prior === 'ard' ? Math.max(1, kept.length) : 1, at };
}

function stateOf(
  input: LikelihoodInput, data: BinaryData, sd: Float64Array, fit: LaplaceFit, vectors: number, prior: Prior, means: ReturnType<typeof columnMeans>,
): FittedState {
  const { design, encoding, table, target, classes } = input;
  const { kept, lead, scaling } = data;
  const p = design.columns;
  const q = kept.length + lead;
  const coefficients: Float64Array[] = [];
  const intercepts = new Float64Array(vectors);
  for (let v = 0; v < vectors; v++) {
    const b = new Float64Array(p);
    let intercept = lead ? fit.beta[v * q] : 0;
    kept.forEach((j, k) => {
      b[j] = fit.beta[v * q + k + lead] * scaling.inverse[j];
      if (lead) intercept -= b[j] * (scaling.mean[j] + scaling.meanLow[j]);
    });
    coefficients.push(b);
    intercepts[v] = intercept;
  }
  const joint = jointCovariance(fit.root, data, vectors, p);
  const single = Array.from({ length: vectors }, (_, v) => blockOf(joint, v, p, centreOf(data, p), design.intercept));
  const size = vectors * (p + 1);
  return {
    target, classes, outcomes: vectors === 1 ? [1] : classes.map((_, c) => c), method: 'bayes',
    title: prior === 'ard' ? 'Bayesian logistic regression (relevance determination)' : 'Bayesian logistic regression', encoding,
    predictor: centredPredictor(coefficients, intercepts, means, encoding, table), intercepts,
    absent: Uint8Array.from(sd, s => (s > 0 ? 0 : 1)), columnSd: sd, standardErrors: single.map(standardErrors),
    ...(vectors === 1 && p <= mostCovarianceColumns && { covariance: single[0] }),
    ...(vectors > 1 && size <= 250 && { jointCovariance: { centre: centreOf(data, p), lower: lowerOf(joint, size) } }),
    statistics: statistics(fit, design.rows, prior), notes: notes(fit),
  };
}

function centreOf({ kept, lead, scaling }: BinaryData, p: number): Float64Array {
  const centre = new Float64Array(p);
  if (lead) for (const j of kept) centre[j] = scaling.mean[j];
  return centre;
}

/** Covariance of (a, b) of all vectors in the unit of the design, (vectors·(p+1))², about the centre. */
function jointCovariance(root: Float64Array, { kept, lead, scaling }: BinaryData, vectors: number, p: number): Float64Array {
  const q = kept.length + lead;
  const from = vectors * q;
  const m = vectors * (p + 1);
  const place = new Int32Array(from);
  const unit = new Float64Array(from).fill(1);
  for (let v = 0; v < vectors; v++) {
    if (lead) place[v * q] = v * (p + 1);
    kept.forEach((j, k) => {
      place[v * q + k + lead] = v * (p + 1) + j + 1;
      unit[v * q + k + lead] = scaling.inverse[j];
    });
  }
  const matrix = new Float64Array(m * m);
  for (let a = 0; a < from; a++) {
    for (let b = 0; b <= a; b++) {
      let s = 0;
      for (let k = a; k < from; k++) s += root[k * from + a] * root[k * from + b];
      s *= unit[a] * unit[b];
      matrix[place[a] * m + place[b]] = s;
      matrix[place[b] * m + place[a]] = s;
    }
  }
  return matrix;
}

function blockOf(joint: Float64Array, v: number, p: number, centre: Float64Array, intercept: boolean): CentredCovariance {
  const m = p + 1;
  const all = Math.round(Math.sqrt(joint.length));
  const matrix = new Float64Array(m * m);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) matrix[a * m + b] = joint[(v * m + a) * all + v * m + b];
  return { columns: p, intercept, centre, matrix };
}

function lowerOf(matrix: Float64Array, m: number): Float64Array {
  const lower = new Float64Array((m * (m + 1)) / 2);
  let next = 0;
  for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) lower[next++] = matrix[a * m + b];
  return lower;
}

function statistics(fit: LaplaceFit, n: number, prior: Prior): FitSection['values'] {
  return [
    { label: 'Rows', value: n },
    ...(prior === 'evidence' ? [{ label: 'Prior standard deviation', value: 1 / Math.sqrt(fit.lambda[0]), hint: 'of each weight per standard deviation of its feature, chosen by the evidence' }] : []),
    { label: 'Effective weights', value: fit.gamma, hint: 'number of weights that the data rather than the prior determine (γ)' },
    { label: 'Deviance', value: 2 * fit.loss, hint: 'twice the negative log-likelihood of the training rows at the most probable weights' },
    { label: 'Log evidence', value: fit.logEvidence, hint: 'log of the marginal likelihood (Laplace approximation); larger is better, comparable on the same rows only' },
    { label: 'Iterations', value: fit.iterations },
  ];
}

function notes(fit: LaplaceFit): Note[] {
  return fit.converged ? [] : [{ kind: 'warning', text: 'The strength of the prior did not settle within 300 steps; intervals are those of the last step.' }];
}
