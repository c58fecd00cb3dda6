// Fitted Q-iteration along the columns of the state, and beside the bins.
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import type { Experience } from '../../../src/engine/policy/experience';
import { bestAlong, fittedMap, type FittedMap } from '../../../src/engine/policy/fittedMap';
import { fittedModel } from '../../../src/engine/policy/fittedModel';
import { fittedQ } from '../../../src/engine/policy/fittedQ';
import { fittedTrial, type FittedTrial } from '../../../src/engine/policy/fittedTrial';
import { readExperience } from '../../../src/engine/policy/readExperience';
import type { ReadOptions } from '../../../src/engine/policy/roles';
import type { ExperienceColumns } from '../../../src/protocol/recipe';
import { tableOf } from './logs';

const context = new CancellableContext();

/** Choices that each end at once: `reward` of a state in [0, 1]² and an action, with normal noise; `share` of them are a. */
function choices(rows: number, columns: readonly string[], reward: (state: readonly number[], action: string) => number, noise: number, read: ReadOptions, share = 0.5): Experience {
  const rng = new Rng(7);
  const made = Array.from({ length: rows }, () => {
    const state = columns.map(() => rng.uniform());
    const action = rng.uniform() < share ? 'a' : 'b';
    return { state, action, r: reward(state, action) + noise * rng.normal() };
  });
  const cells = (of: (row: (typeof made)[number]) => string | number): (string | number)[] => made.map(of);
  const table = tableOf({
    ...Object.fromEntries(columns.map((name, f) => [name, cells(row => row.state[f]!)])), act: cells(row => row.action), r: cells(row => row.r),
    ...Object.fromEntries(columns.map((name, f) => [`next_${name}`, cells(row => row.state[f]!)])), d: made.map(() => 1),
  });
  const roles: ExperienceColumns = { states: columns, action: 'act', reward: 'r', nextStates: columns.map(name => `next_${name}`), done: 'd' };
  return readExperience(table, roles, read);
}

/** All states of the experience as the first one. */
function oneState({ state, next, states }: Experience): Pick<Experience, 'state' | 'next' | 'states'> {
  return { state: state.map(() => 0), next: next.map(s => Math.min(s, 0)), states: { ...states, count: 1 } };
}

async function mapOf(experience: Experience): Promise<FittedMap> {
  return fittedMap(experience, fittedModel(experience, await fittedQ(experience, { discount: 0.9, neighbours: 10 }, new Rng(1), context)));
}

describe('the map of values without bins', () => {
  it('has in each cell of two columns the best action and the transitions of the log, numbers falling downwards', async () => {
    // Above the diagonal a is better, below it b.
    const experience = choices(3000, ['x', 'y'], ([x, y], action) => (action === 'a' ? y! - x! : x! - y!), 0.01, { bins: 'none' });
    const { grid, lines } = await mapOf(experience);
    expect(lines).toEqual([]);
    expect([grid!.across, grid!.down, grid!.columns.length, grid!.rows.length]).toEqual(['x', 'y', 12, 12]);
    expect(grid!.rows[0]).toBeGreaterThan(grid!.rows[11]!);
    expect(grid!.cells.reduce((sum, { visits }) => sum + visits, 0)).toBe(3000);
    for (const { row, column, actions, certainty, visits, actionVisits } of grid!.cells) {
      const lead = grid!.rows[row]! - grid!.columns[column]!;
      expect(actionVisits).toBeLessThanOrEqual(visits);
      if (Math.abs(lead) < 0.1) continue;
      expect(experience.actions[actions[0]!.action]).toBe(lead > 0 ? 'a' : 'b');
      expect(actions[0]!.value).toBeCloseTo(Math.abs(lead), 1);
      expect(certainty).toBeGreaterThan(0.99);
    }
  });

  it('is not certain by one neighbour, nor by equal ones: the spread has a floor, and certainty falls between the actions', async () => {
    const experience = choices(300, ['x', 'y'], ([x], action) => (action === 'a' ? Math.round(x!) : 0.5), 0, { bins: 'none' });
    const one = fittedModel(experience, await fittedQ(experience, { discount: 0.9, neighbours: 1 }, new Rng(1), context));
    const lone = fittedMap(experience, one).grid!.cells;
    expect(Math.max(...lone.map(({ certainty }) => certainty))).toBeLessThan(0.95);
    for (const { actions } of lone) for (const { standardError } of actions) expect(standardError).toBeGreaterThan(0);
    const { grid } = await mapOf(experience);
    for (const { actions } of grid!.cells) expect(actions[1]!.standardError).toBeGreaterThan(0);
    // Actions that differ by noise alone are no certainty at all.
    const even = await mapOf(choices(600, ['x', 'y'], () => 0, 1, { bins: 'none' }));
    const mean = even.grid!.cells.reduce((sum, { certainty }) => sum + certainty / even.grid!.cells.length, 0);
    expect(mean).toBeGreaterThan(0.6);
    expect(mean).toBeLessThan(0.85);
  });

  it('has lines along each of other columns, which cross where another action becomes best', async () => {
    const experience = choices(2000, ['x'], ([x], action) => (action === 'a' ? 0.3 : x!), 0.01, { bins: 'none' });
    const { grid, lines } = await mapOf(experience);
    expect(grid).toBeUndefined();
    const parts = bestAlong(lines[0]!).map(({ action, from, to }) => [experience.actions[action], Math.round(10 * from), Math.round(10 * to)]);
    expect(parts).toEqual([['a', 0, 3], ['b', 3, 10]]);
    const three = await mapOf(choices(500, ['x', 'y', 'z'], ([x]) => x!, 0.01, { bins: 'none' }));
    expect(three.lines.map(({ column, held }) => [column, held.length])).toEqual([['x', 2], ['y', 2], ['z', 2]]);
  });
});

