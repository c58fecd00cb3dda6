/** How often a model's own prediction intervals hold the truth on held-out rows, at several levels. */
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { wilson } from '../evaluate/intervals';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import type { MeasuredCoverage, MeasuredMethod } from './measureIntervals';

const mostRows = 5000;
/** Row × feature² products to spend on a level at most: an interval costs a quadratic form per row. */
const workBudget = 3e8;

/** The intervals of the fold models on a sample of the rows that they did not see. Undefined where models have none. */
export async function ownCalibration(
  { table, target, recipe }: Dataset, { folds, foldModels }: Evaluation, levels: readonly number[], context: WorkContext, rng: Rng,
): Promise<MeasuredMethod | undefined> {
  if (target.task !== 'regression' || foldModels.some(model => !model.predictIntervals)) return undefined;
  const features = foldModels[0].features.length;
  const perFold = Math.max(10, Math.floor(Math.min(mostRows, workBudget / (features * features)) / folds.length));
  const samples = folds.map((fold, k) => sampleRows(fold.test, perFold, rng.fork(`rows ${k}`)));
  let name = 'prediction interval';
  const measure = async (level: number): Promise<MeasuredCoverage | undefined> => {
    let [rows, within, width] = [0, 0, 0];
    for (let k = 0; k < folds.length; k++) {
      await context.breathe();
      const { low, high, intervalKind } = foldModels[k].predictIntervals!(table, level, samples[k]);
      if (!low || !high) continue;
      name = intervalKind ?? name;
      samples[k].forEach((row, i) => {
        if (!Number.isFinite(high[i] - low[i])) return;
        rows++;
        width += high[i] - low[i];
        if (target.values[row] >= low[i] && target.values[row] <= high[i]) within++;
      });
    }
    return rows === 0 ? undefined : { level, rows, coverage: within / rows, interval: wilson(within, rows, recipe.level), meanWidth: width / rows };
  };
  const measured = await measure(recipe.level);
  if (!measured) return undefined;
  const calibration: MeasuredCoverage[] = [];
  for (const level of levels) {
    const point = level === recipe.level ? measured : await measure(level);
    if (point) calibration.push(point);
  }
  return { name, measured, calibration };
}
