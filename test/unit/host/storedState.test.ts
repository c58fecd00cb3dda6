/** Which model a panel shows after a reload. */
import { describe, expect, it } from 'vitest';
import { findKept, readKept } from '../../../src/panels/storedState';
import type { StoredModel } from '../../../src/services/modelIndex';
import { summarise } from '../../../src/services/modelSummary';
import { fromStored, initialState, isStoredFor, panels, toStored, withPanel } from '../../../webview/state';
import { modelNamed } from './fixtures';

const stored = (id: string, name: string): StoredModel => ({ id, path: `/models/${id}.unveil.json`, ...summarise(modelNamed(name), 1) });
const models: readonly StoredModel[] = [stored('a', 'renamed'), stored('b', 'price'), { id: 'c', path: '/models/c.unveil.json', damage: 'Broken.' }];

describe('a panel that is brought back', () => {
  it('finds its model by the id that the webview stored, whatever the name is by now', () => {
    const kept = readKept(JSON.parse(JSON.stringify(toStored(initialState, 'price', 'a'))));
    expect(kept).toEqual({ id: 'a', name: 'price', panel: 'overview' });
    expect(findKept(models, kept)?.id).toBe('a');
  });

  it('finds it by name where no id was stored or no model has it', () => {
    expect(findKept(models, readKept(toStored(initialState, 'price')))?.id).toBe('b');
    expect(findKept(models, { id: 'gone', name: 'price' })?.id).toBe('b');
  });

  it('finds none that is gone or damaged', () => {
    expect(findKept(models, { id: 'gone', name: 'gone' })).toBeUndefined();
    expect(findKept(models, { id: 'c', name: 'c' })).toBeUndefined();
    expect(findKept(models, {})).toBeUndefined();
  });

  it('comes back on any of the panels', () => {
    for (const { id } of panels) expect(readKept(toStored(withPanel(initialState, id), 'price', 'a')).panel).toBe(id);
  });

  it('takes nothing from a state that is not ours', () => {
    for (const state of [undefined, null, 3, 'text', [], { id: 1, name: {}, panel: 'nowhere' }]) expect(readKept(state)).toEqual({});
  });

  it('keeps what was unfolded for the same model under another name, and not for another model', () => {
    const state = fromStored(toStored(initialState, 'price', 'a'));
    expect(isStoredFor(state, { id: 'a', name: 'renamed' })).toBe(true);
    expect(isStoredFor(state, { id: 'b', name: 'price' })).toBe(false);
    expect(isStoredFor(fromStored(toStored(initialState, 'price')), { id: 'b', name: 'price' })).toBe(true);
    expect(isStoredFor(fromStored(undefined), { name: 'price' })).toBe(true);
  });
});
