/** Is one model worse than another by more than chance? Paired over folds, or over rows where folds are small. */
import { joined } from '../evaluate/joined';
import { correctedResampledT, meanOf, testToTrainRatio } from '../evaluate/intervals';
import type { Fold } from '../evaluate/splits';
import { tFactor, tTwoSided } from '../math/distributions';
import type { Rng } from '../math/random';
import type { WorkContext } from '../context';
import { areSmall, lossOf, mean, type FoldLosses } from './losses';

export interface PairedDifference {
  /** Loss of the model less that of the other, on the folds that both have. */
  readonly value: number;
  readonly standardError?: number;
  readonly low?: number;
  readonly high?: number;
  readonly pValue?: number;
}

/** Row visits that the resamples of one pair may cost, and how many resamples there are. */
const rowBudget = 2e7;
const mostResamples = 1000;
const fewestResamples = 100;

/** How `pairedDifference` judges these folds, in words. */
export function testWords(folds: readonly Fold[]): string {
  return overFolds(folds.map(fold => fold.test))
    ? `corrected resampled t test of the paired differences over the ${folds.length} folds (Nadeau and Bengio 2003)`
    : 'paired bootstrap of the held-out rows: difference ÷ its standard deviation over resamples, t';
}

/**
 * Compares the losses of two models on the same held-out rows. Folds of 50 rows or more: differences d_f of the folds' losses, standard
 * error √(s² (1/k + n_test/n_train)) and t with k − 1 degrees of freedom (Nadeau & Bengio 2003). Else rows are resampled, the same
 * ones for both; the standard error is the standard deviation of the difference over the resamples, t has n − 1 degrees of freedom.
 */
export async function pairedDifference(model: FoldLosses, other: FoldLosses, root: boolean, level: number, rng: Rng, context: WorkContext): Promise<PairedDifference | undefined> {
  const folds = [...model.keys()].filter(fold => other.has(fold));
  if (folds.length === 0) return undefined;
  const ours = folds.map(fold => model.get(fold)!);
  const theirs = folds.map(fold => other.get(fold)!);
  return overFolds(ours) ? foldDifference(folds, ours, theirs, root, level) : rowDifference(ours, theirs, root, level, rng, context);
}

function overFolds(folds: readonly ArrayLike<number>[]): boolean {
  return folds.length > 1 && !areSmall(folds);
}

function foldDifference(folds: readonly Fold[], ours: readonly Float64Array[], theirs: readonly Float64Array[], root: boolean, level: number): PairedDifference {
  const differences = ours.map((losses, f) => lossOf(root, mean(losses)) - lossOf(root, mean(theirs[f]!)));
  const value = meanOf(differences);
  const interval = correctedResampledT(differences, testToTrainRatio(folds), level);
  if (!interval) return { value };
  const freedom = differences.length - 1;
  return judged(value, (interval.high - interval.low) / 2 / tFactor(level, freedom), freedom, level);
}

async function rowDifference(
  ours: readonly Float64Array[], theirs: readonly Float64Array[], root: boolean, level: number, rng: Rng, context: WorkContext,
): Promise<PairedDifference> {
  const a = joined(ours);
  const b = joined(theirs);
  // Means over folds weigh a row by its fold; squared errors are put together before the root.
  const weights = joined(ours.map(fold => new Float64Array(fold.length).fill(root ? 1 : 1 / fold.length)));
  const difference = (counts?: Uint16Array): number => {
    let [sumA, sumB, total] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      const w = counts ? weights[i]! * counts[i]! : weights[i]!;
      sumA += w * a[i]!;
      sumB += w * b[i]!;
      total += w;
    }
    return lossOf(root, sumA / total) - lossOf(root, sumB / total);
  };
  const value = difference();
  if (a.length < 2) return { value };
  const resamples = Math.round(Math.min(mostResamples, Math.max(fewestResamples, rowBudget / a.length)));
  const counts = new Uint16Array(a.length);
  const draws: number[] = [];
  for (let r = 0; r < resamples; r++) {
    await context.breathe();
    counts.fill(0);
    for (let i = 0; i < a.length; i++) counts[rng.integer(a.length)]!++;
    draws.push(difference(counts));
  }
  const centre = meanOf(draws);
  const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - centre) ** 2, 0) / (resamples - 1));
  return judged(value, deviation, a.length - 1, level);
}

function judged(value: number, standardError: number, freedom: number, level: number): PairedDifference {
  const half = tFactor(level, freedom) * standardError;
  const pValue = value === 0 ? 1 : tTwoSided(value / standardError, freedom);
  return { value, standardError, low: value - half, high: value + half, ...(Number.isFinite(pValue) && { pValue }) };
}
