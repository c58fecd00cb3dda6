/** Writes what calibrates new rows into a model file, small and never narrower than it was, and reads it again. */
import type { ConformalBlock } from '../../protocol/modelFile';
import type { Model } from '../models/model';
import { damaged, readArray, readNumber, readNumbers, readObject, readText, writeNumber } from '../models/shared/json';
import { ConformalPredictor, type CalibratedUnit, type ConformalState } from './conformalPredictor';
import type { ResidualQuantiles } from './residualQuantiles';
import type { ResidualColumn } from './residualDesign';

/** Scores in a file at most. */
const mostScores = 2000;
/** Characters that the models of the folds may take. */
const mostCharacters = 4_000_000;

/**
 * Scores are thinned to 2,000: of neighbours the largest stands for all of them, so that no interval gets narrower and no
 * set smaller. Where the models of the folds are too large for a file they are left out, and the model of all rows stands
 * in for them: the intervals then have no guarantee.
 */
export function writeConformal(state: ConformalState, most = mostCharacters): ConformalBlock {
  const used = [...new Set(state.units.map(unit => unit.model))];
  const models = used.includes(-1) ? undefined : writtenModels(used.map(index => state.models[index]), most);
  const total = state.units.reduce((sum, unit) => sum + unit.scores.length, 0);
  const each = Math.max(1, Math.ceil(total / mostScores));
  return {
    method: state.method, score: state.score, combination: state.combination, seed: state.seed,
    ...(state.classes && { classes: state.classes }), models: models ?? [],
    units: state.units.map(unit => ({
      model: models ? used.indexOf(unit.model) : -1, rows: unit.rows, ...thinned(unit, each), ...(unit.quantiles && { quantiles: writeQuantiles(unit.quantiles) }),
    })),
  };
}

/** Whether a model file has room for the models of the folds, so that its intervals have their guarantee. */
export function keepsModels({ units, models }: ConformalState, most = mostCharacters): boolean {
  return writtenModels([...new Set(units.map(unit => unit.model))].map(index => models[index]), most) !== undefined;
}

function writtenModels(models: readonly Model[], most: number): unknown[] | undefined {
  const written: unknown[] = [];
  let characters = 0;
  for (const model of models) {
    const json = model.toLeanJSON ? model.toLeanJSON() : model.toJSON();
    characters += JSON.stringify(json).length;
    if (characters > most) return undefined;
    written.push(json);
  }
  return written;
}

function thinned({ scores }: CalibratedUnit, each: number): { scores: number[]; counts?: number[] } {
  if (each === 1) return { scores: Array.from(scores, roundUp) };
  const kept: number[] = [];
  const counts: number[] = [];
  for (let from = 0; from < scores.length; from += each) {
    const end = Math.min(scores.length, from + each);
    kept.push(roundUp(scores[end - 1]));
    counts.push(end - from);
  }
  return { scores: kept, counts };
}

/** The least number of 7 significant digits that is not below x. */
export function roundUp(x: number): number {
  const near = Number(x.toPrecision(7));
  if (near >= x) return near;
  const above = Number((near + 10 ** (Math.floor(Math.log10(Math.abs(x))) - 6)).toPrecision(7));
  return above >= x ? above : x;
}

function writeQuantiles({ columns, low, high }: ResidualQuantiles): unknown {
  return { columns, low: low.map(writeNumber), high: high.map(writeNumber) };
}

/** Throws UserError 'badModelFile'. `load`: reads a model of the file's family. */
export function readConformal(json: ConformalBlock, full: Model, load: (json: unknown) => Model): ConformalPredictor {
  const object = readObject(json, 'the conformal block');
  const models = readArray(object['models'], 'the models of the folds').map(load);
  const classes = object['classes'] === undefined ? undefined : readArray(object['classes'], 'the classes').map(name => readText(name, 'a class'));
  const units = readArray(object['units'], 'the calibration').map(unit => readUnit(unit, models.length));
  const state: ConformalState = {
    method: oneOf(object['method'], ['split', 'cv+', 'jackknife+', 'cqr']), score: oneOf(object['score'], ['residual', 'quantile', 'aps']),
    combination: oneOf(object['combination'], ['split', 'cross']), seed: readNumber(object['seed'], 'the seed'), models, units, ...(classes && { classes }),
  };
  if (units.length === 0 || (full.task === 'classification') !== (classes !== undefined)) throw damaged('the conformal block');
  return new ConformalPredictor(state, full);
}

function oneOf<T extends string>(value: unknown, values: readonly T[]): T {
  const found = values.find(item => item === value);
  if (found === undefined) throw damaged('the conformal block');
  return found;
}

function readUnit(json: unknown, models: number): CalibratedUnit {
  const object = readObject(json, 'the calibration');
  const scores = readNumbers(object['scores'], 'the scores');
  const counts = object['counts'] === undefined ? undefined : readNumbers(object['counts'], 'the counts', scores.length);
  const model = readNumber(object['model'], 'the model of a fold');
  const rows = readNumber(object['rows'], 'the calibration rows');
  if (!Number.isInteger(model) || model < -1 || model >= models || !(rows >= scores.length) || scores.some((s, i) => !(s >= (scores[i - 1] ?? -Infinity)))) {
    throw damaged('the calibration');
  }
  return { model, rows, scores, ...(counts && { counts }), ...(object['quantiles'] !== undefined && { quantiles: readQuantiles(object['quantiles']) }) };
}

function readQuantiles(json: unknown): ResidualQuantiles {
  const object = readObject(json, 'the quantiles');
  const columns = readArray(object['columns'], 'the columns of the quantiles').map(readColumn);
  const coefficients = (name: string): number[] => Array.from(readNumbers(object[name], 'the quantiles', columns.length + 1));
  return { columns, low: coefficients('low'), high: coefficients('high') };
}

function readColumn(json: unknown): ResidualColumn {
  const object = readObject(json, 'a column of the quantiles');
  const number = (name: string): number => readNumber(object[name], 'a column of the quantiles');
  return {
    ...(object['feature'] !== undefined && { feature: readText(object['feature'], 'a feature') }),
    ...(object['level'] !== undefined && { level: readText(object['level'], 'a level') }),
    centre: number('centre'), scale: number('scale'), from: number('from'), to: number('to'),
  };
}
