/** The value of the policy that the log was written under, in the process that the log shows, and what each transition adds to it. */
import { loggedPolicy } from './behaviour';
import { occupancy, policyValues } from './evaluatePolicy';
import type { Experience } from './experience';
import type { Mdp } from './mdp';

export class LoggedValue {
  /** One value a state, and 0 for the end behind them. */
  readonly values: Float64Array;
  /** Of each pair: expected discounted visits over those seen, from a state of the log on, times the size of the log. Without episodes only. */
  private readonly weight: Float64Array | undefined;

  /** Throws 'numerical' where the values have no limit. */
  constructor(private readonly experience: Experience, private readonly full: Mdp, private readonly discount: number, episodes: boolean) {
    const policy = loggedPolicy(full);
    this.values = policyValues(full, policy, discount);
    if (episodes) return;
    const states = new Float64Array(full.states);
    for (const s of experience.state) states[s]!++;
    // Differences to a mean of n are too small by the root of (n − 1) / n.
    this.weight = occupancy(full, policy, discount, { states }, 1e-8).map((visits, p) => {
      const n = states[full.pairState[p]!]!;
      return (visits / full.visits[p]!) * (n > 1 ? Math.sqrt(n / (n - 1)) : 1);
    });
  }

  /**
   * Value of the state of transition i, and its pull on the mean of all values: visits(s) / n(s) × (r + γ V(s') − V(s)). These pulls add up to nothing over the log,
   * since V(s) is the mean of r + γ V(s') there; in a resample they are what other rewards, ends and choices would have changed.
   */
  of(i: number): number {
    const { experience: { state, reward, next, done }, values, discount } = this;
    const own = values[state[i]!]!;
    return own + this.weight![this.full.rowPair[i]!]! * (reward[i]! + (done[i] === 1 ? 0 : discount * values[next[i]!]!) - own);
  }
}
