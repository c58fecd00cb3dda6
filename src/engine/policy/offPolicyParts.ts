/** One half of a log as seen by a policy that was learned on the other half: sums from which all estimates follow, for any resample of its units. */
import type { Experience } from './experience';
import type { FoldModel } from './foldModel';
import type { LoggedValue } from './loggedValue';
import type { Mdp } from './mdp';
import { MarginalValue } from './offPolicyMarginal';

export interface Part {
  readonly units: number;
  readonly steps: number;
  /** Numbers to be added up for one resample. */
  readonly work: number;
  /** (Σ w)² / Σ w² of the cumulated importance ratios at `overlapStep`. */
  readonly effective: number;
  readonly overlapStep: number;
  /** Steps whose action is the policy's own. */
  readonly agreeing: number;
  /** Steps whose action the policy takes for certain. */
  readonly certain: number;
  readonly marginal: MarginalValue;
  /** Smallest and largest return of the logged episodes. */
  readonly returns: readonly [number, number];
  /** Doubly robust, in the mean process (for the marginal estimate), weighted importance sampling, behaviour; `counts`: how often each unit was drawn. */
  estimates(counts: Float64Array): Float64Array;
}

export interface UnitLists { readonly start: Int32Array; readonly order: Int32Array; readonly episodes: boolean }

/** Ratios beyond this would overflow; an episode that carries one has all the weight anyway. */
const largestRatio = 1e150;

/**
 * Per-decision doubly robust: mean V(s₀) + Σ_t γ^t Σ_i w_t^i δ_t^i with δ = r + γ V(s') − Q(s, a) (Jiang & Li 2016), weights ρ_0…ρ_t normalised over episodes at
 * each step (Thomas & Brunskill 2016).
 */
export class PartSums {
  private readonly first: Float64Array;
  private readonly returns: Float64Array;
  private readonly marginal: MarginalValue;
  /** Steps with a weight above 0, unit after unit: cumulated ratio, γ^t δ and γ^t r. */
  private readonly listStart: Int32Array;
  private readonly ratio: number[] = [];
  private readonly error: number[] = [];
  private readonly gain: number[] = [];
  private agreeing = 0;
  private certain = 0;
  private steps = 0;
  private longest = 0;

  constructor(
    private readonly experience: Experience, private readonly full: Mdp, private readonly units: UnitLists, private readonly members: Int32Array, private readonly model: FoldModel,
    private readonly discount: number, private readonly logged: LoggedValue,
  ) {
    this.first = new Float64Array(members.length);
    this.returns = new Float64Array(members.length);
    this.listStart = new Int32Array(members.length + 1);
    members.forEach((unit, m) => this.takeUnit(unit, m));
    this.marginal = new MarginalValue(experience, full, units, members, model, discount);
  }

  private takeUnit(unit: number, m: number): void {
    const { experience, full, units, model, discount } = this;
    const { state, reward, next, done } = experience;
    let [factor, weight, total] = [1, 1, 0];
    const [from, end] = [units.start[unit]!, units.start[unit + 1]!];
    this.first[m] = model.value(state[units.order[from]!]!);
    for (let k = from; k < end; k++) {
      const i = units.order[k]!;
      const pair = full.rowPair[i]!;
      const after = done[i] === 1 ? -1 : next[i]!;
      weight = Math.min(weight * model.ratio(pair), largestRatio);
      if (model.greedy[state[i]!] === pair) this.agreeing++;
      if (model.policy[pair]! > 1 - 1e-12) this.certain++;
      if (weight > 0) {
        this.ratio.push(weight);
        this.error.push(factor * model.surprise(pair, reward[i]!, after));
        this.gain.push(factor * reward[i]!);
      }
      total += factor * reward[i]!;
      factor *= discount;
      this.steps++;
      if (k === end - 1 && after >= 0) total += factor * this.logged.values[after]!;
    }
    this.longest = Math.max(this.longest, end - from);
    this.listStart[m + 1] = this.ratio.length;
    this.returns[m] = units.episodes ? total : this.logged.of(units.order[from]!);
  }

  part(): Part {
    const { effective, overlapStep } = this.overlap();
    return {
      units: this.members.length, steps: this.steps, work: this.ratio.length + 3 * this.members.length, effective, overlapStep, agreeing: this.agreeing, certain: this.certain, marginal: this.marginal, returns: [this.returns.reduce((a, b) => Math.min(a, b)), this.returns.reduce((a, b) => Math.max(a, b))],
      estimates: counts => this.estimates(counts),
    };
  }

  /** At the median length of an episode, or the horizon 1 / (1 − γ) where that is shorter. */
  private overlap(): { effective: number; overlapStep: number } {
    const lengths = Array.from(this.members, unit => this.units.start[unit + 1]! - this.units.start[unit]!).sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)]!;
    const overlapStep = Math.max(1, Math.min(median, this.discount < 1 ? Math.ceil(1 / (1 - this.discount)) : median));
    let [sum, squares] = [0, 0];
    for (let m = 0; m < this.members.length; m++) {
      const shown = this.listStart[m + 1]! - this.listStart[m]!;
      const length = this.units.start[this.members[m]! + 1]! - this.units.start[this.members[m]!]!;
      const at = Math.min(overlapStep, length);
      if (shown < at) continue;
      const weight = this.ratio[this.listStart[m]! + at - 1]!;
      sum += weight;
      squares += weight * weight;
    }
    return { effective: squares > 0 ? (sum * sum) / squares : 0, overlapStep };
  }

  private estimates(counts: Float64Array): Float64Array {
    const { members, first, returns, marginal, listStart, ratio, error, gain, units } = this;
    // Per step: Σ weights, Σ weights × error, Σ weights × reward; episodes that are over keep their last weight.
    const [weights, errors, gains, over] = Array.from({ length: 4 }, () => new Float64Array(this.longest + 1)) as [Float64Array, Float64Array, Float64Array, Float64Array];
    let [direct, own] = [0, 0];
    for (let m = 0; m < members.length; m++) {
      const n = counts[m]!;
      if (n === 0) continue;
      direct += n * first[m]!;
      own += n * returns[m]!;
      const from = listStart[m]!;
      const shown = listStart[m + 1]! - from;
      for (let t = 0; t < shown; t++) {
        const weight = n * ratio[from + t]!;
        weights[t]! += weight;
        errors[t]! += weight * error[from + t]!;
        gains[t]! += weight * gain[from + t]!;
      }
      const length = units.start[members[m]! + 1]! - units.start[members[m]!]!;
      if (shown === length) over[length]! += n * ratio[from + length - 1]!;
    }
    let [robust, importance, ended] = [direct / members.length, 0, 0];
    for (let t = 0; t < this.longest; t++) {
      ended += over[t]!;
      weights[t]! += ended;
      if (weights[t] === 0) break;
      robust += errors[t]! / weights[t]!;
      importance += gains[t]! / weights[t]!;
    }
    return Float64Array.of(robust, marginal.firstValue(counts), importance, own / members.length);
  }
}
