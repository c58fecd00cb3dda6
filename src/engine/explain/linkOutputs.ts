/** The scale that contributions are taken on: where an additive model is a sum, read from predictions without clipping. */
import type { Model, Prediction } from '../models/model';
import { logOdds, probabilityClip } from './modelFunction';

export type ContributionScale = 'number' | 'logNumber' | 'logOdds' | 'logShare';

export interface LinkOutputs {
  readonly scale: ContributionScale;
  /** One, or one a class. */
  readonly outputs: number;
  /** Rows × outputs, row-major. */
  read(prediction: Prediction): Float64Array;
}

/** The scale of a model's contributions: the same for every family. */
export function scaleOf({ task, classes, link }: Pick<Model, 'task' | 'classes' | 'link'>): ContributionScale {
  if (task === 'regression') return link === 'log' ? 'logNumber' : 'number';
  return classes!.length === 2 ? 'logOdds' : 'logShare';
}

/**
 * Regression: the number, or its logarithm where the model is a sum for that. Two classes: log-odds of the last. More classes: the
 * log-share of each, ln p_k minus the mean of ln p over the classes (for a model with linear predictors these with their mean taken off, so no class is singled out). Of additive
 * models nothing is clipped: contributions there add up however sure the model is; else probabilities below 1e-12 count as that.
 */
export function linkOutputs(model: Model, additive: boolean): LinkOutputs {
  const scale = scaleOf(model);
  if (scale === 'logNumber') return { scale, outputs: 1, read: p => p.mean!.map(Math.log) };
  if (scale === 'number') return { scale, outputs: 1, read: p => p.mean?.slice() ?? new Float64Array(p.rows).fill(NaN) };
  const classes = model.classes!.length;
  if (scale === 'logShare') return { scale, outputs: classes, read: p => logShares(p, classes, additive ? 0 : probabilityClip) };
  const odds = additive ? (p: number, q: number): number => Math.log(p) - Math.log(q) : logOdds;
  return { scale, outputs: 1, read: ({ rows, probabilities: p }) => Float64Array.from({ length: rows }, (_, i) => odds(p![2 * i + 1], p![2 * i])) };
}

function logShares({ rows, probabilities }: Prediction, classes: number, least: number): Float64Array {
  const out = probabilities!.map(p => Math.log(p < least ? least : p));
  for (let i = 0; i < rows; i++) centre(out, i * classes, classes);
  return out;
}

/** Takes the mean of `count` values from `from` off them. */
export function centre(values: Float64Array, from: number, count: number): void {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += values[from + k];
  for (let k = 0; k < count; k++) values[from + k] -= sum / count;
}

/** e.g. "y", "log-odds of yes", "score of setosa before softmax". */
export function scaleWords(scale: ContributionScale, target: string, className = 'the class'): string {
  if (scale === 'logNumber') return `logarithm of ${target}`;
  return scale === 'number' ? target : scale === 'logOdds' ? `log-odds of ${className}` : `score of ${className} before softmax`;
}

/** What the scale is, in a sentence with a space before it; empty for numbers. */
export function scaleNote(scale: ContributionScale): string {
  if (scale === 'number') return '';
  if (scale === 'logNumber') return ' The model is a sum for the logarithm of what it predicts: a part of 0.1 is a factor of e^0.1, about 10 % more.';
  return scale === 'logOdds'
    ? ' Log-odds: ln p − ln(1 − p), 0 where the probability p is one half.'
    : ' Score of a class before softmax: ln p less the mean of ln p over the classes. The difference between the scores of two classes is the log-odds of one against the other.';
}
