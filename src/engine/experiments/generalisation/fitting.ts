/** The family that a study fits, and the folds of cross-validation among some of the rows. */
import { UserError } from '../../../protocol/errors';
import type { Split } from '../../../protocol/recipe';
import type { Dataset } from '../../data/dataset';
import { gatherIntegers, gatherNumbers, takeRows } from '../../data/rows';
import { makeFolds, type Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { withComponents } from '../../models/components/family';
import { families } from '../../models/families';
import type { Family } from '../../models/model';
import { isNetwork, singleNetwork } from '../runs/oneNetwork';

/** The family as it is, but for networks, of which one is trained in the place of an ensemble. */
export function studiedFamily(id: string): Family {
  const family = families.find(item => item.id === id);
  if (!family) throw new UserError('badOption', `There is no model "${id}".`);
  return isNetwork(id) ? withComponents(singleNetwork(family, () => undefined)) : family;
}

/** Random folds: those of the recipe where it asks for folds, else five. Groups of another column than `domain` stay whole. */
export function withinSplit({ recipe: { split } }: Dataset, domain?: string): Split {
  if (split.scheme !== 'kFold') return { scheme: 'kFold', folds: 5 };
  return split.groupColumn === domain ? { scheme: 'kFold', folds: split.folds } : split;
}

export interface WithinFolds { readonly folds: readonly Fold[]; readonly scheme: string }

/** Folds among the rows alone, as rows of the dataset. Throws UserError where none can be made. */
export function foldsWithin(dataset: Dataset, rows: Int32Array, split: Split, label: string): WithinFolds {
  const { folds, scheme } = makeFolds(partOf(dataset, rows), split, new Rng(dataset.recipe.seed).fork(label));
  return { folds: folds.map(({ train, test }) => ({ train: gatherIntegers(rows, train), test: gatherIntegers(rows, test) })), scheme };
}

/** A dataset of the rows alone. */
function partOf(dataset: Dataset, rows: Int32Array): Dataset {
  const { sourceRows, target, everyRow: _every, ...rest } = dataset;
  return {
    ...rest, table: takeRows(dataset.table, rows), ...(sourceRows && { sourceRows: gatherIntegers(sourceRows, rows) }),
    target: target.task === 'regression' ? { ...target, values: gatherNumbers(target.values, rows) } : { ...target, codes: gatherIntegers(target.codes, rows) },
  };
}
