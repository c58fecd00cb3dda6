/** The columns that a prediction adds to a file: prediction, probabilities, and intervals of the kind that is wanted. */
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { PredictParams } from '../protocol/engine';
import type { Table } from './data/table';
import type { Cell } from './data/writeCsv';
import type { Family, IntervalPrediction, Model, Prediction } from './models/model';
import { conformalNote } from './report/conformalWords';
import { formatLevel } from './report/format';
import { readConformal } from './uncertainty/conformalBlock';
import type { ConformalPredictor } from './uncertainty/conformalPredictor';

export interface PredictedColumns {
  readonly names: readonly string[];
  /** Cells of the i-th of the given rows, in the order of `names`. */
  block(rows: Int32Array): (i: number) => Cell[];
  /** What the intervals are. */
  readonly notes: readonly string[];
}

/**
 * Absent `wanted`: the conformal intervals or sets that the report measured, and beside sets the model's own interval of the probability
 * where it has one; without conformal ones the model's own. Throws UserError when intervals are wanted that the model does not have.
 */
export function predictedColumns(file: ModelFile, family: Family, model: Model, table: Table, level: number, wanted: PredictParams['intervals']): PredictedColumns {
  const own = ownIntervals(model, table, level);
  if (wanted === 'model' && !own) throw new UserError('badOption', 'The model gives no intervals of its own; leave --intervals out or choose conformal.');
  if (wanted === 'conformal' && !file.conformal) {
    throw new UserError('badOption', 'The model file holds no conformal intervals: nothing was held out at its training, or conformal was set to none.');
  }
  if (wanted === 'model' || !file.conformal) return plainColumns(model, table, level, own);
  const predictor = readConformal(file.conformal, model, json => family.load(json));
  // Bounds without end say nothing; whoever asks for them by name gets them.
  if (wanted === undefined && own && model.task === 'regression' && predictor.infinite(level) !== undefined) {
    const plain = plainColumns(model, table, level, own);
    return { ...plain, notes: [...plain.notes, `They are not the conformal ones of the report, which would be infinite: ${predictor.infinite(level)}`] };
  }
  return conformalColumns(predictor, model, table, level, own && wanted === undefined && model.task === 'classification');
}

function ownIntervals(model: Model, table: Table, level: number): boolean {
  return firstRow(model, table, level)?.low !== undefined;
}

function firstRow(model: Model, table: Table, level: number): IntervalPrediction | undefined {
  return model.predictIntervals?.(table, level, Int32Array.from(table.rows > 0 ? [0] : []));
}

/** One sentence on the model's own intervals. */
function ownNote(model: Model, table: Table, level: number): string {
  const kind = firstRow(model, table, level)?.intervalKind ?? 'interval';
  // Some families say themselves of what.
  const of = model.task === 'classification' && !kind.includes('of the probability') ? ` of the probability of ${model.classes?.at(-1)}` : '';
  return `The columns low and high are the model's own: ${formatLevel(level)} ${kind}${of}.`;
}

function plainColumns(model: Model, table: Table, level: number, own: boolean): PredictedColumns {
  return {
    names: [...pointNames(model), ...(own ? ['low', 'high'] : [])], notes: own ? [ownNote(model, table, level)] : [],
    block: rows => {
      const prediction: IntervalPrediction = own ? model.predictIntervals!(table, level, rows) : model.predict(table, rows);
      return i => [...pointCells(model, prediction, i), ...(own ? [prediction.low?.[i], prediction.high?.[i]] : [])];
    },
  };
}

/** `own`: the model's own interval of the probability stands beside the set. */
function conformalColumns(predictor: ConformalPredictor, model: Model, table: Table, level: number, own: boolean): PredictedColumns {
  const words = conformalNote(predictor, level);
  const notes = [words.replace(/^The (intervals|sets) are/, (_, what: string) => (what === 'sets' ? 'The column set: the sets are' : 'The columns low and high: the intervals are'))];
  if (model.task === 'regression') {
    return {
      names: [...pointNames(model), 'low', 'high'], notes,
      block: rows => {
        const prediction = model.predict(table, rows);
        const { low, high } = predictor.intervals(table, level, rows);
        return i => [...pointCells(model, prediction, i), low[i], high[i]];
      },
    };
  }
  const classes = predictor.state.classes!;
  const plain = plainColumns(model, table, level, own);
  return {
    names: [...plain.names, 'set'], notes: [...plain.notes, ...notes],
    block: rows => {
      const cells = plain.block(rows);
      const sets = predictor.sets(table, level, rows);
      return i => [...cells(i), setCell(classes.filter((_, k) => sets[i * classes.length + k] === 1))];
    },
  };
}

/** Classes joined by |; a | or \ within a name gets a \ in front. */
function setCell(names: readonly string[]): Cell {
  return names.length === 0 ? undefined : names.map(name => name.replace(/[\\|]/g, '\\$&')).join('|');
}

function pointNames(model: Model): string[] {
  return ['prediction', ...(model.task === 'classification' ? (model.classes ?? []).map(name => `probability_${name}`) : [])];
}

function pointCells(model: Model, prediction: Prediction, i: number): Cell[] {
  if (model.task === 'regression') return [prediction.mean![i]];
  const classes = model.classes!;
  const own = prediction.probabilities!.subarray(i * classes.length, (i + 1) * classes.length);
  let best = 0;
  for (let k = 1; k < own.length; k++) if (own[k]! > own[best]!) best = k;
  return [Number.isNaN(own[0]!) ? undefined : classes[best], ...own];
}
