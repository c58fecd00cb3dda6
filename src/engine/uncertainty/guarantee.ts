/** What conformal methods promise for any number of rows, as long as rows are exchangeable. */

/** 'split': one calibration set. 'cross': one set a fold, their intervals put together (CV+, jackknife+). */
export type Combination = 'split' | 'cross';

/**
 * Lower bound of the coverage. Split: 1 − α (Vovk, Gammerman & Shafer 2005). Cross, from K calibration sets of the given
 * sizes with n scores in all: 1 − 2α − 2(1 − α)(K − 1)/(n + K), because twice the weighted mean of the sets' K p-values
 * is a p-value (Vovk & Wang 2020, Biometrika 107, 791–808; for sets of equal size it implies the first bound of theorem 4
 * of Barber et al. 2021, Annals of Statistics 49, 486–507). For sets of equal size that theorem's second bound holds too,
 * 1 − 2α − (1 − K/n)/(K + 1): with one row each (jackknife+) that is 1 − 2α.
 */
export function guaranteedCoverage(combination: Combination, sizes: readonly number[], level: number): number {
  if (combination === 'split' || sizes.length === 1) return level;
  const alpha = 1 - level;
  const n = sizes.reduce((a, b) => a + b, 0);
  const sets = sizes.length;
  const byPValues = (2 * (1 - alpha) * (sets - 1)) / (n + sets);
  const byComparison = sizes.every(size => size === sizes[0]) ? (1 - sets / n) / (sets + 1) : Infinity;
  return Math.max(0, Number((1 - 2 * alpha - Math.min(byPValues, byComparison)).toPrecision(12)));
}
