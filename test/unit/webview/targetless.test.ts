/** Sections that clusters and components bring: estimates in groups and the map, with their tables; and the view of a report without a target. */
import type { ChartConfiguration } from 'chart.js';
import { describe, expect, test } from 'vitest';
import type { EstimatesSection, TableSection } from '../../../src/protocol/chartSections';
import type { MapSection } from '../../../src/protocol/mapSection';
import type { Section, TargetlessReport } from '../../../src/protocol/report';
import { arrowScale, cellMiddle, leadingCells, markOf, shortNames } from '../../../webview/charts/mapChart';
import { crosses, freeTop } from '../../../webview/charts/spacedLabels';
import { mapTable } from '../../../webview/sections/map';
import { renderSection } from '../../../webview/sections/registry';
import type { SectionBody } from '../../../webview/sections/section';
import { visiblePanels, type SectionState } from '../../../webview/state';
import { subtitle } from '../../../webview/view/facts';
import { theme } from './theme';

const words = { title: 'T', summary: 'What is seen here, in a sentence.', method: 'M' };
const estimates: EstimatesSection = {
  ...words, kind: 'estimates', id: 'e', panel: 'profiles', xTitle: 'g', estimateName: 'Hedges’ g', intervalName: '95 % interval', chooser: 'Cluster', details: [{ title: 'Inside' }],
  groups: [
    { name: 'Cluster 1', items: [{ name: 'a', estimate: 2, low: 1, high: 3, details: ['5'] }, { name: 'b', details: ['6'] }] },
    { name: 'Cluster 2', items: [{ name: 'a', estimate: -2, low: -3, high: -1, details: ['4'] }] },
    { name: 'Cluster 3', items: [] },
  ],
};
const map: MapSection = {
  ...words, kind: 'map', id: 'm', panel: 'map', xTitle: 'Component 1', yTitle: 'Component 2', bins: 2, x: { low: -2, high: 2 }, y: { low: -1, high: 3 },
  groups: [
    { name: 'Cluster 1', rows: 5, centre: { x: -1, y: 0 }, cells: [{ x: 0, y: 0, count: 4 }, { x: 1, y: 0, count: 1 }] },
    { name: 'Cluster 2', rows: 2, centre: { x: 1, y: 2 }, cells: [{ x: 1, y: 1, count: 2 }] },
    { name: 'Cluster 3', rows: 1, centre: { x: 1, y: 2 }, cells: [{ x: 0, y: 1, count: 1 }] },
  ],
  arrows: [{ name: 'a', x: 0.8, y: 0.1 }, { name: 'b', x: 0, y: -0.5 }], arrowTitle: 'weight',
};
const report = {
  recipe: { file: '/home/me/x.csv', task: 'clustering', features: ['a', 'b'], dropped: [], missing: 'impute', model: 'kmeans', options: {}, level: 0.95, seed: 1, maxRows: 100 },
  data: { rows: 8, rowsUsed: 8, dropped: [], columns: [] }, model: { family: 'kmeans', title: 'k-means', task: 'clustering', headline: '3 clusters' },
  format: 'unveil-report', version: 1, timings: {}, notes: [], sections: [estimates, map],
} as const satisfies TargetlessReport;

function bodyOf(section: Section, state: SectionState = {}): SectionBody {
  return renderSection(section, { report, state, domId: 'x', change: () => undefined });
}

function chartOf(body: SectionBody): ChartConfiguration {
  const [part] = body.charts ?? [];
  if (!part || !('spec' in part)) throw new Error('there is no chart');
  return part.spec.build(theme);
}

const values = (body: SectionBody): unknown[][] => body.table!().rows.map(row => row.map(cell => cell.value));

