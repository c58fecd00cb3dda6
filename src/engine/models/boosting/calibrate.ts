/**
 * How wrong the main effects are, told by fits to targets that are drawn anew: the fitted shapes plus noise as the residuals have it,
 * boosted again. The distances of the new shapes from those they were drawn from are errors of the same procedure, with what it smooths
 * away (a parametric bootstrap; for numbers a wild one: Liu 1988).
 */
import { derivedContext, type WorkContext } from '../../context';
import { Rng } from '../../math/random';
import { stopTogether } from './commonRounds';
import { DrawnErrors, meanOf, shareKept, type Twins } from './drawnErrors';
import { drawTargets, type Residuals } from './drawTargets';
import type { CoarseFeature } from './pairBins';
import { boostSettings, type Plan } from './plan';
import { purify, type TermScores } from './purify';
import { reporter } from './reporter';
import { boostBags, type BagTask } from './runBags';

/** Rows up to which bands are calibrated: beyond, the further fits would cost too much. */
export const calibratedUpTo = 20_000;
/** Drawn targets, to each of which two fits are made: at least and at most, and how many at a time. */
const draws = { least: 6, most: 12, step: 2 };
/** Relative standard error of the size of the errors that is good enough. */
const precise = 0.06;
/** Share of a shape from which on it counts as found whole. */
const asGoodAsWhole = 0.95;
/** Least share of the residuals' variance that is taken for noise. */
const leastNoise = 0.5;

/** Main effects whose errors are asked for. */
export interface Fitted {
  readonly plan: Plan;
  /** Purified; pairs have no part. */
  readonly mean: TermScores;
  /** Standard errors of the main effects, of which only the course over the cells of a term is used, and what they are worth in draws. */
  readonly rough: readonly Float64Array[];
  readonly degrees: number;
  /** Rounds of the main effects; absent where there are pairs, which are noise to main effects and end them early. */
  readonly rounds?: number;
  /** See information.ts. */
  readonly information: number;
  readonly coarse: readonly CoarseFeature[];
  readonly weights: readonly Float64Array[];
  readonly residuals: Residuals;
}

export interface Drawn {
  /** Standard error of each score of each main effect, bins × outputs. */
  readonly mains: readonly Float64Array[];
  /** Size of these errors over that of the rough ones. */
  readonly factor: number;
  readonly draws: number;
}

export async function drawnErrors(fitted: Fitted, context: WorkContext, words: WorkContext): Promise<Drawn> {
  const { plan, mean, rough, degrees, coarse, weights, residuals } = fitted;
  const rng = new Rng(plan.seeds[0]! ^ 0x2545f491);
  const rounds = fitted.rounds ?? await roundsWithoutPairs(fitted, rng, context);
  let done = 0;
  const boost = async (truth: TermScores): Promise<Twins[]> => {
    const tasks = Array.from({ length: draws.step }, () => twinTasks(fitted, truth, rounds, rng)).flat();
    const part = derivedContext(words, (stage, fraction) => words.progress(stage, (done + draws.step * (fraction ?? 0)) / draws.most));
    const bags = await boostBags(tasks, context, reporter(part, 'Measuring the errors of the terms, fit', tasks.length));
    done += draws.step;
    const found = bags.map(({ intercept, mains }) => purify({ intercept, mains, pairs: [] }, { mains: weights, pairs: [] }, coarse, []));
    return Array.from({ length: draws.step }, (_, t) => [found[2 * t]!, found[2 * t + 1]!] as const);
  };
  const first = await boost(mean);
  const truth = unshrunk(mean, first.flat(), weights);
  const errors = new DrawnErrors(truth, rough, weights, plan.settings.bags);
  const add = (twins: readonly Twins[]): void => twins.forEach(both => errors.add(both));
  if (truth === mean) add(first);
  // Who asks for few samples has little time.
  const [least, most] = [draws.least, draws.most].map(count => Math.min(count, plan.settings.bags)) as [number, number];
  while (errors.count < most && !(errors.count >= least && errors.precision() < precise)) add(await boost(truth));
  // What pairs leave over is noise to main effects, and not found twice in it.
  const share = fitted.rounds === undefined ? Math.sqrt(fitted.information) : noiseShare(errors.total(), residuals, plan.data.weights);
  return { factor: errors.factor() * share, draws: errors.count, mains: errors.blended(degrees).map(all => all.map(error => error * share)) };
}

/**
 * The shapes as they would be had boosting not shrunk them: where fits to targets drawn from a shape find less of it again, the fitted
 * shape has itself lost as much of the true one, and errors drawn from it would be too small. The given ones where nothing is lost.
 */
function unshrunk(mean: TermScores, found: readonly TermScores[], weights: readonly Float64Array[]): TermScores {
  const shares = mean.mains.map((main, j) => shareKept(main, found.map(scores => scores.mains[j]!), weights[j]!));
  return shares.every(share => share >= asGoodAsWhole) ? mean : { ...mean, mains: mean.mains.map((main, j) => main.map(score => score / shares[j]!)) };
}

/** The rounds at which main effects stop where there are no pairs; boosting the pairs and purification complete main effects that stopped too early. */
async function roundsWithoutPairs(fitted: Fitted, rng: Rng, context: WorkContext): Promise<number> {
  const { plan, mean } = fitted;
  const settings = boostSettings(plan, plan.settings.learningRate);
  const tasks = Array.from({ length: draws.step }, () => twinTasks(fitted, mean, 0, rng)).flat().map(task => ({ ...task, settings }));
  const { bags } = stopTogether(await boostBags(tasks, context), 0);
  return Math.round(meanOf(bags.map(bag => bag.rounds)));
}

/** Two samples of the same drawn targets, and a fixed number of rounds. */
function twinTasks({ plan, residuals }: Fitted, truth: TermScores, rounds: number, rng: Rng): BagTask[] {
  const data = { ...plan.data, y: drawTargets(plan, truth, residuals, rng) };
  const settings = { ...boostSettings(plan, plan.settings.learningRate), snapshots: false, maxRounds: rounds, toTheEnd: true };
  return [1, 2].map(() => ({ data, seed: rng.integer(4294967296), bag: 'subsample', loss: plan.loss, settings }));
}

/** Residuals of rows left out hold the errors of the terms, too, so that noise drawn from them is too large: true noise ÷ residuals. */
function noiseShare(variance: number, { each }: Residuals, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  each.forEach((residual, i) => {
    if (Number.isNaN(residual)) return;
    sum += weights[i]! * residual ** 2;
    total += weights[i]!;
  });
  return sum > 0 ? Math.sqrt(Math.max(leastNoise, 1 - (variance * total) / sum)) : 1;
}
