/** Predicts every row of a file with a trained model and writes the file's columns with the predictions beside them. */
import type { PredictParams, PredictResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { Note } from '../protocol/profile';
import type { WorkContext } from './context';
import { openSource } from './data/source';
import type { Column, Table } from './data/table';
import type { RawColumn } from './data/rawColumn';
import { writeCsv, type Cell } from './data/writeCsv';
import { families } from './models/families';
import type { Model } from './models/model';
import { notNumberNotes } from './notNumbers';
import { outsideRangeNotes } from './outsideRange';
import { predictedColumns, type PredictedColumns } from './predictedColumns';
import { countOf, listWords } from './report/format';
import { requireOther } from './sameFile';

/** Rows predicted at a time. */
const blockRows = 20_000;

/** Throws UserError when a feature is missing, named, or the output cannot be written. */
export async function predictFile(params: PredictParams, context: WorkContext): Promise<PredictResult> {
  const { model: file, out } = params;
  await requireOther(out, [params.file]);
  const level = params.level ?? file.recipe.level;
  const family = families.find(item => item.id === file.report.model.family);
  if (!family) throw new UserError('badModelFile', `This version of Unveil does not know the model family "${file.report.model.family}".`);
  const model = await damagedUnless(() => family.load(file.parameters));
  const hints = kindHints(params);
  const source = await openSource(params.file, hints, context);
  try {
    requireFeatures(model, source.columnNames, params.file);
    context.progress('Reading');
    const { table, dropped, raw, notes: read } = await source.load({ maxRows: Infinity, seed: 1, raw: true });
    const added = await damagedUnless(() => predictedColumns(file, family, model, table, level, params.intervals));
    const cells = table.columns.map((column, j) => cellReader(column, raw![j]!));
    const rows = predictionRows(added, table, cells, context);
    const free = freeNames(table, added.names);
    const header = [...table.columns.map(column => column.name), ...free];
    const written = await writeCsv(out, header, rows, context);
    const unread = notNumberNotes(model.features, table, raw!);
    const texts = [...unread.notes, ...outsideRangeNotes(file.report, model.features, table, model.flatOutside), ...added.notes, ...renamedNotes(added.names, free)];
    return { rows: written, notes: [...readingNotes(model, read, unread.columns), ...notesOf(model, file.recipe.missing === 'drop' ? table : unread.readable, dropped), ...texts.map(text => ({ text }))] };
  } finally {
    await source.close();
  }
}

/** Runs what rests on the file's parameters alone; where that fails, the file is damaged. */
export async function damagedUnless<T>(work: () => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('badModelFile', 'The model file is damaged: its parameters cannot be used.', { detail: String(error) });
  }
}

/** The kinds that the features had at the fit, so that a column of numbers that were categories stays categories. */
export function kindHints({ model: file }: Pick<PredictParams, 'model'>): { categorical: string[]; numeric: string[]; datetime: string[] } {
  const features = file.report.data.columns.filter(column => column.role === 'feature');
  return {
    categorical: features.filter(column => column.kind === 'categorical').map(column => column.name),
    numeric: features.filter(column => column.kind === 'numeric').map(column => column.name),
    datetime: features.filter(column => column.kind === 'datetime').map(column => column.name),
  };
}

export function requireFeatures(model: Model, names: readonly string[], file: string): void {
  const present = new Set(names);
  const absent = model.features.filter(name => !present.has(name));
  if (absent.length > 0) {
    throw new UserError('unknownColumn', `${file} lacks ${absent.length === 1 ? 'the column' : 'the columns'} ${listWords(absent.map(name => `"${name}"`))} that the model needs.`, { file, column: absent[0] });
  }
}

/** Names of the added columns; one that the file already has gets underscores in front. */
function freeNames(table: Table, wanted: readonly string[]): string[] {
  const taken = new Set(table.columns.map(column => column.name));
  return wanted.map(name => {
    let free = name;
    while (taken.has(free)) free = `_${free}`;
    taken.add(free);
    return free;
  });
}

/** Which columns could not have the names that predictions have. */
function renamedNotes(wanted: readonly string[], free: readonly string[]): string[] {
  const renamed = wanted.flatMap((name, i) => (free[i] === name ? [] : [`"${name}" is written as "${free[i]}"`]));
  return renamed.length === 0 ? [] : [`The file has columns of the same names already: ${listWords(renamed, renamed.length)}.`];
}

type CellReader = (row: number) => Cell;

async function* predictionRows(added: PredictedColumns, table: Table, cells: readonly CellReader[], context: WorkContext): AsyncGenerator<Cell[]> {
  for (let from = 0; from < table.rows; from += blockRows) {
    context.progress('Predicting', from / table.rows);
    await context.breathe();
    const rows = Int32Array.from({ length: Math.min(blockRows, table.rows - from) }, (_, i) => from + i);
    const cellsOf = added.block(rows);
    for (let i = 0; i < rows.length; i++) {
      const own = cellsOf(i);
      if (own.length !== added.names.length) throw new Error(`${own.length} predicted cells where ${added.names.length} were announced`);
      yield [...cells.map(cell => cell(from + i)), ...own];
    }
  }
}

/** The cell as the file has it; a date that the file itself stores as one in ISO form. */
function cellReader(column: Column, raw: RawColumn): CellReader {
  if (raw.storage === 'text') return row => (raw.codes[row]! < 0 ? undefined : raw.levels[raw.codes[row]!]);
  if (column.kind === 'datetime') return row => (Number.isNaN(raw.values[row]!) ? undefined : new Date(raw.values[row]!).toISOString());
  return row => raw.values[row];
}

/** What had to be decided to read the columns that the model uses; cells of `told` columns that could not be read have a note of their own. */
function readingNotes(model: Model, notes: readonly Note[], told: readonly string[]): { text: string }[] {
  const once = notes.map(note => (told.some(name => note.text.startsWith(`${name}: `)) ? { ...note, text: withoutUnread(note.text) } : note));
  const used = once.filter(note => note.kind === 'reading' || (note.kind === 'column' && model.features.some(name => note.text.startsWith(`${name}: `))));
  // The kinds are those of the training, which nobody asked for here; that a column is read like that is worth no word.
  return used.filter(({ text }) => !/, as asked\.$/.test(text)).map(({ text }) => ({ text: text.replace(', as asked', ', as at the training') }));
}

function withoutUnread(text: string): string {
  return text.replace(/[ ;]+\d+ (?:of \d+ values|cells?) (?:is|are) no (?:numbers?|dates?) and (?:counts?|taken) as missing: .*$/, '').replace(/[^.]$/, '$&.');
}

function notesOf(model: Model, table: Table, dropped: readonly { reason: string; rows: number }[]): { text: string }[] {
  const notes = dropped.map(item => ({ text: `${countOf(item.rows, 'row')} left out: ${item.reason}.` }));
  return [...notes, ...(model.inputNotes?.(table) ?? []).map(({ text }) => ({ text }))];
}
