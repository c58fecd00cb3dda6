/** Fits the boosting machine: bins, bags of main effects, pairs as long as they help, purification, bands, noise. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { findColumn } from '../../data/table';
import { Rng } from '../../math/random';
import { subsample, type BoostingData } from './bag';
import { binCount, binsOf, makeBins } from './bins';
import type { BoostSettings } from './boostMains';
import { makeLoss, type LossSettings } from './losses';
import { noiseOf } from './outOfBag';
import { cellsOf, coarsen, type CoarseFeature, type Pair } from './pairBins';
import { rankPairs } from './pairStrength';
import { purify, type TermScores, type TermWeights } from './purify';
import { boostBags, type BagScores, type BagTask } from './runBags';
import { boostingSettings, type BoostingSettings } from './settings';
import type { BoostedTerm, BoostingState, FeatureBins } from './state';
import type { Direction } from './stump';

/** Everything that the bags share. */
interface Plan {
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

export async function fitBoosting(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<BoostingState> {
  const plan = await makePlan(dataset, rows ?? Int32Array.from({ length: dataset.table.rows }, (_, i) => i), context);
  const [from, to] = rows ? [0.5, 0.7] : [0.25, 0.5];
  const share = (low: number, high: number): WorkContext => derivedContext(context, (stage, fraction) => context.progress(stage, from + (to - from) * (low + (high - low) * (fraction ?? 0))));
  const mains = await boostBags(tasksOf(plan), context, reporter(share(0, 0.5), 'Boosting main effects, sample', plan.settings.bags));
  const coarse = plan.features.map((feature, j) => coarsen(feature, plan.data.bins[j]!, plan.settings.pairBins));
  const { bags, pairs, tried } = await addPairs(plan, mains, coarse, context, share(0.5, 1));
  return assemble(dataset, plan, coarse, pairs, bags, tried);
}

async function makePlan(dataset: Dataset, rows: Int32Array, context: WorkContext): Promise<Plan> {
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
    loss: { name: settings.loss, classes: classes?.length ?? 0, quantile: settings.quantile, threshold: huberThreshold(y) },
    seeds: Array.from({ length: settings.bags }, () => rng.integer(4294967296)),
    directions: directionsOf(features, settings),
  };
}

function directionsOf(features: readonly FeatureBins[], { monotone }: BoostingSettings): Direction[] {
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
    return { y: shareNumbers(values), centre: 0, scale: 1 };
  }
  const centre = values.reduce((a, b) => a + b / values.length, 0);
  const widest = values.reduce((most, value) => Math.max(most, Math.abs(value - centre)), 0) || 1;
  const scale = widest * Math.sqrt(values.reduce((sum, value) => sum + ((value - centre) / widest) ** 2, 0) / values.length) || 1;
  return { y: shareNumbers(values.map(value => (value - centre) / scale)), centre, scale };
}

/** 1.345 robust standard deviations of the (standardised) target (Huber 1964; the factor: 95 % efficiency under normal errors). */
function huberThreshold(y: Float64Array): number {
  const sorted = y.slice().sort();
  const middle = sorted[sorted.length >> 1] ?? 0;
  const deviations = sorted.map(value => Math.abs(value - middle)).sort();
  return 1.345 * (1.4826 * (deviations[deviations.length >> 1] ?? 1) || 1);
}

/** Row weights with mean 1. */
function rowWeights({ table }: Dataset, rows: Int32Array, { weights: name }: BoostingSettings): Float64Array {
  const result = shareNumbers(new Float64Array(rows.length).fill(1));
  if (name === undefined) return result;
  const column = findColumn(table, name);
  if (column?.storage !== 'number') throw new UserError('badOption', `The column of weights "${name}" must hold numbers.`, { column: name });
  rows.forEach((row, i) => {
    const weight = column.values[row]!;
    if (!(weight >= 0)) throw new UserError('badOption', `The column of weights "${name}" has a missing or negative value.`, { column: name });
    result[i] = weight;
  });
  const mean = result.reduce((a, b) => a + b, 0) / result.length;
  if (!(mean > 0)) throw new UserError('badOption', `The column of weights "${name}" is 0 in all rows.`, { column: name });
  for (let i = 0; i < result.length; i++) result[i]! /= mean;
  return result;
}

const roundsALook = 10;
const patience = 4;
const tolerance = 1e-4;

function boostSettings({ settings, directions }: Plan, learningRate: number): BoostSettings {
  return {
    stump: { leaves: settings.leaves, learningRate, leastWeight: settings.leastWeight, ridge: 0, levelSmoothing: 10 },
    maxRounds: settings.maxRounds, smoothingRounds: Math.min(settings.smoothing, settings.maxRounds), roundsALook, patience, tolerance, seed: 0, directions,
  };
}

function tasksOf(plan: Plan): BagTask[] {
  return plan.seeds.map(seed => ({ data: plan.data, seed, bag: 'subsample', loss: plan.loss, settings: boostSettings(plan, plan.settings.learningRate) }));
}

