/** Fits the boosting machine: bins, bags of main effects, pairs as long as they help, purification, bands, noise. */
import type { Note } from '../../../protocol/profile';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { normalFactor, tFactor } from '../../math/distributions';
import { addPairs } from './addPairs';
import { binCount } from './bins';
import { calibration, calibratedUpTo } from './calibrate';
import { stopTogether } from './commonRounds';
import { spreadOf } from './jackknife';
import { makeLoss } from './losses';
import { meanScores } from './meanScores';
import { noiseOf } from './outOfBag';
import { cellsOf, coarsen, type CoarseFeature, type Pair } from './pairBins';
import { boostSettings, makePlan, type Plan } from './plan';
import { purify, type TermScores, type TermWeights } from './purify';
import { reporter } from './reporter';
import { boostBags, type BagScores, type BagTask } from './runBags';
import type { BoostedTerm, BoostingState } from './state';

export async function fitBoosting(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<BoostingState> {
  const plan = await makePlan(dataset, rows ?? Int32Array.from({ length: dataset.table.rows }, (_, i) => i), context);
  const [from, to] = rows ? [0.5, 0.7] : [0.25, 0.5];
  const share = (low: number, high: number): WorkContext => derivedContext(context, (stage, fraction) => context.progress(stage, from + (to - from) * (low + (high - low) * (fraction ?? 0))));
  const { bags: mains } = stopTogether(await boostBags(tasksOf(plan), context, reporter(share(0, 0.5), 'Boosting main effects, sample', plan.settings.bags)), 0);
  const coarse = plan.features.map((feature, j) => coarsen(feature, plan.data.bins[j]!, plan.settings.pairBins));
  const { bags, pairs, tried } = await addPairs(plan, mains, coarse, context, share(0.5, 0.9));
  const fitted = { coarse, pairs, bags, tried };
  // Models of folds are judged by their predictions; their bands are not shown.
  const calibrated = rows === undefined && plan.data.rows <= calibratedUpTo;
  return assemble(dataset, plan, fitted, calibrated ? await calibrate(plan, fitted, context, share(0.9, 1)) : undefined);
}

function tasksOf(plan: Plan): BagTask[] {
  return plan.seeds.map(seed => ({ data: plan.data, seed, bag: 'subsample', loss: plan.loss, settings: boostSettings(plan, plan.settings.learningRate) }));
}

/**
 * Where a cell is missing or a level not seen, as never in training, a term could have added anything that it adds elsewhere: its spread
 * over the rows stands for the error.
 */
function withUnknown({ bins, weights }: Pick<BoostedTerm, 'bins' | 'weights'>, scores: Float64Array, errors: Float64Array): Float64Array {
  const outputs = scores.length / weights.length;
  const total = weights.reduce((a, b) => a + b, 0);
  const counts = bins.map(binCount);
  const result = errors.slice();
  for (let k = 0; k < outputs; k++) {
    let squares = 0;
    for (let cell = 0; cell < weights.length; cell++) squares += (weights[cell]! / total) * scores[cell * outputs + k]! ** 2;
    for (let cell = 0; cell < weights.length; cell++) {
      const places = counts.length === 1 ? [cell] : [Math.floor(cell / counts[1]!), cell % counts[1]!];
      const unknown = places.some((place, axis) => place === 0 || place === counts[axis]! - 1);
      if (unknown && !(weights[cell]! > 0)) result[cell * outputs + k] = Math.max(result[cell * outputs + k]!, Math.sqrt(squares));
    }
  }
  return result;
}

interface Fitted { readonly coarse: readonly CoarseFeature[]; readonly pairs: readonly Pair[]; readonly bags: readonly BagScores[]; readonly tried: number }

function calibrate(plan: Plan, { bags, coarse, pairs }: Fitted, context: WorkContext, words: WorkContext): Promise<number> {
  const weights = weightsOf(plan, coarse, pairs);
  return calibration(plan, purify(meanScores(bags), independent(weights, coarse, pairs), coarse, pairs), coarse, weights.mains, noiseOf(plan.data, plan.loss, plan.seeds, bags, coarse, pairs), context, words);
}

/**
 * What purification weighs cells by: the rows in the feature's bin times those in the other's. With the rows in the cells themselves, of
 * which there are few, the chance of their numbers would show as a wiggle of the main effects.
 */
function independent({ mains, pairs: cells }: TermWeights, coarse: readonly CoarseFeature[], pairs: readonly Pair[]): TermWeights {
  const product = ([a, b]: Pair, t: number): Float64Array => {
    const [first, second] = [coarseSums(mains[a]!, coarse[a]!), coarseSums(mains[b]!, coarse[b]!)];
    const total = first.reduce((x, y) => x + y, 0);
    return Float64Array.from(cells[t]!, (_, cell) => (first[Math.floor(cell / second.length)]! * second[cell % second.length]!) / total);
  };
  return { mains, pairs: pairs.map(product) };
}

function coarseSums(fine: Float64Array, { count, of }: CoarseFeature): Float64Array {
  const sums = new Float64Array(count);
  fine.forEach((weight, bin) => { sums[of[bin]!]! += weight; });
  return sums;
}

function weightsOf({ data }: Plan, coarse: readonly CoarseFeature[], pairs: readonly Pair[]): TermWeights {
  const all = Int32Array.from({ length: data.rows }, (_, i) => i);
  return {
    mains: data.bins.map((bins, j) => sumWeights(bins, data.weights, data.binCounts[j]!)),
    pairs: pairs.map(pair => sumWeights(cellsOf(data, coarse, pair, all), data.weights, coarse[pair[0]]!.count * coarse[pair[1]]!.count)),
  };
}

function assemble(dataset: Dataset, plan: Plan, { coarse, pairs, bags, tried }: Fitted, calibrated: number | undefined): BoostingState {
  const { data, features, scale, centre } = plan;
  const outputs = makeLoss(plan.loss).outputs;
  const weights = weightsOf(plan, coarse, pairs);
  const even = independent(weights, coarse, pairs);
  const mean = purify(meanScores(bags), even, coarse, pairs);
  const each = bags.map(bag => purify({ intercept: bag.intercept, mains: bag.mains, pairs: bag.pairs }, even, coarse, pairs));
  const term = (pick: (scores: TermScores) => Float64Array, own: Omit<BoostedTerm, 'scores' | 'errors'>): BoostedTerm => ({
    ...own, scores: pick(mean).map(value => scale * value), errors: withUnknown(own, pick(mean), spreadOf(each.map(pick), pick(mean))).map(value => scale * value),
  });
  const terms = [
    ...features.map((bins, j) => term(scores => scores.mains[j]!, { features: [j], bins: [bins], weights: weights.mains[j]! })),
    ...pairs.map((pair, t) => term(scores => scores.pairs[t]!, { features: pair, bins: [coarse[pair[0]]!.bins, coarse[pair[1]]!.bins], weights: weights.pairs[t]! })),
  ];
  // A dispersion is in units of the counts: those of the working target are over their mean.
  const unit = plan.loss.name === 'poisson' ? Math.exp(centre / 2) : scale;
  const noise = dataset.target.task === 'regression' && plan.loss.name !== 'quantile' ? unit * noiseOf(data, plan.loss, plan.seeds, bags, coarse, pairs) : undefined;
  return {
    target: dataset.target.name, task: dataset.target.task, loss: plan.loss.name, ...(plan.classes && { classes: plan.classes }), features, outputs,
    intercept: Array.from(mean.intercept, value => centre + scale * value), terms,
    bands: { words: `confidence interval (jackknife${calibrated === undefined ? '' : ', calibrated'})`, degrees: bags.length - 1, calibration: calibrated ?? 1 },
    ...(noise !== undefined && { noise: noiseBeyond(noise, terms, data.rows, unit, plan, calibrated ?? 1, bags.length - 1) }),
    statistics: statisticsOf(plan, bags, pairs, tried), notes: notesOf(plan),
  };
}

/**
 * The residuals of rows left out have the errors of the terms in them: what is over is the noise, so that both together are as wide as
 * those residuals on average. At least half of them.
 */
function noiseBeyond(residual: number, terms: readonly BoostedTerm[], rows: number, unit: number, { loss, scale }: Plan, factor: number, degrees: number): number {
  if (loss.name === 'poisson') return residual;
  const band = (factor * tFactor(0.9, degrees)) / normalFactor(0.9);
  const relative = residual / unit;
  let variance = 0;
  for (const { weights, errors } of terms) for (let cell = 0; cell < weights.length; cell++) variance += (weights[cell]! / rows) * ((band * errors![cell]!) / scale) ** 2;
  return unit * Math.sqrt(Math.max(relative ** 2 / 4, relative ** 2 - variance));
}

function sumWeights(bins: Uint16Array, weights: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < bins.length; i++) sums[bins[i]!]! += weights[i]!;
  return sums;
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
