/** Cells of a row as text, and where they stand among the usual ones. */
import { asCategories, isMissing, numberLevel } from '../data/encoding/binding';
import type { Column } from '../data/table';
import { formatNumber, formatPercent } from './format';

/** A cell as text: the level, the number, the date; "(missing)". */
export function cellText(column: Column | undefined, row: number): string {
  if (!column || isMissing(column, row)) return '(missing)';
  if (column.storage === 'code') return column.levels[column.codes[row]];
  if (column.kind === 'datetime') return dateText(column.values[row]);
  return numberLevel(column.values[row]);
}

/** A date in ISO form, with its time where it has one. */
export function dateText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

/** What is typical of the column among the usual rows, and where the row's cell stands. */
export function typicalText(column: Column, row: number, usual: Column): [string, string] {
  if (usual.storage === 'code' || usual.kind === 'categorical') {
    const { codes, levels } = asCategories(usual);
    const counts = new Int32Array(levels.length);
    for (const code of codes) if (code >= 0) counts[code]++;
    const most = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
    const own = asCategories(column);
    const code = own.codes[row];
    const place = code < 0 ? -1 : levels.indexOf(own.levels[code]);
    return [most < 0 ? '' : levels[most], code < 0 ? '' : `as in ${formatPercent(place < 0 ? 0 : counts[place] / codes.length)} of the rows`];
  }
  if (column.storage === 'code') return ['', ''];
  const sorted = usual.values.filter(v => v - v === 0).sort();
  if (sorted.length === 0) return ['', ''];
  const middle = sorted[(sorted.length - 1) >> 1];
  const typical = column.kind === 'datetime' ? dateText(middle) : formatNumber(middle, 6);
  const value = column.values[row];
  if (value - value !== 0) return [typical, ''];
  let below = 0;
  let equal = 0;
  for (const v of sorted) {
    if (v < value) below++;
    else if (v === value) equal++;
  }
  const share = (below + equal / 2) / sorted.length;
  const where = share < 0.01 ? `under ${formatPercent(1 - share)} of the rows` : share > 0.99 ? `over ${formatPercent(share)} of the rows` : `above ${formatPercent(share)} of the rows`;
  return [typical, where];
}
