/** The comparison of models as a table: one axis for all, the recommended one marked, what did not run named. */
import { describe, expect, test } from 'vitest';
import type { Comparison, ComparedModel } from '../../../src/protocol/comparison';
import type { Report, Section } from '../../../src/protocol/report';
import { comparison as renderer, comparisonTable, sharedRange } from '../../../webview/sections/comparison';
import { moreWords } from '../../../webview/tables/moreColumns';
import { repeatSentence } from '../../../webview/view/facts';
import { identityFor, modelOf, withDrawnSections } from '../../../webview/view/reportIdentity';

const section = { kind: 'comparison', id: 'comparison', panel: 'overview', title: 'Models compared', summary: 's', method: 'm' } as const;
const model = (family: string, value: number, more: Partial<ComparedModel> = {}): ComparedModel => ({
  family, title: `Model ${family}`, metrics: [{ name: 'rmse', value, low: value - 1, high: value + 1 }, { name: 'r2', value: 0.5 }], fitSeconds: 0.123, seconds: 1.5,
  scores: [{ name: 'featuresUsed', title: 'Features used', value: 7, better: 'lower', method: 'how' }], ...more,
});
const found: Comparison = {
  metric: 'rmse', scheme: '5-fold cross-validation', rows: 100, level: 0.9, test: 'paired', best: 'ebm', recommended: 'linear', recommendation: 'Take it.',
  models: [model('linear', 10.5, { difference: { value: 0.5, low: -1, high: 2, standardError: 0.6, pValue: 0.4, withinOneStandardError: true } }), model('ebm', 10)],
  notRun: [{ family: 'neural', title: 'Neural network', reason: 'time', text: 'Neural network was not run: it would take about 90 s, and 4 s were left.', estimatedSeconds: 90 }],
};

describe('the table of a comparison', () => {
  const table = comparisonTable(section, found);
  const column = (title: string): number => table.columns.findIndex(one => one.title === title);

  test('has a row a model with metrics, difference, p, seconds and scores; columns of metrics that no model has are left out', () => {
    expect(table.columns.map(({ title }) => title)).toEqual([
      'Model', 'RMSE', '90 % interval', 'Value and interval', 'R²', 'Worse by', 'Interval of the difference', 'p', 'Fit, s', 'In all, s', 'Features used',
    ]);
    expect(table.rows.every(row => row.length === table.columns.length)).toBe(true);
    expect(table.rows[0]!.map(({ value }) => value)).toEqual(['Model linear', 10.5, '9.5 to 11.5', undefined, 0.5, 0.5, '-1 to 2', 0.4, 0.123, 1.5, 7]);
  });

  test('marks the recommended model in words, and the best', () => {
    expect(table.rows[0]![0]!.text).toBe('Model linear (recommended)');
    expect(table.rows[1]![0]!.text).toBe('Model ebm');
    expect(table.rows[1]![column('Worse by')]).toMatchObject({ value: 0, text: 'best' });
    expect(table.rows[0]![column('Worse by')]!.text).toBe('0.5000 ≈');
  });

  test('draws all models on one axis', () => {
    expect(sharedRange(found)).toEqual([9, 11.5]);
    expect(sharedRange({ ...found, models: [model('a', 4, { metrics: [{ name: 'rmse', value: 4 }] })] })).toEqual([2, 6]);
  });
});

describe('below the table', () => {
  const view = (report: Partial<Report>, explainFamily?: (family: string) => void) =>
    ({ report: { model: { family: 'linear' }, comparison: found, ...report } as Report, state: {}, domId: 'd', change: () => undefined, explainFamily });
  const text = (extra: unknown): string => JSON.stringify(extra, (key, value: unknown) => (key === 'ref' ? undefined : value));

  test('what did not run is named with its reason', () => {
    expect(text(renderer.render(section, view({})).extra)).toContain('it would take about 90 s, and 4 s were left.');
  });

  test('the recommended model can be explained where it is another than the one shown, there is a host, and nothing is to come', () => {
    const offers = (report: Partial<Report>, host = true) => text(renderer.render(section, view(report, host ? () => undefined : undefined)).extra).includes('Explain the Recommended Model');
    const ebm = { model: { family: 'ebm', title: 'EBM', task: 'regression' } } as const;
    expect(offers(ebm)).toBe(true);
    expect(offers({})).toBe(false);
    expect(offers(ebm, false)).toBe(false);
    expect(offers({ ...ebm, comparison: { ...found, waiting: [{ family: 'neural', title: 'Neural network' }] } })).toBe(false);
  });

  test('a report without a comparison says so', () => {
    expect(renderer.render(section, view({ comparison: undefined })).empty).toBe('No model could be compared.');
  });
});

describe('a row that arrives', () => {
  const metrics = { kind: 'metrics', id: 'metrics' } as unknown as Section;
  const card = { kind: 'comparison', id: 'comparison' } as unknown as Section;
  const base = { recipe: { target: 'y' }, sections: [metrics] } as unknown as Report;
  const arrived = (models: readonly ComparedModel[], sections: readonly unknown[] = [{ ...metrics }, { ...card }]): Report =>
    ({ ...structuredClone(base), comparison: { ...found, models }, sections } as Report);

  test('redraws the card of the comparison and no other', () => {
    const first = withDrawnSections(base, arrived(found.models.slice(0, 1)));
    const second = withDrawnSections(first, arrived(found.models));
    for (const report of [first, second]) {
      expect(report.sections[0]).toBe(metrics);
      expect(identityFor(metrics, report)).toBe(base);
      expect(identityFor(card, report)).toBe(report);
    }
    expect(second.comparison!.models).toEqual(found.models);
  });

  test('of another report redraws everything', () => {
    const other = arrived(found.models, [{ ...metrics, summary: 'Edited.' }, card]);
    expect(withDrawnSections(base, other)).toBe(other);
    expect(identityFor(metrics, other)).toBe(other);
    const same = structuredClone(base);
    expect(withDrawnSections(base, same)).toBe(same);
    const edited = { ...arrived(found.models), edits: { made: 1 } } as unknown as Report;
    expect(withDrawnSections(base, edited)).toBe(edited);
    expect(modelOf(edited)).toBe(edited);
  });
});

test('a table that goes on sideways says on which side', () => {
  expect(moreWords(0, 1000, 1000)).toBe('');
  expect(moreWords(0, 1000, 1400)).toBe('more columns: scroll sideways →');
  expect(moreWords(200, 1000, 1400)).toBe('← more columns on both sides →');
  expect(moreWords(400, 1000, 1400)).toBe('← more columns');
});

test('the Data page says that a limit of time took part in the choice of the model, and how its numbers are repeated', () => {
  const sentence = (more: Partial<Comparison>, model = 'linear') => repeatSentence({ comparison: { ...found, ...more }, recipe: { model } as Report['recipe'] });
  expect(sentence({ seconds: 20 })).toContain('within 20 seconds');
  expect(sentence({ seconds: 20 })).toContain('--model linear');
  const plain = 'The same recipe on the same file gives the same numbers.';
  expect(sentence({})).toBe(plain);
  expect(sentence({ seconds: 20 }, 'ebm')).toBe(plain);
  expect(sentence({ seconds: 20, takenOver: { date: '2026', file: 'f' } })).toBe(plain);
});
