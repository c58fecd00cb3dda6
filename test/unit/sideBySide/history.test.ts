/** The history of a model: oldest first, each version against the one before. */
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../../src/engine/sideBySide/history';
import type { HistoryEntry } from '../../../src/protocol/sideBySide';
import { model } from './support';

const at = (day: number) => `2026-01-0${day}T10:00:00.000Z`;
const entries: HistoryEntry[] = [
  { place: 'this', id: 'm', model: model('mine', [10, 10, 10, 10, 10], { features: ['a', 'b'] }, { created: at(3) }) },
  { place: 'earlier', model: model('mine', [11, 12, 13, 14, 15], {}, { created: at(1) }) },
  { place: 'other', id: 'o', model: model('other', [9, 9, 9, 9, 9], { seed: 7 }, { created: at(2) }) },
];

describe('the history of a model', () => {
  const { result, drawn } = historyOf(entries);

  it('is in the order of the trainings, with what changed', () => {
    expect(result.entries.map(({ place, change }) => [place, change?.changes])).toEqual([
      ['earlier', undefined], ['other', ['Seed: 1 → 7']], ['this', ['Features left out: c', 'Seed: 7 → 1']],
    ]);
  });

  it('says of other held-out rows that nothing can be said', () => {
    expect(result.verdict).toEqual([
      'Beside the model itself: 1 earlier version and 1 other model of the same data and target.',
      'From the last but one to the last nothing is said of which is better: their folds were dealt with different seeds.',
    ]);
    expect(JSON.stringify(drawn.sections[0])).toContain('higher by 1, but their folds were dealt with different seeds');
  });

  it('gives paired differences between versions on the same folds', () => {
    const [, second] = historyOf(entries.slice(0, 2)).result.entries;
    expect(second!.change).toMatchObject({ sameFolds: true, metrics: [{ change: -3, verdict: 'better' }] });
  });

  it('has a table, newest first, and a line for each metric', () => {
    expect(drawn.sections.map(({ kind }) => kind)).toEqual(['table', 'curve']);
    expect(drawn.sections[0]).toMatchObject({ rows: [['3: 2026-01-03 10:00', 'this model'], ['2: 2026-01-02 10:00', 'other model: other'], ['1: 2026-01-01 10:00', 'earlier version']].map(row => expect.arrayContaining(row)) });
    expect(drawn.sections[1]).toMatchObject({ lines: [{ x: [1, 2, 3], y: [13, 9, 10] }] });
  });

  it('of a model that was trained once says so', () => {
    expect(historyOf(entries.slice(0, 1)).result.verdict[0]).toMatch(/^This is the only version so far\./);
  });
});
