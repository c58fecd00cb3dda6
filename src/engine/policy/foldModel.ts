/** What one half of a log says, for evaluation on the other half: a policy, its values, and the importance ratios of actions. */
import type { WorkContext } from '../context';
import { BehaviourPolicy, loggedPolicy } from './behaviour';
import { epsilonGreedy, occupancy, policyQ, policyValues } from './evaluatePolicy';
import type { Experience } from './experience';
import { estimateMdp, pairOf, type Mdp } from './mdp';
import { solveMdp, type Process } from './solve';

export interface FoldSettings { readonly discount: number; readonly epsilon: number; readonly smoothing: number }

/** All numbers are over the states and pairs of the whole log, so that both halves speak of the same things. */
export class FoldModel {
  /** Share of each pair among the actions of its state. */
  readonly policy: Float64Array;
  /** Greedy pair of each state; -1 where this half does not show the state. */
  readonly greedy: Int32Array;
  private readonly v: Float64Array;
  private readonly q: Float64Array;
  private readonly behaviour: BehaviourPolicy;
  /** Probability of an action, of the pairs of the whole log. */
  private readonly logged: Float64Array;

  private constructor(private readonly full: Mdp, half: Mdp, halfGreedy: Int32Array, private readonly settings: FoldSettings, actions: number) {
    const own = epsilonGreedy(half, halfGreedy, settings.epsilon);
    const v = policyValues(half, own, settings.discount);
    const q = policyQ(half, v, settings.discount);
    const elsewhere = meanValue(half, v);
    this.behaviour = new BehaviourPolicy(half, actions, settings.smoothing);
    this.policy = loggedPolicy(full);
    this.greedy = new Int32Array(full.states).fill(-1);
    this.q = new Float64Array(full.pairs);
    this.logged = new Float64Array(full.pairs);
    this.v = new Float64Array(full.states + 1);
    for (let s = 0; s < full.states; s++) this.v[s] = known(half, s) || !known(full, s) ? v[s]! : elsewhere;
    for (let p = 0; p < full.pairs; p++) {
      const [s, a] = [full.pairState[p]!, full.pairAction[p]!];
      const there = pairOf(half, s, a);
      this.q[p] = there < 0 ? this.v[s]! : q[there]!;
      this.logged[p] = this.behaviour.probability(s, a, there);
      // Where this half does not show the state, the policy does as the log did.
      if (known(half, s)) this.policy[p] = there < 0 ? 0 : own[there]!;
      if (there >= 0 && halfGreedy[s] === there) this.greedy[s] = p;
    }
  }

  /** `use`: 1 for the transitions of the half; `full`: the process of the whole log. */
  static async learn(experience: Experience, full: Mdp, use: Uint8Array, settings: FoldSettings, context: WorkContext): Promise<FoldModel> {
    const half = estimateMdp(experience, use);
    const { greedy } = await solveMdp(half, { discount: settings.discount }, context);
    return new FoldModel(full, half, greedy, settings, experience.actions.length);
  }

  value(state: number): number {
    return this.v[state]!;
  }

  /** Probability of the action under the policy over that under the logged one; 1 where this half does not show the state. */
  ratio(pair: number): number {
    return this.greedy[this.full.pairState[pair]!]! < 0 ? 1 : this.policy[pair]! / this.logged[pair]!;
  }

  /** r + γ V(s') − Q(s, a); `next` is -1 after an end. */
  surprise(pair: number, reward: number, next: number): number {
    return reward + (next < 0 ? 0 : this.settings.discount * this.v[next]!) - this.q[pair]!;
  }

  /**
   * The policy in another process: its values, and its expected discounted visits to each pair from states with the weights `start` on.
   */
  elsewhere(other: Process, start: Float64Array): { v: Float64Array; q: Float64Array; visits: Float64Array } {
    const v = policyValues(other, this.policy, this.settings.discount);
    return { v, q: policyQ(other, v, this.settings.discount), visits: occupancy(other, this.policy, this.settings.discount, { states: start }, 1e-8) };
  }
}

function known(mdp: Mdp, state: number): boolean {
  return mdp.stateStart[state]! < mdp.stateStart[state + 1]!;
}

function meanValue(mdp: Mdp, v: Float64Array): number {
  let [sum, all] = [0, 0];
  for (let p = 0; p < mdp.pairs; p++) {
    sum += mdp.visits[p]! * v[mdp.pairState[p]!]!;
    all += mdp.visits[p]!;
  }
  return sum / Math.max(1, all);
}
