/** Fitted Q-iteration as plain JSON: the transitions that values are means of, and the values of the states in another table. */
import { findColumn, type Table } from '../data/table';
import { numbersOf } from './cells';
import type { Experience } from './experience';
import type { FittedQ } from './fittedQ';

export interface FittedModel {
  readonly neighbours: number;
  /** Columns of numbers, divided by their scale. */
  readonly numbers: readonly { readonly name: string; readonly scale: number }[];
  /** Columns of words: different ones are at distance 1. */
  readonly words: readonly { readonly name: string; readonly levels: readonly string[] }[];
  /** Transitions × (numbers + words), row-major: scaled numbers, then codes. */
  readonly points: readonly number[];
  /** Of each transition: its action, and r + γ max Q of the state it led to. */
  readonly action: readonly number[];
  readonly target: readonly number[];
}

/** `experience`: that which was fitted, without bins. */
export function fittedModel(experience: Experience, fitted: FittedQ): FittedModel {
  const { fields, codes } = experience.states;
  const numeric = fields.flatMap((field, f) => (field.values ? [f] : []));
  const worded = fields.flatMap((field, f) => (field.values ? [] : [f]));
  const points: number[] = [];
  const scales = numeric.map((_, d) => fitted.scales[d]!);
  for (const i of fitted.transitions) {
    const from = experience.state[i]! * fields.length;
    numeric.forEach((f, d) => points.push(fields[f]!.values![codes[from + f]!]! / scales[d]!));
    worded.forEach(f => points.push(codes[from + f]!));
  }
  return {
    neighbours: fitted.neighbours, numbers: numeric.map((f, d) => ({ name: fields[f]!.name, scale: scales[d]! })),
    words: worded.map(f => ({ name: fields[f]!.name, levels: fields[f]!.labels })), points,
    action: Array.from(fitted.transitions, i => experience.action[i]!), target: [...fitted.targets],
  };
}

export interface NearestAction { readonly action: number; readonly value: number; readonly distance: number }

/** The action whose nearest transitions promise most; undefined where a cell is missing. O(transitions) a row. */
export function nearestActions(model: FittedModel, table: Table): (row: number) => NearestAction | undefined {
  const numbers = model.numbers.map(({ name }) => numbersOf(findColumn(table, name)!));
  const words = model.words.map(({ name, levels }) => {
    const column = findColumn(table, name)!;
    const place = new Map(levels.map((level, code) => [level, code]));
    return (row: number): number => (column.storage === 'number'
      ? (Number.isNaN(column.values[row]!) ? NaN : place.get(String(column.values[row]!)) ?? -1)
      : column.codes[row]! < 0 ? NaN : place.get(column.levels[column.codes[row]!]!) ?? -1);
  });
  return row => {
    const point = [...numbers.map((values, d) => values[row]! / model.numbers[d]!.scale), ...words.map(word => word(row))];
    return point.some(Number.isNaN) ? undefined : bestOf(actionsAt(model, point));
  };
}

/** The first of the best actions; undefined of none. */
export function bestOf<T extends NearestAction>(found: readonly T[]): T | undefined {
  return found.reduce<T | undefined>((best, each) => (best === undefined || each.value > best.value ? each : best), undefined);
}

export interface ValuedAction extends NearestAction {
  /** Of the value, from the spread of the neighbours' targets and one more that lies as far off as targets of the log do on average: a single neighbour, or equal ones, are no certainty. */
  readonly standardError: number;
}

/** Actions that were ever taken, with their values at a point: scaled numbers, then codes of words. */
export function actionsAt(model: FittedModel, point: readonly number[]): ValuedAction[] {
  const actions = model.action.reduce((most, action) => Math.max(most, action), -1) + 1;
  const prior = spreadOf(model.target);
  return Array.from({ length: actions }, (_, a) => nearestOf(model, point, a, prior)).filter(each => each !== undefined);
}

/** Variance of all targets. */
function spreadOf(target: readonly number[]): number {
  const mean = target.reduce((sum, t) => sum + t / target.length, 0);
  return target.reduce((sum, t) => sum + (t - mean) ** 2 / target.length, 0);
}

/** `prior`: variance that one further target is taken to have. */
function nearestOf(model: FittedModel, point: readonly number[], action: number, prior: number): ValuedAction | undefined {
  const { points, neighbours, target } = model;
  const width = point.length;
  const numeric = model.numbers.length;
  const near: { squared: number; t: number }[] = [];
  for (let t = 0; t < target.length; t++) {
    if (model.action[t] !== action) continue;
    let squared = 0;
    for (let d = 0; d < width; d++) {
      const other = points[t * width + d]!;
      squared += d < numeric ? (point[d]! - other) ** 2 : point[d] === other ? 0 : 1;
    }
    if (near.length === neighbours && squared >= near[near.length - 1]!.squared) continue;
    let at = near.length;
    while (at > 0 && near[at - 1]!.squared > squared) at--;
    near.splice(at, 0, { squared, t });
    if (near.length > neighbours) near.pop();
  }
  if (near.length === 0) return undefined;
  const mean = (of: (each: { squared: number; t: number }) => number): number => near.reduce((sum, each) => sum + of(each) / near.length, 0);
  const value = mean(({ t }) => target[t]!);
  const variance = near.reduce((sum, { t }) => sum + (target[t]! - value) ** 2, prior) / near.length;
  return { action, value, distance: mean(({ squared }) => Math.sqrt(squared)), standardError: Math.sqrt(variance / near.length) };
}
