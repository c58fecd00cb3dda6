/** Partial dependence and accumulated local effects of the strongest features, with intervals over refits, as a report has them. */
import type { Effect } from '../../protocol/effects';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { findColumn } from '../data/table';
import type { Evaluation } from '../evaluate/crossValidate';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import { firstOrderAles, type Ale } from './ale';
import { aleGrid } from './aleGrid';
import { jackknifeBand, probabilityBand, refitsOf, type Band, type Refits } from './foldBand';
import { ModelFunction, type Output } from './modelFunction';
import { dependenceGrid, partialDependence } from './partialDependence';
import { planCurves, exchangeCost } from './workPlan';

export interface EffectCurves {
  readonly effects: readonly Effect[];
  /** Features shown and features that the model has. */
  readonly features: number;
  readonly allFeatures: number;
  /** Classes with curves: all, or the commonest; one undefined name for a regression. */
  readonly classes: readonly (string | undefined)[];
  /** Rows that partial dependence and accumulated effects were taken over. */
  readonly dependenceRows: number;
  readonly aleRows: number;
  /** Fold models behind the intervals, 0 where there are none. */
  readonly refits: number;
}

const mostClasses = 6;
/** Numbers that all curves of single rows together may have in a report. */
const iceBudget = 15_000;
const fewestRefitRows = 200;

interface Job {
  readonly dataset: Dataset;
  readonly model: Model;
  readonly evaluation: Evaluation | undefined;
  /** Strongest first. */
  readonly ranked: readonly string[];
  readonly context: WorkContext;
  readonly rng: Rng;
}

/** On the response scale: the number, or the probability of the last of two classes, of each of the six commonest of more. */
export async function effectCurves(job: Job): Promise<EffectCurves> {
  const { dataset, model, evaluation, context, rng } = job;
  const level = dataset.recipe.level;
  const plan = planCurves(exchangeCost(model), model.features.length, evaluation?.folds.length ?? 0);
  const features = job.ranked.slice(0, plan.features);
  const all = Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
  const names = shownClasses(dataset, model);
  const refits = refitsOf(evaluation, plan.refits);
  const rows = sampleRows(all, plan.rows, rng.fork('dependence rows'));
  // The spread between refits needs fewer rows than the curve itself.
  const third = rows.length >= 3 * fewestRefitRows ? rows.filter((_, i) => i % 3 === 0) : rows;
  const dependence = functionsOf(model, dataset, rows, names, refits, third);
  const ale = functionsOf(model, dataset, sampleRows(all, 5 * plan.rows, rng.fork('ale rows')), names, refits);
  const effects: Effect[] = [];
  let iceLeft = iceBudget;
  for (const [place, feature] of features.entries()) {
    context.progress(`Effects: feature ${place + 1} of ${features.length}`);
    const wanted = names.length > 3 ? 8 : names.length > 1 ? 15 : 30;
    const ice = iceLeft >= wanted * names.length * plan.points ? wanted : 0;
    const curves = await dependenceEffects(dependence, feature, plan.points, ice, level, context);
    iceLeft -= curves.reduce((sum, c) => sum + (c.ice?.length ?? 0) * c.grid.length, 0);
    effects.push(...curves, ...(await aleEffects(ale, feature, plan.points - 1, level, context)));
  }
  return {
    effects, features: features.length, allFeatures: model.features.length, classes: names, refits: refits?.models.length ?? 0,
    dependenceRows: dependence.full[0].rows, aleRows: ale.full[0].rows,
  };
}

/** Names of the classes whose probabilities are shown; one undefined name for a regression. */
export function shownClasses(dataset: Dataset, model: Model): readonly (string | undefined)[] {
  const { target } = dataset;
  if (target.task === 'regression' || !model.classes) return [undefined];
  if (model.classes.length === 2) return [model.classes[1]];
  const counts = new Map(model.classes.map(name => [name, 0]));
  for (const code of target.codes) counts.set(target.classes[code], (counts.get(target.classes[code]) ?? 0) + 1);
  const common = new Set([...counts].sort((a, b) => b[1] - a[1]).slice(0, mostClasses).map(([name]) => name));
  return model.classes.filter(name => common.has(name));
}

/** The response output of a class in a model, which may not know it. */
export function responseOf(model: Model, name: string | undefined): Output {
  return name === undefined ? { scale: 'response' } : { scale: 'response', class: model.classes?.indexOf(name) ?? -1 };
}

/** Rows seen by the model and by the refits (which may have a part of the rows), one function a class each. */
interface Functions {
  readonly names: readonly (string | undefined)[];
  readonly full: readonly ModelFunction[];
  readonly refitted: readonly (readonly ModelFunction[])[];
  readonly refits: Refits | undefined;
}

function functionsOf(
  model: Model, dataset: Dataset, rows: Int32Array, names: readonly (string | undefined)[], refits: Refits | undefined, refitRows = rows,
): Functions {
  const over = (some: Int32Array): ModelFunction => new ModelFunction(model, dataset.table, some, responseOf(model, names[0]));
  const outputs = (f: ModelFunction): ModelFunction[] => names.map(name => f.withOutput(responseOf(f.model, name)));
  const first = over(rows);
  const others = refits && refitRows !== rows ? over(refitRows) : first;
  return { names, full: outputs(first), refitted: (refits?.models ?? []).map(other => outputs(others.ofModel(other))), refits };
}

