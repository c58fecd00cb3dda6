/** Balanced accuracy with and without a fix, on the same folds: what evening classes out is for, and log loss does not show. */
import type { BalancedChange } from '../../protocol/checks';
import type { WorkContext } from '../context';
import type { Dataset, Target } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { correctedResampledT, meanOf, testToTrainRatio } from '../evaluate/intervals';
import { classCounts } from '../evaluate/splits';
import type { Rng } from '../math/random';
import { num } from './words';

type Classes = Extract<Target, { task: 'classification' }>;
/** Held-out rows of every class in every fold from which the folds' own values are compared. */
const fewestOfClass = 5;
const resamples = 1000;

/** Which held-out rows are right, by fold and class: 1 or 0, for each of three ways to answer. */
interface Answers { readonly before: number[]; readonly after: number[]; readonly byThreshold: number[] }

/** Undefined where a number is explained, or the folds differ. */
export async function balancedChange({ target, recipe: { level } }: Dataset, before: Evaluation, after: Evaluation, rng: Rng, context: WorkContext): Promise<BalancedChange | undefined> {
  if (target.task !== 'classification' || before.heldOut.rows.length !== after.heldOut.rows.length) return undefined;
  const folds = answersOf(target, before, after);
  const pooled = target.classes.map((_, k) => joined(folds.map(classes => classes[k]!))).filter(({ before: rows }) => rows.length > 0);
  // Mean over folds where each holds enough rows of every class, as other metrics have it; else all held-out rows together.
  const byFold = folds.length > 1 && folds.every(classes => classes.every(({ before: rows }) => rows.length >= fewestOfClass));
  const value = (way: keyof Answers): number => (byFold ? meanOf(folds.map(classes => balanced(classes, way))) : balanced(pooled, way));
  const interval = byFold
    ? correctedResampledT(folds.map(classes => balanced(classes, 'after') - balanced(classes, 'before')), testToTrainRatio(after.folds), level)
    : await resampled(pooled, level, rng, context);
  return { before: value('before'), after: value('after'), change: value('after') - value('before'), ...interval, byThreshold: value('byThreshold') };
}

const balanced = (classes: readonly Answers[], way: keyof Answers): number => meanOf(classes.map(answers => meanOf(answers[way])));

const joined = (parts: readonly Answers[]): Answers => ({
  before: parts.flatMap(one => one.before), after: parts.flatMap(one => one.after), byThreshold: parts.flatMap(one => one.byThreshold),
});

function answersOf(target: Classes, before: Evaluation, after: Evaluation): Answers[][] {
  const width = target.classes.length;
  const folds = before.folds.map(() => target.classes.map((): Answers => ({ before: [], after: [], byThreshold: [] })));
  const ones = new Float64Array(width).fill(1);
  const shares = before.folds.map(({ train }) => Float64Array.from(classCounts(train.map(row => target.codes[row]!), width)));
  const [first, second] = [before.heldOut.prediction.probabilities!, after.heldOut.prediction.probabilities!];
  before.heldOut.rows.forEach((row, place) => {
    const [fold, own] = [before.heldOut.foldOf[place]!, target.codes[row]!];
    const right = (probabilities: Float64Array, over: Float64Array): number => (largest(probabilities, place * width, over) === own ? 1 : 0);
    const answers = folds[fold]![own]!;
    answers.before.push(right(first, ones));
    answers.after.push(right(second, ones));
    answers.byThreshold.push(right(first, shares[fold]!));
  });
  return folds;
}

/** The class whose probability is the most times its number in `over`. */
function largest(probabilities: Float64Array, from: number, over: Float64Array): number {
  let best = 0;
  const at = (k: number): number => (over[k]! > 0 ? probabilities[from + k]! / over[k]! : 0);
  for (let k = 1; k < over.length; k++) if (at(k) > at(best)) best = k;
  return best;
}

/** Percentiles of the difference over resamples of the held-out rows within each class. */
async function resampled(classes: readonly Answers[], level: number, rng: Rng, context: WorkContext): Promise<{ low: number; high: number }> {
  const gains = classes.map(({ before, after }) => after.map((right, i) => right - before[i]!));
  const draws = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    await context.breathe();
    draws[r] = meanOf(gains.map(list => {
      let sum = 0;
      for (let i = 0; i < list.length; i++) sum += list[rng.integer(list.length)]!;
      return sum / list.length;
    }));
  }
  draws.sort();
  const at = (p: number): number => draws[Math.round(p * (resamples - 1))]!;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** One sentence: what the fix does to it, and what another threshold does without the fix. */
export function balancedWords({ before, after, change, low, high, byThreshold }: BalancedChange): string {
  const clear = low !== undefined && high !== undefined && (low > 0 || high < 0);
  const verdict = change === 0 ? 'stays the same' : !clear ? 'does not change clearly' : change > 0 ? 'rises (better)' : 'falls (worse)';
  const interval = low === undefined || high === undefined ? '' : ` (difference ${num(low)} to ${num(high)})`;
  return ` The balanced accuracy, the mean share of each class that is right, ${verdict}: ${num(before)} to ${num(after)}${interval}. With all rows and the class named whose probability is furthest above its share it is ${num(byThreshold)}.`;
}
