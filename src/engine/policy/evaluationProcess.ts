/** The process that one half of a log shows, for a policy that was learned on the other half: its mean, and draws of what else it may be. */
import type { Rng } from '../math/random';
import type { Experience } from './experience';
import { chiSquareVariate, gammaVariate } from './gamma';
import type { Mdp } from './mdp';
import { estimatePrior, showsChance, type Prior } from './prior';
import type { Process } from './solve';

/** Visits that what the other half showed of a pair counts for, beside those of the half. */
const mostBorrowed = 0.5;

/** What the half shows, over the pairs and outcomes of the whole log. */
interface Evidence {
  /** Transitions of each pair. */
  readonly seen: Float64Array;
  /** Of each outcome: transitions, mean reward, and squared deviations from it. */
  readonly count: Float64Array;
  readonly reward: Float64Array;
  readonly squares: Float64Array;
}

/**
 * The policy was chosen in the other half for how well its actions turned out there, so of that half a pair borrows no more than half a visit. That keeps outcomes possible
 * that this half would have to show more often to be sure of; without it intervals were too narrow by far (docs/methods.md). Rewards that this half does not show are drawn
 * towards the mean of all (empirical Bayes).
 */
export class EvaluationProcess {
  readonly seen: Float64Array;
  private readonly evidence: Evidence;
  private readonly prior: Prior;
  /** Rewards of outcomes that the half does not show: mean and variance. */
  private readonly shrunk: { readonly mean: Float64Array; readonly variance: Float64Array };
  private readonly extra: 0 | 1;
  /** Counts of the whole log's outcomes, added up. */
  private readonly cumulated: Float64Array;
  private readonly drawn: Process;

  /** `own`: 1 for the transitions of the half. */
  constructor(private readonly full: Mdp, experience: Experience, own: Uint8Array) {
    this.evidence = evidenceOf(full, experience, own);
    this.seen = this.evidence.seen;
    this.prior = estimatePrior(full, showsChance(full));
    this.shrunk = shrunkRewards(full, this.prior.rewardVariance);
    this.extra = this.prior.mass > 0 ? 1 : 0;
    this.cumulated = new Float64Array(full.target.length + 1);
    for (let o = 0; o < full.target.length; o++) this.cumulated[o + 1] = this.cumulated[o]! + full.outcomeCount[o]!;
    this.drawn = this.room();
  }

  private room(): Process {
    const { full, extra } = this;
    const outcomeStart = full.outcomeStart.map((from, p) => from + extra * p);
    const target = new Int32Array(full.target.length + extra * full.pairs);
    for (let p = 0; p < full.pairs; p++) target.set(full.target.subarray(full.outcomeStart[p]!, full.outcomeStart[p + 1]!), outcomeStart[p]!);
    return { states: full.states, pairs: full.pairs, stateStart: full.stateStart, outcomeStart, target, probability: new Float64Array(target.length), reward: new Float64Array(full.pairs) };
  }

  /** Counts of the half with the weight of what the other half showed. */
  mean(): Process {
    const { full, evidence: { seen, count, reward: means }, shrunk } = this;
    const [probability, reward] = [new Float64Array(full.target.length), new Float64Array(full.pairs)];
    for (let p = 0; p < full.pairs; p++) {
      const all = seen[p]! + this.borrowed(p);
      for (let o = full.outcomeStart[p]!; o < full.outcomeStart[p + 1]!; o++) {
        probability[o] = (count[o]! + this.borrowedOutcome(p, o)) / all;
        reward[p]! += probability[o]! * (count[o]! > 0 ? means[o]! : shrunk.mean[o]!);
      }
    }
    const { states, pairs, stateStart, outcomeStart, target } = full;
    return { states, pairs, stateStart, outcomeStart, target, probability, reward };
  }

  /** Weight, in visits, of what the other half showed of a pair. */
  private borrowed(p: number): number {
    return this.full.visits[p]! > this.seen[p]! ? mostBorrowed : 0;
  }

  private borrowedOutcome(p: number, o: number): number {
    const others = this.full.visits[p]! - this.seen[p]!;
    return others > 0 ? (mostBorrowed * (this.full.outcomeCount[o]! - this.evidence.count[o]!)) / others : 0;
  }