async function dependenceEffects(functions: Functions, feature: string, points: number, ice: number, level: number, context: WorkContext): Promise<Effect[]> {
  const { table } = functions.full[0];
  const column = findColumn(table, feature);
  if (!column) return [];
  const grid = dependenceGrid(column, points);
  if (grid.values.length === 0) return [];
  const own = await partialDependence(functions.full, grid, ice, context);
  const others: Float64Array[][] = [];
  for (const refit of functions.refitted) others.push((await partialDependence(refit, grid, 0, context)).map(d => d.mean));
  const shown = grid.kind === 'date' ? wholeDates(grid.values as readonly number[]) : grid.values;
  const bandOf = functions.names[0] === undefined ? jackknifeBand : probabilityBand;
  return own.flatMap(({ mean, ice: curves }, k) => {
    if (!mean.every(Number.isFinite)) return [];
    const band = functions.refits && bandOf(mean, others.map(o => o[k]), functions.refits, level);
    return [effectEntry({ feature, kind: 'partialDependence', name: functions.names[k], grid: shown, effect: mean, band, ice: curves })];
  });
}

async function aleEffects(functions: Functions, feature: string, bins: number, level: number, context: WorkContext): Promise<Effect[]> {
  const { table } = functions.full[0];
  const column = findColumn(table, feature);
  if (!column) return [];
  const grid = aleGrid(table, column, bins);
  const own = firstOrderAles(functions.full, grid);
  if (own[0].edges.length === 0) return [];
  const others: Ale[][] = [];
  for (const refit of functions.refitted) {
    const pause = context.breathe();
    if (pause) await pause;
    others.push(firstOrderAles(refit, grid));
  }
  const order = shownOrder(own[0], bins + 1);
  const take = (values: Float64Array): Float64Array => Float64Array.from(order, k => values[k]);
  const { edges, levels, kind } = own[0];
  const shown = levels ? order.map(k => levels[k]) : kind === 'date' ? wholeDates([...edges]) : [...edges];
  return own.map(({ effect }, k) => {
    const band = functions.refits && jackknifeBand(take(effect), others.map(o => take(o[k].effect)), functions.refits, level);
    return effectEntry({ feature, kind: 'ale', name: functions.names[k], grid: shown, effect: take(effect), band, ice: [] });
  });
}

/** Edges as they are; the commonest levels, by name (numbers by value). */
export function shownOrder(ale: Ale, most: number): number[] {
  const order = Array.from(ale.edges.keys());
  const { levels } = ale;
  if (!levels) return order;
  const numeric = levels.every(level => level.trim() !== '' && Number.isFinite(Number(level)));
  const before = (a: number, b: number): number => (numeric ? Number(levels[a]) - Number(levels[b]) : levels[a] < levels[b] ? -1 : 1);
  return order.sort((a, b) => ale.counts[b] - ale.counts[a] || a - b).slice(0, most).sort(before);
}

/** Milliseconds since 1970, of whole days where the points are days apart. */
export function wholeDates(values: readonly number[]): number[] {
  const day = 86_400_000;
  const apart = values.every((v, i) => i === 0 || v - values[i - 1] >= 2 * day);
  return values.map(v => (apart ? Math.round(v / day) * day : Math.round(v)));
}

interface Parts {
  readonly feature: string;
  readonly kind: 'partialDependence' | 'ale';
  readonly name: string | undefined;
  readonly grid: readonly (number | string)[];
  readonly effect: Float64Array;
  readonly band: Band | undefined;
  readonly ice: readonly Float64Array[];
}

function effectEntry({ feature, kind, name, grid, effect, band, ice }: Parts): Effect {
  const all = [effect, ...(band ? [band.low, band.high] : []), ...ice];
  const round = rounder(all);
  const finiteBand = band && band.low.every(Number.isFinite) && band.high.every(Number.isFinite) ? band : undefined;
  return {
    feature, kind, ...(name !== undefined && { class: name }),
    grid: typeof grid[0] === 'number' ? roundedGrid(grid as readonly number[]) : grid,
    effect: round(effect),
    ...(finiteBand && { low: round(finiteBand.low), high: round(finiteBand.high) }),
    ...(ice.length > 0 && { ice: ice.map(round) }),
  };
}

/** Rounds to a millionth of the range of all values, at least to six digits of each. */
export function rounder(all: readonly Float64Array[]): (values: Float64Array) => number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of all) for (const v of values) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
  const digits = Number.isFinite(high - low) && high > low ? 5 - Math.floor(Math.log10(high - low)) : NaN;
  return values => Array.from(values, v => (digits >= 0 && digits <= 20 ? Number(v.toFixed(digits)) : Number(v.toPrecision(12))) + 0);
}

/** Grid values with as few digits as keep each within a hundred-thousandth of the range; whole numbers as they are. */
export function roundedGrid(grid: readonly number[]): number[] {
  if (grid.every(Number.isInteger)) return [...grid];
  const near = 1e-5 * Math.abs(grid[grid.length - 1] - grid[0]);
  const rounded = [6, 9, 12].map(digits => grid.map(v => Number(v.toPrecision(digits))));
  return rounded.find(values => new Set(values).size === grid.length && values.every((v, i) => Math.abs(v - grid[i]) <= near)) ?? [...grid];
}
