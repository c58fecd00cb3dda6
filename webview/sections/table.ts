/** Any other table of text and numbers. */
import { cells } from '../tables/tableModel';
import type { SectionRenderer } from './section';

export const table: SectionRenderer<'table'> = {
  wide: true,
  render({ header, rows, title }) {
    return {
      table: () => ({
        caption: title,
        columns: header.map((column, i) => ({
          title: column.title, format: column.numeric ? 'number' as const : 'text' as const, ...(i === 0 && { rowHeader: true }),
        })),
        rows: rows.map(row => cells(...header.map((_, i) => row[i]))),
      }),
    };
  },
};
