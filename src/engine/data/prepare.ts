/** From a loaded table and a complete recipe to the dataset that every family is fitted on, with all that was left out. */
import { UserError } from '../../protocol/errors';
import type { DatasetProfile, Note } from '../../protocol/profile';
import type { Recipe } from '../../protocol/recipe';
import { classNotes, resolveClasses } from './classes';
import type { Dataset, Target } from './dataset';
import { leftOut } from './defaultFeatures';
import { BoundTable, isMissing } from './encoding/binding';
import { readFormula, type FormulaRequest } from './formulaRequest';
import { categoryCall } from './formula/category';
import { evaluate } from './formula/evaluate';
import { rebuild, walk, type Expression } from './formula/expression';
import { learnedFunctions } from './formula/transforms';
import { levelNumber } from './formula/values';
import { responseColumn, tableEnvironment } from './response';
import { gatherIntegers, gatherNumbers, takeRows } from './rows';
import type { Column, Table } from './table';

/** Fewer rows than this carry no model and no measurement of it. */
export const fewestRows = 4;

export interface Prepared {
  readonly dataset: Dataset;
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  readonly notes: readonly Note[];
}

/**
 * Takes the target out of the table, drops rows without it (and, with missing 'drop', incomplete rows), and checks
 * that a model can be fitted. `sourceRows`: row of the file that each row of the table came from.
 * Throws UserError 'badTarget', 'badFeatures', 'badFormula', 'tooFewRows' or 'unknownColumn'.
 */
export function prepareDataset(table: Table, profile: DatasetProfile, recipe: Recipe, sourceRows?: Int32Array): Prepared {
  const notes: Note[] = [];
  const reserved = splitColumns(recipe);
  const request = recipe.formula === undefined ? undefined
    : readFormula(recipe.formula, profile, reserved, recipe.dropped.filter(d => d.reason === leftOut).map(d => d.column));
  if (request) notes.push(...request.notes);
  const categorical = new Set(recipe.categorical ?? []);
  const targetColumn = request ? responseColumn(request.formula, table, categorical) : findTarget(table, recipe);
  const features = request ? request.features : recipe.features;
  const bound = new BoundTable(table);
  for (const name of features) bound.find(name);
  const target = makeTarget(targetColumn, recipe, request);
  const { rows, dropped } = usableRows(table, target, features, recipe, request, categorical);
  notes.push(...dropped.map(d => ({ kind: 'dropped' as const, text: `${d.rows} of ${table.rows} rows were left out: ${d.reason}.` })));
  requireRows(rows.length, table.rows, target.name, dropped);
  const kept = takeTarget(target, rows, recipe);
  if (kept.task === 'classification') notes.push(...classNotes(kept, kept.name));
  if (features.length === 0 && !(request && request.formula.intercept)) {
    throw new UserError('badFeatures', 'No column is left to explain the target with.');
  }
  const responses = new Set(request ? request.responseColumns : [targetColumn.name]);
  const used = new Set(features);
  const remaining: Table = { rows: table.rows, columns: table.columns.filter(c => used.has(c.name) || !responses.has(c.name)) };
  const all = rows.length === table.rows;
  const dataset: Dataset = {
    table: all ? remaining : takeRows(remaining, rows), target: kept, recipe, features,
    ...(sourceRows ? { sourceRows: all ? sourceRows : gatherIntegers(sourceRows, rows) } : all ? {} : { sourceRows: rows }),
    ...(request && { formula: request.formula }),
    ...(request && !all && recipe.missing === 'drop' && learns(request) && { everyRow: { rows: table.rows, columns: table.columns.filter(c => used.has(c.name)) } }),
  };
  notes.push(...leaks(dataset, responses));
  return { dataset, dropped, notes };
}

function splitColumns(recipe: Recipe): string[] {
  if (recipe.split.scheme === 'foldColumn') return [recipe.split.column];
  if (recipe.split.scheme === 'kFold' && recipe.split.groupColumn !== undefined) return [recipe.split.groupColumn];
  return [];
}

