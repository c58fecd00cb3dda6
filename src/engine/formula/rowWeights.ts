// What an error of each row counts under a transform of the target: noise of y is the same in all rows, so that of log y is
// as large as y is small (the delta method). Least squares in the transform's units need these weights, or noise decides.

export type Transform = 'plain' | 'logarithm' | 'inverse' | 'squared';

/**
 * `weights`: of the rows before the transform, absent where all are alike. What would count without bound is bounded, since a few
 * rows of a sample should not decide alone: w = r/√(1 + r²) in logarithms, r = |y| w / root mean square of all.
 * Absent: all rows alike.
 */
export function weightsUnder(transform: Transform, target: Float64Array, weights?: Float64Array): Float64Array | undefined {
  if (transform === 'plain') return weights;
  const sizes = target.map((y, i) => Math.abs(y) * (weights?.[i] ?? 1));
  const usual = Math.sqrt(sizes.reduce((total, v) => total + v * v, 0) / sizes.length) || 1;
  if (transform === 'squared') return sizes.map((v, i) => (weights?.[i] ?? 1) / Math.max(0.1, v / usual));
  const power = transform === 'inverse' ? 2 : 1;
  return sizes.map(v => (v / Math.hypot(v, usual)) ** power);
}

/** The sign of the target, unless the rows of the other sign hold more than a fiftieth of its size: a few small values may have been carried beyond zero by noise. */
export function signOf(target: Float64Array): 1 | -1 | undefined {
  let above = 0;
  let below = 0;
  for (const y of target) {
    if (y === 0) return undefined;
    if (y > 0) above += y;
    else below -= y;
  }
  if (!(Math.min(above, below) <= 0.02 * (above + below))) return undefined;
  return above > below ? 1 : -1;
}
