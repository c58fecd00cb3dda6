/** Sorting of numbers with their places: what every rank statistic and threshold curve starts from. */

const smallEnough = 5000;

/**
 * Indices that put `values` (length n, no NaN) into ascending order; equal values keep their order.
 * Least-significant-digit radix sort on the bits of the numbers in four passes of 16 bits: O(n).
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  if (n < smallEnough) return new Uint32Array(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  const { low, high, counts } = sortableBits(values);
  let state: Pass = { order: new Uint32Array(n), low, high };
  for (let i = 0; i < n; i++) state.order[i] = i;
  let spare: Pass = { order: new Uint32Array(n), low: new Uint32Array(n), high: new Uint32Array(n) };
  for (let digit = 0; digit < 4; digit++) {
    const starts = startsOf(counts[digit], n);
    if (!starts) continue;
    const keys = digit < 2 ? state.low : state.high;
    const shift = digit % 2 === 0 ? 0 : 16;
    for (let i = 0; i < n; i++) {
      const place = starts[(keys[i] >>> shift) & 0xffff]++;
      spare.order[place] = state.order[i];
      spare.low[place] = state.low[i];
      spare.high[place] = state.high[i];
    }
    [state, spare] = [spare, state];
  }
  return state.order;
}

interface Pass { readonly order: Uint32Array; readonly low: Uint32Array; readonly high: Uint32Array }

/** The 64 bits of each number as two halves that sort as unsigned integers, and how often each 16-bit digit occurs. */
function sortableBits(values: Float64Array): { low: Uint32Array; high: Uint32Array; counts: Uint32Array[] } {
  const n = values.length;
  const bits = new Uint32Array(values.slice().buffer);
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  const counts = [0, 1, 2, 3].map(() => new Uint32Array(65536));
  for (let i = 0; i < n; i++) {
    let l = bits[2 * i];
    let h = bits[2 * i + 1];
    if (h === 0x80000000 && l === 0) h = 0; // −0 equals 0
    if (h >>> 31) {
      l = ~l;
      h = ~h;
    } else {
      h |= 0x80000000;
    }
    low[i] = l;
    high[i] = h;
    counts[0][l & 0xffff]++;
    counts[1][(l >>> 16) & 0xffff]++;
    counts[2][h & 0xffff]++;
    counts[3][(h >>> 16) & 0xffff]++;
  }
  return { low, high, counts };
}

/** Running sums in place, or undefined when all numbers share one digit and the pass can be skipped. */
function startsOf(counts: Uint32Array, n: number): Uint32Array | undefined {
  let sum = 0;
  for (let j = 0; j < counts.length; j++) {
    const count = counts[j];
    if (count === n) return undefined;
    counts[j] = sum;
    sum += count;
  }
  return counts;
}

/** Quantile of ascending values by linear interpolation (type 7, as R and NumPy do by default). */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  const part = place - below;
  return part === 0 ? sorted[below] : sorted[below] * (1 - part) + sorted[above] * part;
}
