/** `unveil policy` as a user runs it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { TargetlessReport } from '../../../src/protocol/report';
import { examples, run } from './run';

const log = join(examples, 'gridworld.csv');
const folder = mkdtempSync(join(tmpdir(), 'unveil-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const quick = ['--set', 'draws=50', '--set', 'replicates=50', '--set', 'sweeps=10'];

it('takes the promised flags, and gives the report as JSON', async () => {
  const named = ['--state', 'row,column', '--action', 'action', '--reward', 'reward', '--next', 'next_row,next_column', '--done', 'done', '--episode', 'episode', '--order', 'none', '--gamma', '0.9'];
  const { status, stdout, stderr } = await run(['policy', log, ...named, ...quick, '--json', '-']);
  expect([status, stderr]).toEqual([0, '']);
  const { decisions, recipe, notes } = JSON.parse(stdout) as TargetlessReport;
  expect(recipe.roles).toEqual({ states: ['row', 'column'], action: 'action', reward: 'reward', nextStates: ['next_row', 'next_column'], done: 'done', episode: 'episode' });
  expect(decisions).toMatchObject({ discount: 0.9, transitions: 3982, states: 39, actions: ['down', 'left', 'right', 'up'] });
  // Two steps to a goal worth 20, the first costs 1: 0.9 * 20 - 1.
  expect(decisions!.policy.find(({ state }) => state.join() === '2,6')!.value).toBeCloseTo(17, 9);
  expect(notes.some(({ text }) => text.startsWith('Taken as'))).toBe(false);
});

it('tells the terminal what to do, saves the model, and writes the rows with their best actions', async () => {
  const [model, out, page] = ['grid.unveil.json', 'out.csv', 'grid.html'].map(name => join(folder, name)) as [string, string, string];
  const { status, stdout } = await run(['policy', log, ...quick, '--save', model, '--out', out, '--html', page]);
  expect(status).toBe(0);
  expect(stdout).toContain('What to do in each state');
  expect(stdout).toContain('3,982 rows with the best action written to');
  expect(readFileSync(out, 'utf8').split('\n')[0]).toMatch(/,best_action,value,certainty,visits,support$/);
  expect(readFileSync(page, 'utf8')).toContain('<title>Decisions · gridworld.csv');
  const predicted = await run(['predict', model, log, '--out', '-']);
  expect(predicted.status).toBe(0);
  expect(predicted.stdout.split('\n')[1]).toBe(readFileSync(out, 'utf8').split('\n')[1]);
});

it('ends in one sentence where it cannot do what is asked', async () => {
  const endless = join(folder, 'endless.csv');
  writeFileSync(endless, `state,action,reward,next_state\n${'here,stay,1,here\n'.repeat(20)}`);
  const faults: readonly (readonly [readonly string[], RegExp])[] = [
    [[log, '--gamma', '2'], /^unveil: --gamma .*0.*1.*\n$/], [[log, '--action', 'actoin'], /^unveil: .*has no column "actoin".*"action".*\n$/],
    [[log, '--method', 'deep'], /^unveil: --method .*\n$/], [[join(examples, 'iris.csv')], /^unveil: .*Name the column of the .*\n$/],
    [[endless, '--gamma', '1', ...quick], /^unveil: With a discount of 1 .*choose a discount below 1.*\n$/],
  ];
  for (const [args, message] of faults) {
    const { status, stdout, stderr } = await run(['policy', ...args]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  }
});
