/** Finds out, from a piece of text, how a delimited file is written: delimiter, quote, header, decimal sign, units row. */
import { readRecords, type CsvRules } from './csvReader';
import { looksLikeDate } from './dateText';
import { isMissing, isMissingAmongNumbers, trimCell } from './missing';
import { hasLeadingZero, losesDigits, numberStyles, parsePlain, parseStyled, stripAffix } from './numberText';

export interface Sniffed {
  readonly rules: CsvRules;
  readonly header: boolean;
  /** First record under the header that only names units, e.g. kg, degC, -. */
  readonly units?: readonly string[];
  readonly decimal: '.' | ',';
  /** Names as the file has them (trimmed), or column1 … when there is no header. */
  readonly names: readonly string[];
  /** Cells that a good row has. */
  readonly width: number;
  /** Rows (and perhaps the header) end with a delimiter that begins no column. */
  readonly trailing: boolean;
  /** Data rows have one cell more than the header: the first one names the row. */
  readonly rowNames: boolean;
  /** Line on which the first record begins, after the preamble. */
  readonly firstLine: number;
  /** Records before the header that are no part of the table: comments after #, a title. */
  readonly preamble: number;
  /** Columns that held nothing but missing markers and plain numbers, in the decimal sign of the file. */
  readonly numeric: readonly boolean[];
  /** Missing markers found in those columns. */
  readonly markers: readonly string[];
  /** Records that were looked at. */
  readonly records: number;
}

const delimiters = [',', ';', '\t', '|', ' '];
const looked = 1000;

interface Split { readonly rules: CsvRules; readonly rows: readonly (readonly string[])[]; readonly firstLine: number; readonly preamble: number; readonly score: number }

/** The number of cells that most records have. */
function commonWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  let best = 0;
  let most = -1;
  for (const [width, count] of counts) {
    if (count > most || (count === most && width > best)) [best, most] = [width, count];
  }
  return best;
}

/** Share of records with the common width, weighed by how clean the cells are: no other delimiter left inside. */
function scoreSplit(rows: readonly (readonly string[])[], delimiter: string): number {
  const width = commonWidth(rows);
  if (width < 2) return 0;
  const fitting = rows.filter(row => row.length === width || (row.length === width + 1 && row[width] === '')).length;
  let clean = 0;
  let cells = 0;
  for (const row of rows.slice(0, 200)) {
    for (const cell of row.slice(0, 200)) {
      cells++;
      if (isClean(trimCell(cell), delimiter)) clean++;
    }
  }
  const head = rows[0]!.length === width || rows[0]!.length === width - 1 ? 1 : 0.8;
  return (fitting / rows.length) * (0.3 + 0.7 * (clean / cells)) * head * (delimiter === ' ' ? 0.9 : 1);
}

