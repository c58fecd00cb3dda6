/** Credible intervals of Q-values: decision processes drawn from the posterior given the log, each solved exactly. */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import { epsilonGreedy, policyQ, policyValues } from './evaluatePolicy';
import { chiSquareVariate, gammaVariate } from './gamma';
import type { Mdp } from './mdp';
import { estimatePrior, showsChance, type Prior } from './prior';
import { solveMdp, tieWidth, type Process, type Solution } from './solve';

export interface PosteriorOptions {
  /** Level of the equal-tailed intervals. */
  readonly level: number;
  /** Processes drawn; absent: 1000, fewer where the log has many outcomes (at least 40). */
  readonly draws?: number;
}

export interface Posterior {
  readonly level: number;
  readonly draws: number;
  readonly prior: Prior;
  /** Bounds and mean of Q of the shown policy, one value a pair. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly mean: Float64Array;
  /** Share of the draws in which the pair's action is best in its state; equally good ones share. */
  readonly best: Float64Array;
  /** Share of the draws in which no action of the state is better than the pair's, by more than the error of a draw. */
  readonly unbeaten: Float64Array;
}

/** Work of all draws together, in outcomes drawn and values kept. */
const wantedWork = 6e6;
const mostKept = 3e7;
/** Error of the values of a draw, as a share of the largest value: far below what sets draws apart. */
const drawTolerance = 1e-5;
/** With more outcomes than this, draws differ by so much that less will do. */
const manyOutcomes = 1e5;
const drawToleranceOfMany = 1e-4;

export function defaultDraws(mdp: Mdp): number {
  return Math.min(1000, Math.max(40, Math.floor(Math.min(wantedWork / mdp.target.length, mostKept / mdp.pairs))));
}

/**
 * Intervals are of the Q-values of the shown policy: what an action is worth if that policy is followed afterwards. The optimal values of the draws are larger than
 * the true ones, since a maximum over noise is; intervals made of them held the true optimal Q in 64 to 91 % of pairs where those of the policy held it in 84 to
 * 94 % (docs/methods.md). Which action is best is asked of the optimal values of each draw.
 * Throws 'badOption' for a level outside 0 … 1, for fewer than 20 draws, and where the table is too large for that many. */
export async function drawPosterior(mdp: Mdp, solution: Solution, options: PosteriorOptions, rng: Rng, context: WorkContext): Promise<Posterior> {
  const draws = options.draws ?? defaultDraws(mdp);
  if (!(options.level > 0 && options.level < 1)) throw new UserError('badOption', `The level has to be between 0 and 1, and is ${options.level}.`);
  if (!(draws >= 20)) throw new UserError('badOption', `At least 20 draws are needed for intervals; ${draws} were asked for.`);
  if (draws * mdp.pairs > 2e8) throw new UserError('badOption', `The log has ${mdp.pairs} pairs of a state and an action, too many for intervals; ask for fewer bins.`);
  const prior = estimatePrior(mdp, showsChance(mdp));
  const sampler = new ProcessSampler(mdp, prior, rng);
  const kept = new Float32Array(draws * mdp.pairs);
  const counts = { best: new Float64Array(mdp.pairs), unbeaten: new Float64Array(mdp.pairs) };
  const mean = new Float64Array(mdp.pairs);
  const { discount } = solution;
  const policy = epsilonGreedy(mdp, solution.greedy, 0);
  const tolerance = (mdp.target.length > manyOutcomes ? drawToleranceOfMany : drawTolerance) * Math.max(1e-9, ...extremes(solution.v));
  for (let d = 0; d < draws; d++) {
    const process = sampler.draw();
    const v = policyValues(process, policy, discount, solution.v, tolerance);
    const q = policyQ(process, v, discount);
    for (let p = 0; p < q.length; p++) {
      // Differences to the solution keep in single precision what matters.
      kept[p * draws + d] = q[p]! - solution.q[p]!;
      mean[p]! += q[p]! / draws;
    }
    countBest(mdp, (await solveMdp(process, { discount, start: v, tolerance }, context)).q, counts, 1 / draws, 2 * tolerance);
    context.progress('Credible intervals', (d + 1) / draws);
  }
  const { low, high } = quantiles(kept, draws, solution.q, options.level);
  return { level: options.level, draws, prior, low, high, mean, ...counts };
}

function extremes(values: Float64Array): [number, number] {
  let [low, high] = [0, 0];
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  return [-low, high];
}

/** `error`: differences that mean nothing, since values of a draw are not solved further. */
function countBest(mdp: Mdp, q: Float64Array, { best, unbeaten }: Pick<Posterior, 'best' | 'unbeaten'>, weight: number, error: number): void {
  const width = tieWidth(q);
  for (let s = 0; s < mdp.states; s++) {
    const [from, end] = [mdp.stateStart[s]!, mdp.stateStart[s + 1]!];
    let most = -Infinity;
    for (let p = from; p < end; p++) most = Math.max(most, q[p]!);
    let ties = 0;
    for (let p = from; p < end; p++) if (q[p]! >= most - width) ties++;
    for (let p = from; p < end; p++) {
      if (q[p]! >= most - width) best[p]! += weight / ties;
      if (q[p]! >= most - width - error) unbeaten[p]! += weight;
    }
  }
}

