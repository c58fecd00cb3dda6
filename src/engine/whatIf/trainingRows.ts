/** The rows of the file that a model was fitted on, read when they are asked for: as evidence, and as what is plausible. */
import { basename } from 'node:path';
import { UserError } from '../../protocol/errors';
import type { CellValue } from '../../protocol/whatIf';
import type { WorkContext } from '../context';
import { contentHash } from '../data/contentHash';
import { isMissing } from '../data/encoding/binding';
import { fingerprintOf } from '../data/fileState';
import { openSource } from '../data/source';
import { findColumn, type Column } from '../data/table';
import { kindHints, requireFeatures } from '../predict';
import { formatCount } from '../report/format';
import type { WhatIfSession } from './session';
import type { Points } from './space';

/** Of a larger file so many rows are drawn, and of a wide one so many that they have no more cells than this. */
const mostRows = 200_000;
const mostCells = 2e7;

export interface TrainingRows {
  /** Size and time of change of the file as it was read. */
  readonly state: string;
  readonly points: Points;
  readonly target: Column | undefined;
  /** 1-based data row of each point. */
  readonly numbers: Int32Array;
  readonly rowsInFile: number;
  /** That the file is not as it was at the training, or was read in part. */
  readonly note?: string;
}

/** Why they cannot be had. */
export type NoRows = { readonly why: string };

/** Read once for each state of the file. */
export async function trainingRows(session: WhatIfSession, context: WorkContext): Promise<TrainingRows | NoRows> {
  const { dataFile } = session;
  try {
    const { bytes, modified } = await fingerprintOf(dataFile, dataFile);
    const state = `${bytes}:${modified}`;
    if (session.training?.state !== state) session.training = await readRows(session, state, context);
    return session.training;
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return { why: error.message };
  }
}

async function readRows({ file, dataFile, model, space }: WhatIfSession, state: string, context: WorkContext): Promise<TrainingRows> {
  context.progress('Reading the training rows');
  const trainedOn = file.background?.trainedOn;
  const changed = trainedOn !== undefined && trainedOn !== (await contentHash(dataFile, context));
  const source = await openSource(dataFile, kindHints({ model: file }), context);
  try {
    requireFeatures(model, source.columnNames, dataFile);
    const { target, seed, formula, missing } = file.recipe;
    const hasTarget = formula === undefined && source.columnNames.includes(target) && !model.features.includes(target);
    const { table, sourceRows, rowsInFile } = await source.load({ columns: [...model.features, ...(hasTarget ? [target] : [])], maxRows: Math.min(mostRows, Math.max(1, Math.floor(mostCells / model.features.length))), seed });
    const column = hasTarget ? findColumn(table, target) : undefined;
    const notes = [
      ...(changed ? [`${basename(dataFile)} has changed since the training; these are its rows of today.`] : []),
      ...(rowsInFile > table.rows ? [`Looked at are ${formatCount(table.rows)} of its ${formatCount(rowsInFile)} rows, drawn at random.`] : []),
    ];
    const points = space.pointsOf(table);
    const used = Int32Array.from({ length: table.rows }, (_, i) => i)
      .filter(i => (!column || !isMissing(column, i)) && (missing === 'impute' || points.cells.every(cells => !Number.isNaN(cells[i]))));
    return {
      state, points: { count: used.length, cells: points.cells.map(cells => Float64Array.from(used, i => cells[i])) }, target: column && takeCells(column, used),
      numbers: Int32Array.from(used, i => (sourceRows ? sourceRows[i] : i) + 1), rowsInFile, ...(notes.length > 0 && { note: notes.join(' ') }),
    };
  } finally {
    await source.close();
  }
}

function takeCells(column: Column, rows: Int32Array): Column {
  return column.storage === 'code' ? { ...column, codes: Int32Array.from(rows, i => column.codes[i]) } : { ...column, values: Float64Array.from(rows, i => column.values[i]) };
}

export function cellOf(column: Column | undefined, row: number): CellValue {
  if (!column || isMissing(column, row)) return null;
  return column.storage === 'code' ? column.levels[column.codes[row]] : column.values[row];
}
