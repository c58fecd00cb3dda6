/** Which rows are held out together: k-fold (stratified or grouped), a given fold column, a hold-out share, or none. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import type { Split } from '../../protocol/recipe';
import type { Dataset, Target } from '../data/dataset';
import type { Column } from '../data/table';
import { findColumn } from '../data/table';
import { firstOfAlike } from '../data/duplicateRows';
import type { Rng } from '../math/random';
import { rowsWords } from './scores';

/** Row indices into the dataset, ascending; `test` is never empty and never overlaps `train`. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface FoldPlan {
  /** Empty for the scheme 'none'. */
  readonly folds: readonly Fold[];
  /** Words, e.g. "5-fold cross-validation, stratified by class". */
  readonly scheme: string;
  readonly notes: readonly Note[];
}

/** More folds than this, or more than this many row numbers in all folds together, are refused or reduced. */
const mostFolds = 1000;
const mostFoldCells = 2e8;

/**
 * Deals the rows of the dataset into folds. The same dataset, split and generator give the same folds.
 * Throws UserError when the split cannot be made: an unknown column, one group only, fewer than two rows.
 */
export function makeFolds(dataset: Dataset, split: Split, rng: Rng): FoldPlan {
  if (split.scheme === 'none') return { folds: [], scheme: 'no held-out rows', notes: [] };
  if (dataset.table.rows < 2) {
    throw new UserError('tooFewRows', `Holding out rows needs at least 2 usable rows; there ${dataset.table.rows === 1 ? 'is 1' : 'are none'}.`);
  }
  switch (split.scheme) {
    case 'kFold': return split.groupColumn === undefined
      ? kFold(dataset, split.folds, rng, split.duplicates === 'together')
      : groupFolds(dataset, split.folds, split.groupColumn, rng);
    case 'foldColumn': return columnFolds(dataset, split.column);
    case 'holdout': return split.last ? holdoutLast(dataset, split.share) : holdout(dataset, split.share, rng);
  }
}

function kFold(dataset: Dataset, asked: number, rng: Rng, together: boolean): FoldPlan {
  const notes: Note[] = [];
  const rows = dataset.table.rows;
  const count = foldCount(asked, rows, notes);
  const foldOf = new Int32Array(rows);
  let next = 0;
  // One stratum after another is dealt round; each starts where the last one stopped, so fold sizes differ by at most one.
  for (const stratum of strata(dataset.target)) {
    rng.shuffle(stratum);
    for (let i = 0; i < stratum.length; i++) {
      foldOf[stratum[i]] = next;
      next = next + 1 === count ? 0 : next + 1;
    }
  }
  if (together) keepTogether(dataset, foldOf);
  noteSmallClasses(dataset.target, count, notes);
  const stratified = dataset.target.task === 'classification' ? ', stratified by class' : '';
  return { folds: foldsFrom(foldOf, count).filter(fold => fold.test.length > 0), scheme: `${count}-fold cross-validation${stratified}${together ? ', copies of a row kept together' : ''}`, notes };
}

/** Copies of a row follow the first of them, whose target they share: the strata stay nearly even. */
function keepTogether({ table, features, target }: Dataset, foldOf: Int32Array): void {
  const used = new Set(features);
  const first = firstOfAlike(table.columns.filter(({ name }) => used.has(name)), table.rows, target);
  for (let row = 0; row < foldOf.length; row++) foldOf[row] = foldOf[first[row]];
}

function foldCount(asked: number, rows: number, notes: Note[]): number {
  if (!Number.isInteger(asked) || asked < 2) {
    throw new UserError('badOption', `The number of folds must be a whole number of at least 2, not ${asked}.`);
  }
  const most = Math.min(rows, mostFolds, Math.max(2, Math.floor(mostFoldCells / rows)));
  if (asked <= most) return asked;
  const why = asked > rows ? `there are only ${rowsWords(rows)}` : 'more would need too much memory';
  notes.push({ kind: 'evaluation', text: `${most} folds instead of the ${asked} asked for: ${why}.` });
  return most;
}

/** Row numbers by class; all rows as one stratum for a regression. */
function strata(target: Target): Int32Array[] {
  if (target.task === 'regression') {
    const all = new Int32Array(target.values.length);
    for (let row = 0; row < all.length; row++) all[row] = row;
    return [all];
  }
  const counts = classCounts(target.codes, target.classes.length);
  const lists = Array.from(counts, size => new Int32Array(size));
  const filled = new Int32Array(counts.length);
  for (let row = 0; row < target.codes.length; row++) {
    const code = target.codes[row];
    lists[code][filled[code]++] = row;
  }
  return lists;
}

