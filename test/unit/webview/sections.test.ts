import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { Metric } from '../../../src/protocol/measures';
import { contrast, mix, parseColour, tintShare, withAlpha } from '../../../webview/colour';
import { barRange, metricsTable } from '../../../webview/sections/metrics';
import { confusionTable } from '../../../webview/sections/confusion';
import { metricTexts, verdict } from '../../../webview/sections/metricNames';
import { weightsTable } from '../../../webview/sections/weights';
import { wideModel } from '../../fixtures/reports/wide';

const regression = JSON.parse(readFileSync(new URL('../../fixtures/reports/regression.json', import.meta.url), 'utf8')) as ModelFile;

const base = { panel: 'overview', title: 'T', summary: 's', method: 'm' } as const;

describe('the confusion matrix', () => {
  const table = confusionTable({ ...base, id: 'c', kind: 'confusion', classes: ['no', '__proto__'], counts: [[90, 10], [5, 45]] });

  test('has recall by row, precision by column and the share of all that is right', () => {
    expect(table.rows.map(row => row.map(cell => cell.value))).toEqual([
      ['no', 90, 10, 100, 0.9], ['__proto__', 5, 45, 50, 0.9], ['Precision', 90 / 95, 45 / 55, 150, 135 / 150],
    ]);
  });

  test('says the share of the row in words and as depth', () => {
    expect(table.rows[0]?.[2]).toMatchObject({ text: '10 · 10.0 %', heat: 0.1 });
  });

  test('a class without rows has no recall rather than a zero', () => {
    const empty = confusionTable({ ...base, id: 'c', kind: 'confusion', classes: ['a', 'b'], counts: [[0, 0], [1, 1]] });
    expect(empty.rows[0]?.[4]?.value).toBeUndefined();
  });
});

describe('the metrics', () => {
  const metric = (fields: Partial<Metric>): Metric => ({ name: 'accuracy', value: 0.8, ...fields });

  test('a value is better than its baseline only when its interval leaves the baseline out', () => {
    const alone = (fields: Partial<Metric>, better: 'higher' | 'lower') => verdict(metric(fields), better, [metric(fields)]);
    expect(alone({ low: 0.7, high: 0.9, baseline: 0.6 }, 'higher')).toBe('better');
    expect(alone({ low: 0.5, high: 0.9, baseline: 0.6 }, 'higher')).toBe('no clear difference');
    expect(alone({ low: 0.7, high: 0.9, baseline: 0.6 }, 'lower')).toBe('worse');
    expect(alone({}, 'higher')).toBeUndefined();
  });

  test('the tick is the paired verdict of the report where it has one, and none is invented for the metrics without', () => {
    const paired = metric({ low: 0.5, high: 0.9, baseline: 0.6, versusBaseline: { verdict: 'better', gain: 0.2, low: 0.1, high: 0.3 } });
    const without = metric({ name: 'ece', low: 0.1, high: 0.2, baseline: 0 });
    expect(verdict(paired, 'higher', [paired, without])).toBe('better');
    expect(verdict(without, 'lower', [paired, without])).toBeUndefined();
  });

  test('every metric of the protocol has a title and a direction', () => {
    expect(Object.values(metricTexts).every(text => text.title !== '' && (text.better === 'higher' || text.better === 'lower'))).toBe(true);
  });

  test('the bar of an unbounded metric spans from zero to the largest of value, interval and baseline', () => {
    expect(barRange(metric({ name: 'rmse', value: 3, low: 2, high: 4, baseline: 8 }), undefined)).toEqual([0, 8]);
    expect(barRange(metric({ name: 'r2', value: -0.5 }), undefined)).toEqual([-0.5, 0]);
  });

  test('columns that no metric has a value for are left out', () => {
    const section = { ...base, id: 'm', kind: 'metrics', baselineTitle: 'the mean' } as const;
    expect(metricsTable(section, [metric({})], 0.95).columns.map(column => column.title)).not.toContain('On training rows');
  });
});

describe('the weights', () => {
  const section = { ...base, id: 'w', kind: 'weights', level: 0.95, statisticName: 't', unit: 'g' } as const;

  test('the table has the columns that the weights have values for, grouped', () => {
    const table = weightsTable(section, regression.report.weights ?? []);
    expect(table.columns.map(column => column.title)).toEqual([
      'Term', 'Compared with', 'Estimate', 'Std. error', '95 % low', '95 % high', 't', 'p-value', 'Estimate', 'low', 'high', 'VIF',
    ]);
    expect(table.groups).toEqual([{ title: '', span: 2 }, { title: 'Weight', span: 6 }, { title: 'Standardised', span: 3 }, { title: '', span: 1 }]);
    expect(table.rows[0]?.slice(0, 4).map(cell => cell.value)).toEqual(['(Intercept)', undefined, 84087.945, 41912.019]);
  });

  test('five thousand features make five thousand rows, and the intercept', () => {
    expect(weightsTable(section, wideModel().report.weights ?? []).rows).toHaveLength(5001);
  });
});

test('colours of themes are read in every form that VS Code writes them in', () => {
  expect(parseColour('#3794FF')).toEqual({ red: 55, green: 148, blue: 255, alpha: 1 });
  expect(parseColour(' #fff8 ')?.alpha).toBeCloseTo(0.533, 3);
  expect(parseColour('rgba(1, 2, 3, 0.5)')).toEqual({ red: 1, green: 2, blue: 3, alpha: 0.5 });
  expect(withAlpha('#000000', 0.25)).toBe('rgba(0, 0, 0, 0.25)');
  expect(withAlpha('color-mix(in srgb, red, blue)', 0.5)).toBe('color-mix(in srgb, red, blue)');
  expect(mix('#000000', '#ffffff', 0.5)).toBe('rgba(128, 128, 128, 1)');
});

test('contrast of colours is that of WCAG 2: 21 of black on white, 4.54 of its grey example', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21, 10);
  expect(contrast('#fff', '#767676')).toBeCloseTo(4.54, 2);
  expect(contrast('#777', '#777')).toBe(1);
  expect(contrast('red', '#fff')).toBeUndefined();
});

test('the tint of heat cells is as strong as text on it stays legible', () => {
  // Abyss: pale text on dark blue; its charts' blue takes the contrast away.
  const abyss = ['#6688cc', '#000c18', '#3794ff'] as const;
  const share = tintShare(...abyss, 0.4);
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(0.4);
  const at = (of: number): number => contrast(abyss[0], mix(abyss[1], abyss[2], of))!;
  expect(at(share)).toBeGreaterThanOrEqual(4.5);
  expect(at(share + 0.02)).toBeLessThan(4.5);
  // Text that is below it without a tint gets none that makes it worse; colours that cannot be read get the full one.
  expect(tintShare('#888', '#777', '#999', 0.4)).toBeLessThan(0.02);
  expect(tintShare('#cccccc', '#1f1f1f', '#3794ff', 0.1)).toBe(0.1);
  expect(tintShare('red', '#fff', '#00f', 0.4)).toBe(0.4);
});
