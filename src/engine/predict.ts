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
import type { IntervalPrediction, Model } from './models/model';
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
    const names = await damagedUnless(() => outputNames(model, table, level));
    const cells = table.columns.map((column, j) => cellReader(column, raw![j]!));
    const rows = predictionRows(model, table, level, cells, names.length, context);
    const header = [...table.columns.map(column => column.name), ...names];
    const written = await writeCsv(out, header, rows, context);
    return { rows: written, notes: [...readingNotes(model, read), ...notesOf(model, table, dropped)] };
  } finally {
    await source.close();
  }
}

/** Runs what rests on the file's parameters alone; where that fails, the file is damaged. */
async function damagedUnless<T>(work: () => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('badModelFile', 'The model file is damaged: its parameters cannot be used.', { detail: String(error) });
  }
}

/** The kinds that the features had at the fit, so that a column of numbers that were categories stays categories. */
function kindHints({ model: file }: PredictParams): { categorical: string[]; numeric: string[]; datetime: string[] } {
  const features = file.report.data.columns.filter(column => column.role === 'feature');
  return {
    categorical: features.filter(column => column.kind === 'categorical').map(column => column.name),
    numeric: features.filter(column => column.kind === 'numeric').map(column => column.name),
    datetime: features.filter(column => column.kind === 'datetime').map(column => column.name),
  };
}

function requireFeatures(model: Model, names: readonly string[], file: string): void {
  const present = new Set(names);
  const absent = model.features.filter(name => !present.has(name));
  if (absent.length > 0) {
    throw new UserError('unknownColumn', `${file} lacks ${absent.length === 1 ? 'the column' : 'the columns'} ${listWords(absent.map(name => `"${name}"`))} that the model needs.`, { file, column: absent[0] });
  }
}

/** Names of the added columns; one that the file already has gets underscores in front. */
function outputNames(model: Model, table: Table, level: number): string[] {
  const sample = predictBlock(model, table, level, Int32Array.from(table.rows > 0 ? [0] : []));
  const wanted = ['prediction', ...(model.task === 'classification' ? (model.classes ?? []).map(name => `probability_${name}`) : []), ...(sample.low ? ['low', 'high'] : [])];
  const taken = new Set(table.columns.map(column => column.name));
  return wanted.map(name => {
    let free = name;
    while (taken.has(free)) free = `_${free}`;
    taken.add(free);
    return free;
  });
}

function predictBlock(model: Model, table: Table, level: number, rows: Int32Array): IntervalPrediction {
  return model.predictIntervals ? model.predictIntervals(table, level, rows) : model.predict(table, rows);
}

type CellReader = (row: number) => Cell;

async function* predictionRows(
  model: Model, table: Table, level: number, cells: readonly CellReader[], added: number, context: WorkContext,
): AsyncGenerator<Cell[]> {
  for (let from = 0; from < table.rows; from += blockRows) {
    context.progress('Predicting', from / table.rows);
    await context.breathe();
    const rows = Int32Array.from({ length: Math.min(blockRows, table.rows - from) }, (_, i) => from + i);
    const prediction = predictBlock(model, table, level, rows);
    for (let i = 0; i < rows.length; i++) {
      const own = predictedCells(model, prediction, i);
      if (own.length !== added) throw new Error(`${own.length} predicted cells where ${added} were announced`);
      yield [...cells.map(cell => cell(from + i)), ...own];
    }
  }
}

function predictedCells(model: Model, prediction: IntervalPrediction, i: number): Cell[] {
  const bounds = prediction.low && prediction.high ? [prediction.low[i], prediction.high[i]] : [];
  if (model.task === 'regression') return [prediction.mean![i], ...bounds];
  const classes = model.classes!;
  const own = prediction.probabilities!.subarray(i * classes.length, (i + 1) * classes.length);
  let best = 0;
  for (let k = 1; k < own.length; k++) if (own[k]! > own[best]!) best = k;
  return [Number.isNaN(own[0]!) ? undefined : classes[best], ...own, ...bounds];
}

/** The cell as the file has it; a date that the file itself stores as one in ISO form. */
function cellReader(column: Column, raw: RawColumn): CellReader {
  if (raw.storage === 'text') return row => (raw.codes[row]! < 0 ? undefined : raw.levels[raw.codes[row]!]);
  if (column.kind === 'datetime') return row => (Number.isNaN(raw.values[row]!) ? undefined : new Date(raw.values[row]!).toISOString());
  return row => raw.values[row];
}

/** What had to be decided to read the columns that the model uses. */
function readingNotes(model: Model, notes: readonly Note[]): { text: string }[] {
  const used = notes.filter(note => note.kind === 'reading' || (note.kind === 'column' && model.features.some(name => note.text.startsWith(`${name}: `))));
  return used.map(({ text }) => ({ text }));
}

function notesOf(model: Model, table: Table, dropped: readonly { reason: string; rows: number }[]): { text: string }[] {
  const notes = dropped.map(item => ({ text: `${countOf(item.rows, 'row')} left out: ${item.reason}.` }));
  return [...notes, ...(model.inputNotes?.(table) ?? []).map(({ text }) => ({ text }))];
}
