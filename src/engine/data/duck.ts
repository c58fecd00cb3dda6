/** The one place that speaks to DuckDB: opened when first needed, offline, interruptible, with errors a person can read. */
import { availableParallelism } from 'node:os';
import type * as DuckModule from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { RawColumn } from './rawColumn';

let loading: Promise<typeof DuckModule> | undefined;

/** Loads the native library once; a clear error when this machine has none that fits. */
async function loadDuck(): Promise<typeof DuckModule> {
  loading ??= import('@duckdb/node-api');
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw new UserError('internal',
      `The data reader (DuckDB) could not be loaded on ${process.platform}-${process.arch}: its native library is missing or does not fit. Install the package built for this platform.`,
      { detail: String(error) });
  }
}

/** Text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as an SQL literal that names exactly this file: DuckDB would otherwise expand * ? and [. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, character => `[${character}]`));
}

export interface DuckOptions {
  /** Most bytes that DuckDB holds in memory; more is put into `temp`. */
  readonly memory: number;
  readonly temp: string;
}

export class Duck {
  private constructor(private readonly instance: DuckDBInstance, private readonly connection: DuckDBConnection, private readonly context: WorkContext) {}

  static async open(options: DuckOptions, context: WorkContext): Promise<Duck> {
    const { DuckDBInstance: Instance } = await loadDuck();
    const instance = await Instance.create(':memory:', {
      threads: String(Math.max(1, Math.min(16, availableParallelism()))),
      memory_limit: `${Math.round(options.memory / 1e6)}MB`,
      temp_directory: options.temp,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    return new Duck(instance, await instance.connect(), context);
  }

  /** Runs a statement; cancelling the work interrupts it. */
  async run(sql: string): Promise<void> {
    await this.guard(() => this.connection.run(sql));
  }

  /** All rows of a small result. */
  async rows(sql: string): Promise<unknown[][]> {
    return this.guard(async () => (await this.connection.run(sql)).getRows());
  }

  async number(sql: string): Promise<number> {
    const rows = await this.rows(sql);
    return Number(rows[0]?.[0] ?? NaN);
  }

  /**
   * Streams a query whose columns are DOUBLE (numbers, missing as NaN), INTEGER (codes, missing as -1) or VARCHAR (texts).
   * `take` gets, a chunk at a time, typed views that are only good until it returns.
   */
  async stream(sql: string, take: (chunk: DuckChunk) => void): Promise<void> {
    for await (const chunk of this.chunks(sql)) take(chunk);
  }

  /** The same at the pace of who asks: a chunk's views are only good until the next is asked for, and no other query may run meanwhile. */
  async *chunks(sql: string): AsyncGenerator<DuckChunk, void> {
    await this.context.breathe();
    const takeBack = this.context.onCancel(() => this.connection.interrupt());
    try {
      const result = await this.connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield {
          rows: chunk.rowCount,
          numbers: j => (chunk.getColumnVector(j) as unknown as { items: Float64Array }).items,
          codes: j => (chunk.getColumnVector(j) as unknown as { items: Int32Array }).items,
          texts: j => chunk.getColumnVector(j) as unknown as TextVector,
        };
        const pause = this.context.breathe();
        if (pause) await pause;
      }
    } catch (error) {
      await this.context.breathe();
      throw readable(error);
    } finally {
      takeBack();
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    await this.context.breathe();
    const takeBack = this.context.onCancel(() => this.connection.interrupt());
    try {
      return await work();
    } catch (error) {
      await this.context.breathe();
      throw readable(error);
    } finally {
      takeBack();
    }
  }
}

export interface TextVector { getItem(row: number): string | null }

export interface DuckChunk {
  readonly rows: number;
  numbers(column: number): Float64Array;
  codes(column: number): Int32Array;
  texts(column: number): TextVector;
}

/** DuckDB's resource errors in our words; others pass as they are for the caller to judge. */
function readable(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (/no space left|not enough (?:disk )?space/i.test(text)) {
    return new UserError('cannotWrite', 'There is not enough room for temporary files on the disk.', { detail: text });
  }
  if (/^Out of Memory|failed to allocate/i.test(text)) {
    return new UserError('outOfMemory', 'There is not enough memory to read this file.', { detail: text });
  }
  return error;
}

/** Gathers chunks into whole columns. */
export class ColumnBuilder {
  private rows = 0;
  private readonly numbers: Float64Array | undefined;
  private readonly codes: Int32Array | undefined;
  private readonly places = new Map<string, number>();
  private readonly levels: string[];

  /** With `levels`, the column comes as codes into them. */
  constructor(readonly type: 'number' | 'text', capacity: number, private readonly known?: string[]) {
    this.levels = known ?? [];
    if (type === 'number') this.numbers = new Float64Array(capacity);
    else this.codes = new Int32Array(capacity);
  }

  /** Appends rows of column j of a chunk: all, or those that `picked` names. */
  take(chunk: DuckChunk, j: number, picked?: readonly number[]): void {
    if (this.numbers) {
      const items = chunk.numbers(j);
      if (!picked) this.numbers.set(items, this.rows);
      else picked.forEach((row, i) => (this.numbers![this.rows + i] = items[row]!));
    } else if (this.known) {
      const items = chunk.codes(j);
      if (!picked) this.codes!.set(items, this.rows);
      else picked.forEach((row, i) => (this.codes![this.rows + i] = items[row]!));
    } else {
      const items = chunk.texts(j);
      const count = picked?.length ?? chunk.rows;
      for (let i = 0; i < count; i++) this.codes![this.rows + i] = this.code(items.getItem(picked ? picked[i]! : i));
    }
    this.rows += picked?.length ?? chunk.rows;
  }

  private code(text: string | null): number {
    if (text === null) return -1;
    let code = this.places.get(text);
    if (code === undefined) {
      code = this.levels.length;
      this.places.set(text, code);
      this.levels.push(text);
    }
    return code;
  }

  finish(): RawColumn {
    if (this.numbers) return { storage: 'number', values: this.numbers };
    return { storage: 'text', codes: this.codes!, levels: this.levels };
  }
}
