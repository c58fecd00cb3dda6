/** Predicts the rows of a file with a trained model, a block at a time, and writes the file's columns with the predictions beside them. */
import type { PredictParams, PredictResult } from '../protocol/engine';
import { CancelledError, UserError } from '../protocol/errors';
import { explainsTarget, isExperimentFile, type AnyModelFile, type ModelFile, type TargetlessModelFile } from '../protocol/modelFile';
import type { WorkContext } from './context';
import type { BlockReading, RowBlock } from './data/blocks';
import { openSource } from './data/source';
import type { Table } from './data/table';
import { writeCsvBlocks, type Cell } from './data/writeCsv';
import { guardedNotes } from './guardedNotes';
import { explorerFor } from './explorers/explorers';
import { families } from './models/families';
import type { Model } from './models/model';
import { PredictNotes, type Watched } from './predictNotes';
import { predictedColumns } from './predictedColumns';
import { listWords } from './report/format';
import { requireOther } from './sameFile';
import { topContributions } from './topContributions';

/** Rows predicted at a time: a multiple of the 2,048 that the reader gives. */
const usualBlock = 20_480;

/** `blockRows`: for tests. Throws UserError when a feature is missing, named, or the output cannot be written. */
export async function predictFile(params: PredictParams, context: WorkContext, blockRows = usualBlock): Promise<PredictResult> {
  const { model: file, out } = params;
  await requireOther(out, [params.file]);
  const adding = await addingOf(file, params, context);
  const source = await openSource(params.file, { ...kindHints(params), inBlocks: adding.features }, context);
  try {
    requireFeatures(adding, source.columnNames, params.file);
    context.progress('Reading');
    return await predictBlocks(adding, await source.blocks(blockRows), out, context);
  } finally {
    await source.close();
  }
}

/** Whether the file has what the model reads, before anybody is asked where predictions shall go. Throws UserError as `predictFile` does. */
export async function requirePredictable(params: Pick<PredictParams, 'model' | 'file'>, context: WorkContext): Promise<null> {
  const adding = await addingOf(params.model, { ...params, out: '' }, context);
  const source = await openSource(params.file, { ...kindHints(params), inBlocks: adding.features }, context);
  try {
    requireFeatures(adding, source.columnNames, params.file);
    return null;
  } finally {
    await source.close();
  }
}

async function addingOf(file: AnyModelFile, params: PredictParams, context: WorkContext): Promise<Adding> {
  if (isExperimentFile(file)) throw new UserError('badOption', 'An experiment holds no model to predict with; train the model that it is about.');
  return explainsTarget(file) ? targetColumns(file, params, context) : targetlessColumns(file, params);
}

/** What of a model the writing of its columns needs. */
interface Adding extends Watched {
  /** `first`: the first rows of the file, by which models tell what they can. */
  start(first: Table): Promise<Added>;
}

interface Added {
  readonly names: readonly string[];
  /** Cells of the i-th row of a table, in the order of `names`. */
  block(table: Table): Promise<(i: number) => Cell[]>;
  /** What the columns are; of all rows so far. */
  notes(): readonly string[];
}

async function predictBlocks(adding: Adding, reading: BlockReading, out: string, context: WorkContext): Promise<PredictResult> {
  const { blocks, names } = reading;
  try {
    const { value: first } = await blocks.next();
    if (!first) throw new Error('a file without rows was opened');
    const added = await damagedUnless(() => adding.start(first.table));
    const free = freeNames(names, added.names);
    const counted = new PredictNotes(adding);
    const header = [...names, ...free];
    const { rows, guarded } = await writeCsvBlocks(out, header, rowBlocks({ added, counted, first, reading }, context), context);
    const read = await reading.notes();
    const texts = [...added.notes(), ...renamedNotes(added.names, free), ...guardedNotes(header, guarded)];
    return { rows, notes: [...counted.notes(reading, read), ...texts.map(text => ({ text }))] };
  } finally {
    await blocks.return();
  }
}

