/** What a study changes of what was asked before it begins: shares of rows that come to the same, the time of searches. It says so. */
import type { Varied } from '../../../protocol/experiments';
import type { Dataset } from '../../data/dataset';
import type { Fold } from '../../evaluate/splits';
import { count, percent } from '../../models/neural/words';
import { rowsOfShare } from '../runs/folds';
import { rowsChoice } from './axes';
import { listWords } from './words';

/** Shares of the training rows that are the same rows in every fold are run once, under the largest. */
export function differentRows(varied: readonly Varied[], folds: readonly Fold[]): { readonly varied: readonly Varied[]; readonly notes: readonly string[] } {
  const groups = new Map<string, number[]>();
  for (const share of varied.find(({ name }) => name === rowsChoice)?.values ?? []) {
    const key = folds.map(fold => rowsOfShare(fold, share as number)).join();
    groups.set(key, [...groups.get(key) ?? [], share as number]);
  }
  const same = [...groups.values()].filter(shares => shares.length > 1);
  const notes = same.map(shares => `${listWords(shares.map(percent))} of the training rows are the same ${count(rowsOfShare(folds[0]!, shares[0]!))} rows, so that they were run once.`);
  const values = [...groups.values()].map(shares => Math.max(...shares));
  return { varied: same.length === 0 ? varied : varied.map(item => (item.name === rowsChoice ? { ...item, values } : item)), notes };
}

/** Seconds of all searches for formulas in a run, where the person does not say. */
const runSeconds = 60;

/** A search for a formula has about the time that it has in one fold of a run, where none is set. */
export function searchSeconds(dataset: Dataset, family: string, folds: number): { readonly dataset: Dataset; readonly note: readonly string[] } {
  const { recipe } = dataset;
  if (family !== 'formula' || (recipe.options['known'] ?? '') !== '') return { dataset, note: [] };
  const asked = recipe.options['seconds'];
  if (asked !== undefined) return { dataset, note: [`The option seconds of each search was ${String(asked)}; with more seconds other formulas may be found.`] };
  const seconds = Number((runSeconds / Math.max(5, folds)).toPrecision(2));
  const note = `The option seconds of each search was ${seconds}, less than the ${runSeconds} of a whole run; with more seconds other formulas may be found.`;
  return { dataset: { ...dataset, recipe: { ...recipe, options: { ...recipe.options, seconds } } }, note: [note] };
}
