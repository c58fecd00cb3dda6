// Ways in which an expression e can stand behind the target y without a contradiction of units, each tested by one projection:
//   yᵏ = Q (a + b e), where Q is a product of powers that gives the right unit, and a only where e is a pure number;
//   |y| = c Π xᵢ^pᵢ |e|^q and c Π xᵢ^pᵢ exp(q e), where the powers make the target's unit together with e.
// Rows weigh by what a misfit of the transform is in y itself, so that noise counts as it is.
import { powers, transformed, type Power } from './transforms';
import { productValues, byPivots, type TypedRows } from './typedRows';

export interface TypedFamily {
  kind: 'linear' | 'log' | 'exponential';
  power: Power;
  /** Exponents of Q; of 'log' and 'exponential' the product of pivots with the target's unit. */
  prefix: readonly number[];
  /** Dimension that e has to have, or −1: any. */
  dimension: number;
  /** Is there a constant beside e? */
  constant: boolean;
  /** What e (or its logarithm) is multiplied by on each sampled row. */
  multiplier: Float64Array;
  /** The same and the weighted, transformed target on all rows, and the sign that the target was given. */
  whole: { multiplier: Float64Array; target: Float64Array; sign: number };
  /** Weighted, transformed target, cleared of the basis, length 1. */
  target: Float64Array;
  /** Orthonormal columns, one after the other. */
  basis: Float64Array;
  rank: number;
}

export interface FamilyRows {
  typed: TypedRows;
  /** Of each sampled row its place among all. */
  picked: Int32Array;
  /** Predictions that transforms are taken around, see {@link transformed}. */
  around?: Float64Array;
}

const pick = (column: Float64Array, picked: Int32Array): Float64Array => Float64Array.from(picked, i => column[i]!);

/** yᵏ = Q (a + b e); `wanted`: dimension of e. */
export function linearFamily({ typed, picked, around }: FamilyRows, power: Power, prefix: readonly number[], wanted: number): TypedFamily | undefined {
  const whole = transformed(typed.rows.target, power, around);
  if (!whole) return undefined;
  const all = productValues(typed, prefix).map((q, i) => q * whole.weights[i]!);
  const target = whole.values.map((t, i) => t * whole.weights[i]!);
  const [constant, multiplier] = [wanted === 0, pick(all, picked)];
  return family({
    kind: 'linear', power, prefix, dimension: wanted, constant, multiplier, whole: { multiplier: all, target, sign: whole.sign },
  }, pick(target, picked), constant ? [multiplier] : []);
}

/** |y| = c Π xᵢ^pᵢ times a power of e, or times exp(q e). */
export function logFamily({ typed, picked, around }: FamilyRows, kind: 'log' | 'exponential'): TypedFamily | undefined {
  const prefix = byPivots(typed, typed.target);
  if (!prefix) return undefined;
  const y = typed.rows.target;
  const at = around ?? y;
  const all = at.map(Math.abs);
  const expected = productValues(typed, prefix);
  const target = at.map((v, i) => (v === 0 ? 0 : (Math.log(Math.abs(v / expected[i]!)) + y[i]! / v - 1) * all[i]!));
  const multiplier = pick(all, picked);
  const basis = [multiplier, ...logGroups(typed).map(({ values }) => pick(values, picked).map((v, i) => v * multiplier[i]!))];
  return family({
    kind, power: 1, prefix, dimension: kind === 'log' ? -1 : 0, constant: true, multiplier, whole: { multiplier: all, target, sign: 1 },
  }, pick(target, picked), basis);
}

/** Logarithms of all columns but the pivots, each divided by what of the pivots makes it a pure number. */
export function logGroups(typed: TypedRows): { column: number; values: Float64Array }[] {
  const { columns, dimensions, pivots } = typed;
  const found: { column: number; values: Float64Array }[] = [];
  for (const [k, column] of columns.entries()) {
    if (pivots.includes(k) || column.some(x => Math.abs(x) < 1e-12)) continue;
    const own = byPivots(typed, dimensions[k]!)!;
    const by = productValues(typed, own);
    found.push({ column: k, values: column.map((x, i) => Math.log(Math.abs(x / by[i]!))) });
  }
  return found;
}

/** The families of sums over the columns themselves: yᵏ is such a sum, or a product with one. */
export function columnFamilies(given: FamilyRows): TypedFamily[] {
  const { typed } = given;
  const none = typed.dimensions.map(() => 0);
  const linear = powers.map(k => linearFamily(given, k, none, typed.table.id(typed.target.map(e => k * e))));
  return [...linear, logFamily(given, 'log'), logFamily(given, 'exponential')].filter(each => each !== undefined && (each.dimension >= 0 || each.kind === 'log')) as TypedFamily[];
}

/** The families of functions of pure numbers: with each of the given products in front. */
export function pureFamilies(given: FamilyRows, prefixes: readonly { power: Power; exponents: readonly number[] }[]): TypedFamily[] {
  const linear = prefixes.map(({ power, exponents }) => linearFamily(given, power, exponents, 0));
  return [...linear, logFamily(given, 'log'), logFamily(given, 'exponential')].filter(each => each !== undefined);
}

type Bare = Omit<TypedFamily, 'target' | 'basis' | 'rank'>;

function family(bare: Bare, target: Float64Array, columns: readonly Float64Array[]): TypedFamily | undefined {
  const rows = target.length;
  const basis = new Float64Array(rows * (columns.length + 1));
  let rank = 0;
  for (const column of columns) if (addColumn(basis, rank, column)) rank++;
  const cleared = Float64Array.from(target);
  const before = length(cleared);
  clear(cleared, basis, rank);
  const norm = length(cleared);
  if (!(norm > 1e-9 * before)) return undefined;
  return { ...bare, target: cleared.map(v => v / norm), basis, rank };
}

/** The family with one more column in its basis; undefined where that leaves nothing to explain. */
export function extendedBy(of: TypedFamily, column: Float64Array): { family: TypedFamily; left: number } | undefined {
  const rows = of.target.length;
  const basis = new Float64Array(rows * (of.rank + 1));
  basis.set(of.basis.subarray(0, rows * of.rank));
  if (!addColumn(basis, of.rank, column)) return undefined;
  const cleared = Float64Array.from(of.target);
  clear(cleared, basis, of.rank + 1);
  const norm = length(cleared);
  if (!(norm > 1e-9)) return undefined;
  return { family: { ...of, target: cleared.map(v => v / norm), basis, rank: of.rank + 1 }, left: norm * norm };
}

function addColumn(basis: Float64Array, rank: number, column: Float64Array): boolean {
  const cleared = Float64Array.from(column);
  const before = length(cleared);
  clear(cleared, basis, rank);
  clear(cleared, basis, rank);
  const norm = length(cleared);
  if (!(norm > 1e-9 * before) || !Number.isFinite(norm)) return false;
  basis.set(cleared.map(v => v / norm), rank * column.length);
  return true;
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

/** Share of the family's remaining sum of squares that the weighted column leaves unexplained. */
export function unexplained({ target, basis, rank }: TypedFamily, v: Float64Array): number {
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
  return rest > 1e-10 * squares ? Math.max(0, 1 - (along * along) / rest) : 1;
}
