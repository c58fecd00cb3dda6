/** Compiles an expression of a formula; the meaning is that of data/formula/evaluate.ts and functions.ts. */
import { UserError } from '../../protocol/errors';
import { deparse } from '../data/formula/deparse';
import { ungroup, type CallExpression, type Expression } from '../data/formula/expression';
import { argument } from '../data/formula/functions';
import type { TransformState } from '../data/formula/transforms';
import { levelNumber } from '../data/formula/values';
import { constant, type Builder } from './builder';
import type { Expr, Name, Operation } from './program';

/** What an expression is before any row is known. */
export type Typed =
  | { readonly type: 'numbers'; readonly value: Expr; readonly logical?: boolean }
  | { readonly type: 'matrix'; readonly columns: readonly Expr[] }
  | { readonly type: 'category'; readonly text: Name }
  | { readonly type: 'text'; readonly values: readonly string[] };

export interface Scope {
  readonly builder: Builder;
  readonly states: ReadonlyMap<string, TransformState>;
  column(name: string): Typed;
}

const sameName = new Set<string>([
  'exp', 'sqrt', 'log2', 'log10', 'log1p', 'expm1', 'abs', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh',
  'floor', 'ceiling', 'trunc', 'sign',
]);
const plain = new Map<string, Operation>([
  ['+', '+'], ['-', '-'], ['*', '*'], ['/', '/'], ['^', '^'], ['<', '<'], ['>', '>'], ['<=', '<='], ['>=', '>='], ['==', '=='], ['!=', '!='],
  ['&', 'and'], ['&&', 'and'], ['|', 'or'], ['||', 'or'],
]);
const logicalOperators = new Set(['<', '>', '<=', '>=', '==', '!=', '&', '&&', '|', '||']);

export function compileExpression(expression: Expression, scope: Scope): Typed {
  switch (expression.kind) {
    case 'number': return { type: 'numbers', value: constant(expression.value) };
    case 'logical': return { type: 'numbers', value: constant(expression.value ? 1 : 0), logical: true };
    case 'string': return { type: 'text', values: [expression.value] };
    case 'group': return compileExpression(expression.inner, scope);
    case 'name':
      if (expression.column === undefined) throw cannot(expression);
      return scope.column(expression.column);
    case 'unary': {
      const operand = numberOf(expression.operand, scope);
      if (expression.operator === '+') return { type: 'numbers', value: operand };
      if (expression.operator === '-' && operand.kind === 'constant') return { type: 'numbers', value: constant(-operand.value) };
      return { type: 'numbers', value: scope.builder.call(expression.operator === '!' ? 'not' : 'negate', operand), logical: expression.operator === '!' };
    }
    case 'binary': return binary(expression, scope);
    case 'call': return call(expression, scope);
  }
}

function cannot(expression: Expression): UserError {
  return new UserError('badOption', `The formula's ${deparse(expression)} cannot be exported as code.`);
}

/** The expression as numbers: of categories the numbers that they spell. */
function numberOf(expression: Expression, scope: Scope): Expr {
  return asNumber(compileExpression(expression, scope), expression, scope);
}

function asNumber(value: Typed, expression: Expression, { builder }: Scope): Expr {
  if (value.type === 'numbers') return value.value;
  if (value.type === 'category') return builder.add({ kind: 'textNumber', text: value.text });
  throw cannot(expression);
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, scope: Scope): Typed {
  const { operator } = expression;
  const { builder } = scope;
  const left = compileExpression(expression.left, scope);
  const right = compileExpression(expression.right, scope);
  if (operator === '%in%') return { type: 'numbers', value: isIn(left, right, expression, scope), logical: true };
  if (operator === '==' || operator === '!=') {
    const equal = textEquality(left, right, scope) ?? textEquality(right, left, scope);
    if (equal) return { type: 'numbers', value: operator === '==' ? equal : builder.call('-', constant(1), equal), logical: true };
  }
  const a = asNumber(left, expression, scope);
  const b = asNumber(right, expression, scope);
  if (operator === '%%' || operator === '%/%') {
    const [x, y] = [builder.atom(a), builder.atom(b)];
    const whole = builder.call('floor', builder.call('/', x, y));
    return { type: 'numbers', value: operator === '%/%' ? whole : builder.call('-', x, builder.call('*', whole, y)) };
  }
  const operation = plain.get(operator);
  if (!operation) throw cannot(expression);
  if (operator === '^' && b.kind === 'constant' && b.value === 2) {
    const x = builder.atom(a);
    return { type: 'numbers', value: builder.call('*', x, x) };
  }
  return { type: 'numbers', value: builder.call(operation, a, b), logical: logicalOperators.has(operator) };
}

function textEquality(value: Typed, other: Typed, scope: Scope): Expr | undefined {
  if (other.type === 'text' && other.values.length === 1) return memberOf(value, other.values, scope);
  if (value.type !== 'category') return undefined;
  if (other.type === 'numbers' && other.value.kind === 'constant') return memberOf(value, [String(other.value.value)], scope);
  if (other.type === 'category') return scope.builder.add({ kind: 'sameText', texts: [value.text, other.text] });
  return undefined;
}

function isIn(left: Typed, right: Typed, expression: Expression, scope: Scope): Expr {
  const wanted = right.type === 'text' ? right.values
    : right.type === 'numbers' && right.value.kind === 'constant' ? [String(right.value.value)]
    : undefined;
  const found = wanted && memberOf(left, wanted, scope);
  if (!found) throw cannot(expression);
  return scope.builder.call('coalesce', found, constant(0));
}

