/** Median by selection, in linear time. */

const sampled = 1024;

/**
 * Median and number of the finite ones among values[rows[i]] (values[i] when `rows` is absent), i < length. Large columns
 * are not copied: a sample brackets the median, and only the values inside the bracket are selected from.
 */
export function medianOf(values: Float64Array, rows: Int32Array | undefined, length: number): { median: number; count: number } {
  if (length >= 16 * sampled) {
    const found = bracketed(values, rows, length);
    if (found) return found;
  }
  const present = new Float64Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    const value = values[rows ? rows[i] : i];
    if (value - value === 0) present[count++] = value;
  }
  return { median: count === 0 ? NaN : medianInPlace(present.subarray(0, count)), count };
}

/** Undefined where the sample misled. */
function bracketed(values: Float64Array, rows: Int32Array | undefined, length: number): { median: number; count: number } | undefined {
  const sample = new Float64Array(sampled);
  let size = 0;
  for (let i = 0; i < sampled; i++) {
    const place = Math.floor((i * length) / sampled);
    const value = values[rows ? rows[place] : place];
    if (value - value === 0) sample[size++] = value;
  }
  if (size < sampled / 2) return undefined;
  const sorted = sample.subarray(0, size).sort();
  // Five standard errors of the sample's median to both sides.
  const low = sorted[Math.floor(0.4 * size)];
  const high = sorted[Math.floor(0.6 * size)];
  const inside = new Float64Array(length + 1);
  let count = 0;
  let below = 0;
  let between = 0;
  // Without branches, which would be guessed wrong half of the time: every value is written, the next writes over it.
  for (let i = 0; i < length; i++) {
    const value = values[rows ? rows[i] : i];
    const finite = Number(value - value === 0);
    count += finite;
    below += Number(value < low) & finite;
    inside[between] = value;
    between += Number(value >= low) & Number(value <= high);
  }
  const first = ((count - 1) >> 1) - below;
  const second = (count >> 1) - below;
  if (first < 0 || second >= between) return undefined;
  const middle = inside.subarray(0, between);
  const lower = select(middle, first);
  const upper = second === first ? lower : select(middle, second);
  return { median: lower + (upper - lower) / 2, count };
}

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
