// Intervals, off-policy values, sensitivity, grids and fitted values, beside known environments.
import { describe, expect, it } from 'vitest';
import { episodes, exactValues, frozenLake, gridworld, logs, random, simulate, softPolicy, textbookWorld, type Environment } from '../../../examples/simulate.mjs';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import type { Experience } from '../../../src/engine/policy/experience';
import { findings } from '../../../src/engine/policy/findings';
import { fittedQ } from '../../../src/engine/policy/fittedQ';
import { FoldModel } from '../../../src/engine/policy/foldModel';
import { chiSquareVariate, gammaVariate } from '../../../src/engine/policy/gamma';
import { policyGrid } from '../../../src/engine/policy/grid';
import { defaultPolicyOptions, learnPolicy } from '../../../src/engine/policy/learnPolicy';
import { LoggedValue } from '../../../src/engine/policy/loggedValue';
import { estimateMdp, type Mdp } from '../../../src/engine/policy/mdp';
import { drawFor, halve, offPolicyValue } from '../../../src/engine/policy/offPolicy';
import { drawPosterior } from '../../../src/engine/policy/posterior';
import { readExperience } from '../../../src/engine/policy/readExperience';
import type { ExperienceColumns } from '../../../src/protocol/recipe';
import { sensitivity } from '../../../src/engine/policy/sensitivity';
import { solveMdp } from '../../../src/engine/policy/solve';
import { experienceOf, matched, tableOf, trueQ } from './logs';

const context = new CancellableContext();
const roles: ExperienceColumns = { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'], done: 'd' };

async function solved(env: Environment, count: number, chance: number, seed: number, discount = env.discount): Promise<{ experience: Experience; mdp: Mdp; solution: Awaited<ReturnType<typeof solveMdp>> }> {
  const experience = experienceOf(env, episodes(env, softPolicy(env, chance), count, 100, random(seed)));
  const mdp = estimateMdp(experience);
  return { experience, mdp, solution: await solveMdp(mdp, { discount }) };
}

describe('random numbers', () => {
  it.each([0.05, 0.5, 1, 3.7, 40])('of the gamma distribution with shape %d have its mean and variance', shape => {
    const rng = new Rng(3);
    const n = 40_000;
    let [mean, squares] = [0, 0];
    for (let i = 0; i < n; i++) { const x = gammaVariate(rng, shape); mean += x / n; squares += (x * x) / n; }
    expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / n));
    expect((squares - mean * mean) / shape).toBeCloseTo(1, shape < 0.1 ? 0 : 1);
    expect(chiSquareVariate(rng, 4)).toBeGreaterThan(0);
  });
});

describe('credible intervals', () => {
  it('hold the true optimal Q in 80 to 97 % of pairs at nominal 90 %, over logs of the slippery lake', async () => {
    const env = { ...frozenLake(), discount: 0.95 };
    let [inside, all] = [0, 0];
    for (let log = 0; log < 8; log++) {
      const { experience, mdp, solution } = await solved(env, 400, 0.7, 100 + log);
      const { low, high } = await drawPosterior(mdp, solution, { level: 0.9, draws: 60 }, new Rng(log), context);
      trueQ(env, experience, mdp).forEach((q, p) => { all++; if (q >= low[p]! && q <= high[p]!) inside++; });
    }
    expect(inside / all).toBeGreaterThan(0.8);
    expect(inside / all).toBeLessThan(0.97);
  });

  it('have no width where neither outcomes nor rewards hold chance, and leave no doubt about the best action', async () => {
    const { mdp, solution } = await solved(gridworld(), 200, 0.7, 1);
    const { low, high, best, prior } = await drawPosterior(mdp, solution, { level: 0.9, draws: 20 }, new Rng(1), context);
    expect(prior).toMatchObject({ mass: 0, rewardVariance: 0 });
    solution.q.forEach((q, p) => { expect(low[p]).toBeCloseTo(q, 5); expect(high[p]).toBeCloseTo(q, 5); });
    for (let s = 0; s < mdp.states; s++) if (solution.ties[s] === 1) expect(best[solution.greedy[s]!]).toBeCloseTo(1, 9);
  });

  it('shrink with the number of rows, and probabilities of being best sum to 1', async () => {
    const env = textbookWorld();
    const width = async (count: number): Promise<number> => {
      const { mdp, solution } = await solved(env, count, 0.7, 4, 0.9);
      const { low, high, best } = await drawPosterior(mdp, solution, { level: 0.9, draws: 60 }, new Rng(1), context);
      for (let s = 0; s < mdp.states; s++) {
        const sum = best.slice(mdp.stateStart[s], mdp.stateStart[s + 1]).reduce((a, b) => a + b, 0);
        if (mdp.stateStart[s]! < mdp.stateStart[s + 1]!) expect(sum).toBeCloseTo(1, 9);
      }
      return low.reduce((sum, l, p) => sum + high[p]! - l, 0) / low.length;
    };
    expect(await width(1600)).toBeLessThan(0.6 * (await width(200)));
  });

  it('are told apart from what they cannot be: too few draws and wrong levels are refused', async () => {
    const { mdp, solution } = await solved(gridworld(), 20, 0.7, 1);
    await expect(drawPosterior(mdp, solution, { level: 1.2 }, new Rng(1), context)).rejects.toThrow('The level has to be between 0 and 1, and is 1.2.');
    await expect(drawPosterior(mdp, solution, { level: 0.9, draws: 5 }, new Rng(1), context)).rejects.toThrow(/At least 20 draws/);
  });
});

