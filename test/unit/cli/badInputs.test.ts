/**
 * Nasty files: each ends in a right result or in one clear sentence with exit status 2, never in a stack trace,
 * a hang or a wrong number. The files are described in test/fixtures/bad/README.md.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Report } from '../../../src/protocol/report';
import { fixtures, run } from './run';

type Check = (report: Report) => void;
interface Expected { readonly refused?: RegExp; readonly args?: readonly string[]; readonly check?: Check }

const noteText = (report: Report): string => report.notes.map(note => note.text).join('\n');
const weight = (report: Report, term: string): number => {
  const found = report.weights?.find(item => item.term === term);
  if (!found) throw new Error(`no weight ${term} among ${report.weights?.map(item => item.term).join(', ')}`);
  return found.estimate;
};
/** The clean files hold y ≈ 2 + 3a − 2b + noise, so that a reading mistake shows as a wrong weight. */
const usual: Check = report => {
  expect(report.weights?.map(item => item.term)).toEqual(['(Intercept)', 'a', 'b']);
  expect(report.data.rowsUsed).toBeGreaterThanOrEqual(40);
  expect(weight(report, 'a')).toBeGreaterThan(2);
  expect(weight(report, 'b')).toBeLessThan(-1);
};
const kindOf = (report: Report, name: string): string | undefined => report.data.columns.find(column => column.name === name)?.kind;

const expectations: Readonly<Record<string, Expected>> = {
  '01_empty.csv': { refused: /empty/ },
  '02_only_newlines.csv': { refused: /blank|empty|no data|only/i },
  '03_header_only.csv': { refused: /no data rows/ },
  '04_header_no_newline.csv': { refused: /no data rows/ },
  '06_two_rows.csv': { refused: /rows/ },
  '08_all_missing_column.csv': { check: report => expect(kindOf(report, 'gone')).toBe('empty') },
  '10_partly_missing_target.csv': { check: report => {
    expect(report.data.dropped.map(item => item.rows)).toEqual([30]);
    expect(noteText(report)).toMatch(/30 of 120 rows were left out/);
  } },
  '12_constant_target.csv': { args: ['--target', 'y'], refused: /same value/ },
  '14_duplicate_headers.csv': { check: report => expect(report.recipe.features).toHaveLength(4) },
  '16_whitespace_headers.csv': { check: usual },
  '17_ragged_rows.csv': { check: report => {
    usual(report);
    expect(report.data.dropped.reduce((sum, item) => sum + item.rows, 0)).toBeGreaterThan(0);
  } },
  '18_unclosed_quote.csv': { refused: /line 3/ },
  '20_bom_utf8.csv': { check: usual },
  '22_utf16be_bom.csv': { check: usual },
  '26_tab.tsv.csv': { check: usual },
  '28_space_delimited.csv': { check: usual },
  '29_decimal_comma_semicolon.csv': { check: usual },
  '30_crlf.csv': { check: usual },
  '32_mixed_line_ends.csv': { check: report => expect(report.data.rows).toBe(81) },
  '34_quoted_newlines.csv': { args: ['--target', 'y', '--features', 'id'], check: report => expect(report.data.rows).toBe(60) },
  '36_trailing_delimiter.csv': { check: report => expect(report.data.columns.map(column => column.name)).toEqual(['a', 'b', 'y']) },
  '38_units_row.csv': { check: report => {
    expect(kindOf(report, 'mass')).toBe('numeric');
    expect(noteText(report)).toMatch(/unit/);
  } },
  '40_5000_columns.csv': { check: report => expect(noteText(report)).toMatch(/ridge/i) },
  '42_long_line_no_quotes.csv': { check: report => expect(noteText(report)).toMatch(/infinite|too large/) },
  '44_thousands_separators.csv': { check: report => expect(kindOf(report, 'price')).toBe('numeric') },
  '46_dates.csv': { check: report => {
    for (const name of ['iso', 'us', 'eu', 'ts']) expect(kindOf(report, name)).toBe('datetime');
  } },
  '48_unique_id_target.csv': { args: ['--target', 'id'], refused: /own value|classes/ },
  '50_collinear_exact.csv': { check: report => {
    expect(report.model.aliased?.map(item => item.term)).toEqual(['a_plus_b', 'two_a']);
    for (const item of report.weights ?? []) expect(Math.abs(item.estimate)).toBeLessThan(1e3);
  } },
  '52_dummy_trap.csv': { check: report => expect(report.model.aliased?.map(item => item.term)).toEqual(['female']) },
  '53_separable.csv': { check: report => {
    expect(report.notes.some(note => note.kind === 'separation')).toBe(true);
    for (const item of report.weights ?? []) expect(item.pValue).toBeUndefined();
  } },
  '54_near_separable_rare.csv': { check: report => expect(report.notes.some(note => note.kind === 'separation')).toBe(true) },
  '56_scale_1e-300.csv': { check: report => {
    expect(kindOf(report, 'a')).toBe('numeric');
    expect(weight(report, 'a')).toBeGreaterThan(2e300);
  } },
  '58_big_offset.csv': { check: report => {
    expect(kindOf(report, 'a')).not.toBe('constant');
    expect(report.model.aliased).toBeUndefined();
  } },
  '60_html_injection_header.csv': { check: report => expect(report.recipe.features).toContain('<script>alert(2)</script>') },
  '62_proto_headers.csv': { check: report => {
    expect(report.recipe.features).toEqual(expect.arrayContaining(['__proto__', 'constructor', 'hasOwnProperty']));
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  } },
  '63_proto_levels.csv': { check: report => expect(report.model.classes).toEqual(['__proto__', 'constructor']) },
  '65_nul_bytes.csv': { check: report => {
    usual(report);
    expect(noteText(report)).toMatch(/NUL/);
  } },
  '66_png_renamed.csv': { refused: /PNG/ },
  '68_json_renamed.csv': { refused: /JSON/ },
  '76_mostly_missing.csv': { check: report => expect(report.data.rowsUsed).toBe(200) },
  '78_n_equals_p.csv': { check: report => { for (const item of report.weights ?? []) expect(item.standardError).toBeUndefined(); } },
  '82_negative_zero_exponents.csv': { check: report => expect(report.data.columns.map(column => column.kind)).toEqual(['numeric', 'numeric', 'numeric']) },
  '86_quoted_numbers.csv': { check: usual },
};

