/** Words that sentences about optimisers share: numbers, lists, what an interval of differences allows to say. */
import type { Measured } from '../../../protocol/experiments';
import type { OptimiserMeasured, OptimiserStudy } from './result';

/** Three digits; powers of ten below 0.0001. */
export const short = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded || 0);
};

export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]!}`;
}

export function range({ low, high }: Measured, level: number): string {
  return low === undefined ? '' : ` (${percent(level)} interval ${short(low)} to ${short(high!)})`;
}

export const percent = (level: number): string => `${Number((100 * level).toPrecision(6))} %`;

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** How the others stand to the lowest: `equal` to a millionth of the start, `alike` where the interval of the difference holds 0, `higher`; without an interval it cannot be told. */
export interface Standing { readonly equal: readonly string[]; readonly alike: readonly string[]; readonly higher: readonly string[]; readonly untold: readonly string[]; /** Least and largest difference of those beyond chance. */ readonly by?: readonly [number, number] }

export function standing(items: readonly OptimiserMeasured[], of: (item: OptimiserMeasured) => Measured | undefined, scale: number): Standing {
  const found = items.flatMap(item => {
    const difference = of(item);
    return difference ? [{ title: item.title, ...difference }] : [];
  });
  const equal = (value: Measured): boolean => Math.abs(value.value) <= 1e-6 * scale && (value.high === undefined || Math.max(Math.abs(value.low!), Math.abs(value.high)) <= 1e-6 * scale);
  const beyond = found.filter(item => !equal(item) && item.low !== undefined && item.low > 0);
  const sizes = beyond.map(({ value }) => value);
  const titles = (keep: (item: Measured) => boolean): string[] => found.filter(keep).map(({ title }) => title);
  return {
    equal: titles(equal), untold: titles(item => !equal(item) && item.low === undefined),
    alike: titles(item => !equal(item) && item.low !== undefined && item.low <= 0), higher: beyond.map(({ title }) => title),
    ...(sizes.length > 0 && { by: [Math.min(...sizes), Math.max(...sizes)] as const }),
  };
}

/** `verb`: "ends higher" or the like, of one; `verbs` of several. */
export function standingWords({ equal, alike, higher, untold, by }: Standing, verb: string, verbs: string): string {
  const rest = equal.length + alike.length + untold.length;
  const size = by === undefined ? '' : short(by[0]) === short(by[1]) ? `, by ${short(by[0])}` : `, by ${short(by[0])} to ${short(by[1])}`;
  const parts = [
    ...(equal.length > 0 ? [`Equal to it within a millionth of the start’s loss: ${list(equal)}.`] : []),
    ...(alike.length > 0 ? [`Not told apart from it: ${list(alike)}.`] : []),
    ...(higher.length === 0 ? [] : [rest === 0 ? `${higher.length === 1 ? list(higher) : 'Each of the others'} ${verb} beyond chance${size}.` : `Beyond chance ${higher.length === 1 ? verb : verbs}${size}: ${list(higher)}.`]),
    ...(untold.length > 0 ? ['With one fold it cannot be told whether the others differ from it by more than chance.'] : []),
  ];
  return parts.map(part => ` ${part}`).join('');
}

/** Where 95 % of the largest fall of the training loss was done on every fold, by passes; elsewhere; nowhere. */
export interface Arrivals { readonly everywhere: readonly OptimiserMeasured[]; readonly somewhere: readonly OptimiserMeasured[]; readonly nowhere: readonly OptimiserMeasured[] }

export function arrivalsOf({ optimisers }: Pick<OptimiserStudy, 'optimisers'>): Arrivals {
  const all = optimisers.filter(item => item.folds > 0);
  const everywhere = all.filter(item => item.toTarget?.folds === item.folds).sort((a, b) => a.toTarget!.passes - b.toTarget!.passes);
  return { everywhere, somewhere: all.filter(item => item.toTarget && item.toTarget.folds < item.folds), nowhere: all.filter(item => !item.toTarget) };
}

/** Seconds below which clocks and the start of a program say more than the optimiser. */
export const shortestTime = 0.005;

export const fallWords = ({ optimum }: Pick<OptimiserStudy, 'optimum'>): string =>
  (optimum === undefined ? '95 % of the largest fall of the training loss' : '95 % of the way of the training loss from the start to the optimum');
