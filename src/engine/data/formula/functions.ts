/** The functions that a formula may call, apart from those that make categories (see category.ts). */
import { UserError } from '../../../protocol/errors';
import { deparse } from './deparse';
import type { CallExpression, Expression } from './expression';
import { applyPoly, learnPoly, learnScale, type TransformState } from './transforms';
import { levelNumber, toNumbers, type Scope, type Value } from './values';

const oneNumber = new Map<string, (x: number) => number>([
  ['exp', Math.exp], ['sqrt', Math.sqrt], ['log2', Math.log2], ['log10', Math.log10], ['log1p', Math.log1p],
  ['expm1', Math.expm1], ['abs', Math.abs], ['sin', Math.sin], ['cos', Math.cos], ['tan', Math.tan],
  ['asin', Math.asin], ['acos', Math.acos], ['atan', Math.atan], ['sinh', Math.sinh], ['cosh', Math.cosh],
  ['tanh', Math.tanh], ['asinh', Math.asinh], ['acosh', Math.acosh], ['atanh', Math.atanh],
  ['floor', Math.floor], ['ceiling', Math.ceil], ['trunc', Math.trunc], ['sign', Math.sign],
  ['square', x => x * x], ['as.numeric', x => x], ['as.double', x => x], ['as.integer', Math.trunc],
]);

const twoNumbers = new Map<string, (x: number, y: number) => number>([
  ['pmin', (x, y) => (Number.isNaN(x + y) ? NaN : Math.min(x, y))],
  ['pmax', (x, y) => (Number.isNaN(x + y) ? NaN : Math.max(x, y))],
  ['atan2', Math.atan2],
]);

/** Arguments that the functions know by name; those without an entry take theirs by place only. */
const argumentNames = new Map<string, readonly string[]>([
  ['log', ['x', 'base']], ['round', ['x', 'digits']], ['poly', ['x', 'degree', 'raw']], ['scale', ['x', 'center', 'scale']],
  ['standardize', ['x', 'center', 'scale']], ['center', ['x']], ['ifelse', ['test', 'yes', 'no']],
  ['C', ['x', 'contr', 'contrast', 'levels', 'ref']], ['factor', ['x', 'levels', 'labels', 'ref']], ['relevel', ['x', 'ref']],
  ['Treatment', ['reference']],
]);

/** Throws UserError 'badFormula' for a named argument that the function does not have: ignoring it would change the model silently. */
export function requireKnownArguments(call: CallExpression): void {
  const known = argumentNames.get(call.name) ?? ['x', 'y'];
  const strange = call.arguments.find(a => a.name !== undefined && !known.includes(a.name));
  if (strange) throw new UserError('badFormula', `${deparse(call)}: ${call.name}() has no argument "${strange.name}".`);
}

/** Throws UserError 'badFormula' for an unknown function or for arguments that it cannot take. */
export function callFunction(call: CallExpression, scope: Scope): Value {
  const { name } = call;
  requireKnownArguments(call);
  const simple = oneNumber.get(name);
  if (simple) return mapNumbers(only(call), scope, simple);
  const pair = twoNumbers.get(name);
  if (pair) return mapPair(call, scope, pair);
  switch (name) {
    case 'log': return logarithm(call, scope);
    case 'round': return rounded(call, scope);
    case 'poly': return polynomial(call, scope);
    case 'scale': case 'standardize': return scaled(call, scope, logicalArgument(call, 'center', true), logicalArgument(call, 'scale', true));
    case 'center': return scaled(call, scope, true, false);
    case 'ifelse': return choice(call, scope);
    case 'c': return { type: 'text', values: constantTexts(call) };
    default: throw unknownFunction(call);
  }
}

function unknownFunction(call: CallExpression): Error {
  if (['C', 'factor', 'as.factor', 'relevel', 'ordered', 'as.character'].includes(call.name)) {
    return new UserError('badFormula', `${deparse(call)} makes categories and cannot be calculated with; it has to stand alone in the formula.`);
  }
  if (call.name === 'I') return new UserError('badFormula', `${deparse(call)}: I() takes one argument.`);
  const known = ['I', 'C', 'factor', 'relevel', 'poly', 'scale', 'center', 'log', 'pmin', 'pmax', 'ifelse', ...oneNumber.keys()];
  return new UserError('badFormula', `The function ${call.name}() is not available in a formula; there are ${known.join(', ')}.`);
}

function only(call: CallExpression): Expression {
  const first = call.arguments[0];
  if (call.arguments.length !== 1 || first === undefined) throw new UserError('badFormula', `${deparse(call)}: ${call.name}() takes one argument.`);
  return first.value;
}

/** Argument of that name, or else the one at that place among the unnamed. */
export function argument(call: CallExpression, name: string, place: number): Expression | undefined {
  const named = call.arguments.find(a => a.name === name);
  if (named) return named.value;
  return call.arguments.filter(a => a.name === undefined)[place]?.value;
}

function required(call: CallExpression, name: string, place: number): Expression {
  const found = argument(call, name, place);
  if (!found) throw new UserError('badFormula', `${deparse(call)}: ${call.name}() needs the argument "${name}".`);
  return found;
}

function constant(expression: Expression, call: CallExpression): number {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'logical') return expression.value ? 1 : 0;
  if (expression.kind === 'unary' && expression.operator === '-' && expression.operand.kind === 'number') return -expression.operand.value;
  throw new UserError('badFormula', `${deparse(call)}: ${deparse(expression)} should be a number.`);
}

function logicalArgument(call: CallExpression, name: string, otherwise: boolean): boolean {
  const named = call.arguments.find(a => a.name === name);
  return named ? constant(named.value, call) !== 0 : otherwise;
}

