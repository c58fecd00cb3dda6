/** Bayesian logistic regression for two and more classes: from a design to the state of a logistic model. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import type { WorkContext } from '../../context';
import { columnScaling } from '../../math/columns';
import { mostCovarianceColumns } from '../linear/ordinary';
import type { FittedState, LikelihoodInput } from '../logistic/likelihood';
import { multinomialPass, type MultinomialData } from '../logistic/solveMultinomialPass';
import { binaryPass, type BinaryData } from '../logistic/solvePass';
import type { CentredCovariance } from '../shared/covariance';
import { columnDeviations, columnMeans, centredPredictor } from '../shared/linearPredictor';
import { centreVectors, contrastMean, contrastSd, reportedContrasts } from './contrasts';
import { priorStatistic, standardErrors, weightedQuantile, type Hyper, type Prior } from './fitLinear';
import { atEvidence, integrateEach, integrateShared, type LogisticFit } from './integrateLogistic';
import type { LaplaceProblem, LikelihoodAt } from './laplace';
import { scaledMixture, type WeightMixtures } from './weightMixtures';

/** Coefficients of all classes together, at most: the Hessian is dense, and made anew for some dozens of steps. */
const mostCoefficients = 300;
const mostBinaryCoefficients = 800;
/** Prior precision of the intercepts of several classes (log-odds): their common shift is not determined by the data. */
const interceptPrecision = 1e-3;

export interface LogisticPosterior {
  readonly state: FittedState;
  readonly fit: LogisticFit;
  readonly mixtures?: WeightMixtures;
  readonly data: BinaryData;
  readonly problem: LaplaceProblem;
  /** Coefficient vectors. */
  readonly vectors: number;
}

