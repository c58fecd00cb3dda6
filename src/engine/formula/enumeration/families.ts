// Ways in which one expression e can stand behind the target y, each tested for all expressions by one projection:
// the target, transformed, against e, transformed, after both are cleared of a basis that costs nothing.
//   y = a + b e;  1/y = a + b e;  y² = a + b e;  y = a + Σ cᵢ xᵢ + b e;  |y| = c Π xᵢ^pᵢ |e|^q;  |y| = c Π xᵢ^pᵢ exp(q e)

export type FamilyName = 'affine' | 'inverse' | 'squared' | 'linear' | 'powers' | 'exponential';

import { weightsUnder, type Transform } from '../rowWeights';

/** A family as numbers: residual target of unit length, orthonormal basis. */
export interface Family {
  name: FamilyName;
  /** What becomes of e before the projection. */
  ofLogarithm: boolean;
  /** Transformed target, cleared of the basis, length 1. */
  target: Float64Array;
  /** Orthonormal columns, one after the other. */
  basis: Float64Array;
  rank: number;
  /** What rows count; the target and the basis have been multiplied by it. */
  weights?: Float64Array;
}

/** All families that the target allows: `y`, `columns` and weights on the sampled rows. */
export function familiesOf(y: Float64Array, columns: readonly Float64Array[], weights?: Float64Array): Family[] {
  const family = (name: FamilyName, transformed: Float64Array, basis: Float64Array[]): Family | undefined => familyOf(name, transformed, basis, weightsUnder(transformOf[name], y, weights));
  const ones = new Float64Array(y.length).fill(1);
  const families: (Family | undefined)[] = [family('affine', y, [ones])];
  if (columns.length > 1) families.push(family('linear', y, [ones, ...columns]));
  if (y.every(v => Math.abs(v) > 1e-12)) {
    families.push(family('inverse', y.map(v => 1 / v), [ones]));
    const logs = columns.filter(column => column.every(v => Math.abs(v) > 1e-12)).map(column => column.map(v => Math.log(Math.abs(v))));
    const logY = y.map(v => Math.log(Math.abs(v)));
    families.push(family('powers', logY, [ones, ...logs]), family('exponential', logY, [ones, ...logs]));
  }
  if (y.every(v => v > 0)) families.push(family('squared', y.map(v => v * v), [ones]));
  return families.filter(each => each !== undefined);
}

/** The transform of the target in each family. */
export const transformOf: Readonly<Record<FamilyName, Transform>> = {
  affine: 'plain', linear: 'plain', inverse: 'inverse', squared: 'squared', powers: 'logarithm', exponential: 'logarithm',
};

function familyOf(name: FamilyName, target: Float64Array, columns: Float64Array[], weights: Float64Array | undefined): Family | undefined {
  const rows = target.length;
  const basis = new Float64Array(rows * columns.length);
  const times = (column: Float64Array): Float64Array => (weights ? column.map((v, i) => v * weights[i]!) : Float64Array.from(column));
  let rank = 0;
  for (const column of columns) {
    const cleared = times(column);
    const before = length(cleared);
    clear(cleared, basis, rank);
    clear(cleared, basis, rank);
    const norm = length(cleared);
    if (!(norm > 1e-9 * before)) continue;
    basis.set(cleared.map(v => v / norm), rank++ * rows);
  }
  const cleared = times(target);
  const before = length(cleared);
  clear(cleared, basis, rank);
  const norm = length(cleared);
  // The basis alone explains the target: other stages have found that.
  if (!(norm > 1e-9 * before)) return undefined;
  return { name, ofLogarithm: name === 'powers', target: cleared.map(v => v / norm), basis, rank, ...(weights && { weights }) };
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

/**
 * Share of the target's remaining variance that e leaves unexplained, 1 − cos² of the angle between both after the basis is taken out.
 * `v`: times the family's weights. By lengths only: |v⊥|² = |v|² − Σ (v·qₖ)², and v⊥·t = v·t since t is orthogonal to the basis.
 */
export function unexplained({ target, basis, rank }: Family, v: Float64Array): number {
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
