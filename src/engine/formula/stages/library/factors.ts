// Functions of one argument that a term may hold besides powers: of a variable, of a product, a sum or a difference of two.
import type { Expression, FunctionName } from '../../expression';
import { call, difference, exact, power, product, quotient, squareRoot, sum, variable } from '../../expression';
import type { SearchRows } from '../../searchRows';
import { valuesOf } from '../../values';
import { termOf, type Term } from './terms';

/** Arguments that functions are tried on, simplest first. */
export function argumentsOf({ variables, columns }: SearchRows): Expression[] {
  const of = columns.map((_, k) => variable(k));
  const nonzero = columns.map(column => column.every(x => x !== 0));
  const found: Expression[] = [...of, ...of.map(x => power(x, 2))];
  for (let j = 1; j < variables; j++) {
    for (let i = 0; i < j; i++) {
      const [x, y] = [of[i]!, of[j]!];
      found.push(product(x, y), difference(x, y), sum(x, y));
      if (variables > 6) continue;
      if (nonzero[j]) found.push(quotient(x, y));
      if (nonzero[i]) found.push(quotient(y, x));
    }
  }
  if (variables > 2) return found;
  found.push(...of.map(x => power(x, 3)), ...of.map(x => sum(x, power(x, 2))));
  if (variables === 2) found.push(...shiftedProducts(of[0]!, of[1]!), sum(power(of[0]!, 2), power(of[1]!, 2)));
  return found;
}

function shiftedProducts(x: Expression, y: Expression): Expression[] {
  const shifted = (of: Expression, by: number): Expression => (by === 0 ? of : sum(of, exact(by)));
  const found: Expression[] = [];
  for (const a of [-1, 0, 1]) for (const b of [-1, 0, 1]) if (a !== 0 || b !== 0) found.push(product(shifted(x, a), shifted(y, b)));
  return found;
}

const waves: FunctionName[] = ['sin', 'cos'];

/** sin, cos, exp ±, log and √ of an argument, as far as it allows them. */
export function functionsOf(argument: Expression, rows: SearchRows): Term[] {
  const u = valuesOf(argument, rows.columns, rows.rows);
  const least = u.reduce((a, b) => Math.min(a, b), Infinity);
  const most = u.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(least) || !Number.isFinite(most) || most - least < 1e-12) return [];
  const found: Expression[] = [];
  const add = (name: FunctionName, of = argument): void => void found.push(call(name, of));
  // Waves that the rows cannot follow are noise.
  if (most - least < (2 * Math.PI * rows.rows) / 8) waves.forEach(name => add(name));
  if (most < 30 && least > -30) [argument, product(exact(-1), argument)].forEach(each => add('exp', each));
  if (least > 0) add('log');
  if (least > -1) found.push(call('log', sum(exact(1), argument)), squareRoot(sum(exact(1), argument)));
  if (least >= 0 && argument.kind !== 'power') found.push(squareRoot(argument));
  return found.map(each => termOf(each, rows)).filter(each => each !== undefined);
}

/** Factors for terms with free powers: of single variables also the squares of waves, of pairs only waves and exponentials. */
export function factorTerms(rows: SearchRows): Term[] {
  const found: Term[] = [];
  for (const argument of argumentsOf(rows)) {
    if (rows.variables > 6 && argument.kind !== 'variable') continue;
    const own = functionsOf(argument, rows).filter(({ expression }) => argument.kind === 'variable' || expression.kind === 'call');
    found.push(...own);
    const both = own.filter(({ expression }) => expression.kind === 'call' && waves.includes(expression.name));
    if (both.length < 2 || (argument.kind !== 'variable' && rows.variables > 4)) continue;
    for (const wave of both) found.push(squared(wave, rows));
    const twice = termOf(product(both[0]!.expression, both[1]!.expression), rows);
    if (twice) found.push(twice);
  }
  return found;
}

const squared = (of: Term, rows: SearchRows): Term => termOf(power(of.expression, 2), rows, of.values.map(v => v * v))!;
