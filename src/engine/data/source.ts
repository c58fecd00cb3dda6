/** Opens a data file: finds out what it is, profiles it and loads it into typed columns. */
import { createReadStream, createWriteStream } from 'node:fs';
import { freemem } from 'node:os';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../protocol/errors';
import type { DatasetProfile, Dialect, Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import { convertColumn, type Converted } from './convert';
import { ColumnBuilder, Duck } from './duck';
import { changeOf, fingerprintOf, whyUnreadable, type Fingerprint } from './fileState';
import { clip, decideKind, type Decision } from './kinds';
import { openParquet } from './parquetFile';
import { textRelation, type Relation } from './relation';
import { profileColumns } from './profile';
import { pickRows, rawLength, type RawColumn } from './rawColumn';
import { sampleRows } from './sample';
import { isGzip, isParquet } from './signature';
import { streamProfile } from './streamProfile';
import { TempFolder } from './tempFolder';
import type { Column, Table } from './table';
import { count, headPiece, lineList, readPiece, TextFile } from './textFile';

export interface SourceHints {
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  /** Columns that are dates, whatever single cells say. */
  readonly datetime?: readonly string[];
  /** Columns to be loaded even when they are text (all requested columns are; kept for callers that list them). */
  readonly keepText?: readonly string[];
  /** Looks at no more than so many rows from the beginning of the file: a quick profile. */
  readonly maxRows?: number;
  /** Bytes above which the file is read in passes instead of being held; for tests. */
  readonly holdUpTo?: number;
}

export interface LoadOptions {
  /** Names of the columns wanted; all when absent. */
  readonly columns?: readonly string[];
  readonly maxRows: number;
  readonly seed: number;
  /** Also give each column as it stands in the file. */
  readonly raw?: boolean;
}

export interface Loaded {
  readonly table: Table;
  /** The table's columns, in its order, as they stand in the file; when asked for. */
  readonly raw?: readonly RawColumn[];
  /** Data rows of the file that could be used. */
  readonly rowsInFile: number;
  readonly sampled: boolean;
  /** Row of the file (0-based data row) of each row, when sampled. */
  readonly sourceRows?: Int32Array;
  readonly notes: Note[];
  readonly dropped: { reason: string; rows: number; lines?: readonly number[] }[];
}

export interface DataSource {
  readonly file: string;
  readonly dialect: Dialect;
  readonly columnNames: readonly string[];
  /** Says which version of the file was read. */
  readonly fingerprint: Fingerprint;
  profile(): Promise<DatasetProfile>;
  load(options: LoadOptions): Promise<Loaded>;
  close(): Promise<void>;
}

/** Opens a file. Errors: 'fileNotFound', 'fileUnreadable', 'emptyFile', 'notTabular', 'noRows', 'malformed', 'fileChanged'. */
export async function openSource(file: string, hints: SourceHints, context: WorkContext): Promise<DataSource> {
  const path = resolve(file);
  const fingerprint = await fingerprintOf(path, file);
  const source = new FileSource(file, path, hints, fingerprint, new TempFolder(), context);
  try {
    await source.open();
    return source;
  } catch (error) {
    await source.close();
    throw await whyUnreadable(error, path, file, fingerprint);
  }
}

class FileSource implements DataSource {
  private relation!: Relation;
  private duck: Duck | undefined;
  /** Rows of the relation once it stands in DuckDB. */
  private rows = -1;
  private compressed = false;
  /** Only the beginning of the file is looked at. */
  private cut = false;
  /** The whole relation fits into memory and is held as a table. */
  private held = false;
  private readonly raws = new Map<number, RawColumn>();
  private readonly converted = new Map<number, Converted>();
  private readonly decisions = new Map<number, Decision>();
  private sampleRaws: Map<number, RawColumn> | undefined;
  private ready: Promise<void> | undefined;

  constructor(
    readonly file: string,
    private readonly path: string,
    private readonly hints: SourceHints,
    readonly fingerprint: Fingerprint,
    private readonly temp: TempFolder,
    private readonly context: WorkContext,
  ) {}

  get dialect(): Dialect {
    return this.compressed ? { ...this.relation.dialect, compression: 'gzip' } : this.relation.dialect;
  }

  get columnNames(): readonly string[] {
    return this.relation.names.map(name => name.name);
  }

  async open(): Promise<void> {
    this.context.progress('Reading');
    let path = this.path;
    let head = await readPiece(path, 0, 1024);
    if (head.length === 0) throw new UserError('emptyFile', `${basename(this.file)} is empty.`, { file: this.file });
    if (isGzip(head)) {
      path = await this.unpack(path);
      this.compressed = true;
      head = await readPiece(path, 0, 1024);
    }
    if (isParquet(head)) {
      this.relation = await openParquet(path, this.file, await this.duckdb());
    } else {
      const piece = this.hints.maxRows === undefined ? undefined : await headPiece(path, quickBytes, this.temp);
      this.cut = piece !== undefined;
      this.relation = textRelation(await TextFile.open(piece ?? path, this.file, this.temp, this.context, this.cut));
    }
    await this.fill();
  }

  /** Errors: 'malformed' when the archive is cut or damaged. */
  private async unpack(path: string): Promise<string> {
    const out = this.temp.file('unpacked');
    const abort = new AbortController();
    const takeBack = this.context.onCancel(() => abort.abort());
    try {
      await pipeline(createReadStream(path), createGunzip(), createWriteStream(out), { signal: abort.signal });
    } catch (error) {
      await this.context.breathe();
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (code.startsWith('Z_')) throw new UserError('malformed', `${basename(this.file)} is a damaged or cut gzip archive.`, { file: this.file, detail: String(error) });
      throw error;
    } finally {
      takeBack();
    }
    return out;
  }

  private async duckdb(): Promise<Duck> {
    this.duck ??= await Duck.open({ memory: Math.min(1.5e9, Math.max(4e8, freemem() * 0.4)), temp: this.temp.folder }, this.context);
    return this.duck;
  }

  /** Makes the table (or, for what is too large to hold, the view) t in DuckDB. */
  private fill(): Promise<void> {
    this.ready ??= this.fillOnce();
    return this.ready;
  }

  private async fillOnce(): Promise<void> {
    const duck = await this.duckdb();
    this.held = this.relation.weight <= (this.hints.holdUpTo ?? Math.min(768e6, freemem() * 0.25));
    const limit = this.hints.maxRows === undefined ? '' : ` LIMIT ${Math.max(1, Math.floor(this.hints.maxRows)) + 1}`;
    for (let attempt = 0; ; attempt++) {
      try {
        await duck.run(`CREATE OR REPLACE ${this.held ? 'TABLE' : 'VIEW'} t AS SELECT * FROM ${this.relation.sql()}${limit}`);
        // Counting the values of every column of a view reads each cell once, so its faults show here, not later.
        const counts = this.held ? [] : this.relation.types.map((_, i) => `count(c${i})`);
        this.rows = Number((await duck.rows(`SELECT ${['count(*)', ...counts].join(', ')} FROM t`))[0]![0]);
        if (!(await this.relation.settle(limit === '' ? this.rows : undefined))) break;
      } catch (error) {
        if (attempt > 40 || !(await this.relation.repair(error))) throw error;
      }
    }
    if (limit !== '' && this.rows > this.hints.maxRows!) {
      this.rows = Math.max(1, Math.floor(this.hints.maxRows!));
      this.cut = true;
      await duck.run(this.held ? `CREATE OR REPLACE TABLE t AS SELECT * FROM t LIMIT ${this.rows}` : `CREATE OR REPLACE VIEW t AS SELECT * FROM ${this.relation.sql()} LIMIT ${this.rows}`);
    }
    if (this.rows === 0) {
      const all = this.relation.dropped().reduce((sum, part) => sum + part.rows, 0);
      throw new UserError('noRows', `${basename(this.file)} has no data rows${all > 0 ? ` that could be used (${count(all, 'row')} did not fit the header)` : ', only a header'}.`, { file: this.file });
    }
    await this.verify();
  }

  private notes(): Note[] {
    const notes = this.relation.notes();
    return this.cut ? [{ kind: 'sampling', text: `Only the first ${count(this.rows, 'row')} of the file were looked at.` }, ...notes] : notes;
  }

  private async verify(): Promise<void> {
    const changed = await changeOf(this.path, this.file, this.fingerprint);
    if (changed) throw changed;
  }

  /** Columns in full, those not yet read in one go. Only when held. */
  private async rawColumns(wanted: readonly number[]): Promise<void> {
    const missing = wanted.filter(i => !this.raws.has(i));
    if (missing.length === 0) return;
    for (const [i, raw] of await this.fetch(missing)) this.raws.set(i, raw);
  }

  /** Columns over all rows, or over the given ones (rising). */
  private async fetch(wanted: readonly number[], rows?: Int32Array): Promise<Map<number, RawColumn>> {
    const duck = await this.duckdb();
    const { types } = this.relation;
    const levels = await this.encode(duck, wanted);
    const builders = wanted.map(i => new ColumnBuilder(types[i]!, rows?.length ?? this.rows, levels.get(i)));
    let seen = 0;
    let next = 0;
    const expression = (i: number): string => (types[i] === 'number' ? `coalesce(c${i}, 'nan'::DOUBLE)` : levels.has(i) ? `coalesce(enum_code(c${i}::e${i})::INTEGER, -1)` : `c${i}`);
    const select = wanted.map(expression).join(', ');
    await duck.stream(`SELECT ${select} FROM t`, chunk => {
      let picked: number[] | undefined;
      if (rows) {
        picked = [];
        while (next < rows.length && rows[next]! < seen + chunk.rows) picked.push(rows[next++]! - seen);
        seen += chunk.rows;
        if (picked.length === 0) return;
      }
      builders.forEach((builder, j) => builder.take(chunk, j, picked));
    });
    return new Map(wanted.map((i, j) => [i, builders[j]!.finish()]));
  }

  /** Levels of the text columns of a long table that have not too many: DuckDB codes those itself, which is faster by far. */
  private async encode(duck: Duck, wanted: readonly number[]): Promise<Map<number, string[]>> {
    const levels = new Map<number, string[]>();
    const columns = wanted.filter(i => this.relation.types[i] === 'text');
    if (!this.held || this.rows < 20_000 || columns.length === 0) return levels;
    const distinct = (await duck.rows(`SELECT ${columns.map(i => `approx_count_distinct(c${i})`).join(', ')} FROM t`))[0]!.map(Number);
    for (const i of columns.filter((_, k) => distinct[k]! < Math.min(100_000, this.rows / 4))) {
      await duck.run(`DROP TYPE IF EXISTS e${i}`);
      await duck.run(`CREATE TYPE e${i} AS ENUM (SELECT DISTINCT c${i} FROM t WHERE c${i} IS NOT NULL ORDER BY 1)`);
      levels.set(i, (await duck.rows(`SELECT unnest(enum_range(NULL::e${i}))`)).map(row => String(row[0])));
    }
    return levels;
  }

  /** What the column is: from all of its values when held, else from 200,000 rows spread over the file. */
  private async decide(i: number): Promise<Decision> {
    const known = this.decisions.get(i);
    if (known) return known;
    const raw = this.held ? this.raws.get(i)! : (await this.typeSample()).get(i)!;
    const { name, unnamed } = this.relation.names[i]!;
    const hint = (['categorical', 'numeric', 'datetime'] as const).find(kind => this.hints[kind]?.includes(name));
    let decision = decideKind(raw, { name: unnamed && i > 0 ? name : unnamed ? '' : name, index: i, decimal: this.relation.decimal, hint });
    if (this.relation.dates[i] && decision.kind === 'numeric') decision = { ...decision, kind: 'datetime' };
    this.decisions.set(i, decision);
    return decision;
  }

  private async typeSample(): Promise<Map<number, RawColumn>> {
    this.sampleRaws ??= await this.fetch(this.relation.names.map((_, i) => i), sampleRows(this.rows, 200_000, 1));
    return this.sampleRaws;
  }

  /** Columns that are there, without the empty one that a trailing delimiter makes. */
  private async present(): Promise<number[]> {
    const all = this.relation.names.map((_, i) => i);
    const last = all.length - 1;
    if (last > 0 && this.relation.names[last]!.unnamed) {
      if (this.held) await this.rawColumns([last]);
      if ((await this.decide(last)).kind === 'empty') return all.slice(0, last);
    }
    return all;
  }

  async profile(): Promise<DatasetProfile> {
    return this.guarded(async () => {
      await this.fill();
      const wanted = await this.present();
      if (this.held) await this.rawColumns(wanted);
      for (const i of wanted) await this.decide(i);
      const notes: Note[] = this.notes();
      const parts = wanted.map(i => ({ index: i, name: this.relation.names[i]!.name, decision: this.decisions.get(i)!, note: this.noteOf(i) }));
      const columns = this.held
        ? await profileColumns(parts, i => this.convert(i), infinite => this.tellInfinite(infinite, notes), this.context)
        : await streamProfile(await this.duckdb(), parts, { rows: this.rows, types: this.relation.types, sample: await this.typeSample() }, notes, this.context);
      await this.verify();
      return {
        file: this.file, bytes: this.fingerprint.bytes, dialect: this.dialect, rows: this.rows, columns,
        dropped: this.relation.dropped(), notes,
      };
    });
  }

  /** A whole column, converted once. Only when held and decided. */
  private convert(i: number): Converted {
    const known = this.converted.get(i);
    if (known) return known;
    const converted = convertColumn(this.relation.names[i]!.name, this.raws.get(i)!, this.decisions.get(i)!);
    this.converted.set(i, converted);
    return converted;
  }

  private noteOf(i: number): string | undefined {
    const notes = [this.relation.names[i]!.note, this.relation.columnNotes.get(i), this.decisions.get(i)?.note].filter(note => note !== undefined);
    return notes.length === 0 ? undefined : notes.join(' ');
  }

  async load(options: LoadOptions): Promise<Loaded> {
    return this.guarded(async () => {
      await this.fill();
      const wanted = await this.wantedColumns(options.columns);
      const sampled = this.rows > options.maxRows;
      const rows = sampled ? sampleRows(this.rows, options.maxRows, options.seed) : undefined;
      if (this.held) await this.rawColumns(wanted);
      const raws = this.held ? this.raws : await this.fetch(wanted, rows);
      const notes: Note[] = this.notes();
      if (sampled) notes.unshift({ kind: 'sampling', text: `${count(options.maxRows, 'row')} of ${this.rows.toLocaleString('en-US')} were drawn at random (seed ${options.seed}).` });
      const columns: Column[] = [];
      const asRead: RawColumn[] = [];
      for (const i of wanted) {
        const decision = await this.decide(i);
        const raw = this.held && rows ? pickRows(raws.get(i)!, rows) : raws.get(i)!;
        const { name } = this.relation.names[i]!;
        const { column, infinite } = this.held && !rows ? this.convert(i) : convertColumn(name, raw, decision);
        if (infinite.length > 0) await this.tellInfinite({ name, rows: rows ? infinite.map(row => rows[row]!) : infinite }, notes);
        const note = this.noteOf(i);
        if (note !== undefined) notes.push({ kind: 'column', text: `${clip(name)}: ${note}` });
        columns.push(column);
        if (options.raw) asRead.push(raw);
        await this.context.breathe();
      }
      await this.verify();
      const length = rows?.length ?? this.rows;
      if (columns.length > 0 && rawLength(raws.get(wanted[0]!)!) < length) throw new Error('columns shorter than the table');
      return {
        table: { rows: length, columns }, rowsInFile: this.rows, sampled, ...(rows ? { sourceRows: rows } : {}),
        notes, dropped: this.relation.dropped().map(part => ({ ...part })), ...(options.raw ? { raw: asRead } : {}),
      };
    });
  }

  private async wantedColumns(names: readonly string[] | undefined): Promise<number[]> {
    if (!names) return this.present();
    const places = new Map(this.columnNames.map((name, i) => [name, i]));
    return [...new Set(names)].map(name => {
      const place = places.get(name);
      if (place === undefined) throw new UserError('unknownColumn', `${basename(this.file)} has no column "${clip(name)}".`, { file: this.file, column: name });
      return place;
    }).sort((a, b) => a - b);
  }

  private async tellInfinite(found: { name: string; rows: readonly number[] }, notes: Note[]): Promise<void> {
    const lines = await this.relation.lines(found.rows.slice(0, 20));
    const where = lines ? ` (${lineList(lines, found.rows.length)})` : '';
    notes.push({ kind: 'reading', text: `${clip(found.name)}: ${count(found.rows.length, 'value')} infinite or too large for a number${where}; taken as missing.` });
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await whyUnreadable(error, this.path, this.file, this.fingerprint);
    }
  }

  async close(): Promise<void> {
    this.duck?.close();
    this.duck = undefined;
    this.raws.clear();
    this.converted.clear();
    await this.temp.close();
  }
}

/** A quick profile reads so much of a text file. */
const quickBytes = 16 << 20;