function findTarget(table: Table, recipe: Recipe): Column {
  if (recipe.features.includes(recipe.target)) {
    throw new UserError('badFeatures', `The target "${recipe.target}" cannot be a feature too.`, { column: recipe.target });
  }
  return new BoundTable(table).find(recipe.target);
}

/** The target over all rows: NaN or -1 where missing. */
function makeTarget(column: Column, recipe: Recipe, request: FormulaRequest | undefined): Target {
  const name = request ? request.target : column.name;
  const task = request?.task ?? recipe.task;
  if (task === 'classification') {
    const positive = request?.task === undefined ? recipe.positive : request.positive === 'TRUE' ? undefined : recipe.positive;
    const { codes, classes } = resolveClasses(column, name, positive);
    if (positive !== undefined && classes.length > 2) {
      throw new UserError('badOption', `A positive class goes with two classes; the target "${name}" has ${classes.length}.`, { column: name });
    }
    return { task, name, codes, classes };
  }
  return { task, name, values: targetNumbers(column, name) };
}

function targetNumbers(column: Column, name: string): Float64Array {
  if (column.storage === 'number') {
    let infinite = 0;
    for (const v of column.values) if (v === Infinity || v === -Infinity) infinite++;
    if (infinite === 0) return column.values;
    return column.values.map(v => (v - v === 0 ? v : NaN));
  }
  const numbers = column.levels.map(levelNumber);
  const text = column.levels.find((_, i) => Number.isNaN(numbers[i]));
  if (text !== undefined) {
    throw new UserError('badTarget', `The target "${name}" holds text such as "${text.slice(0, 60)}", which regression cannot explain; choose classification or another target.`, { column: name });
  }
  return Float64Array.from(column.codes, code => (code < 0 ? NaN : numbers[code]));
}

interface Dropped { readonly reason: string; readonly rows: number }

/** Rows that the fit can use, and the reasons for the others. */
function usableRows(
  table: Table, target: Target, features: readonly string[], recipe: Recipe, request: FormulaRequest | undefined, categorical: ReadonlySet<string>,
): { rows: Int32Array; dropped: Dropped[] } {
  const bad = new Uint8Array(table.rows);
  const dropped: Dropped[] = [];
  const take = (reason: string, isBad: (row: number) => boolean): void => {
    let rows = 0;
    for (let row = 0; row < bad.length; row++) if (bad[row] === 0 && isBad(row)) { bad[row] = 1; rows++; }
    if (rows > 0) dropped.push({ reason, rows });
  };
  if (target.task === 'classification') take(`the target "${target.name}" is missing`, row => target.codes[row] < 0);
  else take(`the target "${target.name}" is missing or not a finite number`, row => target.values[row] - target.values[row] !== 0);
  if (recipe.missing === 'drop') {
    const bound = new BoundTable(table);
    const used = features.map(name => bound.find(name));
    const incomplete = new Uint8Array(table.rows);
    for (const column of used) for (let row = 0; row < incomplete.length; row++) if (isMissing(column, row)) incomplete[row] = 1;
    take('a feature is missing', row => incomplete[row] === 1);
  }
  if (request) for (const { label, values, missing } of calculated(request, table, categorical)) {
    take(`${label} is not a number`, row => Number.isNaN(values[row]) && missing[row] === 0);
    let infinite = 0;
    for (let row = 0; row < bad.length; row++) if (bad[row] === 0 && (values[row] === Infinity || values[row] === -Infinity)) infinite++;
    if (infinite > 0) throw new UserError('badFormula', `${label} is infinite in ${infinite} of the rows; leave those rows out or choose another transformation.`);
  }
  let usable = 0;
  for (let row = 0; row < bad.length; row++) if (bad[row] === 0) usable++;
  const rows = new Int32Array(usable);
  let next = 0;
  for (let row = 0; row < bad.length; row++) if (bad[row] === 0) rows[next++] = row;
  return { rows, dropped };
}

