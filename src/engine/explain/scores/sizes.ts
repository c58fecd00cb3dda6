/** How many rows, draws and refits the scores rest on: by what kind of model it is, so that the same recipe gives the same numbers. */
import type { Model } from '../../models/model';
import { affordable, predictionCost } from '../workPlan';

export interface Sizes {
  /** Rows that the effect curves are made on and surrogates fitted to; and as many again to test the surrogates. */
  readonly effectRows: number;
  readonly usedRows: number;
  /** Deletion and insertion: rows, draws of replacing values, random orders, points of a curve. */
  readonly curveRows: number;
  readonly draws: number;
  readonly orders: number;
  readonly steps: number;
  /** Attributions of single predictions: rows, sets of features taken away; rows shaken, and how often each. */
  readonly localRows: number;
  readonly sets: number;
  readonly shakenRows: number;
  readonly shakes: number;
  /** Fold models that every score is measured for again. */
  readonly folds: number;
  /** Whether faithfulness and sensitivity are measured for those too. */
  readonly refitFaithfulness: boolean;
  /** Bootstrap refits, rows of each; 0: the fold models stand in. */
  readonly refits: number;
  readonly refitRows: number;
  readonly importanceRows: number;
  readonly repeats: number;
  /** Beyond this many features no curves, no attributions. */
  readonly mostFeatures: number;
}

const fast: Sizes = {
  effectRows: 1000, usedRows: 500, curveRows: 100, draws: 10, orders: 20, steps: 12, localRows: 40, sets: 20, shakenRows: 15, shakes: 10,
  folds: 10, refitFaithfulness: true, refits: 20, refitRows: 4000, importanceRows: 500, repeats: 2, mostFeatures: 200,
};
const middle: Sizes = {
  ...fast, effectRows: 400, usedRows: 200, curveRows: 40, steps: 8, localRows: 16, sets: 16, shakenRows: 6,
  folds: 5, refits: 5, refitRows: 1500, importanceRows: 300, repeats: 2, mostFeatures: 60,
};
const slow: Sizes = {
  ...middle, effectRows: 250, usedRows: 100, curveRows: 20, steps: 6, localRows: 10, sets: 12, shakenRows: 5, refits: 0, mostFeatures: 40,
};
const slowest: Sizes = { ...slow, effectRows: 150, usedRows: 50, localRows: 8, shakenRows: 4, refitFaithfulness: false };

/** Multiplications a prediction up to which sizes hold: dense networks of the usual widths, attention over some ten features, the rest. */
const byCost: readonly (readonly [number, Sizes])[] = [[60_000, middle], [600_000, slow], [Infinity, slowest]];

/**
 * Fast: models with a shortcut for exchanged columns (linear predictors). The others by what a prediction costs, counted and
 * not timed, so that the same recipe gives the same numbers. Many features take rows off in proportion, to a floor, and, as a
 * penalty chosen by cross-validation does, refits.
 */
export function sizesFor(model: Model, features: number): Sizes {
  const cost = model.shufflePredictor ? 0 : predictionCost(model);
  const base = cost === 0 ? fast : byCost.find(([most]) => cost <= most)![1];
  const share = Math.min(1, 20 / Math.max(1, features));
  const fewer = (count: number, floor: number): number => Math.max(Math.min(count, floor), Math.round(count * share));
  return {
    ...base, effectRows: fewer(base.effectRows, 100), usedRows: fewer(base.usedRows, 20), curveRows: fewer(base.curveRows, 16),
    localRows: fewer(base.localRows, 8), shakenRows: fewer(base.shakenRows, 4), importanceRows: fewer(base.importanceRows, 100),
    refitRows: fewer(base.refitRows, 1000), refits: model.path || model.stopsEarly || features > 100 ? Math.min(base.refits, 5) : base.refits,
  };
}

/** The same for models of every kind, so that their scores can be compared. */
export function sizesToCompare(features: number): Sizes {
  const share = Math.min(1, 20 / Math.max(1, features));
  return { ...slow, effectRows: Math.max(100, Math.round(slow.effectRows * share)), usedRows: Math.max(20, Math.round(slow.usedRows * share)) };
}

/** Multiplications that refits one after the other may take: about a minute. */
const refitBudget = 5e10;
/** Passes over the rows that a fit takes: steps of Newton's method or of robust weights; a path of penalties with its cross-validation. */
const usualPasses = 10;
const pathPasses = 100;
/** Fewer cannot be compared. */
const fewestRefits = 3;

/** How many of `count` refits on so many rows are worth their time: rows × coefficients² each pass. Counted, not timed. */
export function refitsWithin(model: Model, rows: number, count: number, level = 0.95): number {
  const coefficients = Math.max(model.features.length, model.weights?.(level).length ?? 0);
  const price = rows * coefficients ** 2 * (model.path ? pathPasses : usualPasses);
  return affordable(price, refitBudget, Math.min(count, fewestRefits), count);
}
