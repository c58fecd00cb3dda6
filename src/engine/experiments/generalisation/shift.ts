/** Covariate shift: a classifier that tells rows of the target from rows of the source by their features, and the density ratio that it gives. */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { takeRows } from '../../data/rows';
import { sampleRows } from '../../data/sample';
import { rocAuc } from '../../evaluate/auc';
import { testToTrainRatio } from '../../evaluate/intervals';
import { makeFolds } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { boostingFamily } from '../../models/boosting/family';
import { logisticFamily } from '../../models/logistic/family';
import type { OptionValue } from '../../../protocol/recipe';
import { measured } from '../sensitivity/summary';
import { driftOf } from './drift';
import { weightsColumn } from './reweigh';
import type { Shift } from './result';
import { overlapOf } from './weighting';

export type DomainClassifier = 'logistic' | 'ebm';

const classifiers = {
  // Squares: without them a difference in spread alone would go unseen; with them the ratio of two normal densities is exact.
  logistic: { family: logisticFamily, options: { penalty: 'ridge', polynomial: 2 } as Readonly<Record<string, OptionValue>>, title: 'ridge logistic regression with squares of numbers' },
  ebm: { family: boostingFamily, options: {} as Readonly<Record<string, OptionValue>>, title: 'explainable boosting machine' },
};

/** Rows of each side that the classifier is fitted on, at most. */
const mostRows = 10000;
const folds = 5;

export interface MeasuredShift {
  /** Of each fold that had rows of both sides. */
  readonly aucs: readonly number[];
  readonly testToTrain: number;
  readonly shift: Omit<Shift, 'auc'>;
  /** Density ratio target : source of each source row, out of fold, not clipped; NaN for rows beyond those that were used. */
  readonly ratios: Float64Array;
}

/** `source` and `target`: rows of the dataset, without a row in common. Throws UserError where no fold can be made. */
export async function measureShift(dataset: Dataset, source: Int32Array, target: Int32Array, which: DomainClassifier, context: WorkContext): Promise<MeasuredShift> {
  const { recipe: { seed } } = dataset;
  const features = dataset.features.filter(name => name !== weightsColumn(dataset));
  const places = sampled(source.length, seed);
  const [a, b] = [places.map(i => source[i]!), sampled(target.length, seed + 1).map(i => target[i]!)];
  const told = toldApart({ ...dataset, features }, a, b, which);
  const { folds: parts } = makeFolds(told, { scheme: 'kFold', folds }, new Rng(seed).fork('domain classifier'));
  const p = new Float64Array(told.table.rows).fill(NaN);
  const aucs: number[] = [];
  for (const { train, test } of parts) {
    await context.breathe();
    const { probabilities, rows } = (await classifiers[which].family.fit(told, context, train)).predict(told.table, test);
    const scores = Float64Array.from({ length: rows }, (_, i) => probabilities![2 * i + 1]!);
    scores.forEach((value, i) => { p[test[i]!] = value; });
    aucs.push(rocAuc(scores, test.map(row => Number(row >= a.length))));
  }
  const prior = a.length / b.length;
  const ratios = new Float64Array(source.length).fill(NaN);
  places.forEach((place, i) => { ratios[place] = (prior * p[i]!) / Math.max(1e-12, 1 - p[i]!); });
  return {
    aucs: aucs.filter(Number.isFinite), testToTrain: testToTrainRatio(parts), ratios,
    shift: { classifier: classifiers[which].title, sourceRows: a.length, targetRows: b.length, features: driftOf(dataset.table, features, source, target), overlap: overlapOf(ratios) },
  };
}

/** With the AUC and its corrected resampled t interval over the folds. */
export function shiftOf({ aucs, testToTrain, shift }: Omit<MeasuredShift, 'ratios'>, level: number): Shift {
  const auc = measured(aucs, testToTrain, level);
  return { ...shift, ...(auc && { auc: { ...auc, ...(auc.low !== undefined && { low: Math.max(0, auc.low), high: Math.min(1, auc.high!) }) } }) };
}

/** Ascending places, a random part where there are too many. */
function sampled(rows: number, seed: number): Int32Array {
  return rows <= mostRows ? Int32Array.from({ length: rows }, (_, i) => i) : sampleRows(rows, mostRows, seed);
}

/** The rows of both sides, the target of which is the side. A formula's terms are not used: all features are, as they are. */
function toldApart(dataset: Dataset, source: Int32Array, target: Int32Array, which: DomainClassifier): Dataset {
  const { formula: _formula, split: _split, positive: _positive, ...recipe } = dataset.recipe;
  const rows = new Int32Array(source.length + target.length);
  rows.set(source);
  rows.set(target, source.length);
  const codes = Int32Array.from(rows, (_, i) => (i < source.length ? 0 : 1));
  return {
    table: takeRows(dataset.table, rows), features: dataset.features, target: { task: 'classification', name: 'side', codes, classes: ['source', 'target'] },
    recipe: { ...recipe, target: 'side', task: 'classification', model: which, options: classifiers[which].options, missing: 'impute', split: { scheme: 'kFold', folds }, features: dataset.features },
  };
}
