/** Settings and their values in words. */
import type { Measured } from '../../../protocol/experiments';
import type { OptionValue } from '../../../protocol/recipe';
import { percent, short } from '../../models/neural/words';
import { rowsChoice } from './axes';

export function valueWords(name: string, value: OptionValue): string {
  return name === rowsChoice ? percent(value as number) : value === '' ? 'none' : String(value);
}

/** "learningRate 0.01, depth 2"; "the usual setting". */
export function settingWords(setting: Readonly<Record<string, OptionValue>>): string {
  const parts = Object.entries(setting).map(([name, value]) => (name === rowsChoice ? `${valueWords(name, value)} of the training rows` : `${name} ${valueWords(name, value)}`));
  return parts.length === 0 ? 'the usual setting' : parts.join(', ');
}

export const levelWords = (level: number): string => `${Number((100 * level).toPrecision(6))} %`;

/** " (95 % interval 0.81 to 0.85)", or nothing without one. */
export function intervalWords({ low, high }: Measured, level: number): string {
  return low === undefined || high === undefined ? '' : ` (${levelWords(level)} interval ${short(low)} to ${short(high)})`;
}

/** "a", "a and b", "a, b and c"; beyond `most` items "a, b and 7 more". */
export function listWords(items: readonly string[], most = items.length): string {
  if (items.length > most + 1) return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
