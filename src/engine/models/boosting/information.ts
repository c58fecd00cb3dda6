/** How much rows say of the main effects where there are pairs, too. */
import { makeLoss } from './losses';
import { cellsOf, type CoarseFeature, type Pair } from './pairBins';
import type { Plan } from './plan';
import type { TermScores } from './purify';

/**
 * Sum of the rows' curvatures of the loss at the main effects alone over that at the whole model. Errors of main effects in a model without pairs are
 * the root of this too small: pairs push probabilities towards 0 and 1, where outcomes say less. 1 without pairs and for squared errors.
 */
export function informationRatio({ data, loss: settings }: Plan, scores: TermScores, coarse: readonly CoarseFeature[], pairs: readonly Pair[]): number {
  const loss = makeLoss(settings);
  if (pairs.length === 0 || loss.quadratic) return 1;
  const { outputs } = loss;
  const values = new Float64Array(data.rows * outputs);
  const add = (cells: Uint16Array, term: Float64Array): void => {
    for (let i = 0; i < cells.length; i++) for (let k = 0; k < outputs; k++) values[i * outputs + k]! += term[cells[i]! * outputs + k]!;
  };
  const curvature = (): number => {
    const [first, second] = [new Float64Array(values.length), new Float64Array(values.length)];
    loss.derivatives(values, data.y, data.weights, first, second);
    return second.reduce((a, b) => a + b, 0);
  };
  for (let at = 0; at < values.length; at++) values[at] = scores.intercept[at % outputs]!;
  scores.mains.forEach((term, j) => add(data.bins[j]!, term));
  const alone = curvature();
  const all = Int32Array.from({ length: data.rows }, (_, i) => i);
  pairs.forEach((pair, t) => add(cellsOf(data, coarse, pair, all), scores.pairs[t]!));
  return Math.max(1, alone / curvature());
}
