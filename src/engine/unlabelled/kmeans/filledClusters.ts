/** Clusters that are made of cells that were filled in, rather than of rows that are alike. */
import type { Note } from '../../../protocol/profile';
import type { FilledCells } from '../shared/filled';

/** Rows in both, beside rows in either: from here on a cluster is little else than the rows with filled cells. */
const alike = 0.5;
/** Or so large a part of its rows has the cell filled in, so many times the share of all rows, by more than so many standard errors. */
const mostly = 0.5;
const timesMore = 1.5;
const standardErrors = 4;

export interface FilledCluster {
  readonly cluster: number;
  readonly column: string;
  /** Share of the cluster's rows, and of all rows, whose cell of the column was filled in; and the cluster's share of all such rows. */
  readonly inside: number;
  readonly overall: number;
  readonly ofAll: number;
  /** Whether the cluster is little else than these rows. */
  readonly alike: boolean;
}

/** At most one for each cluster: the column that fits best. */
export function filledClusters(filled: FilledCells | undefined, labels: Int32Array, sizes: ArrayLike<number>): FilledCluster[] {
  if (!filled || sizes.length < 2) return [];
  const counts = filledCounts(filled, labels, sizes.length);
  return Array.from(sizes).flatMap((size, cluster): FilledCluster[] => {
    const fits = counts.map((own, c) => {
      const all = own.reduce((sum, n) => sum + n, 0);
      const [inside, overall] = [own[cluster] / size, all / labels.length];
      const error = Math.sqrt((overall * (1 - overall)) / size);
      const jaccard = own[cluster] / (size + all - own[cluster]);
      const much = inside >= mostly && inside >= timesMore * overall && inside - overall > standardErrors * error;
      return { cluster, column: filled.columns[c].name, inside, overall, ofAll: own[cluster] / all, alike: jaccard >= alike, jaccard, much };
    });
    const [best] = fits.sort((a, b) => b.jaccard - a.jaccard);
    const chosen = best.alike ? best : fits.filter(({ much }) => much).sort((a, b) => b.inside - a.inside)[0];
    if (!chosen) return [];
    const { jaccard: _jaccard, much: _much, ...found } = chosen;
    return [found];
  });
}

/** One warning for each such cluster. `complete`: rows without a missing cell, of as many as there are labels. */
export function filledClusterNotes(found: readonly FilledCluster[], complete: number, rows: number): Note[] {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const mend = enoughComplete(complete, rows) ? `use only the ${complete} rows without a missing cell (--missing drop)` : 'leave such rows out, or the column,';
  return found.map(({ cluster, column, inside, overall, ofAll, alike: whole }): Note => ({
    kind: 'warning',
    text: whole
      ? `Cluster ${cluster + 1} is little else than the rows whose "${column}" was missing and filled in (${percent(inside)} of its rows, ${percent(ofAll)} of all such rows). The same filled-in value makes them look alike; ${mend} to see what is left.`
      : `Cluster ${cluster + 1} is made of filled-in cells: "${column}" was missing in ${percent(inside)} of its rows, in ${percent(overall)} of all. The same filled-in value makes them look alike; ${mend} to see what is left.`,
  }));
}

/** Whether the complete rows can stand for all. */
export function enoughComplete(complete: number, rows: number): boolean {
  return complete >= Math.max(50, 0.2 * rows);
}

/** Places of the rows without a filled cell. */
export function completeRows({ columns, mask }: FilledCells): Int32Array {
  const width = columns.length;
  return Int32Array.from({ length: mask.length / width }, (_, i) => i).filter(i => !mask.subarray(i * width, (i + 1) * width).includes(1));
}

/** Filled cells by column and cluster. */
function filledCounts({ columns, mask }: FilledCells, labels: Int32Array, k: number): Float64Array[] {
  const counts = columns.map(() => new Float64Array(k));
  const width = columns.length;
  labels.forEach((label, i) => { for (let c = 0; c < width; c++) counts[c][label] += mask[i * width + c]; });
  return counts;
}
