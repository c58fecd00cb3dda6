/** A relation inside DuckDB: as a table where it fits into memory, else as a view that is read in passes; and its columns as they stand there. */
import { freemem } from 'node:os';
import { basename } from 'node:path';
import { UserError } from '../../protocol/errors';
import { ColumnBuilder, literal, type Duck } from './duck';
import { missingMarkers } from './missing';
import type { RawColumn } from './rawColumn';
import type { Relation } from './relation';
import type { SourceHints } from './sourceTypes';
import { count } from './textFile';

/** Doubles hold all whole numbers below it. */
const mostExact = 2 ** 53;

export class StoredRelation {
  /** Rows of the relation. */
  rows = -1;
  /** The whole relation fits into memory and is held as a table. */
  readonly held: boolean;
  private readonly raws = new Map<number, RawColumn>();

  private constructor(readonly relation: Relation, readonly duck: Duck, private readonly hints: SourceHints, public cut: boolean) {
    this.held = !hints.inBlocks && relation.weight <= (hints.holdUpTo ?? Math.min(768e6, freemem() * 0.25));
  }

  /** Makes the table (or, for what is too large to hold, the view) t in DuckDB. `cut`: the relation is only the beginning of the file. Errors: 'noRows'. */
  static async fill(relation: Relation, duck: Duck, hints: SourceHints, cut: boolean, file: string): Promise<StoredRelation> {
    const stored = new StoredRelation(relation, duck, hints, cut);
    await stored.fillAndCount();
    if (stored.rows === 0) {
      const all = relation.dropped().reduce((sum, part) => sum + part.rows, 0);
      throw new UserError('noRows', `${basename(file)} has no data rows${all > 0 ? ` that could be used (${count(all, 'row')} did not fit the header)` : ', only a header'}.`, { file });
    }
    return stored;
  }

  private async fillAndCount(): Promise<void> {
    const { duck, relation } = this;
    const most = this.hints.maxRows === undefined ? undefined : Math.max(1, Math.floor(this.hints.maxRows));
    const limit = most === undefined ? '' : ` LIMIT ${most + 1}`;
    let wide: number[];
    for (let attempt = 0; ; attempt++) {
      try {
        await this.create(limit);
        wide = await this.countRows();
        if (!(await relation.settle(limit === '' ? this.rows : undefined))) break;
      } catch (error) {
        if (attempt > 40 || !(await relation.repair(error))) throw error;
      }
    }
    for (const i of wide) relation.types[i] = 'text';
    if (wide.length > 0) await this.create(limit);
    if (most === undefined || this.rows <= most) return;
    this.rows = most;
    this.cut = true;
    if (this.held) await duck.run(`CREATE OR REPLACE TABLE t AS SELECT * FROM t LIMIT ${most}`);
    else await this.create(` LIMIT ${most}`);
  }

  private create(limit: string): Promise<void> {
    return this.duck.run(`CREATE OR REPLACE ${this.held ? 'TABLE' : 'VIEW'} t AS SELECT * FROM ${this.relation.sql()}${limit}`);
  }

  /** Counts the rows; of a file that is read in blocks, gives the columns with numbers that are too large to be copied from doubles. */
  private async countRows(): Promise<number[]> {
    const { types, dates, exact } = this.relation;
    // Counting the values of every column of a view reads each cell once, so its faults show here, not later.
    const counts = this.held ? [] : types.map((_, i) => `count(c${i})`);
    const suspects = this.hints.inBlocks ? types.flatMap((type, i) => (type === 'number' && dates[i] !== true && exact(i) ? [i] : [])) : [];
    const largest = suspects.map(i => `max(abs(c${i})) FILTER (NOT isnan(c${i}))`);
    const [found] = await this.duck.rows(`SELECT ${['count(*)', ...counts, ...largest].join(', ')} FROM t`);
    this.rows = Number(found![0]);
    return suspects.filter((_, k) => Number(found![1 + counts.length + k] ?? 0) >= mostExact);
  }

  /** Reads the columns in full, those not yet read in one go. Only when held. */
  async hold(wanted: readonly number[]): Promise<void> {
    const missing = wanted.filter(i => !this.raws.has(i));
    if (missing.length === 0) return;
    for (const [i, raw] of await this.fetch(missing)) this.raws.set(i, raw);
  }

  /** Columns that are held. */
  get columns(): ReadonlyMap<number, RawColumn> {
    return this.raws;
  }

  /** Columns over all rows, or over the given ones (rising). */
  async fetch(wanted: readonly number[], rows?: Int32Array): Promise<Map<number, RawColumn>> {
    const { types } = this.relation;
    const levels = await this.encode(wanted);
    const builders = wanted.map(i => new ColumnBuilder(types[i]!, rows?.length ?? this.rows, levels.get(i)));
    let seen = 0;
    let next = 0;
    const expression = (i: number): string => (types[i] === 'number' ? `coalesce(c${i}, 'nan'::DOUBLE)` : levels.has(i) ? `coalesce(enum_code(c${i}::e${i})::INTEGER, -1)` : `c${i}`);
    const select = wanted.map(expression).join(', ');
    await this.duck.stream(`SELECT ${select} FROM t`, chunk => {
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
  private async encode(wanted: readonly number[]): Promise<Map<number, string[]>> {
    const { duck } = this;
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

  /** The first texts of a column that are no missing marker. */
  async firstTexts(i: number): Promise<string[]> {
    const rows = await this.duck.rows(`SELECT c${i} FROM t WHERE c${i} IS NOT NULL AND trim(c${i}) NOT IN (${missingMarkers.map(literal).join(',')}) LIMIT 1000`);
    return rows.map(row => String(row[0]));
  }

  /** Forgets the columns. */
  clear(): void {
    this.raws.clear();
  }
}
