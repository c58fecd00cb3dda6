// Functions that the text of a formula may name, written by those that a tree knows.
import type { Expression, FunctionName } from '../expression';
import { call, exact, functionNames, negative, power, product, quotient, squareRoot, sum } from '../expression';

export interface KnownFunction {
  arguments: 1 | 2;
  build(a: Expression, b: Expression): Expression;
}

const one = (build: (a: Expression) => Expression): KnownFunction => ({ arguments: 1, build });
const half = exact(0.5, '1/2');
const exp = (a: Expression): Expression => call('exp', a);
const log = (a: Expression): Expression => call('log', a);
const direct = Object.fromEntries(functionNames.map(name => [name, one(a => call(name, a))])) as Record<FunctionName, KnownFunction>;

/** By lower-case name. */
export const knownFunctions: ReadonlyMap<string, KnownFunction> = new Map(Object.entries<KnownFunction>({
  ...direct,
  ln: direct.log,
  arcsin: direct.asin, arccos: direct.acos, arctan: direct.atan,
  sqrt: one(squareRoot),
  cbrt: one(a => power(a, exact(1 / 3, '1/3'))),
  square: one(a => power(a, 2)),
  log10: one(a => quotient(log(a), log(exact(10)))),
  log2: one(a => quotient(log(a), log(exact(2)))),
  log1p: one(a => log(sum(exact(1), a))),
  expm1: one(a => sum(exp(a), exact(-1))),
  sinh: one(a => product(half, sum(exp(a), negative(exp(negative(a)))))),
  cosh: one(a => product(half, sum(exp(a), exp(negative(a))))),
  cot: one(a => power(call('tan', a), -1)),
  sec: one(a => power(call('cos', a), -1)),
  csc: one(a => power(call('sin', a), -1)),
  logistic: one(a => power(sum(exact(1), exp(negative(a))), -1)),
  pow: { arguments: 2, build: power },
}));

/** Constants by name, where no column has it. */
export const knownConstants: ReadonlyMap<string, Expression> = new Map([
  ['pi', exact(Math.PI, 'pi')], ['π', exact(Math.PI, 'pi')], ['PI', exact(Math.PI, 'pi')], ['e', exact(Math.E, 'e')],
]);
