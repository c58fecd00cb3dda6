/** Which reports are of one model: those that differ in their comparison alone. */
import { describe, expect, it } from 'vitest';
import type { Report, Section } from '../../../src/protocol/report';
import { isSameModel, modelMark } from '../../../src/services/comparisons';
import { modelNamed } from './fixtures';

const section = (kind: string, summary: string): Section => ({ kind, id: kind, panel: 'overview', title: '', summary, method: '' }) as unknown as Section;
const report: Report = { ...modelNamed('mine').report, sections: [section('metrics', 's'), section('fit', 's')] };
const compared = (models: number): Report => ({
  ...report, comparison: { models: Array.from({ length: models }, () => ({})) } as never, sections: [report.sections[0]!, section('comparison', `${models} models`), report.sections[1]!],
});

describe('two reports', () => {
  it('that differ in their comparison and its section are of the same model', () => {
    for (const other of [structuredClone(report), compared(1), compared(2)]) {
      expect(modelMark(other)).toBe(modelMark(report));
      expect(isSameModel(other, report)).toBe(true);
    }
  });

  it.each<[string, Partial<Report>]>([
    ['a section', { sections: [report.sections[0]!, section('fit', 'other')] }], ['the order of sections', { sections: [...report.sections].reverse() }], ['a section less', { sections: report.sections.slice(1) }],
    ['the recipe', { recipe: { ...report.recipe, seed: 2 } }], ['the data', { data: { ...report.data, rowsUsed: 8 } }], ['the model', { model: { ...report.model, title: 'Another' } }],
    ['the performance', { performance: { ...report.performance!, rows: 11 } }], ['the time it took', { timings: { fit: 1 } as never }], ['a note', { notes: [{ kind: 'sampling', text: 'n' }] as never }],
  ])('that differ in %s are of two', (_, change) => {
    for (const base of [report, compared(1)]) {
      const other = { ...base, ...change };
      expect(modelMark(other)).not.toBe(modelMark(report));
      expect(isSameModel(other, report)).toBe(false);
    }
  });

  it('of which one is not there are of one model only where neither is', () => {
    expect([isSameModel(undefined, report), isSameModel(report, undefined), isSameModel(undefined, undefined)]).toEqual([false, false, true]);
  });
});
