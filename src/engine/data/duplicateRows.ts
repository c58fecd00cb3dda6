/** Rows that are alike in every column: found by 53 bits of a hash, then compared cell by cell. */
import type { Target } from './dataset';
import type { Column } from './table';

const bitsOf = new Float64Array(1);
const halves = new Uint32Array(bitsOf.buffer);

/**
 * Of each row the first row that is alike in all columns and, where it is given, in the target; its own number where none is. Missing cells are alike.
 */
export function firstOfAlike(columns: readonly Column[], rows: number, target?: Target): Int32Array {
  const cells: readonly ArrayLike<number>[] = [...columns.map(column => (column.storage === 'code' ? column.codes : column.values)), ...(target ? [target.task === 'regression' ? target.values : target.codes] : [])];
  const keys = keysOf(cells, rows);
  const firsts = new Map<number, number>();
  const first = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const known = firsts.get(keys[row]!);
    if (known === undefined) firsts.set(keys[row]!, row);
    first[row] = known !== undefined && cells.every(values => Object.is(values[known]! + 0, values[row]! + 0)) ? known : row;
  }
  return first;
}

function keysOf(cells: readonly ArrayLike<number>[], rows: number): Float64Array {
  const one = new Int32Array(rows).fill(0x9e3779b9 | 0);
  const two = new Int32Array(rows).fill(0x85ebca6b | 0);
  for (const values of cells) {
    for (let row = 0; row < rows; row++) {
      const value = values[row]!;
      // −0 is 0, and every NaN the same one.
      bitsOf[0] = value === value ? value + 0 : NaN;
      one[row] = mixed(one[row]! ^ halves[0]!, halves[1]!);
      two[row] = mixed(two[row]! ^ halves[1]!, Math.imul(halves[0]!, 0x27d4eb2f));
    }
  }
  const keys = new Float64Array(rows);
  for (let row = 0; row < rows; row++) keys[row] = (one[row]! >>> 0) * 2097152 + (two[row]! >>> 11);
  return keys;
}

function mixed(a: number, b: number): number {
  let h = Math.imul(a ^ (a >>> 16), 0x7feb352d) ^ Math.imul(b ^ (b >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) + 0x165667b1 | 0;
}
