/** How wrong a term may be where training has nothing to say: at missing cells and levels that it did not see. */
import { tFactor } from '../../math/distributions';
import { binCount } from './bins';
import type { BoostedTerm } from './state';

/** Level at which few levels' own factor is set against that of the bands. */
const level = 0.9;

/**
 * The errors, raised in cells without training rows that stand for missing or unseen values; such a cell adds 0. What a missing value would have
 * added is as any training row's: the spread of the scores over the rows. A level that was not seen is one more draw from
 * what the seen ones L are drawn from: their own standard deviation (each counts once), × √(1 + 1/L), with Student's t of L − 1 degrees of freedom where the
 * band has that of `degrees`. `scores` and `errors`: cells × outputs, in any unit.
 */
export function withUnknown({ bins, weights }: Pick<BoostedTerm, 'bins' | 'weights'>, scores: Float64Array, errors: Float64Array, degrees: number): Float64Array {
  const outputs = scores.length / weights.length;
  const total = weights.reduce((a, b) => a + b, 0);
  const counts = bins.map(binCount);
  const result = errors.slice();
  for (let k = 0; k < outputs; k++) {
    const score = (cell: number): number => scores[cell * outputs + k]!;
    const spread = Math.sqrt(weights.reduce((sum, weight, cell) => sum + (weight / total) * score(cell) ** 2, 0));
    const wide = bins.length === 1 && bins[0]!.kind === 'level' ? ofAnotherLevel(weights, score, degrees) : 0;
    weights.forEach((weight, cell) => {
      if (weight > 0) return;
      const places = counts.length === 1 ? [cell] : [Math.floor(cell / counts[1]!), cell % counts[1]!];
      const unseen = places.some((place, axis) => place === counts[axis]! - 1);
      if (unseen || places.includes(0)) result[cell * outputs + k] = Math.max(result[cell * outputs + k]!, spread, unseen ? wide : 0);
    });
  }
  return result;
}

function ofAnotherLevel(weights: Float64Array, score: (cell: number) => number, degrees: number): number {
  const seen = Array.from(weights.keys()).filter(cell => weights[cell]! > 0 && cell > 0 && cell < weights.length - 1).map(score);
  const n = seen.length;
  if (n < 2) return 0;
  const mean = seen.reduce((a, b) => a + b, 0) / n;
  const squares = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // The unseen adds 0, not the mean of the levels.
  return Math.hypot(Math.sqrt((squares / (n - 1)) * (1 + 1 / n)) * Math.max(1, tFactor(level, n - 1) / tFactor(level, Math.max(1, degrees))), mean / tFactor(level, Math.max(1, degrees)));
}
