// Sums and products of two functions with a number inside each, as sin(k x) cos(l y) or exp(k x) + sin(l y²): numbers are
// taken from a coarse grid, all pairs are tried, and the best are fitted with their numbers free.
import type { Expression, FunctionName } from '../../expression';
import { call, exact, fitted, power, product, variable } from '../../expression';
import { polish } from '../../polish';
import type { SearchRows } from '../../searchRows';
import { valuesOf } from '../../values';
import { sparse } from './sparse';
import type { Way } from './targets';
import { termOf, type Term } from './terms';

const names: FunctionName[] = ['sin', 'cos', 'exp'];
/** Numbers inside, as turns or folds of e over the range of the argument. */
const numbers = [0.35, 0.7, 1.4, 2.2, 3.2, 4.8, 7];
/** Products kept for the search of pairs. */
const most = 260;

/** Formulas with fitted inner numbers, best first. */
export function* gridded(way: Way, rows: SearchRows, polished: number): Generator<undefined, Expression[]> {
  const single = functions(rows);
  yield undefined;
  const both = yield* products(single, rows);
  const linear = rows.columns.map((_, k) => termOf(variable(k), rows)).filter(each => each !== undefined);
  const terms = [termOf(exact(1), rows)!, ...linear, ...single, ...both];
  const proposals = yield* sparse(terms, way, rows, { largest: 3, width: 3 * polished, keep: polished });
  const found: { expression: Expression; bits: number }[] = [];
  for (const { expression } of proposals) {
    const better = polish(expression, rows, 15);
    if (better) found.push(better);
    yield undefined;
  }
  return found.sort((a, b) => a.bits - b.bits).map(({ expression }) => expression);
}

function functions(rows: SearchRows): Term[] {
  const found: Term[] = [];
  const own = rows.columns.map((_, k) => variable(k));
  const squares = own.map(x => power(x, 2));
  const products = rows.variables <= 3 ? own.flatMap((y, j) => own.slice(0, j).map(x => product(x, y))) : [];
  for (const argument of [...own, ...(rows.variables <= 3 ? squares : []), ...products]) {
    const u = valuesOf(argument, rows.columns, rows.rows);
    const span = u.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
    for (const name of names) {
      for (const v of name === 'exp' ? numbers.flatMap(each => [each, -each]) : numbers) {
        const term = termOf(call(name, product(fitted(v / span), argument)), rows);
        if (term) found.push(term);
      }
    }
  }
  return found;
}

/** Products of two functions of different arguments, those that correlate with the target most. */
function* products(single: readonly Term[], rows: SearchRows): Generator<undefined, Term[]> {
  const sampled = Math.min(200, rows.rows);
  const pick = (column: Float64Array): Float64Array => column.slice(0, sampled);
  const target = pick(rows.target);
  const mean = target.reduce((a, b) => a + b, 0) / sampled;
  const columns = single.map(({ values }) => pick(values));
  const best: { i: number; j: number; score: number }[] = [];
  let worst = 0;
  for (let j = 1; j < single.length; j++) {
    for (let i = 0; i < j; i++) {
      const score = share(columns[i]!, columns[j]!, target, mean);
      if (!(score > worst)) continue;
      best.push({ i, j, score });
      if (best.length < 2 * most) continue;
      best.sort((a, b) => b.score - a.score).length = most;
      worst = best.at(-1)!.score;
    }
    if (j % 16 === 0) yield undefined;
  }
  return best.sort((a, b) => b.score - a.score).slice(0, most)
    .map(({ i, j }) => termOf(product(single[i]!.expression, single[j]!.expression), rows)).filter(each => each !== undefined);
}

/** Share of the target's spread along the product of two columns. */
function share(a: Float64Array, b: Float64Array, target: Float64Array, mean: number): number {
  let [total, squares, along] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const v = a[i]! * b[i]!;
    total += v;
    squares += v * v;
    along += v * (target[i]! - mean);
  }
  return (along * along) / (squares - (total * total) / a.length);
}