/** Calculated variables of the right-hand side, over all rows, with the rows where one of their columns is missing. */
function* calculated(request: FormulaRequest, table: Table, categorical: ReadonlySet<string>): Generator<{ label: string; values: Float64Array; missing: Uint8Array }> {
  const bound = new BoundTable(table);
  for (const variable of request.formula.variables) {
    if (variable.expression.kind === 'name' || categoryCall(variable.expression)) continue;
    const value = evaluate(unlearned(variable.expression), tableEnvironment(table, categorical));
    if (value.type !== 'numbers' || value.logical) continue;
    const missing = new Uint8Array(table.rows);
    for (const name of variable.columns) {
      const column = bound.find(name);
      for (let row = 0; row < missing.length; row++) if (isMissing(column, row)) missing[row] = 1;
    }
    yield { label: variable.label, values: value.values, missing };
  }
}

/** Whether a variable of the right-hand side is a transformation that is learned from data, as poly() is. */
function learns({ formula }: FormulaRequest): boolean {
  let found = false;
  for (const { expression } of formula.variables) walk(expression, part => { found ||= part.kind === 'call' && learnedFunctions.has(part.name); });
  return found;
}

/** The expression without transformations that are learned, which never make a number undefined. */
function unlearned(expression: Expression): Expression {
  return rebuild(expression, part => {
    if (part.kind !== 'call' || !learnedFunctions.has(part.name)) return part;
    return part.arguments[0]?.value ?? part;
  });
}

function requireRows(rows: number, all: number, target: string, dropped: readonly Dropped[]): void {
  if (rows >= fewestRows) return;
  const why = dropped.length === 0 ? '' : ` (of ${all}; left out because ${dropped.map(d => `${d.reason}: ${d.rows}`).join('; ')})`;
  throw new UserError('tooFewRows', `${rows === 0 ? 'No row' : `Only ${rows} ${rows === 1 ? 'row' : 'rows'}`} can be used to explain "${target}"${why}; at least ${fewestRows} are needed.`);
}

/** The target of the kept rows, checked to vary. */
function takeTarget(target: Target, rows: Int32Array, recipe: Recipe): Target {
  if (target.task === 'classification') {
    if (rows.length === target.codes.length) return target;
    const codes = gatherIntegers(target.codes, rows);
    const column: Column = { name: target.name, kind: 'categorical', storage: 'code', codes, levels: target.classes };
    // Classes whose rows were all left out are no classes any more; the order was settled before.
    const kept = resolveClasses(column, target.name, undefined);
    return { task: 'classification', name: target.name, codes: kept.codes, classes: kept.classes };
  }
  const values = rows.length === target.values.length ? target.values : gatherNumbers(target.values, rows);
  const first = values[0];
  if (values.every(v => v === first)) {
    throw new UserError('badTarget', `The target "${target.name}" has the same value, ${first}, in all ${values.length} rows, so there is nothing to explain.`, { column: recipe.target });
  }
  return { task: 'regression', name: target.name, values };
}

/** Warnings about features that hold the target itself. */
function leaks(dataset: Dataset, responses: ReadonlySet<string>): Note[] {
  const { target, table, features } = dataset;
  const bound = new BoundTable(table);
  const copies = features.filter(name => !responses.has(name) && duplicates(bound.find(name), target));
  return copies.map(name => ({
    kind: 'warning' as const,
    text: `The feature "${name}" holds the same information as the target "${target.name}" in every row; if it is not known beforehand, drop it.`,
  }));
}

/** True where the column and the target determine each other value by value. */
function duplicates(column: Column, target: Target): boolean {
  if (target.task === 'regression') {
    return column.storage === 'number' && column.values.length > 0 && column.values.every((v, i) => v === target.values[i]);
  }
  const toClass = new Map<number, number>();
  const toValue = new Map<number, number>();
  for (let row = 0; row < target.codes.length; row++) {
    const value = column.storage === 'code' ? column.codes[row] : column.values[row];
    const code = target.codes[row];
    if ((toClass.get(value) ?? code) !== code || (toValue.get(code) ?? value) !== value) return false;
    toClass.set(value, code);
    toValue.set(code, value);
  }
  return true;
}
