/** Fits the boosting machine: bins, bags of main effects, pairs as long as they help, purification, bands, noise. */
import type { Note } from '../../../protocol/profile';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { normalFactor, tFactor } from '../../math/distributions';
import { addPairs } from './addPairs';
import { calibratedUpTo, drawnErrors, type Drawn } from './calibrate';
import { stopTogether } from './commonRounds';
import { drawsResiduals } from './drawTargets';
import { withResidualThreshold } from './huber';
import { missingNotes } from './inputNotes';
import { informationRatio } from './information';
import { spreadOf } from './jackknife';
import { makeLoss } from './losses';
import { meanScores } from './meanScores';
import { noiseOf, residualsOf } from './outOfBag';
import { cellsOf, coarsen, type CoarseFeature, type Pair } from './pairBins';
import { productWeights } from './pairWeights';
import { boostSettings, makePlan, type Plan } from './plan';
import { purify, type TermScores, type TermWeights } from './purify';
import { reporter } from './reporter';
import { boostBags, type BagScores, type BagTask } from './runBags';
import type { BoostedTerm, BoostingState } from './state';
import { withUnknown } from './unknownErrors';

export async function fitBoosting(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<BoostingState> {
  const plan = await withResidualThreshold(await makePlan(dataset, rows ?? Int32Array.from({ length: dataset.table.rows }, (_, i) => i), context), context);
  const [from, to] = rows ? [0.5, 0.7] : [0.25, 0.5];
  const share = (low: number, high: number): WorkContext => derivedContext(context, (stage, fraction) => context.progress(stage, from + (to - from) * (low + (high - low) * (fraction ?? 0))));
  const { bags: mains } = stopTogether(await boostBags(tasksOf(plan), context, reporter(share(0, 0.5), 'Boosting main effects, sample', plan.settings.bags)), 0);
  const coarse = plan.features.map((feature, j) => coarsen(feature, plan.data.bins[j]!, plan.settings.pairBins));
  const { bags, pairs, tried } = await addPairs(plan, mains, coarse, context, share(0.5, 0.9));
  const fitted = { coarse, pairs, bags, tried, mainRounds: Math.round(mains.reduce((sum, bag) => sum + bag.rounds / mains.length, 0)) };
  // Models of folds show no bands, and their prediction intervals are on average as wide with either errors: see noiseBeyond.
  const calibrated = rows === undefined && plan.data.rows <= calibratedUpTo;
  const state = assemble(dataset, plan, fitted, calibrated ? await calibrate(plan, fitted, context, share(0.9, 1)) : undefined);
  return rows === undefined ? state : shortened(state);
}

/** Models of folds stand in the file beside that of all rows: with scores of four bytes, which moves them by less than 1e-7 of themselves. */
function shortened(state: BoostingState): BoostingState {
  return { ...state, terms: state.terms.map(term => ({ ...term, scores: term.scores.map(short) })) };
}

/** In four bytes, unless that is beyond their range. */
function short(value: number): number {
  const result = Math.fround(value);
  return Math.abs(result - value) <= 1e-7 * Math.abs(value) ? result : value;
}

function tasksOf(plan: Plan): BagTask[] {
  return plan.seeds.map(seed => ({ data: plan.data, seed, bag: 'subsample', loss: plan.loss, settings: boostSettings(plan, plan.settings.learningRate) }));
}

interface Fitted { readonly coarse: readonly CoarseFeature[]; readonly pairs: readonly Pair[]; readonly bags: readonly BagScores[]; readonly tried: number; readonly mainRounds: number }

function calibrate(plan: Plan, { bags, coarse, pairs, mainRounds }: Fitted, context: WorkContext, words: WorkContext): Promise<Drawn> {
  const weights = weightsOf(plan, coarse, pairs);
  const even = independent(weights, coarse, pairs);
  const mean = purify(meanScores(bags), even, coarse, pairs);
  const each = bags.map(bag => purify({ intercept: bag.intercept, mains: bag.mains, pairs: bag.pairs }, even, coarse, pairs));
  const rough = mean.mains.map((main, j) => spreadOf(each.map(scores => scores.mains[j]!), main));
  const noise = noiseOf(plan.data, plan.loss, plan.seeds, bags, coarse, pairs);
  const residuals = { noise, each: drawsResiduals(plan.loss.name) ? residualsOf(plan.data, plan.loss, plan.seeds, bags, coarse, pairs) : new Float64Array(0) };
  return drawnErrors({ plan, mean, rough, degrees: bags.length - 1, ...(pairs.length === 0 && { rounds: mainRounds }), information: informationRatio(plan, mean, coarse, pairs), coarse, weights: weights.mains, residuals }, context, words);
}

/** What purification weighs by: see pairWeights.ts. */
function independent({ mains }: TermWeights, coarse: readonly CoarseFeature[], pairs: readonly Pair[]): TermWeights {
  return { mains, pairs: pairs.map(([a, b]) => productWeights(coarseSums(mains[a]!, coarse[a]!), coarseSums(mains[b]!, coarse[b]!))) };
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

function assemble(dataset: Dataset, plan: Plan, { coarse, pairs, bags, tried }: Fitted, drawn: Drawn | undefined): BoostingState {
  const { data, features, scale, centre } = plan;
  const outputs = makeLoss(plan.loss).outputs;
  const degrees = bags.length - 1 + (drawn?.draws ?? 0);
  const weights = weightsOf(plan, coarse, pairs);
  const even = independent(weights, coarse, pairs);
  const mean = purify(meanScores(bags), even, coarse, pairs);
  const each = bags.map(bag => purify({ intercept: bag.intercept, mains: bag.mains, pairs: bag.pairs }, even, coarse, pairs));
  const term = (pick: (scores: TermScores) => Float64Array, own: Omit<BoostedTerm, 'scores' | 'errors'>, errors?: Float64Array): BoostedTerm => ({
    ...own, scores: pick(mean).map(value => scale * value),
    errors: withUnknown(own, pick(mean), errors ?? spreadOf(each.map(pick), pick(mean)).map(error => (drawn?.factor ?? 1) * error), degrees).map(value => short(scale * value)),
  });
  const terms = [
    ...features.map((bins, j) => term(scores => scores.mains[j]!, { features: [j], bins: [bins], weights: weights.mains[j]! }, drawn?.mains[j])),
    ...pairs.map((pair, t) => term(scores => scores.pairs[t]!, { features: pair, bins: [coarse[pair[0]]!.bins, coarse[pair[1]]!.bins], weights: weights.pairs[t]! })),
  ];
  // A dispersion is in units of the counts: those of the working target are over their mean.
  const unit = plan.loss.name === 'poisson' ? Math.exp(centre / 2) : scale;
  const noise = dataset.target.task === 'regression' && plan.loss.name !== 'quantile' ? unit * noiseOf(data, plan.loss, plan.seeds, bags, coarse, pairs) : undefined;
  return {
    target: dataset.target.name, task: dataset.target.task, loss: plan.loss.name, ...(plan.classes && { classes: plan.classes }), features, outputs,
    intercept: Array.from(mean.intercept, value => centre + scale * value), terms,
    bands: { words: `confidence interval (jackknife${drawn ? ' and bootstrap' : ''})`, degrees, calibration: 1 },
    ...(noise !== undefined && { noise: noiseBeyond(noise, terms, data.weights.reduce((a, b) => a + b, 0), unit, plan, degrees) }),
    statistics: statisticsOf(plan, bags, pairs, tried), notes: notesOf(plan),
  };
}

/**
 * The residuals of rows left out have the errors of the terms in them: what is over is the noise, so that both together are as wide as
 * those residuals on average. At least half of them.
 */
function noiseBeyond(residual: number, terms: readonly BoostedTerm[], rows: number, unit: number, { loss, scale }: Plan, degrees: number): number {
  if (loss.name === 'poisson') return residual;
  const band = tFactor(0.9, degrees) / normalFactor(0.9);
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

function notesOf({ settings, features, data }: Plan): Note[] {
  const missing = missingNotes(features.map(feature => feature.name), data.bins);
  if (settings.weights === undefined) return missing;
  return [...missing, { kind: 'information', text: `Rows count in the fit by their ${settings.weights}; the held-out metrics count all rows alike.` }];
}