/** Places of a JSON value that hold null, which JSON.stringify also makes of NaN and infinities. */
function unanswered(value: unknown, place = ''): string[] {
  if (value === null) return [place];
  if (typeof value !== 'object') return [];
  return Object.entries(value as object).flatMap(([key, inner]) => unanswered(inner, `${place}/${key}`));
}

describe('a nasty file', () => {
  const files = readdirSync(join(fixtures, 'bad')).filter(name => name.endsWith('.csv'));
  for (const name of files) {
    it(`${name.slice(0, 60)} ends in a right result or one clear sentence`, async () => {
      const expected = expectations[name] ?? {};
      const ran = await run(['explain', join(fixtures, 'bad', name), ...(expected.args ?? []), '--json', '-']);
      expect(ran.stderr).not.toMatch(/\n\s+at |Error:|undefined|\[object|NaN/);
      if (ran.status === 2) {
        expect(ran.stdout).toBe('');
        expect(ran.stderr).toMatch(/^unveil: [^\n]{10,600}\n$/);
        expect(ran.stderr).toMatch(expected.refused ?? /./);
        expect(expected.check, `should have been read, but: ${ran.stderr}`).toBeUndefined();
        return;
      }
      expect(ran.status).toBe(0);
      expect(expected.refused, 'should have been refused').toBeUndefined();
      const report = JSON.parse(ran.stdout) as Report;
      expect(unanswered(report)).toEqual([]);
      expect(report.format).toBe('unveil-report');
      expected.check?.(report);
    });
  }
});
