/** From scored folds to metrics: means over folds where folds are large, all held-out rows together where they are small. */
import type { Note } from '../../protocol/profile';
import type { Metric, MetricName } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import { pairedBootstrap } from './bootstrap';
import { calibrationErrorInterval, calibrationErrorOf, togetherCalibrated } from './calibrationError';
import type { ScoredFold } from './foldScores';
import { testToTrainRatio } from './intervals';
import { summariseMetrics, type PooledMetric } from './metrics';
import { FoldMeans, pooledErrors, type RowScorers } from './rowScorers';
import type { Fold } from './splits';
import { gainsOverFolds, type Gain } from './versusBaseline';

/**
 * With fewer rows than this in a fold its R² has a denominator of chance and its RMSE is skewed: their means over folds say
 * little (R² of mtcars: 0.015 as the mean of five folds, 0.59 over all held-out rows).
 */
export const fewestFoldRows = 50;

export interface FoldSummary {
  readonly metrics: Metric[];
  readonly gains: readonly Gain[];
  /** What chance is judged by: the spread between folds, or resampled rows. */
  readonly comparedBy: 'folds' | 'rows';
  /** How the intervals were made, in words. */
  readonly intervalMethod: string;
  readonly notes: Note[];
}

/** Metrics with their intervals and their paired comparison with the baseline. Nothing for no folds. */
export async function summariseFolds(
  dataset: Dataset, folds: readonly Fold[], scored: readonly ScoredFold[], context: WorkContext, rng: Rng,
): Promise<FoldSummary> {
  if (scored.length === 0) return { metrics: [], gains: [], comparedBy: 'rows', intervalMethod: '', notes: [] };
  const { target, recipe: { level } } = dataset;
  const testToTrain = testToTrainRatio(folds);
  const together = errorsTogether(folds, scored);
  const rows = together ?? (isSmall(folds) || scored.length === 1 ? meansTogether(scored) : undefined);
  const bootstrap = rows && (await pairedBootstrap(rows, level, rng.fork('bootstrap'), context));
  const gains = bootstrap?.gains ?? gainsOverFolds(target.task, scored.map(s => s.heldOut), scored.map(s => s.baselineScores), testToTrain, level);
  const summary = summariseMetrics({
    task: target.task, classes: target.task === 'classification' ? target.classes : [],
    heldOut: scored.map(s => s.heldOut), baseline: scored.map(s => s.baselineScores), train: scored.map(s => s.train),
    rows: folds.reduce((sum, fold) => sum + fold.test.length, 0), testToTrain, level, gains,
    ...(bootstrap && { rowIntervals: bootstrap.intervals }),
    pooled: new Map([...pooledMetrics(together), ...pooledCalibration(scored, level, rng)]),
  });
  return {
    ...summary, gains, comparedBy: bootstrap ? 'rows' : 'folds',
    intervalMethod: bootstrap?.method ?? `corrected resampled t over the ${scored.length} folds (Nadeau and Bengio 2003)`,
  };
}

function isSmall(folds: readonly Fold[]): boolean {
  return folds.some(fold => fold.test.length < fewestFoldRows);
}

/** A regression's small folds as one set of rows; undefined where folds are large or a prediction is no number. */
function errorsTogether(folds: readonly Fold[], scored: readonly ScoredFold[]): RowScorers | undefined {
  const errors = scored.map(s => s.errors).filter(e => e !== undefined);
  if (!isSmall(folds) || errors.length < scored.length) return undefined;
  return errors.every(({ predicted }) => predicted.every(Number.isFinite)) ? pooledErrors(errors) : undefined;
}

function meansTogether(scored: readonly ScoredFold[]): RowScorers {
  return { model: new FoldMeans(scored.map(s => s.model)), baseline: new FoldMeans(scored.map(s => s.baseline)) };
}

const togetherWords = `All held-out rows together, not a mean over folds, because folds hold out fewer than ${fewestFoldRows} rows.`;

function pooledMetrics(rows: RowScorers | undefined): [MetricName, PooledMetric][] {
  if (!rows) return [];
  const baseline = rows.baseline.score().values;
  return [...rows.model.score().values].map(([name, value]): [MetricName, PooledMetric] => {
    const below = baseline.get(name);
    const against = name === 'r2' ? ' 1 − Σ(y − ŷ)² ÷ Σ(y − ȳ)², ȳ the mean of the rows that the fold was trained on.' : '';
    return [name, { value, ...(below !== undefined && { baseline: below }), note: togetherWords + against }];
  });
}

/** The calibration error is always that of all rows together: see `togetherCalibrated`. */
function pooledCalibration(scored: readonly ScoredFold[], level: number, rng: Rng): [MetricName, PooledMetric][] {
  const sums = [scored.map(s => s.heldOut), scored.map(s => s.baselineScores), scored.map(s => s.train)]
    .map(list => list.map(scores => scores.calibration).filter(c => c !== undefined));
  if (sums.some(list => list.length < scored.length)) return [];
  const [held, baseline, train] = sums.map(togetherCalibrated);
  return [['ece', {
    value: calibrationErrorOf(held), baseline: calibrationErrorOf(baseline), train: calibrationErrorOf(train),
    interval: calibrationErrorInterval(held, level, rng.fork('calibration')),
    note: 'All held-out rows together; the interval is a basic bootstrap, which takes off the bias upwards, and reaches at least to the value.',
  }]];
}
