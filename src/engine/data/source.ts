/** Opens a data file: finds out what it is, profiles it and loads it into typed columns. */
import { freemem } from 'node:os';
import { basename, resolve } from 'node:path';
import { UserError } from '../../protocol/errors';
import type { DatasetProfile, Dialect, Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import { readBlocks, type BlockColumn, type BlockReading, type Infinite, type RowBlock } from './blocks';
import { ColumnKinds } from './columnKinds';
import { convertColumn, type Converted } from './convert';
import { Duck } from './duck';
import { changeOf, fingerprintOf, whyUnreadable, type Fingerprint } from './fileState';
import { clip } from './kinds';
import { openRelation } from './openRelation';
import { profileColumns } from './profile';
import { pickRows, rawLength, type RawColumn } from './rawColumn';
import type { Relation } from './relation';
import { sampleRows } from './sample';
import type { DataSource, Loaded, LoadOptions, SourceHints } from './sourceTypes';
import { StoredRelation } from './storedRelation';
import { streamProfile } from './streamProfile';
import { TempFolder } from './tempFolder';
import type { Column } from './table';
import { count, lineList } from './textFile';

/** Bytes that DuckDB may hold of a file that is read in blocks, however long it is. */
const passMemory = 4e8;

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
  private stored!: StoredRelation;
  private kinds!: ColumnKinds;
  private duck: Duck | undefined;
  private compressed = false;
  private readonly converted = new Map<number, Converted>();

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
    const { file, path, hints, temp } = this;
    const { relation, compressed, cut } = await openRelation({ file, path, hints, temp, duck: () => this.duckdb() }, this.context);
    this.relation = relation;
    this.compressed = compressed;
    this.stored = await StoredRelation.fill(relation, await this.duckdb(), hints, cut, file);
    await this.verify();
    this.kinds = new ColumnKinds(this.stored, hints);
  }

  private async duckdb(): Promise<Duck> {
    const memory = this.hints.inBlocks ? passMemory : Math.min(1.5e9, Math.max(4e8, freemem() * 0.4));
    this.duck ??= await Duck.open({ memory, temp: this.temp.folder }, this.context);
    return this.duck;
  }

  private notes(): Note[] {
    const notes = this.relation.notes();
    return this.stored.cut ? [{ kind: 'sampling', text: `Only the first ${count(this.stored.rows, 'row')} of the file were looked at.` }, ...notes] : notes;
  }

  private async verify(): Promise<void> {
    const changed = await changeOf(this.path, this.file, this.fingerprint);
    if (changed) throw changed;
  }

  async profile(): Promise<DatasetProfile> {
    return this.guarded(async () => {
      const wanted = await this.kinds.present();
      if (this.stored.held) await this.stored.hold(wanted);
      for (const i of wanted) await this.kinds.decide(i);
      const notes: Note[] = this.notes();
      const parts = wanted.map(i => ({ index: i, name: this.relation.names[i]!.name, decision: this.kinds.decided(i), note: this.kinds.note(i) }));
      const columns = this.stored.held
        ? await profileColumns(parts, i => this.convert(i), infinite => this.tellInfinite({ ...infinite, count: infinite.rows.length }, notes), this.context)
        : await streamProfile(await this.duckdb(), parts, { rows: this.stored.rows, types: this.relation.types, sample: await this.kinds.typeSample() }, notes, this.context);
      await this.verify();
      return {
        file: this.file, bytes: this.fingerprint.bytes, dialect: this.dialect, rows: this.stored.rows, columns,
        dropped: this.relation.dropped(), notes,
      };
    });
  }

  /** A whole column, converted once. Only when held and decided. */
  private convert(i: number): Converted {
    const known = this.converted.get(i);
    if (known) return known;
    const converted = convertColumn(this.relation.names[i]!.name, this.stored.columns.get(i)!, this.kinds.decided(i));
    this.converted.set(i, converted);
    return converted;
  }

  async load(options: LoadOptions): Promise<Loaded> {
    return this.guarded(async () => {
      const wanted = await this.wantedColumns(options.columns);
      const sampled = this.stored.rows > options.maxRows;
      const rows = sampled ? sampleRows(this.stored.rows, options.maxRows, options.seed) : undefined;
      if (this.stored.held) await this.stored.hold(wanted);
      const raws = this.stored.held ? this.stored.columns : await this.stored.fetch(wanted, rows);
      const notes: Note[] = this.notes();
      if (sampled) notes.unshift({ kind: 'sampling', text: `${count(options.maxRows, 'row')} of ${this.stored.rows.toLocaleString('en-US')} were drawn at random (seed ${options.seed}).` });
      const columns: Column[] = [];
      const asRead: RawColumn[] = [];
      for (const i of wanted) {
        const decision = await this.kinds.decide(i);
        const raw = this.stored.held && rows ? pickRows(raws.get(i)!, rows) : raws.get(i)!;
        const { name } = this.relation.names[i]!;
        const { column, infinite } = this.stored.held && !rows ? this.convert(i) : convertColumn(name, raw, decision);
        if (infinite.length > 0) await this.tellInfinite({ name, count: infinite.length, rows: rows ? infinite.map(row => rows[row]!) : infinite }, notes);
        const note = this.kinds.note(i);
        if (note !== undefined) notes.push({ kind: 'column', text: `${clip(name)}: ${note}` });
        columns.push(column);
        if (options.raw) asRead.push(raw);
        await this.context.breathe();
      }
      await this.verify();
      const length = rows?.length ?? this.stored.rows;
      if (columns.length > 0 && rawLength(raws.get(wanted[0]!)!) < length) throw new Error('columns shorter than the table');
      return {
        table: { rows: length, columns }, rowsInFile: this.stored.rows, sampled, ...(rows ? { sourceRows: rows } : {}),
        notes, dropped: this.relation.dropped().map(part => ({ ...part })), ...(options.raw ? { raw: asRead } : {}),
      };
    });
  }

  async blocks(rows: number): Promise<BlockReading> {
    return this.guarded(async () => {
      const { names, types, dates } = this.relation;
      const read = new Set(await this.wantedColumns(this.hints.inBlocks));
      const columns: BlockColumn[] = [];
      for (const i of await this.kinds.present()) columns.push({ index: i, name: names[i]!.name, type: types[i]!, date: dates[i] === true, ...(read.has(i) && { decision: await this.kinds.decide(i) }) });
      this.kinds.forgetSample();
      const infinite = new Map<string, Infinite>();
      const notes = async (): Promise<Note[]> => {
        const told = this.notes();
        for (const { index, name, decision } of columns) {
          const found = infinite.get(name);
          if (found) await this.tellInfinite({ name, ...found }, told);
          const note = decision && this.kinds.note(index);
          if (note !== undefined) told.push({ kind: 'column', text: `${clip(name)}: ${note}` });
        }
        return told;
      };
      return {
        rows: this.stored.rows, names: columns.map(({ name }) => name), dropped: this.relation.dropped().map(part => ({ ...part })), notes,
        blocks: this.guardedBlocks(readBlocks(await this.duckdb(), columns, rows, infinite)),
      };
    });
  }

  private async *guardedBlocks(blocks: AsyncGenerator<RowBlock, void>): AsyncGenerator<RowBlock, void> {
    try {
      yield* blocks;
      await this.verify();
    } catch (error) {
      throw await whyUnreadable(error, this.path, this.file, this.fingerprint);
    }
  }

  private async wantedColumns(names: readonly string[] | undefined): Promise<number[]> {
    if (!names) return this.kinds.present();
    const places = new Map(this.columnNames.map((name, i) => [name, i]));
    return [...new Set(names)].map(name => {
      const place = places.get(name);
      if (place === undefined) throw new UserError('unknownColumn', `${basename(this.file)} has no column "${clip(name)}".`, { file: this.file, column: name });
      return place;
    }).sort((a, b) => a - b);
  }

  private async tellInfinite(found: { name: string; count: number; rows: readonly number[] }, notes: Note[]): Promise<void> {
    const lines = await this.relation.lines(found.rows.slice(0, 20));
    const where = lines ? ` (${lineList(lines, found.count)})` : '';
    notes.push({ kind: 'reading', text: `${clip(found.name)}: ${count(found.count, 'value')} infinite or too large for a number${where}; taken as missing.` });
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
    this.stored?.clear();
    this.converted.clear();
    await this.temp.close();
  }
}
