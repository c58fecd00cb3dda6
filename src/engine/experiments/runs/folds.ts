/** The folds that every setting of an experiment is measured on: dealt anew as often as asked, the same for all. */
import type { Dataset } from '../../data/dataset';
import { makeFolds, type Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { sharedCodes } from './runAll';

export interface RepeatedFolds { readonly folds: readonly Fold[]; /** Different ones. */ readonly deals: number; readonly scheme: string }

/** The first deal is that of a run of the model itself. A deal that another one equals is left out: folds of a column, or of single rows, are always the same. */
export function repeatedFolds(dataset: Dataset, repeats: number): RepeatedFolds {
  const { recipe } = dataset;
  const all = Array.from({ length: repeats }, (_, k) => makeFolds(dataset, recipe.split, k === 0 ? new Rng(recipe.seed).fork('evaluate').fork('folds') : new Rng(recipe.seed).fork(`folds ${k}`)));
  const seen = new Set<string>();
  const deals = all.filter(({ folds }) => {
    const key = folds.map(({ test }) => test.join()).sort().join(';');
    return !seen.has(key) && seen.add(key);
  });
  const folds = deals.flatMap(deal => deal.folds).map(({ train, test }) => ({ train: sharedCodes(train), test: sharedCodes(test) }));
  return { folds, deals: deals.length, scheme: `${deals[0]!.scheme}${deals.length > 1 ? `, dealt ${deals.length} times` : ''}` };
}

/** How many training rows a share of them is. */
export function rowsOfShare({ train }: Pick<Fold, 'train'>, share: number): number {
  return Math.min(train.length, Math.max(2, Math.round(share * train.length)));
}

/** The first `share` of the fold's training rows in a random order of its own: smaller shares are parts of larger ones. */
export function shareOfRows({ train }: Fold, share: number, rng: Rng): Int32Array {
  const count = rowsOfShare({ train }, share);
  if (count >= train.length) return train;
  const taken = rng.shuffle(Int32Array.from(train)).slice(0, count).sort();
  return sharedCodes(taken);
}
