/**
 * How far the bands must be widened or narrowed to hold what they promise: targets are drawn anew from the fitted main effects,
 * boosted by the same procedure, and the distance of the new shapes from the ones they were drawn from is set against the new
 * bands (a calibrated bootstrap: Loh 1987). So the bands answer for what boosting smooths away, too.
 */
import type { WorkContext } from '../../context';
import { tFactor } from '../../math/distributions';
import { Rng } from '../../math/random';
import type { BoostingData } from './bag';
import { stopTogether } from './commonRounds';
import { spreadOf } from './jackknife';
import { meanScores } from './meanScores';
import type { CoarseFeature } from './pairBins';
import { boostSettings, type Plan } from './plan';
import { purify, type TermScores } from './purify';
import { reporter } from './reporter';
import { boostBags, type BagTask } from './runBags';

/** Rows up to which bands are calibrated: beyond, the second fit would cost too much. */
export const calibratedUpTo = 20_000;
const fewRows = 3000;
const samples = 10;
const level = 0.9;
/** Share of the distances that the bands must hold: above the level, for drawn shapes are smoother than those they stand for (measured: docs/benchmarks.md). */
const share = 0.92;

/** Factor on the half-widths. `mean`: purified; `noise`: standard deviation of the residuals on the working scale. */
export async function calibration(plan: Plan, mean: TermScores, coarse: readonly CoarseFeature[], mainWeights: readonly Float64Array[], noise: number, context: WorkContext, words: WorkContext): Promise<number> {
  const rounds = plan.data.rows <= fewRows ? 3 : 1;
  const rng = new Rng(plan.seeds[0]! ^ 0x2545f491);
  const ratios: { readonly ratio: number; readonly weight: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const data: BoostingData = { ...plan.data, y: redraw(plan, mean, noise, rng) };
    const seeds = plan.seeds.slice(0, samples);
    const tasks: BagTask[] = seeds.map(seed => ({ data, seed, bag: 'subsample', loss: plan.loss, settings: boostSettings(plan, plan.settings.learningRate) }));
    const { bags } = stopTogether(await boostBags(tasks, context, reporter(words, 'Calibrating the bands, sample', seeds.length)), 0);
    const weights = { mains: mainWeights, pairs: [] };
    const each = bags.map(bag => purify({ intercept: bag.intercept, mains: bag.mains, pairs: [] }, weights, coarse, []));
    const again = purify(meanScores(bags), weights, coarse, []);
    mean.mains.forEach((truth, j) => collect(ratios, truth, again.mains[j]!, spreadOf(each.map(scores => scores.mains[j]!), again.mains[j]!), mainWeights[j]!, tFactor(level, seeds.length - 1)));
  }
  return Math.max(0.5, Math.min(3, weightedQuantile(ratios, share)));
}

function collect(ratios: { ratio: number; weight: number }[], truth: Float64Array, found: Float64Array, errors: Float64Array, weights: Float64Array, factor: number): void {
  const outputs = truth.length / weights.length;
  for (let at = 0; at < truth.length; at++) {
    const weight = weights[Math.floor(at / outputs)]!;
    if (weight > 0 && errors[at]! > 0) ratios.push({ ratio: Math.abs(found[at]! - truth[at]!) / (factor * errors[at]!), weight });
  }
}

function weightedQuantile(ratios: { ratio: number; weight: number }[], wanted: number): number {
  if (ratios.length === 0) return 1;
  const total = ratios.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  for (const { ratio, weight } of [...ratios].sort((a, b) => a.ratio - b.ratio)) {
    sum += weight;
    if (sum >= wanted * total) return ratio;
  }
  return 1;
}

/** Targets of the same rows, as the main effects and the noise would have them. */
function redraw({ data, loss }: Plan, mean: TermScores, noise: number, rng: Rng): Float64Array {
  const outputs = mean.intercept.length;
  const y = new Float64Array(new SharedArrayBuffer(8 * data.rows));
  const scores = new Float64Array(outputs);
  for (let i = 0; i < data.rows; i++) {
    for (let k = 0; k < outputs; k++) {
      scores[k] = mean.intercept[k]!;
      for (let j = 0; j < data.bins.length; j++) scores[k]! += mean.mains[j]![data.bins[j]![i]! * outputs + k]!;
    }
    y[i] = loss.name === 'logistic' ? Number(rng.uniform() < 1 / (1 + Math.exp(-scores[0]!))) : loss.name === 'softmax' ? drawClass(scores, rng)
      : loss.name === 'poisson' ? drawCount(Math.exp(scores[0]!), noise, rng) : scores[0]! + noise * rng.normal();
  }
  return y;
}

function drawClass(scores: Float64Array, rng: Rng): number {
  const largest = Math.max(...scores);
  const shares = Array.from(scores, score => Math.exp(score - largest));
  let left = rng.uniform() * shares.reduce((a, b) => a + b, 0);
  for (let k = 0; k < shares.length; k++) if ((left -= shares[k]!) < 0) return k;
  return shares.length - 1;
}

/** A number of the given mean whose variance is noise² × mean, not below 0. */
function drawCount(mean: number, noise: number, rng: Rng): number {
  return Math.max(0, mean + noise * Math.sqrt(mean) * rng.normal());
}
