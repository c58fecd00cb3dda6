/** How well rows fit their clusters: silhouettes, summed up a cluster, and the rows in doubt. */
import type { WorkContext } from '../../context';
import { sampleRows } from '../../data/sample';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { silhouetteRows } from './choose';
import { silhouettes } from './silhouette';
import { quantile } from '../shared/quantile';

export interface RowFit {
  readonly mean: number;
  /** Rows that it was worked out on; all of them up to 5,000. */
  readonly rows: number;
  readonly clusters: readonly {
    readonly mean: number;
    /** 0, 5, 25, 50, 75, 95 and 100 %. */
    readonly quantiles: readonly number[];
    /** Share of rows with a silhouette below 0: nearer to another cluster's rows than to their own's. */
    readonly misplaced: number;
  }[];
  /** Rows of the file (0-based data rows) with the lowest silhouettes below 0.05, worst first, at most 20. */
  readonly doubtful: readonly { readonly row: number; readonly cluster: number; readonly silhouette: number }[];
}

const probabilities = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** `sourceRows`: row of the file of each row. Undefined for a single cluster. */
export async function rowFit(matrix: Matrix, labels: Int32Array, k: number, sourceRows: Int32Array, seed: number, context: WorkContext): Promise<RowFit | undefined> {
  if (k < 2) return undefined;
  const chosen = sampleRows(matrix.rows, silhouetteRows, seed);
  const sample = chosen.length === matrix.rows ? matrix : takeMatrixRows(matrix, chosen);
  const own = Int32Array.from(chosen, row => labels[row]);
  const [values] = await silhouettes(sample, [own], context);
  const clusters = Array.from({ length: k }, (_, c) => {
    const inside = values.filter((_v, i) => own[i] === c).sort();
    if (inside.length === 0) return { mean: 0, quantiles: probabilities.map(() => 0), misplaced: 0 };
    return { mean: inside.reduce((sum, v) => sum + v, 0) / inside.length, quantiles: probabilities.map(p => quantile(inside, p)), misplaced: inside.filter(v => v < 0).length / inside.length };
  });
  const doubtful = [...values.keys()].filter(i => values[i] < 0.05).sort((a, b) => values[a] - values[b]).slice(0, 20)
    .map(i => ({ row: sourceRows[chosen[i]], cluster: own[i], silhouette: values[i] }));
  return { mean: values.reduce((sum, v) => sum + v, 0) / values.length, rows: values.length, clusters, doubtful };
}
