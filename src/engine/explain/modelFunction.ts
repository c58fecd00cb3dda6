/** One scalar output of a model over the same rows of a table, asked again and again with some columns replaced. */
import type { Column, Table } from '../data/table';
import type { Model, Prediction } from '../models/model';
import { shuffledPrediction, subsetTable } from './shuffle';

/**
 * Which number of a prediction. Regression: the number itself on both scales. Classification: the probability of a class
 * ('response'), or its log-odds ('link'). `class`: index into the model's classes, the last one when absent; −1 for a class
 * that the model does not know, whose probability is 0.
 */
export interface Output {
  readonly scale: 'link' | 'response';
  readonly class?: number;
}

/** Log-odds are taken of probabilities no nearer to 0 and 1 than this. */
export const probabilityClip = 1e-12;

export class ModelFunction {
  /** The rows asked for, in their order, with the columns that the model reads. */
  readonly table: Table;
  readonly rows: number;
  readonly output: Output;
  private readonly predictor: (columns: readonly Column[]) => Prediction;
  private base: Float64Array | undefined;

  /** Copies the rows once. Throws UserError 'unknownColumn' as a prediction would. */
  constructor(model: Model, table: Table, rows: Int32Array, output: Output);
  constructor(model: Model, shared: ModelFunction, output: Output);
  constructor(readonly model: Model, from: Table | ModelFunction, rowsOrOutput: Int32Array | Output, output?: Output) {
    if (from instanceof ModelFunction) {
      this.output = rowsOrOutput as Output;
      this.table = from.table;
      this.predictor = from.model === model ? from.predictor : shuffledPrediction(model, this.table);
    } else {
      this.output = output!;
      this.table = subsetTable(from, model.features, rowsOrOutput as Int32Array);
      this.predictor = shuffledPrediction(model, this.table);
    }
    this.rows = this.table.rows;
  }

  /** The same rows and model, another output. */
  withOutput(output: Output): ModelFunction {
    return new ModelFunction(this.model, this, output);
  }

  /** The same rows and output of another model; it must read no other columns than this one. */
  ofModel(model: Model, output: Output = this.output): ModelFunction {
    return new ModelFunction(model, this, output);
  }

  /** One value a row, with these columns (as long as `rows`) in the place of those of the same names. */
  values(replaced: readonly Column[] = []): Float64Array {
    if (replaced.length > 0) return this.read(this.predict(replaced));
    this.base ??= this.read(this.predict([]));
    return this.base.slice();
  }

  /** The whole prediction, for callers that read several outputs of it. */
  predict(replaced: readonly Column[] = []): Prediction {
    return this.predictor(replaced);
  }

  /** This function's output of a prediction of the same model. */
  read(prediction: Prediction): Float64Array {
    if (this.model.task === 'regression') return prediction.mean?.slice() ?? new Float64Array(prediction.rows).fill(NaN);
    const classes = this.model.classes!.length;
    return readClass(prediction.probabilities!, classes, this.output.class ?? classes - 1, this.output.scale === 'link');
  }
}

/** Probabilities of one class, or their log-odds ln p − ln(1 − p), 1 − p summed from the other classes to keep its digits. */
export function readClass(probabilities: Float64Array, classes: number, own: number, link: boolean): Float64Array {
  const rows = probabilities.length / classes;
  const out = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++, at += classes) {
    const p = own >= 0 ? probabilities[at + own] : 0;
    if (!link) {
      out[i] = p;
      continue;
    }
    let others = 0;
    for (let k = 0; k < classes; k++) if (k !== own) others += probabilities[at + k];
    out[i] = logOdds(p, others);
  }
  return out;
}

/** ln p − ln q with p + q = 1, both at least 1e-12; NaN stays NaN. */
export function logOdds(p: number, q: number): number {
  return Math.log(p < probabilityClip ? probabilityClip : p) - Math.log(q < probabilityClip ? probabilityClip : q);
}
