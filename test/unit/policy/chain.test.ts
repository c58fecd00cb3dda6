// Values and visits of a policy by packed sweeps, beside plain ones.
import { describe, expect, it, vi } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { Chain } from '../../../src/engine/policy/chain';
import { epsilonGreedy, occupancy, policyValues } from '../../../src/engine/policy/evaluatePolicy';
import { solveMdp, type Process } from '../../../src/engine/policy/solve';

/** Actions 2 a state, outcomes 3 a pair, one of them the end in some; the last state is never left. */
function randomProcess(states: number, seed: number, local: boolean): Process {
  const rng = new Rng(seed);
  const pairs = 2 * (states - 1);
  const stateStart = Int32Array.from({ length: states + 1 }, (_, s) => Math.min(pairs, 2 * s));
  const outcomeStart = Int32Array.from({ length: pairs + 1 }, (_, p) => 3 * p);
  const target = Int32Array.from({ length: 3 * pairs }, (_, o) => {
    const own = Math.floor(o / 6);
    if (rng.uniform() < 0.05) return states;
    return local ? Math.max(0, Math.min(states - 1, own + rng.integer(3) - 1)) : rng.integer(states);
  });
  const probability = new Float64Array(3 * pairs);
  for (let p = 0; p < pairs; p++) {
    const [a, b, c] = [rng.uniform() + 0.01, rng.uniform(), rng.uniform()];
    probability.set([a / (a + b + c), b / (a + b + c), c / (a + b + c)], 3 * p);
  }
  return { states, pairs, stateStart, outcomeStart, target, probability, reward: Float64Array.from({ length: pairs }, () => rng.normal()) };
}

/** Plain sweeps, many of them. */
function plainValues(mdp: Process, policy: Float64Array, discount: number): Float64Array {
  let v = new Float64Array(mdp.states + 1);
  for (let sweep = 0; sweep < 4000; sweep++) {
    const next = new Float64Array(mdp.states + 1);
    for (let s = 0; s < mdp.states; s++) for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) {
      let value = mdp.reward[p]!;
      for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) value += discount * mdp.probability[o]! * v[mdp.target[o]!]!;
      next[s]! += policy[p]! * value;
    }
    v = next;
  }
  return v;
}

describe.each([[0.99, false], [0.95, true], [0.5, false], [1, false]])('with discount %d (neighbours only: %s)', (discount, local) => {
  const mdp = randomProcess(60, 4, local);
  const greedy = Int32Array.from({ length: 60 }, (_, s) => (s < 59 ? 2 * s + (s % 2) : -1));
  const policy = epsilonGreedy(mdp, greedy, 0.3);

  it('values are those of plain sweeps', () => {
    const plain = plainValues(mdp, policy, discount);
    policyValues(mdp, policy, discount).forEach((value, s) => expect(value).toBeCloseTo(plain[s]!, 7));
  });

  it('visits times rewards are the value, and start with the state', () => {
    const start = new Float64Array(60);
    start[3] = 1;
    const visits = occupancy(mdp, policy, discount, { states: start });
    const v = policyValues(mdp, policy, discount);
    expect(visits.reduce((sum, weight, p) => sum + weight * mdp.reward[p]!, 0)).toBeCloseTo(v[3]!, 6);
    const pairs = new Float64Array(mdp.pairs);
    pairs[6] = 1;
    const [own] = [occupancy(mdp, policy, discount, { pairs })];
    const behind = mdp.reward[6]! + discount * [18, 19, 20].reduce((sum, o) => sum + mdp.probability[o]! * v[mdp.target[o]!]!, 0);
    expect(own.reduce((sum, weight, p) => sum + weight * mdp.reward[p]!, 0)).toBeCloseTo(behind, 6);
  });
});

it('the best policy of a chain that mixes at once is found in few sweeps', async () => {
  const mdp = randomProcess(400, 9, false);
  const { q, v, sweeps, error } = await solveMdp(mdp, { discount: 0.99 });
  expect(error).toBeLessThan(1e-9);
  for (let s = 0; s < 399; s++) expect(v[s]).toBeCloseTo(Math.max(q[2 * s]!, q[2 * s + 1]!), 9);
  // Sweeps without a correction of the level need about log(1e-10) / log(0.99) = 2,300.
  expect(sweeps).toBeLessThan(400);
});

it('visits of a chain that mixes at once and never ends are found in few sweeps', () => {
  const chance = randomProcess(400, 9, false);
  const mdp = { ...chance, target: chance.target.map(s => s % 399) };
  const pushed = vi.spyOn(Chain.prototype as unknown as { pushed: () => void }, 'pushed');
  const start = Float64Array.from({ length: 400 }, (_, s) => Number(s === 3));
  const visits = occupancy(mdp, epsilonGreedy(mdp, Int32Array.from({ length: 400 }, (_, s) => (s < 399 ? 2 * s : -1)), 0.3), 0.999, { states: start });
  const sweeps = pushed.mock.calls.length;
  pushed.mockRestore();
  expect(Math.min(...visits)).toBeGreaterThanOrEqual(0);
  expect(visits.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1 / (1 - 0.999), 0);
  // Without scaling the visits that leave to those that enter it takes thousands, as 0.999 to the number of sweeps.
  expect(sweeps).toBeLessThan(1000);
});