describe('estimates in groups', () => {
  test('are drawn of the chosen group, those with a number; the table has all, with the details', () => {
    const first = bodyOf(estimates);
    const data = chartOf(first).data.datasets[0]!.data as unknown as { x: number; xMin: number; xMax: number }[];
    expect(data).toMatchObject([{ x: 2, xMin: 1, xMax: 3 }]);
    expect(values(first)).toEqual([['a', 2, 1, 3, '5'], ['b', undefined, undefined, undefined, '6']]);
    const second = bodyOf(estimates, { choice: { matrix: 'Cluster 2' } });
    expect(values(second)).toEqual([['a', -2, -3, -1, '4']]);
    expect(second.table!().caption).toBe('T: Cluster 2');
    expect(second.controls).toBeDefined();
  });

  test('a group without any keeps the chooser, so that another can be chosen', () => {
    const body = bodyOf(estimates, { choice: { matrix: 'Cluster 3' } });
    expect(body.controls).toBeDefined();
    expect(body.charts).toBeUndefined();
    expect(body.empty).toBeUndefined();
  });

  test('a single group needs no chooser', () => {
    expect(bodyOf({ ...estimates, groups: estimates.groups.slice(0, 1) }).controls).toBeUndefined();
  });
});

describe('the map', () => {
  test('draws each group’s cells with a shape and a colour of its own, larger with more rows', () => {
    const { datasets } = chartOf(bodyOf(map)).data as unknown as { datasets: { data: { x: number; y: number }[]; pointStyle: string; borderColor: string; pointRadius: number[] }[] };
    expect(datasets.map(({ data }) => data)).toEqual([[{ x: -1, y: 0 }, { x: 1, y: 0 }], [{ x: 1, y: 2 }], [{ x: -1, y: 2 }]]);
    // The theme of the test has two colours: the third group has the first one's and another shape.
    expect(datasets[2]!.borderColor).toBe(datasets[0]!.borderColor);
    expect(new Set(datasets.map(({ pointStyle }) => pointStyle)).size).toBe(3);
    expect(datasets[0]!.pointRadius[0]!).toBeGreaterThan(datasets[0]!.pointRadius[1]!);
  });

  test('of many groups has numbers at the centres and a key to unfold, with a mark for each that no other has', () => {
    const many = { ...map, groups: Array.from({ length: 25 }, (_, c) => ({ name: `Cluster ${c + 1}`, rows: 1, centre: { x: 0, y: 0 }, cells: [{ x: c % 2, y: 0, count: 1 }] })) };
    expect(chartOf(bodyOf(map)).options!.plugins!.legend!.display).toBe(true);
    expect(chartOf(bodyOf(many)).options!.plugins!.legend!.display).toBe(false);
    expect(shortNames(many.groups.map(group => group.name)).slice(8, 11)).toEqual(['9', '10', '11']);
    expect(shortNames(map.groups.map(group => group.name))).toEqual(['Cluster 1', 'Cluster 2', 'Cluster 3']);
    expect(new Set(many.groups.map((_, c) => JSON.stringify(markOf(c, 6)))).size).toBe(25);
  });

  test('gives a cell that several groups share to the one with most rows there, with the rows of all', () => {
    const [first, second] = leadingCells([{ name: 'a', cells: [{ x: 0, y: 0, count: 2 }, { x: 1, y: 0, count: 1 }] }, { name: 'b', cells: [{ x: 0, y: 0, count: 3 }] }]);
    expect(first).toMatchObject([{ x: 1, y: 0, count: 1, own: 1 }]);
    expect(second).toMatchObject([{ x: 0, y: 0, count: 5, own: 3 }]);
  });

  test('has centres, arrows and all cells in its table', () => {
    const { columns, rows } = mapTable(map);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(rows.map(row => row.map(cell => cell.value))).toEqual([
      ['centre', 'Cluster 1', -1, 0, 5], ['centre', 'Cluster 2', 1, 2, 2], ['centre', 'Cluster 3', 1, 2, 1],
      ['weight', 'a', 0.8, 0.1, undefined], ['weight', 'b', 0, -0.5, undefined],
      ['cell', 'Cluster 1', -1, 0, 4], ['cell', 'Cluster 1', 1, 0, 1], ['cell', 'Cluster 2', 1, 2, 2], ['cell', 'Cluster 3', -1, 2, 1],
    ]);
    expect(bodyOf({ ...map, groups: [] }).empty).toBeDefined();
  });

  test('lengthens arrows alike, none past the edge', () => {
    const scale = arrowScale(map);
    for (const { x, y } of map.arrows) expect(x * scale <= 2 && x * scale >= -2 && y * scale <= 3 && y * scale >= -1).toBe(true);
    expect(scale).toBeCloseTo(0.85 * 2, 12);
    expect(arrowScale({ ...map, arrows: [] })).toBe(1);
    expect(cellMiddle({ low: 0, high: 10 }, 5, 4)).toBe(9);
  });

  test('names that would lie over each other are moved apart', () => {
    const area = { top: 0, bottom: 100 };
    const taken = [{ left: 10, right: 60, top: 40, bottom: 52 }];
    expect(freeTop(44, 30, 20, 12, taken, area)).toBe(52);
    expect(freeTop(44, 70, 20, 12, taken, area)).toBe(44);
  });

  test('names stand beside arrows and their heads, not on them, where there is room', () => {
    const area = { top: 0, bottom: 100 };
    const arrow = { from: { x: 0, y: 50 }, to: { x: 90, y: 50 } };
    const top = freeTop(44, 60, 40, 12, [], area, [arrow]);
    expect(top + 12 <= 47 || top >= 53).toBe(true);
    expect(Math.abs(top - 44)).toBeLessThan(20);
    expect(freeTop(44, 95, 40, 12, [], area, [arrow])).toBe(44);
    // Lines everywhere: only other names are kept clear of.
    const all = Array.from({ length: 50 }, (_, i) => ({ from: { x: 0, y: 2 * i }, to: { x: 200, y: 2 * i } }));
    expect(freeTop(44, 30, 20, 12, [{ left: 10, right: 60, top: 40, bottom: 52 }], area, all)).toBe(52);
  });

  test('a line crosses a box where any of it is within', () => {
    const box = { left: 10, right: 20, top: 10, bottom: 20 };
    const line = (x1: number, y1: number, x2: number, y2: number) => ({ from: { x: x1, y: y1 }, to: { x: x2, y: y2 } });
    expect(crosses(box, line(0, 0, 30, 30))).toBe(true);
    expect(crosses(box, line(12, 12, 13, 13))).toBe(true);
    expect(crosses(box, line(15, 0, 15, 9))).toBe(false);
    expect(crosses(box, line(15, 0, 15, 30))).toBe(true);
    expect(crosses(box, line(0, 15, 9, 15))).toBe(false);
    expect(crosses(box, line(0, 12, 12, 0))).toBe(false);
    expect(crosses(box, line(5, 5, 5, 5))).toBe(false);
  });
});

