/** Fits the family on all folds but one, scores it on that one, and keeps what later views of the held-out rows need. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import type { Split } from '../../protocol/recipe';
import type { Metric } from '../../protocol/report';
import type { WorkContext } from '../context';
import type { Dataset, Target } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Family, Model, Prediction } from '../models/model';
import { bootstrapIntervals } from './bootstrap';
import { classificationBaseline, classShares, ClassificationScorer, logLossClip } from './classificationScores';
import { testToTrainRatio } from './intervals';
import { summariseMetrics } from './metrics';
import { RegressionScorer } from './regressionScores';
import type { Scorer, Scores } from './scores';
import { alignedProbabilities, sampleRows } from './scores';
import type { Fold } from './splits';
import { classCounts, makeFolds } from './splits';
import type { Gain, RowLosses } from './versusBaseline';
import { gainsOverFolds, gainsOverRows } from './versusBaseline';

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
  readonly gains: readonly Gain[];
  readonly heldOut: HeldOut;
  readonly foldModels: readonly Model[];
  /** Same length and order as `foldModels`: folds that could not be fitted are not among them. */
  readonly folds: readonly Fold[];
  readonly level: number;
  /** How the intervals of the metrics were made. */
  readonly intervalMethod: string;
  /** Words for the baseline, e.g. "always the majority class". */
  readonly baselineTitle: string;
  /** Training rows that the `train` values were measured on, all folds together. */
  readonly trainRows: number;
  readonly notes: readonly Note[];
}

/** Training rows per fold on which the training metrics are measured: a sample, for they only show the gap. */
const mostTrainRows = 20_000;

/**
 * Cross-validates the family on the dataset. Undefined for the scheme 'none'. `full`: the model of all rows, which
 * warm-starts families that can. Intervals are at the recipe's level.
 */
