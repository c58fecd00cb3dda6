/** The policy that the log was written under, estimated from its counts. */
import type { Mdp } from './mdp';

/**
 * Share of the action in the state, (n(s, a) + c p(a)) / (n(s) + c), where p(a) = (n(a) + 1) / (n + actions) is the action's share in the whole log. `smoothing` c in
 * visits. In states without visits the action's share in the log.
 */
export class BehaviourPolicy {
  private readonly shares: Float64Array;
  private readonly visits: Float64Array;

  constructor(private readonly mdp: Mdp, actions: number, private readonly smoothing: number) {
    this.shares = new Float64Array(actions);
    this.visits = new Float64Array(mdp.states);
    let all = 0;
    for (let p = 0; p < mdp.pairs; p++) {
      this.shares[mdp.pairAction[p]!]! += mdp.visits[p]!;
      this.visits[mdp.pairState[p]!]! += mdp.visits[p]!;
      all += mdp.visits[p]!;
    }
    for (let a = 0; a < actions; a++) this.shares[a] = (this.shares[a]! + 1) / (all + actions);
  }

  /** `pair`: that of the state and the action, -1 where the log has none. */
  probability(state: number, action: number, pair: number): number {
    return ((pair < 0 ? 0 : this.mdp.visits[pair]!) + this.smoothing * this.shares[action]!) / (this.visits[state]! + this.smoothing);
  }
}

/** The shares themselves, without smoothing: one value a pair. */
export function loggedPolicy(mdp: Mdp): Float64Array {
  const policy = new Float64Array(mdp.pairs);
  for (let s = 0; s < mdp.states; s++) {
    let all = 0;
    for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) all += mdp.visits[p]!;
    for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) policy[p] = mdp.visits[p]! / all;
  }
  return policy;
}
