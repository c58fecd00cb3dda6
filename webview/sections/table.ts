/** Any other table of text and numbers. */
import { shortenSentence } from '../format';
import { known } from '../l10n';
import { cells } from '../tables/tableModel';
import type { SectionRenderer } from './section';

export const table: SectionRenderer<'table'> = {
  wide: true,
  render({ header, rows, title }) {
    return {
      table: () => ({
        caption: known(title),
        columns: header.map((column, i) => ({
          title: known(column.title), format: column.numeric ? 'number' as const : 'text' as const, ...(i === 0 && !column.wrap && { rowHeader: true }),
        })),
        rows: rows.map(row => cells(...header.map(({ wrap, numeric }, i) => (numeric && row[i] === '' ? undefined : wrap && row[i] !== undefined ? { value: row[i], text: shortenSentence(String(row[i])), className: header.length === 1 ? 'wrap alone' : 'wrap' } : row[i])))),
      }),
    };
  },
};
