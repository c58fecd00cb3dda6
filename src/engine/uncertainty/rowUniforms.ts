/** The uniform numbers that randomise adaptive sets: a hash of each row, so that the same row always gets the same set. */
import { columnsByName } from '../data/encoding/binding';
import { levelNumber } from '../data/formula/values';
import type { Column, Table } from '../data/table';

/**
 * One number in [0, 1) for each of the rows, from its cells in the features and the seed, wherever it stands and whichever
 * model predicts it. As a fixed function of the row it leaves scores exchangeable. A feature that the table lacks counts as missing.
 */
export function rowUniforms(table: Table, features: readonly string[], rows: Int32Array, seed: number): Float64Array {
  const high = new Int32Array(rows.length).fill(mix(seed | 0));
  const low = new Int32Array(rows.length).fill(mix(0x9e3779b9 ^ (seed / 4294967296)));
  const columns = columnsByName(table);
  for (const name of features) {
    const hash = cellHash(columns.get(name));
    for (let i = 0; i < rows.length; i++) {
      const cell = hash(rows[i]);
      high[i] = mix(Math.imul(high[i], 31) ^ cell);
      low[i] = mix(Math.imul(low[i], 17) + cell);
    }
  }
  return Float64Array.from(rows, (_, i) => ((high[i] >>> 5) * 67108864 + (low[i] >>> 6)) / 9007199254740992);
}

/** Hash of the cell of a row; numbers and levels that read as the same number have the same one. */
function cellHash(column: Column | undefined): (row: number) => number {
  if (!column) return () => missing;
  if (column.storage === 'number') return row => numberHash(column.values[row]);
  const levels = Int32Array.from(column.levels, level => {
    const number = levelNumber(level);
    return Number.isNaN(number) ? textHash(level) : numberHash(number);
  });
  return row => (column.codes[row] < 0 ? missing : levels[column.codes[row]]);
}

const missing = 0x2545f491;
const bytes = new DataView(new ArrayBuffer(8));

function numberHash(value: number): number {
  if (Number.isNaN(value)) return missing;
  bytes.setFloat64(0, value === 0 ? 0 : value);
  return mix(bytes.getInt32(0) ^ mix(bytes.getInt32(4)));
}

function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Finaliser of MurmurHash3: every bit of the input reaches every bit of the output. */
function mix(bits: number): number {
  let z = bits | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
