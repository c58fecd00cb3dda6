/** How well one feature alone predicts the target on held-out rows: the ground of the check for leakage. */
import type { Dataset, Target } from '../data/dataset';
import { columnUse } from '../data/encoding/plan';
import type { Column } from '../data/table';
import { rocAuc } from '../evaluate/auc';
import { normalFactor } from '../math/distributions';
import type { Rng } from '../math/random';
import { binsOf, type Binned } from './bins';
import { ranksOf } from './ranks';

export interface Skill {
  /** R² (numbers), or the area under the ROC curve, of several classes the mean of one against the rest. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What it is of: the values, or the ranks of the values. */
  readonly of: 'values' | 'ranks';
}

const parts = 5;
/** By its bins so weak that the numbers themselves, in whose order the bins stand, are no strong feature either: they need not be sorted. */
const weak = 0.65;
/** A feature of which the target is a steep transformation explains so much of it at least. */
const worthRanks = 0.3;

/** The part in which each row is held out, dealt at random. */
export function heldOutParts(rows: number, rng: Rng): Uint8Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  rng.shuffle(order);
  const part = new Uint8Array(rows);
  order.forEach((row, i) => { part[row] = i % parts; });
  return part;
}

/**
 * Five-fold held-out skill of a feature by itself. Numbers and dates: a line in each of up to 32 bins of equally many rows; categories
 * and missing cells: means, drawn to the mean of all by one row. `level` of the interval; `ranks` of a numeric target, if wanted.
 */
export function singleFeatureSkill(dataset: Dataset, column: Column, part: Uint8Array, level: number, ranks?: Float64Array): Skill {
  const use = columnUse(column, false, new Set(dataset.recipe.categorical ?? []));
  const { target } = dataset;
  const binned = binsOf(column, use === 'category');
  if (target.task === 'regression') {
    const values = r2Skill(heldOutLines(binned, target.values, part), target.values, level, 'values');
    if (!ranks || values.value >= 0.9995 || values.value < worthRanks || !binned.x) return values;
    const byRank = r2Skill(heldOutLines(binsOf(ranked(column), false), ranks, part), ranks, level, 'ranks');
    return byRank.value > values.value ? byRank : values;
  }
  return aucSkill(binned, target, part, level);
}

/** The column as ranks: a transformation that only rises or falls is a line then. */
function ranked(column: Column): Column {
  if (column.storage !== 'number') return column;
  const ranks = ranksOf(column.values.map(v => (v - v === 0 ? v : Infinity)));
  return { ...column, values: ranks.map((rank, i) => (column.values[i]! - column.values[i]! === 0 ? rank : NaN)) };
}

/** Sums of a bin within a held-out part. */
const width = 5;

/** Held-out predictions; the lines of a part are those of the other parts. */
export function heldOutLines({ bin, bins, x }: Binned, y: Float64Array, part: Uint8Array): Float64Array {
  const sums = new Float64Array(parts * bins * width);
  for (let i = 0; i < y.length; i++) {
    const value = x ? x[i]! : 0;
    const u = value - value === 0 ? value : 0;
    const at = (part[i]! * bins + bin[i]!) * width;
    sums[at]! += 1;
    sums[at + 1]! += u;
    sums[at + 2]! += y[i]!;
    sums[at + 3]! += u * u;
    sums[at + 4]! += u * y[i]!;
  }
  const all = new Float64Array(bins * width);
  const totals = new Float64Array(2 * (parts + 1));
  for (let f = 0; f < parts; f++) {
    for (let k = 0; k < all.length; k++) {
      const sum = sums[f * all.length + k]!;
      all[k]! += sum;
      if (k % width === 0) { totals[2 * f]! += sum; totals[2 * parts]! += sum; }
      if (k % width === 2) { totals[2 * f + 1]! += sum; totals[2 * parts + 1]! += sum; }
    }
  }
  const lines = new Float64Array(parts * bins * 2);
  for (let f = 0; f < parts; f++) {
    const mean = (totals[2 * parts + 1]! - totals[2 * f + 1]!) / Math.max(1, totals[2 * parts]! - totals[2 * f]!);
    for (let b = 0; b < bins; b++) lines.set(lineOf(all.subarray(b * width, (b + 1) * width), sums.subarray((f * bins + b) * width, (f * bins + b + 1) * width), mean), (f * bins + b) * 2);
  }
  const predicted = new Float64Array(y.length);
  for (let i = 0; i < predicted.length; i++) {
    const at = (part[i]! * bins + bin[i]!) * 2;
    const value = x ? x[i]! : 0;
    predicted[i] = lines[at]! + lines[at + 1]! * (value - value === 0 ? value : 0);
  }
  return predicted;
}

