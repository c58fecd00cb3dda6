import { expect, test } from 'vitest';
import type { Section } from '../../../src/protocol/report';
import type { PanelId } from '../../../src/protocol/sectionBase';
import { fromStored, initialState, sectionState, toStored, visiblePanels, withPanel, withRow, withSection } from '../../../webview/state';

test('state survives being stored and read back, with sections named __proto__ and constructor', () => {
  let state = withPanel(initialState, 'weights');
  state = withSection(state, '__proto__', { asTable: true });
  state = withSection(state, '__proto__', { sort: { column: 2, descending: true } });
  state = withSection(state, 'constructor', { choice: { feature: '__proto__', class: 'a' }, rows: 400, filter: 'x', expanded: true });
  const back = fromStored(JSON.parse(JSON.stringify(toStored(state, 'penguins'))));
  expect(back.name).toBe('penguins');
  expect(back.state).toEqual(state);
  expect(sectionState(back.state, '__proto__')).toEqual({ asTable: true, sort: { column: 2, descending: true } });
  expect(sectionState(back.state, 'toString')).toEqual({});
});

test.each([undefined, null, 'text', 3, [], {}, { version: 2 }, { version: 1, sections: 'no', panel: 'nowhere' }])(
  'stored state that is not ours (%j) gives the initial state',
  stored => {
    expect(fromStored(stored).state).toEqual(initialState);
  },
);

test('wrong fields within a section are left out, right ones kept', () => {
  const { state } = fromStored({ version: 1, name: 'n', panel: 'data', sections: [['a', { asTable: 'yes', rows: -1, filter: 'f', sort: { column: 'x' } }], 7] });
  expect(state.panel).toBe('data');
  expect(sectionState(state, 'a')).toEqual({ filter: 'f' });
});

test('an unknown panel leaves the state as it is', () => {
  expect(withPanel(initialState, 'nowhere' as 'data')).toBe(initialState);
});

test('tabs without sections are hidden, but for the overview, the data, the one in front and those that ask the model', () => {
  const section = (panel: PanelId): Section => ({ id: panel, panel, title: '', summary: '', method: '', kind: 'fit', values: [] });
  const ids = (current: PanelId, explainsRows: boolean): PanelId[] => visiblePanels({ sections: [section('effects'), section('weights')] }, current, explainsRows).map(panel => panel.id);
  expect(ids('overview', false)).toEqual(['overview', 'weights', 'effects', 'data']);
  expect(ids('overview', true)).toEqual(['overview', 'weights', 'effects', 'row', 'whatIf', 'data']);
  expect(ids('interpretability', false)).toEqual(['overview', 'weights', 'effects', 'interpretability', 'data']);
  expect(visiblePanels({ sections: [] }, 'overview', false).map(panel => panel.id)).toEqual(['overview', 'data']);
});

test('the row that was asked for is stored, and read back only as a row number', () => {
  const state = withRow(withPanel(initialState, 'row'), 77);
  expect(fromStored(JSON.parse(JSON.stringify(toStored(state, 'n')))).state).toEqual(state);
  for (const row of [0, -1, 1.5, '7', null, 1e300]) expect(fromStored({ version: 1, name: 'n', panel: 'row', sections: [], row }).state).not.toHaveProperty('row');
});
