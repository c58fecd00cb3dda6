/** Intervals of curves over refits: the grouped jackknife over the models of the folds. */
import type { Evaluation } from '../evaluate/crossValidate';
import { tFactor } from '../math/distributions';
import type { Model } from '../models/model';

/** Models fitted without one part of the rows each. */
export interface Refits {
  readonly models: readonly Model[];
  /** Parts that the rows were dealt into, also those whose models are not used. */
  readonly folds: number;
  /** Mean over folds of n_train / n_test. */
  readonly trainToTest: number;
}

/** At most so many fold models, evenly spread; undefined with fewer than two folds, which say nothing about spread. */
export function refitsOf(evaluation: Evaluation | undefined, most: number): Refits | undefined {
  const folds = evaluation?.folds ?? [];
  const used = Math.min(most, folds.length);
  if (!evaluation || used < 2) return undefined;
  const models = Array.from({ length: used }, (_, i) => evaluation.foldModels[Math.floor((i * folds.length) / used)]);
  return { models, folds: folds.length, trainToTest: folds.reduce((sum, fold) => sum + fold.train.length / fold.test.length, 0) / folds.length };
}

export interface Band { readonly low: Float64Array; readonly high: Float64Array }

/**
 * centre ± t · se at each place, with se² = (n_train / n_test) · (1/k) Σ (θ_k − θ̄)², θ_k the curve of the fit without part k:
 * the delete-a-group jackknife (Shao & Wu 1989), t on one degree of freedom fewer than the curves. Of k parts only some may
 * be there; their variance then stands for that of all. For methods that are not smooth in the data the jackknife's variance
 * is too large rather than too small (Efron & Stein 1981).
 */
export function jackknifeBand(centre: Float64Array, curves: readonly Float64Array[], refits: Refits, level: number): Band | undefined {
  const used = curves.length;
  if (used < 2) return undefined;
  const factor = tFactor(level, used - 1) * Math.sqrt(refits.trainToTest * ((refits.folds - 1) / refits.folds) / (used - 1));
  const half = Float64Array.from(centre, (_, x) => {
    const mean = curves.reduce((sum, curve) => sum + curve[x], 0) / used;
    return factor * Math.sqrt(curves.reduce((sum, curve) => sum + (curve[x] - mean) ** 2, 0));
  });
  return { low: centre.map((v, x) => v - half[x]), high: centre.map((v, x) => v + half[x]) };
}

/** The same for probabilities: made on the log-odds and transformed back, so that it stays within 0 and 1. */
export function probabilityBand(centre: Float64Array, curves: readonly Float64Array[], refits: Refits, level: number): Band | undefined {
  const band = jackknifeBand(centre.map(toLogOdds), curves.map(curve => curve.map(toLogOdds)), refits, level);
  return band && { low: band.low.map(toProbability), high: band.high.map(toProbability) };
}

const clip = 1e-12;

function toLogOdds(p: number): number {
  const inside = Math.min(1 - clip, Math.max(clip, p));
  return Math.log(inside) - Math.log1p(-inside);
}

function toProbability(eta: number): number {
  return eta >= 0 ? 1 / (1 + Math.exp(-eta)) : Math.exp(eta) / (1 + Math.exp(eta));
}
