/** Simulated data sets, and a conformal procedure from end to end, through the JSON of a model file. */
import type { Dataset } from '../../../src/engine/data/dataset';
import type { Table } from '../../../src/engine/data/table';
import { crossValidate, type Evaluation } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Model } from '../../../src/engine/models/model';
import { conformalPrediction, type ConformalResult } from '../../../src/engine/uncertainty/conformal';
import { readConformal, writeConformal } from '../../../src/engine/uncertainty/conformalBlock';
import type { ConformalPredictor } from '../../../src/engine/uncertainty/conformalPredictor';
import type { ConformalBlock } from '../../../src/protocol/modelFile';
import type { ConformalChoice, Split, Task } from '../../../src/protocol/recipe';
import { context, datasetFor, makeTable } from '../families/support';

export const fiveFolds: Split = { scheme: 'kFold', folds: 5 };

export type Draw = (rng: Rng) => Record<string, number | string>;

export function tableOf(draw: Draw, rows: number, rng: Rng): Table {
  const drawn = Array.from({ length: rows }, () => draw(rng));
  return makeTable(Object.fromEntries(Object.keys(drawn[0]).map(name => [name, drawn.map(row => row[name])])));
}

export function dataOf(table: Table, task: Task, level: number): Dataset {
  const dataset = datasetFor(table, { target: 'y', task });
  return { ...dataset, recipe: { ...dataset.recipe, level } };
}

export interface Run {
  readonly dataset: Dataset;
  readonly evaluation: Evaluation;
  readonly model: Model;
  readonly result: ConformalResult;
  readonly block: ConformalBlock;
  /** As it comes back from the model file. */
  readonly predictor: ConformalPredictor;
}

export async function run(dataset: Dataset, choice: ConformalChoice, split: Split = fiveFolds, seed = 1): Promise<Run> {
  const family = dataset.target.task === 'regression' ? linearFamily : logisticFamily;
  const model = await family.fit(dataset, context);
  const evaluation = (await crossValidate(family, dataset, split, context, new Rng(seed), model))!;
  const result = (await conformalPrediction(dataset, evaluation, model, choice, context, new Rng(seed)))!;
  const block = JSON.parse(JSON.stringify(writeConformal(result.predictor.state))) as ConformalBlock;
  return { dataset, evaluation, model, result, block, predictor: readConformal(block, model, json => family.load(json)) };
}

export function everyRow(table: Table): Int32Array {
  return Int32Array.from({ length: table.rows }, (_, i) => i);
}

/** Share of the rows of a fresh table that the intervals or sets of a predictor hold. */
export function shareHeld({ predictor }: Run, fresh: Dataset, level: number): number {
  const rows = everyRow(fresh.table);
  const { target } = fresh;
  if (target.task === 'regression') {
    const { low, high } = predictor.intervals(fresh.table, level, rows);
    return target.values.filter((y, i) => y >= low[i] && y <= high[i]).length / rows.length;
  }
  const classes = predictor.state.classes!;
  const sets = predictor.sets(fresh.table, level, rows);
  return target.codes.filter((code, i) => sets[i * classes.length + classes.indexOf(target.classes[code])] === 1).length / rows.length;
}
