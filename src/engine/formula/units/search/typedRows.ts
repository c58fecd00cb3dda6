// What a search by units works on: columns with their dimensions, a basis of dimensions, and products that have a wanted one.
import type { Expression } from '../../expression';
import { exact, power, product, variable } from '../../expression';
import type { SearchRows } from '../../searchRows';
import { valuesOf } from '../../values';
import type { Unit } from '../unit';
import { dimensionless, tiny } from '../unit';
import { Dimensions, exponentsFor, independent } from './dimensions';
import { monomialsOf, type Monomial } from './monomials';

export interface TypedRows {
  rows: SearchRows;
  /** Exponents of the base units of the rows' own variables; one whose unit is not known counts as a pure number. */
  variables: readonly (readonly number[])[];
  /** The same of the columns to search: the variables, or what has become of them. */
  dimensions: readonly (readonly number[])[];
  target: readonly number[];
  table: Dimensions;
  /** Columns with which any dimension at hand can be made: independent, above zero. */
  pivots: readonly number[];
  /** Columns as they enter formulas: times their scale where units of several scales meet, as km and m. */
  expressions: readonly Expression[];
  columns: readonly Float64Array[];
  /** Columns above zero on all rows. */
  positive: readonly boolean[];
}

/** Columns beyond which powers of all cannot be gone through. */
const mostColumns = 14;

/** Undefined where units do not help: none of the target, of less than half of the columns, none but pure numbers, or none that make the target's. */
export function typedRows(rows: SearchRows): TypedRows | undefined {
  const { units } = rows;
  if (!units?.target || rows.variables > mostColumns) return undefined;
  const known = rows.columns.map((_, k) => units.columns[k]);
  if (2 * known.filter(Boolean).length < rows.variables) return undefined;
  const dimensions = known.map(unit => (unit ?? dimensionless).exponents);
  if (!dimensions.some(d => d.some(e => Math.abs(e) > tiny))) return undefined;
  const scales = scalesOf(known);
  const expressions = scales.map((scale, k) => (scale === 1 ? variable(k) : product(scaleNumber(scale), variable(k))));
  return typedColumns(rows, dimensions, expressions, dimensions);
}

/** The same rows with other columns, each a formula of the rows' variables. */
export function typedColumns(rows: SearchRows, variables: TypedRows['variables'], expressions: readonly Expression[], dimensions: TypedRows['dimensions']): TypedRows | undefined {
  const target = rows.units!.target!.exponents;
  const columns = expressions.map((of, k) => (of.kind === 'variable' ? rows.columns[of.index]! : valuesOf(expressions[k]!, rows.columns, rows.rows)));
  const positive = columns.map(column => column.every(x => x > 0));
  const pivots = pivotsOf(columns, positive, dimensions, target);
  return pivots && { rows, variables, dimensions, target, table: new Dimensions(target.length), pivots, expressions, columns, positive };
}

/** A unit's scale as a number that formulas hold: 1000, 1/60. */
function scaleNumber(scale: number): Expression {
  const below = 1 / scale;
  return scale < 1 && Math.abs(below - Math.round(below)) < 1e-9 * below ? exact(scale, `1/${Math.round(below)}`) : exact(scale);
}

/** 1 for all where the units are those of one system (all lengths in mm, all areas in mm²), so that laws hold without factors; else the scales. */
function scalesOf(known: readonly (Unit | undefined)[]): number[] {
  const units = known.filter(unit => unit !== undefined);
  const chosen: Unit[] = [];
  for (const unit of units) if (independent([...chosen, unit].map(({ exponents }) => exponents))) chosen.push(unit);
  const oneSystem = units.every(unit => {
    const exponents = exponentsFor(chosen.map(each => each.exponents), unit.exponents)!;
    const scale = exponents.reduce((total, e, k) => total * chosen[k]!.scale ** e, 1);
    return Math.abs(Math.log(scale / unit.scale)) < 1e-9;
  });
  return known.map(unit => (oneSystem ? 1 : unit?.scale ?? 1));
}

/** Of all sets of columns that span the dimensions at hand, the one with the smallest exponents; undefined where none spans the target's. */
function pivotsOf(columns: readonly Float64Array[], positive: readonly boolean[], dimensions: readonly (readonly number[])[], target: readonly number[]): number[] | undefined {
  const usable = dimensions.map((_, k) => k).filter(k => dimensions[k]!.some(e => Math.abs(e) > tiny) && columns[k]!.every(x => Math.abs(x) > 1e-12));
  const needed = [target, ...dimensions];
  let best: { of: number[]; size: number } | undefined;
  const visit = (from: number, chosen: number[]): void => {
    const exponents = needed.map(d => exponentsFor(chosen.map(k => dimensions[k]!), d));
    if (exponents.every(each => each !== undefined)) {
      const size = exponents.flat().reduce((total, e) => total + Math.abs(e) + (Number.isInteger(2 * e) ? 0 : 10), 0) + 10 * chosen.filter(k => !positive[k]).length;
      if (!best || size < best.size) best = { of: chosen, size };
      return;
    }
    for (let k = from; k < usable.length; k++) {
      const next = [...chosen, usable[k]!];
      if (independent(next.map(j => dimensions[j]!))) visit(k + 1, next);
    }
  };
  visit(0, []);
  return best?.of;
}

/** Exponents of all columns, by the pivots alone, whose product has this dimension; undefined where the pivots do not span it. */
export function byPivots({ dimensions, pivots }: TypedRows, wanted: readonly number[]): number[] | undefined {
  const own = exponentsFor(pivots.map(k => dimensions[k]!), wanted);
  return own && dimensions.map((_, k) => (pivots.includes(k) ? own[pivots.indexOf(k)]! : 0));
}

/** Products of whole powers with the dimension `wanted`, simplest first; pure numbers to at most the power `pure`. */
export function productsOf({ positive, dimensions, columns }: TypedRows, wanted: readonly number[], { largest, keep, pure }: { largest: number; keep: number; pure: number }): Monomial[] {
  const allowed = columns.map((column, k) => {
    const most = dimensions[k]!.some(e => Math.abs(e) > tiny) ? 4 : pure;
    const least = positive[k] || column.every(x => Math.abs(x) > 1e-12) ? -most : 0;
    return Array.from({ length: most - least + 1 }, (_, i) => least + i);
  });
  return monomialsOf(dimensions, wanted, { allowed, largest, keep });
}

/** Π xₖ^pₖ as a formula; 1 for no factors. */
export function productExpression({ expressions }: Pick<TypedRows, 'expressions'>, exponents: readonly number[]): Expression {
  const factors = exponents.flatMap((p, k) => (Math.abs(p) < tiny ? [] : [p === 1 ? expressions[k]! : power(expressions[k]!, namedPower(p))]));
  return factors.length === 0 ? exact(1) : factors.length === 1 ? factors[0]! : product(...factors);
}

const namedPower = (p: number): Expression => (Number.isInteger(p) ? exact(p) : exact(p, [2, 3, 4].flatMap(q => (Math.abs(q * p - Math.round(q * p)) < tiny ? [`${Math.round(q * p)}/${q}`] : []))[0]));

/** Its values on all rows. */
export function productValues({ columns, rows }: TypedRows, exponents: readonly number[]): Float64Array {
  const out = new Float64Array(rows.rows).fill(1);
  for (const [k, p] of exponents.entries()) if (Math.abs(p) > tiny) for (let i = 0; i < out.length; i++) out[i]! *= columns[k]![i]! ** p;
  return out;
}
