/** The section of the data checks: what the table says, and where there are buttons. */
import { describe, expect, it } from 'vitest';
import type { CheckFinding, ReportChecks } from '../../../src/protocol/checks';
import type { Report } from '../../../src/protocol/report';
import { checksTable } from '../../../webview/sections/checks';
import { renderSection } from '../../../webview/sections/registry';
import { toDelimited } from '../../../webview/tables/tableModel';

const finding: CheckFinding = {
  id: 'leakage', columns: ['x'], severity: 'severe', sentence: '"x" alone predicts the target.', evidence: {},
  fix: { title: 'Leave out "x"', change: { drop: ['x'] }, flags: '--drop x' },
};
const found: ReportChecks = { rows: 10, of: 10, findings: [finding, { ...finding, id: 'imbalance', severity: 'warning', sentence: 'Few.', fix: undefined }], passed: [], notRun: [] };

/** Functions among the values of a lit template. */
const listeners = (template: unknown): unknown[] => {
  if (typeof template !== 'object' || template === null || !('values' in template)) return [];
  return (template as { values: unknown[] }).values.flatMap(value => (typeof value === 'function' ? [value] : listeners(value)));
};

describe('the section of the data checks', () => {
  it('names check, severity, finding and fix, and copies the flags', () => {
    const table = checksTable('Checks', found, undefined);
    expect(table.rows.map(row => row.map(cell => cell.text ?? cell.value))).toEqual([
      ['Leakage', 'Severe', finding.sentence, 'Leave out "x"'], ['Class imbalance', 'Warning', 'Few.', ''],
    ]);
    expect(toDelimited(table, table.rows, '\t')).toContain('--drop x');
  });

  it('has a button a fix where there is a host, which asks for that finding, and none in an HTML file', () => {
    const asked: number[] = [];
    const drawing = (applyFix?: (place: number) => void) => listeners(checksTable('Checks', found, applyFix).rows[0]![3]!.drawing!());
    expect(drawing()).toEqual([]);
    const [press, ...more] = drawing(place => asked.push(place)) as (() => void)[];
    press!();
    expect([asked, more]).toEqual([[0], []]);
    expect(checksTable('Checks', found, () => undefined).rows[1]![3]!.drawing).toBeUndefined();
  });

  it('says so where reports of an earlier version have no checks', () => {
    const section = { kind: 'checks', id: 'checks', panel: 'data', title: 'Checks', summary: '', method: '' } as const;
    expect(renderSection(section, { report: {} as Report, state: {}, domId: 'd', change: () => undefined })).toEqual({ empty: 'The data were not checked.' });
  });
});
