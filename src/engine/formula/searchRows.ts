// The rows that a search works on, and what it needs to know about them once.
import type { Domain } from './canonical';
import type { CodedRows } from './describe';
import type { Expression } from './expression';
import { Interpreter } from './interpreter';
import { compile } from './program';
import type { SlopeCheck } from './slopes/rules';
import type { ColumnUnits } from './units/dimensionOf';

export interface SearchRows extends CodedRows {
  columns: readonly Float64Array[];
  target: Float64Array;
  domain: Domain;
  /** Σ (y − ȳ)². */
  totalSquares: number;
  /** Runs programs on these rows. */
  interpreter: Interpreter;
  /** A formula whose units contradict these takes more bits. */
  units?: ColumnUnits;
  /** Rules about slopes: a formula that breaks one takes far more bits. */
  slopes?: SlopeCheck;
  /** What an error of each row counts, where not all alike: rows that were divided by something have its noise the more. */
  weights?: Float64Array;
}

/** `finest`: see {@link CodedRows}; left out, it is read off the target's own digits. */
export function searchRows(columns: readonly Float64Array[], target: Float64Array, finest?: number, units?: ColumnUnits): SearchRows {
  const rows = target.length;
  const mean = target.reduce((total, y) => total + y, 0) / rows;
  const totalSquares = target.reduce((total, y) => total + (y - mean) ** 2, 0);
  const size = Math.sqrt(target.reduce((total, y) => total + y * y, 0) / rows);
  return {
    columns, target, rows, variables: columns.length, totalSquares, interpreter: new Interpreter(columns, target),
    finest: Math.max(finest ?? roundingOf(target), size * 1e-10),
    domain: { positive: columns.map(column => column.every(x => x > 0)) },
    ...(units && { units }),
  };
}

/** Standard deviation of the rounding of numbers written with the digits that these have: a step of the last place over √12. */
export function roundingOf(of: Float64Array): number {
  let places = 0;
  for (const value of of) {
    const [digits = '', exponent = '0'] = String(value).split('e');
    places = Math.max(places, (digits.split('.')[1]?.length ?? 0) - Number(exponent));
    // More digits than anybody writes: a computed number.
    if (places > 14) return 0;
  }
  return 10 ** -places / Math.sqrt(12);
}

/** Σ (w (f − y))² of a formula's values. */
export function misfitOf(values: Float64Array, { target, weights }: SearchRows): number {
  let sse = 0;
  for (let i = 0; i < values.length; i++) {
    const error = values[i]! - target[i]!;
    sse += weights ? (weights[i]! * error) ** 2 : error * error;
  }
  return sse;
}

/** Values of a formula on the rows, fast. */
export function fastValues(of: Expression, { interpreter }: SearchRows): Float64Array {
  const { code, constants } = compile(of);
  return interpreter.evaluate(code, constants);
}
