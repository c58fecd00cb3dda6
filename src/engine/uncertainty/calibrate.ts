/** From the scores of held-out rows to what calibrates new rows. */
import type { Evaluation } from '../evaluate/crossValidate';
import type { CalibratedUnit, ConformalState } from './conformalPredictor';
import type { IntervalScores } from './intervalScores';
import type { SetScores } from './setScores';

export function calibratedIntervals(scores: IntervalScores, { foldModels }: Evaluation): ConformalState {
  const score = scores.method === 'cqr' ? 'quantile' : 'residual';
  const units = withLists(scores, scores.delivered, unit => scores.units[unit].model).map((unit, i) => ({ ...unit, ...quantilesOf(scores, i) }));
  return { method: scores.method, score, combination: scores.combination, models: foldModels, units, seed: 0 };
}

function quantilesOf(scores: IntervalScores, place: number): Pick<CalibratedUnit, 'quantiles'> {
  const { quantiles } = scores.units[scores.delivered[place]];
  return quantiles ? { quantiles } : {};
}

export function calibratedSets(sets: SetScores, { foldModels }: Evaluation, seed: number): ConformalState {
  const units = withLists(sets, sets.delivered, unit => unit);
  return { method: sets.method, score: 'aps', combination: sets.combination, models: foldModels, units, classes: sets.classes, seed };
}

function withLists(
  { scores, unitOf }: { readonly scores: Float64Array; readonly unitOf: Int32Array }, delivered: readonly number[], modelOf: (unit: number) => number,
): CalibratedUnit[] {
  const lists = new Map<number, number[]>(delivered.map(unit => [unit, []]));
  unitOf.forEach((unit, i) => lists.get(unit)?.push(scores[i]));
  return delivered.map(unit => {
    const all = Float64Array.from(lists.get(unit)!).sort();
    return { model: modelOf(unit), rows: all.length, scores: all.filter(score => score < Infinity) };
  });
}
