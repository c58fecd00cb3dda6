/** Fits the family on all folds but one, scores it on that one, and keeps what later views of the held-out rows need. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import type { Split } from '../../protocol/recipe';
import type { Metric } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Family, Model, Prediction } from '../models/model';
import { scoreFold, type ScoredFold } from './foldScores';
import { summariseFolds } from './foldSummary';
import type { Fold, FoldPlan } from './splits';
import { makeFolds } from './splits';
import type { Gain } from './versusBaseline';

/** Predictions of rows by models that were not fitted on them. */
export interface HeldOut {
  /** Rows of the dataset, ascending, each once. */
  readonly rows: Int32Array;
  /** In the order of `rows`; probabilities have the columns of the dataset's classes. */
  readonly prediction: Prediction;
  /** Index into `folds` and `foldModels`, in the order of `rows`. */
  readonly foldOf: Int32Array;
}

export interface Evaluation {
  /** Words, e.g. "5-fold cross-validation, stratified by class". */
  readonly scheme: string;
  /** Held-out rows. */
  readonly rows: number;
  /** Empty when no fold could be fitted; the notes say why. */
  readonly metrics: readonly Metric[];
  /** Paired differences from the baseline, by metric. */
  readonly gains: readonly Gain[];
  readonly heldOut: HeldOut;
  readonly foldModels: readonly Model[];
  /** Same length and order as `foldModels`: folds that could not be fitted are not among them. */
  readonly folds: readonly Fold[];
  readonly level: number;
  /** What chance is judged by in the gains: the spread between folds, or resampled rows. */
  readonly comparedBy: 'folds' | 'rows';
  /** How the intervals of the metrics were made. */
  readonly intervalMethod: string;
  /** Words for the baseline, e.g. "always the majority class". */
  readonly baselineTitle: string;
  /** Training rows that the `train` values were measured on, all folds together. */
  readonly trainRows: number;
  readonly notes: readonly Note[];
  /** What the fold models took over from the model of all rows, in words; absent: nothing. */
  readonly takenFromAllRows?: string;
}

/**
 * Cross-validates the family on the dataset. Undefined for the scheme 'none'. `full`: the model of all rows, which
 * warm-starts families that can. Intervals are at the recipe's level. `plan`: folds that were made before; absent: made of the split.
 */
export async function crossValidate(
  family: Family, dataset: Dataset, split: Split, context: WorkContext, rng: Rng, full?: Model,
  plan: FoldPlan = makeFolds(dataset, split, rng.fork('folds')),
): Promise<Evaluation | undefined> {
  if (plan.folds.length === 0) return undefined;
  const notes: Note[] = [...plan.notes];
  const { models, folds } = await fitAll(family, dataset, plan.folds, context, full, notes);

  const scored: ScoredFold[] = [];
  for (let fold = 0; fold < folds.length; fold++) {
    context.progress(`Scoring fold ${fold + 1} of ${folds.length}`);
    await context.breathe();
    scored.push(scoreFold(dataset, models[fold], folds[fold], rng.fork(`train ${fold}`)));
  }
  const heldOut = pool(dataset, folds, scored);
  const taken = full && family.takenFromAllRows?.(dataset, Math.max(0, ...folds.map(fold => fold.train.length)));
  const summary = await summariseFolds(dataset, folds, scored, context, rng);
  return {
    scheme: plan.scheme, rows: heldOut.rows.length, heldOut, foldModels: models, folds,
    level: dataset.recipe.level,
    baselineTitle: dataset.target.task === 'regression' ? 'always the mean' : 'always the majority class',
    trainRows: scored.reduce((sum, s) => sum + s.trainRows, 0),
    ...summary, notes: [...notes, ...summary.notes], ...(taken !== undefined && { takenFromAllRows: taken }),
  };
}

/** Fits each fold; one that the family cannot fit is left out with a note. */
async function fitAll(
  family: Family, dataset: Dataset, folds: readonly Fold[], context: WorkContext, full: Model | undefined, notes: Note[],
): Promise<{ models: Model[]; folds: Fold[] }> {
  if (family.fitFolds) {
    try {
      context.progress(folds.length === 1 ? 'Fitting on the training rows' : `Fitting ${folds.length} folds`);
      const models = await family.fitFolds(dataset, folds.map(f => f.train), context, full);
      return { models: [...models], folds: [...folds] };
    } catch (error) {
      if (!UserError.is(error)) throw error; // else one fold cannot be fitted: find out which
    }
  }
  const models: Model[] = [];
  const fitted: Fold[] = [];
  for (let i = 0; i < folds.length; i++) {
    context.progress(folds.length === 1 ? 'Fitting on the training rows' : `Fitting fold ${i + 1} of ${folds.length}`);
    await context.breathe();
    try {
      models.push(await family.fit(dataset, context, folds[i].train));
      fitted.push(folds[i]);
    } catch (error) {
      if (!UserError.is(error)) throw error;
      const which = folds.length === 1 ? 'The training rows' : `Fold ${i + 1} of ${folds.length}`;
      notes.push({ kind: 'evaluation', text: `${which} could not be fitted and ${folds.length === 1 ? 'performance' : 'it'} is left out: ${error.message}` });
    }
  }
  return { models, folds: fitted };
}

/** Puts the predictions of the folds together in row order. */
function pool(dataset: Dataset, folds: readonly Fold[], scored: readonly ScoredFold[]): HeldOut {
  const { table: { rows: all }, target } = dataset;
  const foldOfRow = new Int32Array(all).fill(-1);
  folds.forEach((fold, f) => { for (const row of fold.test) foldOfRow[row] = f; });
  const placeOf = new Int32Array(all);
  let count = 0;
  for (let row = 0; row < all; row++) if (foldOfRow[row] >= 0) placeOf[row] = count++;
  const rows = new Int32Array(count);
  const foldOf = new Int32Array(count);
  const width = target.task === 'regression' ? 1 : target.classes.length;
  const values = new Float64Array(count * width);
  folds.forEach((fold, f) => {
    const { mean, probabilities } = scored[f].prediction;
    const from = mean ?? probabilities ?? new Float64Array(0);
    for (let i = 0; i < fold.test.length; i++) {
      const place = placeOf[fold.test[i]];
      rows[place] = fold.test[i];
      foldOf[place] = f;
      for (let k = 0; k < width; k++) values[place * width + k] = from[i * width + k];
    }
  });
  const prediction: Prediction = target.task === 'regression' ? { rows: count, mean: values } : { rows: count, probabilities: values };
  return { rows, prediction, foldOf };
}
