/** The texts of the page, from the table of the host. */
import { afterEach, describe, expect, it } from 'vitest';
import { plural } from '../../../webview/format';
import { known, t, useTable } from '../../../webview/l10n';

describe('the texts of the page', () => {
  afterEach(() => useTable({}));

  it('are the English ones without a table', () => {
    expect(t('Show {0} more', 3)).toBe('Show 3 more');
    expect(known('Weights')).toBe('Weights');
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(1200, 'row')).toBe('1,200 rows');
  });

  it('come from the table, whose entries may put the parts elsewhere', () => {
    useTable({ '{0} of {1}': '{1} 之 {0}', '{0} rows': '{0} 行', Weights: '权重' });
    expect(t('{0} of {1}', 1, 2)).toBe('2 之 1');
    expect(plural(2, 'row')).toBe('2 行');
    expect(known('Weights')).toBe('权重');
  });

  it('take nothing from what every object has, and put no part into another part', () => {
    expect(t('constructor')).toBe('constructor');
    expect(t('{0} and {1}', '{1}', 'b')).toBe('{1} and b');
  });
});