describe('with bins or without', () => {
  const trialOf = async (reward: (state: readonly number[], action: string) => number, noise: number, neighbours: number): Promise<FittedTrial> => {
    const of = (bins: number | 'none'): Experience => choices(600, ['x'], reward, noise, { bins, binning: 'width' });
    return (await fittedTrial(of(2), of('none'), { discount: 0.9, neighbours }, new Rng(3), context))!;
  };

  it('trusts the values without bins where the best action changes within a bin', async () => {
    const { verdict, judged, trials } = await trialOf(([x], action) => ((Math.floor(x! * 6) % 2 === 0) === (action === 'a') ? 1 : 0), 0.1, 10);
    expect(verdict).toBe('fitted');
    expect(judged[0]).toMatchObject({ by: 'neighbours', better: trials });
    expect(judged[0]!.fitted).toBeGreaterThan(judged[0]!.binned + 0.2);
  });

  it('trusts the bins where they are right and single neighbours are noise', async () => {
    expect((await trialOf(([x], action) => ((x! < 0.5) === (action === 'a') ? 0.3 : 0), 1, 1)).verdict).toBe('binned');
  });

  it('is judged by bins with rows weighted by how seldom the log does as the policy would', async () => {
    // One bin; a is worth 1 in its lower half and b 0.2 in its upper one, and the log hardly ever takes b.
    const of = (bins: number | 'none'): Experience => choices(2000, ['x'], ([x], action) => (action === 'a' ? Number(x! < 0.5) : x! < 0.5 ? 0 : 0.2), 0, { bins, binning: 'width' }, 0.9);
    const { judged } = (await fittedTrial({ ...of(2), ...oneState(of(2)) }, of('none'), { discount: 0.9, neighbours: 5 }, new Rng(3), context))!;
    const bins = judged.find(({ by }) => by === 'bins')!;
    expect(bins.fitted).toBeGreaterThan(0.5);
    expect(bins.fitted).toBeLessThan(0.68);
    expect(bins.binned).toBeCloseTo(0.5, 1);
  });

  it('trusts neither where nothing sets the actions apart', async () => {
    expect((await trialOf(() => 0, 1, 10)).verdict).toBe('even');
  });

  it('gives no verdict on a handful of rows', async () => {
    const few = choices(30, ['x'], () => 0, 1, { bins: 'none' });
    expect(await fittedTrial(few, few, { discount: 0.9, neighbours: 5 }, new Rng(1), context)).toBeUndefined();
  });
});