function noteSmallClasses(target: Target, folds: number, notes: Note[]): void {
  if (target.task !== 'classification') return;
  const counts = classCounts(target.codes, target.classes.length);
  const small = target.classes
    .map((name, code) => ({ name, count: counts[code] }))
    .filter(c => c.count > 0 && c.count < folds);
  if (small.length === 0) return;
  const shown = small.slice(0, 5).map(c => `"${c.name}" (${rowsWords(c.count)})`).join(', ');
  const more = small.length > 5 ? ` and ${small.length - 5} more` : '';
  notes.push({
    kind: 'evaluation',
    text: `Fewer rows than folds in ${small.length === 1 ? 'class' : 'classes'} ${shown}${more}: some folds hold out none of them, ` +
      'and a class with a single row is unknown to the model that is tested on it.',
  });
}

/** Largest group first into the smallest fold; groups of equal size in seeded random order. */
function groupFolds(dataset: Dataset, asked: number, name: string, rng: Rng): FoldPlan {
  const notes: Note[] = [];
  const groups = groupRows(requireColumn(dataset, name, 'group'));
  if (groups.missing > 0) {
    notes.push({ kind: 'evaluation', text: `${rowsWords(groups.missing)} without a value of "${name}" ${groups.missing === 1 ? 'is' : 'are'} kept together as one group.` });
  }
  if (groups.count < 2) {
    throw new UserError('badOption', `The group column "${name}" has one value only; groups need at least two.`, { column: name });
  }
  let count = foldCount(asked, dataset.table.rows, notes);
  if (count > groups.count) {
    notes.push({ kind: 'evaluation', text: `${groups.count} folds instead of ${count}: the column "${name}" has only ${groups.count} groups.` });
    count = groups.count;
  }
  const sizes = new Int32Array(groups.count);
  for (const group of groups.of) sizes[group]++;
  const order = rng.shuffle(Int32Array.from(sizes.keys()));
  const bySize = Array.from(order).sort((a, b) => sizes[b] - sizes[a]);
  const foldOfGroup = new Int32Array(groups.count);
  const foldSizes = new Float64Array(count);
  for (const group of bySize) {
    const smallest = foldSizes.indexOf(Math.min(...foldSizes));
    foldOfGroup[group] = smallest;
    foldSizes[smallest] += sizes[group];
  }
  const scheme = `${count}-fold cross-validation, ${groups.count} groups of "${name}" kept whole`;
  return { folds: foldsFrom(groups.of.map(group => foldOfGroup[group]), count), scheme, notes };
}

/** Each value of the column is one fold; rows without a value are trained on in every fold and never held out. */
function columnFolds(dataset: Dataset, name: string): FoldPlan {
  const notes: Note[] = [];
  const column = requireColumn(dataset, name, 'fold');
  const groups = groupRows(column);
  const count = groups.missing > 0 ? groups.count - 1 : groups.count;
  if (count < 2) {
    const found = count === 1 ? 'one value only' : 'no values';
    throw new UserError('badOption', `The fold column "${name}" has ${found}; folds need at least two.`, { column: name });
  }
  if (count > mostFolds || count * dataset.table.rows > mostFoldCells) {
    throw new UserError('badOption', `The fold column "${name}" has ${count} different values, too many to fit a model for each.`, { column: name });
  }
  if (groups.missing > 0) {
    notes.push({
      kind: 'evaluation',
      text: `${rowsWords(groups.missing)} without a value of the fold column "${name}" ${groups.missing === 1 ? 'is' : 'are'} never held out; every fold trains on them.`,
    });
  }
  const foldOf = groups.of.map(group => (group >= count ? -1 : group));
  return { folds: foldsFrom(foldOf, count), scheme: `${count} folds given by the column "${name}"`, notes };
}

function requireColumn(dataset: Dataset, name: string, use: string): Column {
  const column = findColumn(dataset.table, name);
  if (!column) throw new UserError('unknownColumn', `There is no column "${name}" to use as the ${use} column.`, { column: name });
  return column;
}

/** Numbers the distinct values in sort order; missing cells together are the last group. */
function groupRows(column: Column): { of: Int32Array; count: number; missing: number } {
  const keys = column.storage === 'code' ? column.codes : column.values;
  const seen = new Set<number>();
  let missing = 0;
  for (const key of keys) {
    if (isMissing(column, key)) missing++;
    else seen.add(key);
  }
  const index = new Map(Array.from(Float64Array.from(seen).sort(), (key, i) => [key, i] as const));
  const of = new Int32Array(keys.length);
  for (let row = 0; row < of.length; row++) {
    of[row] = isMissing(column, keys[row]) ? index.size : index.get(keys[row]) ?? 0;
  }
  return { of, count: index.size + (missing > 0 ? 1 : 0), missing };
}

