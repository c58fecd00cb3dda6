/** Three checks of attention (Wiegreffe & Pinter 2019; Adebayo et al. 2018): made uniform, over seeds, and with random weights. */
import { UserError } from '../../protocol/errors';
import { derivedContext, type WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { meanOf, testToTrainRatio } from '../evaluate/intervals';
import { standardError } from '../evaluate/versusBaseline';
import type { Rng } from '../math/random';
import type { AttentionView, Family, Model } from '../models/model';
import { arranged, meanAttention, rowBlocks, type AttentionSample } from './attentionRows';
import { ActualRows, rootSlope, targetUnit } from './outcome';
import { rankAgreement, spearman, type RankAgreement } from './scores/rankAgreement';

export interface UniformControl {
  readonly loss: 'rmse' | 'logLoss';
  readonly attention: number;
  readonly uniform: number;
  /** Rise of the held-out loss when every token gets the same attention; positive: attention helps. */
  readonly rise: number;
  /** Of the rise, over folds (corrected for shared training rows) or over the rows of a single hold-out. */
  readonly standardError: number;
  /** The rise is above one standard error. */
  readonly needed: boolean;
}

/**
 * The same model with uniform attention, trained anew on the same rows of each fold with the same seeds and settings, and
 * its loss on the held-out rows. `family` must know the option attention=uniform. Undefined where no fold can be compared.
 */
export async function uniformControl(dataset: Dataset, evaluation: Evaluation, family: Family, context: WorkContext): Promise<UniformControl | undefined> {
  const uniform: Dataset = { ...dataset, recipe: { ...dataset.recipe, options: { ...dataset.recipe.options, attention: 'uniform' } } };
  const models = await fitted(family, uniform, evaluation, context);
  if (!models) return undefined;
  const differences: number[] = [];
  const [own, other]: [number[], number[]] = [[], []];
  let overRows = NaN;
  for (let f = 0; f < models.length; f++) {
    await context.breathe();
    const actual = new ActualRows(dataset, evaluation.folds[f].test);
    const outcomes = [evaluation.foldModels[f], models[f]].map(model => actual.outcome(model.predict(dataset.table, actual.rows), model));
    const [ours, theirs] = outcomes.map(outcome => actual.summary(outcome).loss);
    if (!Number.isFinite(ours - theirs)) continue;
    own.push(ours);
    other.push(theirs);
    differences.push(theirs - ours);
    const slope = (loss: number): number => (dataset.target.task === 'regression' ? rootSlope(loss, targetUnit(dataset)) : 1);
    overRows = standardError(outcomes[1].losses.map((loss, i) => loss * slope(theirs) - outcomes[0].losses[i] * slope(ours)));
  }
  if (differences.length === 0) return undefined;
  const rise = meanOf(differences);
  const error = differences.length > 1 ? foldError(differences, testToTrainRatio(evaluation.folds)) : overRows;
  if (!Number.isFinite(error)) return undefined;
  return {
    loss: dataset.target.task === 'regression' ? 'rmse' : 'logLoss', attention: meanOf(own), uniform: meanOf(other), rise, standardError: error, needed: rise > error,
  };
}

/** The models of the folds; undefined where one cannot be fitted, or training was cut short: other epochs would not compare. */
async function fitted(family: Family, dataset: Dataset, evaluation: Evaluation, context: WorkContext): Promise<readonly Model[] | undefined> {
  if (context.finishing?.()) return undefined;
  try {
    const rows = evaluation.folds.map(fold => fold.train);
    const within = withoutShare(context);
    const models: Model[] = [];
    if (family.fitFolds) models.push(...await family.fitFolds(dataset, rows, within));
    else for (const train of rows) models.push(await family.fit(dataset, within, train));
    return context.finishing?.() ? undefined : models;
  } catch (error) {
    if (UserError.is(error)) return undefined;
    throw error;
  }
}

/** Progress without shares of the run: those that a fit tells are of its own place in it. */
function withoutShare(context: WorkContext): WorkContext {
  return derivedContext(context, (_stage, _fraction, live) => context.progress('Training with uniform attention', undefined, live));
}

/** Standard error of a mean over folds that share training rows (Nadeau & Bengio 2003). */
function foldError(values: readonly number[], testToTrain: number): number {
  const mean = meanOf(values);
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance * (1 / values.length + testToTrain));
}

