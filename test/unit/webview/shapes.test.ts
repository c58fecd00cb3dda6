import { readFileSync } from 'node:fs';
import type { ChartConfiguration } from 'chart.js';
import type { TemplateResult } from 'lit';
import { describe, expect, test } from 'vitest';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { MainShapeTerm, ShapeTerm } from '../../../src/protocol/shapeSections';
import { itemsAt, type BinsChart } from '../../../webview/charts/binsMode';
import { areCrowded, binAt, densityBars, drawnEdges, rowBars, stepPoints } from '../../../webview/charts/steps';
import { levelRows } from '../../../webview/sections/levelRows';
import { renderSection } from '../../../webview/sections/registry';
import type { SectionBody, SectionOf, SectionView } from '../../../webview/sections/section';
import { termWords } from '../../../webview/sections/shapeWords';
import type { SectionState } from '../../../webview/state';
import { theme } from './theme';

const { report } = JSON.parse(readFileSync(new URL('../../fixtures/reports/interpretability.json', import.meta.url), 'utf8')) as ModelFile;
const section = report.sections.find(one => one.kind === 'shapes') as SectionOf<'shapes'>;
const termOf = (name: string): ShapeTerm => section.terms.find(term => term.name === name)!;

function bodyOf(state: SectionState, drawn = section, extra: Partial<SectionView> = {}): SectionBody {
  return renderSection(drawn, { report, state, domId: 'x', change: () => undefined, ...extra });
}

function chartOf(body: SectionBody): ChartConfiguration {
  const part = body.charts![0]!;
  if (!('spec' in part)) throw new Error('no chart');
  return part.spec.build(theme);
}

/** The text and values of a lit template, nested ones too. */
function textOf(template: unknown): string {
  if (Array.isArray(template)) return template.map(textOf).join('');
  const { strings, values } = (template ?? {}) as Partial<TemplateResult>;
  return strings ? strings.map((part, i) => part + textOf(values?.[i])).join('') : typeof template === 'string' || typeof template === 'number' ? String(template) : '';
}

interface Drawn { readonly label?: string; readonly yAxisID: string; readonly bins?: readonly number[]; readonly missingBelow?: number; readonly data: readonly { readonly x: number; readonly y: number }[] }
const datasetsOf = (body: SectionBody): readonly Drawn[] => chartOf(body).data.datasets as unknown as Drawn[];

describe('the steps of a term', () => {
  test('go over the whole of each bin, the rows under them on the same axis', () => {
    const age = termOf('age') as MainShapeTerm;
    const datasets = datasetsOf(bodyOf({ choice: { feature: 'age' } }));
    const line = datasets.find(dataset => dataset.bins)!;
    const { edges } = age.axis as Extract<MainShapeTerm['axis'], { kind: 'number' }>;
    expect(line.data.slice(0, 3)).toEqual([{ x: edges[0], y: age.curves[0]!.scores[0] }, { x: edges[1], y: age.curves[0]!.scores[0] }, { x: edges[1], y: age.curves[0]!.scores[1] }]);
    expect(line.data).toHaveLength(2 * age.weights.length);
    const rows = datasets.filter(dataset => dataset.yAxisID === 'rows');
    expect(Math.min(...rows[0]!.data.map(point => point.x))).toBe(edges[0]);
    expect(Math.max(...rows[0]!.data.map(point => point.x))).toBeCloseTo(edges[edges.length - 1]!, 9);
  });

  test('show missing cells by themselves left of all values, with their interval and their rows', () => {
    const datasets = datasetsOf(bodyOf({ choice: { feature: 'age' } }));
    const { missing, curves: [curve] } = termOf('age') as MainShapeTerm;
    const mark = datasets.find(dataset => dataset.missingBelow !== undefined)!;
    expect(mark.data).toEqual([{ x: mark.data[0]!.x, y: curve!.missing!.effect }]);
    expect(mark.data[0]!.x).toBeLessThan(mark.missingBelow!);
    const whisker = datasets[datasets.indexOf(mark) - 1]!;
    expect(whisker.data.map(point => point.y)).toEqual([curve!.missing!.low, curve!.missing!.high]);
    expect(datasets.find(dataset => dataset.yAxisID === 'rows' && dataset.data[0]!.x < mark.missingBelow!)!.data[0]!.y).toBe(missing);
    const without = { ...section, terms: section.terms.map(term => (term.name === 'age' ? { ...term, missing: undefined } : term)) } as unknown as typeof section;
    expect(datasetsOf(bodyOf({ choice: { feature: 'age' } }, without)).some(dataset => dataset.missingBelow !== undefined)).toBe(false);
  });

  test('can be drawn equally wide, with the rows of each step under it', () => {
    const age = termOf('age') as MainShapeTerm;
    const datasets = datasetsOf(bodyOf({ choice: { feature: 'age', axis: 'Equal steps' } }));
    expect(datasets.find(dataset => dataset.bins)!.bins).toEqual([...age.weights.keys(), age.weights.length]);
    expect(datasets[0]!.data.filter((_, i) => i % 2 === 0).map(point => point.y)).toEqual(age.weights);
  });

  test('of a number whose last bin is one value stay visible', () => {
    expect(drawnEdges([1, 2, 3, 3])).toEqual([1, 2, 2.5, 3]);
    expect(drawnEdges([1, 1, 3])).toEqual([1, 1.5, 3]);
    // Of a wide neighbour no more than can be seen is taken, and nothing goes beyond the data.
    expect(drawnEdges([0, 5.5, 10, 10])).toEqual([0, 5.5, 9.7, 10]);
    expect(drawnEdges([5, 5])).toEqual([4.5, 5.5]);
    expect(stepPoints([0, 1, 3], [7, 8])).toEqual([{ x: 0, y: 7 }, { x: 1, y: 7 }, { x: 1, y: 8 }, { x: 3, y: 8 }]);
  });

  test('crowded at one end begin with equal steps', () => {
    expect(areCrowded([0, 1, 2, 3, 4, 5000])).toBe(true);
    expect(areCrowded([0, 1, 2, 3, 4, 5])).toBe(false);
  });
});

