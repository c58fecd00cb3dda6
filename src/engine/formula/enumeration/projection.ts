// A target against an expression, after both are cleared of a basis that costs nothing. Columns are of the sampled rows, times what rows count.

export interface Projection {
  /** Cleared of the basis, length 1. */
  target: Float64Array;
  /** Orthonormal columns, one after the other. */
  basis: Float64Array;
  rank: number;
}

/** Parts of a column shorter than this share of it are rounding. */
const negligible = 1e-9;

/** The target cleared of the columns; undefined where they alone explain it: other stages have found that. */
export function projectionOf(target: Float64Array, columns: readonly Float64Array[]): Projection | undefined {
  const basis = new Float64Array(target.length * columns.length);
  let rank = 0;
  for (const column of columns) if (addColumn(basis, rank, column)) rank++;
  const rest = remainder(target, basis, rank);
  return rest && { target: rest.target, basis, rank };
}

/** With one more column in the basis, and the share of the target's square that is left; undefined where nothing is. */
export function extendedProjection(of: Projection, column: Float64Array): (Projection & { left: number }) | undefined {
  const rows = of.target.length;
  const basis = new Float64Array(rows * (of.rank + 1));
  basis.set(of.basis.subarray(0, rows * of.rank));
  if (!addColumn(basis, of.rank, column)) return undefined;
  const rest = remainder(of.target, basis, of.rank + 1);
  return rest && { target: rest.target, basis, rank: of.rank + 1, left: rest.length ** 2 };
}

/**
 * Share of the target's remaining variance that e leaves unexplained, 1 − cos² of the angle between both after the basis is taken out.
 * `v`: e, times what rows count. By lengths only: |v⊥|² = |v|² − Σ (v·qₖ)², and v⊥·t = v·t since t is orthogonal to the basis.
 */
export function unexplained({ target, basis, rank }: Projection, v: Float64Array): number {
  const rows = v.length;
  let squares = 0;
  let along = 0;
  for (let i = 0; i < rows; i++) {
    const each = v[i]!;
    squares += each * each;
    along += each * target[i]!;
  }
  let rest = squares;
  for (let k = 0, at = 0; k < rank; k++) {
    let dot = 0;
    for (let i = 0; i < rows; i++, at++) dot += v[i]! * basis[at]!;
    rest -= dot * dot;
  }
  // What is left of e is rounding: it lies in the basis.
  if (!(rest > 1e-10 * squares)) return 1;
  return Math.max(0, 1 - (along * along) / rest);
}

/** Puts a column into the basis behind the `rank` that are there; false where it lies in them. */
function addColumn(basis: Float64Array, rank: number, column: Float64Array): boolean {
  const cleared = Float64Array.from(column);
  const before = length(cleared);
  clear(cleared, basis, rank);
  clear(cleared, basis, rank);
  const norm = length(cleared);
  if (!(norm > negligible * before) || !Number.isFinite(norm)) return false;
  basis.set(cleared.map(v => v / norm), rank * column.length);
  return true;
}

function remainder(target: Float64Array, basis: Float64Array, rank: number): { target: Float64Array; length: number } | undefined {
  const cleared = Float64Array.from(target);
  const before = length(cleared);
  clear(cleared, basis, rank);
  const norm = length(cleared);
  return norm > negligible * before ? { target: cleared.map(v => v / norm), length: norm } : undefined;
}

const length = (of: Float64Array): number => Math.sqrt(of.reduce((total, v) => total + v * v, 0));

/** Takes the part along the first `rank` columns of `basis` out of `column`, in place. */
function clear(column: Float64Array, basis: Float64Array, rank: number): void {
  const rows = column.length;
  for (let k = 0; k < rank; k++) {
    let dot = 0;
    for (let i = 0; i < rows; i++) dot += column[i]! * basis[k * rows + i]!;
    for (let i = 0; i < rows; i++) column[i] = column[i]! - dot * basis[k * rows + i]!;
  }
}
