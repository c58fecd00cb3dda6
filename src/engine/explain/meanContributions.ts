/** Mean absolute Shapley values by feature over held-out rows: how much each moves predictions, without a sign. */
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { correctedResampledT, meanOf, testToTrainRatio } from '../evaluate/intervals';
import { sampleRows } from '../evaluate/scores';
import { tFactor } from '../math/distributions';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import type { ContributionScale } from './linkOutputs';
import type { Shapley } from './shapley';
import { shapleyValues } from './shapleyValues';
import { affordable, predictionCost } from './workPlan';

export interface MeanContributions {
  /** Largest first. Over classes, where there are several, the mean. */
  readonly items: readonly { readonly feature: string; readonly contribution: number; readonly low?: number; readonly high?: number }[];
  readonly scale: ContributionScale;
  readonly outputs: number;
  /** Means over the rows (and models, and classes). */
  readonly base: number;
  readonly output: number;
  /** Largest |base + Σ φ − f(x)| of all rows. */
  readonly residual: number;
  readonly exact: boolean;
  /** At least one of the models has terms of two features, divided between the two in closed form. */
  readonly divided?: true;
  readonly rows: number;
  readonly background: number;
  readonly permutations: number;
  /** Models that explained rows they had not seen; 0: the model of all rows explained rows of its own. */
  readonly folds: number;
  /** What the intervals are over; absent where there are none. */
  readonly over?: 'folds' | 'rows';
}

const exactRows = 5000;
const exactBackground = 1000;
const mostParts = 4e6;
const budget = 8e9;
const smallestFold = 10;

interface Part { readonly model: Model; readonly rows: Int32Array }

/** Undefined when no row has a finite output. */
export async function meanContributions(
  dataset: Dataset, model: Model, evaluation: Evaluation | undefined, context: WorkContext, rng: Rng,
): Promise<MeanContributions | undefined> {
  const all = Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
  const exact = model.additiveParts?.(dataset.table, all.slice(0, 1)) !== undefined;
  const size = exact ? exactSize(model) : sampleSize(model);
  const parts = partsOf(model, evaluation, all, size.rows, rng);
  const background = sampleRows(all, size.background, rng.fork('shapley background'));
  const found: Shapley[] = [];
  for (const [f, part] of parts.entries()) {
    context.progress(`Shapley values${parts.length > 1 ? `, fold ${f + 1} of ${parts.length}` : ''}`);
    await context.breathe();
    found.push(await shapleyValues({ ...part, table: dataset.table, background, pairs: size.background }, context, rng.fork(`shapley ${f}`)));
  }
  const usable = found.filter(s => meanAbsolute(s).every(Number.isFinite));
  if (usable.length === 0 || usable[0].features.length === 0) return undefined;
  return summarise(usable, evaluation, dataset.recipe.level);
}

/** Fewer rows where features and classes are many: every part of every row is held. */
function exactSize(model: Model): { rows: number; background: number } {
  const affordableRows = affordable(Math.max(1, model.features.length) * (model.classes?.length ?? 1), mostParts, 50, exactRows);
  return { rows: affordableRows, background: Math.min(exactBackground, affordableRows) };
}

/** Rows to explain and background rows, by what a prediction costs. */
function sampleSize(model: Model): { rows: number; background: number } {
  const perPair = 2 * Math.max(1, model.features.length - 1) * predictionCost(model);
  const background = [20, 10, 5].find(b => 40 * b * perPair <= budget) ?? 5;
  return { rows: affordable(background * perPair, budget, 10, 500), background };
}

function partsOf(model: Model, evaluation: Evaluation | undefined, all: Int32Array, rows: number, rng: Rng): Part[] {
  const folds = evaluation?.folds ?? [];
  if (!evaluation || folds.length === 0) return [{ model, rows: sampleRows(all, rows, rng.fork('shapley rows')) }];
  const used = Math.min(folds.length, 10);
  return Array.from({ length: used }, (_, i) => {
    const f = Math.floor((i * folds.length) / used);
    return { model: evaluation.foldModels[f], rows: sampleRows(folds[f].test, Math.max(1, Math.floor(rows / used)), rng.fork(`shapley rows ${f}`)) };
  });
}

/** Row by row and feature by feature: |φ|, mean over the outputs. */
function absolutes({ values, outputs, features, rows }: Shapley): Float64Array {
  const out = new Float64Array(rows * features.length);
  for (let at = 0; at < values.length; at++) out[Math.floor(at / outputs)] += Math.abs(values[at]) / outputs;
  return out;
}

/** Mean over the rows with finite values, by feature. */
function meanAbsolute(shapley: Shapley): number[] {
  const sizes = absolutes(shapley);
  const p = shapley.features.length;
  return shapley.features.map((_, j) => meanOf(Array.from({ length: shapley.rows }, (_r, i) => sizes[i * p + j]).filter(Number.isFinite)));
}

function summarise(found: readonly Shapley[], evaluation: Evaluation | undefined, level: number): MeanContributions {
  const [first] = found;
  const byFold = evaluation !== undefined && found.length > 1 && found.every(s => s.rows >= smallestFold);
  const means = found.map(meanAbsolute);
  const items = first.features.map((feature, j) => {
    if (byFold) {
      const values = means.map(m => m[j]);
      const interval = correctedResampledT(values, testToTrainRatio(evaluation.folds), level);
      return { feature, contribution: meanOf(values), ...(interval && { low: Math.max(0, interval.low), high: interval.high }) };
    }
    return { feature, ...overRows(found.flatMap(s => columnOf(absolutes(s), j, s.features.length)), level) };
  });
  const finiteOutputs = found.flatMap(s => [...s.output]).filter(Number.isFinite);
  return {
    items: items.sort((a, b) => b.contribution - a.contribution), scale: first.scale, outputs: first.outputs,
    base: meanOf(found.flatMap(s => [...s.base])), output: meanOf(finiteOutputs),
    residual: found.reduce((most, s) => (s.residual > most || Number.isNaN(most) ? s.residual : most), NaN),
    exact: found.every(s => s.exact), ...(found.some(s => s.divided) && { divided: true as const }), rows: found.reduce((sum, s) => sum + s.rows, 0), background: first.background,
    permutations: first.permutations, folds: evaluation ? found.length : 0,
    ...(items.some(item => item.low !== undefined) && { over: byFold ? 'folds' as const : 'rows' as const }),
  };
}

function columnOf(values: Float64Array, j: number, p: number): number[] {
  return Array.from({ length: values.length / p }, (_, i) => values[i * p + j]).filter(Number.isFinite);
}

function overRows(values: readonly number[], level: number): { contribution: number; low?: number; high?: number } {
  const n = values.length;
  const contribution = meanOf(values);
  if (n < 2) return { contribution };
  const half = tFactor(level, n - 1) * Math.sqrt(values.reduce((s, v) => s + (v - contribution) ** 2, 0) / (n - 1) / n);
  return { contribution, low: Math.max(0, contribution - half), high: contribution + half };
}
