/** Rows that are exact copies of others and are held out while a copy is trained on: their score says nothing of new rows. */
import type { CheckSeverity } from '../../protocol/checks';
import type { Split } from '../../protocol/recipe';
import type { Dataset } from '../data/dataset';
import { firstOfAlike } from '../data/duplicateRows';
import type { Column } from '../data/table';
import type { Fold } from '../evaluate/splits';
import { columnOf, quoted, type Check, type CheckInput, type CheckResult } from './input';
import { count, num, percent } from './words';

/** More cells than this would take longer than a check may. */
const mostCells = 2e7;
/** Held-out rows with a copy among the training rows: a share that scores may rest on, and one that can hardly be neglected. */
const someShare = 0.01;
const muchShare = 0.05;
/** So many times the pairs that would agree in the last column by chance are no chance: rows that agree in the others are alike in it too, but not that much. */
const farMore = 20;

export const duplicates: Check = {
  id: 'duplicates', wantsAllRows: true,
  run(input) {
    const { dataset, folds } = input;
    if (dataset.table.rows * (dataset.features.length + 1) > mostCells) return { notRun: 'too many cells to compare all rows' };
    if (dataset.features.length === 0) return { notRun: 'there are no features' };
    const first = alikeRows(dataset);
    const copies = first.reduce((sum, one, row) => sum + (one === row ? 0 : 1), 0);
    return copies === 0 ? [] : told(input, first, copies, crossing(first, folds));
  },
};

function alikeRows({ table, features, target }: Dataset, without?: string): Int32Array {
  const used = new Set(features);
  const columns = table.columns.filter(({ name }) => used.has(name) && name !== without);
  return firstOfAlike(columns, table.rows, without === target.name ? undefined : target);
}

/** Held-out rows, and those of them that have a copy among the rows that their model was trained on. */
export function crossing(first: Int32Array, folds: readonly Fold[]): { readonly heldOut: number; readonly copied: number } {
  let heldOut = 0;
  let copied = 0;
  for (const { train, test } of folds) {
    const trained = new Uint8Array(first.length);
    for (const row of train) trained[first[row]!] = 1;
    for (const row of test) copied += trained[first[row]!]!;
    heldOut += test.length;
  }
  return { heldOut, copied };
}

function told(input: CheckInput, first: Int32Array, copies: number, { heldOut, copied }: ReturnType<typeof crossing>): CheckResult[] {
  const { rows } = input.dataset.table;
  const share = heldOut === 0 ? 0 : copied / heldOut;
  const { byChance, column, agree } = likelihoodOfChance(input.dataset, first);
  const severity: CheckSeverity = byChance || share < someShare ? 'information' : share < muchShare ? 'warning' : 'severe';
  // A few rows alike, as rounded measurements are.
  if (byChance && share < muchShare) return [];
  const across = heldOut === 0 ? 'no row is held out' : copied === 0 ? 'none of them is held out while a copy is trained on' : `${count(copied, 'held-out row')} (${percent(share)}) ${copied === 1 ? 'has' : 'have'} a copy among the rows that the model is trained on`;
  const why = byChance
    ? `with so few different values they may well be different cases that look alike (of the pairs of rows that agree in all but ${quoted(column)}, ${percent(agree)} agree in it too)`
    : 'the score on them may be too good';
  return [{
    id: 'duplicates', columns: [], severity,
    sentence: `${count(copies, 'row')} of ${rows.toLocaleString('en-US')} ${copies === 1 ? 'repeats' : 'repeat'} an earlier row in every feature and the target; ${across}${copied === 0 && !byChance ? '' : `: ${why}`}.`,
    evidence: { copies, rows, heldOut, heldOutWithCopy: copied, share, agreeWithoutColumn: Number(num(agree, 4).replaceAll(',', '')), column },
    ...(copied > 0 && !byChance && fixOf(input.dataset.recipe.split)),
  }];
}

function fixOf(split: Split): Pick<CheckResult, 'fix'> {
  if (split.scheme !== 'kFold' || split.groupColumn !== undefined || split.duplicates) return {};
  return { fix: { title: 'Keep copies in the same fold', change: { split: { ...split, duplicates: 'together' } }, flags: `--folds ${split.folds} --duplicates together` } };
}

/**
 * Copies agree in every column at once. Of the pairs of rows that agree in all columns but the one with the most different values, real copies agree in
 * that one too; rows that are alike by chance mostly do not.
 */
function likelihoodOfChance(dataset: Dataset, first: Int32Array): { readonly byChance: boolean; readonly column: string; readonly agree: number } {
  const { target, features } = dataset;
  const all = [...features.map(name => ({ name, repeat: repeatOf(columnOf(dataset, name)) })), { name: target.name, repeat: repeatOf(target.task === 'regression' ? target.values : target.codes) }];
  const told = all.reduce((best, one) => (one.repeat < best.repeat ? one : best));
  const [alike, without] = [pairs(first), Math.max(1, pairs(alikeRows(dataset, told.name)))];
  const agree = alike / without;
  return { byChance: told.repeat > 0.1 || (agree < 0.5 && alike < farMore * without * told.repeat), column: told.name, agree };
}

const pairs = (first: Int32Array): number => [...sizes(first).values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);

function sizes(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i]!, (counts.get(values[i]!) ?? 0) + 1);
  return counts;
}

/** Probability that two random rows agree in the column. */
function repeatOf(column: Column | ArrayLike<number>): number {
  const values = 'storage' in column ? (column.storage === 'code' ? column.codes : column.values) : column;
  let sum = 0;
  for (const n of sizes(values).values()) sum += n * (n - 1);
  return sum / Math.max(1, values.length * (values.length - 1));
}
