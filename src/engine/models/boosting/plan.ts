/** What a fit is made of before boosting: settings, bins, working target, weights, seeds. */
import { UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { findColumn } from '../../data/table';
import { Rng } from '../../math/random';
import type { BoostingData } from './bag';
import { binCount, binsOf, makeBins } from './bins';
import type { BoostSettings } from './boostMains';
import { roundsALook, togetherUpTo } from './commonRounds';
import { thresholdOf, type LossSettings } from './losses';
import { boostingSettings, type BoostingSettings } from './settings';
import type { FeatureBins } from './state';
import type { Direction } from './stump';

/** Everything that the bags share. */
export interface Plan {
  readonly settings: BoostingSettings;
  readonly features: readonly FeatureBins[];
  readonly data: BoostingData;
  readonly loss: LossSettings;
  /** Working scale of the target: number = centre + scale × score. */
  readonly centre: number;
  readonly scale: number;
  readonly classes?: readonly string[];
  readonly seeds: readonly number[];
  readonly directions: readonly Direction[];
}

export async function makePlan(dataset: Dataset, rows: Int32Array, context: WorkContext): Promise<Plan> {
  const { target, table, recipe } = dataset;
  const classes = target.task === 'classification' ? target.classes : undefined;
  const settings = boostingSettings(recipe.options, target.task, classes?.length ?? 0, rows.length, dataset.features.length);
  const columns = dataset.features.map(name => findColumn(table, name)!).filter(column => column.name !== settings.weights);
  if (columns.length === 0) throw new UserError('badOption', 'There is no feature to boost on.');
  const features: FeatureBins[] = [];
  for (const column of columns) {
    features.push(makeBins(column, rows, settings.bins));
    await context.breathe();
  }
  const bins = binsOf(features, table, rows).map(shareBins);
  const { y, centre, scale } = workingTarget(dataset, rows, settings);
  const rng = new Rng(recipe.seed);
  return {
    settings, features, centre, scale, ...(classes && { classes }),
    data: { rows: rows.length, bins, binCounts: features.map(binCount), levels: features.map(feature => feature.kind === 'level'), y, weights: rowWeights(dataset, rows, settings) },
    loss: { name: settings.loss, classes: classes?.length ?? 0, quantile: settings.quantile, threshold: thresholdOf(y) || 1 },
    seeds: Array.from({ length: settings.bags }, () => rng.integer(4294967296)),
    directions: directionsOf(features, settings),
  };
}

function directionsOf(features: readonly FeatureBins[], { monotone, loss }: BoostingSettings): Direction[] {
  if (loss === 'softmax' && monotone.size > 0) throw new UserError('badOption', 'The option monotone is for numbers and two classes; of more classes the probabilities cannot all rise.');
  for (const name of monotone.keys()) {
    const feature = features.find(item => item.name === name);
    if (!feature) throw new UserError('badOption', `The option monotone names "${name}", which is not a feature of the model.`, { column: name });
    if (feature.kind === 'level') throw new UserError('badOption', `The option monotone names "${name}", whose values are levels without an order.`, { column: name });
  }
  return features.map(feature => monotone.get(feature.name) ?? 0);
}

function workingTarget({ target }: Dataset, rows: Int32Array, { loss }: BoostingSettings): { y: Float64Array; centre: number; scale: number } {
  if (target.task === 'classification') return { y: shareNumbers(Float64Array.from(rows, row => target.codes[row]!)), centre: 0, scale: 1 };
  const values = Float64Array.from(rows, row => target.values[row]!);
  if (loss === 'poisson') {
    if (values.some(value => value < 0)) throw new UserError('badOption', `The objective "poisson" is for counts, but ${target.name} has negative values.`, { column: target.name });
    // Counts over their mean: the logarithm of the mean comes back with the intercept, and counts of any size are in range.
    const mean = values.reduce((a, b) => a + b / values.length, 0) || 1;
    return { y: shareNumbers(values.map(value => value / mean)), centre: Math.log(mean), scale: 1 };
  }
  const centre = values.reduce((a, b) => a + b / values.length, 0);
  const widest = values.reduce((most, value) => Math.max(most, Math.abs(value - centre)), 0) || 1;
  const scale = widest * Math.sqrt(values.reduce((sum, value) => sum + ((value - centre) / widest) ** 2, 0) / values.length) || 1;
  return { y: shareNumbers(values.map(value => (value - centre) / scale)), centre, scale };
}

/** Row weights: their mean over the rows that count (more than 0) is 1, so that the least weight of a leaf means rows that count. */
function rowWeights({ table }: Dataset, rows: Int32Array, { weights: name }: BoostingSettings): Float64Array {
  const result = shareNumbers(new Float64Array(rows.length).fill(1));
  if (name === undefined) return result;
  const column = findColumn(table, name);
  if (!column) throw new UserError('badOption', `The option weights names "${name}", which is not a column that the model was given; check its spelling, or list it among the features.`, { column: name });
  if (column.storage !== 'number') throw new UserError('badOption', `The column of weights "${name}" must hold numbers.`, { column: name });
  rows.forEach((row, i) => {
    const weight = column.values[row]!;
    if (!(weight >= 0)) throw new UserError('badOption', `The column of weights "${name}" has a missing or negative value.`, { column: name });
    result[i] = weight;
  });
  const counted = result.reduce((count, weight) => count + Number(weight > 0), 0);
  const mean = result.reduce((a, b) => a + b, 0) / Math.max(1, counted);
  if (!(mean > 0)) throw new UserError('badOption', `The column of weights "${name}" is 0 in all rows.`, { column: name });
  for (let i = 0; i < result.length; i++) result[i]! /= mean;
  return result;
}

const patience = 4;
const tolerance = 1e-4;
const floor = { numbers: 0.02, classes: 0.05 };

export function boostSettings({ settings, directions, data, classes }: Plan, learningRate: number): BoostSettings {
  return {
    stump: { leaves: settings.leaves, learningRate, leastWeight: settings.leastWeight, ridge: 0, levelSmoothing: 10 },
    maxRounds: settings.maxRounds, smoothingRounds: Math.min(settings.smoothing, settings.maxRounds), roundsALook, patience, tolerance, floor: classes ? floor.classes : floor.numbers, seed: 0, directions,
    ...(data.rows <= togetherUpTo && { snapshots: true }),
  };
}

function shareBins(bins: Uint16Array): Uint16Array {
  const copy = new Uint16Array(new SharedArrayBuffer(bins.byteLength));
  copy.set(bins);
  return copy;
}

function shareNumbers(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
