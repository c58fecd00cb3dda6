/** Which settings a study measures: every combination of the values, or a balanced part of very many. */
import type { Varied } from '../../../protocol/experiments';
import type { OptionValue } from '../../../protocol/recipe';
import { Rng } from '../../math/random';

export type Setting = Readonly<Record<string, OptionValue>>;

/** A choice as it was asked for; `named`: with values of the person's, which all are run. */
export interface Asked { readonly choice: Varied; readonly named: boolean }

/** Combinations that usual values of several choices are thinned to, and the fewest values that remain of each. */
const usualCombinations = 49;
const fewestValues = 3;
/** Combinations that are all run, of two choices and of more; and settings of a part of them, at least. */
const mostOfTwo = 400;
const mostOfMore = 100;
const leastPart = 48;

export interface Design {
  /** The first is the usual setting: {}. */
  readonly settings: readonly Setting[];
  /** Of all values; the settings are all of them, or a part. */
  readonly combinations: number;
  /** Every combination is there. */
  readonly complete: boolean;
}

export function designOf(varied: readonly Varied[], seed: number): Design {
  const count = productOf(varied.map(({ values }) => values.length));
  const most = varied.length < 2 ? Infinity : varied.length === 2 ? mostOfTwo : mostOfMore;
  if (count <= most) return { settings: [{}, ...combinations(varied)], combinations: count, complete: true };
  const part = Math.max(leastPart, 3 * Math.max(...varied.map(({ values }) => values.length)));
  return { settings: [{}, ...balanced(varied, part, new Rng(seed).fork('design'))], combinations: count, complete: false };
}

/**
 * Several choices together: usual values are taken out evenly, of the choice with the most of them first, until there are not too many combinations.
 * Values that the person named stay, and so do names (which have none between them).
 */
export function thinnedTogether(asked: readonly Asked[]): Varied[] {
  const sizes = asked.map(({ choice }) => choice.values.length);
  const open = asked.map(({ choice, named }) => !named && choice.values.every(value => typeof value === 'number'));
  while (asked.length > 1 && productOf(sizes) > usualCombinations) {
    const longest = sizes.reduce<number | undefined>((best, size, i) => (open[i] && size > fewestValues && (best === undefined || size > sizes[best]!) ? i : best), undefined);
    if (longest === undefined) break;
    sizes[longest]!--;
  }
  return asked.map(({ choice }, i) => ({ ...choice, values: thinned(choice.values, sizes[i]!) }));
}

const productOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** That many of the values, evenly taken, ends included. */
function thinned<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]!);
}

function combinations(varied: readonly Varied[]): Setting[] {
  return varied.reduce<Setting[]>((settings, { name, values }) => settings.flatMap(setting => values.map(value => ({ ...setting, [name]: value }))), [{}]);
}

/** Settings in which every value of every choice occurs equally often, give or take one (a Latin hypercube over the values), less what occurs twice. */
function balanced(varied: readonly Varied[], count: number, rng: Rng): Setting[] {
  const columns = varied.map(({ values }) => [...rng.shuffle(Int32Array.from({ length: count }, (_, i) => i % values.length))].map(i => values[i]!));
  const settings = Array.from({ length: count }, (_, i) => Object.fromEntries(varied.map(({ name }, k) => [name, columns[k]![i]!])));
  const seen = new Set<string>();
  return settings.filter(setting => {
    const key = JSON.stringify(setting);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * An order of the settings whose beginnings are spread over the values: the usual setting, the middle of the values, then always the one that is farthest
 * from those before it. Where time ends early, what was run is no corner of the grid.
 */
export function spreadOrder(settings: readonly Setting[], varied: readonly Varied[]): number[] {
  const places = settings.map(setting => varied.map(({ name, values }) => values.indexOf(setting[name]!) / Math.max(1, values.length - 1)));
  const ordered = varied.map(({ values }) => values.every(value => typeof value === 'number'));
  const apart = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + (ordered[k] ? (x - b[k]!) ** 2 : Number(x !== b[k])), 0);
  const middle = varied.map(() => 0.5);
  const rest = new Set(settings.keys());
  rest.delete(0);
  // Nearest first to the middle, then farthest from what there is.
  const far = settings.map((_, i) => -apart(places[i]!, middle));
  const order = [0];
  while (rest.size > 0) {
    const next = [...rest].reduce((best, i) => (far[i]! > far[best]! + 1e-12 ? i : best));
    for (const i of rest) far[i] = order.length === 1 ? apart(places[i]!, places[next]!) : Math.min(far[i]!, apart(places[i]!, places[next]!));
    order.push(next);
    rest.delete(next);
  }
  return order;
}
