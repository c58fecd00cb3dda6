/** Median by selection, in linear time. */

/** Reorders the values (no NaN, at least one). Even counts: the mean of the middle two. */
export function medianInPlace(values: Float64Array): number {
  const n = values.length;
  const upper = n >> 1;
  const high = select(values, upper);
  if (n % 2 === 1) return high;
  let low = -Infinity;
  for (let i = 0; i < upper; i++) if (values[i] > low) low = values[i];
  return low + (high - low) / 2;
}

/** Puts the k-th smallest (from 0) at place k, smaller ones before it (Hoare's selection, median-of-three pivots). */
export function select(values: Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const middle = (left + right) >> 1;
    const a = values[left], b = values[middle], c = values[right];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const held = values[i];
        values[i++] = values[j];
        values[j--] = held;
      }
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k];
}
