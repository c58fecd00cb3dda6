/** Would other rows have given the same clusters? Bootstrap samples are clustered anew and compared with the clustering of all rows. */
import { derivedContext, type WorkContext } from '../../context';
import { sampleRows } from '../../data/sample';
import { Rng } from '../../math/random';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { quantile } from '../shared/quantile';
import { adjustedRand, bestJaccard } from './agreement';
import { kMeans } from './fit';
import { nearest } from './miniBatch';

export interface Stability {
  readonly repeats: number;
  /** Rows of each bootstrap sample. */
  readonly rows: number;
  /** Adjusted Rand index of all rows, given to the nearest centre of each repeat, with the clustering: mean, 5 % and 95 % quantiles. */
  readonly adjustedRand: { readonly mean: number; readonly low: number; readonly high: number };
  /**
   * Of each cluster: mean Jaccard similarity with the most similar cluster of each repeat (Hennig 2007), and in how many of them it fell
   * below a half; a repeat that has none of its rows counts as 0. `rows`: its rows among those that were drawn from.
   */
  readonly clusters: readonly { readonly jaccard: number; readonly dissolved: number; readonly rows: number; readonly verdict: Verdict }[];
}

export type Verdict = 'stable' | 'doubtful' | 'dissolved' | 'too few rows';

/**
 * Of a cluster with fewer rows, samples only say that the same few rows are near each other whenever they are drawn, most of them more
 * than once: whether other rows would fill it they cannot say.
 */
export const fewestRows = 10;

const mostRows = 5000;
const mostCells = 200_000;

/** `labels`: the clustering of all rows. Undefined for a single cluster. Throws CancelledError. */
export async function clusterStability(matrix: Matrix, labels: Int32Array, k: number, seed: number, context: WorkContext, done?: (share: number) => void): Promise<Stability | undefined> {
  if (k < 2) return undefined;
  const chosen = sampleRows(matrix.rows, Math.max(500, Math.min(mostRows, Math.floor(mostCells / matrix.columns))), seed);
  const base = takeMatrixRows(matrix, chosen);
  const own = Int32Array.from(chosen, row => labels[row]);
  const repeats = base.rows * base.columns * k <= 20_000 ? 100 : 50;
  const agreements: number[] = [];
  const jaccards: number[][] = Array.from({ length: k }, () => []);
  for (let repeat = 0; repeat < repeats; repeat++) {
    await context.breathe();
    const rng = new Rng(seed).fork(`bootstrap ${repeat}`);
    const drawn = Int32Array.from({ length: base.rows }, () => rng.integer(base.rows));
    const fit = await kMeans(takeMatrixRows(base, drawn), { k, seed: rng.integer(4294967296), effort: 0.02 }, derivedContext(context, () => undefined));
    const predicted = Int32Array.from({ length: base.rows }, (_, i) => nearest(base.data, i * base.columns, fit.centres, fit.k, base.columns));
    agreements.push(adjustedRand(own, predicted));
    // Hennig compares on the rows that the sample has.
    const seen = new Uint8Array(base.rows);
    for (const row of drawn) seen[row] = 1;
    bestJaccard(own.map((label, i) => (seen[i] === 1 ? label : -1)), predicted, k, fit.k).forEach((value, c) => {
      jaccards[c].push(Number.isNaN(value) ? 0 : value);
    });
    done?.((repeat + 1) / repeats);
  }
  const sizes = new Int32Array(k);
  for (const label of own) sizes[label]++;
  const finite = agreements.filter(value => !Number.isNaN(value)).sort((a, b) => a - b);
  return {
    repeats, rows: base.rows, adjustedRand: { mean: meanOf(finite), low: quantile(finite, 0.05), high: quantile(finite, 0.95) },
    clusters: jaccards.map((values, c) => verdictOf(values, sizes[c])),
  };
}

/** Hennig's words: from 0.75 stable, below 0.5 dissolved. */
function verdictOf(values: readonly number[], rows: number): Stability['clusters'][number] {
  const jaccard = meanOf(values);
  const verdict = rows < fewestRows ? 'too few rows' : jaccard >= 0.75 ? 'stable' : jaccard >= 0.5 ? 'doubtful' : 'dissolved';
  return { jaccard, dissolved: values.filter(v => v < 0.5).length / values.length, rows, verdict };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
