/** Decisions from a log in a file to the report, the model file, the terminal and the columns of another file. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { exactValues, frozenLake, gridworld, taxi, type Environment } from '../../../examples/simulate.mjs';
import { policyText } from '../../../src/cli/policyText';
import { CancellableContext } from '../../../src/engine/context';
import { parseModelFile } from '../../../src/engine/modelFile';
import { predictFile } from '../../../src/engine/predict';
import { assertFiniteReport } from '../../../src/engine/report/finite';
import type { TargetlessReport } from '../../../src/protocol/report';
import type { TargetlessRequest } from '../../../src/protocol/recipe';
import type { SectionOf } from '../../../webview/sections/section';
import { renderSection } from '../../../webview/sections/registry';
import { example, exploring, Folder, sectionOf } from './support';

const folder = new Folder();
afterAll(() => folder.remove());

const quick = { draws: 100, replicates: 100, sweeps: 30 };
const asked = (make: () => Environment): ReturnType<typeof exploring> => exploring({ file: example(`${make().name}.csv`), task: 'decisions', options: { ...quick, discount: make().discount } });
const grid = asked(gridworld);
const lake = asked(frozenLake);
const cab = asked(taxi);
const panels = ['overview', 'policy', 'values', 'evidence', 'learning', 'data'];

/** The largest loss, by the true values, of the reported actions in all states where decisions were taken. */
function loss(env: Environment, { decisions }: TargetlessReport): number {
  const { q, v } = exactValues(env, env.discount);
  const states = new Map(env.states.map((state, s) => [state.join('|'), s]));
  return Math.max(...decisions!.policy.filter(({ action }) => action !== undefined).map(({ state, action }) => {
    const s = states.get(state.join('|'))!;
    return v[s]! - q[s]![env.actions.indexOf(action!)]!;
  }));
}

