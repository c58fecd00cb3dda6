/** Attention of held-out rows, each by the model that was not fitted on it: means by feature and by class. */
import type { Estimate } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { correctedResampledT, meanOf, testToTrainRatio } from '../evaluate/intervals';
import { alignedProbabilities, sampleRows } from '../evaluate/scores';
import { standardError } from '../evaluate/versusBaseline';
import { tFactor } from '../math/distributions';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';

/** Held-out rows whose attention is looked at, at most, and weights of them all together. */
const mostRows = 2000;
const mostWeights = 4e6;
const fewestInFold = 10;

export interface AttentionPart {
  readonly model: Model;
  /** Rows of the dataset, ascending. */
  readonly rows: Int32Array;
  /** rows × features, in the order of the sample's features; rows sum to 1. */
  readonly attention: Float64Array;
  /** Index into the dataset's classes of the likeliest class of each row; absent for regression. */
  readonly classes?: Int32Array;
}

export interface AttentionSample {
  readonly features: readonly string[];
  readonly parts: readonly AttentionPart[];
  readonly rows: number;
}

/** At most 2,000 held-out rows, evenly over the folds. Undefined where no model has attention or there are no rows. */
export async function sampleAttention(dataset: Dataset, evaluation: Evaluation, context: WorkContext, rng: Rng): Promise<AttentionSample | undefined> {
  const features = [...new Set(evaluation.foldModels.flatMap(model => model.attention?.features ?? []))];
  const most = Math.min(mostRows, Math.floor(mostWeights / Math.max(1, features.length)));
  const perFold = Math.max(fewestInFold, Math.floor(most / Math.max(1, evaluation.folds.length)));
  const parts: AttentionPart[] = [];
  for (let f = 0; f < evaluation.folds.length; f++) {
    await context.breathe();
    const model = evaluation.foldModels[f];
    const rows = sampleRows(evaluation.folds[f].test, perFold, rng.fork(`attention rows ${f}`));
    const attention = model.attention && (await attentionOf(model, dataset, rows, features, context));
    if (!attention) continue;
    // A row without a prediction (a missing cell with missing=drop) has no attention.
    const known = rows.map((_, i) => i).filter(i => Number.isFinite(attention[i * features.length]));
    if (known.length === 0) continue;
    const kept = Int32Array.from(known, i => rows[i]);
    const values = new Float64Array(known.length * features.length);
    known.forEach((i, to) => values.set(attention.subarray(i * features.length, (i + 1) * features.length), to * features.length));
    parts.push({ model, rows: kept, attention: values, ...likeliestClasses(dataset, model, kept) });
  }
  if (features.length === 0 || parts.length === 0) return undefined;
  return { features, parts, rows: parts.reduce((sum, part) => sum + part.rows.length, 0) };
}

/** Attention of the rows in the order of `features`; 0 for those that the model does not read. */
async function attentionOf(model: Model, dataset: Dataset, rows: Int32Array, features: readonly string[], context: WorkContext): Promise<Float64Array> {
  const view = model.attention!;
  const result = new Float64Array(rows.length * features.length);
  let at = 0;
  for (const block of rowBlocks(rows)) {
    await context.breathe();
    result.set(arranged(view.attention(dataset.table, block), block.length, view.features, features), at);
    at += block.length * features.length;
  }
  return result;
}

/** Rows that are attended to between two breaths. */
const blockRows = 64;

export function rowBlocks(rows: Int32Array): Int32Array[] {
  return Array.from({ length: Math.ceil(rows.length / blockRows) }, (_, b) => rows.subarray(b * blockRows, (b + 1) * blockRows));
}

/** rows × `own` features put into the order of `wanted`. */
export function arranged(values: Float64Array, rows: number, own: readonly string[], wanted: readonly string[]): Float64Array {
  const known = new Map(own.map((name, j) => [name, j]));
  const place = wanted.map(name => known.get(name) ?? -1);
  const result = new Float64Array(rows * wanted.length);
  for (let i = 0; i < rows; i++) place.forEach((from, j) => { if (from >= 0) result[i * wanted.length + j] = values[i * own.length + from]; });
  return result;
}

function likeliestClasses(dataset: Dataset, model: Model, rows: Int32Array): { classes?: Int32Array } {
  const { target } = dataset;
  if (target.task === 'regression') return {};
  const count = target.classes.length;
  const p = alignedProbabilities(model.predict(dataset.table, rows), model.classes, target.classes);
  return {
    classes: Int32Array.from(rows, (_, i) => {
      let best = 0;
      for (let c = 1; c < count; c++) if (p[i * count + c] > p[i * count + best]) best = c;
      return best;
    }),
  };
}

/** Mean over rows by feature. */
export function meanAttention(attention: Float64Array, features: number): Float64Array {
  const mean = new Float64Array(features);
  const rows = attention.length / features;
  for (let i = 0; i < attention.length; i++) mean[i % features] += attention[i] / rows;
  return mean;
}

/** Mean of the folds' means, with the corrected resampled t over the folds; for a single hold-out t over its rows. */
export function attentionByFeature({ parts, features }: AttentionSample, evaluation: Evaluation, level: number): Estimate[] {
  const p = features.length;
  // Rows sum to 1 but for rounding: what is cut to [0, 1] must stay low ≤ value ≤ high.
  const cut = (share: number): number => Math.max(0, Math.min(1, share));
  const clip = ({ value, low, high }: Estimate): Estimate =>
    (low === undefined || high === undefined ? { value: cut(value) } : { value: cut(value), low: cut(Math.min(low, value)), high: cut(Math.max(high, value)) });
  if (parts.length === 1) {
    const [{ attention, rows }] = parts;
    return features.map((_, j) => {
      const own = Float64Array.from(rows, (_row, i) => attention[i * p + j]);
      const value = meanOf(Array.from(own));
      const half = own.length > 1 ? tFactor(level, own.length - 1) * standardError(own) : NaN;
      return clip(Number.isFinite(half) ? { value, low: value - half, high: value + half } : { value });
    });
  }
  const means = parts.map(({ attention }) => meanAttention(attention, p));
  const ratio = testToTrainRatio(evaluation.folds);
  return features.map((_, j) => {
    const values = means.map(mean => mean[j]);
    return clip({ value: meanOf(values), ...correctedResampledT(values, ratio, level) });
  });
}

export interface ClassAttention {
  readonly className: string;
  readonly rows: number;
  /** By feature, mean over the rows that are predicted to be of the class. */
  readonly attention: readonly number[];
}

/** One entry a class that is predicted in the sample; empty for regression. */
export function attentionByClass({ parts, features }: AttentionSample, classNames: readonly string[]): ClassAttention[] {
  return classNames.flatMap((className, c) => {
    const sum = new Float64Array(features.length);
    let rows = 0;
    for (const { attention, classes } of parts) {
      classes?.forEach((own, i) => {
        if (own !== c) return;
        rows++;
        for (let j = 0; j < features.length; j++) sum[j] += attention[i * features.length + j];
      });
    }
    return rows > 0 ? [{ className, rows, attention: Array.from(sum, s => s / rows) }] : [];
  });
}
