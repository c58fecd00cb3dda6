/** How much the metrics of one model differ from those of another: paired over the folds where they are the same. */
import type { Metric } from '../../protocol/measures';
import type { ModelFacts } from '../../protocol/modelFacts';
import type { MetricDifference } from '../../protocol/sideBySide';
import { correctedResampledT, isBetterHigher, meanOf } from '../evaluate/intervals';
import { tFactor, tTwoSided } from '../math/distributions';

/** How `metricChanges` judges differences, in words. */
export const testWords = 'corrected resampled t of the paired differences over the folds (Nadeau and Bengio 2003)';

/** The second model's metrics less the first's, of the metrics that both have. */
export function metricChanges(a: ModelFacts, b: ModelFacts, sameFolds: boolean, level: number): MetricDifference[] {
  return (a.performance?.metrics ?? []).flatMap(first => {
    const second = b.performance?.metrics.find(({ name }) => name === first.name);
    if (!second) return [];
    return [(sameFolds ? paired(first, second, foldsOf(a), level) : undefined) ?? { name: first.name, first: first.value, second: second.value, change: second.value - first.value, verdict: 'unknown' as const }];
  });
}

interface FoldSizes { readonly count: number; readonly testToTrain: number }

/** Older reports do not say how large the folds are: theirs are taken as equally large. */
function foldsOf({ performance }: ModelFacts): FoldSizes {
  const sizes = performance?.foldRows;
  const count = sizes?.length ?? Math.max(0, ...(performance?.metrics ?? []).map(({ folds }) => folds?.length ?? 0));
  const rows = performance?.rows ?? 0;
  return { count, testToTrain: sizes && sizes.length > 1 ? meanOf(sizes.map(size => size / (rows - size))) : 1 / (count - 1) };
}

/** Undefined where not every fold has a value of both: which ones have is not kept. */
function paired(first: Metric, second: Metric, { count, testToTrain }: FoldSizes, level: number): MetricDifference | undefined {
  const [ours, theirs] = [second.folds ?? [], first.folds ?? []];
  if (count < 2 || ours.length !== count || theirs.length !== count) return undefined;
  const differences = ours.map((value, fold) => value - theirs[fold]!);
  const change = meanOf(differences);
  const shown = { name: first.name, first: first.value, second: second.value, change: change + 0 };
  if (differences.every(difference => difference === 0)) return { ...shown, change: 0, verdict: 'same' };
  const interval = correctedResampledT(differences, testToTrain, level);
  // Where all folds differ by the same, their spread says nothing of the uncertainty.
  if (!interval || !(interval.high - interval.low > 1e-9 * Math.abs(change))) return { ...shown, verdict: 'unknown' };
  const standardError = (interval.high - interval.low) / 2 / tFactor(level, count - 1);
  const pValue = tTwoSided(change / standardError, count - 1);
  return { ...shown, ...interval, ...(Number.isFinite(pValue) && { pValue }), verdict: verdictOf(first.name, interval) };
}

function verdictOf(name: Metric['name'], { low, high }: { readonly low: number; readonly high: number }): MetricDifference['verdict'] {
  if (low <= 0 && high >= 0) return 'no clear difference';
  return low > 0 === isBetterHigher(name) ? 'better' : 'worse';
}
