/** The value of a policy that was learned on one half of a log, in the process that the other half shows, and how far that may be off. */
import type { Rng } from '../math/random';
import { EvaluationProcess } from './evaluationProcess';
import { policyValues } from './evaluatePolicy';
import type { Experience } from './experience';
import type { FoldModel } from './foldModel';
import type { Mdp } from './mdp';
import type { UnitLists } from './offPolicyParts';

/** Error of the values of a drawn process, as a share of the largest value. */
const drawTolerance = 1e-5;

/**
 * Marginal doubly robust: the doubly robust estimator with weights of states and actions instead of whole histories (Kallus & Uehara 2020), which for tables is the value in
 * the half's own process. What the half has not shown cannot be had by resampling it, so value and interval are of processes drawn from the posterior, the value their mean:
 * a correction of the first order from one process could leave the interval, and even the range of what returns can be.
 */
export class MarginalValue {
  /** Share of the policy's expected visits in pairs that this half shows. */
  readonly covered: number;
  /** Share of each state among the first ones. */
  private readonly starts: Float64Array;
  private readonly first: Float64Array;
  private readonly process: EvaluationProcess;
  private readonly policy: Float64Array;
  private readonly discount: number;
  private readonly values: Float64Array;
  private readonly tolerance: number;

  constructor(experience: Experience, private readonly full: Mdp, units: UnitLists, members: Int32Array, model: FoldModel, discount: number) {
    const own = new Uint8Array(experience.size);
    for (const unit of members) for (let k = units.start[unit]!; k < units.start[unit + 1]!; k++) own[units.order[k]!] = 1;
    this.process = new EvaluationProcess(full, experience, own);
    this.policy = model.policy;
    this.discount = discount;
    this.starts = new Float64Array(full.states);
    const firstState = (unit: number): number => experience.state[units.order[units.start[unit]!]!]!;
    for (const unit of members) this.starts[firstState(unit)]! += 1 / members.length;
    const { v, visits } = model.elsewhere(this.process.mean(), this.starts);
    this.values = v;
    this.tolerance = drawTolerance * v.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    this.first = Float64Array.from(members, unit => v[firstState(unit)]!);
    this.covered = this.share(visits);
  }

  private share(visits: Float64Array): number {
    let [all, shown] = [0, 0];
    for (let p = 0; p < visits.length; p++) {
      all += visits[p]!;
      if (this.process.seen[p]! > 0) shown += visits[p]!;
    }
    return all === 0 ? 0 : shown / all;
  }

  /** Outcomes that one draw takes. */
  get drawWork(): number {
    let work = 0;
    for (let p = 0; p < this.policy.length; p++) if (this.policy[p]! > 0) work += this.full.outcomeStart[p + 1]! - this.full.outcomeStart[p]! + 1;
    return work;
  }

  /** The value from the first states on in a process drawn from the posterior given this half. Throws 'numerical' where it has no limit. */
  draw(rng: Rng): number {
    const v = policyValues(this.process.draw(this.policy, rng), this.policy, this.discount, this.values, this.tolerance);
    return this.starts.reduce((sum, weight, s) => sum + weight * v[s]!, 0);
  }

  /** Mean over units, each drawn so many times, of the value of the first state. */
  firstValue(counts: Float64Array): number {
    let sum = 0;
    for (let m = 0; m < counts.length; m++) sum += counts[m]! * this.first[m]!;
    return sum / counts.length;
  }
}
