/** Words and numbers in the texts of a neural model. */
import type { NeuralSettings } from './settings';

export function networkTitle({ members }: Pick<NeuralSettings, 'members'>): string {
  return members === 1 ? 'Neural network' : `Ensemble of ${members} neural networks`;
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
