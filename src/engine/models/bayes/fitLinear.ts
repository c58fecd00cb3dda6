/** Bayesian linear regression: from a design to the state of a linear model. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/performanceSections';
import type { WorkContext } from '../../context';
import { mostCovarianceColumns, type OrdinaryInput } from '../linear/ordinary';
import { spreadOf } from '../linear/spread';
import type { LinearState } from '../linear/state';
import type { CentredCovariance } from '../shared/covariance';
import { centredPredictor, columnDeviations, columnMeans } from '../shared/linearPredictor';
import { maximiseEvidence, relevanceDetermination, type EvidenceFit, type Moments } from './evidence';
import { integrateLinear } from './integrateLinear';
import { standardisedMoments, targetScale } from './moments';
import { integrateRelevance } from './relevanceLinear';
import { scaledMixture, type WeightMixtures } from './weightMixtures';

export type Prior = 'evidence' | 'ard';
/** Whether the widths of priors are averaged over or taken where the evidence is largest. */
export type Hyper = 'integrate' | 'evidence';

/** A posterior of standardised weights of the target divided by `scale`. */
interface Posterior {
  readonly weights: Float64Array;
  /** p × p, of scales for Student's t with `df`. */
  readonly covariance: Float64Array;
  readonly sigma: number;
  readonly df: number;
  readonly gamma: number;
  /** Evidence mode: precisions, Infinity where a weight was taken out. */
  readonly lambda?: Float64Array;
  /** Standard deviation of the prior: chosen, or its posterior's quantiles at 5, 50 and 95 %. */
  readonly priorSd?: readonly number[];
  readonly logEvidence?: number;
  /** Of the weights; index 0 the intercept at x = 0 less `centre`, in the unit of the scaled target. */
  readonly mixtures?: (sd: Float64Array, means: Float64Array, centre: number) => WeightMixtures;
  readonly unsettled?: boolean;
}

/** More columns than this cost minutes. */
const mostColumns = 2000;

export interface LinearPosterior { readonly state: Omit<LinearState, 'typical'>; readonly mixtures?: WeightMixtures }

export async function fitBayesianLinear(input: Omit<OrdinaryInput, 'robust' | 'fold'>, prior: Prior, hyper: Hyper): Promise<LinearPosterior> {
  const { design, y, context, encoding, table, target } = input;
  const p = design.columns;
  if (p > mostColumns) {
    throw new UserError('badOption', `Bayesian regression takes at most ${mostColumns} design columns, and there are ${p}; leave features out or choose the linear model.`);
  }
  const means = columnMeans(design);
  const sd = columnDeviations(design, means);
  const spread = spreadOf(y, design.intercept);
  const centre = design.intercept ? spread.mean : 0;
  const scale = targetScale(spread.sd);
  const moments = await standardisedMoments(design, means, sd, y, centre, scale, context);
  const fit = await posteriorOf(moments, sd.filter(s => s > 0).length, design.intercept, prior, hyper, context);
  const coefficients = Float64Array.from(fit.weights, (w, j) => (sd[j] > 0 ? (w * scale) / sd[j] : 0));
  const sigma = scale * fit.sigma;
  const intercept = design.intercept ? centre - coefficients.reduce((sum, b, j) => sum + b * means.mean[j], 0) : 0;
  const covariance = covarianceOf(fit, sd, design.intercept ? means.mean : new Float64Array(p), design.intercept, sigma, scale, y.length);
  const removed = fit.lambda ? design.terms.filter((_, j) => fit.lambda![j] === Infinity).map(term => term.name) : [];
  const state: Omit<LinearState, 'typical'> = {
    target, method: 'bayes', title: prior === 'ard' ? 'Bayesian linear regression (relevance determination)' : 'Bayesian linear regression', encoding,
    predictor: centredPredictor([coefficients], [intercept], means, encoding, table, design.intercept ? [centre] : undefined),
    intercept, absent: Uint8Array.from(sd, s => (s > 0 ? 0 : 1)), robust: false,
    df: fit.df, sigma, columnSd: sd, targetSd: spread.sd,
    // A weight that was taken out has no posterior: no interval of width 0.
    standardErrors: standardErrors(covariance).map((e, k) => (k > 0 && fit.lambda?.[k - 1] === Infinity ? NaN : e)), ...(p <= mostCovarianceColumns && { covariance }),
    statistics: statistics(fit, y.length, prior, scale, sigma, target), notes: notes(removed, fit.unsettled === true),
  };
  return { state, ...(fit.mixtures && { mixtures: inUnits(fit.mixtures(sd, means.mean, centre / scale), scale) }) };
}

