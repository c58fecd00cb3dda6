/** Rewrites an odd text table as clean UTF-8 CSV with line feeds, remembering where each row stood in the file. */
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { basename } from 'node:path';
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Encoding } from './bytes';
import { CsvReader } from './csvReader';
import { trimCell } from './missing';
import type { Sniffed } from './sniff';

export interface NormaliseOptions {
  readonly encoding: Encoding;
  readonly sniffed: Sniffed;
  /** The file as the person named it, for messages. */
  readonly file: string;
  /** The text may end within quotes: what is left open is not a fault, only left out. */
  readonly cut?: boolean;
  /** Where to write; absent only finds the lines. */
  readonly out?: string;
}

export interface Dropped { readonly reason: string; readonly rows: number; readonly lines?: readonly number[] }

export interface Normalised {
  readonly rows: number;
  readonly dropped: Dropped[];
  readonly lines: LineMap;
  /** Characters that could not be decoded and were replaced, and NULs that were taken out. */
  readonly replaced: number;
  readonly nuls: number;
}

/** From data rows (0-based) to lines of the file (1-based): only the rows where the step between them is not 1. */
export class LineMap {
  private readonly rows: number[] = [];
  private readonly offsets: number[] = [];

  add(row: number, line: number): void {
    const offset = line - row;
    if (this.offsets[this.offsets.length - 1] === offset) return;
    this.rows.push(row);
    this.offsets.push(offset);
  }

  line(row: number): number {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.rows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return row + (this.offsets[low] ?? 1);
  }
}

const shown = 20;

class Tally {
  rows = 0;
  readonly lines: number[] = [];

  add(line: number): void {
    this.rows++;
    if (this.lines.length < shown) this.lines.push(line);
  }

  report(reason: string): Dropped[] {
    return this.rows === 0 ? [] : [{ reason, rows: this.rows, lines: this.lines }];
  }
}

function quoted(cell: string): string {
  return cell === '' ? '' : /[",\n\r]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Reads the file from its beginning; every good row goes to `out`. Errors: 'malformed' for a quote that is never closed. */
export async function normalise(path: string, options: NormaliseOptions, context: WorkContext): Promise<Normalised> {
  const { sniffed, encoding } = options;
  const decoder = new TextDecoder(encoding);
  const short = new Tally();
  const long = new Tally();
  const lines = new LineMap();
  const sink = options.out === undefined ? undefined : createWriteStream(options.out);
  const failed = sink ? finished(sink) : undefined;
  failed?.catch(() => undefined);
  let parts: string[] = [];
  let toSkip = sniffed.preamble + (sniffed.header ? 1 : 0) + (sniffed.units ? 1 : 0);
  let rows = 0;
  let replaced = 0;
  let nuls = 0;
  const reader = new CsvReader(sniffed.rules, ({ cells, line, raw }) => {
    if (toSkip > 0) {
      toSkip--;
      return;
    }
    if (cells.length < sniffed.width) return short.add(line);
    if (cells.length > sniffed.width && cells.slice(sniffed.width).some(cell => trimCell(cell) !== '')) return long.add(line);
    lines.add(rows++, line);
    if (sink && raw !== undefined && sniffed.rules.delimiter === ',' && cells.length === sniffed.width && !raw.includes('"')) {
      parts.push(raw, '\n');
    } else if (sink) {
      const row = cells.slice(0, sniffed.width);
      // A single empty cell would be a blank line, which is no row.
      parts.push(row.length === 1 && row[0] === '' ? '""\n' : `${row.map(quoted).join(',')}\n`);
    }
  });
  const take = (text: string): void => {
    if (text.includes('\ufffd')) replaced += text.split('\ufffd').length - 1;
    if (text.includes('\0')) {
      nuls += text.split('\0').length - 1;
      text = text.replaceAll('\0', '');
    }
    reader.write(text);
  };
  try {
    for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
      take(decoder.decode(block as Buffer, { stream: true }));
      if (sink && parts.length > 0) {
        const more = sink.write(parts.join(''));
        parts = [];
        if (!more) await Promise.race([once(sink, 'drain'), failed]);
      }
      await context.breathe();
    }
    take(decoder.decode());
    reader.end();
    if (reader.openQuoteLine !== undefined && options.cut !== true) {
      throw new UserError('malformed', `${basename(options.file)}: the quote opened on line ${reader.openQuoteLine} is never closed.`, { file: options.file, line: reader.openQuoteLine });
    }
    if (sink) {
      sink.end(parts.join(''));
      await failed;
    }
  } catch (error) {
    sink?.destroy();
    throw error;
  }
  const dropped = [...short.report('fewer cells than the header has columns'), ...long.report('more cells than the header has columns')];
  return { rows, dropped, lines, replaced, nuls };
}
