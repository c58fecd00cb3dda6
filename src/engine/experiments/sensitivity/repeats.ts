/** How often the folds are dealt where nothing is said of it: three times where that is cheap. */
import type { Dataset } from '../../data/dataset';

/** Deals of a cheap study. */
const cheapDeals = 3;
/** Seconds on one core that such a study may take, roughly. */
const cheap = 30;

/**
 * Seconds of a fit for each row and column, in the order of magnitude of a common machine. They are constants, not measured: the number of deals shall
 * not depend on how fast the machine is. Families that are not here (a search for formulas) are never cheap.
 */
const secondsACell: Readonly<Record<string, number>> = { linear: 5e-7, logistic: 4e-6, bayes: 2e-5, ebm: 1e-4, neural: 1e-4, attention: 2e-3 };
/** Of any fit, however few rows. */
const overhead = 0.005;

/** `settings` on `folds` folds each. */
export function usualDeals({ table, features }: Pick<Dataset, 'table' | 'features'>, family: string, settings: number, folds: number): number {
  const fit = overhead + (secondsACell[family] ?? Infinity) * table.rows * Math.max(1, features.length);
  return settings * folds * cheapDeals * fit <= cheap ? cheapDeals : 1;
}
