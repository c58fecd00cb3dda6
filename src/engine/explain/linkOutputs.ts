/** The scale that contributions are taken on: where an additive model is a sum, read from predictions without clipping. */
import type { Model, Prediction } from '../models/model';
import { logOdds } from './modelFunction';

export type ContributionScale = 'number' | 'logOdds' | 'logShare';

export interface LinkOutputs {
  readonly scale: ContributionScale;
  /** One, or one a class. */
  readonly outputs: number;
  /** Rows × outputs, row-major. */
  read(prediction: Prediction): Float64Array;
}

/**
 * Regression: the number. Two classes: log-odds of the last. More classes: of an additive model ln p_k minus the mean of ln p
 * over the classes (the linear predictors with their mean taken off, so no class is singled out), else the log-odds of
 * each. The odds of additive models are not clipped: contributions there add up however sure the model is.
 */
export function linkOutputs(model: Model, additive: boolean): LinkOutputs {
  if (model.task === 'regression') {
    return { scale: 'number', outputs: 1, read: p => p.mean?.slice() ?? new Float64Array(p.rows).fill(NaN) };
  }
  const classes = model.classes!.length;
  const odds = additive ? (p: number, q: number): number => Math.log(p) - Math.log(q) : logOdds;
  if (classes === 2) {
    return { scale: 'logOdds', outputs: 1, read: ({ rows, probabilities: p }) => Float64Array.from({ length: rows }, (_, i) => odds(p![2 * i + 1], p![2 * i])) };
  }
  return { scale: additive ? 'logShare' : 'logOdds', outputs: classes, read: p => (additive ? logShares : allLogOdds)(p, classes) };
}

function logShares({ rows, probabilities }: Prediction, classes: number): Float64Array {
  const out = probabilities!.map(Math.log);
  for (let i = 0; i < rows; i++) centre(out, i * classes, classes);
  return out;
}

function allLogOdds({ rows, probabilities }: Prediction, classes: number): Float64Array {
  const out = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < classes; k++) {
      let others = 0;
      for (let c = 0; c < classes; c++) if (c !== k) others += probabilities![i * classes + c];
      out[i * classes + k] = logOdds(probabilities![i * classes + k], others);
    }
  }
  return out;
}

/** Takes the mean of `count` values from `from` off them. */
export function centre(values: Float64Array, from: number, count: number): void {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += values[from + k];
  for (let k = 0; k < count; k++) values[from + k] -= sum / count;
}

/** e.g. "y", "log-odds of yes", "log-share of setosa". */
export function scaleWords(scale: ContributionScale, target: string, className = 'the class'): string {
  return scale === 'number' ? target : scale === 'logOdds' ? `log-odds of ${className}` : `log-share of ${className}`;
}

/** A sentence on a scale that is not common; empty for the others. */
export function scaleNote(scale: ContributionScale): string {
  return scale === 'logShare' ? ' Log-share: ln p less the mean of ln p over the classes, on which the model is a sum.' : '';
}
