/** All that a run says about effects: curves, interactions of pairs, mean contributions, gradients. Works for any family. */
import type { Effect } from '../../protocol/effects';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import { effectCurves, type EffectCurves } from './effectCurves';
import { meanContributions, type MeanContributions } from './meanContributions';
import { pairEffects, type PairEffects } from './pairEffects';
import type { PermutationResult } from './permutation';
import { gradientSummary, type GradientSummary } from './saliency';
import { affordable, predictionCost } from './workPlan';

export interface EffectsInput {
  readonly dataset: Dataset;
  /** Fitted on all rows of the dataset. */
  readonly model: Model;
  readonly evaluation?: Evaluation;
  /** Ranks the features; in the order of the model without it. */
  readonly importance?: PermutationResult;
  readonly context: WorkContext;
  readonly rng: Rng;
}

export interface EffectsResult {
  /** For `effects` of the report: kinds 'partialDependence' and 'ale'. */
  readonly effects: readonly Effect[];
  readonly curves: EffectCurves;
  readonly pairs?: PairEffects;
  readonly contributions?: MeanContributions;
  readonly gradients?: GradientSummary;
}

/** With more features than this mean contributions would take minutes. */
const mostContributing = 500;
const gradientBudget = 4e9;
const mostGradientOutputs = 6;

/** Spends a few seconds at most, on fewer rows where the model's predictions are dear; the results say how many. */
export async function explainEffects(input: EffectsInput): Promise<EffectsResult> {
  const { dataset, model, evaluation, importance, context, rng } = input;
  const ranked = rankedFeatures(model, importance);
  const curves = await effectCurves({ dataset, model, evaluation, ranked, context, rng: rng.fork('curves') });
  const contributions = model.features.length > mostContributing ? undefined : await meanContributions(dataset, model, evaluation, context, rng.fork('contributions'));
  const pairs = await pairEffects(dataset, model, ranked, context, rng.fork('pairs'));
  const gradients = await gradientsOf(dataset, model, context, rng.fork('gradients'));
  return {
    effects: curves.effects, curves,
    ...(pairs && { pairs }), ...(contributions && { contributions }), ...(gradients && { gradients }),
  };
}

/** The model's features, the most important first; those without an importance last. */
export function rankedFeatures(model: Model, importance: Pick<PermutationResult, 'importance'> | undefined): string[] {
  const own = new Set(model.features);
  const known = (importance?.importance ?? []).map(item => item.feature).filter(name => own.has(name));
  const placed = new Set(known);
  return [...known, ...model.features.filter(name => !placed.has(name))];
}

async function gradientsOf(dataset: Dataset, model: Model, context: WorkContext, rng: Rng): Promise<GradientSummary | undefined> {
  const view = model.gradients;
  if (!view) return undefined;
  context.progress('Gradients');
  const outputs = Array.from({ length: Math.min(view.outputs, mostGradientOutputs) }, (_, k) => k);
  // A gradient costs about three predictions, and a row at least 32 of them.
  const most = affordable(100 * outputs.length * predictionCost(model), gradientBudget, 10, 200);
  const all = Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
  return gradientSummary(view, dataset.table, sampleRows(all, most, rng), outputs, context);
}