function mapNumbers(operand: Expression, scope: Scope, f: (x: number) => number): Value {
  const value = toNumbers(scope.evaluate(operand), operand);
  if (value.type === 'scalar') return { type: 'scalar', value: f(value.value) };
  return { type: 'numbers', values: value.values.map(f) };
}

function mapPair(call: CallExpression, scope: Scope, f: (x: number, y: number) => number): Value {
  if (call.arguments.length !== 2) throw new UserError('badFormula', `${deparse(call)}: ${call.name}() takes two arguments.`);
  const [a, b] = call.arguments.map(x => column(x.value, scope)) as [Float64Array, Float64Array];
  return { type: 'numbers', values: a.map((x, i) => f(x, b[i]!)) };
}

/** The value spread over all rows of the block. */
function column(expression: Expression, scope: Scope): Float64Array {
  const value = toNumbers(scope.evaluate(expression), expression);
  return value.type === 'numbers' ? value.values : new Float64Array(scope.environment.length).fill(value.value);
}

function logarithm(call: CallExpression, scope: Scope): Value {
  const operand = required(call, 'x', 0);
  const base = argument(call, 'base', 1);
  if (call.arguments.length > (base ? 2 : 1)) throw new UserError('badFormula', `${deparse(call)}: log() takes a column and a base.`);
  if (!base) return mapNumbers(operand, scope, Math.log);
  const divisor = Math.log(constant(base, call));
  return mapNumbers(operand, scope, x => Math.log(x) / divisor);
}

function rounded(call: CallExpression, scope: Scope): Value {
  const digits = argument(call, 'digits', 1);
  const power = 10 ** (digits ? constant(digits, call) : 0);
  return mapNumbers(required(call, 'x', 0), scope, x => Math.round(x * power) / power);
}

/** The learned state of a call; learned now from the block when learning is on. */
function stateOf(call: CallExpression, scope: Scope, learn: () => TransformState): TransformState {
  const key = deparse(call);
  let state = scope.environment.states.get(key);
  if (!state) {
    if (!scope.environment.learning) throw new Error(`no learned state for ${key}`);
    state = learn();
    scope.environment.states.set(key, state);
  }
  return state;
}

function polynomial(call: CallExpression, scope: Scope): Value {
  const operand = required(call, 'x', 0);
  const degree = constant(argument(call, 'degree', 1) ?? { kind: 'number', value: 1 }, call);
  if (!Number.isInteger(degree) || degree < 1 || degree > 25) {
    throw new UserError('badFormula', `${deparse(call)}: the degree of poly() has to be a whole number from 1 to 25.`);
  }
  const x = column(operand, scope);
  const names = Array.from({ length: degree }, (_, i) => String(i + 1));
  if (logicalArgument(call, 'raw', false)) {
    return { type: 'matrix', names, columns: names.map((_, i) => x.map(v => v ** (i + 1))) };
  }
  const state = stateOf(call, scope, () => {
    const known = x.filter(Number.isFinite);
    const distinct = new Set<number>();
    for (let i = 0; i < known.length && distinct.size <= degree; i++) distinct.add(known[i]!);
    if (distinct.size <= degree) {
      throw new UserError('badFormula', `${deparse(call)}: the degree has to be below the number of distinct values of ${deparse(operand)} (${distinct.size}).`);
    }
    return learnPoly(known, degree);
  });
  if (state.kind !== 'poly') throw new Error('state of another transformation');
  return { type: 'matrix', names, columns: applyPoly(x, state) };
}

function scaled(call: CallExpression, scope: Scope, center: boolean, scale: boolean): Value {
  const x = column(required(call, 'x', 0), scope);
  const state = stateOf(call, scope, () => learnScale(x.filter(Number.isFinite), center, scale));
  if (state.kind !== 'scale') throw new Error('state of another transformation');
  return { type: 'numbers', values: x.map(v => (v - state.center) / state.scale) };
}

function choice(call: CallExpression, scope: Scope): Value {
  if (call.arguments.length !== 3) throw new UserError('badFormula', `${deparse(call)}: ifelse() takes a condition and two values.`);
  const [test, yes, no] = call.arguments.map(a => column(a.value, scope)) as [Float64Array, Float64Array, Float64Array];
  return { type: 'numbers', values: test.map((t, i) => (Number.isNaN(t) ? NaN : t !== 0 ? yes[i]! : no[i]!)) };
}

/** The texts of a constant, or of c(…) of constants; numbers by their shortest text. */
export function constantTexts(expression: Expression): string[] {
  if (expression.kind === 'string') return [expression.value];
  if (expression.kind === 'number') return [String(expression.value)];
  if (expression.kind === 'logical') return [expression.value ? 'TRUE' : 'FALSE'];
  if (expression.kind === 'unary' && expression.operator === '-') return constantTexts(expression.operand).map(t => String(-levelNumber(t)));
  if (expression.kind === 'call' && expression.name === 'c') return expression.arguments.flatMap(a => constantTexts(a.value));
  if (expression.kind === 'binary' && expression.operator === ':') {
    const [from, to] = [expression.left, expression.right].map(e => levelNumber(constantTexts(e)[0] ?? ''));
    if (from !== undefined && to !== undefined && Math.abs(to - from) < 10000) {
      return Array.from({ length: Math.floor(Math.abs(to - from)) + 1 }, (_, i) => String(from + Math.sign(to - from) * i));
    }
  }
  throw new UserError('badFormula', `${deparse(expression)} should be a list of constants such as c("a", "b").`);
}
