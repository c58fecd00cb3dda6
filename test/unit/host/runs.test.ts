/** Runs under way: the latest one of a model is the one that counts. */
import { describe, expect, it } from 'vitest';
import { Runs, type Run } from '../../../src/services/runs';

const runOf = (id: string, name: string, cancelled: string[]): Run =>
  ({ id, name, progress: { stage: 'Starting' }, cancel: () => cancelled.push(name) });

describe('runs', () => {
  it('of the same id: the later cancels the earlier, which then changes and ends nothing', () => {
    const runs = new Runs();
    const cancelled: string[] = [];
    let idle = 0;
    runs.onDidBecomeIdle(() => idle++);
    const first = runs.start(runOf('a', 'first', cancelled));
    const second = runs.start(runOf('a', 'second', cancelled));
    expect(cancelled).toEqual(['first']);
    expect([runs.isCurrent(first), runs.isCurrent(second)]).toEqual([false, true]);
    runs.progress(first, { stage: 'Fitting' });
    runs.end(first);
    expect(runs.all).toMatchObject([{ id: 'a', name: 'second', progress: { stage: 'Starting' } }]);
    expect(idle).toBe(0);
    runs.progress(second, { stage: 'Fitting' });
    expect(runs.get('a')?.progress.stage).toBe('Fitting');
    runs.end(second);
    runs.end(second);
    expect(runs.all).toEqual([]);
    expect(idle).toBe(1);
  });

  it('are finished early only at a stage that can be, one or all', async () => {
    const runs = new Runs();
    const asked: string[] = [];
    const finishable = (id: string, answer: boolean): Run => ({ ...runOf(id, id, []), finish: () => { asked.push(id); return Promise.resolve(answer); } });
    const live = { title: '', xTitle: '', yTitle: '', lines: [], canFinish: true };
    const [a, b, c] = [runs.start(finishable('a', true)), runs.start(finishable('b', false)), runs.start(runOf('c', 'c', []))];
    expect([runs.canFinish, await runs.finish()]).toEqual([false, 0]);
    for (const run of [a, b, c]) runs.progress(run, { stage: 'Training', live });
    expect([runs.canFinish, await runs.finish()]).toEqual([true, 1]);
    expect(asked).toEqual(['a', 'b']);
    expect(await runs.finish('a')).toBe(1);
    runs.progress(a, { stage: 'Training', live: { ...live, canFinish: false } });
    expect(await runs.finish('a')).toBe(0);
  });

  it('that have replaced another are cancelled by its id, once', () => {
    const runs = new Runs();
    const cancelled: string[] = [];
    runs.start(runOf('a', 'first', cancelled));
    runs.start(runOf('a', 'second', cancelled));
    runs.start(runOf('b', 'other', cancelled));
    expect(runs.cancel('a')).toBe(1);
    expect(cancelled).toEqual(['first', 'second']);
  });
});
