/** One prediction taken apart: its contributions, its gradients, and how it would move along the features that count most. */
import type { WorkContext } from '../context';
import { findColumn, type Table } from '../data/table';
import type { Rng } from '../math/random';
import type { IntervalPrediction, Model } from '../models/model';
import { allFinite } from './finiteRows';
import { integratedGradients, type IntegratedGradients } from './integratedGradients';
import type { ContributionScale } from './linkOutputs';
import { ModelFunction } from './modelFunction';
import { dependenceGrid, finiteMean, type DependenceGrid } from './partialDependence';
import { shapleyValues } from './shapleyValues';
import { rowTerms } from './rowTerms';
import { affordable, predictionCost } from './workPlan';

export interface RowContributions {
  readonly scale: ContributionScale;
  readonly base: number;
  readonly output: number;
  readonly residual: number;
  readonly exact: boolean;
  /** Of a model with terms of two features, divided between the two in closed form. */
  readonly divided?: true;
  readonly background: number;
  readonly permutations: number;
  /** The items are the model's own terms and no Shapley values: the base is its intercept. */
  readonly ofTerms?: true;
  /** Largest first. Of a term: the columns it reads, and the half-width of its interval. */
  readonly items: readonly {
    readonly feature: string; readonly contribution: number; readonly standardError?: number; readonly columns?: readonly string[]; readonly half?: number;
  }[];
}

/** The response along a feature: in this row, and on average over the background rows. */
export interface RowCurve {
  readonly grid: DependenceGrid;
  readonly row: Float64Array;
  readonly mean: Float64Array;
}

export interface RowExplanation {
  readonly prediction: IntervalPrediction;
  /** Index of the class that is explained: the last of two, else the likeliest; undefined for a regression. */
  readonly explained: number | undefined;
  readonly contributions: RowContributions;
  readonly gradients?: IntegratedGradients;
  readonly curves: readonly RowCurve[];
  readonly backgroundRows: number;
}

export interface RowJob {
  readonly model: Model;
  /** Holds the row and others that stand for what is usual. */
  readonly table: Table;
  readonly row: number;
  /** Rows of the table that may stand for what is usual; absent: all. */
  readonly usual?: Int32Array;
  readonly level: number;
}

const exactBackground = 1000;
const budget = 3e9;
const mostCurves = 4;
const curvePoints = 40;
const curveRows = 300;

/** Undefined when the model gives the row, or no other row, a prediction (an incomplete row where incomplete rows are left out). */
export async function explainRowOf(job: RowJob, context: WorkContext, rng: Rng): Promise<RowExplanation | undefined> {
  const { model, table, row, level } = job;
  const only = Int32Array.of(row);
  const prediction = model.predictIntervals?.(table, level, only) ?? model.predict(table, only);
  if (!(prediction.mean ?? prediction.probabilities)?.every(Number.isFinite)) return undefined;
  const explained = explainedClass(model, prediction);
  const background = await backgroundOf(job, context, rng.fork('background'));
  if (background.length === 0) return undefined;
  const contributions = await contributionsOf(job, explained, background, context, rng);
  context.progress('Gradients and curves of the row');
  const gradients = await gradientsOf(job, explained, context);
  const curves = await curvesOf(job, explained, rankedColumns(contributions), background, context);
  return { prediction, explained, contributions, ...(gradients && { gradients }), curves, backgroundRows: background.length };
}

/** A random sample of the usual rows that the model gives a prediction, ascending. */
async function backgroundOf({ model, table, usual }: RowJob, context: WorkContext, rng: Rng): Promise<Int32Array> {
  const all = usual ?? Int32Array.from({ length: table.rows }, (_, i) => i);
  const size = backgroundSize(model, table);
  const order = all.length > size ? rng.shuffle(all.slice()) : all;
  const found: number[] = [];
  for (let from = 0; from < order.length && found.length < size; from += size) {
    const pause = context.breathe();
    if (pause) await pause;
    const block = order.subarray(from, from + size);
    found.push(...block.filter(allFinite(model.predict(table, block))));
  }
  return Int32Array.from(found.slice(0, size)).sort();
}

function backgroundSize(model: Model, table: Table): number {
  if (model.additiveParts?.(table, new Int32Array(0)) !== undefined) return exactBackground;
  return affordable(2 * Math.max(1, model.features.length - 1) * predictionCost(model), budget, 10, 200);
}

/** The last of two classes, else the likeliest; undefined for a regression. */
export function explainedClass(model: Model, { probabilities }: IntervalPrediction): number | undefined {
  if (!probabilities) return undefined;
  return model.classes?.length === 2 ? 1 : probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
}

/** `pairs`: of permutations, where contributions are sampled; absent: at least 200, as far as predictions are cheap. */
export async function contributionsOf(
  { model, table, row, level }: RowJob, explained: number | undefined, background: Int32Array, context: WorkContext, rng: Rng,
  pairs = background.length < 200 ? background.length : 200,
): Promise<RowContributions> {
  const own = rowTerms(model, table, row, level, explained);
  if (own) return own;
  context.progress('Shapley values of the row');
  const found = await shapleyValues({ model, table, rows: Int32Array.of(row), background, pairs: Math.max(pairs, background.length) }, context, rng.fork('shapley'));
  const k = found.outputs > 1 ? explained! : 0;
  const items = found.features.map((feature, j) => ({
    feature, contribution: found.values[j * found.outputs + k],
    ...(found.standardErrors && { standardError: found.standardErrors[j * found.outputs + k] }),
  }));
  return {
    scale: found.scale, base: found.base[k], output: found.output[k], residual: found.residual, exact: found.exact, ...(found.divided && { divided: true as const }),
    background: found.background, permutations: found.permutations,
    items: items.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}

async function gradientsOf({ model, table, row }: RowJob, explained: number | undefined, context: WorkContext): Promise<IntegratedGradients | undefined> {
  const view = model.gradients;
  if (!view) return undefined;
  const design = view.design(table, Int32Array.of(row));
  const found = await integratedGradients(view, design, view.outputs > 1 ? explained! : 0, context);
  return found.values.every(Number.isFinite) ? found : undefined;
}

/** The columns by the largest item that they are part of. */
export function rankedColumns({ items }: Pick<RowContributions, 'items'>): string[] {
  return [...new Set(items.flatMap(item => item.columns ?? [item.feature]))];
}

/** Along the features with the largest contributions, on the response scale. */
async function curvesOf(
  { model, table, row }: RowJob, explained: number | undefined, ranked: readonly string[], background: Int32Array, context: WorkContext,
): Promise<RowCurve[]> {
  const rows = Int32Array.of(row, ...background.subarray(0, curveRows));
  const f = new ModelFunction(model, table, rows, { scale: 'response', ...(explained !== undefined && { class: explained }) });
  const curves: RowCurve[] = [];
  for (const feature of ranked.slice(0, mostCurves)) {
    const column = findColumn(f.table, feature);
    const grid = column && dependenceGrid(column, curvePoints);
    if (!grid || grid.values.length < 2) continue;
    const curve = { grid, row: new Float64Array(grid.values.length), mean: new Float64Array(grid.values.length) };
    for (let place = 0; place < grid.values.length; place++) {
      const pause = context.breathe();
      if (pause) await pause;
      const values = f.values([grid.column(place, f.rows)]);
      curve.row[place] = values[0];
      curve.mean[place] = finiteMean(values.subarray(1));
    }
    if (curve.row.every(Number.isFinite) && curve.mean.every(Number.isFinite)) curves.push(curve);
  }
  return curves;
}
