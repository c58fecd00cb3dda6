// Ways in which an expression e can stand behind the target y without a contradiction of units, each tested by one projection:
//   yᵏ = Q (a + b e), where Q is a product of powers that gives the right unit, and a only where e is a pure number;
//   |y| = c Π xᵢ^pᵢ |e|^q and c Π xᵢ^pᵢ exp(q e), where the powers make the target's unit together with e.
// Rows weigh by what a misfit of the transform is in y itself, so that noise counts as it is.
import { extendedProjection, projectionOf, type Projection } from '../../enumeration/projection';
import { powers, transformed, type Power } from './transforms';
import { productValues, byPivots, type TypedRows } from './typedRows';

/** The target of the projection is weighted and transformed. */
export interface TypedFamily extends Projection {
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

type Bare = Omit<TypedFamily, keyof Projection>;

function family(bare: Bare, target: Float64Array, columns: readonly Float64Array[]): TypedFamily | undefined {
  const projection = projectionOf(target, columns);
  return projection && { ...bare, ...projection };
}

/** The family with one more column in its basis; undefined where that leaves nothing to explain. */
export function extendedBy(of: TypedFamily, column: Float64Array): { family: TypedFamily; left: number } | undefined {
  const extended = extendedProjection(of, column);
  if (!extended) return undefined;
  const { left, ...projection } = extended;
  return { family: { ...of, ...projection }, left };
}
