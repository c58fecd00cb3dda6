// The library of terms with one function: monomials × sin, cos, exp, log or √ of a variable or of a simple combination of two,
// and products of two such functions, beside polynomials.
import type { SearchRows } from '../../searchRows';
import { product } from '../../expression';
import { argumentsOf, functionsOf } from './factors';
import { exponentsUpTo, polynomialTerms } from './polynomials';
import { monomial, termOf, type Term } from './terms';

/** Most terms that take part in a regression. */
const most = 520;

/** Terms with a function, those first that correlate with the target most; polynomials in front, the constant first. */
export function* transcendentalTerms(rows: SearchRows): Generator<undefined, Term[]> {
  const { variables } = rows;
  const own = variables <= 2 ? argumentsOf(rows) : argumentsOf(rows).filter(each => each.kind !== 'sum' || variables <= 5);
  const functions: Term[] = [];
  for (const argument of own) {
    functions.push(...functionsOf(argument, rows));
    yield undefined;
  }
  const multipliers = exponentsUpTo(variables, variables === 1 ? 3 : variables === 2 ? 2 : 1).map(monomial);
  const found = [...functions];
  for (const f of functions) {
    // Beyond two variables only functions of one variable are multiplied.
    if (variables > 2 && f.cost > functions[0]!.cost + 4) continue;
    for (const by of multipliers.slice(1)) {
      const term = termOf(product(by, f.expression), rows);
      if (term) found.push(term);
    }
    yield undefined;
  }
  found.push(...(yield* pairsOf(functions, rows)));
  const polynomials = polynomialTerms(rows, variables === 1 ? 6 : variables <= 3 ? 4 : 2);
  return [...polynomials, ...screened(distinct(found), rows.target, most - polynomials.length)];
}

/** Products of two functions of the simplest arguments. */
function* pairsOf(functions: readonly Term[], rows: SearchRows): Generator<undefined, Term[]> {
  const simple = [...functions].sort((a, b) => a.cost - b.cost).slice(0, rows.variables <= 2 ? 32 : 24);
  const found: Term[] = [];
  for (const [j, b] of simple.entries()) {
    for (const a of simple.slice(0, j)) {
      const term = termOf(product(a.expression, b.expression), rows, a.values.map((v, i) => v * b.values[i]!));
      if (term) found.push(term);
    }
    if (j % 4 === 0) yield undefined;
  }
  return found;
}

/** Terms with other values than those before them. */
function distinct(terms: readonly Term[]): Term[] {
  const seen = new Set<string>();
  return terms.filter(({ values }) => {
    const key = [1, 7, 13, 29].map(i => values[i % values.length]!.toPrecision(10)).join();
    return !seen.has(key) && seen.add(key);
  });
}

function screened(terms: Term[], target: Float64Array, count: number): Term[] {
  if (terms.length <= count) return terms;
  const mean = target.reduce((a, b) => a + b, 0) / target.length;
  const scored = terms.map(term => ({ term, score: (1 - correlation(term.values, target, mean)) * term.cost }));
  return scored.sort((a, b) => a.score - b.score).slice(0, count).map(({ term }) => term);
}

function correlation(values: Float64Array, target: Float64Array, mean: number): number {
  const own = values.reduce((a, b) => a + b, 0) / values.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [values[i]! - own, target[i]! - mean];
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  return Math.abs(xy) / Math.sqrt(xx * yy || 1);
}
