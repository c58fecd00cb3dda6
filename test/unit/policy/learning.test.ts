// What is learned, beside the true values of known environments.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { exactValues, frozenLake, logs, logText, simulate, textbookWorld, type Environment } from '../../../examples/simulate.mjs';
import { UserError } from '../../../src/protocol/errors';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { epsilonGreedy, policyQ, policyValues } from '../../../src/engine/policy/evaluatePolicy';
import type { Experience } from '../../../src/engine/policy/experience';
import { guessColumns } from '../../../src/engine/policy/guessColumns';
import { influenceOn } from '../../../src/engine/policy/influence';
import { estimateMdp, type Mdp } from '../../../src/engine/policy/mdp';
import { replay } from '../../../src/engine/policy/qLearning';
import { readExperience } from '../../../src/engine/policy/readExperience';
import { solveMdp, type Solution } from '../../../src/engine/policy/solve';
import { experienceOf, largestLoss, rolesOf, tableOf, trueQ } from './logs';
import { readFile } from '../data/reading';

const context = new CancellableContext();
/** Every outcome of an environment as often as its probability times `times`: the estimated process is the true one. */
function wholeLog(env: Environment, times: number): Experience {
  const steps = env.outcomes.flatMap((actions, state) => actions.flatMap((outcomes, action) => outcomes.flatMap(({ probability, next, reward, done }) =>
    Array.from({ length: Math.round(probability * times) }, () => ({ state, action, reward, next, done })))));
  return experienceOf(env, steps.map(step => [step]));
}