export interface SeedControl {
  /** Networks compared. */
  readonly networks: number;
  /** True: members of one ensemble, apart by seed and validation rows; false: the models of the folds, apart by their rows too. */
  readonly members: boolean;
  /** Mean pairwise Spearman's ρ of the networks' mean attention; absent below 3 features. */
  readonly agreement?: RankAgreement;
  /** Standard deviation over the networks of a feature's mean attention, mean over the features. */
  readonly deviation: number;
}

/** How far networks that differ by their seed attend alike: members of the full model, else the folds' models. */
export async function seedControl(dataset: Dataset, sample: AttentionSample, full: Model | undefined, level: number, context: WorkContext): Promise<SeedControl | undefined> {
  const { features, parts } = sample;
  const members = full?.attention ? await memberMeans(dataset, sample, full.attention, context) : [];
  const ofEnsemble = members.length > 1;
  const means = ofEnsemble ? members : parts.map(part => meanAttention(part.attention, features.length));
  if (means.length < 2) return undefined;
  const spread = features.map((_, j) => {
    const values = means.map(mean => mean[j]);
    const centre = meanOf(values);
    return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1));
  });
  const agreement = rankAgreement(means, level);
  return { networks: means.length, members: ofEnsemble, ...(agreement && { agreement }), deviation: meanOf(spread) };
}

/** Mean attention of each network of the ensemble over the sample's rows, a few rows at a time. */
async function memberMeans(dataset: Dataset, { features, parts, rows }: AttentionSample, view: AttentionView, context: WorkContext): Promise<Float64Array[]> {
  const means: Float64Array[] = [];
  for (const part of parts) {
    for (const block of rowBlocks(part.rows)) {
      await context.breathe();
      view.each(dataset.table, block).forEach((values, m) => {
        const own = meanAttention(arranged(values, block.length, view.features, features), features.length);
        means[m] ??= new Float64Array(features.length);
        for (let j = 0; j < own.length; j++) if (Number.isFinite(own[j])) means[m][j] += (own[j] * block.length) / rows;
      });
    }
  }
  return means;
}

export interface RandomisedControl {
  /** Untrained networks compared. */
  readonly networks: number;
  /** Mean Spearman's ρ of their mean attention with that of the trained model; near 0 where attention is learned. */
  readonly correlation: number;
  /** Mean over rows of the total variation distance, ½ Σ |trained − untrained|: 0 the same, 1 nothing in common. */
  readonly distance: number;
}

const untrainedNetworks = 10;
const untrainedRows = 200;

/** Attention with the weights randomised, as before training, against the trained one, on rows of the first fold. */
export async function randomisedControl(dataset: Dataset, sample: AttentionSample, rng: Rng, context: WorkContext): Promise<RandomisedControl | undefined> {
  const { features, parts: [part] } = sample;
  const view = part.model.attention!;
  if (features.length < 3) return undefined;
  const rows = part.rows.subarray(0, untrainedRows);
  const p = features.length;
  const trained = part.attention.subarray(0, rows.length * p);
  let correlation = 0;
  let distance = 0;
  for (let n = 0; n < untrainedNetworks; n++) {
    await context.breathe();
    const other = arranged(view.untrained(dataset.table, rows, rng.integer(2 ** 31)), rows.length, view.features, features);
    const rho = spearman(meanAttention(trained, p), meanAttention(other, p));
    correlation += (Number.isNaN(rho) ? 0 : rho) / untrainedNetworks;
    for (let i = 0; i < trained.length; i++) distance += Math.abs(trained[i] - other[i]) / (2 * rows.length * untrainedNetworks);
  }
  return { networks: untrainedNetworks, correlation, distance };
}
