/** Which stored models stand beside a report. */
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { Score } from '../../../src/protocol/measures';
import type { ScatterSection } from '../../../src/protocol/performanceSections';
import type { StoredModel } from '../../../src/services/modelIndex';
import { summarise } from '../../../src/services/modelSummary';
import { peersOf } from '../../../src/services/peers';
import { modelNamed } from './fixtures';

const index: Score = { name: 'index', title: 'Index', value: 60, low: 55, high: 65, better: 'higher', method: 'm', sentence: 's', group: 'composite' };
const plot: ScatterSection = {
  id: 'plot', panel: 'interpretability', kind: 'scatter', title: 't', summary: 's', method: 'm', xTitle: 'x', yTitle: 'y', xBetter: 'higher', yBetter: 'higher',
  metric: 'r2', score: 'index', points: [],
};
const { report } = modelNamed('own');
const question = { report: { ...report, sections: [plot] }, file: '/data/people.csv', id: 'own' };

function stored(id: string, change: { name?: string; title?: string; target?: string; file?: string; scores?: readonly Score[] } = {}): StoredModel {
  const base = modelNamed(change.name ?? 'price · people.csv');
  const model: ModelFile = {
    ...base,
    recipe: { ...base.recipe, target: change.target ?? 'price', file: change.file ?? '/data/people.csv' },
    report: { ...base.report, scores: change.scores ?? [index], model: { ...base.report.model, title: change.title ?? 'Linear regression' } },
  };
  return { id, path: `/models/${id}.unveil.json`, ...summarise(model, 1) };
}

describe('peers', () => {
  it('are the other models of the same file, target and task that have the metric and the score', () => {
    const models = [
      stored('own'), stored('a'), stored('b', { target: 'age' }), stored('c', { file: '/data/other.csv' }), stored('d', { scores: [] }),
      { id: 'e', path: '/models/e.unveil.json', damage: 'Broken.' },
    ];
    expect(peersOf(question, models)).toEqual([
      { name: 'Linear regression (price · people.csv)', metric: { name: 'r2', value: 0.5, low: 0.4, high: 0.6, baseline: 0 }, interpretability: index },
    ]);
  });

  it('are called by their family, by the name they were given, or by both where the family is not enough', () => {
    const names = (...models: StoredModel[]): string[] => (peersOf({ ...question, id: undefined }, models) ?? []).map(peer => peer.name);
    expect(names(stored('a'), stored('b', { title: 'Neural network', name: 'price · people.csv (2)' }))).toEqual(['Linear regression', 'Neural network']);
    expect(names(stored('a'), stored('b', { name: 'price · people.csv (2)' }))).toEqual(['Linear regression (price · people.csv)', 'Linear regression (price · people.csv (2))']);
    expect(names(stored('a', { name: 'my favourite' }))).toEqual(['my favourite']);
  });

  it('are not looked for where there is no plot for them', () => {
    expect(peersOf({ ...question, report }, [stored('a')])).toBeUndefined();
  });
});