/** 1 where the value is one of the texts (numbers by value), 0 where not, NaN where missing. */
function memberOf(value: Typed, texts: readonly string[], { builder }: Scope): Expr | undefined {
  const numbers = [...new Set(texts.map(levelNumber).filter(n => !Number.isNaN(n)))];
  if (value.type === 'category') return builder.add({ kind: 'textTest', text: value.text, texts: [...new Set(texts)], numbers });
  if (value.type !== 'numbers') return undefined;
  if (value.logical) {
    const has = (text: string): Expr => constant(texts.includes(text) ? 1 : 0);
    return builder.call('ifelse', value.value, has('TRUE'), has('FALSE'));
  }
  const x = builder.atom(value.value);
  const none = builder.call('*', constant(0), builder.call('==', x, x));
  return numbers.reduce<Expr>((any, n) => builder.call('or', any, builder.call('==', x, constant(n))), none);
}

function call(expression: CallExpression, scope: Scope): Typed {
  const { builder } = scope;
  const { name } = expression;
  const at = (place: number): Expr => numberOf(expression.arguments[place].value, scope);
  const numbers = (value: Expr): Typed => ({ type: 'numbers', value });
  if (name === 'I') return compileExpression(expression.arguments[0].value, scope);
  if (sameName.has(name)) return numbers(builder.call(name as Operation, at(0)));
  switch (name) {
    case 'square': {
      const x = builder.atom(at(0));
      return numbers(builder.call('*', x, x));
    }
    case 'as.numeric': case 'as.double': return numbers(at(0));
    case 'as.integer': return numbers(builder.call('trunc', at(0)));
    case 'pmin': return numbers(builder.call('min', at(0), at(1)));
    case 'pmax': return numbers(builder.call('max', at(0), at(1)));
    case 'atan2': return numbers(builder.call('atan2', at(0), at(1)));
    case 'ifelse': return numbers(builder.call('ifelse', at(0), at(1), at(2)));
    case 'log': return numbers(logarithm(expression, scope));
    case 'round': return numbers(rounded(expression, scope));
    case 'poly': return { type: 'matrix', columns: polynomial(expression, scope) };
    case 'scale': case 'standardize': case 'center': return numbers(scaled(expression, scope));
    case 'c': return { type: 'text', values: expression.arguments.map(item => textOf(item.value)) };
    default: throw cannot(expression);
  }
}

function textOf(expression: Expression): string {
  const inner = ungroup(expression);
  if (inner.kind === 'string') return inner.value;
  if (inner.kind === 'number') return String(inner.value);
  if (inner.kind === 'logical') return inner.value ? 'TRUE' : 'FALSE';
  if (inner.kind === 'unary' && inner.operator === '-') return String(-levelNumber(textOf(inner.operand)));
  throw cannot(expression);
}

function operandOf(expression: CallExpression, scope: Scope): Expr {
  const operand = argument(expression, 'x', 0);
  if (!operand) throw cannot(expression);
  return numberOf(operand, scope);
}

function constantOf(expression: Expression | undefined, otherwise: number): number {
  const inner = expression && ungroup(expression);
  if (!inner) return otherwise;
  if (inner.kind === 'number') return inner.value;
  if (inner.kind === 'logical') return inner.value ? 1 : 0;
  if (inner.kind === 'unary' && inner.operator !== '!') return (inner.operator === '-' ? -1 : 1) * constantOf(inner.operand, NaN);
  if (inner.kind === 'call' && inner.name === 'exp' && inner.arguments.length === 1) return Math.exp(constantOf(inner.arguments[0].value, NaN));
  throw cannot(inner);
}

function logarithm(expression: CallExpression, scope: Scope): Expr {
  const value = scope.builder.call('log', operandOf(expression, scope));
  const base = argument(expression, 'base', 1);
  return base ? scope.builder.call('/', value, constant(Math.log(constantOf(base, NaN)))) : value;
}

/** Halves go up, as in evaluate. */
function rounded(expression: CallExpression, scope: Scope): Expr {
  const { builder } = scope;
  const power = constant(10 ** constantOf(argument(expression, 'digits', 1), 0));
  const shifted = builder.call('+', builder.call('*', operandOf(expression, scope), power), constant(0.5));
  return builder.call('/', builder.call('floor', shifted), power);
}

function stateOf(expression: CallExpression, { states }: Scope): TransformState {
  const state = states.get(deparse(expression));
  if (!state) throw cannot(expression);
  return state;
}

function scaled(expression: CallExpression, scope: Scope): Expr {
  const state = stateOf(expression, scope);
  if (state.kind !== 'scale') throw cannot(expression);
  const { builder } = scope;
  return builder.call('/', builder.call('-', operandOf(expression, scope), constant(state.center)), constant(state.scale));
}

function polynomial(expression: CallExpression, scope: Scope): Expr[] {
  const { builder } = scope;
  const x = builder.atom(operandOf(expression, scope));
  const raw = expression.arguments.find(item => item.name === 'raw');
  if (raw && constantOf(raw.value, 0) !== 0) {
    const degree = constantOf(argument(expression, 'degree', 1), 1);
    return Array.from({ length: degree }, (_, i) => builder.atom(builder.call('^', x, constant(i + 1))));
  }
  const state = stateOf(expression, scope);
  if (state.kind !== 'poly') throw cannot(expression);
  const { alpha, norm2 } = state;
  let before: Expr = constant(0);
  let current: Expr = constant(1);
  return alpha.map((shift, k) => {
    const first = builder.call('*', builder.call('-', x, constant(shift)), current);
    const following = builder.atom(k === 0 ? first : builder.call('-', first, builder.call('*', constant(norm2[k + 1] / norm2[k]), before)));
    before = current;
    current = following;
    return builder.atom(builder.call('/', following, constant(Math.sqrt(norm2[k + 2]))));
  });
}
