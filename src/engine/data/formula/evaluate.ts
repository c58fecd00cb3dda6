/** Evaluates expressions over columns, a block of rows at a time. An interpreter over the tree: no code is made. */
import { UserError } from '../../../protocol/errors';
import { deparse } from './deparse';
import type { CallExpression, Expression } from './expression';
import { callFunction } from './functions';
import { levelNumber, toNumbers, type Environment, type Value } from './values';

export function evaluate(expression: Expression, environment: Environment): Value {
  switch (expression.kind) {
    case 'number': return { type: 'scalar', value: expression.value };
    case 'logical': return { type: 'scalar', value: expression.value ? 1 : 0, logical: true };
    case 'string': return { type: 'text', values: [expression.value] };
    case 'group': return evaluate(expression.inner, environment);
    case 'name':
      if (expression.column === undefined) throw new UserError('badFormula', `"${expression.name}" cannot be used inside an expression.`);
      return environment.column(expression.column);
    case 'unary': return unary(expression.operator, evaluate(expression.operand, environment), expression);
    case 'binary':
      return binary(expression.operator, evaluate(expression.left, environment), evaluate(expression.right, environment), expression);
    case 'call': return call(expression, environment);
  }
}

function call(expression: CallExpression, environment: Environment): Value {
  if (expression.name === 'I' && expression.arguments.length === 1) return evaluate(expression.arguments[0]!.value, environment);
  return callFunction(expression, { environment, evaluate: part => evaluate(part, environment) });
}

function unary(operator: string, value: Value, expression: Expression): Value {
  const operand = toNumbers(value, expression);
  const f = operator === '!' ? (x: number) => (Number.isNaN(x) ? NaN : x === 0 ? 1 : 0) : operator === '-' ? (x: number) => -x : (x: number) => x;
  const logical = operator === '!';
  if (operand.type === 'scalar') return { type: 'scalar', value: f(operand.value), logical };
  return { type: 'numbers', values: operand.values.map(f), logical };
}

const comparisons = new Set(['<', '>', '<=', '>=', '==', '!=', '&', '&&', '|', '||']);

function binary(operator: string, left: Value, right: Value, expression: Expression): Value {
  if (operator === '%in%') return isIn(left, right, expression);
  if (operator === '==' || operator === '!=') {
    const equal = textEquality(left, right) ?? textEquality(right, left);
    if (equal) return { type: 'numbers', values: operator === '==' ? equal : equal.map(x => 1 - x), logical: true };
  }
  const a = toNumbers(left, expression);
  const b = toNumbers(right, expression);
  const f = arithmetic.get(operator);
  if (!f) throw new UserError('badFormula', `The operator "${operator}" cannot be used inside an expression (${deparse(expression)}).`);
  const logical = comparisons.has(operator);
  if (a.type === 'scalar') {
    const x = a.value;
    if (b.type === 'scalar') return { type: 'scalar', value: f(x, b.value), logical };
    return { type: 'numbers', values: b.values.map(y => f(x, y)), logical };
  }
  if (b.type === 'scalar') {
    const y = b.value;
    if (operator === '^' && y === 2) return { type: 'numbers', values: a.values.map(x => x * x) };
    return { type: 'numbers', values: a.values.map(x => f(x, y)), logical };
  }
  const ys = b.values;
  return { type: 'numbers', values: a.values.map((x, i) => f(x, ys[i]!)), logical };
}

function ofNumbers(compare: (x: number, y: number) => boolean): (x: number, y: number) => number {
  return (x, y) => (Number.isNaN(x) || Number.isNaN(y) ? NaN : compare(x, y) ? 1 : 0);
}

const arithmetic = new Map<string, (x: number, y: number) => number>([
  ['+', (x, y) => x + y], ['-', (x, y) => x - y], ['*', (x, y) => x * y], ['/', (x, y) => x / y],
  ['^', (x, y) => x ** y], ['%%', (x, y) => x - Math.floor(x / y) * y], ['%/%', (x, y) => Math.floor(x / y)],
  ['<', ofNumbers((x, y) => x < y)], ['>', ofNumbers((x, y) => x > y)],
  ['<=', ofNumbers((x, y) => x <= y)], ['>=', ofNumbers((x, y) => x >= y)],
  ['==', ofNumbers((x, y) => x === y)], ['!=', ofNumbers((x, y) => x !== y)],
  ['&', and], ['&&', and], ['|', or], ['||', or],
]);

/** Three-valued logic: false and missing is false. */
function and(x: number, y: number): number {
  if (x === 0 || y === 0) return 0;
  return Number.isNaN(x) || Number.isNaN(y) ? NaN : 1;
}

function or(x: number, y: number): number {
  if ((x !== 0 && !Number.isNaN(x)) || (y !== 0 && !Number.isNaN(y))) return 1;
  return Number.isNaN(x) || Number.isNaN(y) ? NaN : 0;
}

/** Compares categories (or numbers) with a text; undefined where neither side is text or both are numbers. */
function textEquality(value: Value, other: Value): Float64Array | undefined {
  if (other.type === 'text' && other.values.length === 1) return memberOf(value, other.values);
  if (value.type === 'category' && other.type === 'scalar') return memberOf(value, [String(other.value)]);
  if (value.type === 'category' && other.type === 'category') {
    const { codes, levels } = value;
    return Float64Array.from(codes, (code, i) => {
      const second = other.codes[i]!;
      return code < 0 || second < 0 ? NaN : levels[code] === other.levels[second] ? 1 : 0;
    });
  }
  return undefined;
}

function isIn(left: Value, right: Value, expression: Expression): Value {
  const wanted = right.type === 'text' ? right.values
    : right.type === 'scalar' ? [String(right.value)]
    : undefined;
  const found = wanted && memberOf(left, wanted);
  if (!found) throw new UserError('badFormula', `%in% needs a column on its left and a list such as c("a", "b") on its right (${deparse(expression)}).`);
  return { type: 'numbers', values: found.map(x => (Number.isNaN(x) ? 0 : x)), logical: true };
}

/** 1 where the value is one of the texts (numbers by value), 0 where not, NaN where missing. */
function memberOf(value: Value, texts: readonly string[]): Float64Array | undefined {
  const numbers = new Set(texts.map(levelNumber).filter(n => !Number.isNaN(n)));
  const wanted = new Set(texts);
  if (value.type === 'category') {
    const matches = value.levels.map(level => (wanted.has(level) || numbers.has(levelNumber(level)) ? 1 : 0));
    return Float64Array.from(value.codes, code => (code < 0 ? NaN : matches[code]!));
  }
  if (value.type === 'numbers') {
    if (value.logical) return value.values.map(x => (Number.isNaN(x) ? NaN : wanted.has(x ? 'TRUE' : 'FALSE') ? 1 : 0));
    return value.values.map(x => (Number.isNaN(x) ? NaN : numbers.has(x) ? 1 : 0));
  }
  return undefined;
}
