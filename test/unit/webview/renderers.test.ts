/** The sections that networks, posteriors and scores bring, on a report made by hand that has all of them. */
import { readFileSync } from 'node:fs';
import type { ChartConfiguration } from 'chart.js';
import { describe, expect, test } from 'vitest';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { Peer } from '../../../src/protocol/panel';
import type { Effect } from '../../../src/protocol/effects';
import type { Score } from '../../../src/protocol/measures';
import type { Section } from '../../../src/protocol/report';
import { flaggedText } from '../../../webview/sections/activations';
import { sumText } from '../../../webview/sections/contributions';
import { peak } from '../../../webview/sections/densities';
import { effectsOf, keyText, strongest } from '../../../webview/sections/effects';
import { connectionTable } from '../../../webview/sections/network';
import { renderSection } from '../../../webview/sections/registry';
import { scatterPoints } from '../../../webview/sections/scatter';
import { compositeText, radarAxes, sortScores } from '../../../webview/sections/scores';
import type { SectionBody, SectionKind, SectionOf } from '../../../webview/sections/section';
import type { SectionState } from '../../../webview/state';
import { theme } from './theme';

const { report } = JSON.parse(readFileSync(new URL('../../fixtures/reports/interpretability.json', import.meta.url), 'utf8')) as ModelFile;

function sectionOf<K extends SectionKind>(kind: K, id?: string): SectionOf<K> {
  const found = report.sections.find(section => section.kind === kind && (id === undefined || section.id === id));
  if (!found) throw new Error(`no section ${kind}`);
  return found as SectionOf<K>;
}

function bodyOf(section: Section, state: SectionState = {}, peers?: readonly Peer[]): SectionBody {
  return renderSection(section, { report, state, domId: 'x', change: () => undefined, ...(peers && { peers }) });
}

function chartsOf(body: SectionBody): ChartConfiguration[] {
  return (body.charts ?? []).flatMap(part => ('spec' in part ? [part.spec.build(theme)] : []));
}

/** x values drawn by a chart, gaps left out. */
function drawn(chart: ChartConfiguration): { x: number; y: number }[] {
  return chart.data.datasets.flatMap(dataset => dataset.data as unknown as { x: number; y: number }[]).filter(point => Number.isFinite(point.x));
}

describe.each(report.sections.map(section => [section.id, section] as const))('%s', (_, section) => {
  const body = bodyOf(section);

  test('is drawn, with a text alternative for every chart', () => {
    expect(body.empty).toBeUndefined();
    for (const part of body.charts ?? []) if ('spec' in part) expect(part.spec.label.length).toBeGreaterThan(20);
    for (const chart of chartsOf(body)) expect(chart.data.datasets.length).toBeGreaterThan(0);
  });

  test('has a table whose rows fit its columns', () => {
    const table = body.table?.();
    expect(table?.rows.length).toBeGreaterThan(0);
    for (const row of table?.rows ?? []) expect(row).toHaveLength(table!.columns.length);
  });

  test('takes colours only from the theme', () => {
    const colours = JSON.stringify(chartsOf(body).map(chart => chart.data.datasets)).match(/"(?:#[0-9a-f]{3,8}|rgba?\([^)]*\))"/gi) ?? [];
    const known = /^"(#(000000|0000ff|ff8800|ff0000|666666|999999|ffffff|cccccc|eeeeee)|rgba\((0, 0, 255|255, 136, 0|102, 102, 102|255, 0, 0|0, 0, 0|255, 255, 255),)/;
    for (const colour of colours) expect(colour).toMatch(known);
  });
});

