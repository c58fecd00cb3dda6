/** Scores, sizes and changes as the sentences of a robustness study write them. */
import type { Measured } from '../../../protocol/experiments';
import { numberWords, percentWords } from './numberWords';
import type { RobustnessResult } from './result';

type Found = Pick<RobustnessResult, 'score' | 'level'>;

/** "97.4 %", "53.2". */
export function scoreWords({ score }: Pick<Found, 'score'>, value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'beyond any number' : 'no number';
  return score === 'accuracy' ? percentWords(value) : numberWords(value);
}

export function rangeWords(found: Found, { low, high }: Measured): string {
  return low === undefined || high === undefined || !Number.isFinite(high) ? '' : ` (${levelWords(found)} interval ${scoreWords(found, low)} to ${scoreWords(found, high)})`;
}

const levelWords = ({ level }: Found): string => `${Number((100 * level).toPrecision(6))} %`;

export const nameOf = ({ score }: Pick<Found, 'score'>): string => (score === 'accuracy' ? 'accuracy' : 'root mean squared error');

/** "0.1 standard deviations", "1 standard deviation". */
export const sizeWords = (size: number): string => `${numberWords(size)} standard ${size === 1 ? 'deviation' : 'deviations'}`;

/** "falls from 97 % to 90 %". */
export function moves(found: Found, from: number, to: number): string {
  const [a, b] = [scoreWords(found, from), scoreWords(found, to)];
  if (a === b) return `stays at ${a}`;
  return found.score === 'accuracy' ? `${to < from ? 'falls' : 'rises'} from ${a} to ${b}` : `${to > from ? 'grows' : 'falls'} from ${a} to ${b}`;
}

/** A difference of two scores: "−7.1 percentage points (95 % interval −9 to −5)", "4.1 (…)". */
export function differenceWords(found: Found, { value, low, high }: Measured): string {
  const factor = found.score === 'accuracy' ? 100 : 1;
  const unit = found.score === 'accuracy' ? (Math.abs(Number((factor * value).toPrecision(3))) === 1 ? ' percentage point' : ' percentage points') : '';
  return `${numberWords(factor * value)}${unit}${low === undefined || high === undefined ? '' : ` (${levelWords(found)} interval ${numberWords(factor * low)} to ${numberWords(factor * high)})`}`;
}

/** Whether a difference is more than chance: an interval without 0; undefined where there is no interval. */
export function beyondChance({ low, high }: Measured): boolean | undefined {
  return low === undefined || high === undefined ? undefined : low > 0 || high < 0;
}

/** Said after a change: what its interval tells. */
export function chanceWords(found: Found, change: Measured): string {
  const beyond = beyondChance(change);
  if (beyond === undefined) return change.value === 0 ? '' : ', of which cannot be told whether it is more than chance';
  return beyond ? `, a change of ${differenceWords(found, change)}` : `, which may be chance: a change of ${differenceWords(found, change)}`;
}

/** The size that sentences speak of: the nearest above 0. */
export function spokenSize(x: readonly number[], wanted = 0.1): number {
  return x.map((_, k) => k).filter(k => x[k] > 0).sort((a, b) => Math.abs(x[a] - wanted) - Math.abs(x[b] - wanted))[0];
}
