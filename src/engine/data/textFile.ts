/** A delimited text file made ready for DuckDB: how it is written, what is odd about it and, where needed, a clean copy. */
import { open, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../protocol/errors';
import type { Dialect, Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import { scanBytes, scanPiece, unicodeOf, type ByteScan } from './bytes';
import { pathLiteral, literal } from './duck';
import { missingMarkers } from './missing';
import { normalise, type Dropped, type Normalised } from './normalise';
import { binaryKind, structuredTextKind } from './signature';
import { sniff, type Sniffed } from './sniff';
import type { TempFolder } from './tempFolder';

const sampleBytes = 1 << 20;
const longestSample = 64 << 20;
/** Larger files are scanned while DuckDB already reads them. */
const scanFirstUpTo = 8 << 20;

export interface ColumnName {
  readonly name: string;
  /** Said about the name: it was empty, or doubled. */
  readonly note?: string;
  /** The file gives the column no name. */
  readonly unnamed: boolean;
}

export class TextFile {
  private clean: Normalised | undefined;
  private cleanPath: string | undefined;
  /** Missing markers that DuckDB is told: those seen so far, for each one costs time. */
  private readonly markers = new Set<string>();
  private longestLine = 2 << 20;
  /** The scan of all bytes, while it runs beside DuckDB. */
  private scanning: Promise<ByteScan> | undefined;

  private constructor(
    /** What is read: the file itself or its unpacked copy. */
    private readonly path: string,
    private readonly file: string,
    private scan: ByteScan,
    readonly bytes: number,
    readonly sniffed: Sniffed,
    private readonly temp: TempFolder,
    private readonly context: WorkContext,
    /** The text is the beginning of a longer one and may end within quotes. */
    private readonly cut: boolean,
  ) {}

  /** Errors: 'emptyFile', 'notTabular', 'noRows'. */
  static async open(path: string, file: string, temp: TempFolder, context: WorkContext, cut = false): Promise<TextFile> {
    const name = basename(file);
    const head = await readPiece(path, 0, sampleBytes);
    if (head.length === 0) throw new UserError('emptyFile', `${name} is empty.`, { file });
    const binary = unicodeOf(head) ? undefined : binaryKind(head);
    if (binary) throw notTabular(file, `is no table of text but ${binary}`);
    const { size } = await stat(path);
    const large = size > scanFirstUpTo;
    const scan = large ? scanPiece(head) : await scanBytes(path, context);
    if (scan.blank && !large) throw new UserError('emptyFile', `${name} holds nothing but blank lines.`, { file });
    if (scan.encoding !== 'utf-16le' && scan.encoding !== 'utf-16be' && scan.control > 0.05) throw notTabular(file, 'is a binary file, not a table of text');
    const sniffed = await sniffFile(path, file, scan, size);
    const table = new TextFile(path, file, scan, size, sniffed, temp, context, cut);
    for (const marker of ['', ...sniffed.markers]) table.markers.add(marker);
    if (large) {
      table.scanning = scanBytes(path, context);
      table.scanning.catch(() => undefined);
    }
    if (table.mustNormalise) await table.normalise();
    return table;
  }

  /**
   * Waits for the scan of all bytes. True when the file turned out to be odd (or DuckDB found another number of rows
   * than there are lines), so that a clean copy was made which has to be read instead.
   */
  async settle(rows?: number): Promise<boolean> {
    if (this.scanning) {
      this.scan = await this.scanning;
      this.scanning = undefined;
    }
    if (this.clean) return false;
    const expected = this.scan.lines - (this.sniffed.header ? 1 : 0);
    const lost = rows !== undefined && !this.scan.quotes && !this.scan.blankLines && rows !== expected;
    if (!this.mustNormalise && !lost) return false;
    await this.normalise();
    return true;
  }

  get isNormalised(): boolean {
    return this.clean !== undefined;
  }

  private get mustNormalise(): boolean {
    const { scan, sniffed } = this;
    return scan.encoding !== 'utf-8' || scan.bom || scan.invalid || scan.nuls > 0 || scan.lineEnds === 'mixed'
      || sniffed.units !== undefined || sniffed.trailing || sniffed.rowNames || sniffed.rules.runs === true || sniffed.firstLine > 1 || sniffed.preamble > 0
      || (sniffed.width === 1 && scan.blankLines);
  }

  /** Writes the clean copy that is read from now on. Errors: 'malformed', 'cannotWrite'. */
  async normalise(): Promise<void> {
    if (this.scanning) {
      this.scan = await this.scanning;
      this.scanning = undefined;
    }
    const out = this.temp.file('csv');
    this.clean = await normalise(this.path, { encoding: this.scan.encoding, sniffed: this.sniffed, file: this.file, cut: this.cut, out }, this.context);
    this.cleanPath = out;
  }

  /** The table function that reads columns c0 …; a column is DOUBLE ('number') or its text as it stands. */
  readSql(types: readonly ('number' | 'text')[]): string {
    const { sniffed } = this;
    const columns = types.map((type, i) => `'c${i}':'${type === 'number' ? 'DOUBLE' : 'VARCHAR'}'`).join(',');
    const texts = types.flatMap((type, i) => (type === 'text' ? [`'c${i}'`] : []));
    const quote = this.clean ? '"' : sniffed.rules.quote;
    const options = [
      'auto_detect=false', `delim=${literal(this.clean ? ',' : sniffed.rules.delimiter)}`, `quote=${literal(quote)}`, `escape=${literal(quote)}`,
      `header=${String(!this.clean && sniffed.header)}`, `new_line='${!this.clean && this.scan.lineEnds === 'crlf' ? '\\r\\n' : '\\n'}'`,
      `columns={${columns}}`, `nullstr=[${[...this.markers].map(literal).join(',')}]`,
      ...(texts.length > 0 ? [`force_not_null=[${texts.join(',')}]`] : []),
      ...(sniffed.decimal === ',' ? [`decimal_separator=','`] : []),
      `compression='none'`, 'hive_partitioning=false', `max_line_size=${this.longestLine}`, `buffer_size=${4 * this.longestLine}`,
    ];
    return `read_csv(${pathLiteral(this.cleanPath ?? this.path)}, ${options.join(', ')})`;
  }

  /** After DuckDB refused a cell or a line: true when there is something else to try. */
  async repair(message: string, conversion: boolean): Promise<boolean> {
    const cell = /Could not convert string "([^"]*)" to/.exec(message)?.[1];
    if (cell !== undefined && missingMarkers.includes(cell) && !this.markers.has(cell)) {
      this.markers.add(cell);
      return true;
    }
    if (/maximum line size/i.test(message) && this.longestLine < 256 << 20) {
      this.longestLine *= 8;
      return true;
    }
    if (this.clean || conversion) return false;
    if (!(await this.settle())) await this.normalise();
    return true;
  }

  /** Lines of the file (1-based) on which data rows (0-based) begin. */
  async lines(rows: readonly number[]): Promise<number[]> {
    const head = this.sniffed.header ? 2 : 1;
    if (!this.clean && !this.scan.quotes && !this.scan.blankLines) return rows.map(row => row + head);
    const map = (this.clean ?? (await normalise(this.path, { encoding: this.scan.encoding, sniffed: this.sniffed, file: this.file, cut: this.cut }, this.context))).lines;
    return rows.map(row => map.line(row));
  }

  get dropped(): readonly Dropped[] {
    return this.clean?.dropped ?? [];
  }

  get dialect(): Dialect {
    const { scan, sniffed } = this;
    return {
      format: 'csv', encoding: scan.encoding, delimiter: sniffed.rules.delimiter === '\u001f' ? undefined : sniffed.rules.delimiter,
      quote: sniffed.rules.quote, header: sniffed.header, decimal: sniffed.decimal,
    };
  }

  /** Column names, unique, with what was done to them. */
  names(): ColumnName[] {
    return uniqueNames(this.sniffed.names);
  }

  /** What was done to read the file and must be known. */
  notes(): Note[] {
    const { scan, sniffed, clean } = this;
    const notes: Note[] = [];
    const say = (text: string, kind: Note['kind'] = 'reading'): number => notes.push({ kind, text });
    if (scan.encoding === 'windows-1252') say('The file is not UTF-8; it was read as Windows-1252 (Latin-1).');
    else if (scan.encoding !== 'utf-8') say(`The file was read as ${scan.encoding.toUpperCase()}${scan.bom ? '' : ', as its zero bytes suggest'}.`);
    if (clean && clean.replaced > 0) say(`${count(clean.replaced, 'character')} of the file could not be decoded as ${scan.encoding.toUpperCase()} and ${clean.replaced === 1 ? 'was' : 'were'} replaced by �.`);
    if (clean && clean.nuls > 0) say(`${count(clean.nuls, 'NUL character')} left out.`);
    if (!sniffed.header) say(`No header was found: the columns are named column1 to column${sniffed.width}.`, 'guess');
    if (sniffed.preamble > 0) say(`${count(sniffed.preamble, 'line')} before the header ${sniffed.preamble === 1 ? 'is' : 'are'} no part of the table and ${sniffed.preamble === 1 ? 'was' : 'were'} left out.`);
    if (sniffed.units) say(`The row under the header names units (${sniffed.units.slice(0, 8).map(unit => unit || '–').join(', ')}) and was left out.`);
    if (sniffed.decimal === ',') say('Numbers are written with decimal commas.');
    if (sniffed.rowNames) say('The rows have one cell more than the header: the first column was taken as row names.', 'guess');
    for (const { reason, rows, lines } of this.dropped) say(`${count(rows, 'row')} left out, with ${reason}: ${lineList(lines ?? [], rows)}.`, 'dropped');
    return notes;
  }
}

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** "line 5", "lines 5, 9 and 12", "lines 5, 9, … (20 more)". */
export function lineList(lines: readonly number[], total: number): string {
  const head = lines.slice(0, 10);
  const more = total - head.length;
  return `line${total === 1 ? '' : 's'} ${head.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

function notTabular(file: string, what: string): UserError {
  return new UserError('notTabular', `${basename(file)} ${what}.`, { file });
}

/** A copy of the first `bytes` of a longer text file, cut after a line; undefined when the file is no longer than that. */
export async function headPiece(path: string, bytes: number, temp: TempFolder): Promise<string | undefined> {
  if ((await stat(path)).size <= bytes) return undefined;
  const head = await readPiece(path, 0, bytes);
  const wide = unicodeOf(head)?.encoding;
  const step = wide === 'utf-16le' || wide === 'utf-16be' ? 2 : 1;
  let end = head.length - (head.length % step);
  while (end > 0 && head[end - (wide === 'utf-16le' ? 2 : 1)] !== 10) end -= step;
  const out = temp.file('head');
  await writeFile(out, head.subarray(0, end > 0 ? end : head.length));
  return out;
}

/** Bytes from `start`, at most `length`. */
export async function readPiece(path: string, start: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - start)));
    let read = 0;
    while (read < buffer.length) {
      const { bytesRead } = await handle.read(buffer, read, buffer.length - read, start + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return buffer.subarray(0, read);
  } finally {
    await handle.close();
  }
}

/** Sniffs the head, and for the types of the columns some pieces further on. */
async function sniffFile(path: string, file: string, scan: ByteScan, bytes: number): Promise<Sniffed> {
  const decode = (bytes: Buffer): string => new TextDecoder(scan.encoding).decode(bytes).replaceAll('\0', '');
  for (let length = sampleBytes; ; length *= 8) {
    const whole = length >= bytes;
    const head = decode(await readPiece(path, 0, length));
    const kind = structuredTextKind(head);
    if (kind) throw notTabular(file, `holds ${kind}, not rows and columns`);
    const pieces: string[] = [];
    const step = bytes / 5;
    for (let i = 1; i < 5 && bytes > 4 * sampleBytes; i++) {
      const text = decode(await readPiece(path, Math.floor(i * step) & ~1, 1 << 17));
      pieces.push(text.slice(text.indexOf('\n') + 1));
    }
    const sniffed = sniff(head, whole, pieces);
    if (sniffed && (whole || sniffed.records > 1)) {
      return sniffed;
    }
    if (whole || length >= longestSample) return sniffed ?? openQuote(head, file);
  }
}

/** A text without a single complete record: the quote in its first one is never closed. */
function openQuote(text: string, file: string): never {
  const line = text.slice(0, Math.max(0, text.indexOf('"'))).split(/\r\n|\n|\r/).length;
  throw new UserError('malformed', `${basename(file)}: the quote opened on line ${line} is never closed.`, { file, line });
}

function uniqueNames(names: readonly string[]): ColumnName[] {
  const taken = new Set<string>(names);
  const used = new Set<string>();
  return names.map((name, i) => {
    const unnamed = name === '';
    const wanted = unnamed ? `column${i + 1}` : name;
    let unique = wanted;
    for (let n = 2; used.has(unique) || (unique !== name && taken.has(unique)); n++) unique = `${wanted}_${n}`;
    used.add(unique);
    const note = unnamed ? undefined : unique === name ? undefined : `A further column named "${name.slice(0, 60)}"; called "${unique.slice(0, 60)}" here.`;
    return { name: unique, note, unnamed };
  });
}
