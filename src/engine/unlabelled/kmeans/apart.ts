/** Are clusters groups of their own, or pieces of one? Between groups lie fewer rows than within them: a dip (Hartigan & Hartigan 1985). */
import { sampleRows } from '../../data/sample';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { dipLimit, dipOf } from './dip';
import type { KMeansResult } from './fit';

export interface Apart {
  /** Clusters of enough rows to be judged; the others are rows far from all else. */
  readonly clusters: number;
  /** Groups of these that no chain of neighbours without a dip connects. */
  readonly groups: number;
  /** Share of the rows that are in clusters of enough rows. */
  readonly share: number;
}

const mostRows = 2000;
/** Fewer rows are too few to judge. */
const fewestRows = 10;
/** Clusters are neighbours where the second nearest centre of so many rows of one is the other's. */
const neighbourShare = 0.2;

export function clustersApart(matrix: Matrix, { labels, centres, k }: Pick<KMeansResult, 'labels' | 'centres' | 'k'>, seed: number): Apart {
  const chosen = sampleRows(matrix.rows, mostRows, seed);
  const sample = takeMatrixRows(matrix, chosen);
  const own = Int32Array.from(chosen, row => labels[row]);
  const members: number[][] = Array.from({ length: k }, () => []);
  own.forEach((label, i) => members[label].push(i));
  const fewest = Math.min(fewestRows, sample.rows / (2 * k));
  const judged = members.map(rows => rows.length >= fewest);
  const group = Array.from({ length: k }, (_, c) => c);
  for (const [a, b] of neighbours(sample, own, centres, k)) {
    if (!judged[a] || !judged[b] || group[a] === group[b] || dips(sample, members[a], members[b], centres, a, b)) continue;
    const [kept, gone] = [group[a], group[b]];
    group.forEach((g, c) => { if (g === gone) group[c] = kept; });
  }
  const clusters = judged.filter(Boolean).length;
  const inside = members.reduce((sum, rows, c) => sum + (judged[c] ? rows.length : 0), 0);
  return { clusters, groups: new Set(group.filter((_, c) => judged[c])).size, share: inside / sample.rows };
}

/** Whether every cluster of enough rows is a group of its own, there are several, and few rows are in others: so are no tails cut off. */
export function allApart({ clusters, groups, share }: Apart): boolean {
  return clusters > 1 && groups === clusters && share >= 0.9;
}

/** Whether the clusters are pieces of one. */
export function onePiece({ clusters, groups }: Apart): boolean {
  return clusters > 1 && groups === 1;
}

function neighbours({ data, rows, columns }: Matrix, labels: Int32Array, centres: Float64Array, k: number): [number, number][] {
  const counts = new Float64Array(k * k);
  const sizes = new Float64Array(k);
  for (let i = 0; i < rows; i++) {
    let [second, least] = [-1, Infinity];
    for (let c = 0; c < k; c++) {
      if (c === labels[i]) continue;
      let square = 0;
      for (let j = 0; j < columns; j++) square += (data[i * columns + j] - centres[c * columns + j]) ** 2;
      if (square < least) [second, least] = [c, square];
    }
    sizes[labels[i]]++;
    if (second >= 0) counts[labels[i] * k + second]++;
  }
  const pairs: [number, number][] = [];
  for (let a = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++) {
      if (counts[a * k + b] >= neighbourShare * sizes[a] || counts[b * k + a] >= neighbourShare * sizes[b]) pairs.push([a, b]);
    }
  }
  return pairs;
}

/**
 * Along the line between the centres, the rows of both; of the larger cluster those nearest to the other, twice as many as that has: a
 * stretch of a distribution with a single mode has a single mode, while a few rows beside very many are no dip of the whole.
 */
function dips({ data, columns }: Matrix, first: readonly number[], second: readonly number[], centres: Float64Array, a: number, b: number): boolean {
  const place = (row: number): number => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[row * columns + j] * (centres[b * columns + j] - centres[a * columns + j]);
    return sum;
  };
  const most = 2 * Math.min(first.length, second.length);
  const low = Float64Array.from(first, place).sort().slice(-most);
  const high = Float64Array.from(second, place).sort().slice(0, most);
  const all = Float64Array.of(...low, ...high).sort();
  return Math.sqrt(all.length) * dipOf(all) > dipLimit;
}