function inUnits({ entries }: WeightMixtures, scale: number): WeightMixtures {
  return { entries: entries.map(entry => entry && scaledMixture(entry, scale)) };
}

async function posteriorOf(moments: Moments, columns: number, intercept: boolean, prior: Prior, hyper: Hyper, context: WorkContext): Promise<Posterior> {
  if (hyper === 'evidence') return evidencePosterior(moments, intercept, prior, context);
  return prior === 'ard' ? relevancePosterior(moments, columns, intercept, context) : sharedPosterior(moments, columns, intercept, context);
}

async function evidencePosterior(moments: Moments, intercept: boolean, prior: Prior, context: WorkContext): Promise<Posterior> {
  const fit: EvidenceFit = prior === 'ard' ? await relevanceDetermination(moments, context) : await maximiseEvidence(moments, context);
  const kept = Array.from(fit.lambda).filter(l => l < Infinity);
  return {
    ...fit, sigma: 1 / Math.sqrt(fit.alpha),
    // The noise is not known but estimated: intervals are Student's with the rows that the weights leave.
    df: Math.max(1, moments.n - fit.gamma - (intercept ? 1 : 0)),
    ...(prior === 'evidence' && kept.length > 0 && { priorSd: [1 / Math.sqrt(kept[0])] }),
  };
}

async function sharedPosterior(moments: Moments, columns: number, intercept: boolean, context: WorkContext): Promise<Posterior> {
  const fit = await integrateLinear(moments, columns, intercept, context);
  const { components, df } = fit;
  const shares = Float64Array.from(components, c => c.share);
  const mixtures = (sd: Float64Array, means: Float64Array, centre: number): WeightMixtures => {
    const ratio = Float64Array.from(sd, (s, j) => (s > 0 ? means[j] / s : 0));
    const atZero = {
      shares, df, means: Float64Array.from(components, c => centre - c.weights.reduce((s, w, j) => s + w * ratio[j], 0)),
      scales: Float64Array.from(components, c => Math.sqrt(c.sigma ** 2 / moments.n + c.spread(ratio))),
    };
    return {
      entries: [intercept ? atZero : undefined, ...Array.from(sd, (s, j) => (s > 0
        ? { shares, df, means: Float64Array.from(components, c => c.weights[j] / s), scales: Float64Array.from(components, c => c.scales[j] / s) } : undefined))],
    };
  };
  const widths = components.map(c => ({ value: c.tau * c.sigma, share: c.share }));
  return { ...fit, priorSd: columns > 0 ? [0.05, 0.5, 0.95].map(q => weightedQuantile(widths, q)) : undefined, mixtures };
}

async function relevancePosterior(moments: Moments, columns: number, intercept: boolean, context: WorkContext): Promise<Posterior> {
  const fit = await integrateRelevance(moments, columns, intercept, context);
  const df = Math.max(1, moments.n - fit.gamma - (intercept ? 1 : 0));
  const mixtures = (sd: Float64Array): WeightMixtures => ({
    entries: [undefined, ...fit.marginals.map((marginal, j) => (sd[j] > 0 ? scaledMixture({ ...marginal, df }, 1 / sd[j]) : undefined))],
  });
  return { ...fit, sigma: 1 / Math.sqrt(fit.alpha), df, mixtures, unsettled: !fit.converged };
}

