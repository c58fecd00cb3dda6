/** Conformal prediction on top of any family: calibrated on held-out rows, measured on held-out rows that did not calibrate it. */
import type { ConformalChoice } from '../../protocol/recipe';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { sameEnsemble } from '../evaluate/sameEnsemble';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import { calibratedIntervals, calibratedSets } from './calibrate';
import { keepsModels } from './conformalBlock';
import { ConformalPredictor } from './conformalPredictor';
import { heldOutRows, type HeldOutRows } from './heldOutRows';
import { deliveredWidth, heldOutValues, quantileScores, residualScores, type IntervalScores } from './intervalScores';
import { measureByPrediction, measureIntervals, type MeasuredCoverage, type MeasuredMethod, type Tenth } from './measureIntervals';
import { ownCalibration } from './ownIntervals';
import { rowUniforms } from './rowUniforms';
import { measureSets, setScores, type MeasuredSets, type SetScores } from './setScores';

/** With more folds than this, conformalised quantiles are made only where they are asked for: each fold needs its own. */
const mostComparedFolds = 20;

/** Nominal levels of the calibration plot. */
export const plottedLevels = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] as const;

interface ResultBase {
  readonly level: number;
  readonly method: 'split' | 'cv+' | 'jackknife+' | 'cqr';
  /** For any number of exchangeable rows the coverage is at least this. */
  readonly guarantee: number;
  /** Calibration rows. */
  readonly rows: number;
  /** Models of the folds that are put together. */
  readonly models: number;
  /** Why all intervals are infinite (all sets hold every class), in words. */
  readonly infinite?: string;
  readonly predictor: ConformalPredictor;
  /** A model file has room for the models of the folds: without them its intervals have no guarantee. */
  readonly kept: boolean;
}

export interface IntervalResult extends ResultBase {
  readonly task: 'regression';
  /** Of the intervals that new rows get, where all have the quantile of one split; else as measured. */
  readonly meanWidth?: number;
  readonly delivered: MeasuredMethod;
  readonly others: readonly MeasuredMethod[];
  /** By tenths of the prediction: the constant width of split or CV+ intervals, and the adaptive one of CQR. */
  readonly constant: readonly Tenth[];
  readonly adaptive: readonly Tenth[];
}

export interface SetResult extends ResultBase {
  readonly task: 'classification';
  readonly delivered: MeasuredMethod<MeasuredSets>;
  readonly others: readonly MeasuredMethod<MeasuredSets>[];
  readonly classes: readonly string[];
}

export type ConformalResult = IntervalResult | SetResult;

/**
 * Conformal intervals (regression) or sets of classes from the models of the folds; nothing is fitted anew but small quantile
 * regressions of residuals. Undefined for 'none' and without held-out rows. `model`: of all rows.
 */
export async function conformalPrediction(
  dataset: Dataset, evaluation: Evaluation, model: Model, choice: ConformalChoice, context: WorkContext, rng: Rng,
): Promise<ConformalResult | undefined> {
  if (choice === 'none' || evaluation.folds.length === 0) return undefined;
  const held = heldOutRows(evaluation, rng.fork('rows'));
  const run = { dataset, evaluation, model, choice, context, rng, held, level: dataset.recipe.level };
  return dataset.target.task === 'regression' ? intervalResult(run) : setResult(run);
}

interface Run {
  readonly dataset: Dataset;
  readonly evaluation: Evaluation;
  readonly model: Model;
  readonly choice: ConformalChoice;
  readonly context: WorkContext;
  readonly rng: Rng;
  readonly held: HeldOutRows;
  readonly level: number;
}

async function intervalResult({ dataset, evaluation, model, choice, context, rng, held, level }: Run): Promise<IntervalResult> {
  const values = heldOutValues(dataset, evaluation, held);
  const plain = residualScores(values, choice === 'split', rng.fork('halves'));
  await context.breathe();
  const quantile = choice === 'cqr' || held.folds <= mostComparedFolds
    ? await quantileScores(dataset, evaluation, values, level, context, rng.fork('quantiles'))
    : undefined;
  const [delivered, other] = choice === 'cqr' ? [quantile!, plain] : [plain, quantile];
  const own = sameEnsemble(model, evaluation.foldModels) ? await ownCalibration(dataset, evaluation, plottedLevels, context, rng.fork('own')) : undefined;
  await context.breathe();
  const measured = measuredIntervals(delivered, level);
  const width = deliveredWidth(delivered, level) ?? measured.measured?.meanWidth;
  return {
    task: 'regression', ...(width !== undefined && { meanWidth: width }), ...base(new ConformalPredictor(calibratedIntervals(delivered, evaluation), model), level),
    delivered: measured, others: [...(other ? [measuredIntervals(other, level)] : []), ...(own ? [own] : [])],
    constant: measureByPrediction(plain, level, level), adaptive: quantile ? measureByPrediction(quantile, level, level) : [],
  };
}

function base(predictor: ConformalPredictor, level: number): Omit<ResultBase, 'task'> {
  const infinite = predictor.infinite(level);
  return {
    level, method: predictor.state.method, guarantee: predictor.guarantee(level)!, rows: predictor.rows,
    models: new Set(predictor.state.units.map(unit => unit.model)).size, ...(infinite !== undefined && { infinite }), predictor, kept: keepsModels(predictor.state),
  };
}

function measuredIntervals(scores: IntervalScores, level: number): MeasuredMethod {
  return withMeasures(scores.method, level, at => measureIntervals(scores, at, level));
}

function measuredSets(sets: SetScores, level: number): MeasuredMethod<MeasuredSets> {
  return withMeasures(sets.score, level, at => measureSets(sets, at, level));
}

function withMeasures<M extends MeasuredCoverage>(name: string, level: number, measure: (level: number) => M | undefined): MeasuredMethod<M> {
  const measured = measure(level);
  const calibration = plottedLevels.map(measure).filter(item => item !== undefined);
  return { name, ...(measured && { measured }), calibration };
}

async function setResult({ dataset, evaluation, model, choice, context, rng, held, level }: Run): Promise<SetResult> {
  const { seed } = dataset.recipe;
  const uniforms = rowUniforms(dataset.table, model.features, held.rows, seed);
  const scoresOf = (score: 'aps' | 'lac'): SetScores => setScores(dataset, evaluation, held, uniforms, score, choice === 'split', rng.fork('halves'));
  const adaptive = scoresOf('aps');
  await context.breathe();
  const delivered = measuredSets(adaptive, level);
  await context.breathe();
  return {
    task: 'classification', ...base(new ConformalPredictor(calibratedSets(adaptive, evaluation, seed), model), level),
    delivered, others: [measuredSets(scoresOf('lac'), level)], classes: adaptive.classes,
  };
}
