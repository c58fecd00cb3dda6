/** Made-up data sets for tests of networks. */
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset } from '../../../src/engine/data/dataset';
import { Rng } from '../../../src/engine/math/random';
import { datasetFor, makeTable } from '../families/support';
import type { OptionValue } from '../../../src/protocol/recipe';
import type { NeuralModel } from '../../../src/engine/models/neural/model';
import { neuralFamily } from '../../../src/engine/models/neural/family';

export const context = new CancellableContext();

type Options = Readonly<Record<string, OptionValue>>;

/** y = sin(2 x1) + x2² + noise, x3 without effect, a group that adds 1, 5 % of x2 missing. */
export function curvedNumbers(rows: number, options: Options = {}, noise = 0.2, seed = 1): Dataset {
  const rng = new Rng(seed);
  const x1 = Array.from({ length: rows }, () => 2 * rng.uniform() - 1);
  const x2 = Array.from({ length: rows }, () => 2 * rng.uniform() - 1);
  const x3 = Array.from({ length: rows }, () => rng.normal());
  const group = Array.from({ length: rows }, () => (rng.uniform() < 0.4 ? 'b' : 'a'));
  const y = x1.map((v, i) => Math.sin(2 * v) + x2[i] ** 2 + (group[i] === 'b' ? 1 : 0) + noise * rng.normal());
  const table = makeTable({ x1, x2: x2.map((v, i) => (i % 20 === 7 ? 'NA' : v)), x3, group, y: y.map(v => 100 + 10 * v) });
  return datasetFor(table, { target: 'y', task: 'regression', options });
}

/** Classes by which of several rings a point lies in, with some overlap. */
export function ringClasses(rows: number, classes: number, options: Options = {}, seed = 1): Dataset {
  const rng = new Rng(seed);
  const a = Array.from({ length: rows }, () => 2 * rng.uniform() - 1);
  const b = Array.from({ length: rows }, () => 2 * rng.uniform() - 1);
  const kind = a.map((v, i) => `k${String(Math.min(classes - 1, Math.max(0, Math.floor((classes * (v * v + b[i] * b[i])) / 1.3 + 0.15 * rng.normal())))).padStart(2, '0')}`);
  return datasetFor(makeTable({ a, b, kind }), { target: 'kind', task: 'classification', options });
}

export async function fitNeural(dataset: Dataset, rows?: Int32Array): Promise<NeuralModel> {
  return await neuralFamily.fit(dataset, context, rows) as NeuralModel;
}

export function allRows(dataset: Dataset): Int32Array {
  return Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
}
