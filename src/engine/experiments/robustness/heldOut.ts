/** The truth about held-out rows, and the losses without a model: 1 where wrong, or the squared error. */
import type { Dataset } from '../../data/dataset';
import { gatherIntegers, gatherNumbers } from '../../data/rows';
import { classCounts } from '../../evaluate/splits';
import type { Truth } from './judge';

export function truthOf({ target }: Dataset, rows: Int32Array): Truth {
  return target.task === 'regression'
    ? { task: 'regression', values: gatherNumbers(target.values, rows) }
    : { task: 'classification', codes: gatherIntegers(target.codes, rows), classes: target.classes };
}

/** Predicting the mean, or the commonest class, of the training rows. */
export function baselineLosses({ target }: Dataset, train: Int32Array, rows: Int32Array): Float64Array {
  if (target.task === 'regression') {
    const mean = train.reduce((sum, row) => sum + target.values[row] / train.length, 0);
    return Float64Array.from(rows, row => (target.values[row] - mean) ** 2);
  }
  const counts = classCounts(gatherIntegers(target.codes, train), target.classes.length);
  const commonest = counts.indexOf(Math.max(...counts));
  return Float64Array.from(rows, row => (target.codes[row] === commonest ? 0 : 1));
}
