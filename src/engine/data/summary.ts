/** Summaries of a column in memory: moments, quantiles, histogram, distinct values, most frequent levels. */
import type { ColumnProfile, HistogramBin, LevelCount } from '../../protocol/profile';
import { levelCounts } from './rawColumn';
import type { CodeColumn, NumberColumn } from './table';

export const quantileProbabilities: readonly number[] = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];
const mostBins = 20;
const mostLevels = 20;
/** Up to so many values a column is sorted, which counts its distinct values exactly. */
const sortedUpTo = 200_000;

export type NumberSummary = Required<Pick<ColumnProfile, 'missing' | 'distinct'>> &
  Pick<ColumnProfile, 'distinctIsApproximate' | 'mean' | 'standardDeviation' | 'quantiles' | 'histogram' | 'distinctValues'>;

/** Mean and standard deviation (n - 1) of values without NaN, in two passes, scaled so that neither 1e-300 nor 1e300 is lost. */
export function moments(values: Float64Array): { mean: number; sd: number } {
  const n = values.length;
  if (n === 0) return { mean: NaN, sd: NaN };
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  if (!Number.isFinite(sum)) {
    sum = 0;
    for (let i = 0; i < n; i++) sum += values[i]! / n;
    return { mean: sum, sd: scaledDeviation(values, sum) };
  }
  const mean = sum / n;
  let rest = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - mean;
    rest += deviation;
    squares += deviation * deviation;
  }
  const exact = mean + rest / n;
  const variance = (squares - (rest * rest) / n) / (n - 1);
  return { mean: exact, sd: variance > 1e-200 && variance < 1e300 ? Math.sqrt(variance) : scaledDeviation(values, exact) };
}

/** Standard deviation where squares would overflow or vanish: deviations are first divided by the largest. */
function scaledDeviation(values: Float64Array, mean: number): number {
  let spread = 0;
  for (let i = 0; i < values.length; i++) spread = Math.max(spread, Math.abs(values[i]! / 2 - mean / 2));
  if (spread === 0) return values.length > 1 ? 0 : NaN;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i]! / 2 - mean / 2) / spread) ** 2;
  return 2 * spread * Math.sqrt(squares / (values.length - 1));
}

export function summariseNumbers(column: NumberColumn): NumberSummary {
  const present = withoutMissing(column.values);
  const n = present.length;
  const missing = column.values.length - n;
  if (n === 0) return { missing, distinct: 0 };
  const { mean, sd } = moments(present);
  const order = n <= sortedUpTo ? bySorting(present.slice()) : byBuckets(present);
  const low = order.quantiles[0]!;
  const high = order.quantiles[order.quantiles.length - 1]!;
  return {
    missing, distinct: order.distinct, distinctIsApproximate: order.approximate || undefined, mean,
    standardDeviation: n > 1 ? sd : undefined,
    quantiles: quantileProbabilities.map((probability, i) => ({ probability, value: order.quantiles[i]! })),
    histogram: histogram(present, low, high, column.kind === 'datetime'),
    distinctValues: column.kind === 'numeric' && order.distinct <= mostLevels ? valueCounts(present) : undefined,
  };
}

/** The values that are there; the array itself when none is missing. */
function withoutMissing(values: Float64Array): Float64Array {
  let n = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) n++;
  if (n === values.length) return values;
  const present = new Float64Array(n);
  let at = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) present[at++] = values[i]!;
  return present;
}

function valueCounts(values: Float64Array): LevelCount[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i]!, (counts.get(values[i]!) ?? 0) + 1);
  return [...counts].sort((a, b) => a[0] - b[0]).map(([value, count]) => ({ level: String(value), count }));
}

interface Order { readonly quantiles: readonly number[]; readonly distinct: number; readonly approximate: boolean }

/** Sorts `values` in place. */
function bySorting(values: Float64Array): Order {
  values.sort();
  let distinct = 1;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) distinct++;
  return { quantiles: quantileProbabilities.map(p => interpolate(values.length, p, rank => values[rank]!)), distinct, approximate: false };
}

/** Quantile of type 7 (R's default): linear between the order statistics around p(n - 1). */
function interpolate(n: number, p: number, order: (rank: number) => number): number {
  const h = p * (n - 1);
  const lower = Math.floor(h);
  const low = order(lower);
  return h === lower ? low : low + (h - lower) * (order(lower + 1) - low);
}

