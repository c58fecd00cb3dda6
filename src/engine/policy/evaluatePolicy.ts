/** Values and visits of a given policy in an estimated decision process. */
import { UserError } from '../../protocol/errors';
import { Chain } from './chain';
import type { Mdp } from './mdp';
import { backup, type Process } from './solve';

/** Share of each pair among the actions of its state; sums to 1 in every state that is left. */
export type StochasticPolicy = Float64Array;

/** The greedy policy, but with probability ε an action drawn evenly among those that the log holds in the state. */
export function epsilonGreedy(mdp: Pick<Mdp, 'states' | 'pairs' | 'stateStart'>, greedy: Int32Array, epsilon: number): StochasticPolicy {
  const policy = new Float64Array(mdp.pairs);
  for (let s = 0; s < mdp.states; s++) {
    const [from, end] = [mdp.stateStart[s]!, mdp.stateStart[s + 1]!];
    for (let p = from; p < end; p++) policy[p] = epsilon / (end - from) + (p === greedy[s] ? 1 - epsilon : 0);
  }
  return policy;
}

const mostSweeps = 200_000;

/** V of the policy (states + 1 values, the last 0) by Gauss–Seidel sweeps. Throws 'numerical' where it has no limit. */
export function policyValues(mdp: Process, policy: StochasticPolicy, discount: number, start?: Float64Array, tolerance = 1e-10): Float64Array {
  const v = start ? start.slice() : new Float64Array(mdp.states + 1);
  for (let s = 0; s < mdp.states; s++) if (mdp.stateStart[s] === mdp.stateStart[s + 1]) v[s] = 0;
  v[mdp.states] = 0;
  const factor = discount < 1 ? Math.max(1, discount / (1 - discount)) : 1;
  let checked = Infinity;
  const { settled } = new Chain(mdp, policy).settle(v, discount, tolerance / factor, (sweep, change) => {
    if (sweep >= 1024 && (sweep & (sweep - 1)) === 0) {
      if (discount === 1 && change >= checked * 0.99999) return false;
      checked = change;
    }
    return sweep < mostSweeps;
  });
  if (settled) return v;
  throw new UserError('numerical', `The value of the policy has no limit with the discount ${discount}: it can go on for ever; choose a smaller discount.`);
}

/** Q of the policy for each pair, from its values. */
export function policyQ(mdp: Process, v: Float64Array, discount: number): Float64Array {
  const q = new Float64Array(mdp.pairs);
  for (let p = 0; p < q.length; p++) q[p] = backup(mdp, discount, v, p);
  return q;
}

/**
 * Expected discounted number of visits to each pair under a policy, Σ_t γ^t P(s_t, a_t): the rows of (I − γ P_π)^-1. `start`: weight of each state at
 * time 0, or of each pair. To a share `tolerance` of all weight.
 */
export function occupancy(mdp: Process, policy: StochasticPolicy, discount: number, start: { readonly states?: Float64Array; readonly pairs?: Float64Array }, tolerance = 1e-10): Float64Array {
  const visits = start.pairs ? start.pairs.slice() : new Float64Array(mdp.pairs);
  const states = new Chain(mdp, policy).visits(start.pairs ? reached(mdp, start.pairs, discount) : start.states!, discount, tolerance);
  for (let s = 0; s < mdp.states; s++) {
    if (states[s] === 0) continue;
    for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) visits[p]! += states[s]! * policy[p]!;
  }
  return visits;
}

/** Discounted weights of the states after one step from pairs. */
function reached(mdp: Process, pairs: Float64Array, discount: number): Float64Array {
  const states = new Float64Array(mdp.states);
  for (let p = 0; p < pairs.length; p++) {
    if (pairs[p] === 0) continue;
    for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) if (mdp.target[o]! < mdp.states) states[mdp.target[o]!]! += discount * pairs[p]! * mdp.probability[o]!;
  }
  return states;
}