describe('the off-policy value', () => {
  /** True value, from the first states, of the policies that the two halves learn; their mean is what is estimated. */
  async function truth(env: Environment, experience: Experience, mdp: Mdp, seed: number, soft: number[][]): Promise<number> {
    const halves = halve(experience.episodes!.count, new Rng(seed));
    const { states, actions } = matched(env, experience);
    let value = 0;
    for (const half of [0, 1]) {
      const use = new Uint8Array(experience.size);
      const { start, order, count } = experience.episodes!;
      for (let e = 0; e < count; e++) if (halves[e] !== half) for (let k = start[e]!; k < start[e + 1]!; k++) use[order[k]!] = 1;
      const model = await FoldModel.learn(experience, mdp, use, { discount: env.discount, epsilon: 0, smoothing: 1 }, context);
      const policy: (number | number[])[] = env.states.map((_, s) => soft[s]!);
      model.greedy.forEach((p, s) => { if (p >= 0) policy[states[s]!] = actions[mdp.pairAction[p]!]!; });
      const { v } = exactValues(env, env.discount, policy);
      value += env.starts.reduce((sum, s) => sum + v[s]! / env.starts.length, 0) / 2;
    }
    return value;
  }

  it('is without bias beside the true value of the policies, far above the logged policy, which it also meets', async () => {
    const env = frozenLake();
    const soft = softPolicy(env, 0.5);
    const behaviour = exactValues(env, env.discount, soft).v[0]!;
    const runs = 8;
    let [error, own, inside, optimism] = [0, 0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const { experience, mdp, solution } = await solved(env, 1000, 0.5, 500 + run);
      const found = (await offPolicyValue(experience, mdp, { discount: env.discount, level: 0.9, replicates: 100 }, new Rng(run), context))!;
      const value = await truth(env, experience, mdp, run, soft);
      error += (found.headline.value - value) / runs;
      optimism += (solution.v[0]! - value) / runs;
      own += (found.behaviour.value - behaviour) / runs;
      if (found.headline.low <= value && value <= found.headline.high) inside++;
      expect(found.gain.low).toBeGreaterThan(0);
      expect(found.effectiveEpisodes).toBeLessThan(30);
      expect(found.notes.map(n => n.text).join(' ')).toMatch(/cross-fitting.*The log does not hold enough episodes that follow this policy/);
    }
    expect(Math.abs(error)).toBeLessThan(0.04);
    expect(Math.abs(error)).toBeLessThan(optimism);
    expect(Math.abs(own)).toBeLessThan(0.006);
    expect(inside).toBeGreaterThanOrEqual(runs / 2);
  });

  it('has intervals that hold the true value in most of the short logs that hardly show the way, and tells nothing by weights of histories', async () => {
    const env = { ...frozenLake(), discount: 0.95 };
    const soft = softPolicy(env, 0.7);
    let [inside, error, width, own] = [0, 0, 0, 0];
    for (let log = 0; log < 30; log++) {
      const { experience, mdp } = await solved(env, 100, 0.7, 900 + 31 * log);
      const found = (await offPolicyValue(experience, mdp, { discount: env.discount, level: 0.9, replicates: 100 }, new Rng(log), context))!;
      const value = await truth(env, experience, mdp, log, soft);
      if (found.headline.low <= value && value <= found.headline.high) inside++;
      expect(found.effectiveEpisodes).toBeLessThan(30);
      expect(found.estimates.map(({ name }) => name)).toEqual(['marginalDoublyRobust']);
      // No reward is below 0, and a value is in its own interval.
      for (const { value, low, high } of [found.headline, found.gain, found.behaviour]) { expect(value).toBeGreaterThanOrEqual(low); expect(value).toBeLessThanOrEqual(high); }
      expect(found.headline.value).toBeGreaterThanOrEqual(0);
      error += (found.headline.value - value) / 30;
      width += (found.headline.high - found.headline.low) / 30;
      own += (found.behaviour.high - found.behaviour.low) / 30;
    }
    expect(Math.abs(error)).toBeLessThan(0.02);
    // Draws of both halves are added in rising order; added as they come, the mean width is smaller.
    expect(width).toBeGreaterThan(0.17);
    // Half an episode of the smallest and of the largest return widen the interval of what was done.
    expect(own).toBeGreaterThan(0.028);
    // Bootstrap percentiles of the estimated process held it in about half of them.
    expect(inside).toBeGreaterThanOrEqual(23);
  });

  it('of the logged policy knows without episodes that two rows differ from their own mean by less than from the truth', () => {
    const experience = readExperience(tableOf({ s: [1, 1], a: ['go', 'go'], r: [1, -1], n: [1, 1], d: [1, 1] }), roles);
    const logged = new LoggedValue(experience, estimateMdp(experience), 0.9, false);
    expect([logged.of(0), logged.of(1)]).toEqual([expect.closeTo(Math.SQRT2, 6), expect.closeTo(-Math.SQRT2, 6)]);
  });

  it('uses each draw as often as the others, or once more', () => {
    const draws = Float64Array.from({ length: 40 }, (_, k) => k);
    const used = new Float64Array(40);
    for (let r = 0; r < 60; r++) used[drawFor(draws, r, 60)]!++;
    expect([Math.min(...used), Math.max(...used)]).toEqual([1, 2]);
    // Over all of them, and not only the small ones twice.
    expect(used.reduce((sum, times, k) => sum + times * k, 0) / 60).toBeCloseTo(19.5, 0);
  });

  it('is not taken from the rewards that a policy was chosen for: pairs tried once with great luck', async () => {
    // One state for ever, twenty actions that are worth nothing, rewards of chance alone: the best-looking action was lucky.
    let [error, inside] = [0, 0];
    for (let log = 0; log < 20; log++) {
      const rng = new Rng(log);
      const rows = Array.from({ length: 40 }, (_, i) => [`a${Math.floor(i / 2)}`, rng.normal()] as const);
      const experience = readExperience(tableOf({ s: rows.map(() => 1), a: rows.map(r => r[0]), r: rows.map(r => r[1]), n: rows.map(() => 1) }), { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'] });
      const { headline } = (await offPolicyValue(experience, estimateMdp(experience), { discount: 0.9, level: 0.9, replicates: 100 }, rng, context))!;
      error += headline.value / 20;
      if (headline.low <= 0 && headline.high >= 0) inside++;
    }
    expect(Math.abs(error)).toBeLessThan(5);
    expect(inside).toBeGreaterThanOrEqual(16);
  });

  it('has no difference where the policy does all that was done', async () => {
    const experience = readExperience(tableOf({ s: ['s', 's', 's', 's', 's', 's', 's', 's'], a: Array.from({ length: 8 }, () => 'a'), r: [1, -1, 2, 1, -1, 0, 3, 1], n: ['g', 'b', 'g', 'b', 'g', 'b', 'g', 'b'], d: Array.from({ length: 8 }, () => 1) }), roles);
    const found = (await offPolicyValue(experience, estimateMdp(experience), { discount: 0.9, epsilon: 0.2, level: 0.9, replicates: 50 }, new Rng(1), context))!;
    expect(found.gain).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('has all estimators agree where the log was written by nearly the same policy', async () => {
    const env = frozenLake();
    const { experience, mdp } = await solved(env, 3000, 0.1, 8);
    const found = (await offPolicyValue(experience, mdp, { discount: 0.9, level: 0.9, replicates: 100 }, new Rng(1), context))!;
    expect(found.headline.name).toBe('doublyRobust');
    expect(found.effectiveEpisodes).toBeGreaterThan(100);
    for (const { value } of found.estimates) expect(value).toBeCloseTo(found.headline.value, 1);
    expect(found.agreement).toBeGreaterThan(0.8);
  });

  it('of the logged policy itself is the logged mean: with exploration 1 on a log of chance alone', async () => {
    const { experience, mdp } = await solved(textbookWorld(), 2000, 1, 3, 0.9);
    const found = (await offPolicyValue(experience, mdp, { discount: 0.9, epsilon: 1, level: 0.9, replicates: 100 }, new Rng(1), context))!;
    for (const { value } of found.estimates) expect(value).toBeCloseTo(found.behaviour.value, 1);
    expect(Math.abs(found.gain.value)).toBeLessThan(0.02);
  });

  it('works without episodes, from a state drawn from the log on', async () => {
    const env = textbookWorld();
    const { experience, mdp } = await solved(env, 1500, 0.6, 3, 0.9);
    const { episodes: _, ...alone } = experience;
    const found = (await offPolicyValue(alone, mdp, { discount: 0.9, level: 0.9, replicates: 100 }, new Rng(1), context))!;
    expect(found.unit).toBe('transitions');
    expect(found.estimates.map(e => e.name)).toEqual(['marginalDoublyRobust']);
    const { v } = exactValues(env, 0.9);
    const { states } = matched(env, experience);
    const mean = alone.state.reduce((sum, s) => sum + v[states[s]!]!, 0) / alone.size;
    expect(found.headline.value).toBeCloseTo(mean, 1);
  });

  it('without episodes has intervals that know of the chance in rewards, for what was done too', async () => {
    let inside = 0;
    for (let log = 0; log < 40; log++) {
      const rng = new Rng(log);
      const rows = Array.from({ length: 80 }, () => [1, rng.uniform() < 0.5 ? 'a' : 'b', rng.normal(), 1] as const);
      const experience = readExperience(tableOf({ s: rows.map(r => r[0]), a: rows.map(r => r[1]), r: rows.map(r => r[2]), n: rows.map(r => r[3]) }), { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'] });
      const { behaviour } = (await offPolicyValue(experience, estimateMdp(experience), { discount: 0.9, level: 0.9, replicates: 100 }, rng, context))!;
      // One state for ever: ten times the mean reward, whose standard error is 1 / √80.
      expect(behaviour.value).toBeCloseTo((10 * rows.reduce((sum, row) => sum + row[2], 0)) / 80, 6);
      if (behaviour.low <= 0 && behaviour.high >= 0) inside++;
    }
    expect(inside).toBeGreaterThanOrEqual(31);
    expect(inside).toBeLessThan(40);
  });
});

describe('views', () => {
  it('the grid has arrows that point where actions lead, also on ice', async () => {
    for (const [make, count] of [[gridworld, 200], [frozenLake, 500]] as const) {
      const env = make();
      const { experience, mdp, solution } = await solved(env, count, 0.7, 2);
      const grid = policyGrid(experience, mdp, solution, 1e-9)!;
      expect(grid).toMatchObject({ across: 'column', down: 'row' });
      expect(experience.actions.map((name, a) => [name, grid.arrows[a]])).toEqual(experience.actions.map(name => [name, name]));
      expect(grid.cells).toHaveLength(grid.columns.length * grid.rows.length);
      const goal = grid.cells[1 * grid.columns.length + (env.name === 'gridworld' ? 1 : 1)];
      expect(env.name === 'gridworld' ? goal : goal?.action).toBe(env.name === 'gridworld' ? null : undefined);
    }
  });

  it('the grid has y grow upwards', async () => {
    const e = readExperience(tableOf({ x: [0, 0], y: [0, 1], a: ['1', '2'], r: [0, 1], nx: [0, 0], ny: [1, 2], d: [0, 1] }), { states: ['x', 'y'], action: 'a', reward: 'r', nextStates: ['nx', 'ny'], done: 'd' });
    const mdp = estimateMdp(e);
    const grid = policyGrid(e, mdp, await solveMdp(mdp, { discount: 0.9 }), 1e-9)!;
    expect(grid.rows).toEqual([2, 1, 0]);
    expect(grid.arrows).toEqual(['up', 'up']);
  });

  it('sensitivity has the value of the run at its own settings, and falls with exploration', async () => {
    const { experience, mdp, solution } = await solved(gridworld(), 200, 0.7, 2);
    const rows = await sensitivity(experience, mdp, solution, { rate: { kind: 'rescaled' }, epsilon: 0, sweeps: 60 }, new Rng(1), context);
    const chosen = rows.filter(row => row.chosen);
    expect(chosen.map(row => row.vary)).toEqual(['discount', 'learningRate', 'exploration']);
    for (const row of chosen) { expect(row.agreement).toBe(1); expect(row.value).toBeCloseTo(chosen[0]!.value!, 6); }
    const explored = rows.filter(row => row.vary === 'exploration').map(row => row.value!);
    explored.slice(1).forEach((value, i) => expect(value).toBeLessThan(explored[i]!));
    const rates = rows.filter(row => row.vary === 'learningRate');
    expect(Math.min(...rates.map(row => row.largestDistance))).toBeLessThan(1e-6);
    for (const row of rows) expect(row.value!).toBeLessThanOrEqual(chosen[0]!.value! + 1e-9);
  });
});

describe('fitted Q-iteration', () => {
  it('finds the way along a line of continuous states', async () => {
    // From x one goes 0.1 to the left or right; beyond 1 is the goal. With γ = 0.9, right is better everywhere and V(x) falls by 0.9 for each step from the goal.
    const rng = new Rng(2);
    const s = Array.from({ length: 1500 }, () => rng.uniform());
    const right = s.map(() => rng.uniform() < 0.5);
    const n = s.map((x, i) => Math.max(0, x + (right[i] ? 0.1 : -0.1)));
    const e = readExperience(tableOf({ s, a: right.map(r => (r ? 'right' : 'left')), r: n.map(x => (x > 1 ? 1 : 0)), n, d: n.map(x => Number(x > 1)) }), roles, { bins: 'none' });
    const fitted = await fittedQ(e, { discount: 0.9, neighbours: 5 }, new Rng(1), context);
    let wrong = 0;
    for (let i = 0; i < e.size; i += 10) {
      const [left, onward] = fitted.at(e.state[i]!);
      if (!(onward!.q > left!.q)) wrong++;
      expect(Math.abs(onward!.q - 0.9 ** Math.max(0, Math.ceil((1 - s[i]!) / 0.1) - 1))).toBeLessThan(0.12);
      expect(onward!.transitions).toHaveLength(5);
    }
    expect(wrong).toBe(0);
  });

  it('with one neighbour is the exact solution of a table without chance', async () => {
    const { experience, mdp, solution } = await solved(gridworld(), 60, 0.7, 2);
    const fitted = await fittedQ(experience, { discount: 0.95, neighbours: 1 }, new Rng(1), context);
    for (let p = 0; p < mdp.pairs; p++) expect(fitted.at(mdp.pairState[p]!)[mdp.pairAction[p]!]!.q).toBeCloseTo(solution.q[p]!, 8);
  });
});

describe('odd logs get a right answer or a clear sentence', () => {
  const told = async (columns: Parameters<typeof tableOf>[0], given: Partial<ExperienceColumns> = {}): Promise<string> => {
    const experience = readExperience(tableOf(columns), { ...roles, ...given });
    const mdp = estimateMdp(experience);
    return findings(experience, mdp, await solveMdp(mdp, { discount: 0.9 })).map(note => note.text).join('\n');
  };

  it('one action only', async () => {
    expect(await told({ s: [1, 2], a: ['go', 'go'], r: [0, 1], n: [2, 3], d: [0, 1] })).toMatch(/one action only, "go", so there is nothing to decide/);
  });
  it('rewards of 0 only', async () => {
    expect(await told({ s: [1, 1], a: ['x', 'y'], r: [0, 0], n: [2, 2], d: [1, 1] })).toMatch(/Every reward is 0, so all actions are worth the same, 0/);
  });
  it('the same rows with different rewards: the mean counts', async () => {
    const columns = { s: [1, 1, 1], a: ['x', 'x', 'y'], r: [2, 4, 1], n: [2, 2, 2], d: [1, 1, 1] };
    expect(await told(columns)).toMatch(/brought different rewards in 1 of 1 cases; rewards are taken for random, and their mean counts/);
    const mdp = estimateMdp(readExperience(tableOf(columns), roles));
    expect((await solveMdp(mdp, { discount: 0.9 })).v[0]).toBe(3);
  });
  it('means that are equal by chance leave in doubt which action is best; ones that are equal in every draw do not', async () => {
    const one = (rewards: readonly number[]): Experience => readExperience(
      tableOf({ s: rewards.map(() => 1), a: rewards.map((_, i) => (i % 2 === 0 ? 'a' : 'b')), r: rewards, n: rewards.map(() => 2), d: rewards.map(() => 1) }), roles);
    const certainty = async (rewards: readonly number[]): Promise<number> => (await learnPolicy(one(rewards), { ...defaultPolicyOptions, draws: 200, replicates: 20 }, context)).result.states[0]!.certainty;
    const chance = await certainty([1, 1, -1, -1, 1, 1, -1, -1]);
    expect(chance).toBeGreaterThan(0.3);
    expect(chance).toBeLessThan(0.7);
    expect(await certainty([1, 1, 1, 1, 1, 1, 1, 1])).toBe(1);
  });

  it('states that are reached and never left', async () => {
    expect(await told({ s: [1, 1], a: ['x', 'y'], r: [0, 1], n: [2, 3], d: [0, 1] })).toMatch(/^The state \(2\) is reached but never left in the log, without an end being marked \(in 1 row\); it counts as an end of value 0\./);
  });
  it('ends in states that are left elsewhere', async () => {
    expect(await told({ s: [1, 2, 1], a: ['x', 'y', 'y'], r: [0, 1, 0], n: [2, 3, 3], d: [1, 1, 1] })).toMatch(/1 row marks the end of an episode in a state that is left elsewhere/);
  });
  it('states the policy never comes to', async () => {
    expect(await told({ s: [1, 1, 2], a: ['x', 'y', 'x'], r: [0, 5, 0], n: [2, 3, 3], d: [0, 1, 1], e: [1, 2, 1] }, { episode: 'e' })).toMatch(/never comes to 1 of the 2 states/);
  });
  it('episodes that go on after their end are divided there', () => {
    const e = readExperience(tableOf({ s: [1, 1], a: ['x', 'x'], r: [1, 1], n: [2, 2], d: [1, 1], e: [1, 1] }), { ...roles, episode: 'e' });
    expect(e.episodes!.count).toBe(2);
    expect(e.notes.at(-1)!.text).toMatch(/In 1 place an episode of "e" goes on after its end/);
  });
  it('a log of one row is learned from, and says what cannot be measured', async () => {
    const e = readExperience(tableOf({ s: [1], a: ['x'], r: [2], n: [2], d: [1] }), roles);
    const { result } = await learnPolicy(e, { ...defaultPolicyOptions, draws: 20 }, context);
    expect(result.states.map(s => s.value)).toEqual([2, 0]);
    expect(result.offPolicy).toBeUndefined();
    expect(result.notes.some(n => n.text.startsWith('The value of the policy was not measured'))).toBe(true);
  });
});

it('the whole result is plain JSON, and the same for the same seed', async () => {
  const { env, log } = simulate({ ...logs[0]!, count: 60 }, 2);
  const experience = experienceOf(env, log);
  const options = { ...defaultPolicyOptions, sweeps: 20, draws: 30, replicates: 50 };
  const run = async (): Promise<unknown> => {
    const { timings, ...rest } = (await learnPolicy(experience, options, context)).result;
    expect(Object.values(timings).every(t => t >= 0)).toBe(true);
    return rest;
  };
  const first = await run();
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  expect(await run()).toEqual(first);
});
