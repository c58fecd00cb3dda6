/** The policy and values without bins along the columns of the state: over a grid of two columns of numbers, or along each of several. */
import { normalCdf } from '../math/distributions';
import type { Experience } from './experience';
import { actionsAt, bestOf, type FittedModel, type ValuedAction } from './fittedModel';

export interface FittedGrid {
  readonly across: string;
  readonly down: string;
  /** Middles of the cells: across from left to right, down from top to bottom, which is from the largest number to the smallest. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  /** Cells in which the log has transitions. */
  readonly cells: readonly FittedCell[];
}

export interface FittedCell {
  readonly row: number;
  readonly column: number;
  /** Best first. */
  readonly actions: readonly ValuedAction[];
  /** Transitions of the log that begin in the cell, and those of them with the best action. */
  readonly visits: number;
  readonly actionVisits: number;
  /**
   * Probability that the action is better than its strongest rival, by the spread among the neighbours. Taken for the probability that it is best it says too much: with several
   * rivals any may be better, neighbours may be far away, and targets hold values of later states that are uncertain too.
   */
  readonly certainty: number;
}

export interface FittedLine {
  readonly column: string;
  readonly x: readonly number[];
  /** Values of each action along the column; the others stand at their medians, columns of words at their commonest. */
  readonly actions: readonly { readonly action: number; readonly value: readonly number[]; readonly standardError: readonly number[] }[];
  /** The other columns and what they were held at. */
  readonly held: readonly string[];
}

export interface FittedMap { readonly grid?: FittedGrid; readonly lines: readonly FittedLine[] }

const gridSide = 12;
const linePoints = 41;
const mostLines = 4;

/** `experience`: that which was fitted, without bins. Neither grid nor lines where no column holds numbers. */
export function fittedMap(experience: Experience, model: FittedModel): FittedMap {
  const columns = stateNumbers(experience, model);
  if (columns.length === 2 && model.words.length === 0) return { grid: gridOf(experience, model, columns[0]!, columns[1]!), lines: [] };
  return { lines: columns.slice(0, mostLines).map((_, d) => lineOf(model, columns, d)) };
}

interface NumberColumn { readonly name: string; readonly scale: number; readonly values: Float64Array; readonly low: number; readonly high: number; readonly median: number }

/** Of the columns of numbers, the numbers of all transitions. */
function stateNumbers({ states: { fields, codes }, state }: Experience, model: FittedModel): NumberColumn[] {
  const numeric = fields.flatMap((field, f) => (field.values ? [{ field, f }] : []));
  return numeric.map(({ field, f }, d) => {
    const values = Float64Array.from(state, s => field.values![codes[s * fields.length + f]!]!);
    const sorted = values.slice().sort();
    return { name: field.name, scale: model.numbers[d]!.scale, values, low: sorted[0]!, high: sorted.at(-1)!, median: sorted[sorted.length >> 1]! };
  });
}

/** The second column runs down, from the largest number to the smallest, as axes do. */
function gridOf(experience: Experience, model: FittedModel, across: NumberColumn, down: NumberColumn): FittedGrid {
  const [columnAxis, rowAxis] = [axisOf(across), axisOf(down)];
  const columns = columnAxis.middles;
  const rows = [...rowAxis.middles].reverse();
  const counts = new Map<number, Float64Array>();
  for (let i = 0; i < experience.size; i++) {
    const cell = (rows.length - 1 - rowAxis.place(i)) * columns.length + columnAxis.place(i);
    if (!counts.has(cell)) counts.set(cell, new Float64Array(experience.actions.length));
    counts.get(cell)![experience.action[i]!]!++;
  }
  const cells = [...counts].sort(([a], [b]) => a - b).map(([cell, byAction]): FittedCell => {
    const [row, column] = [Math.floor(cell / columns.length), cell % columns.length];
    const actions = ranked(actionsAt(model, [columns[column]! / across.scale, rows[row]! / down.scale]));
    return { row, column, actions, visits: byAction.reduce((sum, count) => sum + count, 0), actionVisits: byAction[actions[0]!.action]!, certainty: certaintyOf(actions) };
  });
  return { across: across.name, down: down.name, columns, rows, cells };
}

/** Equally wide cells, or the numbers themselves where they are few. `place`: of transition i. */
function axisOf({ low, high, values }: NumberColumn): { middles: number[]; place: (i: number) => number } {
  const different = [...new Set(values)].sort((a, b) => a - b);
  if (different.length <= gridSide) {
    const places = new Map(different.map((value, k) => [value, k]));
    return { middles: different, place: i => places.get(values[i]!)! };
  }
  const middles = Array.from({ length: gridSide }, (_, k) => short(low + ((k + 0.5) * (high - low)) / gridSide, high - low));
  return { middles, place: i => Math.min(gridSide - 1, Math.floor((gridSide * (values[i]! - low)) / (high - low))) };
}

/** A number that tells the cells apart, without digits beyond. */
function short(value: number, width: number): number {
  const unit = 10 ** (Math.floor(Math.log10(width)) - 2);
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

function ranked(actions: readonly ValuedAction[]): ValuedAction[] {
  return [...actions].sort((a, b) => b.value - a.value || a.action - b.action);
}

function certaintyOf([best, ...rivals]: readonly ValuedAction[]): number {
  return rivals.reduce((least, rival) => {
    const spread = Math.hypot(best!.standardError, rival.standardError);
    return Math.min(least, spread > 0 ? normalCdf((best!.value - rival.value) / spread) : best!.value > rival.value ? 1 : 0.5);
  }, 1);
}

function lineOf(model: FittedModel, columns: readonly NumberColumn[], d: number): FittedLine {
  const { name, low, high, scale } = columns[d]!;
  const x = high > low ? Array.from({ length: linePoints }, (_, k) => low + (k * (high - low)) / (linePoints - 1)) : [low];
  const words = model.words.map((_, w) => commonest(model, w));
  const at = x.map(value => actionsAt(model, [...columns.map((column, other) => (other === d ? value / scale : column.median / column.scale)), ...words]));
  const actions = at[0]!.map(({ action }, k) => ({ action, value: at.map(found => found[k]!.value), standardError: at.map(found => found[k]!.standardError) }));
  const held = [...columns.filter((_, other) => other !== d).map(column => `${column.name} = ${Number(column.median.toPrecision(4))}`), ...model.words.map((word, w) => `${word.name} = ${word.levels[words[w]!]!}`)];
  return { column: name, x, actions, held };
}

/** Code that most transitions have in a column of words. */
function commonest({ points, numbers, words, target }: FittedModel, w: number): number {
  const width = numbers.length + words.length;
  const counts = new Float64Array(words[w]!.levels.length);
  for (let t = 0; t < target.length; t++) counts[points[t * width + numbers.length + w]!]!++;
  return counts.indexOf(Math.max(...counts));
}

/** Ranges of x in which an action is the best one: "right up to 0.4, left from there on". */
export function bestAlong({ x, actions }: FittedLine): { readonly action: number; readonly from: number; readonly to: number }[] {
  const parts: { action: number; from: number; to: number }[] = [];
  x.forEach((value, k) => {
    const best = bestOf(actions.map(line => ({ action: line.action, value: line.value[k]!, distance: 0 })))!.action;
    const last = parts.at(-1);
    if (last?.action === best) last.to = value;
    else parts.push({ action: best, from: value, to: value });
  });
  return parts;
}