describe('the policy of the shipped logs', () => {
  it.each([['gridworld', gridworld, grid], ['frozen_lake', frozenLake, lake], ['taxi', taxi, cab]] as const)('is optimal by the true values in every visited state of %s', async (_, make, run) => {
    const { report } = await run;
    expect(loss(make(), report)).toBeLessThan(1e-9);
    expect(report.decisions!.policy).toHaveLength(report.decisions!.states);
  });

  it('is on every panel, in numbers that JSON can say, and with sections of their own names', async () => {
    for (const model of [await grid, await lake, await cab]) {
      const { report } = model;
      assertFiniteReport(report);
      expect(new Set(report.sections.map(({ id }) => id)).size).toBe(report.sections.length);
      expect([...new Set(report.sections.map(({ panel }) => panel))]).toEqual(panels);
      for (const section of report.sections) expect(renderSection(section, { report, state: {}, domId: 'x', change: () => undefined }).empty).toBeUndefined();
      expect(report.model).toMatchObject({ family: 'policy', task: 'decisions', title: 'Q-learning' });
      expect(report.model.headline).toMatch(/^\d actions in \d+ states, worth \S+ instead of \S+$/);
    }
  });

  it('has its value beside that of what was done, with intervals, and says when it is better', async () => {
    const { decisions } = (await grid).report;
    const { policy, behaviour, gain } = decisions!.offPolicy!;
    expect(policy.low <= policy.value && policy.value <= policy.high).toBe(true);
    expect(gain.value).toBeCloseTo(policy.value - behaviour.value, 9);
    expect(gain.low).toBeGreaterThan(0);
    expect(decisions!.sentence).toContain('better by');
    // By exact values of the world itself: the policy from the mean start, and the log's mean return.
    const env = gridworld();
    const { v } = exactValues(env);
    const truth = env.starts.reduce((sum, s) => sum + v[s]! / env.starts.length, 0);
    expect(policy.low).toBeLessThan(truth);
    expect(policy.high).toBeGreaterThan(truth);
  });

  it('has credible intervals and probabilities that fit each other, and agrees with what Q-learning finds', async () => {
    for (const { report } of [await lake, await cab]) {
      for (const { actions, action } of report.decisions!.policy) {
        if (action === undefined) continue;
        expect(actions.reduce((sum, { best }) => sum + best, 0)).toBeCloseTo(1, 6);
        for (const { low, high, q } of actions) expect(low <= high && q > low - (high - low) - 1e-6 && q < high + (high - low) + 1e-6).toBe(true);
      }
      expect(report.decisions!.qLearning.agreement).toBeGreaterThan(0.85);
    }
  });

  it('says what Q-values rest on: shares of all discounted steps, whose contributions add up to Q where all are shown', async () => {
    const { restsOn } = (await grid).report.decisions!;
    expect(restsOn.length).toBeGreaterThanOrEqual(5);
    expect(restsOn.length).toBeLessThanOrEqual(10);
    const whole = restsOn.filter(({ on }) => on.reduce((sum, { share }) => sum + share, 0) > 1 - 1e-9);
    expect(whole.length).toBeGreaterThan(0);
    for (const { q, on } of whole) expect(on.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(q, 6);
    const { rows } = whole[0]!.on[0]!;
    const line = readFileSync(example('gridworld.csv'), 'utf8').split('\n')[rows[0]!]!.split(',');
    expect(`row=${line[1]}, column=${line[2]}`).toBe(whole[0]!.on[0]!.state);
    expect(line[3]).toBe(whole[0]!.on[0]!.action);
  });

  it('varies discount, learning rate and exploration, with the run’s own setting marked', async () => {
    const { sensitivity } = (await lake).report.decisions!;
    for (const vary of ['discount', 'learningRate', 'exploration'] as const) {
      const rows = sensitivity.filter(row => row.vary === vary);
      expect(rows.length).toBeGreaterThanOrEqual(6);
      expect(rows.filter(({ chosen }) => chosen)).toHaveLength(1);
    }
    const explored = sensitivity.filter(({ vary }) => vary === 'exploration').map(({ value }) => value!);
    expect(explored[0]).toBeGreaterThan(explored.at(-1)!);
  });

  it('is told in the terminal', async () => {
    const { report } = await cab;
    const text = policyText(report);
    expect(text).toContain(`Q-learning of taxi.csv, 28,865 of 28,865 rows: ${report.model.headline}`);
    expect(text).toContain(report.decisions!.sentence);
    for (const part of ['What to do in each state', 'learned policy', 'what was done', 'double Q-learning', 'learning rate', '40 states visited most']) expect(text).toContain(part);
  });

  it('is in a model file that is read back as it was, with the parts of the columns', async () => {
    const model = await grid;
    expect(await parseModelFile(JSON.stringify(model), 'm.unveil.json')).toEqual(JSON.parse(JSON.stringify(model)));
    expect(model.recipe.roles).toEqual({ states: ['row', 'column'], action: 'action', reward: 'reward', nextStates: ['next_row', 'next_column'], done: 'done', episode: 'episode' });
    const roles = Object.fromEntries(model.report.data.columns.map(({ name, role }) => [name, role]));
    expect(roles).toEqual({ episode: 'episode', row: 'feature', column: 'feature', action: 'action', reward: 'reward', next_row: 'nextState', next_column: 'nextState', done: 'end' });
    expect(model.report.notes.filter(({ kind, text }) => kind === 'guess' && text.startsWith('Taken as the ')).length).toBe(6);
  });
});

describe('the grid of a policy', () => {
  const drawn = async (asTable = false): Promise<{ section: SectionOf<'policyGrid'>; body: ReturnType<typeof renderSection> }> => {
    const { report } = await lake;
    const section = sectionOf(await lake, 'policyGrid', 'policyGrid');
    return { section, body: renderSection(section, { report, state: { asTable }, domId: 'x', change: () => undefined }) };
  };

  it('has the best action of each state in its place, and doubt where the report has it', async () => {
    const { section } = await drawn();
    const { policy } = (await lake).report.decisions!;
    expect(section.cells).toHaveLength(policy.length);
    for (const cell of section.cells) {
      const state = policy.find(each => each.state[0] === String(section.rows[cell.row]) && each.state[1] === String(section.columns[cell.column]))!;
      expect(cell.best.map(a => section.actions[a]!.name)[0]).toBe(state.action);
      expect(cell).toMatchObject({ value: state.value, uncertain: state.uncertain, unsupported: state.unsupported });
    }
    expect(section.actions.map(({ name, arrow }) => [name, arrow])).toEqual([['down', 'down'], ['left', 'left'], ['right', 'right'], ['up', 'up']]);
    expect(section.cells.filter(({ start }) => start)).toHaveLength(1);
  });

  it('has a table with a row a cell, in words', async () => {
    const { section, body } = await drawn(true);
    const table = body.table!();
    expect(table.rows).toHaveLength(section.cells.length);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    const ends = section.cells.filter(({ best }) => best.length === 0);
    expect(ends.length).toBeGreaterThan(0);
    expect(table.rows.filter(row => row[2]!.value === 'an end: nothing to decide')).toHaveLength(ends.length);
  });

  it('is not drawn where states are four columns; the table of the policy is', async () => {
    const { report } = await cab;
    expect(report.sections.some(({ kind }) => kind === 'policyGrid')).toBe(false);
    expect(sectionOf(await cab, 'table', 'policyTable').rows).toHaveLength(400);
    const matrices = sectionOf(await cab, 'heatmap', 'qTable').matrices;
    expect(matrices.map(({ name }) => name)).toEqual(['Value of the action (Q)', 'Width of its 95 % credible interval', 'Visits in the log', 'Probability of being best', 'Q by Q-learning', 'Q by double Q-learning']);
    expect(matrices[0]!.rows).toHaveLength(60);
    expect(sectionOf(await cab, 'heatmap', 'qTable').summary).toContain('the 60 states visited most of 400 states');
  });
});

describe('the rows of another file', () => {
  it('get the best action of their state, what it is worth, and what that rests on', async () => {
    const model = await grid;
    const file = folder.write('more.csv', 'row,column,who\n1,6,a\n9,9,b\n,2,c\n1,7,d\n');
    const out = folder.file('more-out.csv');
    const { notes } = await predictFile({ model, file, out }, new CancellableContext());
    const [header, ...lines] = readFileSync(out, 'utf8').trim().split('\n').map(line => line.split(','));
    expect(header!.slice(3)).toEqual(['best_action', 'value', 'certainty', 'visits', 'support']);
    expect(lines[0]!.slice(3)).toEqual(['right', '20', '1', '173', 'supported']);
    expect(lines[1]!.slice(3)).toEqual(['', '', '', '0', 'not in the log']);
    expect(lines[2]!.slice(3)).toEqual(['', '', '', '0', 'missing cell']);
    expect(lines[3]!.slice(3)).toEqual(['', '0', '', '0', 'end']);
    expect(notes.map(({ text }) => text).join(' ')).toContain('1 row has a state that the log does not show');
  });

  it('need the columns of the state and no others', async () => {
    const file = folder.write('lacking.csv', 'row,x\n1,2\n');
    await expect(predictFile({ model: await grid, file, out: folder.file('x.csv') }, new CancellableContext())).rejects.toThrow(/lacks the column "column"/);
  });
});

/** A log of numbers: x moves by the action, and 1 is earned beyond 1. */
function line(rows: number): string {
  let [x, episode, seed] = [0.5, 1, 12345];
  const uniform = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const lines = ['ep,x,action,reward,x_next,done'];
  for (let i = 0; i < rows; i++) {
    const right = uniform() < 0.5;
    const next = Math.max(0, x + (right ? 0.1 : -0.1) + 0.02 * (uniform() - 0.5));
    const done = next > 1;
    lines.push(`${episode},${x},${right ? 'right' : 'left'},${done ? 1 : 0},${next},${done}`);
    x = done ? uniform() : next;
    if (done) episode++;
  }
  return `${lines.join('\n')}\n`;
}

describe('states of numbers', () => {
  it('are cut into bins, and valued without bins by fitted Q-iteration, which other rows get', async () => {
    const model = await exploring({ file: folder.write('line.csv', line(1500)), task: 'decisions', options: { ...quick, method: 'fitted', discount: 0.9 } });
    const { decisions, notes } = model.report;
    expect(notes.some(({ text }) => text.includes('were cut into'))).toBe(true);
    expect(decisions!.fitted!.agreement).toBeGreaterThan(0.9);
    // Right is best everywhere, and the nearer to the end the more a state is worth.
    expect(decisions!.fitted!.states.filter(({ action }) => action === 'right').length).toBeGreaterThan(0.9 * decisions!.fitted!.states.length);
    expect(sectionOf(model, 'table', 'fittedValues').rows).toHaveLength(decisions!.fitted!.states.length);
    expect(sectionOf(model, 'curve', 'fittedLine1').lines.map(({ name }) => name)).toEqual(['left', 'right']);
    expect(sectionOf(model, 'table', 'fittedTrust').summary).toBe(decisions!.fitted!.sentence);
    expect(decisions!.fitted!.sentence).toMatch(/They take the same action, or one as good, in .* of 600 rows spread over the log\./);
    expect(policyText(model.report)).toContain(decisions!.fitted!.sentence);
    assertFiniteReport(model.report);
    for (const section of model.report.sections) expect(renderSection(section, { report: model.report, state: {}, domId: 'x', change: () => undefined }).empty).toBeUndefined();
    const out = folder.file('line-out.csv');
    await predictFile({ model, file: folder.write('points.csv', 'x\n0.3\n0.95\n5\n'), out }, new CancellableContext());
    const [header, low, high, far] = readFileSync(out, 'utf8').trim().split('\n').map(text => text.split(','));
    expect(header!.slice(1)).toEqual(['best_action', 'value', 'certainty', 'visits', 'support', 'distance']);
    expect([low![1], high![1]]).toEqual(['right', 'right']);
    expect([low![5], high![5], far![5]]).toEqual(['supported', 'supported', 'outside']);
    // From 0.95 the next step ends it (worth nearly 1); from 0.3 it takes some eight.
    expect(Number(high![2])).toBeGreaterThan(0.9);
    expect(Number(low![2])).toBeLessThan(0.65);
    expect(Number(low![2])).toBeGreaterThan(0.3);
  });
});

describe('two columns of numbers', () => {
  it('have the policy without bins as a grid, and its values as a heat map', async () => {
    const lines = line(600).trim().split('\n');
    const two = lines.map((text, i) => (i === 0 ? `${text},y,y_next` : `${text},${((i * 37) % 101) / 101},${(((i + 1) * 37) % 101) / 101}`)).join('\n');
    const model = await exploring({ file: folder.write('two.csv', `${two}\n`), task: 'decisions', options: { ...quick, method: 'fitted', discount: 0.9 } });
    const grid = sectionOf(model, 'policyGrid', 'fittedPolicy');
    expect([grid.across, grid.down, grid.actions.map(({ name }) => name)]).toEqual(['x', 'y', ['left', 'right']]);
    expect(grid.cells.reduce((sum, { visits }) => sum + visits, 0)).toBe(600);
    const { matrices } = sectionOf(model, 'heatmap', 'fittedMap');
    expect(matrices.map(({ name }) => name)).toEqual(['Value of the best action', 'Value of left', 'Value of right', 'Lead over the strongest rival']);
    expect(matrices[0]!.values[grid.cells[0]!.row]![grid.cells[0]!.column]).toBe(grid.cells[0]!.value);
    assertFiniteReport(model.report);
    for (const section of model.report.sections) expect(renderSection(section, { report: model.report, state: {}, domId: 'x', change: () => undefined }).empty).toBeUndefined();
  });
});

describe('odd logs', () => {
  const notesOf = async (name: string, text: string, more: Partial<TargetlessRequest> = {}): Promise<{ said: string; report: TargetlessReport }> => {
    const { report } = await exploring({ file: folder.write(name, text), task: 'decisions', options: quick, ...more });
    assertFiniteReport(report);
    return { said: report.notes.map(note => note.text).join('\n'), report };
  };
  const rows = (header: string, row: (i: number) => string, count = 40): string => `${header}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`;
  const header = 'state,action,reward,next_state,done';

  it('with one action leave nothing to choose', async () => {
    const { said, report } = await notesOf('single.csv', rows(header, i => `${i % 3},go,1,${(i + 1) % 3},${i % 3 === 2}`));
    expect(said).toContain('one action only, "go"');
    expect(said).not.toContain('how long they let an episode go on');
    expect(report.decisions!.sentence).toContain('nothing to choose');
    expect(report.model.headline).toBe('1 action in 3 states, nothing to choose');
    // The policy is what was done: one value, one interval, one sentence.
    const { policy, behaviour, estimator, estimates } = report.decisions!.offPolicy!;
    expect(policy).toEqual(behaviour);
    expect([estimator, estimates.length]).toEqual(['logged', 1]);
    expect(sectionOf({ report } as never, 'estimates', 'offPolicy').groups.map(({ items }) => items.length)).toEqual([1]);
    expect(said).not.toContain('measured by cross-fitting:');
    expect(policyText(report)).not.toContain('what was done  ');
  });

  it('without rewards are worth nothing, whatever is done', async () => {
    const { said, report } = await notesOf('zero.csv', rows(header, i => `${i % 3},${i % 2 ? 'a' : 'b'},0,${(i + 1) % 3},${i % 7 === 6}`));
    expect(said).toContain('Every reward is 0');
    expect(said).toContain('only that this log never shows it');
    expect(report.decisions!.policy.every(({ value }) => value === 0)).toBe(true);
    // One of several equal actions is no better than the others: in the terminal, in the report and for other rows.
    expect(policyText(report)).toMatch(/^0 +any of a, b +0 /m);
    expect(sectionOf({ report } as never, 'table', 'policyTable').rows.map(row => row[1])).toEqual(['any of a, b', 'any of a, b', 'any of a, b']);
    const model = await exploring({ file: folder.file('zero.csv'), task: 'decisions', options: quick });
    const out = folder.file('zero-out.csv');
    await predictFile({ model, file: folder.write('zero-in.csv', 'state\n1\n'), out }, new CancellableContext());
    expect(readFileSync(out, 'utf8').trim().split('\n')[1]).toMatch(/^1,"any of a, b",0,1,\d+,no difference$/);
    expect(report.decisions!.sentence).toBe('From 40 transitions nothing can be chosen: in every state all actions of the log are worth the same.');
  });

  it('count states as decisions are taken in them, in the headline as in the sentence', async () => {
    const { report } = await notesOf('ends.csv', rows(header, i => `${i % 3},${(i >> 2) % 2 ? 'a' : 'b'},${i % 5},${i % 3 + 1},${i % 3 === 2}`));
    expect(report.decisions!.states).toBe(4);
    expect(report.model.headline).toMatch(/^2 actions in 3 states, worth /);
    expect(report.decisions!.sentence).toContain('learned for 3 states');
  });

  it('that contradict themselves are taken for chance', async () => {
    const { said, report } = await notesOf('contradictory.csv', rows(header, i => `s,a,${i % 2 ? 1 : -1},${i % 2 ? 'good' : 'bad'},true`));
    expect(said).toContain('led to different states');
    expect(report.decisions!.policy.find(({ state }) => state[0] === 's')!.value).toBeCloseTo(0, 9);
    // Sums that cancel leave no rounding behind that would be read as a difference.
    expect(report.decisions!.offPolicy!.gain).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('of one row say one thing about chance', async () => {
    const { said } = await notesOf('one.csv', rows(header, () => 'x,a,1,y,true', 1));
    expect(said.match(/chance|for certain/g)).toEqual(['chance', 'for certain']);
    expect(said).toContain('No action was tried twice in the same state, so the log cannot show whether outcomes vary by chance');
    expect(said).toContain('1 was told apart');
    expect(said).not.toContain('discount of 1');
  });

  it.each([1e-40, 1e-12, 1e9])('have the same policy whatever unit rewards have: times %s', async times => {
    const of = (by: number): string => rows(header, i => `${i % 3},${'ab'[(i >> 1) % 2]},${((i * 7) % 11) * by},${(i * i + 1) % 3},${i % 7 === 6}`, 80);
    const [one, other] = [(await notesOf('unit.csv', of(1))).report.decisions!, (await notesOf('scaled.csv', of(times))).report.decisions!];
    expect(other.policy.map(({ action }) => action)).toEqual(one.policy.map(({ action }) => action));
    other.policy.forEach((state, s) => {
      expect(state.value / times).toBeCloseTo(one.policy[s]!.value, 8);
      state.actions.forEach((action, a) => expect(action.high / times).toBeCloseTo(one.policy[s]!.actions[a]!.high, 3));
    });
    expect(other.offPolicy!.gain.low / times).toBeCloseTo(one.offPolicy!.gain.low, 8);
    expect(other.qLearning.largestDistance / times).toBeCloseTo(one.qLearning.largestDistance, 8);
  });

  it.each([['1e300', '1e+300'], ['1.7e308', '1e+308'], ['2e-300', '1e-300']])('with rewards of %s say what to divide them by', async (reward, by) => {
    const file = folder.write('huge.csv', rows(header, i => `${i % 3},${i % 2 ? 'a' : 'b'},${reward},${(i + 1) % 3},${i % 7 === 6}`));
    await expect(exploring({ file, task: 'decisions', options: quick })).rejects.toThrow(new RegExp(`divide them all by one number, such as ${by.replace('+', '\\+')}: that changes`));
  });

  it('with states that nothing leads on from, or that the policy never comes to, say so', async () => {
    const { said } = await notesOf('unreachable.csv', rows(`ep,${header}`, i => (i % 2 ? `${i},start,${i % 4 === 1 ? 'a' : 'b'},${i % 4 === 1 ? 1 : 0},${i % 4 === 1 ? 'goal' : 'pit'},${i % 4 === 1}` : `${i},start,b,0,pit,false`)));
    expect(said).toContain('reached but never left');
  });

  it('without a next state take that of the next row', async () => {
    const { said, report } = await notesOf('sequence.csv', rows('episode,state,action,reward', i => `${Math.floor(i / 4)},${i % 4},${i % 3 ? 'a' : 'b'},${i % 4 === 3 ? 1 : 0}`));
    expect(said).toContain('No column names the state after an action');
    expect(report.recipe.roles!.nextStates).toEqual([]);
    const caveat = 'No column says where episodes end: the last row of each "episode" was taken for its end, and what follows it is worth 0.';
    expect(said).toContain(caveat);
    expect(sectionOf({ report } as never, 'table', 'decisions').assumptions!.join(' ')).toContain(caveat);
  });

  it('with other names need these to be given, and are then read the same', async () => {
    const text = rows('wo,was,lohn,danach,schluss', i => `${i % 3},${i % 2 ? 'a' : 'b'},${i % 5},${(i + 1) % 3},${i % 7 === 6}`);
    const file = folder.write('names.csv', text);
    await expect(exploring({ file, task: 'decisions' })).rejects.toThrow(/Name the column of the reward/);
    const { report } = await notesOf('names.csv', text, { roles: { states: ['wo'], action: 'was', reward: 'lohn', nextStates: ['danach'], done: 'schluss', episode: '' } });
    expect(report.recipe.roles).toEqual({ states: ['wo'], action: 'was', reward: 'lohn', nextStates: ['danach'], done: 'schluss' });
    expect(report.notes.some(({ text: note }) => note.startsWith('Taken as'))).toBe(false);
  });

  it('with parts that cannot be end in one sentence', async () => {
    const file = example('gridworld.csv');
    await expect(exploring({ file, task: 'decisions', roles: { action: 'acton' } })).rejects.toThrow(/has no column "acton" \(the action\)/);
    await expect(exploring({ file, task: 'decisions', roles: { states: ['row', 'action'], action: 'done' } })).rejects.toThrow(/No column is named as the next state of "action"/);
    await expect(exploring({ file, task: 'decisions', roles: { action: 'done', done: '', reward: 'action' } })).rejects.toThrow(/has to be a number/);
    await expect(exploring({ file, task: 'decisions', options: { discount: 1.5 } })).rejects.toThrow(/discount takes a number from 0 to 1/);
    await expect(exploring({ file: example('iris.csv'), task: 'decisions' })).rejects.toThrow(/Name the column of the/);
  });
});
