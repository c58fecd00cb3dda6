/** Three checks of attention (Wiegreffe & Pinter 2019; Adebayo et al. 2018): made uniform, over seeds, and with random weights. */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { meanOf, testToTrainRatio } from '../evaluate/intervals';
import { standardError } from '../evaluate/versusBaseline';
import type { Rng } from '../math/random';
import type { Family, Model } from '../models/model';
import { arranged, meanAttention, type AttentionSample } from './attentionRows';
import { ActualRows } from './outcome';
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
    const slope = (loss: number): number => (dataset.target.task === 'regression' ? 0.5 / Math.max(loss, 1e-300) : 1);
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

/** The models of the folds; undefined where one cannot be fitted. */
async function fitted(family: Family, dataset: Dataset, evaluation: Evaluation, context: WorkContext): Promise<readonly Model[] | undefined> {
  try {
    const rows = evaluation.folds.map(fold => fold.train);
    if (family.fitFolds) return await family.fitFolds(dataset, rows, context);
    const models: Model[] = [];
    for (const train of rows) models.push(await family.fit(dataset, context, train));
    return models;
  } catch (error) {
    if (UserError.is(error)) return undefined;
    throw error;
  }
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
export function seedControl(dataset: Dataset, sample: AttentionSample, full: Model | undefined, level: number): SeedControl | undefined {
  const { features, parts } = sample;
  const rows = Int32Array.from(parts.flatMap(part => Array.from(part.rows)));
  const view = full?.attention;
  const members = view ? view.each(dataset.table, rows).map(values => meanAttention(arranged(values, rows.length, view.features, features), features.length)) : [];
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
export function randomisedControl(dataset: Dataset, sample: AttentionSample, rng: Rng): RandomisedControl | undefined {
  const { features, parts: [part] } = sample;
  const view = part.model.attention!;
  if (features.length < 3) return undefined;
  const rows = part.rows.subarray(0, untrainedRows);
  const p = features.length;
  const trained = part.attention.subarray(0, rows.length * p);
  let correlation = 0;
  let distance = 0;
  for (let n = 0; n < untrainedNetworks; n++) {
    const other = arranged(view.untrained(dataset.table, rows, rng.integer(2 ** 31)), rows.length, view.features, features);
    const rho = spearman(meanAttention(trained, p), meanAttention(other, p));
    correlation += (Number.isNaN(rho) ? 0 : rho) / untrainedNetworks;
    for (let i = 0; i < trained.length; i++) distance += Math.abs(trained[i] - other[i]) / (2 * rows.length * untrainedNetworks);
  }
  return { networks: untrainedNetworks, correlation, distance };
}