describe('densities', () => {
  const section = sectionOf('densities');

  test('name the second method and where both are highest', () => {
    const table = bodyOf(section).table!();
    expect(table.columns.map(column => column.title)).toEqual(['Quantity', 'Estimate', '95 % low', '95 % high', 'Peak', 'Peak, NUTS']);
    const first = section.items[0]!;
    expect(Math.abs((table.rows[0]?.[4]?.value as number) - first.estimate)).toBeLessThan((first.high - first.low) / 20);
  });

  test('draw estimate and interval of each on the line of its name, the density above it', () => {
    const [points, intervals, ...ridges] = chartsOf(bodyOf(section))[0]!.data.datasets;
    expect(points?.data).toEqual(section.items.map((item, row) => ({ x: item.estimate, y: row })));
    expect((intervals?.data as unknown as { x: number }[]).slice(0, 2).map(point => point.x)).toEqual([section.items[0]!.low, section.items[0]!.high]);
    const heights = (ridges.find(ridge => (ridge as { fill?: unknown }).fill)?.data as unknown as { y: number }[]).map(point => point.y);
    expect(Math.max(...heights)).toBeLessThanOrEqual(0);
    expect(Math.min(...heights)).toBeGreaterThan(-1);
  });

  test('without a value have no peak', () => {
    expect(peak({ x: [], density: [] })).toBeUndefined();
    expect(peak({ x: [1, 2, 3], density: [0, 2, 1] })).toBe(2);
  });
});

describe('a heat map', () => {
  const section = sectionOf('heatmap', 'matrices');

  test('shows the matrix that was chosen, and the first one otherwise', () => {
    expect(bodyOf(section).table!().columns[0]?.title).toBe('Input');
    expect(bodyOf(section, { choice: { matrix: 'Hidden layer 1 to hidden layer 2' } }).table!().columns[0]?.title).toBe('Unit of hidden layer 1');
    expect(bodyOf(section, { choice: { matrix: '__proto__' } }).table!().columns[0]?.title).toBe('Input');
  });

  test('of more than 60 columns scrolls sideways', () => {
    const widths = ['Inputs to hidden layer 1', 'Token weights'].map(matrix => {
      const part = bodyOf(section, { choice: { matrix } }).charts![0]!;
      return 'spec' in part ? part.spec.minWidth : undefined;
    });
    expect(widths[0]).toBeUndefined();
    expect(widths[1]).toBeGreaterThan(72 * 12);
  });

  test('of a matrix without cells says so', () => {
    expect(bodyOf({ ...section, matrices: [{ ...section.matrices[0]!, rows: [] }] }).empty).toMatch(/no matrix/);
  });
});

describe('contributions of a row', () => {
  const section = sectionOf('contributions', 'row');

  test('begin at the base and end at the prediction', () => {
    const points = drawn(chartsOf(bodyOf(section))[0]!);
    expect(points[0]).toEqual({ x: section.base, y: 0 });
    expect(points[1]).toEqual({ x: section.output, y: section.items.length + 1 });
  });

  test('stand in the table with base and prediction around them, the largest first', () => {
    const rows = bodyOf(section).table!().rows.map(row => row.map(cell => cell.value));
    expect(rows[0]).toEqual(['Base', '', section.base]);
    expect(rows[1]).toEqual(['marital_status', 'Married', 0.97]);
    expect(rows.at(-1)).toEqual(['Prediction', '', section.output]);
    expect(rows).toHaveLength(section.items.length + 2);
  });

  test('say as a number how exactly they add up', () => {
    expect(sumText({ of: 'row', residual: 3.3e-15 })).toBe('Base and parts add up to the prediction within 3e-15.');
    expect(sumText({ of: 'row', residual: 0 })).toMatch(/exactly/);
    expect(sumText({ of: 'mean', residual: 0.0123 })).toMatch(/within 0\.01230\./);
  });
});

describe('scores', () => {
  const score = (fields: Partial<Score>): Score => ({
    name: 'a', title: 'A', value: 1, better: 'higher', method: 'm', sentence: 's', group: 'complexity', ...fields,
  });

  test('are grouped, the composite last and never an axis of the radar', () => {
    const list = sortScores([score({ group: 'composite', title: 'Index', share: 0.5 }), score({ group: 'stability', share: 2 }), score({ title: 'B', share: 0.25 })]);
    expect(list.map(one => one.group)).toEqual(['complexity', 'stability', 'composite']);
    expect(radarAxes(list).map(axis => [axis.name, axis.share])).toEqual([['B', 0.25], ['A', 1]]);
  });

  test('have no radar of less than three axes', () => {
    const kinds = (list: readonly Score[]): string[] => (renderSection(sectionOf('scores'), { report: { ...report, scores: list }, state: {}, domId: 'x', change: () => undefined }).charts ?? [])
      .map(part => ('spec' in part ? 'radar' : 'words'));
    expect(kinds([score({ share: 0.1 }), score({ share: 0.2 })])).toEqual(['words']);
    expect(kinds([score({ share: 0.1 }), score({ share: 0.2 }), score({ share: 0.3 })])).toEqual(['radar', 'words']);
  });

  test('the composite is called ours and says how it is made', () => {
    const composite = report.scores!.find(one => one.group === 'composite')!;
    expect(compositeText(composite)).toBe(`This index is ours and no standard. ${composite.method}`);
  });
});

