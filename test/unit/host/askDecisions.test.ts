/** The questions of Explain Decisions: the guess comes first, so that Enter goes on; nothing is asked of a program. */
import { describe, expect, it, vi } from 'vitest';
import { askDecisions, roleItems, rolesOf } from '../../../src/commands/askDecisions';
import type { Host } from '../../../src/commands/host';
import { guessColumns } from '../../../src/engine/policy/guessColumns';
import type { ProfileResult } from '../../../src/protocol/engine';
import type { ColumnProfile } from '../../../src/protocol/profile';

interface Pick { placeholder: string; items: readonly Item[]; activeItems?: readonly Item[]; step: number; totalSteps: number }
interface Item { readonly label: string; readonly detail?: string; readonly columns?: readonly string[] }

const picks: Pick[] = [];
/** Accepts what Enter would: the item made active, else the first. `answers`: the label of another item, by step. */
let answers: Record<number, string> = {};

vi.mock('vscode', () => ({
  QuickInputButtons: { Back: {} },
  window: {
    createQuickPick: () => {
      let accepted: () => void = () => undefined;
      const pick = {
        placeholder: '', items: [] as readonly Item[], activeItems: undefined as readonly Item[] | undefined, selectedItems: [] as readonly Item[], step: 0, totalSteps: 0, busy: false, buttons: [],
        onDidAccept: (listener: () => void) => { accepted = listener; }, onDidTriggerButton: () => undefined, onDidHide: () => undefined, dispose: () => undefined,
        show() {
          picks.push(pick);
          const wanted = answers[pick.step];
          pick.selectedItems = [wanted === undefined ? (pick.activeItems?.[0] ?? pick.items[0]!) : pick.items.find(({ label }) => label === wanted)!];
          accepted();
        },
      };
      return pick;
    },
  },
}));

const column = (name: string, kind: ColumnProfile['kind'], distinct: number): ColumnProfile => ({ name, kind, distinct, missing: 0, notes: [] }) as unknown as ColumnProfile;
const profile = {
  file: 'log.csv', rows: 100,
  columns: [
    column('episode', 'numeric', 10), column('row', 'numeric', 5), column('column', 'numeric', 5), column('action', 'categorical', 4), column('reward', 'numeric', 3),
    column('next_row', 'numeric', 5), column('next_column', 'numeric', 5), column('done', 'boolean', 2), column('weather', 'categorical', 3),
  ],
};
const result = { profile, targets: [], log: guessColumns(profile as never).guesses } as unknown as ProfileResult;
const host = { datasets: { profile: () => Promise.resolve(result) } } as unknown as Host;

async function asked(given: Record<number, string> = {}): ReturnType<typeof askDecisions> {
  picks.length = 0;
  answers = given;
  return askDecisions(host, '/data/log.csv');
}

describe('Explain Decisions', () => {
  it('asks for each part with its guess first: Enter all the way takes the guesses', async () => {
    const request = await asked();
    expect(request).toEqual({
      file: '/data/log.csv', task: 'decisions', options: { discount: 0.95 },
      roles: { states: ['row', 'column'], action: 'action', reward: 'reward', nextStates: ['next_row', 'next_column'], done: 'done', episode: 'episode', order: '' },
    });
    expect(picks.map(({ items }) => items[0]!.label)).toEqual(['row, column', 'action', 'reward', 'next_row, next_column', 'done', 'episode', 'The Order of the File', 'Discount 0.95']);
    expect(picks.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(picks.every(({ totalSteps }) => totalSteps === 8)).toBe(true);
    expect(picks[0]!.items[0]!.detail).toContain('by name');
  });

  it('takes another column, or that there is none, and another discount', async () => {
    const request = await asked({ 2: 'weather', 4: 'The State of the Next Row', 5: 'No Such Column', 8: 'Discount 0.99' });
    expect(request).toMatchObject({ options: { discount: 0.99 }, roles: { action: 'weather', nextStates: [], done: '', episode: 'episode' } });
  });

  it('offers as the next state the partners of the columns that were chosen, and no column twice', () => {
    const guesses = result.log!;
    expect(roleItems('nextStates', { states: ['column'] }, result, guesses)[0]).toMatchObject({ columns: ['next_column'] });
    expect(roleItems('nextStates', { states: ['weather'] }, result, guesses)[0]).toMatchObject({ label: 'The State of the Next Row', columns: [] });
    const offered = roleItems('action', { states: ['row', 'column'] }, result, guesses).map(({ label }) => label);
    expect(offered[0]).toBe('action');
    expect(offered).not.toContain('row');
    expect(offered).toContain('weather');
  });

  it('names every part, so that what has none is not guessed again', () => {
    expect(rolesOf({ states: ['a'], action: ['b'], reward: ['c'] })).toEqual({ states: ['a'], action: 'b', reward: 'c', nextStates: [], done: '', episode: '', order: '' });
  });
});
