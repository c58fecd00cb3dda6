/** Counts for scatter plots, histograms and Q–Q plots: never single rows, and readable beside a wild outlier. */
import { normalQuantile } from '../math/distributions';
import { quantileOfSorted } from './order';
import type { Points } from './curves';

/** What part of the numbers a picture shows. */
export interface ShownRange {
  readonly low: number;
  readonly high: number;
  /** Values outside. */
  readonly beyond: number;
}

const fenceWidths = 6;
const mostBins = 40;
const quantileSample = 50_000;

/**
 * The range of the values that lie within 6 interquartile ranges of the quartiles; values further out would squeeze
 * all others into one bin, and are counted instead. When half of all values are equal, the 5 % and 95 % quantiles take
 * the quartiles' place, and when those are equal too, everything is shown.
 */
export function shownRange(values: Float64Array): ShownRange {
  const sorted = evenly(values, quantileSample).sort();
  let from = quantileOfSorted(sorted, 0.25);
  let to = quantileOfSorted(sorted, 0.75);
  if (from === to) {
    from = quantileOfSorted(sorted, 0.05);
    to = quantileOfSorted(sorted, 0.95);
  }
  const width = from === to ? Infinity : fenceWidths * (to - from);
  let low = Infinity;
  let high = -Infinity;
  let beyond = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < from - width || value > to + width) {
      beyond++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high, beyond };
}

/** Every so manieth value, so that at most `most` remain; a copy. */
function evenly(values: Float64Array, most: number): Float64Array {
  if (values.length <= most) return values.slice();
  const step = values.length / most;
  return Float64Array.from({ length: most }, (_, i) => values[Math.floor(i * step)]);
}

/** Edges of `bins` equally wide bins over [low, high]; a single value gets a bin around it. */
export function binEdges(low: number, high: number, bins: number): number[] {
  if (!(high > low)) {
    const pad = low === 0 ? 0.5 : Math.abs(low) * 0.01;
    return [low - pad, low + pad];
  }
  // Weighted rather than low + i × width: the width of [−1e308, 1e308] is no number.
  return Array.from({ length: bins + 1 }, (_, i) => (i === 0 ? low : i === bins ? high : low * (1 - i / bins) + high * (i / bins)));
}

/** √n bins, between 5 and 40. */
function binCount(rows: number): number {
  return Math.max(5, Math.min(mostBins, Math.ceil(Math.sqrt(rows))));
}

/** Bin of a value, -1 outside. In shares of the range, for its width may be no number. */
function binIndex(value: number, edges: readonly number[]): number {
  const bins = edges.length - 1;
  if (value < edges[0] || value > edges[bins]) return -1;
  const place = (value / bins - edges[0] / bins) / (edges[bins] / bins - edges[0] / bins);
  return Math.min(bins - 1, Math.floor(place * bins));
}

export interface Density {
  readonly xEdges: number[];
  readonly yEdges: number[];
  readonly cells: { x: number; y: number; count: number }[];
  /** Rows outside the picture. */
  readonly beyond: number;
}

/** Two-dimensional counts of (x, y) on at most 40 × 40 bins. `sameAxes`: both axes show the same range. */
export function density(x: Float64Array, y: Float64Array, sameAxes: boolean): Density {
  let xRange = shownRange(x);
  let yRange = shownRange(y);
  if (sameAxes) {
    const low = Math.min(xRange.low, yRange.low);
    const high = Math.max(xRange.high, yRange.high);
    xRange = yRange = { low, high, beyond: 0 };
  }
  const bins = binCount(x.length);
  const xEdges = binEdges(xRange.low, xRange.high, bins);
  const yEdges = binEdges(yRange.low, yRange.high, bins);
  const across = xEdges.length - 1;
  const counts = new Float64Array(across * (yEdges.length - 1));
  let beyond = 0;
  for (let i = 0; i < x.length; i++) {
    const a = binIndex(x[i], xEdges);
    const b = binIndex(y[i], yEdges);
    if (a < 0 || b < 0) beyond++;
    else counts[b * across + a]++;
  }
  const cells: Density['cells'] = [];
  counts.forEach((count, i) => {
    if (count > 0) cells.push({ x: i % across, y: Math.floor(i / across), count });
  });
  return { xEdges, yEdges, cells, beyond };
}

export interface Histogram {
  readonly bins: { low: number; high: number; count: number }[];
  readonly beyond: number;
}

/** Counts in at most 40 equally wide bins over the shown range. */
export function histogram(values: Float64Array): Histogram {
  const range = shownRange(values);
  const edges = binEdges(range.low, range.high, binCount(values.length));
  const counts = new Float64Array(edges.length - 1);
  for (const value of values) {
    const bin = binIndex(value, edges);
    if (bin >= 0) counts[bin]++;
  }
  return { bins: Array.from(counts, (count, b) => ({ low: edges[b], high: edges[b + 1], count })), beyond: range.beyond };
}

export interface QuantileQuantile {
  /** x: standard normal quantile, y: quantile of the values, at most 200 points. */
  readonly points: Points;
  /** The line through the quartiles, at the first and last x. */
  readonly line: Points;
  /** Values outside the picture. */
  readonly beyond: number;
}

/**
 * Normal Q–Q plot with the line through the quartiles (as R's qqnorm and qqline: plotting positions (i − ½)/n). `sorted`:
 * the values in ascending order, when they are known already.
 */
export function normalQuantiles(values: Float64Array, sorted: Float64Array = values.slice().sort()): QuantileQuantile | undefined {
  const range = shownRange(values);
  const n = sorted.length;
  const x: number[] = [];
  const y: number[] = [];
  const shown = Math.min(n, 200);
  for (let i = 0; i < shown; i++) {
    const place = shown === 1 ? 0 : Math.round((i * (n - 1)) / (shown - 1));
    const value = sorted[place];
    if (value < range.low || value > range.high) continue;
    x.push(normalQuantile((place + 0.5) / n));
    y.push(value);
  }
  if (x.length < 2) return undefined;
  const quarter = normalQuantile(0.75);
  const lower = quantileOfSorted(sorted, 0.25);
  const upper = quantileOfSorted(sorted, 0.75);
  const slope = (upper - lower) / (2 * quarter);
  const middle = (upper + lower) / 2;
  const ends = [x[0], x[x.length - 1]];
  return { points: { x, y }, line: { x: ends, y: ends.map(q => middle + slope * q) }, beyond: range.beyond };
}
