/** Numbers, intervals and lists in the sentences of this study. */
import type { Measured } from '../../../protocol/experiments';

export const short = (value: number): string => String(Number(value.toPrecision(3)));

export const count = (number: number, one: string): string => `${number} ${number === 1 ? one : `${one}s`}`;

/** "2.1 (95 % interval 1.9 to 2.3)"; the number alone where there is no interval. */
export function range(measured: Measured, level: number): string {
  return `${short(measured.value)}${inBrackets(interval(measured, level))}`;
}

export function interval({ low, high }: Measured, level: number): string {
  return low === undefined || high === undefined ? '' : `${short(100 * level)} % interval ${short(low)} to ${short(high)}`;
}

const inBrackets = (words: string): string => (words === '' ? '' : ` (${words})`);

const mostNamed = 5;

/** In quotes, at most five. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map(name => `"${name}"`);
  if (names.length > mostNamed) return `${shown.join(', ')} and ${names.length - mostNamed} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

export const above = ({ low }: Measured): boolean => low !== undefined && low > 0;
export const below = ({ high }: Measured): boolean => high !== undefined && high < 0;

/** In the order in which the keys come. */
export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}