function quantiles(kept: Float32Array, draws: number, centre: Float64Array, level: number): { low: Float64Array; high: Float64Array } {
  const low = new Float64Array(centre.length);
  const high = new Float64Array(centre.length);
  for (let p = 0; p < centre.length; p++) {
    const values = kept.subarray(p * draws, (p + 1) * draws).sort();
    low[p] = centre[p]! + at(values, (1 - level) / 2);
    high[p] = centre[p]! + at(values, (1 + level) / 2);
  }
  return { low, high };
}

/** Quantile with linear interpolation between order statistics. */
function at(sorted: Float32Array, probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/**
 * Draws processes. Outcomes of a pair: Dirichlet with the counts of what was seen and the prior's mass for one more, drawn from what the state showed under any
 * action (a Dirichlet process of small mass has nearly all of its weight on one place). Mean reward of an outcome: Student's t of its own rewards with the prior's
 * degrees of freedom (normal, inverse gamma).
 */
export class ProcessSampler {
  private readonly process: Process;
  private readonly weight: Float64Array;
  private readonly drawnReward: Float64Array;
  /** Counts of outcomes, added up from the first of the log on. */
  private readonly cumulated: Float64Array;
  private readonly extra: 0 | 1;

  constructor(private readonly mdp: Mdp, private readonly prior: Prior, private readonly rng: Rng) {
    this.extra = prior.mass > 0 ? 1 : 0;
    const outcomeStart = mdp.outcomeStart.map((from, p) => from + this.extra * p);
    const target = new Int32Array(mdp.target.length + this.extra * mdp.pairs);
    for (let p = 0; p < mdp.pairs; p++) target.set(mdp.target.subarray(mdp.outcomeStart[p]!, mdp.outcomeStart[p + 1]!), outcomeStart[p]!);
    this.weight = new Float64Array(target.length);
    this.drawnReward = new Float64Array(mdp.target.length);
    this.cumulated = new Float64Array(mdp.target.length + 1);
    mdp.outcomeCount.forEach((count, o) => (this.cumulated[o + 1] = this.cumulated[o]! + count));
    this.process = { states: mdp.states, pairs: mdp.pairs, stateStart: mdp.stateStart, outcomeStart, target, probability: this.weight, reward: new Float64Array(mdp.pairs) };
  }

  /** The same object with other numbers at every call. */
  draw(): Process {
    this.drawRewards();
    const { mdp, process: { reward, target }, weight } = this;
    const outcomeStart = this.process.outcomeStart;
    for (let p = 0; p < mdp.pairs; p++) {
      const [from, own] = [outcomeStart[p]!, mdp.outcomeStart[p]!];
      const seen = mdp.outcomeStart[p + 1]! - own;
      let [total, mean] = [0, 0];
      for (let k = 0; k < seen; k++) {
        const share = seen + this.extra === 1 ? 1 : gammaVariate(this.rng, mdp.outcomeCount[own + k]!);
        weight[from + k] = share;
        total += share;
        mean += share * this.drawnReward[own + k]!;
      }
      if (this.extra === 1) {
        const o = this.anyOutcome(mdp.pairState[p]!);
        const share = gammaVariate(this.rng, this.prior.mass);
        target[from + seen] = mdp.target[o]!;
        weight[from + seen] = share;
        total += share;
        mean += share * this.drawnReward[o]!;
      }
      for (let k = 0; k < seen + this.extra; k++) weight[from + k]! /= total;
      reward[p] = mean / total;
    }
    return this.process;
  }

  /** An outcome that the state showed, as likely as it was frequent. */
  private anyOutcome(state: number): number {
    const { mdp, cumulated } = this;
    let low = mdp.outcomeStart[mdp.stateStart[state]!]!;
    let high = mdp.outcomeStart[mdp.stateStart[state + 1]!]! - 1;
    const place = cumulated[low]! + this.rng.uniform() * (cumulated[high + 1]! - cumulated[low]!);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle + 1]! > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private drawRewards(): void {
    const { outcomeCount, outcomeReward, outcomeSquares } = this.mdp;
    const { rewardVariance, rewardDegrees } = this.prior;
    for (let o = 0; o < outcomeCount.length; o++) {
      const scale = rewardDegrees * rewardVariance + outcomeSquares[o]!;
      if (scale === 0) { this.drawnReward[o] = outcomeReward[o]!; continue; }
      const variance = scale / chiSquareVariate(this.rng, rewardDegrees + outcomeCount[o]! - 1);
      this.drawnReward[o] = outcomeReward[o]! + this.rng.normal() * Math.sqrt(variance / outcomeCount[o]!);
    }
  }
}
