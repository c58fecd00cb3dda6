// From an expression that correlates to a formula for the target: the family's form around it, with numbers to start from.
import type { Expression } from '../expression';
import { call, exact, fitted, mapTree, power, product, squareRoot, sum, variable } from '../expression';
import { weightedLeastSquares } from '../leastSquares';
import { weightsUnder } from '../rowWeights';
import { fastValues, type SearchRows } from '../searchRows';
import type { Hit } from './enumerate';
import { transformOf } from './families';

/** The formula of a hit, its numbers fitted in the family's own units; undefined where it has no values. */
export function formulaOf({ family, expression }: Hit, rows: SearchRows): Expression | undefined {
  const e = fastValues(expression, rows);
  if (e.some(v => !Number.isFinite(v))) return undefined;
  const { target, columns } = rows;
  const weights = weightsUnder(transformOf[family], target, rows.weights);
  const ones = new Float64Array(rows.rows).fill(1);
  if (family === 'affine' || family === 'inverse' || family === 'squared' || family === 'linear') {
    const way = ways[family];
    const background = family === 'linear' ? columns : [];
    const [constant, slope, ...others] = weightedLeastSquares([ones, e, ...background], target.map(way.to), weights) ?? [];
    if (constant === undefined) return undefined;
    const linear = sum(fitted(constant), product(fitted(slope!), expression), ...others.map((c, k) => product(fitted(c), variable(k))));
    return way.back(linear);
  }
  return powerForm(family, expression, e, rows, weights);
}

const ways = {
  affine: { to: (y: number) => y, back: (f: Expression) => f },
  linear: { to: (y: number) => y, back: (f: Expression) => f },
  inverse: { to: (y: number) => 1 / y, back: (f: Expression) => power(f, -1) },
  squared: { to: (y: number) => y * y, back: (f: Expression) => squareRoot(f) },
};

/** c Π xᵢ^pᵢ eᑫ or c Π xᵢ^pᵢ exp(q e). */
function powerForm(family: 'powers' | 'exponential', expression: Expression, e: Float64Array, rows: SearchRows, weights: Float64Array | undefined): Expression | undefined {
  const { columns, target } = rows;
  const usable = columns.map((_, k) => k).filter(k => columns[k]!.every(x => Math.abs(x) > 1e-12));
  const logs = usable.map(k => columns[k]!.map(x => Math.log(Math.abs(x))));
  const of = family === 'powers' ? e.map(v => Math.log(Math.abs(v) + 1e-300)) : e;
  const logY = target.map(y => Math.log(Math.abs(y) + 1e-300));
  const ones = new Float64Array(rows.rows).fill(1);
  const [, q, ...p] = weightedLeastSquares([ones, of, ...logs], logY, weights) ?? [];
  if (q === undefined || Math.abs(q) < 1e-3) return undefined;
  const factors = usable.map((k, j) => raised(variable(k), p[j]!, rows.domain.positive[k] ?? false));
  const last = family === 'powers' ? raised(expression, q, e.every(v => v > 0)) : call('exp', product(fitted(q), expression));
  const shape = product(...factors, last);
  const values = fastValues(shape, rows);
  let dot = 0;
  let squares = 0;
  values.forEach((v, i) => {
    const by = (rows.weights?.[i] ?? 1) ** 2;
    dot += by * v * target[i]!;
    squares += by * v * v;
  });
  const scale = dot / squares;
  return Number.isFinite(scale) && scale !== 0 ? product(fitted(scale), shape) : undefined;
}

/** base^p: p rounded where the base changes its sign or p is close to a simple number; nothing where p is about 0. */
function raised(base: Expression, p: number, positive: boolean): Expression {
  if (!positive) return Math.round(p) === 0 ? exact(1) : power(base, Math.round(p));
  if (Math.abs(p) < 0.02) return exact(1);
  const half = Math.round(2 * p) / 2;
  return Math.abs(p - half) < 0.08 ? power(base, half) : power(base, fitted(p));
}

/** The formula with its small whole numbers and the arguments of its functions free: sin x becomes sin(c x), 1 + x becomes c + x. */
export function liberated(of: Expression): Expression {
  return mapTree(of, node => {
    if (node.kind === 'call') return { ...node, argument: product(fitted(1), node.argument) };
    if (node.kind !== 'sum') return node;
    return { ...node, terms: node.terms.map(term => (term.kind === 'number' ? fitted(term.value) : product(fitted(1), term))) };
  });
}
