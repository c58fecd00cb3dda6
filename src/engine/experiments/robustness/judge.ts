/** How bad the predictions of changed rows are: every claim of an attack is settled here, by predicting the row. */
import { alignedProbabilities } from '../../evaluate/scores';
import type { Model } from '../../models/model';
import { tableAt, type Ground } from './ground';

/** The truth about the rows of a ground. */
export type Truth =
  | { readonly task: 'regression'; readonly values: Float64Array }
  | { readonly task: 'classification'; readonly codes: Int32Array; readonly classes: readonly string[] };

export interface Verdict {
  /**
   * Grows with the harm. Numbers: |prediction − truth|. Classes: logarithm of the likeliest wrong class's probability over that of the truth.
   * NaN where there is no prediction.
   */
  readonly harm: Float64Array;
  /** Classes: 1 where the predicted class is not the truth. */
  readonly wrong: Uint8Array;
}

/** Smallest probability that logarithms are taken of. */
const floor = 1e-300;
/** Rows that are predicted together. */
const block = 65_536;

export class Judge {
  constructor(readonly model: Model, readonly ground: Ground, readonly truth: Truth) {}

  /** Of the listed rows of the ground (repeats allowed) with these cells. */
  of(cells: Float64Array, which: Int32Array): Verdict {
    const p = this.ground.columns.length;
    const harm = new Float64Array(which.length);
    const wrong = new Uint8Array(which.length);
    for (let from = 0; from < which.length; from += block) {
      const part = which.subarray(from, from + block);
      this.judge(cells.subarray(from * p, (from + part.length) * p), part, harm.subarray(from), wrong.subarray(from));
    }
    return { harm, wrong };
  }

  /** Regression: the predicted numbers. Classes: rows × classes of the truth. */
  predict(cells: Float64Array, which: Int32Array): Float64Array {
    const prediction = this.model.predict(tableAt(this.ground, cells, which));
    return this.truth.task === 'regression' ? prediction.mean! : alignedProbabilities(prediction, this.model.classes, this.truth.classes);
  }

  private judge(cells: Float64Array, which: Int32Array, harm: Float64Array, wrong: Uint8Array): void {
    const predicted = this.predict(cells, which);
    const { truth } = this;
    for (let i = 0; i < which.length; i++) {
      if (truth.task === 'regression') harm[i] = Math.abs(predicted[i] - truth.values[which[i]]);
      else [harm[i], wrong[i]] = classHarm(predicted, i, truth.classes.length, truth.codes[which[i]]);
    }
  }
}

/** The predicted class is the first of the likeliest, as where accuracy is measured. */
function classHarm(p: Float64Array, row: number, classes: number, truth: number): [number, number] {
  let best = 0;
  let rival = -1;
  for (let k = 0; k < classes; k++) {
    const value = p[row * classes + k];
    if (Number.isNaN(value)) return [NaN, 1];
    if (value > p[row * classes + best]) best = k;
    if (k !== truth && value > rival) rival = value;
  }
  return [Math.log(Math.max(rival, floor)) - Math.log(Math.max(p[row * classes + truth], floor)), best === truth ? 0 : 1];
}
