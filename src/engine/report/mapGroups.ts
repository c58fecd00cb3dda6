/** Counts of a binned map as the cells of a map section. */
import type { MapSection } from '../../protocol/mapSection';
import type { BinnedMap } from '../unlabelled/shared/binned';

export function mapGroups(
  { bins, counts }: Pick<BinnedMap, 'bins' | 'counts'>, names: readonly string[], centres?: readonly { readonly x: number; readonly y: number }[],
): MapSection['groups'] {
  return counts.map((own, group) => ({
    name: names[group] ?? String(group + 1), rows: own.reduce((sum, count) => sum + count, 0), ...(centres && { centre: centres[group] }),
    cells: own.flatMap((count, at) => (count === 0 ? [] : [{ x: at % bins, y: Math.floor(at / bins), count }])),
  }));
}
