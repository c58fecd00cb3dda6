/** Tables as data: columns, cells, sorting, filtering, and their text for the clipboard. Pure functions, no DOM. */
import { formatCount, formatNumber, formatPValue, fullPrecision, visibleName } from '../format';
import type { SortOrder } from '../state';

/** A cell's value; undefined is drawn as a dash, sorted last and copied as nothing. */
export type CellValue = string | number | undefined;

export interface Cell {
  /** What is sorted by and copied. */
  readonly value: CellValue;
  /** What is read; made from the value by the column's format when absent. */
  readonly text?: string;
  /** Tooltip; a number's full digits or a long name when absent. */
  readonly title?: string;
  /** Makes what is drawn instead of the text (a lit template), when the row is shown; `text` must say the same in words. */
  readonly drawing?: () => unknown;
  readonly className?: string;
  /** Depth of the background, 0…1: a share. */
  readonly heat?: number;
}

export type ColumnFormat = 'text' | 'name' | 'number' | 'count' | 'pValue';

export interface TableColumn {
  readonly title: string;
  /** The title in copied text, where the group's header is missing. */
  readonly copyTitle?: string;
  readonly format: ColumnFormat;
  /** What the column is, for its tooltip. */
  readonly hint?: string;
  /** The cells of this column name their rows. */
  readonly rowHeader?: boolean;
  readonly unsortable?: boolean;
}

export interface TableModel {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** A row of headers over the columns; an empty title leaves its place blank. */
  readonly groups?: readonly { readonly title: string; readonly span: number }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A row of plain values as cells. */
export function cells(...values: readonly (CellValue | Cell)[]): readonly Cell[] {
  return values.map(value => (typeof value === 'object' ? value : { value }));
}

export function cellText(cell: Cell, format: ColumnFormat): string {
  if (cell.text !== undefined) return cell.text;
  const { value } = cell;
  if (value === undefined || value === null) return '–';
  if (typeof value === 'string') return value === '' && format === 'text' ? '' : visibleName(value);
  if (format === 'pValue') return formatPValue(value);
  return format === 'count' ? formatCount(value) : formatNumber(value);
}

/** The tooltip of a cell, or nothing when the text already says all. */
export function cellTitle(cell: Cell, format: ColumnFormat): string | undefined {
  if (cell.title !== undefined) return cell.title;
  const { value } = cell;
  if (typeof value === 'number' && format !== 'count') {
    const full = fullPrecision(value);
    return full === cellText(cell, format) ? undefined : full;
  }
  return typeof value === 'string' && value.length > 24 ? visibleName(value) : undefined;
}

export function isNumeric(format: ColumnFormat): boolean {
  return format === 'number' || format === 'count' || format === 'pValue';
}

/** The rows in the order asked for; stable, undefined and NaN last in both directions. */
export function sortRows(table: TableModel, sort: SortOrder | undefined): TableModel['rows'] {
  if (!sort || sort.column < 0 || sort.column >= table.columns.length) return table.rows;
  const sign = sort.descending ? -1 : 1;
  return [...table.rows].sort((a, b) => compareValues(a[sort.column]?.value, b[sort.column]?.value, sign));
}

/** The rows one of whose text cells holds the words of the filter, upper and lower case alike. */
export function filterRows(table: TableModel, rows: TableModel['rows'], filter: string): TableModel['rows'] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter(row => row.some((cell, column) => {
    const format = table.columns[column]?.format ?? 'text';
    return !isNumeric(format) && cellText(cell, format).toLowerCase().includes(wanted);
  }));
}

/**
 * The table as delimited text with all digits: RFC 4180 quoting; text that a spreadsheet would take for a formula gets
 * an apostrophe before it.
 */
export function toDelimited(table: TableModel, rows: TableModel['rows'], delimiter: ',' | '\t'): string {
  const lines = [table.columns.map(column => quote(guardFormula(column.copyTitle ?? column.title), delimiter)).join(delimiter)];
  for (const row of rows) {
    lines.push(row.map(cell => quote(plainValue(cell.value), delimiter)).join(delimiter));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function compareValues(a: CellValue, b: CellValue, sign: 1 | -1): number {
  const aMissing = a === undefined || a === null || Number.isNaN(a);
  const bMissing = b === undefined || b === null || Number.isNaN(b);
  if (aMissing || bMissing) return Number(aMissing) - Number(bMissing);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a < b ? -1 : a > b ? 1 : 0);
  if (typeof a === 'number') return -sign;
  if (typeof b === 'number') return sign;
  return sign * compareText(a, b);
}

/** Natural order without a locale: "x2" before "x10". */
function compareText(a: string, b: string): number {
  const aParts = a.slice(0, 200).match(/\d+|\D+/g) ?? [];
  const bParts = b.slice(0, 200).match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(aParts.length, bParts.length); i++) {
    const aPart = aParts[i] as string;
    const bPart = bParts[i] as string;
    if (aPart === bPart) continue;
    const difference = Number(aPart) - Number(bPart);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
    return aPart < bPart ? -1 : 1;
  }
  return aParts.length - bParts.length || (a < b ? -1 : a > b ? 1 : 0);
}

function plainValue(value: CellValue): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? fullPrecision(value) : guardFormula(value);
}

function guardFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quote(text: string, delimiter: ',' | '\t'): string {
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
