/** Where a model's uncertainty comes from: not knowing the model (epistemic) or the noise of a row (aleatoric), on held-out rows. */
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import type { Evaluation } from './crossValidate';
import { sampleRows } from './scores';

export interface UncertaintyGroup {
  /** Root mean square of the predicted standard deviation of the rows: of the number, or of the 0/1 outcome (classes). */
  readonly predicted: number;
  /** Their root mean squared error (regression) or share of wrong classes. */
  readonly error: number;
  readonly rows: number;
}

export interface UncertaintyParts {
  readonly task: 'regression' | 'classification';
  /** Root mean square over rows, in the unit of the target; for classes of the outcome that is 0 or 1. */
  readonly epistemic: number;
  readonly aleatoric: number;
  /** Tenths of the rows by their predicted uncertainty, least first. */
  readonly groups: readonly UncertaintyGroup[];
  readonly rows: number;
}

const mostRows = 5000;
const groupCount = 10;

/** From the fold models on rows that they did not see. Undefined for models that do not tell the parts apart. */
export async function uncertaintyParts(dataset: Dataset, evaluation: Evaluation, context: WorkContext, rng: Rng): Promise<UncertaintyParts | undefined> {
  const epistemic: number[] = [];
  const aleatoric: number[] = [];
  const errors: number[] = [];
  for (let f = 0; f < evaluation.folds.length; f++) {
    await context.breathe();
    const rows = sampleRows(evaluation.folds[f].test, Math.max(10, Math.floor(mostRows / evaluation.folds.length)), rng.fork(`parts ${f}`));
    const model = evaluation.foldModels[f];
    const predicted = model.predictIntervals?.(dataset.table, dataset.recipe.level, rows);
    if (!predicted?.epistemic || !predicted.aleatoric) return undefined;
    for (let i = 0; i < rows.length; i++) {
      if (!Number.isFinite(predicted.epistemic[i] + predicted.aleatoric[i])) continue;
      epistemic.push(predicted.epistemic[i]);
      aleatoric.push(predicted.aleatoric[i]);
      errors.push(errorOf(dataset, model, predicted, rows[i], i));
    }
  }
  if (errors.length < groupCount) return undefined;
  const { task } = dataset.target;
  const size = epistemic.map((e, i) => Math.hypot(e, aleatoric[i]));
  const average = (values: readonly number[]): number => Math.sqrt(values.reduce((s, v) => s + v * v, 0) / values.length);
  return { task, epistemic: average(epistemic), aleatoric: average(aleatoric), groups: groupsOf(size, errors, task), rows: errors.length };
}

/** Squared error, or 1 for a wrong class. */
function errorOf(dataset: Dataset, model: Model, predicted: { readonly mean?: Float64Array; readonly probabilities?: Float64Array }, row: number, i: number): number {
  const { target } = dataset;
  if (target.task === 'regression') return (target.values[row] - predicted.mean![i]) ** 2;
  const classes = model.classes ?? target.classes;
  const own = predicted.probabilities!.subarray(i * classes.length, (i + 1) * classes.length);
  return classes[own.indexOf(Math.max(...own))] === target.classes[target.codes[row]] ? 0 : 1;
}

function groupsOf(size: readonly number[], errors: readonly number[], task: UncertaintyParts['task']): UncertaintyGroup[] {
  const order = Array.from(size.keys()).sort((a, b) => size[a] - size[b]);
  return Array.from({ length: groupCount }, (_, g) => {
    const rows = order.slice(Math.floor((g * order.length) / groupCount), Math.floor(((g + 1) * order.length) / groupCount));
    const error = rows.reduce((s, i) => s + errors[i], 0) / rows.length;
    const square = rows.reduce((s, i) => s + size[i] ** 2, 0) / rows.length;
    return {
      predicted: Math.sqrt(square),
      error: task === 'regression' ? Math.sqrt(error) : error, rows: rows.length,
    };
  });
}