describe('accuracy against interpretability', () => {
  const section = sectionOf('scatter');
  const score = (value: number, name = 'index'): Score => ({ name, title: 'Index', value, low: value - 2, high: value + 2, better: 'higher', method: '', sentence: '', group: 'composite' });
  const peer = (name: string, auc: number, index: number): Peer => ({ name, metric: { name: 'auc', value: auc, low: auc - 0.01, high: auc + 0.01 }, interpretability: score(index) });

  test('adds the peers on the axes of the own point, with their intervals', () => {
    const points = scatterPoints(section, { report, peers: [peer('logistic', 0.9, 78)] });
    expect(points[1]).toEqual({ name: 'logistic', x: 78, xLow: 76, xHigh: 80, y: 0.9, yLow: 0.89, yHigh: 0.91 });
    const own = section.points[0]!;
    const turned = { ...section, points: [{ ...own, x: own.y, y: own.x }] };
    expect(scatterPoints(turned, { report, peers: [peer('logistic', 0.9, 78)] })[1]).toMatchObject({ x: 0.9, y: 78 });
  });

  test('leaves out peers measured by something else', () => {
    const peers: Peer[] = [{ ...peer('a', 0.9, 78), metric: { name: 'rmse', value: 3 } }, { ...peer('b', 0.9, 78), interpretability: score(3, 'sparsity') }];
    expect(scatterPoints(section, { report, peers })).toHaveLength(1);
  });

  test('says in the table which models are on the front', () => {
    const rows = bodyOf(section, {}, [peer('better in one', 0.95, 20), peer('beaten', 0.85, 50)]).table!().rows;
    expect(rows.map(row => [row[0]?.value, row.at(-1)?.value])).toEqual([['Neural network (this model)', 'yes'], ['better in one', 'yes'], ['beaten', 'no']]);
  });
});

