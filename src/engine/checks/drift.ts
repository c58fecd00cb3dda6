/** Does the target change along the rows of the file? Then folds dealt at random mix early and late, and a score says little of rows to come. */
import type { CheckSeverity } from '../../protocol/checks';
import type { Dataset } from '../data/dataset';
import { columnUse } from '../data/encoding/plan';
import { normalTwoSided } from '../math/distributions';
import { columnOf, quoted, type Check, type CheckInput, type CheckResult } from './input';
import { memoryOf } from './memory';
import { ranksOf } from './ranks';
import { count, num, percent } from './words';

const alpha = 0.01;
const fewestRows = 40;
/** Memory from row to row that is worth a word. */
const toldMemory = 0.1;
/** Cliff's delta of numbers (Romano et al. 2006), Cohen's h of shares: from where an effect is told, and from where it is a warning. */
const effects = { number: [0.147, 0.33], share: [0.2, 0.5] } as const;

interface Shift {
  /** Of which class; absent for a number. */
  readonly className?: string;
  readonly pValue: number;
  /** Rows before the change. */
  readonly early: number;
  /** Mean rank, or share of the class, before and after. */
  readonly before: number;
  readonly after: number;
  readonly effect: number;
  /** Correlation of each row with the next, where the p-value allows for it. */
  readonly memory?: number;
}

export const drift: Check = {
  id: 'drift',
  run(input) {
    const { dataset } = input;
    const { rows } = dataset.table;
    if (rows < fewestRows) return { notRun: `fewer than ${fewestRows} rows` };
    const order = fileOrder(dataset);
    const sorted = sortedFinding(dataset, order);
    if (sorted) return [sorted];
    const shift = largestShift(dataset, order);
    const [told, warned] = effects[shift?.className === undefined ? 'number' : 'share'];
    if (!shift || shift.pValue > alpha || shift.effect < told) return [];
    return [driftFinding(input, shift, shift.effect >= warned, order)];
  },
};

/** Rows in the order of the file; undefined where they stand in it. */
function fileOrder({ sourceRows }: Dataset): Uint32Array | undefined {
  if (!sourceRows || sourceRows.every((row, i) => i === 0 || row > sourceRows[i - 1]!)) return undefined;
  return new Uint32Array(sourceRows.keys()).sort((a, b) => sourceRows[a]! - sourceRows[b]!);
}

/** Number of the row in the file, counted from 1. */
function fileRow({ sourceRows }: Dataset, order: Uint32Array | undefined, place: number): number {
  return (sourceRows ? sourceRows[order ? order[place]! : place]! : place) + 1;
}

const inOrder = <T extends Float64Array | Int32Array>(values: T, order: Uint32Array | undefined): T => (order ? values.map((_, i) => values[order[i]!]!) as T : values);

/** Whether the file is sorted by the target itself: random folds do not mind. */
function sortedFinding(dataset: Dataset, order: Uint32Array | undefined): CheckResult | undefined {
  const { target, recipe: { split } } = dataset;
  const values = target.task === 'regression' ? ranksOf(inOrder(target.values, order)) : inOrder(target.codes, order);
  const isSorted = target.task === 'regression' ? Math.abs(correlationWithPlace(values)) >= 0.99 : runs(values) < 2 * target.classes.length && values.length >= 10 * target.classes.length;
  if (!isSorted) return undefined;
  const dealt = split.scheme === 'kFold' || (split.scheme === 'holdout' && !split.last);
  return {
    id: 'drift', columns: [target.name], severity: dealt ? 'information' : 'warning',
    sentence: target.task === 'regression'
      ? `The rows are sorted by the target ${quoted(target.name)} (rank correlation with the row number ${num(correlationWithPlace(values), 4)})${dealt ? '; rows are held out at random, so that the score does not depend on that' : '; held-out rows that are not drawn at random have another range of it'}.`
      : `The rows stand in ${count(runs(values), 'block')} by class of ${quoted(target.name)}${dealt ? '; rows are held out at random, so that the score does not depend on that' : '; held-out rows that are not drawn at random have other classes'}.`,
    evidence: target.task === 'regression' ? { rankCorrelation: correlationWithPlace(values) } : { blocks: runs(values) },
  };
}

/** Stretches of equal values. */
export function runs(values: ArrayLike<number>): number {
  let count = values.length > 0 ? 1 : 0;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) count++;
  return count;
}

function correlationWithPlace(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let both = 0;
  let own = 0;
  for (let i = 0; i < n; i++) { both += (values[i]! - mean) * (i - (n - 1) / 2); own += (values[i]! - mean) ** 2; }
  return own > 0 ? both / Math.sqrt((own * n * (n * n - 1)) / 12) : 0;
}

/** The change that is least likely by chance; its p-value is corrected for the tests that were made (Bonferroni). */
function largestShift({ target }: Dataset, order: Uint32Array | undefined): Shift | undefined {
  if (target.task === 'regression') return shiftOf(ranksOf(inOrder(target.values, order)), 2);
  const codes = inOrder(target.codes, order);
  const classes = target.classes.length === 2 ? [1] : target.classes.map((_, k) => k);
  const shifts = classes.flatMap(k => {
    const shift = shiftOf(Float64Array.from(codes, code => (code === k ? 1 : 0)), 2 * classes.length);
    return shift ? [{ ...shift, className: target.classes[k]!, effect: Math.abs(2 * Math.asin(Math.sqrt(shift.after)) - 2 * Math.asin(Math.sqrt(shift.before))) }] : [];
  });
  return shifts.sort((a, b) => a.pValue - b.pValue || b.effect - a.effect)[0];
}

