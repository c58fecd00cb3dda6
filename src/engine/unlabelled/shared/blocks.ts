/** Which prepared numbers belong to one category. */
import { widthOf } from './apply';
import type { Preparation } from './preparation';

/** One block a category; numbers are in none. */
export function categoryBlocks(preparation: Preparation): { start: number; width: number }[] {
  const blocks: { start: number; width: number }[] = [];
  let at = 0;
  for (const column of preparation.columns) {
    if (column.as === 'category') blocks.push({ start: at, width: widthOf(column) });
    at += widthOf(column);
  }
  return blocks;
}