/** A cell that reads as one thing: a number in some style, a date, or words without another delimiter. */
function isClean(cell: string, delimiter: string): boolean {
  if (cell === '' || parsePlain(cell) !== undefined) return true;
  if (/^[+-]?\d+,\d+(?:[eE][+-]?\d+)?$/.test(cell) || looksLikeDate(cell)) return true;
  return !(delimiter === ' ' ? /[,;\t|"]/ : /[;\t|]/).test(cell) && !(delimiter !== ',' && cell.includes(','));
}

function splitBy(text: string, rules: CsvRules, whole: boolean): Split | undefined {
  const { records } = readRecords(text, rules, looked, whole);
  if (records.length === 0) return undefined;
  const all = records.map(record => record.cells);
  const preamble = preambleOf(all);
  const rows = all.slice(preamble);
  return { rules, rows, firstLine: records[preamble]!.line, preamble, score: scoreSplit(rows, rules.delimiter) };
}

const longestPreamble = 30;

/**
 * How many records stand before the header: lines that begin with # and lone cells (a title), where a header follows
 * them. Where none does, they are data.
 */
function preambleOf(rows: readonly (readonly string[])[]): number {
  const width = commonWidth(rows);
  let count = 0;
  while (count < Math.min(longestPreamble, rows.length - 2) && isPreamble(rows[count]!, width)) count++;
  if (count === 0) return 0;
  const rest = rows.slice(count);
  return rest[0]!.length >= width - 1 && hasHeader(rest, width) ? count : 0;
}

function isPreamble(row: readonly string[], width: number): boolean {
  if (row[0]!.trimStart().startsWith('#')) return true;
  const filled = row.filter(cell => trimCell(cell) !== '');
  return width >= 2 && filled.length <= 1 && row[0] === (filled[0] ?? row[0]) && !isValue(trimCell(filled[0] ?? ''));
}

function quoteOf(text: string): string {
  const double = /(^|[,;\t| \n\r])"/.test(text);
  const single = /(^|[,;\t|\n\r])'[^'\n]*'(?=[,;\t|\n\r]|$)/.test(text);
  return !double && single ? "'" : '"';
}

/** The split that explains the text best; one column when no delimiter does. */
function bestSplit(text: string, whole: boolean): Split | undefined {
  const quote = quoteOf(text);
  let best: Split | undefined;
  for (const delimiter of delimiters) {
    if (!text.includes(delimiter)) continue;
    const found = splitBy(text, { delimiter, quote }, whole);
    if (found && found.score > (best?.score ?? 0.25)) best = found;
  }
  if (/[ \t]{2}|^ /m.test(text) && (!best || best.rules.delimiter === ' ' || best.rules.delimiter === '\t' && best.score < 0.9)) {
    const found = splitBy(text, { delimiter: ' ', quote: '"', runs: true }, whole);
    if (found && found.score > 0.5 && found.score >= (best?.score ?? 0)) best = found;
  }
  return best ?? splitBy(text, { delimiter: text.includes(',') ? '\u001f' : ',', quote }, whole);
}

/** Whether a cell holds a value that no heading would be: a number, a date, true or false. */
function isValue(cell: string): boolean {
  // "y", "n" or "no" may well be a heading; "true" and "yes" hardly.
  if (parsePlain(cell) !== undefined || looksLikeDate(cell) || /^(?:true|false|yes)$/i.test(cell)) return true;
  const stripped = stripAffix(cell)?.body ?? cell;
  return numberStyles('.').some(style => parseStyled(stripped, style) !== undefined);
}

/** Whether the first row names the columns: it is of another kind than what stands below it. */
function hasHeader(rows: readonly (readonly string[])[], width: number): boolean {
  const first = rows[0]!.map(trimCell);
  const body = rows.slice(1, 400);
  if (body.length === 0) return !first.some(cell => isValue(cell));
  let votes = 0;
  for (let j = 0; j < Math.min(width, 500); j++) {
    const below = body.map(row => trimCell(row[j] ?? '')).filter(cell => !isMissing(cell));
    const head = first[j] ?? '';
    if (below.length === 0) continue;
    const values = below.filter(isValue).length / below.length;
    if (values >= 0.8) votes += isMissing(head) ? 0 : isValue(head) ? -1 : 1;
    else if (below.includes(head)) votes -= 0.75;
    else if (!isValue(head) && head !== '') votes += 0.1;
  }
  return votes > 0 || (votes === 0 && !first.some(cell => isValue(cell)));
}

/** The second row when it only says units: words where every other row of the numeric columns has numbers. */
function unitsRow(rows: readonly (readonly string[])[], width: number): readonly string[] | undefined {
  const row = rows[1];
  if (!row || rows.length < 5) return undefined;
  let words = 0;
  let numbers = 0;
  for (let j = 0; j < width; j++) {
    const below = rows.slice(2, 400).map(r => trimCell(r[j] ?? '')).filter(cell => !isMissing(cell));
    if (below.length < 3 || below.filter(isValue).length < 0.95 * below.length) continue;
    numbers++;
    const cell = trimCell(row[j] ?? '');
    if (isValue(cell)) return undefined;
    if (!isMissingAmongNumbers(cell) && cell.length <= 20 && !/^(unknown|missing|none|other|error)$/i.test(cell)) words++;
  }
  return words > 0 && words >= numbers / 4 ? row.map(trimCell) : undefined;
}

/** A file is written with decimal commas when some cell can be nothing else (1,5 or 0,125) and none has a decimal point. */
function decimalOf(rows: readonly (readonly string[])[], delimiter: string): '.' | ',' {
  if (delimiter === ',') return '.';
  let comma = 0;
  let either = 0;
  let point = 0;
  for (const row of rows.slice(0, 500)) {
    for (const cell of row.slice(0, 300)) {
      const body = trimCell(cell);
      if (/^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/.test(body)) {
        if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(body)) either++;
        else comma++;
      } else if (/^[+-]?\d*\.\d+(?:[eE][+-]?\d+)?$/.test(body)) point++;
    }
  }
  return comma > point || (either > 0 && point === 0 && comma === 0 && delimiter === ';') ? ',' : '.';
}

function plainNumeric(rows: readonly (readonly string[])[], j: number, decimal: '.' | ',', markers: Set<string>): boolean {
  let numbers = 0;
  for (const row of rows) {
    const cell = trimCell(row[j] ?? '');
    if (isMissing(cell)) {
      markers.add(row[j] ?? '');
      continue;
    }
    const value = decimal === ',' ? parseStyled(cell, { decimal }) : parsePlain(cell);
    if (value === undefined || !Number.isFinite(value) || hasLeadingZero(cell) || losesDigits(cell)) return false;
    numbers++;
  }
  return numbers > 0;
}

/** How the text is written; undefined when it has no record at all. `whole` says that the text is not cut at its end. */
export function sniff(text: string, whole: boolean, more: readonly string[] = []): Sniffed | undefined {
  const split = bestSplit(text, whole);
  if (!split) return undefined;
  const { rows, rules } = split;
  const first = rows[0]!;
  const data = rows.length > 1 ? rows.slice(1) : rows;
  let width = commonWidth(data);
  const header = hasHeader(rows, width);
  let rowNames = false;
  let trailing = false;
  if (header && rows.length > 1) {
    const full = data.filter(row => row.length === width);
    if (first.length === width - 1 && width > 1) {
      trailing = full.every(row => trimCell(row[width - 1]!) === '');
      rowNames = !trailing;
      if (trailing) width--;
    } else if (first.length === width + 1 && trimCell(first[width]!) === '') {
      trailing = true;
    } else if (first.length !== width && data.some(row => row.length === first.length)) {
      width = first.length;
    }
  } else if (header) {
    width = first.length;
  }
  const head = header ? first.slice(0, width).map(trimCell) : [];
  const names = Array.from({ length: width }, (_, j) => (rowNames ? (j === 0 ? '' : head[j - 1]) : head[j]) ?? '');
  const units = header ? unitsRow(rows, width) : undefined;
  const body = rows.slice((header ? 1 : 0) + (units ? 1 : 0));
  const further = more.flatMap(piece => readRecords(piece, rules, 200, false).records.slice(1).map(r => r.cells)).filter(r => r.length >= width);
  const all = [...body, ...further];
  const markers = new Set<string>();
  const decimal = decimalOf(body, rules.delimiter);
  return {
    rules, header, units, decimal, names, width, trailing, rowNames,
    firstLine: split.firstLine, preamble: split.preamble, numeric: names.map((_, j) => plainNumeric(all, j, decimal, markers)), markers: [...markers], records: rows.length,
  };
}
