/** What the status bar says while something runs. */
import { describe, expect, it } from 'vitest';
import { runStatus } from '../../../src/services/runStatus';
import type { Run } from '../../../src/services/runs';

const run = (name: string, stage: string, fraction?: number): Run => ({ id: name, name, progress: { stage, ...(fraction !== undefined && { fraction }) }, cancel: () => undefined });

describe('the status bar', () => {
  it('says nothing while nothing runs', () => {
    expect(runStatus([])).toBeUndefined();
  });

  it('says the stage and how far it is', () => {
    expect(runStatus([run('price · flats.csv', 'Fitting', 0.456)])).toEqual({
      text: '$(sync~spin) Fitting 46 %', tooltip: 'price · flats.csv: Fitting 46 %', spoken: 'Unveil is working on price · flats.csv',
    });
  });

  it('shows no percentage that is not known, and draws no icon that a name asks for', () => {
    const status = runStatus([run('$(bug) a', 'Reading')])!;
    expect(status.text).toBe('$(sync~spin) Reading');
    expect(status.tooltip).not.toContain('$(bug)');
  });

  it('counts several runs and lists them in its tooltip', () => {
    const status = runStatus([run('a', 'Reading'), run('b', 'Fitting', 1)])!;
    expect(status.text).toBe('$(sync~spin) Unveil: 2 runs');
    expect(status.tooltip).toBe('a: Reading\nb: Fitting 100 %');
  });
});
