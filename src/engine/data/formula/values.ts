/** What an expression of a formula evaluates to, and where its values come from. */
import { UserError } from '../../../protocol/errors';
import { deparse } from './deparse';
import type { Expression } from './expression';
import type { TransformState } from './transforms';

/** Numbers: missing is NaN. Logical: 1, 0, NaN. Category: codes into levels, missing is -1. */
export type Value =
  | { readonly type: 'scalar'; readonly value: number; readonly logical?: boolean }
  | { readonly type: 'numbers'; readonly values: Float64Array; readonly logical?: boolean }
  | { readonly type: 'matrix'; readonly columns: readonly Float64Array[]; readonly names: readonly string[] }
  | { readonly type: 'category'; readonly codes: Int32Array; readonly levels: readonly string[] }
  | { readonly type: 'text'; readonly values: readonly string[] };

/** Where values come from: the rows of the block, and the state of transformations that were learned from data. */
export interface Environment {
  readonly length: number;
  /** Values of a column over the block: numbers or categories. */
  column(name: string): Value;
  /** State of a learned transformation by its text; absent while learning. */
  readonly states: Map<string, TransformState>;
  /** Learned transformations may be learned from this block, which then holds all training rows. */
  readonly learning: boolean;
}

/** What a function of a formula sees: the environment and the way to evaluate its arguments. */
export interface Scope {
  readonly environment: Environment;
  evaluate(expression: Expression): Value;
}

/** The value as numbers; categories whose levels are all numbers count as numbers. */
export function toNumbers(value: Value, expression: Expression): Extract<Value, { type: 'scalar' | 'numbers' }> {
  if (value.type === 'scalar' || value.type === 'numbers') return value;
  if (value.type === 'category') {
    const numbers = value.levels.map(levelNumber);
    if (numbers.every(n => !Number.isNaN(n))) {
      return { type: 'numbers', values: Float64Array.from(value.codes, code => (code < 0 ? NaN : numbers[code]!)) };
    }
    throw new UserError('badFormula', `${deparse(expression)} is not numeric and cannot be calculated with.`);
  }
  throw new UserError('badFormula', `${deparse(expression)} cannot be calculated with.`);
}

/** The number that a level's text stands for, else NaN. */
export function levelNumber(level: string): number {
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(level) ? Number(level) : NaN;
}
