/** A model that proposes formulas beside the rows: one that is trained first, or one that was trained before. */
import { UserError } from '../../../protocol/errors';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Expression } from '../../formula/expression';
import { valuesOf } from '../../formula/values';
import { boostingFamily } from '../boosting/family';
import type { Model } from '../model';
import { neuralFamily } from '../neural/family';
import { at, plainDataset, type SampledRows } from './variables';

export interface Proposer {
  readonly title: string;
  readonly model: Model;
  /** Its predictions of the sampled rows. */
  readonly predictions: Float64Array;
  /** Places in the sample that it was not trained on; all of them where that is not known. */
  readonly unseen: Int32Array;
}

/** Share of the rows that a proposing model is not trained on. */
const unseenShare = 0.2;

export async function proposerFor(from: string, loaded: Model | undefined, dataset: Dataset, sample: SampledRows, context: WorkContext): Promise<Proposer | undefined> {
  const predict = (model: Model): Float64Array => model.predict(dataset.table, sample.rows).mean!;
  if (loaded) {
    const missing = loaded.features.find(name => !dataset.table.columns.some(column => column.name === name));
    if (missing !== undefined) throw new UserError('badOption', `The model that is to propose formulas reads the column "${missing}", which is not among the features here.`);
    if (loaded.task !== 'regression') throw new UserError('badOption', 'The model that is to propose formulas predicts classes; formulas are for numbers.');
    return { title: `${loaded.title}, from a file; it may have been trained on these rows`, model: loaded, predictions: predict(loaded), unseen: Int32Array.from(sample.rows.keys()) };
  }
  if (from === 'data') return undefined;
  const family = from === 'neural' ? neuralFamily : boostingFamily;
  const held = Math.floor(sample.rows.length * unseenShare);
  const quiet = derivedContext(context, (stage, _fraction, live) => context.progress(`Training the model that proposes: ${stage}`, undefined, live));
  const model = await family.fit(plainDataset(dataset), quiet, sample.rows.slice(held).sort());
  return { title: `${family.title.toLowerCase()}, on rows new to it`, model, predictions: predict(model), unseen: Int32Array.from({ length: held }, (_, i) => i) };
}

/** R² of a formula to the model's predictions on rows that it was not trained on; undefined where either has no values. */
export function fidelity(expression: Expression, { predictions, unseen }: Proposer, { columns }: SampledRows): number | undefined {
  const values = valuesOf(expression, columns.map(column => at(column, unseen)), unseen.length);
  const wanted = at(predictions, unseen);
  const mean = wanted.reduce((sum, v) => sum + v, 0) / Math.max(1, wanted.length);
  const total = wanted.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const missed = wanted.reduce((sum, v, i) => sum + (v - values[i]!) ** 2, 0);
  const r2 = 1 - missed / total;
  return Number.isFinite(r2) ? r2 : undefined;
}
