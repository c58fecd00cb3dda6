/** The numbers of a model that scores are measured on: its link-scale outputs over one sample of rows. */
import type { Table } from '../../data/table';
import type { Model, Prediction } from '../../models/model';
import { ModelFunction, probabilityClip } from '../modelFunction';

/** Classes that are scored at most, the first in the model's order: each takes as much reckoning as a model of two. */
export const mostOutputs = 8;

/**
 * One class of three or more on the scale of softmax's inputs: ln p_k − mean_l ln p_l (centred log-ratio, Aitchison 1982), which
 * is additive in the features for a multinomial logistic model; log-odds against all others together would not be.
 */
class CentredLogRatio extends ModelFunction {
  override read(prediction: Prediction): Float64Array {
    const classes = this.model.classes!.length;
    const p = prediction.probabilities!;
    const own = this.output.class!;
    return Float64Array.from({ length: prediction.rows }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += clippedLog(p[i * classes + k]);
      return clippedLog(p[i * classes + own]) - sum / classes;
    });
  }
}

function clippedLog(p: number): number {
  return Math.log(p < probabilityClip ? probabilityClip : p);
}

/**
 * The outputs of the model over the rows: the number itself, the log-odds of the last of two classes, or the centred
 * log-ratio of each class (of the first eight in `classes`, in the model's order). All from the same predictions.
 */
export function scoreFunctions(model: Model, table: Table, rows: Int32Array): ModelFunction[] {
  const classes = model.task === 'regression' ? 1 : model.classes!.length;
  if (classes <= 2) return [new ModelFunction(model, table, rows, { scale: 'link' })];
  const first = new CentredLogRatio(model, table, rows, { scale: 'link', class: 0 });
  return Array.from({ length: Math.min(classes, mostOutputs) }, (_, k) => (k === 0 ? first : new CentredLogRatio(model, first, { scale: 'link', class: k })));
}

/** What the numbers are, in words. */
export function outputWords(model: Model, target: string): string {
  if (model.task === 'regression') return `the predicted ${target}`;
  const classes = model.classes ?? [];
  if (classes.length <= 2) return `the log-odds of "${classes[classes.length - 1]}"`;
  const which = classes.length > mostOutputs ? `first ${mostOutputs} of ${classes.length}` : String(classes.length);
  return `the scores before softmax of the ${which} classes`;
}
