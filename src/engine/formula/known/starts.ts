// Starts for the parameters of a formula where none are given: random magnitudes about each parameter's scale with the linear
// ones solved for, improved one parameter at a time; and, for quotients, the solution of the problem without its denominator.
import type { Rng } from '../../math/random';
import { substitute, variable } from '../expression';
import { valuesOf } from '../values';
import { FormulaSquares } from './leastSquares';
import { withoutDenominator } from './linearParameters';
import { parameterScales, type ParameterScale } from './scales';

export interface Start {
  /** All parameters. */
  parameters: Float64Array;
  sse: number;
}

/**
 * Random tries; how many of the best are led some steps downhill, and how many of those are improved
 * on a grid before; and changes of the best of all, per non-linear parameter. */
const tries = { least: 200, most: 2000, perParameter: 300, led: 40, improved: 4, shaken: 50 };
const stepsLed = 8;
/** Decades to either side of a scale. */
const decades = 3;

/** The best starts found on the rows of `of`, best first. */
export async function findStarts(of: FormulaSquares, rng: Rng, breathe: () => Promise<void>): Promise<Start[]> {
  const scales = scalesOf(of);
  const found: Start[] = [];
  for (const start of rationalStarts(of, scales, rng)) add(found, { parameters: start, sse: of.sse(start) });
  const count = of.others.length ? Math.min(tries.most, tries.least + tries.perParameter * of.others.length) : 1;
  for (let k = 0; k < count; k++) {
    if (k % 50 === 0) await breathe();
    add(found, of.tried(draw(of.others, scales, rng)));
  }
  found.sort((a, b) => a.sse - b.sse);
  if (!of.others.length) return found;
  const led: Start[] = [];
  for (const [k, start] of found.slice(0, tries.led).entries()) {
    if (k % 8 === 0) await breathe();
    if (k < tries.improved) improveOneByOne(of, start, scales);
    add(led, leadDownhill(of, start.parameters));
  }
  await shake(of, led, scales, rng, breathe);
  return apart([...led, ...found.slice(0, tries.improved)].sort((a, b) => a.sse - b.sse));
}

function leadDownhill(of: FormulaSquares, from: Float64Array): Start | undefined {
  const parameters = of.project(of.others.map(j => from[j]!), stepsLed);
  return parameters && { parameters, sse: of.sse(parameters) };
}

/**
 * Goes on from the best start with some parameters drawn anew, again and again: a term that has settled on the wrong peak or
 * the wrong frequency finds the right one while the rest stays.
 */
async function shake(of: FormulaSquares, led: Start[], scales: readonly ParameterScale[], rng: Rng, breathe: () => Promise<void>): Promise<void> {
  if (of.others.length < 2 || !led.length) return;
  let best = led.reduce((a, b) => (b.sse < a.sse ? b : a));
  const count = tries.shaken * of.others.length;
  for (let k = 0; k < count; k++) {
    if (k % 8 === 0) await breathe();
    const from = Math.floor(rng.uniform() * of.others.length);
    const renewed = of.others.slice(from, from + 1 + Math.floor(rng.uniform() * 3));
    const parameters = best.parameters.slice();
    draw(renewed, scales, rng).forEach((value, j) => (parameters[renewed[j]!] = value));
    const start = leadDownhill(of, parameters);
    add(led, start);
    if (start && start.sse < best.sse) best = start;
  }
}

/** Without starts that have come to the same place. */
function apart(starts: readonly Start[]): Start[] {
  return starts.filter((start, k) => !starts.slice(0, k).some(other => other.sse >= start.sse * (1 - 1e-6) && start.parameters.every((value, j) => Math.abs(value - other.parameters[j]!) <= 1e-3 * Math.abs(value))));
}

function scalesOf(of: FormulaSquares): ParameterScale[] {
  const inputs = [...of.data.columns, ...Array<number>(of.parameters).fill(1)];
  return parameterScales(of.expression, inputs, of.rows, of.data.columns.length, of.parameters);
}

function add(to: Start[], start: Start | undefined): void {
  if (start && start.sse < Infinity) to.push(start);
}

function draw(which: readonly number[], scales: readonly ParameterScale[], rng: Rng): number[] {
  return which.map(k => {
    const { magnitude, range, rates } = scales[k]!;
    if (rates && rng.uniform() < 0.6) return rates[rng.integer(rates.length)]!;
    if (range && rng.uniform() < 0.6) return range[0] + (rng.uniform() * 1.2 - 0.1) * (range[1] - range[0]);
    return (rng.uniform() < 0.5 ? -1 : 1) * magnitude * 10 ** (decades * (2 * rng.uniform() - 1) * rng.uniform());
  });
}

/** Each non-linear parameter in turn to the best of a grid, once round. */
function improveOneByOne(of: FormulaSquares, start: Start, scales: readonly ParameterScale[]): void {
  for (const k of of.others) {
    for (const value of grid(start.parameters[k]!, scales[k]!)) {
      const others = of.others.map(j => (j === k ? value : start.parameters[j]!));
      const tried = of.tried(others);
      if (tried && tried.sse < start.sse) Object.assign(start, tried);
    }
  }
}

function grid(now: number, { magnitude, range, rates = [] }: ParameterScale): number[] {
  const values = [...rates];
  for (let k = -6; k <= 6; k++) values.push(magnitude * 10 ** (k / 3), -magnitude * 10 ** (k / 3));
  for (const factor of [0.5, 0.7, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 1.4, 2, -1]) values.push(now * factor);
  if (range) for (let k = 0; k <= 24; k++) values.push(range[0] + ((range[1] - range[0]) * k) / 24);
  return values;
}

/**
 * Starts for y = N / D from N − y D = 0, which is linear in more parameters, solved again with the rows weighted by the last
 * 1 / D until it is nearly the true problem (Sanathanan & Koerner 1963).
 */
function* rationalStarts(of: FormulaSquares, scales: readonly ParameterScale[], rng: Rng): Generator<Float64Array> {
  const first = of.data.columns.length;
  const last = first + of.parameters;
  const split = withoutDenominator(of.expression, last, index => index >= first && index < last);
  if (!split) return;
  // Columns must come before parameters: the response becomes column `first`, parameters move up by one.
  const moved = Array.from({ length: last + 1 }, (_, k) => variable(k < first ? k : k === last ? first : k + 1));
  const zero = new Float64Array(of.rows);
  const equation = (roots: Float64Array): FormulaSquares =>
    new FormulaSquares(substitute(split.equation, moved), { columns: [...of.data.columns, of.data.response], response: zero, roots }, of.parameters);
  const own = of.data.roots ?? new Float64Array(of.rows).fill(1);
  const plain = equation(own);
  if (plain.linear.length <= of.linear.length) return;
  for (let k = 0; k < (plain.others.length ? 60 : 1); k++) {
    let parameters = plain.completed(draw(plain.others, scales, rng));
    for (let round = 0; parameters && round < 6; round++) {
      yield parameters;
      const below = valuesOf(split.denominator, [...of.data.columns, ...parameters], of.rows);
      const roots = own.map((root, i) => root / Math.max(Math.abs(below[i]!), 1e-100));
      if (!roots.every(Number.isFinite)) break;
      parameters = equation(roots).completed(plain.others.map(j => parameters![j]!));
    }
  }
}
