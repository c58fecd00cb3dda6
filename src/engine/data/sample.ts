/** Which rows of a file are used when not all of them can be. */
import { Rng } from '../math/random';

/**
 * Exactly `size` of `total` rows, each set of rows equally likely, in rising order
 * (selection sampling: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
 */
export function sampleRows(total: number, size: number, seed: number): Int32Array {
  const rng = new Rng(seed);
  const wanted = Math.min(total, size);
  const rows = new Int32Array(wanted);
  let taken = 0;
  for (let row = 0; taken < wanted; row++) {
    if ((total - row) * rng.uniform() < wanted - taken) rows[taken++] = row;
  }
  return rows;
}
