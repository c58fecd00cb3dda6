// What enumerations by units begin with: columns, differences of columns with one unit, and products that are pure numbers.
import { difference, type Expression, power, substitute, sum } from '../../expression';
import { tiny } from '../unit';
import { independent, same } from './dimensions';
import type { Monomial } from './monomials';
import { productExpression, productsOf, productValues, typedColumns, type TypedRows } from './typedRows';

export interface Leaf {
  expression: Expression;
  /** On all rows. */
  values: Float64Array;
  /** Its number in the table. */
  dimension: number;
  /** How much of a formula's size it takes. */
  size: number;
}

const pure = (dimension: readonly number[]): boolean => dimension.every(e => Math.abs(e) < tiny);

/** The simplest products of powers that are pure numbers, independent of each other, as many as there are (Buckingham 1914). */
export function groups(typed: TypedRows): Monomial[] {
  const found: Monomial[] = [];
  const zero = typed.target.map(() => 0);
  for (const each of productsOf(typed, zero, { largest: 14, keep: 400, pure: 0 })) {
    if (each.cost > 0 && independent([...found, each].map(({ exponents }) => exponents))) found.push(each);
  }
  return found;
}

/** Columns that are pure numbers, and the groups of the others. */
export function pureLeaves(typed: TypedRows): Leaf[] {
  const own = typed.dimensions.flatMap((d, k) => (pure(d) ? [{ expression: typed.expressions[k]!, values: typed.columns[k]!, dimension: 0, size: 1 }] : []));
  const made = groups(typed).map(({ exponents }) => ({ expression: productExpression(typed, exponents), values: productValues(typed, exponents), dimension: 0, size: 1 }));
  return [...own, ...made].filter(({ values }) => values.every(Number.isFinite));
}

/** All columns, and differences of those with one unit as parts of their own. */
export function columnLeaves(typed: TypedRows): Leaf[] {
  const { dimensions, columns, expressions, table } = typed;
  const own = columns.map((values, k): Leaf => ({ expression: expressions[k]!, values, dimension: table.id(dimensions[k]!), size: 1 }));
  const apart = likePairs(typed).slice(0, mostPairs).map(([i, j]): Leaf => ({
    expression: difference(expressions[j]!, expressions[i]!), values: columns[j]!.map((x, r) => x - columns[i]![r]!), dimension: table.id(dimensions[i]!), size: 1,
  }));
  return [...own, ...apart].filter(({ dimension }) => dimension >= 0);
}

const mostPairs = 28;

/** Squares of columns and of differences with an equal unit: what squared distances are sums of. None where too few are alike. */
export function squareLeaves(typed: TypedRows): Leaf[] {
  if (likePairs(typed).length < 3) return [];
  const { table } = typed;
  return columnLeaves(typed).filter(({ dimension }) => dimension > 0).map(({ expression, values, dimension }) => ({
    expression: power(expression, 2), values: values.map(v => v * v), dimension: table.times(dimension, dimension), size: 1,
  })).filter(({ dimension }) => dimension >= 0);
}

/** Pairs of columns with the same unit. */
export function likePairs({ dimensions }: Pick<TypedRows, 'dimensions'>): [number, number][] {
  const found: [number, number][] = [];
  for (let j = 1; j < dimensions.length; j++) for (let i = 0; i < j; i++) if (same(dimensions[i]!, dimensions[j]!)) found.push([i, j]);
  return found;
}

/** For each pair the problem in which only its difference, its sum, or the root of its squares' sum stands. */
export function* merged({ rows, variables, dimensions, expressions }: TypedRows): Generator<TypedRows> {
  const forms = [
    (x: Expression, y: Expression): Expression => difference(y, x), (x: Expression, y: Expression): Expression => sum(x, y),
    (x: Expression, y: Expression): Expression => sum(power(x, 2), power(y, 2)),
  ];
  for (const [f, form] of forms.entries()) {
    for (const [i, j] of likePairs({ dimensions })) {
      const kept = dimensions.map((_, k) => k).filter(k => k !== i && k !== j);
      const own = f === 2 ? dimensions[i]!.map(e => 2 * e) : dimensions[i]!;
      const next = typedColumns(rows, variables, [...kept.map(k => expressions[k]!), form(expressions[i]!, expressions[j]!)], [...kept.map(k => dimensions[k]!), own]);
      if (next) yield next;
    }
  }
}

/** From a formula of leaves to one of the rows' variables. */
export const fromLeaves = (of: Expression, leaves: readonly Leaf[]): Expression => substitute(of, leaves.map(({ expression }) => expression));