describe('the exact solution', () => {
  it('has the utilities that Russell and Norvig print for their 4 × 3 world', async () => {
    const env = textbookWorld();
    const experience = wholeLog(env, 10);
    const mdp = estimateMdp(experience);
    const { v } = await solveMdp(mdp, { discount: 1 });
    // Artificial Intelligence: A Modern Approach, 3rd ed., figure 17.3; rows from the top.
    const printed: Record<string, number> = { '0,0': 0.812, '0,1': 0.868, '0,2': 0.918, '1,0': 0.762, '1,2': 0.66, '2,0': 0.705, '2,1': 0.655, '2,2': 0.611, '2,3': 0.388 };
    const { codes, fields, count } = experience.states;
    for (let s = 0; s < count; s++) {
      const expected = printed[`${fields[0]!.labels[codes[2 * s]!]},${fields[1]!.labels[codes[2 * s + 1]!]}`];
      if (expected !== undefined) expect(v[s]).toBeCloseTo(expected, 3);
    }
  });

  it('equals value iteration on the true process where the log shows it exactly, to 1e-9', async () => {
    const env = frozenLake();
    const experience = wholeLog(env, 3);
    const mdp = estimateMdp(experience);
    const { q, error } = await solveMdp(mdp, { discount: 0.99 });
    const truth = trueQ(env, experience, mdp, 0.99);
    q.forEach((value, p) => expect(Math.abs(value - truth[p]!)).toBeLessThan(1e-9));
    expect(error).toBeLessThan(1e-10);
  });

  it('says in one sentence that values have no limit, and finds them where a discount of 1 is enough', async () => {
    const solve = (r: number[], discount = 1): Promise<Solution> => {
      const e = readExperience(tableOf({ s: [1, 2, 2], a: ['go', 'go', 'stop'], r, n: [2, 1, 3], d: [0, 0, 1] }), { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'], done: 'd' });
      return solveMdp(estimateMdp(e), { discount });
    };
    await expect(solve([1, 1, 0])).rejects.toThrow(/^With a discount of 1 the values have no limit: .* choose a discount below 1, such as 0\.99\.$/);
    expect([...(await solve([-1, -1, 5])).v.slice(0, 2)]).toEqual([4, 5]);
    expect((await solve([0, 0, 5])).greedy[1]).toBe(2);
    await expect(solve([0, 0, 0], 1.5)).rejects.toThrow('The discount has to be from 0 to 1, and is 1.5.');
    const forever = readExperience(tableOf({ s: [1], a: ['go'], r: [-1], n: [1] }), { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'] });
    await expect(solveMdp(estimateMdp(forever), { discount: 1 })).rejects.toThrow(UserError);
    expect((await solveMdp(estimateMdp(forever), { discount: 0.9 })).v[0]).toBeCloseTo(-10, 9);
  });

  it('takes of equally good ways without a discount one that leads to the end', async () => {
    const e = readExperience(tableOf({ s: [1, 1, 2], a: ['around', 'on', 'on'], r: [0, 0, 1], n: [1, 2, 3], d: [0, 0, 1] }), { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'], done: 'd' });
    const mdp = estimateMdp(e);
    const { greedy, ties } = await solveMdp(mdp, { discount: 1 });
    expect(e.actions[mdp.pairAction[greedy[0]!]!]).toBe('on');
    expect(ties[0]).toBe(2);
  });
});

describe.each(logs.map(settings => [settings.make().name, settings] as const))('the shipped log of %s', (name, settings) => {
  let env: Environment;
  let experience: Experience;
  let mdp: Mdp;
  let exact: Solution;

  beforeAll(async () => {
    const made = simulate(settings, 1);
    env = made.env;
    experience = experienceOf(env, made.log);
    mdp = estimateMdp(experience);
    exact = await solveMdp(mdp, { discount: env.discount });
  });

  it('has a certainty-equivalence policy that is optimal in every visited state', () => {
    expect(largestLoss(env, experience, mdp, exact.greedy)).toBeLessThan(1e-9);
    expect(exact.greedy.filter(p => p >= 0).length).toBe({ gridworld: 36, frozen_lake: 11, taxi: 400 }[name] ?? NaN);
  });

  it.each([false, true])('is learned by replay to an optimal policy, with the values of the exact solution (double: %s)', async double => {
    const learned = await replay(experience, mdp, exact, { discount: env.discount, rate: { kind: 'rescaled' }, double, sweeps: name === 'frozen_lake' ? 120 : 60 }, new Rng(1), context);
    expect(largestLoss(env, experience, mdp, learned.greedy)).toBeLessThan(1e-9);
    expect(learned.agreement).toBe(1);
    const scale = Math.max(...exact.q.map(Math.abs));
    // Values have spread over the table where it is without chance; where chance is, they are still on their way.
    expect(learned.meanDistance).toBeLessThan(name === 'frozen_lake' ? 0.03 * scale : 1e-5 * scale);
    expect(learned.curve.at(-1)!.meanDistance).toBe(learned.meanDistance);
    expect(learned.curve.at(-1)!.change).toBeLessThan(learned.curve[0]!.change);
  });
});

describe('replay', () => {
  const noisy = (): Experience => {
    // One state, four actions of the same worth and noisy rewards: what is left of the maximum over them is bias.
    const rng = new Rng(5);
    const n = 60;
    return readExperience(tableOf({ s: Array.from({ length: n }, () => 1), a: Array.from({ length: n }, (_, i) => `a${i % 4}`), r: Array.from({ length: n }, () => rng.normal()), n: Array.from({ length: n }, () => 1) }),
      { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'] });
  };

  it('overestimates less with two tables', async () => {
    const experience = noisy();
    const mdp = estimateMdp(experience);
    const exact = await solveMdp(mdp, { discount: 0.9 });
    const bias = async (double: boolean): Promise<number> => (await replay(experience, mdp, exact, { discount: 0.9, rate: { kind: 'constant', rate: 0.2 }, sweeps: 200, double }, new Rng(2), context)).curve.at(-1)!.bias;
    expect(await bias(false)).toBeGreaterThan(0);
    expect(await bias(true)).toBeLessThan(0.6 * (await bias(false)));
  });

  it('is the same with the same seed, and another with another', async () => {
    const experience = noisy();
    const mdp = estimateMdp(experience);
    const exact = await solveMdp(mdp, { discount: 0.9 });
    const run = async (seed: number): Promise<Float64Array> => (await replay(experience, mdp, exact, { discount: 0.9, rate: { kind: 'polynomial', omega: 0.7 }, sweeps: 5 }, new Rng(seed), context)).q;
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it.each([[{ kind: 'constant', rate: 0 }, /learning rate has to be above 0/], [{ kind: 'polynomial', omega: 0.3 }, /exponent of the learning rate/]] as const)('refuses the rate %j', async (rate, sentence) => {
    const experience = noisy();
    const mdp = estimateMdp(experience);
    const exact = await solveMdp(mdp, { discount: 0.9 });
    await expect(replay(experience, mdp, exact, { discount: 0.9, rate }, new Rng(1), context)).rejects.toThrow(sentence);
  });

  it('stops when cancelled', async () => {
    const experience = noisy();
    const mdp = estimateMdp(experience);
    const cancelled = new CancellableContext();
    cancelled.cancel();
    await expect(replay(experience, mdp, await solveMdp(mdp, { discount: 0.9 }), { discount: 0.9, rate: { kind: 'rescaled' } }, new Rng(1), cancelled)).rejects.toThrow('cancelled');
  });
});

describe('what a Q-value rests on', () => {
  it('adds up to Q, and its derivatives are those of Q', async () => {
    const made = simulate({ ...logs[1]!, count: 300 }, 3);
    const experience = experienceOf(made.env, made.log);
    const mdp = estimateMdp(experience);
    const solution = await solveMdp(mdp, { discount: 0.95 });
    const pair = solution.greedy[0]!;
    const found = influenceOn(experience, mdp, solution, pair, mdp.pairs);
    expect(found.top.reduce((sum, item) => sum + item.contribution, 0)).toBeCloseTo(solution.q[pair]!, 8);
    expect(found.top.reduce((sum, item) => sum + item.share, 0)).toBeCloseTo(1, 9);
    expect(found.top[0]!.occupancy).toBeGreaterThanOrEqual(found.top[1]!.occupancy);
    const policy = epsilonGreedy(mdp, solution.greedy, 0);
    for (const item of found.top.slice(0, 6)) {
      const reward = mdp.reward.slice();
      reward[item.pair]! += 1e-3;
      const moved = { ...mdp, reward };
      expect((policyQ(moved, policyValues(moved, policy, 0.95), 0.95)[pair]! - solution.q[pair]!) / 1e-3).toBeCloseTo(item.occupancy, 5);
      // One transition more of an outcome, as a small weight.
      const from = mdp.outcomeStart[item.pair]!;
      const shares = mdp.probability.slice();
      const n = mdp.visits[item.pair]!;
      const weight = 1e-4;
      for (let o = from; o < mdp.outcomeStart[item.pair + 1]!; o++) shares[o] = (mdp.outcomeCount[o]! + (o === from ? weight : 0)) / (n + weight);
      const rewards = mdp.reward.slice();
      rewards[item.pair] = (n * rewards[item.pair]! + weight * mdp.outcomeReward[from]!) / (n + weight);
      const reweighted = { ...mdp, probability: shares, reward: rewards };
      const slope = (policyQ(reweighted, policyValues(reweighted, policy, 0.95), 0.95)[pair]! - solution.q[pair]!) / weight;
      const effects = item.outcomes.map(outcome => outcome.effect);
      expect(Math.min(...effects.map(effect => Math.abs(effect - slope)))).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
    }
  });

  it('names rows of the file that hold the transition', async () => {
    const e = readExperience(tableOf({ s: [1, null, 2, 1], a: ['go', 'go', 'go', 'go'], r: [0, 0, 7, 0], n: [2, 2, 3, 2], d: [0, 0, 1, 0] }), { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'], done: 'd' });
    const mdp = estimateMdp(e);
    const { top, q } = influenceOn(e, mdp, await solveMdp(mdp, { discount: 0.5 }), 0);
    expect(q).toBe(3.5);
    expect(top.map(item => [item.state, item.occupancy, item.visits, item.outcomes[0]!.rows])).toEqual([['1', 1, 2, [1, 4]], ['2', 0.5, 1, [3]]]);
  });
});

it('the simulator and the reader agree on the true values of the lake', () => {
  // Known optimum of the slippery 4 × 4 lake at 0.99, from its first cell.
  expect(exactValues(frozenLake()).v[0]).toBeCloseTo(0.542, 3);
});

describe('the shipped files', () => {
  it.each(logs.map(settings => [settings.make().name, settings] as const))('%s.csv is what the simulator writes with seed 1, and is read with guessed columns', async (name, settings) => {
    const file = fileURLToPath(new URL(`../../../examples/${name}.csv`, import.meta.url));
    const { env, log } = simulate(settings, 1);
    expect(readFileSync(file, 'utf8')).toBe(logText(env, log));
    const { profile, loaded } = await readFile(file);
    const { roles } = guessColumns(profile);
    expect(roles).toEqual(rolesOf(env));
    const experience = readExperience(loaded.table, roles!);
    expect(experience.size).toBe(log.reduce((sum, steps) => sum + steps.length, 0));
    expect(experience.episodes!.count).toBe(log.length);
    const mdp = estimateMdp(experience);
    expect(largestLoss(env, experience, mdp, (await solveMdp(mdp, { discount: env.discount })).greedy)).toBeLessThan(1e-9);
  });
});