export async function crossValidate(
  family: Family, dataset: Dataset, split: Split, context: WorkContext, rng: Rng, full?: Model,
): Promise<Evaluation | undefined> {
  const plan = makeFolds(dataset, split, rng.fork('folds'));
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
  const summary = await summarise(dataset, folds, scored, heldOut, rng, context);
  return {
    scheme: plan.scheme, rows: heldOut.rows.length, heldOut, foldModels: models, folds,
    level: dataset.recipe.level,
    baselineTitle: dataset.target.task === 'regression' ? 'always the mean' : 'always the majority class',
    trainRows: scored.reduce((sum, s) => sum + s.trainRows, 0),
    ...summary, notes: [...notes, ...summary.notes],
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

interface ScoredFold {
  readonly prediction: Prediction;
  readonly scorer: Scorer;
  readonly heldOut: Scores;
  readonly baseline: Scores;
  readonly train: Scores;
  readonly trainRows: number;
  rowLosses(): RowLosses[];
}

function scoreFold(dataset: Dataset, model: Model, fold: Fold, rng: Rng): ScoredFold {
  const seen = sampleRows(fold.train, mostTrainRows, rng);
  const train = scorerOf(dataset, model, seen);
  const test = scorerOf(dataset, model, fold.test);
  const { target } = dataset;
  const baseline = target.task === 'regression'
    ? regressionBaseline(target, fold)
    : classBaseline(target, fold);
  return {
    prediction: test.prediction, scorer: test.scorer, heldOut: test.scorer.score(), train: train.scorer.score(),
    trainRows: seen.length, baseline: baseline.scores,
    rowLosses: () => baseline.rowLosses(test.scorer, test.prediction),
  };
}

function scorerOf(dataset: Dataset, model: Model, rows: Int32Array): { scorer: Scorer; prediction: Prediction } {
  const given = model.predict(dataset.table, rows);
  const { target } = dataset;
  if (target.task === 'regression') {
    const mean = given.mean ?? new Float64Array(rows.length).fill(NaN);
    return { scorer: new RegressionScorer(pick(target.values, rows), mean), prediction: { rows: rows.length, mean } };
  }
  const probabilities = alignedProbabilities(given, model.classes, target.classes);
  const scorer = new ClassificationScorer(pickCodes(target.codes, rows), probabilities, target.classes.length);
  return { scorer, prediction: { rows: rows.length, probabilities } };
}

interface Baseline {
  readonly scores: Scores;
  rowLosses(scorer: Scorer, prediction: Prediction): RowLosses[];
}

function regressionBaseline(target: Target & { task: 'regression' }, fold: Fold): Baseline {
  const mean = meanOfRows(target.values, fold.train);
  const actual = pick(target.values, fold.test);
  return {
    scores: new RegressionScorer(actual, new Float64Array(actual.length).fill(mean)).score(),
    rowLosses: (_, prediction) => [{
      name: 'rmse',
      model: actual.map((y, i) => (y - (prediction.mean?.[i] ?? NaN)) ** 2),
      baseline: actual.map(y => (y - mean) ** 2),
    }],
  };
}

/** Two passes; where the sum is no number, a running mean. */
function meanOfRows(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += values[rows[i]];
  if (Number.isFinite(sum)) {
    const middle = sum / rows.length;
    let rest = 0;
    for (let i = 0; i < rows.length; i++) rest += values[rows[i]] - middle;
    return middle + rest / rows.length;
  }
  let mean = 0;
  for (let i = 0; i < rows.length; i++) mean += (values[rows[i]] - mean) / (i + 1);
  return mean;
}

function classBaseline(target: Target & { task: 'classification' }, fold: Fold): Baseline {
  const actual = pickCodes(target.codes, fold.test);
  const trainCounts = classCounts(pickCodes(target.codes, fold.train), target.classes.length);
  const shares = classShares(trainCounts);
  const majority = shares.indexOf(Math.max(...shares));
  return {
    scores: classificationBaseline(trainCounts, classCounts(actual, target.classes.length)),
    rowLosses: scorer => {
      if (!(scorer instanceof ClassificationScorer)) return [];
      const wrong = (guess: (i: number) => number): Float64Array => Float64Array.from(actual, (code, i) => (guess(i) === code ? 0 : 1));
      return [
        { name: 'logLoss', model: scorer.rowLoss, baseline: Float64Array.from(actual, code => -Math.log(Math.max(shares[code], logLossClip))) },
        { name: 'accuracy', model: wrong(i => scorer.predictedClass[i]), baseline: wrong(() => majority) },
      ];
    },
  };
}

async function summarise(
  dataset: Dataset, folds: readonly Fold[], scored: readonly ScoredFold[], heldOut: HeldOut, rng: Rng, context: WorkContext,
): Promise<{ metrics: Metric[]; gains: Gain[]; intervalMethod: string; notes: Note[] }> {
  if (scored.length === 0) return { metrics: [], gains: [], intervalMethod: '', notes: [] };
  const { target, recipe: { level } } = dataset;
  const testToTrain = testToTrainRatio(folds);
  const bootstrap = scored.length === 1
    ? await bootstrapIntervals(scored[0].scorer, level, rng.fork('bootstrap'), context)
    : undefined;
  const { metrics, notes } = summariseMetrics({
    task: target.task, classes: target.task === 'classification' ? target.classes : [],
    heldOut: scored.map(s => s.heldOut), baseline: scored.map(s => s.baseline), train: scored.map(s => s.train),
    rows: heldOut.rows.length, testToTrain, level, holdoutIntervals: bootstrap?.intervals, pooled: pooledScores(target, folds, heldOut),
  });
  const smallest = Math.min(...folds.map(f => f.test.length));
  if (target.task === 'regression' && folds.length > 1 && smallest < 5) {
    notes.push({ kind: 'evaluation', text: `Folds hold out as few as ${smallest} ${smallest === 1 ? 'row' : 'rows'}: the mean over folds of RMSE and R² is then not that of all rows together.` });
  }
  const gains = scored.length === 1
    ? gainsOverRows(scored[0].rowLosses(), level)
    : gainsOverFolds(target.task, scored.map(s => s.heldOut), scored.map(s => s.baseline), testToTrain, level);
  const intervalMethod = bootstrap?.method
    ?? `corrected resampled t over the ${scored.length} folds (Nadeau and Bengio 2003)`;
  return { metrics, gains, intervalMethod, notes };
}

/** R² over all held-out rows, wanted only where every fold has a single row. */
function pooledScores(target: Target, folds: readonly Fold[], heldOut: HeldOut): Scores | undefined {
  const mean = heldOut.prediction.mean;
  if (target.task !== 'regression' || !mean || folds.some(f => f.test.length > 1)) return undefined;
  return new RegressionScorer(pick(target.values, heldOut.rows), mean).score();
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

/** The values at the given rows. */
export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const result = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = values[rows[i]];
  return result;
}

/** The codes at the given rows. */
export function pickCodes(codes: Int32Array, rows: Int32Array): Int32Array {
  const result = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = codes[rows[i]];
  return result;
}
