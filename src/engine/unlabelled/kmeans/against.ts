/** Silhouette and Caliński–Harabasz index beside what rows without clusters have: where rows come in lumps, both grow with every lump that is split off. */
import type { GapRun } from './gapReference';

/** An index of the data for k = 2, 3, … beside the references'. */
export interface IndexAgainst {
  /** Null where nothing is left within. */
  readonly values: readonly (number | null)[];
  /** Mean over the references (of the Caliński–Harabasz index the geometric mean). */
  readonly reference: readonly (number | null)[];
  readonly choice: number;
}

export interface IndicesAgainst {
  readonly silhouette: IndexAgainst;
  readonly calinskiHarabasz: IndexAgainst;
}

/** `rows`: of the data and of each reference. */
export function indicesAgainst(own: GapRun, references: readonly GapRun[], rows: number): IndicesAgainst {
  return {
    silhouette: compare([...own.silhouettes ?? []], references.map(({ silhouettes }) => [...silhouettes ?? []]), value => value),
    calinskiHarabasz: compare(logRatios(own.squares, rows), references.map(({ squares }) => logRatios(squares, rows)), value => (value > mostLog ? null : Math.exp(value))),
  };
}

/** Ratios beyond come from sums of squares that are rounding. */
const mostLog = 20;

/** ln of the variance ratio for k = 2, 3, … from ln W for k = 1, 2, …; differences of it are shares, as the gap's are. */
function logRatios(squares: Float64Array, rows: number): number[] {
  return Array.from(squares.subarray(1), (within, i) => Math.log((Math.max(1e-12, Math.exp(squares[0] - within) - 1) * Math.max(1, rows - i - 2)) / (i + 1)));
}

function compare(own: readonly number[], references: readonly (readonly number[])[], shown: (value: number) => number | null): IndexAgainst {
  const spreads = own.map((_, i) => spreadOf(references.map(curve => curve[i])));
  const excess = own.map((value, i) => value - spreads[i].mean);
  return { values: own.map(shown), reference: spreads.map(({ mean }) => shown(mean)), choice: firstPeak(excess, spreads.map(({ error }) => error)) + 2 };
}

/** Mean, and standard deviation × √(1 + 1/B) of B values, as the gap statistic has it. */
export function spreadOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { mean, error: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) * Math.sqrt(1 + 1 / values.length) };
}

/**
 * Place of the first value that the next does not better by more than the error of their difference; a later such one instead where it
 * is larger by more than three of its errors. −1 where there is no value.
 */
export function firstPeak(values: readonly number[], errors: readonly number[]): number {
  const last = values.length - 1;
  const peak = (i: number): boolean => i === last || values[i] >= values[i + 1] - Math.hypot(errors[i], errors[i + 1]);
  const first = values.findIndex((_, i) => peak(i));
  const later = values.findIndex((value, i) => i > first && i < last && peak(i) && value - 3 * errors[i] > values[first]);
  return later < 0 ? first : later;
}
