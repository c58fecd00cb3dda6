/** Which rows the option `classRatio` trains on, and what is said of it. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { Dataset } from '../../data/dataset';
import { gatherIntegers, gatherNumbers, takeRows } from '../../data/rows';
import { Rng } from '../../math/random';
import type { FamilyOption } from '../model';

export const classRatioOption: FamilyOption = {
  name: 'classRatio', description: 'Rows of a class that the model is trained on, at most so many times those of the smallest class, drawn at random; 0: all rows. The predicted probabilities are then those of such a mixture of classes.', default: 0, minimum: 0, maximum: 1000,
};

/** Rows of each class that are trained on, given how many there are. */
export function keptOfEach(counts: readonly number[], ratio: number): number[] {
  const most = Math.max(1, Math.round(ratio * Math.min(...counts.filter(count => count > 0))));
  return counts.map(count => Math.min(count, most));
}

/** The rows to train on, ascending: all of a class, or a random part of them; the given ones where none is left out. */
export function evenRows({ target, recipe: { seed } }: Dataset, ratio: number, rows?: Int32Array): Int32Array | undefined {
  if (ratio === 0 || target.task !== 'classification') return rows;
  const byClass: number[][] = target.classes.map(() => []);
  const given = rows ?? Int32Array.from({ length: target.codes.length }, (_, row) => row);
  for (const row of given) byClass[target.codes[row]!]!.push(row);
  const kept = keptOfEach(byClass.map(list => list.length), ratio);
  if (kept.every((count, k) => count === byClass[k]!.length)) return rows;
  // One draw a row of the data: what a fold or a refit keeps is for the most part what all rows keep, too (exactly so where the smallest class is no larger a share of it).
  const rng = new Rng(seed).fork('class ratio');
  const draws = Float64Array.from(target.codes, () => rng.uniform());
  return Int32Array.from(byClass.flatMap((list, k) => (kept[k] === list.length ? list : list.sort((a, b) => draws[a]! - draws[b]!).slice(0, kept[k])))).sort();
}

/** How many rows of a dataset a model is fitted on. */
export function fittedRowsOf(dataset: Dataset): number {
  return evenRows(dataset, ratioOf(dataset))?.length ?? dataset.table.rows;
}

/** The rows as a dataset of their own: families make more of a fit on all rows than of one on some. */
export function datasetOf(dataset: Dataset, rows: Int32Array): Dataset {
  const { everyRow: _everyRow, target, ...rest } = dataset;
  return {
    ...rest, table: takeRows(dataset.table, rows), sourceRows: dataset.sourceRows ? gatherIntegers(dataset.sourceRows, rows) : rows,
    target: target.task === 'regression' ? { ...target, values: gatherNumbers(target.values, rows) } : { ...target, codes: gatherIntegers(target.codes, rows) },
  };
}

/** 0 where nothing is evened out. */
export function ratioOf({ recipe, target }: Dataset): number {
  const value = recipe.options['classRatio'] ?? 0;
  if (typeof value !== 'number' || !(value >= 0)) throw new UserError('badOption', `The option classRatio takes a number of 0 or more, not "${String(value)}".`);
  if (value > 0 && target.task === 'regression') throw new UserError('badOption', `The option classRatio is for classes, and "${target.name}" is explained as a number.`);
  return value;
}

export function evenNote(ratio: number, used: number, all: number): Note {
  const text = `The model was trained on ${used.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} rows, ${ratio === 1 ? 'as many of each class' : `at most ${ratio} times as many of a class as of the smallest`}: its probabilities are those of such a mixture of classes, not of the data, and its scores are measured on all held-out rows.`;
  return { kind: 'sampling', text };
}
