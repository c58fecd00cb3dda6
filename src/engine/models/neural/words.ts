/** Words and numbers in the texts of a neural model. */
import type { NetworkDescription } from '../../compute/network/description';
import type { TrainingSettings } from './settings';

export function networkTitle({ members, uncertainty }: Pick<TrainingSettings, 'members' | 'uncertainty'>, { kind }: Pick<NetworkDescription, 'kind'>): string {
  const name = kind === 'dense' ? 'neural network' : 'attention model';
  const title = members === 1 ? name.charAt(0).toUpperCase() + name.slice(1) : `Ensemble of ${members} ${name}s`;
  return uncertainty === 'dropout' ? `${title} with MC dropout` : title;
}

/** A whole number in full: "32,561". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** "1 weight", "1,309 weights". */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Three significant digits, whole digits never rounded away: "0.314", "52,763". */
export function short(value: number): string {
  return Math.abs(value) >= 1000 ? count(value) : String(Number(value.toPrecision(3)));
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`;
}

/** Four significant digits: pictures need no more, and model files stay small. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
