/** Expected calibration error of held-out rows taken together, and its interval. */
import type { Rng } from '../math/random';
import type { Interval } from './intervals';
import { quantileOfSorted } from './order';
import type { CalibrationSums } from './scores';

/** Σ over bins of |Σ (1 when right − confidence)| ÷ rows (Guo et al. 2017). NaN without rows. */
export function calibrationErrorOf({ gaps, rows }: Pick<CalibrationSums, 'gaps' | 'rows'>): number {
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows;
}

/**
 * The sums of several sets of rows as one. The mean of the errors of small folds would be far above that of their
 * rows together, because chance gaps of a bin do not cancel out between folds.
 */
export function togetherCalibrated(parts: readonly CalibrationSums[]): CalibrationSums {
  const add = (of: (part: CalibrationSums) => Float64Array): Float64Array => of(parts[0]).map((_, b) => parts.reduce((sum, part) => sum + of(part)[b], 0));
  return { gaps: add(part => part.gaps), squares: add(part => part.squares), rows: parts.reduce((sum, part) => sum + part.rows, 0) };
}

const draws = 2000;

/**
 * Basic bootstrap interval 2v − q (Davison & Hinkley 1997, ch. 5.2), which takes off the bias that |chance| adds to every bin; the
 * sum of a bin is drawn from the normal distribution with the variance that resampling its rows has. No bootstrap knows that 0
 * is the end of the range, so the interval starts at 0 where perfectly calibrated probabilities would often give as large a
 * value. It reaches at least to the value itself.
 */
export function calibrationErrorInterval(sums: CalibrationSums, level: number, rng: Rng): Interval {
  const value = calibrationErrorOf(sums);
  const around = drawn(sums, rng);
  const byChance = quantileOfSorted(drawn({ ...sums, gaps: new Float64Array(sums.gaps.length) }, rng), (1 + level) / 2);
  const low = value <= byChance ? 0 : 2 * value - quantileOfSorted(around, (1 + level) / 2);
  return {
    low: Math.max(0, Math.min(value, low)),
    high: Math.min(1, Math.max(value, 2 * value - quantileOfSorted(around, (1 - level) / 2))),
  };
}

/** Calibration errors with chance added to the gap of each bin, ascending. */
function drawn({ gaps, squares, rows }: CalibrationSums, rng: Rng): Float64Array {
  const deviations = squares.map(Math.sqrt);
  return Float64Array.from({ length: draws }, () => calibrationErrorOf({ gaps: gaps.map((gap, b) => gap + deviations[b] * rng.normal()), rows })).sort();
}
