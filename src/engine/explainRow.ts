/** Explains the prediction of single rows: of a file with a trained model, or of the rows that a run was asked for. */
import type { ExplainRowParams, ExplainRowResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { Note } from '../protocol/profile';
import type { Section } from '../protocol/report';
import type { WorkContext } from './context';
import type { Dataset } from './data/dataset';
import { isMissing } from './data/encoding/binding';
import { contentHash } from './data/contentHash';
import { openSource } from './data/source';
import type { DataSource, Loaded } from './data/sourceTypes';
import { findColumn, type Column, type Table } from './data/table';
import { fewestBackground, readBackground } from './explain/backgroundBlock';
import { allFinite } from './explain/finiteRows';
import { rowAbove } from './explain/joinTables';
import { explainRowOf } from './explain/rowExplanation';
import { subsetTable } from './explain/shuffle';
import { Rng } from './math/random';
import { families } from './models/families';
import type { Family, Model } from './models/model';
import { fittedRowsOf } from './models/evenClasses/rows';
import { damagedUnless, kindHints, requireFeatures } from './predict';
import { conformalNote } from './report/conformalWords';
import { withoutNonFinite } from './report/finite';
import { countOf, formatCount, formatNumber, listWords } from './report/format';
import { rowSectionsOf, type RowFacts } from './report/sectionsRow';
import { readConformal } from './uncertainty/conformalBlock';
import type { ConformalPredictor } from './uncertainty/conformalPredictor';

/** Rows that one run explains at most. */
const mostRows = 50;

/** Throws UserError for a row that is not there or cannot be predicted, a file that cannot be read, or a damaged model file. */
export async function explainRow({ model: file, file: path, row }: ExplainRowParams, context: WorkContext): Promise<ExplainRowResult> {
  const family = families.find(item => item.id === file.report.model.family);
  if (!family) throw new UserError('badModelFile', `This version of Unveil does not know the model family "${file.report.model.family}".`);
  const model = await damagedUnless(() => family.load(file.parameters));
  const conformal = await damagedUnless(() => conformalOf(file, family, model));
  const kept = file.background && (await damagedUnless(() => readBackground(file.background!, model)));
  const source = await openSource(path, kindHints({ model: file }), context);
  try {
    requireFeatures(model, source.columnNames, path);
    const { table, target } = await loadTable(source, file, model, path, row, context);
    const { level, seed } = file.recipe;
    const known = target && !isMissing(target, row - 1) ? { actual: cellOf(target, row - 1), actualFrom: await relationTo(file, path, context) } : {};
    const place = kept ? { table: rowAbove(table, row - 1, kept), row: 0, usual: rowsFrom(1, kept.rows), usualWords: trainingRowsWords(kept.rows, file.report.data.rowsFitted ?? file.report.data.rowsUsed) } : { ...usualOfFile(model, table, path), row: row - 1 };
    const asked: AskedRow = { model, ...place, number: row, target: file.recipe.target, level, conformal, fittedOn: file.report.data.rowsFitted ?? file.report.data.rowsUsed, ...known };
    const sections = await sectionsOf(asked, context, new Rng(seed).fork(`row ${row}`));
    if (!sections) throw new UserError('badOption', unpredictable(asked), { file: path });
    return { row, sections };
  } finally {
    await source.close();
  }
}

const rowsFrom = (from: number, count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => from + i);

function trainingRowsWords(rows: number, fittedOn: number): string {
  const which = rows < fittedOn ? `${formatCount(rows)} of the ${countOf(fittedOn, 'row')}` : `the ${countOf(rows, 'row')}`;
  return `${which} that the model was fitted on`;
}

/** Older model files, and those of very wide data, hold no background rows: the file asked about has to have enough. */
function usualOfFile(model: Model, table: Table, path: string): { table: Table; usual: Int32Array; usualWords: string } {
  const all = rowsFrom(0, table.rows);
  const usual = all.filter(allFinite(model.predict(table, all)));
  if (usual.length < fewestBackground) {
    throw new UserError('badOption', `The model file holds no rows to compare with, and ${path} has too few that the model can predict (${formatCount(usual.length)}, at least ${fewestBackground} are needed): train the model anew, or ask about a row of a larger file.`, { file: path });
  }
  return { table, usual, usualWords: usual.length < table.rows ? `${formatCount(usual.length)} of the ${countOf(table.rows, 'row')} of this file` : `the ${countOf(usual.length, 'row')} of this file` };
}

/** What the file has to do with the one that the model was fitted on. */
async function relationTo({ background, report, recipe }: ModelFile, path: string, context: WorkContext): Promise<RowFacts['actualFrom']> {
  if (background?.trainedOn === undefined || background.trainedOn !== (await contentHash(path, context))) return 'other';
  const { rows, rowsUsed, rowsFitted, dropped } = report.data;
  if (rowsFitted !== undefined) return 'sameFile';
  // Rows without a target are dropped but have no actual value; of a sample it is not known which rows were in it.
  const unsampled = rowsUsed + dropped.reduce((sum, part) => sum + part.rows, 0) >= rows;
  return unsampled && (rowsUsed === rows || recipe.missing === 'impute') ? 'fitted' : 'sameFile';
}

function conformalOf(file: ModelFile, family: Family, model: Model): ConformalPredictor | undefined {
  return file.conformal && readConformal(file.conformal, model, json => family.load(json));
}

/** The features of all rows, and the target where the file has it as a column. */
async function loadTable(
  source: DataSource, file: ModelFile, model: Model, path: string, row: number, context: WorkContext,
): Promise<{ table: Table; target: Column | undefined }> {
  context.progress('Reading');
  const { target } = file.recipe;
  const hasTarget = file.recipe.formula === undefined && source.columnNames.includes(target) && !model.features.includes(target);
  const loaded = await source.load({ columns: [...model.features, ...(hasTarget ? [target] : [])], maxRows: Infinity, seed: file.recipe.seed });
  requireRow(row, loaded, path);
  return { table: loaded.table, target: hasTarget ? findColumn(loaded.table, target) : undefined };
}

/** Throws UserError where the file has no such data row (1-based). */
export function requireRow(row: number, { rowsInFile, dropped }: Pick<Loaded, 'rowsInFile' | 'dropped'>, path: string): void {
  if (Number.isSafeInteger(row) && row >= 1 && row <= rowsInFile) return;
  const unreadable = dropped.reduce((sum, part) => sum + part.rows, 0);
  throw new UserError('badOption', `There is no data row ${Number.isSafeInteger(row) ? formatCount(row) : row}: ${path} has ${countOf(rowsInFile, 'data row')}${unreadable > 0 ? ` that can be read (${formatCount(unreadable)} cannot)` : ''}, counted from 1 without the header.`, { file: path });
}

export interface RowsInput {
  readonly dataset: Dataset;
  /** Fitted on the dataset. */
  readonly model: Model;
  /** 1-based data rows of the file. */
  readonly rows: readonly number[];
  /** Rows of the dataset that stand for what is usual; absent: all. */
  readonly usual?: Int32Array;
  readonly conformal?: ConformalPredictor;
  readonly context: WorkContext;
  readonly rng: Rng;
}

/** Sections of the panel 'row' for the rows that a run was asked for, and notes on those that could not be explained. */
export async function rowSections({ dataset, model, rows, usual, conformal, context, rng }: RowsInput): Promise<{ readonly sections: Section[]; readonly notes: Note[] }> {
  const sections: Section[] = [];
  const notes: Note[] = [];
  const wanted = [...new Set(rows)];
  if (wanted.length > mostRows) notes.push({ kind: 'warning', text: `Of the ${formatCount(wanted.length)} rows to explain only the first ${mostRows} were.` });
  for (const number of wanted.slice(0, mostRows)) {
    context.progress(`Explaining row ${number}`);
    await context.breathe();
    const row = placeOf(dataset, number);
    if (row < 0) {
      notes.push({ kind: 'warning', text: `Row ${formatCount(number)} is not explained: it is not among the rows that the model was fitted on.` });
      continue;
    }
    const { target } = dataset;
    const actual = target.task === 'regression' ? target.values[row] : target.classes[target.codes[row]];
    const fittedOn = fittedRowsOf(dataset);
    const asked: AskedRow = {
      model, table: dataset.table, row, number, target: target.name, level: dataset.recipe.level, conformal, actual, actualFrom: fittedOn < dataset.table.rows ? 'sameFile' : 'fitted', fittedOn,
      ...(usual && { usual }), usualWords: trainingRowsWords(usual?.length ?? fittedOn, fittedOn),
    };
    const found = await sectionsOf(asked, context, rng.fork(`row ${number}`));
    if (found) sections.push(...found);
    else notes.push({ kind: 'warning', text: unpredictable(asked) });
  }
  return { sections, notes };
}

/** Index into the dataset of a data row of the file (1-based); −1 where it is not there. */
function placeOf({ sourceRows, table }: Dataset, number: number): number {
  if (sourceRows) return sourceRows.indexOf(number - 1);
  return number >= 1 && number <= table.rows ? number - 1 : -1;
}

interface AskedRow extends Omit<RowFacts, 'inside' | 'conformal'> {
  readonly conformal: ConformalPredictor | undefined;
}

/** Undefined when the model gives the row no prediction. */
async function sectionsOf(asked: AskedRow, context: WorkContext, rng: Rng): Promise<Section[] | undefined> {
  const { model, table, row, conformal, ...rest } = asked;
  const found = await explainRowOf(asked, context, rng);
  if (!found) return undefined;
  const inside = model.insideRow?.(subsetTable(table, model.features, Int32Array.of(row))) ?? [];
  const bounds = conformal && conformalWords(conformal, table, row, asked.level);
  const facts: RowFacts = { ...rest, model, table, row, inside, ...(bounds && { conformal: bounds }) };
  return withoutNonFinite(rowSectionsOf(found, facts));
}

function conformalWords(predictor: ConformalPredictor, table: Table, row: number, level: number): RowFacts['conformal'] {
  const rows = Int32Array.of(row);
  const hint = conformalNote(predictor, level);
  const { classes } = predictor.state;
  if (classes) {
    const set = predictor.sets(table, level, rows);
    return { label: 'Conformal set', value: classes.filter((_, k) => set[k] === 1).join(', '), hint };
  }
  const { low, high } = predictor.intervals(table, level, rows);
  const end = (value: number): string => (Number.isFinite(value) ? formatNumber(value) : value > 0 ? '∞' : '−∞');
  return { label: 'Conformal interval', value: `${end(low[0])} to ${end(high[0])}`, hint };
}

function unpredictable({ model, table, row, number }: AskedRow): string {
  const missing = model.features.filter(name => {
    const column = findColumn(table, name);
    return column !== undefined && isMissing(column, row);
  });
  const why = missing.length > 0 ? `its ${missing.length === 1 ? 'cell' : 'cells'} of ${listWords(missing)} ${missing.length === 1 ? 'is' : 'are'} missing, and the model leaves incomplete rows out` : 'the model gives no finite prediction for it';
  return `Row ${formatCount(number)} cannot be explained: ${why}.`;
}

function cellOf(column: Column, row: number): string | number {
  return column.storage === 'code' ? column.levels[column.codes[row]] : column.values[row];
}
