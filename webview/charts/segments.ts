/** Horizontal pieces of line at rows of a chart, all in one dataset: intervals, boxes, steps of a waterfall. */
import type { Options } from './options';

export interface Segment { readonly from: number; readonly to: number; readonly row: number }

const gap = { x: Number.NaN, y: Number.NaN };

/** One dataset of the segments; `style` over the defaults. A segment that is not finite leaves a gap. */
export function segmentsDataset(segments: readonly Segment[], colour: string, width: number, style: Options = {}): Options {
  return {
    type: 'line', data: segments.flatMap(({ from, to, row }) => [{ x: from, y: row }, { x: to, y: row }, gap]),
    borderColor: colour, backgroundColor: colour, borderWidth: width, borderCapStyle: 'butt', pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0,
    spanGaps: false, tension: 0, fill: false, ...style,
  };
}

/** One dataset of single points at rows. */
export function pointsDataset(points: readonly { readonly x: number; readonly row: number }[], colour: string, style: Options = {}): Options {
  return {
    type: 'line', showLine: false, data: points.map(({ x, row }) => ({ x, y: row })), borderColor: colour, backgroundColor: colour,
    pointRadius: 4, pointHoverRadius: 5, fill: false, ...style,
  };
}

/** The range of numbers on an axis with a margin at both ends; 0 to 1 when there are none. */
export function paddedRange(values: readonly number[], share = 0.04): { readonly min: number; readonly max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return { min: 0, max: 1 };
  const margin = (max - min || Math.abs(max) || 1) * share;
  return { min: min - margin, max: max + margin };
}