  /**
   * A process from the posterior given the half (posterior.ts says of what kind), at pairs that the policy takes; the others keep what they had. The same object at every call.
   */
  draw(policy: Float64Array, rng: Rng): Process {
    const { full, evidence: { count }, extra, drawn: { outcomeStart, target, probability, reward } } = this;
    for (let p = 0; p < full.pairs; p++) {
      if (!(policy[p]! > 0)) continue;
      const [from, own] = [outcomeStart[p]!, full.outcomeStart[p]!];
      const known = full.outcomeStart[p + 1]! - own;
      let [total, mean] = [0, 0];
      for (let k = 0; k < known; k++) {
        const shape = count[own + k]! + this.borrowedOutcome(p, own + k);
        const share = shape === 0 ? 0 : known + extra === 1 ? 1 : gammaVariate(rng, shape);
        probability[from + k] = share;
        if (share === 0) continue;
        total += share;
        mean += share * this.rewardOf(own + k, rng);
      }
      if (extra === 1) {
        const o = this.anyOutcome(p, rng);
        const share = gammaVariate(rng, this.prior.mass);
        target[from + known] = full.target[o]!;
        probability[from + known] = share;
        total += share;
        mean += share * this.rewardOf(o, rng);
      }
      for (let k = 0; k < known + extra; k++) probability[from + k]! /= total;
      reward[p] = mean / total;
    }
    return this.drawn;
  }

  /** An outcome that the state showed under any action, as likely as it was frequent. */
  private anyOutcome(p: number, rng: Rng): number {
    const { cumulated, full: { outcomeStart, stateStart, pairState } } = this;
    let low = outcomeStart[stateStart[pairState[p]!]!]!;
    let high = outcomeStart[stateStart[pairState[p]! + 1]!]! - 1;
    const place = cumulated[low]! + rng.uniform() * (cumulated[high + 1]! - cumulated[low]!);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle + 1]! > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private rewardOf(o: number, rng: Rng): number {
    const { evidence: { count, reward, squares }, prior: { rewardVariance, rewardDegrees }, shrunk } = this;
    const n = count[o]!;
    if (n === 0) return shrunk.mean[o]! + (shrunk.variance[o]! > 0 ? rng.normal() * Math.sqrt(shrunk.variance[o]!) : 0);
    const scale = rewardDegrees * rewardVariance + squares[o]!;
    return scale === 0 ? reward[o]! : reward[o]! + rng.normal() * Math.sqrt(scale / chiSquareVariate(rng, rewardDegrees + n - 1) / n);
  }
}

function evidenceOf(full: Mdp, { size, reward }: Experience, own: Uint8Array): Evidence {
  const evidence = { seen: new Float64Array(full.pairs), count: new Float64Array(full.target.length), reward: new Float64Array(full.target.length), squares: new Float64Array(full.target.length) };
  for (let i = 0; i < size; i++) {
    if (own[i] !== 1) continue;
    const o = full.rowOutcome[i]!;
    evidence.seen[full.rowPair[i]!]!++;
    const difference = reward[i]! - evidence.reward[o]!;
    evidence.reward[o]! += difference / ++evidence.count[o]!;
    evidence.squares[o]! += difference * (reward[i]! - evidence.reward[o]!);
  }
  return evidence;
}

/** Mean rewards of the whole log's outcomes, drawn towards the mean of all by as much as these spread beyond chance (one-way analysis of variance). */
function shrunkRewards({ outcomeCount, outcomeReward }: Mdp, within: number): { mean: Float64Array; variance: Float64Array } {
  let [all, squared, total] = [0, 0, 0];
  for (let o = 0; o < outcomeCount.length; o++) {
    all += outcomeCount[o]!;
    squared += outcomeCount[o]! ** 2;
    total += outcomeCount[o]! * outcomeReward[o]!;
  }
  const centre = total / all;
  let between = 0;
  for (let o = 0; o < outcomeCount.length; o++) between += outcomeCount[o]! * (outcomeReward[o]! - centre) ** 2;
  const spread = outcomeCount.length < 2 ? 0 : Math.max(0, (between - (outcomeCount.length - 1) * within) / (all - squared / all));
  const mean = outcomeReward.slice();
  const variance = new Float64Array(mean.length);
  if (within === 0) return { mean, variance };
  for (let o = 0; o < mean.length; o++) {
    const trust = spread / (spread + within / outcomeCount[o]!);
    mean[o] = centre + trust * (mean[o]! - centre);
    variance[o] = spread * (1 - trust);
  }
  return { mean, variance };
}