test('rows of few bins of like width stand under their own steps', () => {
  expect(rowBars([2007, 2008, 2009, 2010], [110, 114, 118])).toEqual({ spread: false, bars: [[2007, 110], [2008, 114], [2009, 118]].map(([from, rows]) => ({ from, to: from! + 1, rows })) });
  expect(rowBars([0, 1, 100], [1, 1]).spread).toBe(true);
});

test('rows are spread evenly over their bin and none is lost', () => {
  const bars = densityBars([0, 1, 10], [10, 90], 10);
  expect(bars.map(bar => bar.rows)).toEqual([10, ...new Array<number>(9).fill(10)]);
  const uneven = densityBars([0, 0.013, 3.3, 7], [120, 31, 5], 48);
  expect(uneven.reduce((sum, bar) => sum + bar.rows, 0)).toBeCloseTo(156, 9);
});

describe('a pointer over the steps', () => {
  const chart: BinsChart = {
    data: { datasets: [{ bins: [0, 10, 20] }, {}, { missingBelow: 0 }] }, scales: { x: { getValueForPixel: pixel => pixel } },
    getDatasetMeta: () => ({ data: ['a', 'b', 'c', 'd'] }),
  };

  test('means the bin it is over, left of all values the missing cells', () => {
    expect(itemsAt(chart, { x: 9 })).toEqual([{ element: 'a', datasetIndex: 0, index: 0 }]);
    expect(itemsAt(chart, { x: 11 })).toEqual([{ element: 'c', datasetIndex: 0, index: 2 }]);
    expect(itemsAt(chart, { x: -3 })).toEqual([{ element: 'a', datasetIndex: 2, index: 0 }]);
    expect(binAt([0, 10, 20], 10)).toBe(1);
    expect(binAt([0, 10, 20], 99)).toBe(1);
  });
});

describe('the levels of a term', () => {
  test('stand by their score with their share of the rows, missing cells and rare levels last', () => {
    const rows = levelRows(termOf('workclass') as MainShapeTerm);
    const scores = rows.slice(0, -2).map(row => row.marks[0]!.value!);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(rows.slice(-2).map(row => row.name)).toEqual(['(missing)', '(rare or not seen)']);
    expect(rows.find(row => row.name === 'Private')!.shown).toMatch(/^Private · 69\.\d %$/);
  });

  test('keep an order of their own', () => {
    const term = termOf('workclass') as MainShapeTerm;
    const ordered = { ...term, axis: { ...term.axis, ordered: true } as MainShapeTerm['axis'] };
    expect(levelRows(ordered).slice(0, 2).map(row => row.name)).toEqual(['Federal-gov', 'Local-gov']);
  });
});

describe('a pair', () => {
  const pair = section.terms.find(term => 'axes' in term)!;

  test('is a heat map whose rows rise upwards', () => {
    const body = bodyOf({ choice: { feature: pair.name } });
    const { data } = chartOf(body);
    expect(data.datasets[0]!.data).toHaveLength(body.table!().rows.length * (body.table!().columns.length - 1));
    expect(body.table!().rows.map(row => row[0]!.value).at(-1)).toMatch(/^17 to /);
    expect(body.table!().rows.at(-1)![1]!.value).toBe((pair.curves[0]!.scores as number[][])[0]![0]);
  });
});