describe('a report without a target', () => {
  test('has the panels of its sections, none for a row, and a line that speaks of columns', () => {
    expect(visiblePanels(report, 'overview', false).map(({ id }) => id)).toEqual(['overview', 'profiles', 'map', 'data']);
    expect(subtitle(report)).toBe('k-means · x.csv · 8 rows · 2 columns');
  });

  test('curves over whole numbers have room at both ends and no number between', () => {
    const curve = { ...words, kind: 'curve', id: 'c', panel: 'overview', xTitle: 'k', yTitle: 'gap', wholeX: true, bandName: '± one standard error', lines: [{ name: 'Gap', x: [1, 2, 3], y: [0, 1, 2], low: [0, 0, 1], high: [1, 2, 3] }, { name: 'Its choice: 2', x: [2, 2], y: [0, 3], reference: true }] } as const;
    const { options } = chartOf(bodyOf(curve)) as unknown as { options: { scales: { x: { min: number; max: number; ticks: { callback: (this: object, value: number) => string } } } } };
    expect([options.scales.x.min, options.scales.x.max]).toEqual([0.5, 3.5]);
    const tick = (value: number): string => options.scales.x.ticks.callback.call({ chart: { width: 400 } }, value);
    expect([tick(2), tick(2.5)]).toEqual(['2', '']);
    expect(values(bodyOf(curve))).toHaveLength(3);
  });

  test('long texts of a table are shown in full', () => {
    const table: TableSection = { ...words, kind: 'table', id: 't', panel: 'rules', header: [{ title: 'Cluster' }, { title: 'Rule', wrap: true }], rows: [['1', 'a > 1 and b ≤ 2']] };
    expect(bodyOf(table).table!().rows[0]![1]).toMatchObject({ value: 'a > 1 and b ≤ 2', className: 'wrap' });
  });
});
