/** What Shapley values of rows are, and how well they add up. */
import type { Table } from '../data/table';
import type { Model } from '../models/model';
import type { ContributionScale } from './linkOutputs';

/** Contributions on the scale named: base[k] + Σ_j values[(row × features + j) × outputs + k] = output[row × outputs + k]. */
export interface Shapley {
  readonly features: readonly string[];
  readonly rows: number;
  readonly outputs: number;
  readonly scale: ContributionScale;
  /** Mean output over the background rows. */
  readonly base: Float64Array;
  readonly values: Float64Array;
  /** Of sampled values, in their order: over the pairs of permutations and the background rows they start from. */
  readonly standardErrors?: Float64Array;
  /** What the model predicts for the rows, on the scale. NaN or infinite where it cannot say. */
  readonly output: Float64Array;
  /** Largest |base + Σ values − output| over the rows with a finite output, as measured; NaN without any. */
  readonly residual: number;
  readonly exact: boolean;
  /** Exact values of a model with terms of two features, divided between the two in closed form. */
  readonly divided?: true;
  readonly background: number;
  /** Permutations a row, both directions counted; 0 when exact. */
  readonly permutations: number;
}

export interface ShapleyJob {
  readonly model: Model;
  readonly table: Table;
  /** Rows of the table to explain. */
  readonly rows: Int32Array;
  /** Rows of the table that stand for what is usual. */
  readonly background: Int32Array;
  /** Pairs of permutations a row, at least: each starts from a background row, all of which are used equally often. */
  readonly pairs: number;
}

/** Largest |base + Σ values − output| over the finite outputs. */
export function largestResidual(base: Float64Array, values: Float64Array, output: Float64Array, features: number): number {
  const outputs = base.length;
  let largest = NaN;
  for (let at = 0; at < output.length; at++) {
    if (!Number.isFinite(output[at])) continue;
    const row = Math.floor(at / outputs);
    const k = at % outputs;
    let sum = base[k];
    for (let j = 0; j < features; j++) sum += values[(row * features + j) * outputs + k];
    const difference = Math.abs(sum - output[at]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
