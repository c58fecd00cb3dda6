/** Coarser bins for pairs of features, and the cell of the two-way table that each row falls in. */
import type { BoostingData } from './bag';
import { binCount, coarserBins } from './bins';
import type { FeatureBins } from './state';

export interface CoarseFeature {
  readonly bins: FeatureBins;
  readonly count: number;
  /** Coarse bin of each fine bin. */
  readonly of: Uint16Array;
  readonly levels: boolean;
}

/** A feature's own bins, made fewer. */
export function coarsen(feature: FeatureBins, fine: Uint16Array, most: number): CoarseFeature {
  const counts = new Float64Array(binCount(feature));
  for (const bin of fine) counts[bin]!++;
  const { bins, of } = coarserBins(feature, counts, most);
  return { bins, count: binCount(bins), of, levels: feature.kind === 'level' };
}

export type Pair = readonly [number, number];

/** Cell (row-major) of each of some rows. */
export function cellsOf({ bins }: BoostingData, coarse: readonly CoarseFeature[], [a, b]: Pair, rows: Int32Array): Uint16Array {
  const [first, second] = [coarse[a]!, coarse[b]!];
  const [left, right] = [bins[a]!, bins[b]!];
  const result = new Uint16Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    result[i] = first.of[left[row]!]! * second.count + second.of[right[row]!]!;
  }
  return result;
}