/** `codes`: class index of each row. Every class has rows. */
export async function fitBayesianLogistic(
  input: LikelihoodInput, codes: Int32Array, prior: Prior, hyper: Hyper, context: WorkContext,
): Promise<LogisticPosterior> {
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
  const fit = await (hyper === 'evidence' ? atEvidence(problem, context) : prior === 'ard' ? integrateEach(problem, kept.length, context) : integrateShared(problem, kept.length, context));
  if (!fit) throw new UserError('badOption', 'The posterior of the weights could not be found: its curvature is not positive. Leave out features that repeat each other.');
  const mixtures = hyper === 'evidence' ? undefined : mixturesOf(fit, data, vectors, design.columns);
  return { state: stateOf(input, data, sd, fit, vectors, prior, hyper, means), fit, data, problem, vectors, ...(mixtures && { mixtures }) };
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

/** Of every reported weight: over the grid of widths, or for one class vector with widths of their own the exact mixture of each weight. */
function mixturesOf({ components, marginals, mean }: LogisticFit, data: BinaryData, vectors: number, p: number): WeightMixtures | undefined {
  if (marginals && vectors > 1) return undefined;
  const m = mean.length;
  const shares = Float64Array.from(components, c => c.share);
  return {
    entries: reportedContrasts(data, vectors, p).map(contrast => {
      if (!contrast) return undefined;
      const marginal = marginals && contrast.at.length === 1 ? marginals[contrast.at[0]] : undefined;
      if (marginal) return scaledMixture({ ...marginal, df: Infinity }, contrast.factor[0]);
      if (marginals) return undefined;
      return scaledMixture({
        shares, df: Infinity, means: Float64Array.from(components, c => contrastMean(contrast, c.beta)), scales: Float64Array.from(components, c => contrastSd(contrast, c.root, m)),
      }, 1);
    }),
  };
}

function stateOf(
  input: LikelihoodInput, data: BinaryData, sd: Float64Array, fit: LogisticFit, vectors: number, prior: Prior, hyper: Hyper, means: ReturnType<typeof columnMeans>,
): FittedState {
  const { design, encoding, table, target, classes } = input;
  const p = design.columns;
  const contrasts = reportedContrasts(data, vectors, p);
  const valueOf = (v: number, index: number): number => { const contrast = contrasts[v * (p + 1) + index]; return contrast ? contrastMean(contrast, fit.mean) : 0; };
  const coefficients = Array.from({ length: vectors }, (_, v) => Float64Array.from({ length: p }, (_c, j) => valueOf(v, j + 1)));
  const intercepts = Float64Array.from({ length: vectors }, (_, v) => valueOf(v, 0));
  const joint = centreVectors(jointCovariance(fit.covariance, data, vectors, p), vectors, p + 1);
  const single = Array.from({ length: vectors }, (_, v) => blockOf(joint, v, p, centreOf(data, p), design.intercept));
  const size = vectors * (p + 1);
  return {
    target, classes, outcomes: vectors === 1 ? [1] : classes.map((_, c) => c), method: 'bayes',
    title: prior === 'ard' ? 'Bayesian logistic regression (relevance determination)' : 'Bayesian logistic regression', encoding,
    predictor: centredPredictor(coefficients, intercepts, means, encoding, table), intercepts,
    absent: Uint8Array.from(sd, s => (s > 0 ? 0 : 1)), columnSd: sd, standardErrors: single.map((block, v) => withoutHeld(standardErrors(block), v, data, fit)),
    ...(vectors === 1 && p <= mostCovarianceColumns && { covariance: single[0] }),
    ...(vectors > 1 && size <= 250 && { jointCovariance: { centre: centreOf(data, p), lower: lowerOf(joint, size) } }),
    statistics: statistics(fit, design.rows, hyper), notes: notes(fit, data, design.terms.map(term => term.name)),
  };
}

function centreOf({ kept, lead, scaling }: BinaryData, p: number): Float64Array {
  const centre = new Float64Array(p);
  if (lead) for (const j of kept) centre[j] = scaling.mean[j];
  return centre;
}

/** Covariance of (a, b) of all vectors in the unit of the design, (vectors·(p+1))², about the centre. */
function jointCovariance(covariance: Float64Array, { kept, lead, scaling }: BinaryData, vectors: number, p: number): Float64Array {
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
      const s = covariance[a * from + b] * unit[a] * unit[b];
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

function statistics(fit: LogisticFit, n: number, hyper: Hyper): FitSection['values'] {
  const { widths } = fit;
  return [
    { label: 'Rows', value: n },
    ...priorStatistic(widths && (hyper === 'evidence' ? [widths[0].value] : [0.05, 0.5, 0.95].map(q => weightedQuantile(widths, q)))),
    { label: 'Effective weights', value: fit.gamma, hint: 'number of weights that the data rather than the prior determine (γ)' },
    { label: 'Deviance', value: 2 * fit.loss, hint: 'twice the negative log-likelihood of the training rows at the weights shown' },
    ...(fit.logEvidence !== undefined ? [{
      label: 'Log evidence', value: fit.logEvidence,
      hint: `log of the marginal likelihood (Laplace approximation${hyper === 'evidence' ? '' : ', over all widths of the prior'}); larger is better, comparable on the same rows only`,
    }] : []),
    { label: 'Iterations', value: fit.iterations },
  ];
}

/** A weight that its prior holds at 0 gets no interval: one of no width would claim to know it. */
function withoutHeld(errors: Float64Array, v: number, { kept, lead }: BinaryData, { held }: LogisticFit): Float64Array {
  const q = kept.length + lead;
  kept.forEach((j, k) => { if (held?.[v * q + k + lead] === 1) errors[j + 1] = NaN; });
  return errors;
}

function notes(fit: LogisticFit, { kept, lead }: BinaryData, terms: readonly string[]): Note[] {
  const found: Note[] = [];
  if (!fit.converged) found.push({ kind: 'warning', text: 'The posterior of the weights and the strength of their prior did not settle; intervals are those of the last step.' });
  const removed = Array.from(kept).filter((_, k) => fit.held?.[k + lead] === 1).map(j => terms[j]);
  if (removed.length === 0) return found;
  const names = removed.slice(0, 8).join(', ') + (removed.length > 8 ? ` and ${removed.length - 8} more` : '');
  return [...found, { kind: 'information', text: `The evidence is largest with ${removed.length === 1 ? 'one weight' : `${removed.length} weights`} at 0: ${names}. Such a weight has no interval.` }];
}
