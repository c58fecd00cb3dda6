// Sparse regression of a transformed target on a library of terms: products, best subsets, coefficients.
import type { Expression } from '../../expression';
import { residualBits } from '../../describe';
import { fastValues, type SearchRows } from '../../searchRows';
import { dot } from './dots';
import { bestSubsets, type SubsetProblem } from './subsets';
import { solveLinear } from '../../../math/levenbergMarquardt';
import type { Way } from './targets';
import { weightedSum, type Term } from './terms';

/** A formula to offer, and about how many bits it takes with its misfit on the rows, to compare proposals. */
export interface Proposal {
  expression: Expression;
  bits: number;
}

export interface SparseOptions {
  largest: number;
  width: number;
  keep: number;
  /** Bits of each term, whatever it is made of; by default those of its symbols. */
  cost?: number;
}

/** The best sums of terms for t = T(y), best first. */
export function* sparse(terms: readonly Term[], way: Way, rows: SearchRows, options: SparseOptions): Generator<undefined, Proposal[]> {
  const columns = terms.map(({ values }) => weighted(values, way.weights));
  const usable = columns.map((_, j) => j).filter(j => columns[j] !== undefined);
  const target = way.values.map((t, i) => t * way.weights[i]!);
  const problem = yield* subsetProblem(usable.map(j => columns[j]!.column), target, usable.map(j => options.cost ?? terms[j]!.cost), rows, options);
  const proposals: Proposal[] = [];
  for (const { members } of yield* bestSubsets(problem, options.keep)) {
    const chosen = members.map(j => terms[usable[j]!]!);
    const proposal = proposed(chosen, way, rows);
    if (proposal) proposals.push(proposal);
    yield undefined;
  }
  return proposals.sort((a, b) => a.bits - b.bits);
}

/** Column × weights, scaled to unit length; undefined where there is nothing of it. */
export function weighted(values: Float64Array, weights: Float64Array): { column: Float64Array; length: number } | undefined {
  const column = new Float64Array(values.length);
  let squares = 0;
  for (let i = 0; i < column.length; i++) {
    column[i] = values[i]! * weights[i]!;
    squares += column[i]! * column[i]!;
  }
  const length = Math.sqrt(squares);
  if (!(length > 1e-150) || !Number.isFinite(length)) return undefined;
  for (let i = 0; i < column.length; i++) column[i]! /= length;
  return { column, length };
}

/** Products of unit columns with each other and with the target; yields now and then. */
export function* subsetProblem(
  columns: readonly Float64Array[], target: Float64Array, costs: ArrayLike<number>, rows: SearchRows, { largest, width }: { largest: number; width: number },
): Generator<undefined, SubsetProblem> {
  const m = columns.length;
  const gram = new Float64Array(m * m);
  let work = 0;
  for (let j = 0; j < m; j++) {
    for (let i = 0; i <= j; i++) gram[i * m + j] = gram[j * m + i] = dot(columns[i]!, columns[j]!);
    if ((work += j * target.length) > 2e6) {
      work = 0;
      yield undefined;
    }
  }
  return {
    gram, right: Float64Array.from(columns, column => dot(column, target)), total: dot(target, target), rows: rows.rows,
    floor: rows.rows * rows.finest ** 2, costs, largest, width,
  };
}

/** Coefficients of the chosen terms by orthogonal least squares, and the formula scored in the target's own units. */
export function proposed(chosen: readonly Term[], way: Way, rows: SearchRows): Proposal | undefined {
  const columns = chosen.map(({ values }) => weighted(values, way.weights));
  if (chosen.length === 0 || columns.includes(undefined)) return undefined;
  const residuals = way.values.map((t, i) => -t * way.weights[i]!);
  const { solution } = solveLinear({ residuals, jacobian: columns.map(each => each!.column) });
  const kept = needed(solution);
  if (kept.length < chosen.length) return proposed(kept.map(j => chosen[j]!), way, rows);
  const coefficients = solution.map((c, j) => c / columns[j]!.length);
  const expression = way.back(weightedSum(chosen.map(each => each.expression), coefficients));
  const bits = scoreOf(expression, rows) + chosen.reduce((total, { cost }) => total + cost, 0);
  return Number.isFinite(bits) ? { expression, bits } : undefined;
}

/** Which unit columns have more than rounding in a solution. */
export function needed(solution: Float64Array): number[] {
  const largest = solution.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  return [...solution.keys()].filter(j => Math.abs(solution[j]!) > 1e-11 * largest);
}

/** Bits of the misfit of a formula on the rows; rows where it has no value count as missed by the target's spread. */
export function scoreOf(expression: Expression, rows: SearchRows): number {
  const values = fastValues(expression, rows);
  let sse = 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) sse += ((rows.weights?.[i] ?? 1) * (values[i]! - rows.target[i]!)) ** 2;
    else missing++;
  }
  return missing > 0.02 * rows.rows ? NaN : residualBits(sse + (missing * rows.totalSquares) / rows.rows, rows);
}