function reporter(context: WorkContext, words: string, count: number) {
  let done = 0;
  return {
    started: (index: number): void => context.progress(`${words} ${index + 1} of ${count}`, done / count),
    looked: (): void => undefined,
    done: (index: number): void => {
      done++;
      context.progress(`${words} ${index + 1} of ${count}`, done / count);
    },
  };
}

/** Features whose pairs are looked at, at most: those with the largest main effects. */
const mostCandidates = 60;
/** Share of the loss that more pairs must take off to be kept. */
const worthwhile = 2e-4;

interface Paired { readonly bags: readonly BagScores[]; readonly pairs: readonly Pair[]; readonly tried: number }

/** Adds the strongest pairs, more and more of them, until the loss on the rows left out no longer falls. */
async function addPairs(plan: Plan, mains: readonly BagScores[], coarse: readonly CoarseFeature[], context: WorkContext, words: WorkContext): Promise<Paired> {
  const { settings } = plan;
  if (settings.pairs === 0 || plan.features.length < 2) return { bags: mains, pairs: [], tried: 0 };
  words.progress('Looking for pairs of features', 0);
  const ranked = await rankAll(plan, mains, coarse, context);
  const strong = ranked.slice(0, settings.pairs === 'auto' ? ranked.length : settings.pairs).map(({ pair }) => pair);
  let best: Paired = { bags: mains, pairs: [], tried: 0 };
  const chunks = settings.pairs === 'auto' ? chunksOf(strong, plan.features.length) : [strong];
  for (const [c, added] of chunks.entries()) {
    const pairStage = (before: BagScores) => ({ coarse, known: best.pairs, added, before });
    const tasks: BagTask[] = best.bags.map((before, b) => ({
      data: plan.data, seed: plan.seeds[b]!, bag: 'subsample', loss: plan.loss, settings: boostSettings(plan, settings.pairRate), pairStage: pairStage(before),
    }));
    const part = derivedContext(words, (stage, fraction) => words.progress(stage, (c + (fraction ?? 0)) / chunks.length));
    const bags = await boostBags(tasks, context, reporter(part, `Boosting ${best.pairs.length + added.length} pairs, sample`, settings.bags));
    const tried = best.tried + added.length;
    if (settings.pairs === 'auto' && !helps(bags)) return { ...best, tried };
    best = { bags, pairs: [...best.pairs, ...added], tried };
  }
  return best;
}

/** Half as many as features, then as many, twice as many, … to five times in all. */
function chunksOf(pairs: readonly Pair[], features: number): Pair[][] {
  const chunks: Pair[][] = [];
  let size = Math.max(3, Math.ceil(features / 2));
  let at = 0;
  while (at < Math.min(pairs.length, 5 * features)) {
    chunks.push(pairs.slice(at, Math.min(at + size, 5 * features)));
    at += size;
    size = chunks.length === 1 ? Math.max(3, features) : 2 * size;
  }
  return chunks;
}

/** Over the bags, the mean fall of the loss is beyond its standard error and worth the terms. */
function helps(bags: readonly BagScores[]): boolean {
  const falls = bags.map(({ course }) => (course[0]! - Math.min(...course)) / Math.abs(course[0]!));
  const mean = falls.reduce((a, b) => a + b, 0) / falls.length;
  const spread = Math.sqrt(falls.reduce((sum, fall) => sum + (fall - mean) ** 2, 0) / (falls.length - 1) / falls.length);
  return mean > worthwhile && mean > spread;
}

/** Ranks pairs at the mean scores of the main effects, which over-fit less than those of one bag. */
async function rankAll(plan: Plan, bags: readonly BagScores[], coarse: readonly CoarseFeature[], context: WorkContext) {
  const { data } = plan;
  const loss = makeLoss(plan.loss);
  const mean = meanScores(bags);
  const scores = new Float64Array(data.rows * loss.outputs);
  for (let i = 0; i < data.rows; i++) {
    for (let k = 0; k < loss.outputs; k++) {
      let sum = mean.intercept[k]!;
      for (let j = 0; j < data.bins.length; j++) sum += mean.mains[j]![data.bins[j]![i]! * loss.outputs + k]!;
      scores[i * loss.outputs + k] = sum;
    }
  }
  const [gradient, curvature] = [new Float64Array(scores.length), new Float64Array(scores.length)];
  loss.derivatives(scores, data.y, data.weights, gradient, curvature);
  const output = (values: Float64Array, k: number): Float64Array => (loss.outputs === 1 ? values : Float64Array.from({ length: data.rows }, (_, i) => values[i * loss.outputs + k]!));
  const outputs = Array.from({ length: loss.outputs }, (_, k) => k);
  const candidates = pairCandidates(plan, mean);
  return rankPairs(data, coarse, candidates, outputs.map(k => output(gradient, k)), outputs.map(k => output(curvature, k)), context);
}

