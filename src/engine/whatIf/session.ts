/** A model that is being asked what if: loaded once with its background rows, its conformal intervals and what is known of its features. */
import { UserError } from '../../protocol/errors';
import type { ModelFile } from '../../protocol/modelFile';
import type { WhatIfModel } from '../../protocol/whatIf';
import type { WorkContext } from '../context';
import { openSource } from '../data/source';
import { findColumn, type Table } from '../data/table';
import { fewestBackground, readBackground } from '../explain/backgroundBlock';
import { allFinite } from '../explain/finiteRows';
import { subsetTable } from '../explain/shuffle';
import { families } from '../models/families';
import type { Model, Prediction } from '../models/model';
import { damagedUnless, kindHints, requireFeatures } from '../predict';
import { readConformal } from '../uncertainty/conformalBlock';
import type { ConformalPredictor } from '../uncertainty/conformalPredictor';
import { describeFeature, profilesOf } from './features';
import { Space, type Point, type Points } from './space';
import type { TrainingRows } from './trainingRows';

/** Rows of the data file that stand in for background rows that the model file does not hold. */
const backgroundRows = 200;

export interface WhatIfSession {
  readonly file: ModelFile;
  /** Where the data of the training should be. */
  readonly dataFile: string;
  readonly model: Model;
  readonly conformal: ConformalPredictor | undefined;
  readonly space: Space;
  /** Rows that stand for what is usual. */
  readonly background: Points;
  readonly facts: WhatIfModel;
  /** Places of background rows from the least output of a class (or of the number) to the largest; filled as they are asked for. */
  readonly byOutput: Map<number, Int32Array>;
  /** Predictions asked for while a slider moves: a full one that is under way gives way to the next. */
  turn: number;
  /** The rows of the data file, once they were read. */
  training?: TrainingRows;
}

/** Throws UserError for a damaged model file, or where there are neither background rows nor the data file. */
export async function openSession(file: ModelFile, dataFile: string, context: WorkContext): Promise<WhatIfSession> {
  const family = families.find(item => item.id === file.report.model.family);
  if (!family) throw new UserError('badModelFile', `This version of Unveil does not know the model family "${file.report.model.family}".`);
  const model = await damagedUnless(() => family.load(file.parameters));
  const conformal = await damagedUnless(() => file.conformal && readConformal(file.conformal, model, json => family.load(json)));
  const kept = file.background ? await damagedUnless(() => readBackground(file.background!, model)) : await readUsual(file, dataFile, model, context);
  const profiles = profilesOf(file.report);
  const columns = model.features.map(name => findColumn(kept, name)!);
  const features = columns.map(column => describeFeature(column, profiles.get(column.name)));
  const space = new Space(features, columns);
  const { target, task, level, missing } = file.recipe;
  const facts: WhatIfModel = {
    kind: 'model', name: file.name, target, task, ...(model.classes && { classes: model.classes }), level, features, rows: file.report.data.rows, takesMissing: missing === 'impute',
  };
  return { file, dataFile, model, conformal, space, background: space.pointsOf(kept), facts, byOutput: new Map(), turn: 0 };
}

/** Older model files, and those of very wide data, hold no background rows. */
async function readUsual(file: ModelFile, dataFile: string, model: Model, context: WorkContext): Promise<Table> {
  const source = await openSource(dataFile, kindHints({ model: file }), context);
  try {
    requireFeatures(model, source.columnNames, dataFile);
    const { table } = await source.load({ columns: model.features, maxRows: backgroundRows, seed: file.recipe.seed });
    const rows = Int32Array.from({ length: table.rows }, (_, i) => i);
    const usual = rows.filter(allFinite(model.predict(table, rows)));
    if (usual.length < fewestBackground) throw new UserError('badOption', `${dataFile} has too few rows that the model can predict; at least ${fewestBackground} are needed.`, { file: dataFile });
    return subsetTable(table, model.features, usual);
  } finally {
    await source.close();
  }
}

/** What the model says of points. */
export function predictPoints({ model, space }: Pick<WhatIfSession, 'model' | 'space'>, points: readonly Point[]): Prediction {
  return model.predict(space.table(points));
}
