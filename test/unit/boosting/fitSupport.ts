/** Data sets for tests of the fit, and what is asked of fitted models. */
import type { Dataset, Target } from '../../../src/engine/data/dataset';
import type { Column } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import { boostingFamily } from '../../../src/engine/models/boosting/family';
import type { BoostingModel } from '../../../src/engine/models/boosting/model';
import { termSize } from '../../../src/engine/models/boosting/terms';
import type { OptionValue } from '../../../src/protocol/recipe';
import { classTarget, makeDataset, numberColumn, numberTarget, quiet } from '../evaluate/stub';

export type Options = Record<string, OptionValue>;

/** Few bags: the tests are of the fit, not of the bands. */
export const quick: Options = { bags: 3, pairs: 0 };

export const uniforms = (seed: number, n: number): Float64Array => {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => rng.uniform());
};
export const normals = (seed: number, n: number): Float64Array => {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => rng.normal());
};

/** A Poisson number by inversion. */
export function poisson(rng: Rng, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  const u = rng.uniform();
  let count = 0;
  while (u > sum && count < 1000) {
    count++;
    term *= mean / count;
    sum += term;
  }
  return count;
}

export function dataOf(columns: Readonly<Record<string, ArrayLike<number>>> | readonly Column[], target: Target, options: Options = {}, seed = 1): Dataset {
  const all = Array.isArray(columns) ? (columns as Column[]) : Object.entries(columns as Record<string, ArrayLike<number>>).map(([name, values]) => numberColumn(name, values));
  return makeDataset(all, target, { options: { ...quick, ...options }, seed });
}

export const fit = async (dataset: Dataset, rows?: Int32Array): Promise<BoostingModel> => (await boostingFamily.fit(dataset, quiet(), rows)) as BoostingModel;
export const means = (model: BoostingModel, dataset: Dataset): Float64Array => model.predict(dataset.table).mean!;
export const probabilities = (model: BoostingModel, dataset: Dataset): Float64Array => model.predict(dataset.table).probabilities!;
export const average = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
export const importances = ({ state }: BoostingModel): number[] => state.terms.map(term => termSize(term, state.outputs).importance);
export const everyFinite = (values: ArrayLike<number>): boolean => Array.from(values).every(Number.isFinite);

/** y = 2 a + sin 6 b + noise; c has no part in it. */
export function additive(n: number, options: Options = {}, seed = 1, noise = 0.3): Dataset {
  const [a, b, c, e] = [uniforms(11, n), uniforms(12, n), uniforms(13, n), normals(14, n)];
  return dataOf({ a, b, c }, numberTarget(a.map((x, i) => 2 * x + Math.sin(6 * b[i]!) + noise * e[i]!)), options, seed);
}

export function classesOf(n: number, classes: number, options: Options = {}): Dataset {
  const [a, b, e] = [uniforms(21, n), uniforms(22, n), normals(23, n)];
  const codes = a.map((x, i) => Math.max(0, Math.min(classes - 1, Math.floor(classes * (x + 0.15 * e[i]!)))));
  return dataOf({ a, b }, classTarget(codes, ['p', 'q', 'r', 's'].slice(0, classes)), options);
}