function isMissing(column: Column, key: number): boolean {
  return column.storage === 'code' ? key < 0 : Number.isNaN(key);
}

/** Holds out round(share × rows), of each class its share by largest remainders, and leaves every class a row to train on. */
function holdout(dataset: Dataset, share: number, rng: Rng): FoldPlan {
  if (!(share > 0 && share < 1)) {
    throw new UserError('badOption', `The hold-out share must be between 0 and 1, not ${share}.`);
  }
  const rows = dataset.table.rows;
  const wanted = Math.min(rows - 1, Math.max(1, Math.round(share * rows)));
  const groups = strata(dataset.target);
  const sizes = shareOut(groups.map(g => g.length), wanted);
  const foldOf = new Int32Array(rows).fill(-1);
  groups.forEach((group, g) => {
    rng.shuffle(group);
    for (let i = 0; i < sizes[g]; i++) foldOf[group[i]] = 0;
  });
  const percent = Number((100 * share).toPrecision(4));
  const stratified = dataset.target.task === 'classification' ? ', stratified by class' : '';
  const notes: Note[] = [];
  if (dataset.target.task === 'classification') {
    const unseen = dataset.target.classes.filter((_, code) => groups[code].length > 0 && sizes[code] === 0);
    if (unseen.length > 0) {
      notes.push({ kind: 'evaluation', text: `No held-out row has the ${unseen.length === 1 ? 'class' : 'classes'} ${unseen.slice(0, 5).map(c => `"${c}"`).join(', ')}${unseen.length > 5 ? ` and ${unseen.length - 5} more` : ''}: too few rows.` });
    }
  }
  return { folds: foldsFrom(foldOf, 1), scheme: `hold-out of ${percent} % of the rows${stratified}`, notes };
}

/** Holds out the last round(share × rows) rows of the file, which shows how a model of earlier rows does on later ones. */
function holdoutLast(dataset: Dataset, share: number): FoldPlan {
  if (!(share > 0 && share < 1)) throw new UserError('badOption', `The hold-out share must be between 0 and 1, not ${share}.`);
  const { table: { rows }, sourceRows } = dataset;
  const wanted = Math.min(rows - 1, Math.max(1, Math.round(share * rows)));
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  if (sourceRows) order.sort((a, b) => sourceRows[a] - sourceRows[b]);
  const foldOf = new Int32Array(rows).fill(-1);
  for (let i = rows - wanted; i < rows; i++) foldOf[order[i]] = 0;
  return { folds: foldsFrom(foldOf, 1), scheme: `hold-out of the last ${Number((100 * share).toPrecision(4))} % of the rows`, notes: [] };
}

/** Splits `total` in proportion to `sizes` by largest remainders, at most size − 1 of each while that is possible. */
function shareOut(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((a, b) => a + b, 0);
  const exact = sizes.map(size => (size * total) / all);
  const result = exact.map((x, i) => Math.max(0, Math.min(Math.floor(x), sizes[i] - 1)));
  const order = sizes.map((_, i) => i).sort((a, b) => exact[b] - Math.floor(exact[b]) - (exact[a] - Math.floor(exact[a])) || a - b);
  let left = total - result.reduce((a, b) => a + b, 0);
  for (const leave of [1, 0]) {
    for (let moved = true; moved && left > 0;) {
      moved = false;
      for (const i of order) {
        if (left > 0 && result[i] < sizes[i] - leave) {
          result[i]++;
          left--;
          moved = true;
        }
      }
    }
  }
  return result;
}

/** Folds from the fold number of each row; −1 is in every training set. */
function foldsFrom(foldOf: Int32Array, count: number): Fold[] {
  const sizes = new Int32Array(count);
  for (let row = 0; row < foldOf.length; row++) if (foldOf[row] >= 0) sizes[foldOf[row]]++;
  const tests = Array.from(sizes, size => new Int32Array(size));
  const filled = new Int32Array(count);
  for (let row = 0; row < foldOf.length; row++) {
    const fold = foldOf[row];
    if (fold >= 0) tests[fold][filled[fold]++] = row;
  }
  return tests.map(test => ({ train: rowsWithout(test, foldOf.length), test }));
}

/** All rows but the listed ones, which ascend: stretches between them. */
function rowsWithout(test: Int32Array, rows: number): Int32Array {
  const train = new Int32Array(rows - test.length);
  let next = 0;
  let row = 0;
  for (let i = 0; i <= test.length; i++) {
    const stop = i < test.length ? test[i] : rows;
    while (row < stop) train[next++] = row++;
    row++;
  }
  return train;
}

/** Rows of each class. */
export function classCounts(codes: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (let row = 0; row < codes.length; row++) counts[codes[row]]++;
  return counts;
}
