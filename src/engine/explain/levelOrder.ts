/** The order in which accumulated effects step through the levels of a category: neighbours are alike in the other features. */
import { asCategories } from '../data/encoding/binding';
import type { Table } from '../data/table';

const mostColumns = 30;
const mostLevels = 100;
const numericBins = 50;
const iterations = 300;

/**
 * Positions 0 … levels − 1 in the order of one-dimensional classical scaling of the levels' distances: the sum over the
 * other columns of the Kolmogorov–Smirnov distance (numbers, in 50 quantile bins) or the total variation (categories)
 * (Apley & Zhu 2020, appendix E). The given order where there are no other columns or more than 100 levels.
 * `codes`: level of each row of the table, −1 for none.
 */
export function similarityOrder(table: Table, feature: string, codes: Int32Array, levels: number): Int32Array {
  const identity = Int32Array.from({ length: levels }, (_, k) => k);
  if (levels < 3 || levels > mostLevels) return identity;
  const distances = new Float64Array(levels * levels);
  for (const column of table.columns.filter(c => c.name !== feature).slice(0, mostColumns)) {
    if (column.storage === 'code' || column.kind === 'categorical') {
      const other = asCategories(column);
      addDistances(distances, shares(codes, levels, other.codes, other.levels.length), levels, 'variation');
    } else {
      addDistances(distances, shares(codes, levels, binned(column.values), numericBins), levels, 'kolmogorov');
    }
  }
  const score = firstCoordinate(distances, levels);
  return identity.sort((a, b) => score[a] - score[b] || a - b);
}

/** Share of each value among the rows of each level, levels × values. */
function shares(codes: Int32Array, levels: number, values: Int32Array, width: number): { data: Float64Array; width: number } {
  const data = new Float64Array(levels * width);
  const counts = new Float64Array(levels);
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] < 0 || values[i] < 0) continue;
    data[codes[i] * width + values[i]]++;
    counts[codes[i]]++;
  }
  for (let k = 0; k < levels; k++) for (let v = 0; v < width; v++) if (counts[k] > 0) data[k * width + v] /= counts[k];
  return { data, width };
}

/** Quantile bin of each value, −1 for missing ones. */
function binned(values: Float64Array): Int32Array {
  const sorted = values.filter(v => v - v === 0).sort();
  const edges = Array.from({ length: numericBins - 1 }, (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / numericBins)]);
  return Int32Array.from(values, value => {
    if (value - value !== 0) return -1;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value < edges[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

function addDistances(sum: Float64Array, { data, width }: { data: Float64Array; width: number }, levels: number, kind: 'variation' | 'kolmogorov'): void {
  for (let a = 0; a < levels; a++) {
    for (let b = a + 1; b < levels; b++) {
      let running = 0;
      let largest = 0;
      let total = 0;
      for (let v = 0; v < width; v++) {
        const difference = data[a * width + v] - data[b * width + v];
        running += difference;
        largest = Math.max(largest, Math.abs(running));
        total += Math.abs(difference);
      }
      const distance = kind === 'kolmogorov' ? largest : total / 2;
      sum[a * levels + b] += distance;
      sum[b * levels + a] += distance;
    }
  }
}

/** First coordinate of classical scaling: leading eigenvector of −½ J D² J, by power iteration from the given order. */
function firstCoordinate(distances: Float64Array, n: number): Float64Array {
  const gram = centredGram(distances, n);
  // Shifted by a bound of the spectrum, so that no negative eigenvalue leads and the direction of the given order stays.
  let shift = 0;
  for (let a = 0; a < n; a++) {
    let sum = 0;
    for (let b = 0; b < n; b++) sum += Math.abs(gram[a * n + b]);
    shift = Math.max(shift, sum);
  }
  let vector = Float64Array.from({ length: n }, (_, k) => k - (n - 1) / 2);
  if (shift === 0) return vector;
  for (let step = 0; step < iterations; step++) {
    const next = new Float64Array(n);
    let square = 0;
    for (let a = 0; a < n; a++) {
      let sum = shift * vector[a];
      for (let b = 0; b < n; b++) sum += gram[a * n + b] * vector[b];
      next[a] = sum;
      square += sum * sum;
    }
    const length = Math.sqrt(square);
    if (!(length > 0)) break;
    vector = next.map(v => v / length);
  }
  return vector;
}

function centredGram(distances: Float64Array, n: number): Float64Array {
  const squares = distances.map(d => d * d);
  const means = Float64Array.from({ length: n }, (_, a) => squares.subarray(a * n, (a + 1) * n).reduce((s, v) => s + v, 0) / n);
  const mean = means.reduce((s, v) => s + v, 0) / n;
  return squares.map((square, at) => -0.5 * (square - means[Math.floor(at / n)] - means[at % n] + mean));
}