describe('a term', () => {
  test('says in words where it is lowest and highest, and what missing cells add', () => {
    expect(termWords(termOf('age'), 0)).toMatch(/^age adds least \(-\d[\d.]*\) between 17 and 18, and most \(\d[\d.]*\) between \d+ and \d+\. Missing cells add -0\.4000\.$/);
    const part = bodyOf({ choice: { feature: 'age' } }).charts![0]!;
    expect('spec' in part && part.spec.label).toContain('adds least');
    const age = termOf('age') as MainShapeTerm;
    const single = { ...age, axis: { kind: 'number', feature: 'age', edges: [1, 2.5, 2.5] }, weights: [9, 4], curves: [{ scores: [1, -1] }] } as MainShapeTerm;
    expect(termWords(single, 0)).toBe('age adds least (-1) at 2.500, and most (1) between 1 and 2.500.');
  });

  test('has its own sentence under the chart when another is chosen', () => {
    for (const name of ['age', 'workclass', section.terms.find(term => 'axes' in term)!.name]) {
      expect(textOf(bodyOf({ choice: { feature: name } }).extra)).toContain(`${name} adds least`);
    }
    expect(termWords(termOf('workclass'), 0)).toMatch(/for “[^”]+”, and most .* for “/);
  });

  test('of a pair that is drawn coarser than it is says so', () => {
    const pair = section.terms.find(term => 'axes' in term)!;
    const coarse = { ...section, terms: [{ ...pair, drawnFrom: [64, 50] as const }] } as unknown as typeof section;
    expect(textOf(bodyOf({}, coarse).extra)).toMatch(/Drawn coarser than the model is: 64 × 50 steps as \d+ × \d+, each the mean of its steps weighted by training rows\./);
    expect(textOf(bodyOf({ choice: { feature: pair.name } }).extra)).not.toContain('coarser');
  });

  test('that was edited says so', () => {
    expect(textOf(bodyOf({ choice: { feature: 'hours_per_week' } }).extra)).toContain('Edited: smoothed on 2026-03-02 (bandwidth 2).');
    expect(textOf(bodyOf({ choice: { feature: 'age' } }).extra)).not.toContain('Edited');
  });

  test('has buttons to edit it only where the host can edit; levels have no direction', () => {
    const names = (feature: string, extra: Partial<SectionView>): string => textOf(bodyOf({ choice: { feature } }, section, extra).controls);
    expect(names('age', {})).not.toContain('Remove');
    expect(names('age', { editTerm: () => undefined })).toMatch(/Remove[^]*Smooth[^]*Make Increasing/);
    expect(names('workclass', { editTerm: () => undefined })).toContain('Smooth');
    expect(names('workclass', { editTerm: () => undefined })).not.toContain('Make');
    expect(names('age', { editTerm: () => undefined })).toContain('aria-label="Edit the term age"');
  });

  test('that is removed can only be brought back, and nothing can be taken back where nothing was edited', () => {
    const buttons = (extra: Partial<MainShapeTerm>): string => textOf(bodyOf({}, { ...section, terms: [{ ...(termOf('age') as MainShapeTerm), ...extra }] }, { editTerm: () => undefined }).controls);
    expect(buttons({})).not.toContain('Undo');
    expect(buttons({ importance: 0, edits: ['removed on 2026-03-02'] })).toContain('Undo Last Edit');
    const calls: unknown[] = [];
    bodyOf({}, section, { editTerm: (...call) => calls.push(call) });
    expect(calls).toEqual([]);
  });

  test('of several classes has a line each, or that of the class that is chosen', () => {
    const [age] = [termOf('age') as MainShapeTerm];
    const several = { ...section, terms: [{ ...age, curves: ['a', 'b', 'c'].map(name => ({ ...age.curves[0]!, class: name })) }] };
    expect(datasetsOf(bodyOf({}, several)).map(dataset => dataset.label).filter(Boolean)).toEqual(['a', 'b', 'c']);
    const one = bodyOf({ choice: { class: 'b' } }, several);
    expect(datasetsOf(one).map(dataset => dataset.label).filter(Boolean)).toEqual(['b']);
    expect(bodyOf({}, several).table!().rows).toHaveLength(3 * (age.weights.length + 1));
  });
});

describe('the sizes of the terms', () => {
  test('are drawn where a bar can be seen; the rest is in the table and said', () => {
    const items = [['age', 2], ['hours', 0.5], ['dust', 0.001]].map(([name, importance]) => ({ name: String(name), importance: Number(importance), lowest: -1, highest: 1 }));
    const body = renderSection({ kind: 'terms', id: 't', panel: 'importance', title: 'Terms', summary: 'Words.', method: 'Means.', unit: 'income', items }, { report, state: {}, domId: 'x', change: () => undefined });
    expect(chartOf(body).data.datasets.at(-1)!.data).toHaveLength(2);
    expect(body.table!().rows).toHaveLength(3);
    expect(textOf(body.extra)).toContain('Too small for a bar, in the table only: 1 term.');
  });
});
