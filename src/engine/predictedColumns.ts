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
  /** Cells of the i-th row of a table, in the order of `names`. */
  block(table: Table): (i: number) => Cell[];
  /** What the intervals are. */
  readonly notes: readonly string[];
}

/**
 * Absent `wanted`: the conformal intervals or sets that the report measured, and beside sets the model's own interval of the probability
 * where it has one; without conformal ones the model's own. `first`: a table whose first row tells whether it has any. Throws UserError when intervals are
 * wanted that the model does not have.
 */
export function predictedColumns(file: ModelFile, family: Family, model: Model, first: Table, level: number, wanted: PredictParams['intervals']): PredictedColumns {
  const own = firstRow(model, first, level);
  if (wanted === 'model' && !own) throw new UserError('badOption', 'The model gives no intervals of its own; leave --intervals out or choose conformal.');
  if (wanted === 'conformal' && !file.conformal) {
    throw new UserError('badOption', 'The model file holds no conformal intervals: nothing was held out at its training, or conformal was set to none.');
  }
  if (wanted === 'model' || !file.conformal) return plainColumns(model, level, own);
  const predictor = readConformal(file.conformal, model, json => family.load(json));
  // Bounds without end say nothing; whoever asks for them by name gets them.
  if (wanted === undefined && own && model.task === 'regression' && predictor.infinite(level) !== undefined) {
    const plain = plainColumns(model, level, own);
    return { ...plain, notes: [...plain.notes, `They are not the conformal ones of the report, which would be infinite: ${predictor.infinite(level)}`] };
  }
  return conformalColumns(predictor, model, level, wanted === undefined && model.task === 'classification' ? own : undefined);
}

/** Undefined where the model has no intervals of its own. */
function firstRow(model: Model, table: Table, level: number): IntervalPrediction | undefined {
  const predicted = model.predictIntervals?.(table, level, Int32Array.from(table.rows > 0 ? [0] : []));
  return predicted?.low === undefined ? undefined : predicted;
}

/** One sentence on the model's own intervals. */
function ownNote(model: Model, level: number, { intervalKind: kind = 'interval' }: IntervalPrediction): string {
  // Some families say themselves of what.
  const of = model.task === 'classification' && !kind.includes('of the probability') ? ` of the probability of ${model.classes?.at(-1)}` : '';
  return `The columns low and high are the model's own: ${formatLevel(level)} ${kind}${of}.`;
}

/** `own`: the model's own interval of some row, where it has any. */
function plainColumns(model: Model, level: number, own: IntervalPrediction | undefined): PredictedColumns {
  return {
    names: [...pointNames(model), ...(own ? ['low', 'high'] : [])], notes: own ? [ownNote(model, level, own)] : [],
    block: table => {
      const prediction: IntervalPrediction = own ? model.predictIntervals!(table, level) : model.predict(table);
      return i => {
        const cells = pointCells(model, prediction, i);
        if (own) cells.push(prediction.low?.[i], prediction.high?.[i]);
        return cells;
      };
    },
  };
}

/** `own`: the model's own interval of the probability stands beside the set. */
function conformalColumns(predictor: ConformalPredictor, model: Model, level: number, own: IntervalPrediction | undefined): PredictedColumns {
  const words = conformalNote(predictor, level);
  const notes = [words.replace(/^The (intervals|sets) are/, (_, what: string) => (what === 'sets' ? 'The column set: the sets are' : 'The columns low and high: the intervals are'))];
  const all = (table: Table): Int32Array => Int32Array.from({ length: table.rows }, (_, i) => i);
  if (model.task === 'regression') {
    return {
      names: [...pointNames(model), 'low', 'high'], notes,
      block: table => {
        const prediction = model.predict(table);
        const { low, high } = predictor.intervals(table, level, all(table));
        return i => [...pointCells(model, prediction, i), low[i], high[i]];
      },
    };
  }
  const classes = predictor.state.classes!;
  const plain = plainColumns(model, level, own);
  return {
    names: [...plain.names, 'set'], notes: [...plain.notes, ...notes],
    block: table => {
      const cells = plain.block(table);
      const sets = predictor.sets(table, level, all(table));
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