/**
 * A level that changes once (the largest cumulated deviation from the mean, whose limit is the supremum of a Brownian bridge: Ploberger & Krämer 1992,
 * Econometrica 60, 271–285) and a trend (rank correlation with the row number); the smaller p-value times `tests`. Both statistics are
 * divided by what memory from row to row adds to their spread.
 */
export function shiftOf(values: Float64Array, tests: number): Shift | undefined {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
  if (!(variance > 0)) return undefined;
  let sum = 0;
  let most = 0;
  let early = 1;
  let before = 0;
  for (let i = 0; i < n - 1; i++) {
    sum += values[i]! - mean;
    if (Math.abs(sum) > most) { most = Math.abs(sum); early = i + 1; before = sum / (i + 1) + mean; }
  }
  const after = (mean * n - before * early) / (n - early);
  const { inflation, next } = memoryOf(values, early);
  const trend = normalTwoSided(correlationWithPlace(values) * Math.sqrt((n - 1) / inflation));
  const pValue = Math.min(1, tests * Math.min(bridgeTail(most / Math.sqrt(variance * n * inflation)), trend));
  // The difference of mean ranks in two groups, over half of all rows, is Cliff's delta.
  return { pValue, early, before, after, effect: 2 * Math.abs(after - before), ...(inflation > 1 && { memory: next }) };
}

/** P(sup |Brownian bridge| > d) = 2 Σ (−1)^(k−1) exp(−2k²d²) (Kolmogorov). */
export function bridgeTail(d: number): number {
  if (d < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * d * d);
  return Math.min(1, Math.max(0, sum));
}

function driftFinding({ dataset }: CheckInput, shift: Shift, strong: boolean, order: Uint32Array | undefined): CheckResult {
  const { target, recipe: { split } } = dataset;
  const along = orderingFeature(dataset, order);
  const severity: CheckSeverity = strong && along?.kind !== 'category' ? 'warning' : 'information';
  const row = fileRow(dataset, order, shift.early - 1).toLocaleString('en-US');
  const what = shift.className === undefined
    ? `a row after row ${row} has the ${shift.after > shift.before ? 'larger' : 'smaller'} value of ${quoted(target.name)} than one before in ${percent(0.5 + Math.abs(shift.after - shift.before))} of the pairs`
    : `the share of ${quoted(shift.className)} is ${percent(shift.before)} up to row ${row} and ${percent(shift.after)} after it`;
  const cause = along === undefined ? '' : along.kind === 'category' ? `; the rows stand in blocks of ${quoted(along.name)}, which may be all there is to it` : `; the rows are in the order of ${quoted(along.name)}`;
  const alike = shift.memory !== undefined && shift.memory >= toldMemory ? `, which allows for the correlation of ${num(shift.memory, 2)} between rows next to each other` : '';
  const p = `${shift.pValue < 1e-4 ? 'p < 0.0001' : `p ${num(shift.pValue, 2)}`}${alike}`;
  const last = split.scheme === 'holdout' && split.last === true;
  const meaning = last ? 'the last rows are held out, which shows what that costs' : along?.kind === 'category' ? 'rows are compared across the blocks' : 'a score on rows held out at random may be too good for rows to come';
  return {
    id: 'drift', columns: [target.name, ...(along ? [along.name] : [])], severity,
    sentence: `The target changes along the file: ${what} (${p})${cause}; ${meaning}.`,
    evidence: { pValue: shift.pValue, effect: shift.effect, effectName: shift.className === undefined ? "Cliff's delta" : "Cohen's h", changeAfterRow: fileRow(dataset, order, shift.early - 1), ...(shift.memory !== undefined && { autocorrelation: shift.memory }), ...(along && { orderedBy: along.name }) },
    ...(!last && along?.kind !== 'category' && { fix: { title: 'Hold out the last 20 % of the rows', change: { split: { scheme: 'holdout' as const, share: 0.2, last: true as const } }, flags: '--holdout 0.2 --holdout-last' } }),
  };
}

/** A feature that the rows are ordered by: rising or falling, or in one block a level. */
function orderingFeature(dataset: Dataset, order: Uint32Array | undefined): { readonly name: string; readonly kind: 'number' | 'category' } | undefined {
  for (const name of dataset.features) {
    const column = columnOf(dataset, name);
    if (columnUse(column, false, new Set(dataset.recipe.categorical ?? [])) === 'category' || column.storage === 'code') {
      const codes = column.storage === 'code' ? inOrder(column.codes, order) : inOrder(column.values, order);
      const levels = new Set(codes).size;
      if (levels > 1 && runs(codes) < 2 * levels && codes.length >= 5 * levels) return { name, kind: 'category' };
    } else if (Math.abs(correlationWithPlace(ranksOf(inOrder(column.values, order).map(v => (v - v === 0 ? v : 0))))) >= 0.95) {
      return { name, kind: 'number' };
    }
  }
  return undefined;
}
