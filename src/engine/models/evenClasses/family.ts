/** Training on at most so many times as many rows of each class as the smallest has, for every family that explains classes. */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Family, Model } from '../model';
import { classRatioOption, datasetOf, evenNote, evenRows, ratioOf } from './rows';

/**
 * The family with the option `classRatio`; without it, and for numbers, nothing changes. Leaving rows out by their class keeps the slopes of a
 * logistic model consistent (Prentice & Pyke 1979, Biometrika 66); other families learn what the mixture that is left shows.
 */
export function withEvenClasses(family: Family): Family {
  if (!family.tasks.includes('classification')) return family;
  const { fitFolds } = family;
  return {
    ...family,
    options: [...family.options, classRatioOption],
    fit: (dataset, context, rows) => fitEven(family, dataset, context, rows),
    ...(fitFolds && {
      fitFolds: (dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model) => {
        const ratio = ratioOf(dataset);
        return fitFolds(dataset, ratio === 0 ? trainRows : trainRows.map(rows => evenRows(dataset, ratio, rows)!), context, full);
      },
    }),
  };
}

async function fitEven(family: Family, dataset: Dataset, context: WorkContext, given?: Int32Array): Promise<Model> {
  const ratio = ratioOf(dataset);
  const rows = evenRows(dataset, ratio, given);
  if (rows === given) return family.fit(dataset, context, given);
  const model = await (given ? family.fit(dataset, context, rows) : family.fit(datasetOf(dataset, rows!), context));
  return model.noted?.([evenNote(ratio, rows!.length, given?.length ?? dataset.table.rows)]) ?? model;
}
