/** Lines and numbers of the sections on training as a dynamical system: four digits, and only points that can be drawn. */
import type { CurveLine } from '../../protocol/chartSections';
import { formatNumber } from './format';

/** Four significant digits: what a picture can show. */
export function four(value: number): number {
  return Number(value.toPrecision(4));
}

/** The points that have finite numbers, and on a logarithmic axis an x above 0. */
export function lineOf(name: string, x: readonly number[], y: readonly (number | null)[], { log = false, reference = false } = {}): CurveLine {
  const kept = x.map((value, i) => [value, y[i]] as const).filter(([a, b]) => Number.isFinite(a) && typeof b === 'number' && Number.isFinite(b) && (!log || a > 0));
  return { name, x: kept.map(([a]) => four(a)), y: kept.map(([, b]) => four(b!)), ...(reference && { reference: true }) };
}

/** A level line over the range of x of others. */
export function levelLine(name: string, lines: readonly CurveLine[], level: number): CurveLine[] {
  const all = lines.flatMap(line => line.x);
  return all.length === 0 || !Number.isFinite(level) ? [] : [{ name, x: [Math.min(...all), Math.max(...all)], y: [four(level), four(level)], reference: true }];
}

/** Base-10 logarithms; what is not above 0 is left out of a line. */
export function powers(values: readonly (number | null)[]): (number | null)[] {
  return values.map(value => (value !== null && value > 0 ? Math.log10(value) : null));
}

/** A cell of a table: four digits, a dash where there is none. */
export function cell(value: number | null | undefined): number | string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : four(value);
}

/** "0.02 % above"; of numbers that agree in all digits "none". */
export function differenceWords(measured: number, predicted: number): string {
  const off = measured / predicted - 1;
  return !Number.isFinite(off) ? '' : off === 0 ? 'none' : `${formatNumber(100 * Math.abs(off), 2)} % ${off < 0 ? 'below' : 'above'}`;
}