/** Smallest value with at least the share q at or below it. */
export function weightedQuantile(values: readonly { readonly value: number; readonly share: number }[], q: number): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  let sum = 0;
  for (const { value, share } of sorted) { sum += share; if (sum >= q) return value; }
  return sorted[sorted.length - 1].value;
}

/** About the means: the intercept there has variance σ²/n, apart from the weights. */
function covarianceOf(
  fit: Pick<Posterior, 'covariance'>, sd: Float64Array, centre: Float64Array, intercept: boolean, sigma: number, scale: number, n: number,
): CentredCovariance {
  const p = sd.length;
  const m = p + 1;
  const matrix = new Float64Array(m * m);
  if (intercept) matrix[0] = (sigma * sigma) / n;
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) {
      if (sd[a] > 0 && sd[b] > 0) matrix[(a + 1) * m + b + 1] = (fit.covariance[a * p + b] * scale * scale) / (sd[a] * sd[b]);
    }
  }
  return { columns: p, intercept, centre, matrix };
}

/** Index 0: the intercept at x = 0, a − Σ centre_j b_j. */
export function standardErrors({ columns, centre, matrix, intercept }: CentredCovariance): Float64Array {
  const m = columns + 1;
  const errors = new Float64Array(m);
  if (intercept) {
    let variance = matrix[0];
    for (let a = 1; a < m; a++) {
      variance -= 2 * centre[a - 1] * matrix[a];
      for (let b = 1; b < m; b++) variance += centre[a - 1] * centre[b - 1] * matrix[a * m + b];
    }
    errors[0] = Math.sqrt(Math.max(0, variance));
  }
  for (let j = 1; j < m; j++) errors[j] = Math.sqrt(Math.max(0, matrix[j * m + j]));
  return errors;
}

function statistics(fit: Posterior, n: number, prior: Prior, scale: number, sigma: number, target: string): FitSection['values'] {
  const kept = fit.lambda && Array.from(fit.lambda).filter(l => l < Infinity).length;
  return [
    { label: 'Rows', value: n },
    { label: 'Noise standard deviation', value: sigma, hint: `most probable spread of ${target} about its mean, in its unit` },
    ...priorStatistic(fit.priorSd?.map(s => s * scale)),
    ...(prior === 'ard' && kept !== undefined ? [{ label: 'Weights kept', value: kept, hint: `of ${fit.lambda!.length}; the others were found irrelevant` }] : []),
    { label: 'Effective weights', value: fit.gamma, hint: 'number of weights that the data rather than the prior determine (γ)' },
    ...(fit.logEvidence !== undefined && Number.isFinite(fit.logEvidence) ? [{
      label: 'Log evidence', value: fit.logEvidence - (fit.lambda ? n : Math.round(fit.df)) * Math.log(scale),
      hint: `log of the marginal likelihood ${fit.lambda ? 'at the chosen precisions' : 'over all widths of the prior and all spreads of the noise'}; larger is better, comparable on the same rows only`,
    }] : []),
  ];
}

/** One number: chosen. Three: quantiles of what the data say of it. */
export function priorStatistic(sd: readonly number[] | undefined): FitSection['values'] {
  if (!sd) return [];
  const range = sd.length === 3 ? `middle of its own posterior, nine tenths of which lie between ${sd[0].toPrecision(2)} and ${sd[2].toPrecision(2)}` : 'chosen by the evidence';
  return [{ label: 'Prior standard deviation', value: sd[sd.length === 3 ? 1 : 0], hint: `of each weight per standard deviation of its feature, ${range}` }];
}

function notes(removed: readonly string[], unsettled: boolean): Note[] {
  const found: Note[] = [];
  if (unsettled) found.push({ kind: 'warning', text: 'The widths of the priors did not settle within 300 steps; intervals are those of the last step.' });
  if (removed.length === 0) return found;
  const names = removed.slice(0, 8).join(', ') + (removed.length > 8 ? ` and ${removed.length - 8} more` : '');
  return [...found, { kind: 'information', text: `Relevance determination set ${removed.length === 1 ? 'one weight' : `${removed.length} weights`} to 0: ${names}.` }];
}