/** Exact order statistics without sorting everything: only the buckets that hold a wanted rank are sorted. */
function byBuckets(values: Float64Array): Order {
  const n = values.length;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const buckets = 4096;
  const factor = (buckets - 1) / (high - low);
  if (!(factor > 0 && Number.isFinite(factor))) return bySorting(values.slice());
  const counts = new Uint32Array(buckets);
  for (let i = 0; i < n; i++) counts[((values[i]! - low) * factor) | 0]!++;
  const wanted = quantileProbabilities.flatMap(p => [Math.floor(p * (n - 1)), Math.min(n - 1, Math.floor(p * (n - 1)) + 1)]);
  /** Bucket → rank of its first value, for the buckets that hold a wanted rank. */
  const first = new Map<number, number>();
  const kept = new Uint8Array(buckets);
  let total = 0;
  let gathered = 0;
  for (let b = 0; b < buckets; b++) {
    const next = total + counts[b]!;
    if (wanted.some(rank => rank >= total && rank < next)) {
      first.set(b, total);
      kept[b] = 1;
      gathered += counts[b]!;
    }
    total = next;
  }
  // One outlier can push nearly all values into one bucket; then sorting is no worse.
  if (gathered > n / 2) return bySorting(values.slice());
  const inside = new Float64Array(gathered);
  let at = 0;
  for (let i = 0; i < n; i++) if (kept[((values[i]! - low) * factor) | 0] === 1) inside[at++] = values[i]!;
  inside.sort();
  // Buckets rise with the values, so the sorted rest is the buckets one after the other.
  const starts = new Map<number, number>();
  let offset = 0;
  for (const b of first.keys()) {
    starts.set(b, offset);
    offset += counts[b]!;
  }
  const order = (rank: number): number => {
    for (const [b, start] of first) if (rank >= start && rank < start + counts[b]!) return inside[starts.get(b)! + rank - start]!;
    return NaN;
  };
  return { quantiles: quantileProbabilities.map(p => interpolate(n, p, order)), ...countDistinct(values) };
}

/** Distinct values: exact up to 10,000, beyond that HyperLogLog with 2^14 registers (standard error 0.8 %). */
function countDistinct(values: Float64Array): { distinct: number; approximate: boolean } {
  const seen = new Set<number>();
  for (let i = 0; i < values.length && seen.size <= 10_000; i++) seen.add(values[i]!);
  if (seen.size <= 10_000) return { distinct: seen.size, approximate: false };
  const registers = new Uint8Array(16384);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = 0; i < words.length; i += 2) {
    let h = Math.imul(words[i]! ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(words[i + 1]!, 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    let g = Math.imul(h ^ words[i + 1]!, 0x27d4eb2f) ^ words[i]!;
    g = Math.imul(g ^ (g >>> 15), 0x2c1b3c6d);
    g ^= g >>> 12;
    const rank = Math.clz32(g) + 1;
    const register = h & 16383;
    if (rank > registers[register]!) registers[register] = rank;
  }
  let sum = 0;
  for (const register of registers) sum += 2 ** -register;
  const estimate = ((0.7213 / (1 + 1.079 / 16384)) * 16384 * 16384) / sum;
  // Small numbers of distinct values leave registers empty: linear counting is then exact enough.
  const empty = registers.reduce((zeros, register) => zeros + (register === 0 ? 1 : 0), 0);
  const linear = empty > 0 && estimate < 2.5 * 16384 ? 16384 * Math.log(16384 / empty) : estimate;
  return { distinct: Math.min(values.length, Math.round(linear)), approximate: true };
}

/** At most 20 bins of equal width; whole numbers over a short range get a bin each. */
export function histogram(values: Float64Array, low: number, high: number, dates = false): HistogramBin[] {
  if (low === high) return [{ low, high, count: values.length }];
  let integers = !dates && high - low < mostBins;
  for (let i = 0; integers && i < values.length; i++) integers = Number.isInteger(values[i]!);
  const bins = integers ? high - low + 1 : mostBins;
  const start = integers ? low - 0.5 : low;
  const width = integers ? 1 : high / bins - low / bins;
  const counts = new Float64Array(bins);
  const origin = start / width;
  for (let i = 0; i < values.length; i++) {
    const bin = (values[i]! / width - origin) | 0;
    counts[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin]!++;
  }
  // In halves, for b * width alone may overflow.
  const edge = (b: number): number => (!integers && b === bins ? high : 2 * (start / 2 + b * (width / 2)));
  return Array.from(counts, (count, b) => ({ low: edge(b), high: edge(b + 1), count }));
}

export function summariseCodes(column: CodeColumn): { missing: number; distinct: number; levels: LevelCount[] } {
  const counts = levelCounts(column.codes, column.levels.length);
  let present = 0;
  let distinct = 0;
  for (const count of counts) {
    present += count;
    if (count > 0) distinct++;
  }
  return { missing: column.codes.length - present, distinct, levels: topLevels(column.levels, counts) };
}

/** The most frequent levels first, ties in level order. */
export function topLevels(levels: readonly string[], counts: ArrayLike<number>): LevelCount[] {
  const order: number[] = [];
  let floor = 0;
  for (let i = 0; i < levels.length; i++) {
    if (counts[i]! <= floor) continue;
    order.push(i);
    if (order.length > 50 * mostLevels) {
      order.sort((a, b) => counts[b]! - counts[a]! || a - b).length = mostLevels;
      floor = counts[order[mostLevels - 1]!]!;
    }
  }
  order.sort((a, b) => counts[b]! - counts[a]! || a - b);
  return order.slice(0, mostLevels).map(i => ({ level: levels[i]!, count: counts[i]! }));
}
