/** Conformal quantiles for measuring coverage: each row is judged by scores of other rows. */
import { ascendingOrder } from '../evaluate/order';
import { conformalIndex } from './conformalQuantile';

/** Which scores judge a row: those of the same block that are not in its own group. */
export interface Grouping {
  /** Group of each row, 0 … groups − 1. */
  readonly groupOf: Int32Array;
  readonly blockOfGroup: Int32Array;
}

interface Block { readonly ascending: Float64Array; readonly groups: readonly number[] }

/** Sorted once, asked at any level. */
export class HeldOutQuantiles {
  private readonly blocks: readonly Block[];
  /** Places of each group's scores among the ascending ones of its block. */
  private readonly placesOf: readonly Int32Array[];

  constructor(scores: Float64Array, { groupOf, blockOfGroup }: Grouping) {
    const groups = blockOfGroup.length;
    const sizes = new Int32Array(groups);
    for (const group of groupOf) sizes[group]++;
    const placesOf = Array.from(sizes, size => new Int32Array(size));
    const blocks = Array.from({ length: groups === 0 ? 0 : Math.max(...blockOfGroup) + 1 }, () => ({ size: 0, groups: [] as number[] }));
    blockOfGroup.forEach((block, group) => {
      blocks[block].groups.push(group);
      blocks[block].size += sizes[group];
    });
    const ascending = blocks.map(block => new Float64Array(block.size));
    const filled = new Int32Array(blocks.length);
    const filledOf = new Int32Array(groups);
    for (const i of ascendingOrder(scores)) {
      const group = groupOf[i];
      const block = blockOfGroup[group];
      placesOf[group][filledOf[group]++] = filled[block];
      ascending[block][filled[block]++] = scores[i];
    }
    this.placesOf = placesOf;
    this.blocks = blocks.map((block, b) => ({ ascending: ascending[b], groups: block.groups }));
  }

  /** For each group the conformal quantile of the other groups' scores in its block; Infinity where they are too few. */
  at(level: number): Float64Array {
    const result = new Float64Array(this.placesOf.length);
    for (const { ascending, groups } of this.blocks) {
      for (const group of groups) {
        const own = this.placesOf[group];
        const others = ascending.length - own.length;
        const index = conformalIndex(others, level);
        result[group] = index > others ? Infinity : ascending[placeAmongOthers(own, Math.max(1, index) - 1)];
      }
    }
    return result;
  }
}

/** Place, among all, of the r-th (from 0) that is not in the ascending list `own`. */
function placeAmongOthers(own: Int32Array, r: number): number {
  let place = r;
  for (const mine of own) {
    if (mine > place) break;
    place++;
  }
  return place;
}
