/** From losses of rows to what a group, or a file, is measured by: one way for both. */
import type { Dataset } from '../../data/dataset';
import { Rng } from '../../math/random';
import { baselineLosses, baselineScore, pairedDrop, scaleOf, scoreOf, unpairedDrop } from './losses';
import type { Measures } from './result';

export interface Seen {
  /** Losses of the target rows by the model that has not seen them. */
  readonly outside: Float64Array;
  /** By cross-validation: of the same rows, or of others. */
  readonly inside: Float64Array;
  readonly sameRows: boolean;
  /** Rows that the model was fitted on, and rows of `outside`. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Of the chance of the intervals. */
  readonly label: string;
}

type Scores = Pick<Measures, 'loss' | 'within' | 'drop' | 'baseline' | 'gain' | 'unpredicted' | 'why'>;

const finitePlaces = (losses: Float64Array): number[] => Array.from(losses.keys()).filter(i => Number.isFinite(losses[i]));
const at = (losses: Float64Array, places: readonly number[]): Float64Array => Float64Array.from(places, i => losses[i]!);

export function scoresOf({ target, recipe: { level, seed } }: Dataset, { outside, inside, sameRows, train, test, label }: Seen): Scores {
  const known = finitePlaces(outside).filter(i => !sameRows || Number.isFinite(inside[i]));
  const own = sameRows ? known : finitePlaces(inside);
  const unpredicted = outside.length - known.length;
  if (known.length === 0 || own.length === 0) return { unpredicted, why: 'the model gave no number for any of its rows' };
  const [a, b] = [at(outside, known), at(inside, own)];
  const scale = scaleOf(target);
  const rng = (): Rng => new Rng(seed).fork(label);
  const rows = Int32Array.from(known, i => test[i]!);
  return {
    loss: scoreOf(a, scale, level, rng()), within: scoreOf(b, scale, level, rng().fork('within')),
    drop: sameRows ? pairedDrop(a, b, scale, level, rng()) : unpairedDrop(a, b, scale, level, rng()),
    baseline: baselineScore(target, train, rows), gain: pairedDrop(a, baselineLosses(target, train, rows), scale, level, rng()), unpredicted,
  };
}

/** Of a model that was fitted anew, beside the one before, on the rows that both gave a number for. */
export function changeOf({ target, recipe: { level, seed } }: Dataset, anew: Float64Array, before: Float64Array, label: string): Measures['refit'] {
  const both = finitePlaces(anew).filter(i => Number.isFinite(before[i]));
  if (both.length === 0) return undefined;
  const [a, b] = [at(anew, both), at(before, both)];
  const rng = (): Rng => new Rng(seed).fork(label);
  return { loss: scoreOf(a, scaleOf(target), level, rng()), change: pairedDrop(a, b, scaleOf(target), level, rng()) };
}