describe('effects', () => {
  test('of some of many classes are not called all classes', () => {
    const classes = Array.from({ length: 10 }, (_, k) => `class ${k}`);
    const effects = (names: readonly string[]): Effect[] => names.map(name => ({ feature: 'x', kind: 'ale', class: name, grid: [0, 1], effect: [0, 1] }));
    const choices = (names: readonly string[]): string => {
      const shown = { ...report, model: { ...report.model, classes }, effects: effects(names) };
      const body = renderSection({ ...sectionOf('effects', 'ale') }, { report: shown, state: {}, domId: 'x', change: () => undefined });
      return JSON.stringify(body.controls);
    };
    expect(choices(classes.slice(0, 6))).toContain('The 6 commonest classes');
    expect(choices(classes.slice(0, 6))).not.toContain('All classes');
  });

  const old = { feature: 'a', grid: [1, 2], effect: [0, 1] } as unknown as Effect;

  test('are those of the section’s kind; one without a kind is an adjusted prediction', () => {
    expect(effectsOf({}, [old, ...report.effects!])).toEqual([old]);
    expect(effectsOf({ effectKind: 'ale' }, report.effects!).every(effect => effect.kind === 'ale')).toBe(true);
  });

  test('by partial dependence draw the curves of single rows behind, without a name', () => {
    const chart = chartsOf(bodyOf(sectionOf('effects', 'pd')))[0]!;
    expect(chart.data.datasets.filter(dataset => (dataset as { order?: number }).order === 1)).toHaveLength(24);
    expect(chart.data.datasets.map(dataset => dataset.label).filter(label => label !== undefined)).toEqual(['Prediction']);
  });

  test('begin with the feature that moves the prediction most, until another is chosen', () => {
    const list = effectsOf({ effectKind: 'ale' }, report.effects!);
    const ranges = list.map(({ feature, effect }) => ({ feature, range: Math.max(...effect) - Math.min(...effect) })).sort((a, b) => b.range - a.range);
    expect(strongest([...list].reverse())).toBe(ranges[0]!.feature);
    expect(bodyOf(sectionOf('effects', 'ale')).table!().columns[0]?.title).toBe(ranges[0]!.feature);
    expect(bodyOf(sectionOf('effects', 'ale'), { choice: { feature: 'occupation' } }).table!().columns[0]?.title).toBe('occupation');
  });

  test('that are centred have a line at zero', () => {
    const zero = (id: string, feature?: string): unknown => (chartsOf(bodyOf(sectionOf('effects', id), feature === undefined ? {} : { choice: { feature } }))[0]!
      .options!.plugins as unknown as { annotation: { annotations: object } }).annotation.annotations;
    expect(zero('ale')).toHaveProperty('zero');
    expect(zero('ale', 'occupation')).toHaveProperty('zero');
    expect(zero('pd')).not.toHaveProperty('zero');
  });

  test('say what line, band and thin lines are', () => {
    const pd = effectsOf({ effectKind: 'partialDependence' }, report.effects!).slice(0, 1);
    expect(keyText({ effectKind: 'partialDependence', level: 0.9 }, pd)).toBe(
      'Band: 90 % interval of the line. The line is the mean prediction over rows, each with the feature set to the value. Thin lines: 24 single rows (individual conditional expectation).');
  });
});

test('curves leave chance and ideal out of their table, and keep what was measured at random', () => {
  const lines = (id: string): unknown[] => [...new Set(bodyOf(sectionOf('curve', id)).table!().rows.map(row => row[0]?.value))];
  expect(lines('deletion')).toEqual(['By attention', 'By permutation importance', 'At random']);
  expect(lines('coverage')).not.toContain('Ideal');
});

test('curves by powers of ten and cut off have such an axis, and all values in their table', () => {
  const lines = [{ name: 'a', x: [1, 2, 3], y: [1, 500, 0.1] }, { name: 'b', x: [1, 2, 3], y: [1, 0.5, 0.2] }];
  const body = bodyOf({ ...sectionOf('curve'), unitSquare: false, lines, yScale: 'log', yMax: 4 });
  expect(chartsOf(body)[0]!.options!.scales!['y']).toMatchObject({ type: 'logarithmic', max: 4 });
  expect(body.table!().rows.map(row => row[2]?.value)).toContain(500);
});

test('attention weights stand beside permutation importance in the same order, under their own name', () => {
  const body = bodyOf(sectionOf('importance'));
  expect(body.layout).toBe('pair');
  expect(body.charts?.map(part => part.title)).toEqual(['Permutation importance', 'Attention weights']);
  const [permutation, attention] = chartsOf(body).map(chart => (chart.data.datasets[0]!.data as unknown as { x: number }[]).map(point => point.x));
  expect(permutation).toEqual([...permutation!].sort((a, b) => b - a));
  const first = report.importance!.find(item => item.permutation?.value === permutation![0]);
  expect(attention![0]).toBe(first?.attention?.value);
});

test('connections of a network are listed by size, with the state of their units', () => {
  const { rows } = connectionTable(sectionOf('network'));
  const sizes = rows.map(row => Math.abs(row[4]?.value as number));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(rows.some(row => row.some(cell => typeof cell.value === 'string' && cell.value.endsWith('(dead)')))).toBe(true);
});

test('idle units are counted in words and named in the chart', () => {
  const section = sectionOf('activations', 'activations');
  expect(flaggedText(section.layers[0]!)).toBe('2 units dead of 32.');
  expect(flaggedText({ ...section.layers[0]!, units: [] })).toMatch(/^No unit/);
  expect(bodyOf(section, { choice: { layer: 'Hidden layer 2 (tanh)' } }).table!().rows[2]?.[1]?.value).toBe('saturated');
});
