/** Bayesian linear regression: from a design to the state of a linear model. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { FitSection } from '../../../protocol/report';
import { mostCovarianceColumns, type OrdinaryInput } from '../linear/ordinary';
import { spreadOf } from '../linear/spread';
import type { LinearState } from '../linear/state';
import type { CentredCovariance } from '../shared/covariance';
import { centredPredictor, columnDeviations, columnMeans } from '../shared/linearPredictor';
import { maximiseEvidence, relevanceDetermination, type EvidenceFit } from './evidence';
import { standardisedMoments, targetScale } from './moments';

export type Prior = 'evidence' | 'ard';

/** More columns than this cost minutes. */
const mostColumns = 2000;

export async function fitBayesianLinear(input: Omit<OrdinaryInput, 'robust' | 'fold'>, prior: Prior): Promise<Omit<LinearState, 'typical'>> {
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
  const fit = prior === 'ard' ? await relevanceDetermination(moments, context) : await maximiseEvidence(moments, context);
  const coefficients = Float64Array.from(fit.weights, (w, j) => (sd[j] > 0 ? (w * scale) / sd[j] : 0));
  const sigma = scale / Math.sqrt(fit.alpha);
  const intercept = design.intercept ? centre - coefficients.reduce((sum, b, j) => sum + b * means.mean[j], 0) : 0;
  const covariance = covarianceOf(fit, sd, design.intercept ? means.mean : new Float64Array(p), design.intercept, sigma, scale, y.length);
  const removed = design.terms.filter((_, j) => fit.lambda[j] === Infinity).map(term => term.name);
  return {
    target, method: 'bayes', title: prior === 'ard' ? 'Bayesian linear regression (relevance determination)' : 'Bayesian linear regression', encoding,
    predictor: centredPredictor([coefficients], [intercept], means, encoding, table, design.intercept ? [centre] : undefined),
    intercept, absent: Uint8Array.from(sd, s => (s > 0 ? 0 : 1)), robust: false,
    // The noise is not known but estimated: intervals are Student's with the rows that the weights leave.
    df: Math.max(1, y.length - fit.gamma - (design.intercept ? 1 : 0)), sigma, columnSd: sd, targetSd: spread.sd,
    standardErrors: standardErrors(covariance), ...(p <= mostCovarianceColumns && { covariance }),
    statistics: statistics(fit, y.length, prior, scale, sigma, target), notes: notes(removed),
  };
}

/** About the means: the intercept there has variance 1/(αn), apart from the weights. */
function covarianceOf(
  fit: EvidenceFit, sd: Float64Array, centre: Float64Array, intercept: boolean, sigma: number, scale: number, n: number,
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

function statistics(fit: EvidenceFit, n: number, prior: Prior, scale: number, sigma: number, target: string): FitSection['values'] {
  const kept = Array.from(fit.lambda).filter(l => l < Infinity);
  return [
    { label: 'Rows', value: n },
    { label: 'Noise standard deviation', value: sigma, hint: `most probable spread of ${target} about its mean, in its unit` },
    ...(prior === 'evidence' && kept.length > 0
      ? [{ label: 'Prior standard deviation', value: scale / Math.sqrt(kept[0]), hint: 'of each weight per standard deviation of its feature, chosen by the evidence' }]
      : [{ label: 'Weights kept', value: kept.length, hint: `of ${fit.lambda.length}; the others were found irrelevant` }]),
    { label: 'Effective weights', value: fit.gamma, hint: 'number of weights that the data rather than the prior determine (γ)' },
    ...(Number.isFinite(fit.logEvidence) ? [{ label: 'Log evidence', value: fit.logEvidence - n * Math.log(scale), hint: 'log of the marginal likelihood at the chosen precisions; larger is better, comparable on the same rows only' }] : []),
  ];
}

function notes(removed: readonly string[]): Note[] {
  if (removed.length === 0) return [];
  const names = removed.slice(0, 8).join(', ') + (removed.length > 8 ? ` and ${removed.length - 8} more` : '');
  return [{ kind: 'information', text: `Relevance determination set ${removed.length === 1 ? 'one weight' : `${removed.length} weights`} to 0: ${names}.` }];
}
