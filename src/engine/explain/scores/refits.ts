/** Models fitted anew on resampled rows, and what each finds important on the rows that it did not get. */
import { UserError } from '../../../protocol/errors';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Evaluation } from '../../evaluate/crossValidate';
import { sampleRows } from '../../evaluate/scores';
import type { Rng } from '../../math/random';
import type { Family, Model } from '../../models/model';
import { ActualRows } from '../outcome';
import { permutation, shuffledColumns, shuffledPrediction, subsetTable } from '../shuffle';

export interface Refit {
  readonly model: Model;
  /** Rows of the dataset that it was not fitted on. */
  readonly heldOut: Int32Array;
}

/**
 * Up to `count` refits on samples of `size` rows of the dataset, drawn with replacement or without. A sample that the family
 * cannot fit is skipped. `together`: by the family's fit of folds, where it has one, which spreads networks over the cores.
 */
export async function resampledRefits(family: Family, dataset: Dataset, plan: RefitPlan, rng: Rng, context: WorkContext): Promise<Refit[]> {
  const { count, size, replace, together } = plan;
  const draw = replace ? resample : subsample;
  const samples = Array.from({ length: count }, (_, b) => draw(dataset.table.rows, size, rng.fork(`refit ${b}`)));
  // The fits are one stage of the scores.
  const quiet = derivedContext(context, () => undefined);
  if (together && family.fitFolds) {
    try {
      const models = await family.fitFolds(reseeded(dataset, 1), samples.map(s => s.rows), quiet);
      return models.map((model, b) => ({ model, heldOut: samples[b].heldOut }));
    } catch (error) {
      if (!UserError.is(error)) throw error; // else one sample cannot be fitted: the others can
    }
  }
  const refits: Refit[] = [];
  for (let b = 0; b < count; b++) {
    const pause = context.breathe();
    if (pause) await pause;
    try {
      refits.push({ model: await family.fit(reseeded(dataset, b + 1), quiet, samples[b].rows), heldOut: samples[b].heldOut });
    } catch (error) {
      if (!UserError.is(error)) throw error;
    }
  }
  return refits;
}

export interface RefitPlan {
  readonly count: number;
  readonly size: number;
  /**
   * Drawn with replacement (bootstrap). Not for families that hold rows back while they fit, to stop early or to choose a penalty:
   * the same row on both sides would tell them that they fit well.
   */
  readonly replace: boolean;
  readonly together: boolean;
}

/** Another seed, so that what hangs on it (starting weights, rows for early stopping) shakes too. */
function reseeded(dataset: Dataset, add: number): Dataset {
  return { ...dataset, recipe: { ...dataset.recipe, seed: dataset.recipe.seed + add } };
}

/** `size` of the rows 0 … all − 1 with replacement, ascending, and those that were not drawn. */
function resample(all: number, size: number, rng: Rng): { rows: Int32Array; heldOut: Int32Array } {
  const rows = new Int32Array(size);
  const seen = new Uint8Array(all);
  for (let i = 0; i < size; i++) {
    rows[i] = rng.integer(all);
    seen[rows[i]] = 1;
  }
  const heldOut = new Int32Array(all);
  let count = 0;
  for (let row = 0; row < all; row++) if (seen[row] === 0) heldOut[count++] = row;
  return { rows: rows.sort(), heldOut: heldOut.slice(0, count) };
}

/** `size` different rows of 0 … all − 1, ascending, and the others. */
function subsample(all: number, size: number, rng: Rng): { rows: Int32Array; heldOut: Int32Array } {
  const order = permutation(all, rng);
  return { rows: order.slice(0, size).sort(), heldOut: order.slice(size).sort() };
}

/** The models of the folds, each with the rows that it did not see. */
export function foldRefits(evaluation: Evaluation): Refit[] {
  return evaluation.foldModels.map((model, f) => ({ model, heldOut: evaluation.folds[f].test }));
}

/**
 * Rise of the loss (RMSE or log loss) on at most `rows` of the rows held out when each feature is shuffled, mean of `repeats`;
 * 0 for features that the model does not read. Undefined without a finite loss.
 */
export async function refitImportances(dataset: Dataset, refit: Refit, features: readonly string[], rows: number, repeats: number, rng: Rng, context: WorkContext): Promise<Float64Array | undefined> {
  const sample = sampleRows(refit.heldOut, rows, rng.fork('rows'));
  if (sample.length < 2) return undefined;
  const table = subsetTable(dataset.table, refit.model.features, sample);
  const actual = new ActualRows(dataset, sample);
  const before = actual.summary(actual.outcome(refit.model.predict(table), refit.model)).loss;
  if (!Number.isFinite(before)) return undefined;
  const predict = shuffledPrediction(refit.model, table);
  const read = new Set(refit.model.features);
  const rises = new Float64Array(features.length);
  for (let j = 0; j < features.length; j++) {
    for (let r = 0; r < (read.has(features[j]) ? repeats : 0); r++) {
      const pause = context.breathe();
      if (pause) await pause;
      const order = permutation(sample.length, rng.fork(`shuffle ${r} ${features[j]}`));
      const after = actual.summary(actual.outcome(predict(shuffledColumns(table, [features[j]], order)), refit.model)).loss;
      rises[j] += (after - before) / repeats;
    }
  }
  return rises;
}
