/** Where an attention model looks, held beside what it uses: agreement with permutation importance, deletion, controls, verdict. */
import type { Estimate } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import type { Rng } from '../math/random';
import type { Family, Model } from '../models/model';
import { rankCorrelations, type Agreement } from './attentionAgreement';
import { strongAssociations, type Association } from './attentionAssociations';
import { randomisedControl, seedControl, uniformControl, type RandomisedControl, type SeedControl, type UniformControl } from './attentionControls';
import { attentionDeletion, descending, type AttentionDeletion } from './attentionDeletion';
import { attentionMovement } from './attentionMovement';
import { attentionByClass, attentionByFeature, rowBlocks, sampleAttention, type AttentionSample, type ClassAttention } from './attentionRows';
import { attentionVerdict, type Verdict } from './attentionVerdict';
import type { PermutationResult } from './permutation';
import { subsetTable } from './shuffle';

export interface AttentionInput {
  readonly dataset: Dataset;
  readonly evaluation: Evaluation | undefined;
  readonly family: Family;
  /** Fitted on all rows. */
  readonly model: Model;
  readonly importance: PermutationResult | undefined;
  readonly context: WorkContext;
  readonly rng: Rng;
}

export interface AttentionWeight extends Estimate { readonly feature: string }

export interface AttentionResult {
  /** Mean attention weight by feature on held-out rows, largest first; sums to 1. Intervals over the folds. */
  readonly attention: readonly AttentionWeight[];
  readonly level: number;
  readonly rows: number;
  readonly folds: number;
  readonly layers: number;
  readonly heads: number;
  /** Words: what the weights are, on which rows, which interval. */
  readonly method: string;
  readonly byClass: readonly ClassAttention[];
  /** Names in the order of `byClass`' attention. */
  readonly features: readonly string[];
  readonly agreement?: Agreement;
  /** Features with both attention and permutation importance. */
  readonly compared: number;
  readonly deletion?: AttentionDeletion;
  readonly uniform?: UniformControl;
  readonly seeds?: SeedControl;
  readonly randomised?: RandomisedControl;
  readonly verdict: Verdict;
  readonly correlated: readonly Association[];
  readonly pairs?: AttentionPairs;
}

/** A matrix of features: 'attention' (more than one layer: row's feature → column's) or 'movement' (one layer). */
export interface AttentionPairs {
  readonly kind: 'attention' | 'movement';
  readonly features: readonly string[];
  readonly values: readonly (readonly number[])[];
}

/** Features in the matrix at most: those with the most attention. */
const mostPairs = 30;
/** Features whose deletion is tested at most. */
const mostDeleted = 60;

/** Undefined for models without attention, and where nothing was held out. Retrains every fold once (uniform attention). */
export async function attentionFaithfulness(input: AttentionInput): Promise<AttentionResult | undefined> {
  const { dataset, evaluation, model, family, importance, context, rng } = input;
  if (!model.attention || !evaluation || evaluation.folds.length === 0) return undefined;
  context.progress('Measuring attention');
  const sample = await sampleAttention(dataset, evaluation, context, rng);
  if (!sample) return undefined;
  const level = dataset.recipe.level;
  const estimates = attentionByFeature(sample, evaluation, level);
  const values = estimates.map(estimate => estimate.value);
  const order = descending(values);
  const rises = risesOf(sample.features, importance);
  const both = order.filter(j => rises[j] !== undefined);
  const agreement = rankCorrelations(both.map(j => values[j]), both.map(j => rises[j]!), level, rng.fork('agreement'));
  const permutation = both.length === sample.features.length ? rises.map(rise => rise!) : undefined;
  const deletion = sample.features.length <= mostDeleted ? await attentionDeletion(dataset, sample, values, permutation, context, rng.fork('deletion')) : undefined;
  context.progress('Training with uniform attention');
  const uniform = isUniform(dataset) ? undefined : await uniformControl(dataset, evaluation, family, context);
  await context.breathe();
  const seeds = await seedControl(dataset, sample, model, level, context);
  const randomised = await randomisedControl(dataset, sample, rng.fork('randomised'), context);
  const rows = Int32Array.from(sample.parts.flatMap(part => Array.from(part.rows)));
  return {
    attention: order.map(j => ({ feature: sample.features[j], ...estimates[j] })), level, rows: sample.rows, folds: sample.parts.length,
    layers: model.attention.layers, heads: model.attention.heads, method: methodWords(sample, model, evaluation),
    byClass: dataset.target.task === 'classification' ? attentionByClass(sample, dataset.target.classes) : [], features: sample.features,
    ...(agreement && { agreement }), compared: both.length, ...(deletion && { deletion }), ...(uniform && { uniform }), ...(seeds && { seeds }), ...(randomised && { randomised }),
    verdict: attentionVerdict(sample.features.length, deletion, uniform, seeds),
    correlated: strongAssociations(subsetTable(dataset.table, sample.features, rows), sample.features), pairs: await pairsOf(dataset, sample, model, order, context),
  };
}

/** Attention by feature, for report.importance. */
export function attentionMap({ attention }: AttentionResult): ReadonlyMap<string, Estimate> {
  return new Map(attention.map(({ feature, ...estimate }) => [feature, estimate]));
}

function isUniform({ recipe }: Dataset): boolean {
  return recipe.options['attention'] === 'uniform';
}

function risesOf(features: readonly string[], importance: PermutationResult | undefined): (number | undefined)[] {
  const known = new Map((importance?.importance ?? []).map(item => [item.feature, item.permutation?.value]));
  return features.map(name => known.get(name));
}

/** On held-out rows, each by the model of its fold. */
async function pairsOf(dataset: Dataset, sample: AttentionSample, model: Model, order: readonly number[], context: WorkContext): Promise<AttentionPairs> {
  const chosen = order.slice(0, mostPairs);
  const features = chosen.map(j => sample.features[j]);
  if (!model.attention?.pairs) return { kind: 'movement', features, values: attentionMovement(sample, dataset.table, chosen) };
  const values = features.map(() => features.map(() => 0));
  for (const { model: foldModel, rows } of sample.parts) {
    const view = foldModel.attention;
    if (!view?.pairs) continue;
    const place = features.map(name => view.features.indexOf(name));
    for (const block of rowBlocks(rows)) {
      await context.breathe();
      const all = view.pairs(dataset.table, block);
      place.forEach((i, a) => place.forEach((j, b) => { values[a][b] += i < 0 || j < 0 ? 0 : (all[i * view.features.length + j] * block.length) / sample.rows; }));
    }
  }
  return { kind: 'attention', features, values };
}

function methodWords(sample: AttentionSample, { attention }: Model, evaluation: Evaluation): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  const { layers, heads } = attention!;
  const which = sample.rows < evaluation.rows ? `a random sample of ${count(sample.rows)} of the ${count(evaluation.rows)} held-out rows` : `${count(sample.rows)} held-out rows`;
  const weights = layers === 1
    ? 'row of [CLS] of the attention matrix'
    : `row of [CLS] of the attention rollout over ${layers} layers, A = ½ W + ½ I (Abnar & Zuidema 2020)`;
  const heading = `Attention weights: ${weights}, mean over ${heads === 1 ? 'its head' : `${heads} heads`} and the networks; the weight of [CLS] on itself is left out and the rest made to sum to 1`;
  const interval = sample.parts.length > 1 ? `corrected resampled t over the ${sample.parts.length} folds` : 't over the rows';
  return `${heading}. Mean over ${which}, each attended to by a model that did not see it; intervals: ${interval}.`;
}
