// Dimensions of parts of formulas as small numbers, so that a search can compare and combine them fast.
import { tiny } from '../unit';

/** Dimensions met at most; what comes beyond them is refused, as are exponents larger than `largest`: no formula means them. */
const most = 512;
const largest = 24;

/** Numbers dimensions; 0 is that of a pure number, −1 stands for one that is refused. */
export class Dimensions {
  readonly vectors: (readonly number[])[] = [];
  private readonly ids = new Map<string, number>();
  private readonly combined = new Map<number, number>();

  constructor(baseUnits: number) {
    this.id(new Array<number>(baseUnits).fill(0));
  }

  id(vector: readonly number[]): number {
    const key = vector.map(e => Math.round(e * 12)).join();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    if (this.vectors.length >= most || vector.some(e => Math.abs(e) > largest)) return -1;
    this.ids.set(key, this.vectors.length);
    return this.vectors.push(vector) - 1;
  }

  /** Dimension of a · bᵖ, for p one of −1, ½, 1, 2. */
  times(a: number, b: number, p: 1 | -1 | 2 | 0.5 = 1): number {
    const key = (a * most + b) * 8 + 2 * p + 2;
    let result = this.combined.get(key);
    if (result === undefined) {
      result = this.id(this.vectors[a]!.map((e, k) => e + p * this.vectors[b]![k]!));
      this.combined.set(key, result);
    }
    return result;
  }
}

/** Whether two exponent vectors are the same. */
export const same = (a: readonly number[], b: readonly number[]): boolean => a.every((e, k) => Math.abs(e - b[k]!) < tiny);

/** Exponents of the given columns whose product has the dimension `wanted`; undefined where there are none. The columns are independent. */
export function exponentsFor(columns: readonly (readonly number[])[], wanted: readonly number[]): number[] | undefined {
  const r = columns.length;
  const rows = wanted.map((w, b) => [...columns.map(column => column[b]!), w]);
  let at = 0;
  for (let c = 0; c < r; c++) {
    const pivot = rows.findIndex((row, k) => k >= at && Math.abs(row[c]!) > tiny);
    if (pivot < 0) return undefined;
    [rows[at], rows[pivot]] = [rows[pivot]!, rows[at]!];
    const own = rows[at]!;
    for (const [k, row] of rows.entries()) {
      const by = row[c]! / own[c]!;
      if (k !== at && by !== 0) for (let j = c; j <= r; j++) row[j] = row[j]! - by * own[j]!;
    }
    at++;
  }
  if (rows.slice(at).some(row => Math.abs(row[r]!) > tiny)) return undefined;
  return rows.slice(0, r).map((row, c) => row[r]! / row[c]!);
}

/** Whether the columns' dimensions are independent of each other. */
export const independent = (columns: readonly (readonly number[])[]): boolean => exponentsFor(columns, columns[0]?.map(() => 0) ?? []) !== undefined;
