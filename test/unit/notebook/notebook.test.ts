import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { notebookOf } from '../../../src/engine/notebook/notebook';
import { pythonLiteral } from '../../../src/engine/notebook/python';
import { recipeOf } from '../../../src/engine/notebook/repeatCode';
import { savedReport } from '../../../src/engine/notebook/savedReport';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { reportMime, type CodeCell, type MarkdownCell } from '../../../src/protocol/notebook';
import type { Recipe } from '../../../src/protocol/recipe';
import { readReport } from '../../../webview/notebook/readReport';
import { faultsOf } from './nbformat';

const model = (name: string): ModelFile => JSON.parse(readFileSync(new URL(`../../fixtures/reports/${name}.json`, import.meta.url), 'utf8')) as ModelFile;
const place = { file: '/data/odd "name", 数据.csv', program: '/program/cli.js', node: '/usr/bin/node' };
const names = ['binary', 'regression', 'multiclass-hostile', 'interpretability'];

describe('the notebook of a report', () => {
  it.each(names)('fits the format 4.5, and its output is the report itself (%s)', name => {
    const whole = model(name);
    const notebook = notebookOf({ model: whole, ...place });
    expect(faultsOf(notebook)).toEqual([]);
    const [about, run] = notebook.cells as [MarkdownCell, CodeCell];
    expect(about.source.join('')).toMatch(/^# /);
    expect(run.outputs[0]!.data[reportMime]).toEqual(whole.report);
    expect(readReport(JSON.parse(JSON.stringify(run.outputs[0]!.data[reportMime])))).toEqual(whole.report);
  });

  it('would not fit with a cell that lacks its id, a wrong type of text, or the same id twice', () => {
    const { cells, ...rest } = notebookOf({ model: model('binary'), ...place });
    const [about, run] = cells as [MarkdownCell, CodeCell];
    const { id: _id, ...nameless } = about;
    for (const wrong of [[nameless, run], [about, { ...run, id: about.id }], [about, { ...run, outputs: [{ ...run.outputs[0], data: { 'text/plain': 3 } }] }]]) expect(faultsOf({ ...rest, cells: wrong })).not.toEqual([]);
  });

  it('writes names from data into Markdown as plain text', () => {
    const [about] = notebookOf({ model: model('multiclass-hostile'), ...place }).cells;
    const text = about!.source.join('').replace(/^(`{3,})[^]*?^\1$/gm, '');
    expect(text).not.toMatch(/<(img|b|script)/);
  });

  it('says what running its cell does not bring back', () => {
    const whole = model('regression');
    const textOf = (changed: ModelFile): string => notebookOf({ model: changed, ...place }).cells[0]!.source.join('');
    expect(textOf(whole)).not.toMatch(/edits|limit of time/);
    expect(textOf({ ...whole, edits: [{ term: 'age', edit: 'removed', at: '2026-01-01T00:00:00Z' }] as unknown as ModelFile['edits'] })).toContain('not the edits by hand');
    expect(textOf({ ...whole, recipe: { ...whole.recipe, model: 'formula' } })).toContain('limit of time');
  });
});

describe('the recipe in the code', () => {
  it('is that of the run without the file, and only columns that a person left out stay left out', () => {
    const { recipe } = model('regression');
    const dropped = [{ column: 'id', reason: 'every value is another' }, { column: 'mine', reason: 'left out by request' }];
    const kept = recipeOf({ ...recipe, dropped }) as Partial<Recipe>;
    const { file: _file, dropped: _dropped, ...same } = recipe;
    expect({ ...kept, dropped: undefined }).toEqual({ ...same, dropped: undefined });
    expect(kept.file).toBeUndefined();
    expect(kept.dropped?.map(({ column }) => column) ?? []).toEqual(['mine']);
  });

  it('is written in Python’s own words, over several lines where it is long', () => {
    expect(pythonLiteral({ a: true, b: [1, 2.5e-7, 'x"y\\n'], 'c\n': false })).toBe('{"a": True, "b": [1, 2.5e-7, "x\\"y\\\\n"], "c\\n": False}');
    expect(pythonLiteral({ a: null, b: [null] }, ' '.repeat(120))).toContain('"a": None');
    const long = pythonLiteral({ features: Array.from({ length: 40 }, (_, i) => `column ${i}`) });
    const lines = long.split('\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(112);
  });
});

describe('a report that is too long for a notebook', () => {
  const { report } = model('interpretability');
  const bytes = JSON.stringify(report).length;

  it('is kept whole up to the limit', () => {
    expect(savedReport(report, bytes + 10_000)).toEqual({ report });
  });

  it('leaves its longest sections out, says which, and stays below the limit', () => {
    const { report: kept, note } = savedReport(report, Math.round(bytes / 2));
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(bytes / 2);
    const gone = report.sections.filter(({ id }) => !kept.sections.some(section => section.id === id));
    expect(gone.length).toBeGreaterThan(0);
    expect(gone.length).toBeLessThan(report.sections.length);
    for (const { title } of gone.slice(0, 3)) expect(note).toContain(title);
    expect(kept.notes[0]).toEqual({ kind: 'warning', text: note });
    const least = Math.min(...gone.map(section => JSON.stringify(section).length));
    for (const section of kept.sections) expect(JSON.stringify(section).length).toBeLessThanOrEqual(least);
  });
});

describe('the renderer', () => {
  it('takes a report of this format, and says in one sentence why it takes nothing else', () => {
    const { report } = model('binary');
    expect(readReport(report)).toBe(report);
    for (const wrong of [undefined, null, 3, 'x', [], {}, { ...report, format: 'other' }, { ...report, sections: [null] }, { ...report, recipe: undefined }, { ...report, notes: {} }]) expect(readReport(wrong)).toMatch(/^This output holds no report/);
    expect(readReport({ ...report, version: 2 })).toMatch(/later version of Unveil \(format 2\)/);
  });
});