async function targetColumns(file: ModelFile, params: PredictParams, context: WorkContext): Promise<Adding> {
  const { level = file.recipe.level, intervals, contributions } = params;
  const family = families.find(item => item.id === file.report.model.family);
  if (!family) throw new UserError('badModelFile', `This version of Unveil does not know the model family "${file.report.model.family}".`);
  if (contributions !== undefined && !(Number.isInteger(contributions) && contributions >= 0)) throw new UserError('badOption', `The number of contributions is a whole number of 0 or more, not ${String(contributions)}.`);
  const model = await damagedUnless(() => family.load(file.parameters));
  return {
    model, features: model.features, target: file.recipe.target, report: file.report, dropsMissing: file.recipe.missing === 'drop',
    start: async first => {
      const predicted = predictedColumns(file, family, model, first, level, intervals);
      const top = topContributions(file, model, contributions, first, context);
      return {
        names: [...predicted.names, ...(top?.names ?? [])], notes: () => [...predicted.notes, ...(top ? [top.note] : [])],
        block: async table => joined(predicted.block(table), await top?.block(table)),
      };
    },
  };
}

function joined(cells: (i: number) => Cell[], more: ((i: number) => Cell[]) | undefined): (i: number) => Cell[] {
  return more ? i => {
    const row = cells(i);
    for (const cell of more(i)) row.push(cell);
    return row;
  } : cells;
}

/** What a model without a target says of each row: its cluster, its scores. */
async function targetlessColumns(file: TargetlessModelFile, { intervals, contributions }: PredictParams): Promise<Adding> {
  if (intervals !== undefined) throw new UserError('badOption', 'A model without a target predicts nothing, so it has no intervals; leave them out.');
  if (contributions) throw new UserError('badOption', 'A model without a target predicts nothing, so nothing contributes to it; leave --contributions out.');
  const explorer = explorerFor(file.recipe.task);
  return {
    features: await damagedUnless(() => explorer.needs(file)), dropsMissing: file.recipe.missing === 'drop',
    start: async () => {
      const applied = explorer.apply(file);
      return { ...applied, block: table => damagedUnless(() => applied.block(table)) };
    },
  };
}

/** Runs what rests on the file's parameters alone; where that fails, the file is damaged. */
export async function damagedUnless<T>(work: () => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError || error instanceof CancelledError) throw error;
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

export function requireFeatures(model: Pick<Model, 'features'>, names: readonly string[], file: string): void {
  const present = new Set(names);
  const absent = model.features.filter(name => !present.has(name));
  if (absent.length === 0) return;
  const needed = new Set(model.features);
  const alike = absent.flatMap(name => names.find(other => !needed.has(other) && spelling(other) === spelling(name)) ?? []);
  const lacking = `${file} lacks ${absent.length === 1 ? 'the column' : 'the columns'} ${quotedWords(absent)} that the model needs`;
  throw new UserError('lacksColumns', alike.length === 0 ? `${lacking}.` : `${lacking}; rename its ${alike.length === 1 ? 'column' : 'columns'} ${quotedWords(alike)} if the same is meant.`, { file, column: absent[0] });
}

function quotedWords(names: readonly string[]): string {
  return listWords(names.map(name => `"${name.slice(0, 60)}"`));
}

/** Names that differ in no more than capitals, blanks and signs between words have the same. */
function spelling(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/[\s_.-]+/g, '');
}

/** Names of the added columns; one that the file already has gets underscores in front. */
function freeNames(names: readonly string[], wanted: readonly string[]): string[] {
  const taken = new Set(names);
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

interface Work { readonly added: Added; readonly counted: PredictNotes; readonly first: RowBlock; readonly reading: BlockReading }

/** The next block is read when this one is written, so there is one at a time. */
async function* rowBlocks({ added, counted, first, reading }: Work, context: WorkContext): AsyncGenerator<Iterable<Cell[]>> {
  for (let block: RowBlock | undefined = first; block; block = (await reading.blocks.next()).value ?? undefined) {
    context.progress('Predicting', block.from / reading.rows);
    await context.breathe();
    counted.add(block);
    yield rowsOf(block, added.names.length, await added.block(block.table));
  }
}

/** The same array for every row, which is written before the next is asked for. */
function* rowsOf({ table, cells }: RowBlock, width: number, cellsOf: (i: number) => Cell[]): Generator<Cell[]> {
  const row = new Array<Cell>(cells.length + width);
  for (let i = 0; i < table.rows; i++) {
    const own = cellsOf(i);
    if (own.length !== width) throw new Error(`${own.length} predicted cells where ${width} were announced`);
    for (let j = 0; j < cells.length; j++) row[j] = cells[j]!(i);
    for (let j = 0; j < width; j++) row[cells.length + j] = own[j];
    yield row;
  }
}
