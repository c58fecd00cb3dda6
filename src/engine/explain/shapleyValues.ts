/** Shapley values of rows: exact where the model is a sum of parts, by sampled permutations otherwise. */
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import type { AdditiveParts } from '../models/model';
import { centre, linkOutputs } from './linkOutputs';
import { largestResidual, type Shapley, type ShapleyJob } from './shapley';
import { sampledShapley } from './shapleySampling';

/**
 * φ_j = part_j(x) − mean over the background of part_j for a model with additive parts (the interventional Shapley value of a
 * sum; Štrumbelj & Kononenko 2014), else by permutations. A feature is a column of the table: its dummy columns go together.
 */
export async function shapleyValues(job: ShapleyJob, context: WorkContext, rng: Rng): Promise<Shapley> {
  const parts = job.model.additiveParts?.(job.table, job.rows, job.background);
  const usual = parts && job.model.additiveParts?.(job.table, job.background, job.background);
  return parts && usual ? additiveShapley(job, parts, usual) : sampledShapley(job, context, rng);
}

function additiveShapley({ model, table, rows, background }: ShapleyJob, parts: AdditiveParts, usual: AdditiveParts): Shapley {
  const { features, outputs } = parts;
  const link = linkOutputs(model, true);
  const width = features.length * outputs;
  const means = new Float64Array(width);
  for (let i = 0; i < background.length; i++) for (let j = 0; j < width; j++) means[j] += usual.values[i * width + j];
  for (let j = 0; j < width; j++) means[j] /= background.length;
  const base = parts.base.slice();
  for (let j = 0; j < width; j++) base[j % outputs] += means[j];
  const values = parts.values.map((v, at) => v - means[at % width]);
  if (link.scale === 'logShare') {
    centre(base, 0, outputs);
    for (let at = 0; at < values.length; at += outputs) centre(values, at, outputs);
  }
  const output = link.read(model.predict(table, rows));
  return {
    features, rows: rows.length, outputs, scale: link.scale, base, values, output, exact: true, ...(parts.divided && { divided: true as const }),
    background: background.length, permutations: 0, residual: largestResidual(base, values, output, features.length),
  };
}