/** A feature that must be monotone has no pairs: they could bend its effect the other way. */
function pairCandidates({ data, directions }: Plan, mean: TermScores): number[] {
  const size = mean.mains.map((main, j) => {
    let sum = 0;
    const outputs = main.length / data.binCounts[j]!;
    for (const bin of data.bins[j]!) for (let k = 0; k < outputs; k++) sum += Math.abs(main[bin * outputs + k]!);
    return sum;
  });
  return size.map((_, j) => j).filter(j => directions[j] === 0).sort((a, b) => size[b]! - size[a]! || a - b).slice(0, mostCandidates).sort((a, b) => a - b);
}

function meanScores(bags: readonly BagScores[]): TermScores {
  const mean = (pick: (bag: BagScores) => Float64Array): Float64Array => {
    const result = new Float64Array(pick(bags[0]!).length);
    for (const bag of bags) pick(bag).forEach((value, i) => { result[i]! += value / bags.length; });
    return result;
  };
  return { intercept: mean(bag => bag.intercept), mains: bags[0]!.mains.map((_, j) => mean(bag => bag.mains[j]!)), pairs: bags[0]!.pairs.map((_, t) => mean(bag => bag.pairs[t]!)) };
}

function assemble(dataset: Dataset, plan: Plan, coarse: readonly CoarseFeature[], pairs: readonly Pair[], bags: readonly BagScores[], tried: number): BoostingState {
  const { data, features, scale, centre } = plan;
  const outputs = makeLoss(plan.loss).outputs;
  const all = Int32Array.from({ length: data.rows }, (_, i) => i);
  const weights: TermWeights = {
    mains: data.bins.map((bins, j) => sumWeights(bins, data.weights, data.binCounts[j]!)),
    pairs: pairs.map(pair => sumWeights(cellsOf(data, coarse, pair, all), data.weights, coarse[pair[0]]!.count * coarse[pair[1]]!.count)),
  };
  const mean = purify(meanScores(bags), weights, coarse, pairs);
  const each = bags.map(bag => purify({ intercept: bag.intercept, mains: bag.mains, pairs: bag.pairs }, weights, coarse, pairs));
  const term = (pick: (scores: TermScores) => Float64Array, own: Omit<BoostedTerm, 'scores' | 'errors'>): BoostedTerm => ({
    ...own, scores: pick(mean).map(value => scale * value), errors: spreadOf(each.map(pick), pick(mean)).map(value => scale * value),
  });
  const terms = [
    ...features.map((bins, j) => term(scores => scores.mains[j]!, { features: [j], bins: [bins], weights: weights.mains[j]! })),
    ...pairs.map((pair, t) => term(scores => scores.pairs[t]!, { features: pair, bins: [coarse[pair[0]]!.bins, coarse[pair[1]]!.bins], weights: weights.pairs[t]! })),
  ];
  const noise = dataset.target.task === 'regression' && plan.loss.name !== 'poisson' ? scale * noiseOf(data, plan.loss, plan.seeds, bags, coarse, pairs) : undefined;
  return {
    target: dataset.target.name, task: dataset.target.task, loss: plan.loss.name, ...(plan.classes && { classes: plan.classes }), features, outputs,
    intercept: Array.from(mean.intercept, value => centre + scale * value), terms,
    bands: { words: 'confidence interval (jackknife)', degrees: bags.length - 1, calibration: 1 },
    ...(noise !== undefined && { noise }),
    statistics: statisticsOf(plan, bags, pairs, tried), notes: notesOf(plan),
  };
}

function sumWeights(bins: Uint16Array, weights: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < bins.length; i++) sums[bins[i]!]! += weights[i]!;
  return sums;
}

/**
 * Standard errors by the delete-d jackknife (Shao & Wu 1989): the spread over samples that leave out a share q of the rows,
 * times √((1 − q)/q).
 */
function spreadOf(each: readonly Float64Array[], mean: Float64Array): Float64Array {
  const result = new Float64Array(mean.length);
  for (const values of each) for (let i = 0; i < mean.length; i++) result[i]! += (values[i]! - mean[i]!) ** 2 / (each.length - 1);
  const factor = Math.sqrt(subsample / (1 - subsample));
  return result.map(value => factor * Math.sqrt(value));
}

function statisticsOf({ settings, data }: Plan, bags: readonly BagScores[], pairs: readonly Pair[], tried: number): BoostingState['statistics'] {
  const rounds = bags.reduce((sum, bag) => sum + bag.rounds / bags.length, 0);
  return [
    { name: 'Terms', value: data.bins.length + pairs.length }, { name: 'Pairs', value: pairs.length }, { name: 'Pairs tried', value: tried },
    { name: 'Samples of the rows', value: settings.bags }, { name: 'Mean rounds of the last stage', value: Math.round(rounds) },
  ];
}

function notesOf({ settings }: Plan): Note[] {
  if (settings.weights === undefined) return [];
  return [{ kind: 'information', text: `Rows count in the fit by their ${settings.weights}; the held-out metrics count all rows alike.` }];
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

