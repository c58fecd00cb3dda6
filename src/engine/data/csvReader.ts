/**
 * A streaming CSV tokeniser that forgives what real files do: any line ends, quotes inside unquoted cells, text after a
 * closing quote. It knows the line on which each record and each open quote began.
 */

export interface CsvRules {
  readonly delimiter: string;
  /** Quote character, or '' when quotes mean nothing. */
  readonly quote: string;
  /** Runs of blanks count as one delimiter, and blanks at both ends of a line are ignored. */
  readonly runs?: boolean;
}

export interface CsvRecord {
  readonly cells: string[];
  /** Line (1-based) on which the record begins. */
  readonly line: number;
  /** The record as it stands, without its line end, when it has no quote. */
  readonly raw?: string;
}

const lf = 10;
const cr = 13;
const space = 32;

export class CsvReader {
  /** Text of the record that is not complete yet. */
  private rest = '';
  private pending: string[] = [];
  private pendingLength = 0;
  private line = 1;
  /** Line on which the quote that is still open at the end was opened. */
  openQuoteLine: number | undefined;
  /** Lines of which nothing but blanks was found. */
  blankLines = 0;

  /** `take` gets every record that is not a blank line; it may return false to stop. */
  constructor(private readonly rules: CsvRules, private readonly take: (record: CsvRecord) => boolean | void) {}

  /** Reads on. Returns false once `take` asked to stop. */
  write(text: string): boolean {
    this.pending.push(text);
    this.pendingLength += text.length;
    // A record that spans many chunks is read again only when what is new outweighs what is old: linear in all.
    if (this.pendingLength < this.rest.length) return true;
    return this.drain(false);
  }

  /** Reads what is left. When a quote is still open, `openQuoteLine` is set and the open record is not delivered. */
  end(): boolean {
    return this.drain(true);
  }

  private drain(final: boolean): boolean {
    const text = this.rest + this.pending.join('');
    this.pending = [];
    this.pendingLength = 0;
    let at = 0;
    for (;;) {
      const next = this.rules.runs ? this.blankRecord(text, at, final) : this.record(text, at, final);
      if (next === -2) return false;
      if (next === -1) break;
      at = next;
    }
    this.rest = at === 0 ? text : text.slice(at);
    return true;
  }

  /** Reads one record from `start`; returns where the next begins, -1 when the text ends first, -2 to stop. */
  private record(text: string, start: number, final: boolean): number {
    if (start >= text.length) return -1;
    const delimiter = this.rules.delimiter.charCodeAt(0);
    const quote = this.rules.quote === '' ? -1 : this.rules.quote.charCodeAt(0);
    const cells: string[] = [];
    const firstLine = this.line;
    let line = firstLine;
    let quoted = false;
    let at = start;
    for (;;) {
      let cell = '';
      let from = at;
      let begin = at;
      while (text.charCodeAt(begin) === space && delimiter !== space) begin++;
      if (quote >= 0 && text.charCodeAt(begin) === quote) {
        const quoteLine = line;
        quoted = true;
        at = begin + 1;
        for (;;) {
          const close = text.indexOf(this.rules.quote, at);
          if (close < 0 || (close === text.length - 1 && !final)) {
            if (final) this.openQuoteLine = quoteLine;
            return -1;
          }
          cell += text.slice(at, close);
          if (text.charCodeAt(close + 1) === quote) {
            cell += this.rules.quote;
            at = close + 2;
            continue;
          }
          at = close + 1;
          break;
        }
        line += countLines(text, begin, at);
        from = at;
      }
      let code = NaN;
      while (at < text.length) {
        code = text.charCodeAt(at);
        if (code === delimiter || code === lf || code === cr) break;
        at++;
      }
      if (at >= text.length && !final) return -1;
      cells.push(at > from ? cell + text.slice(from, at) : cell);
      if (at < text.length && code === delimiter) {
        at++;
        continue;
      }
      const end = at;
      if (at < text.length) {
        if (code === cr) {
          if (at + 1 >= text.length && !final) return -1;
          if (text.charCodeAt(at + 1) === lf) at++;
        }
        at++;
      }
      this.line = line + 1;
      return this.deliver(cells, firstLine, at, quoted ? undefined : text.slice(start, end));
    }
  }

  private blankRecord(text: string, start: number, final: boolean): number {
    if (start >= text.length) return -1;
    let end = start;
    let code = NaN;
    while (end < text.length && (code = text.charCodeAt(end)) !== lf && code !== cr) end++;
    if (end >= text.length && !final) return -1;
    let next = end;
    if (end < text.length) {
      if (code === cr && end + 1 >= text.length && !final) return -1;
      next = code === cr && text.charCodeAt(end + 1) === lf ? end + 2 : end + 1;
    }
    const cells = text.slice(start, end).match(/"[^"]*"|\S+/g) ?? [''];
    const line = this.line++;
    return this.deliver(cells.map(cell => (cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1) : cell)), line, next);
  }

  private deliver(cells: string[], line: number, next: number, raw?: string): number {
    if (cells.length === 1 && cells[0]!.trim() === '') {
      this.blankLines++;
      return next;
    }
    return this.take({ cells, line, raw }) === false ? -2 : next;
  }
}

/** Line ends (LF, CR, CRLF) in text[from, to). */
function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === lf || (code === cr && text.charCodeAt(i + 1) !== lf)) lines++;
  }
  return lines;
}

/** The records of a text; the last one is left out when `whole` is false, for it may be cut. */
export function readRecords(text: string, rules: CsvRules, limit = Infinity, whole = true): { records: CsvRecord[]; openQuoteLine?: number; blankLines: number } {
  const records: CsvRecord[] = [];
  const reader = new CsvReader(rules, record => {
    records.push(record);
    return records.length < limit;
  });
  if (reader.write(text) && whole) reader.end();
  return { records, openQuoteLine: reader.openQuoteLine, blankLines: reader.blankLines };
}
