/** The interpretability scores that say how complex a model's function is, measured once and without refits: for comparing many models. */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Evaluation } from '../../evaluate/crossValidate';
import type { Rng } from '../../math/random';
import type { Model } from '../../models/model';
import { effectScores, featuresUsed, type EffectScores } from './effectScores';
import { drawSample, presentFeatures } from './sample';
import { scoreFunctions } from './scoreFunctions';
import { sizesToCompare } from './sizes';
import { usedByWeights } from './usedByWeights';

export interface BriefScores {
  readonly effects: EffectScores;
  /** Rows of the effect curves. */
  readonly rows: number;
  /** Whether weights or the predictions of sampled rows say which features are used. */
  readonly usedBy: 'weights' | 'rows';
}

/** The same generator draws the same rows for every model. Undefined with no features, fewer than 8 rows or predictions that are no numbers. */
export async function briefScores(dataset: Dataset, model: Model, evaluation: Evaluation | undefined, context: WorkContext, rng: Rng): Promise<BriefScores | undefined> {
  const features = presentFeatures(dataset);
  const sizes = sizesToCompare(features.length);
  const sample = features.length > 0 ? drawSample(dataset, evaluation, features, sizes, rng.fork('sample')) : undefined;
  if (!sample) return undefined;
  const breathe = (): Promise<void> | void => context.breathe();
  const byWeights = usedByWeights(model, features);
  const used = byWeights ?? await featuresUsed(scoreFunctions(model, sample.table, sample.fitRows.slice(0, sizes.usedRows)), features, rng.fork('used'), breathe);
  const functions = scoreFunctions(model, sample.table, sample.fitRows);
  if (functions.some(f => !f.values().every(Number.isFinite))) return undefined;
  const effects = await effectScores(functions, sample.grids, features, used, breathe);
  return { effects, rows: sample.fitRows.length, usedBy: byWeights ? 'weights' : 'rows' };
}
