/** Training rows with faults put in on purpose: outliers of a number, labels that are wrong. Held-out rows are never touched. */
import type { Dataset } from '../../data/dataset';
import type { Rng } from '../../math/random';

/** Standard deviations of the target that an outlier is moved up by. */
export const outlierSize = 10;

/** A share of the training rows has its number moved up by ten standard deviations. */
export function withOutliers(dataset: Dataset, train: Int32Array, share: number, rng: Rng): Dataset {
  const { target } = dataset;
  if (target.task !== 'regression') return dataset;
  const values = target.values.slice();
  const shift = outlierSize * deviationOf(values, train);
  for (const row of chosen(train, share, rng)) values[row] += shift;
  return { ...dataset, target: { ...target, values } };
}

/** Classes: a share of the training rows gets another class at random. Numbers: a share changes its numbers with each other. */
export function withWrongLabels(dataset: Dataset, train: Int32Array, share: number, rng: Rng): Dataset {
  const { target } = dataset;
  const rows = chosen(train, share, rng);
  if (target.task === 'regression') {
    const values = target.values.slice();
    // Each takes the number of the next: no row keeps its own.
    rows.forEach((row, i) => { values[row] = target.values[rows[(i + 1) % rows.length]]; });
    return { ...dataset, target: { ...target, values } };
  }
  const codes = target.codes.slice();
  for (const row of rows) codes[row] = (codes[row] + 1 + rng.integer(target.classes.length - 1)) % target.classes.length;
  return { ...dataset, target: { ...target, codes } };
}

/** Rows that a share of them is. */
export const countOfShare = (rows: number, share: number): number => Math.round(share * rows);

/** Of these shares those that spoil more rows than the one before, whatever the fold: a share of few rows may be none, or as many as a smaller one. */
export function tellingShares(shares: readonly number[], fewestRows: number, atLeast: number): number[] {
  let before = atLeast - 1;
  return shares.filter(share => {
    const count = countOfShare(fewestRows, share);
    if (share !== 0 && count <= before) return false;
    if (share !== 0) before = count;
    return true;
  });
}

function chosen(train: Int32Array, share: number, rng: Rng): Int32Array {
  return rng.shuffle(Int32Array.from(train)).slice(0, countOfShare(train.length, share));
}

function deviationOf(values: Float64Array, rows: Int32Array): number {
  let mean = 0;
  rows.forEach((row, i) => { mean += (values[row] - mean) / (i + 1); });
  return Math.sqrt(rows.reduce((sum, row) => sum + (values[row] - mean) ** 2, 0) / rows.length);
}
