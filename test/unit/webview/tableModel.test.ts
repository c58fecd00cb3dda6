import { describe, expect, test } from 'vitest';
import { cells, cellText, cellTitle, filterRows, sortRows, toDelimited } from '../../../webview/tables/tableModel';
import type { TableModel } from '../../../webview/tables/tableModel';

const table: TableModel = {
  caption: 'Weights',
  columns: [{ title: 'Term', format: 'name', rowHeader: true }, { title: 'Estimate', format: 'number' }, { title: 'low', copyTitle: '95 % low', format: 'number' }],
  rows: [cells('x10', 1.5, undefined), cells('x2', -3, 0.1), cells('=SUM(A1)', undefined, 2), cells('a,"b"\nc', Number.NaN, 1e-300)],
};
const names = (rows: TableModel['rows']): unknown[] => rows.map(row => row[0]?.value);

describe('sorting', () => {
  test('sorts numbers by value and puts what is missing last in both directions', () => {
    expect(names(sortRows(table, { column: 1, descending: false })).slice(0, 2)).toEqual(['x2', 'x10']);
    expect(names(sortRows(table, { column: 1, descending: true })).slice(0, 2)).toEqual(['x10', 'x2']);
  });

  test('sorts names in natural order', () => {
    const order = names(sortRows(table, { column: 0, descending: false }));
    expect(order.indexOf('x2')).toBeLessThan(order.indexOf('x10'));
  });

  test('keeps the given order without a sort, or with a column that is not there', () => {
    expect(sortRows(table, undefined)).toBe(table.rows);
    expect(sortRows(table, { column: 99, descending: true })).toBe(table.rows);
  });
});

test('the filter looks at names in upper and lower case alike, not at numbers', () => {
  expect(names(filterRows(table, table.rows, ' X1'))).toEqual(['x10']);
  expect(filterRows(table, table.rows, '-3')).toHaveLength(0);
  expect(filterRows(table, table.rows, '')).toHaveLength(4);
});

describe('copied text', () => {
  test('CSV has all digits, RFC 4180 quotes, and no live formulas', () => {
    expect(toDelimited(table, table.rows, ',').split('\r\n')).toEqual([
      'Term,Estimate,95 % low', 'x10,1.5,', 'x2,-3,0.1', "'=SUM(A1),,2", '"a,""b""\nc",NaN,1e-300', '',
    ]);
  });

  test('TSV quotes only what it must', () => {
    expect(toDelimited(table, table.rows, '\t')).toContain('x2\t-3\t0.1\r\n');
  });
});

test('a cell reads in short and has all digits in its title', () => {
  expect(cellText({ value: 0.123456789 }, 'number')).toBe('0.1235');
  expect(cellTitle({ value: 0.123456789 }, 'number')).toBe('0.123456789');
  expect(cellTitle({ value: 5 }, 'number')).toBeUndefined();
  expect(cellText({ value: 1e-9 }, 'pValue')).toBe('1e-9');
  expect(cellText({ value: undefined }, 'number')).toBe('–');
});
