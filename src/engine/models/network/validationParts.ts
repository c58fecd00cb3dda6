/**
 * Which rows train a network and which stop its training, for each member of an ensemble. Members get parts one after the
 * other out of one random order, so that together they train on all rows and validate on as many different ones as can be.
 */
import { Rng } from '../../math/random';
import type { RowGroups } from '../shared/penalty';

export interface RowParts {
  /** Ascending. */
  readonly train: Int32Array;
  /** Ascending; empty where there are too few rows. */
  readonly validation: Int32Array;
}

/** Below this many rows (or groups), all train. */
const fewestRows = 8;
/** More rows would only take time. */
const mostValidationRows = 20000;

/**
 * Parts of rows 0 … n−1 with about `share` of them for validation: stratified where `codes` gives classes (a class with a
 * single row always trains), whole groups where there are groups.
 */
export function validationParts(
  n: number, share: number, seed: number, codes?: ArrayLike<number>, groups?: RowGroups,
): (member: number) => RowParts {
  const rng = new Rng(seed).fork('validation');
  const grouped = groups !== undefined && groups.count >= fewestRows;
  const order = grouped ? groupOrder(groups, n, rng) : codes ? stratifiedOrder(n, codes, rng) : rng.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const size = n < fewestRows || !(share > 0) ? 0 : Math.min(mostValidationRows, Math.max(2, Math.round(share * n)), order.length - 1);
  return member => {
    const inValidation = new Uint8Array(n);
    if (size > 0) {
      const start = (member * size) % order.length;
      const held = Array.from({ length: size }, (_, k) => order[(start + k) % order.length]);
      if (grouped) holdGroups(groups, held, inValidation);
      else for (const row of held) inValidation[row] = 1;
    }
    const place = (wanted: number): Int32Array => Int32Array.from(inValidation.keys()).filter(i => inValidation[i] === wanted);
    return { train: place(0), validation: place(1) };
  };
}

/** Part k of `count` of rows 0 … n−1 held out as `validation`, in a random order; whole groups where there are as many. */
export function sparePart(n: number, count: number, k: number, seed: number, groups?: RowGroups): RowParts {
  const rng = new Rng(seed).fork('spare');
  const grouped = groups !== undefined && groups.count >= count;
  const rank = rng.shuffle(Int32Array.from({ length: grouped ? groups.count : n }, (_, i) => i));
  const isHeld = (i: number): boolean => rank[grouped ? groups.of[i] : i] % count === k;
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  return { train: rows.filter(i => !isHeld(i)), validation: rows.filter(isHeld) };
}

/** Each class spread evenly over the order, so that every stretch has about its share; rows alone in their class are left out. */
function stratifiedOrder(n: number, codes: ArrayLike<number>, rng: Rng): Int32Array {
  const shuffled = rng.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) counts.set(codes[i], (counts.get(codes[i]) ?? 0) + 1);
  const next = new Map<number, number>();
  const offsets = new Map([...counts.keys()].sort((a, b) => a - b).map(code => [code, rng.uniform()]));
  const key = new Float64Array(n);
  for (const row of shuffled) {
    const code = codes[row];
    const place = next.get(code) ?? 0;
    next.set(code, place + 1);
    key[row] = (place + offsets.get(code)!) / counts.get(code)!;
  }
  return shuffled.filter(row => counts.get(codes[row])! > 1).sort((a, b) => key[a] - key[b] || a - b);
}

/** Rows group by group, groups in random order. */
function groupOrder({ of, count }: RowGroups, n: number, rng: Rng): Int32Array {
  const rank = rng.shuffle(Int32Array.from({ length: count }, (_, g) => g));
  return Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => rank[of[a]] - rank[of[b]] || a - b);
}

/** Holds out the groups that begin among the rows, never all of them. */
function holdGroups({ of, count }: RowGroups, rows: readonly number[], inValidation: Uint8Array): void {
  const held = new Set<number>();
  for (const row of rows) if (held.size < count - 1) held.add(of[row]);
  for (let i = 0; i < of.length; i++) if (held.has(of[i])) inValidation[i] = 1;
}