/** Intercept and slope of a bin without the rows of the part; few rows: a mean, drawn to the mean of all by one row. */
function lineOf(all: Float64Array, out: Float64Array, mean: number): [number, number] {
  const n = all[0]! - out[0]!;
  const [sx, sy] = [all[1]! - out[1]!, all[2]! - out[2]!];
  const [sxx, sxy] = [all[3]! - out[3]!, all[4]! - out[4]!];
  const centre = (sy + mean) / (n + 1);
  const spread = n > 0 ? sxx - (sx * sx) / n : 0;
  if (n < 6 || !(spread > 1e-9 * Math.abs(sxx))) return [centre, 0];
  const slope = (sxy - (sx * sy) / n) / spread;
  return [(sy - slope * sx) / n, slope];
}

/** 1 − Σe² ÷ Σ(y − ȳ)², with the interval of a ratio of means (delta method). */
function r2Skill(predicted: Float64Array, y: Float64Array, level: number, of: Skill['of']): Skill {
  const n = y.length;
  const mean = y.reduce((a, b) => a + b, 0) / n;
  let errors = 0;
  let total = 0;
  for (let i = 0; i < n; i++) { errors += (y[i]! - predicted[i]!) ** 2; total += (y[i]! - mean) ** 2; }
  const ratio = total > 0 ? errors / total : 1;
  let square = 0;
  for (let i = 0; i < n; i++) square += ((y[i]! - predicted[i]!) ** 2 - ratio * (y[i]! - mean) ** 2) ** 2;
  const half = normalFactor(level) * Math.sqrt(square) / (total || 1);
  return { value: 1 - ratio, low: 1 - ratio - half, high: Math.min(1, 1 - ratio + half), of };
}

function aucSkill(binned: Binned, target: Extract<Target, { task: 'classification' }>, part: Uint8Array, level: number): Skill {
  const classes = target.classes.length === 2 ? [1] : target.classes.map((_, k) => k);
  const found = classes.flatMap(k => {
    const y = new Float64Array(target.codes.length);
    let positives = 0;
    for (let i = 0; i < y.length; i++) if (target.codes[i] === k) { y[i] = 1; positives++; }
    if (positives === 0 || positives === y.length) return [];
    const lines = rocAuc(heldOutLines({ bin: binned.bin, bins: binned.bins }, y, part), y);
    const auc = lines < weak ? lines : Math.max(lines, direct(binned, y));
    return [{ auc, error: aucError(auc, positives, y.length - positives) }];
  });
  const value = found.reduce((sum, { auc }) => sum + auc, 0) / Math.max(1, found.length);
  const half = normalFactor(level) * Math.max(0, ...found.map(({ error }) => error));
  return { value, low: value - half, high: Math.min(1, value + half), of: 'values' };
}

/** Of the numbers as they are, in the better direction: nothing is fitted but that. Missing cells stand below all others. */
function direct({ x }: Binned, y: Float64Array): number {
  if (!x) return 0;
  const auc = rocAuc(x.map(v => (v - v === 0 ? v : -Infinity)), y);
  return Math.max(auc, 1 - auc);
}

/** Standard error of an area under the ROC curve (Hanley & McNeil 1982, Radiology 143, 29–36); of a perfect one that of one misplaced pair of rows. */
function aucError(auc: number, positives: number, negatives: number): number {
  const a = Math.min(auc, 1 - 0.5 / Math.min(positives, negatives));
  const q1 = a / (2 - a);
  const q2 = (2 * a * a) / (1 + a);
  return Math.sqrt((a * (1 - a) + (positives - 1) * (q1 - a * a) + (negatives - 1) * (q2 - a * a)) / (positives * negatives));
}
