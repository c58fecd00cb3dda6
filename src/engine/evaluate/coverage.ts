/** How often the prediction intervals of a regression hold the truth, counted on held-out rows. */
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Interval } from './intervals';
import { clopperPearson } from './intervals';
import type { Evaluation } from './crossValidate';
import { sampleRows } from './scores';

export interface Coverage {
  readonly level: number;
  /** Share of the rows whose target lies within its interval, bounds included. */
  readonly coverage: number;
  /** Exact binomial (Clopper–Pearson) interval of that share at the same level. */
  readonly interval: Interval;
  /** Mean width in the target's unit. */
  readonly meanWidth: number;
  readonly rows: number;
  /** Words of the model for the kind of interval. */
  readonly kind: string;
}

const mostRows = 20_000;
/** Row × feature² products to spend at most: an interval costs a quadratic form per row. */
const workBudget = 2e9;

/**
 * Measures the coverage of the fold models' prediction intervals on their held-out rows (a sample of at most 20,000).
 * Undefined for classification and for models without intervals.
 */
export async function measureCoverage(
  dataset: Dataset, evaluation: Evaluation, context: WorkContext, rng: Rng, level = dataset.recipe.level,
): Promise<Coverage | undefined> {
  const { target } = dataset;
  if (target.task !== 'regression' || evaluation.folds.length === 0) return undefined;
  const terms = evaluation.foldModels[0].features.length;
  const perFold = Math.max(10, Math.floor(Math.min(mostRows, workBudget / (terms * terms)) / evaluation.folds.length));
  let rows = 0;
  let within = 0;
  let width = 0;
  let kind = 'prediction interval';
  for (let f = 0; f < evaluation.folds.length; f++) {
    await context.breathe();
    const sample = sampleRows(evaluation.folds[f].test, perFold, rng.fork(`coverage ${f}`));
    const predicted = evaluation.foldModels[f].predictIntervals?.(dataset.table, level, sample);
    if (!predicted?.low || !predicted.high) continue;
    kind = predicted.intervalKind ?? kind;
    for (let i = 0; i < sample.length; i++) {
      const low = predicted.low[i];
      const high = predicted.high[i];
      if (!Number.isFinite(high - low)) continue;
      const actual = target.values[sample[i]];
      rows++;
      width += high - low;
      if (actual >= low && actual <= high) within++;
    }
  }
  if (rows === 0) return undefined;
  return { level, coverage: within / rows, interval: clopperPearson(within, rows, level), meanWidth: width / rows, rows, kind };
}
