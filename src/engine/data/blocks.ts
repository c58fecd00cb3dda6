/** Rows of a file a block at a time, in its order, so that no more than one block is in memory. */
import { convertColumn } from './convert';
import { ColumnBuilder, type Duck, type DuckChunk } from './duck';
import type { Decision } from './kinds';
import { rawLength, type RawColumn } from './rawColumn';
import type { Column, Table } from './table';
import type { Note } from '../../protocol/profile';

/** A cell as the file has it: a text, a number that the reader parsed, undefined where there is none. */
export type CellReader = (row: number) => string | number | undefined;

export interface RowBlock {
  /** Data row of the file (from 0) of the block's first row. */
  readonly from: number;
  /** The columns that were asked for. */
  readonly table: Table;
  /** The table's columns, in its order, as they stand in the file. */
  readonly raw: readonly RawColumn[];
  /** Of every column of the file, in its order, by the row of the block. */
  readonly cells: readonly CellReader[];
}

export interface BlockReading {
  /** Data rows of the file. */
  readonly rows: number;
  /** Of every column of the file, in its order. */
  readonly names: readonly string[];
  /** To be read once, from the first row to the last; nothing else may be asked of the source meanwhile. Throws UserError. */
  readonly blocks: AsyncGenerator<RowBlock, void>;
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  /** What had to be decided to read the rows; to be asked for when all were read. */
  notes(): Promise<Note[]>;
}

/** A column of the relation t; with a decision it is converted. */
export interface BlockColumn {
  readonly index: number;
  readonly name: string;
  readonly type: 'number' | 'text';
  /** Numbers are milliseconds since 1970. */
  readonly date: boolean;
  readonly decision?: Decision;
}

/** Infinite numbers of a column, which are missing in the table: the first rows of the file that have one. */
export interface Infinite { count: number; readonly rows: number[] }

const rowsNamed = 20;

/** Blocks of `size` rows, the last with what is left; `infinite` is added to by the name of the column. */
export async function* readBlocks(duck: Duck, columns: readonly BlockColumn[], size: number, infinite: Map<string, Infinite>): AsyncGenerator<RowBlock, void> {
  const select = columns.map(({ index, type }) => (type === 'number' ? `coalesce(c${index}, 'nan'::DOUBLE)` : `c${index}`)).join(', ');
  let gathered = new Gatherer(columns, size);
  let from = 0;
  for await (const chunk of duck.chunks(`SELECT ${select} FROM t`)) {
    for (let at = 0; at < chunk.rows;) {
      at += gathered.take(chunk, at);
      if (gathered.rows < size) continue;
      yield gathered.finish(from, infinite);
      from += size;
      gathered = new Gatherer(columns, size);
    }
  }
  if (gathered.rows > 0) yield gathered.finish(from, infinite);
}

/** Fills one block. */
class Gatherer {
  rows = 0;
  private readonly takers: readonly { take(chunk: DuckChunk, j: number, picked: readonly number[] | undefined): void; finish(rows: number): { raw?: RawColumn; cell: CellReader } }[];

  constructor(private readonly columns: readonly BlockColumn[], private readonly size: number) {
    this.takers = columns.map(column => (column.type === 'text' && !column.decision ? plainTexts() : builtColumn(column, size)));
  }

  /** Takes rows of the chunk from `at` on, as many as there is room for; how many that were. */
  take(chunk: DuckChunk, at: number): number {
    const count = Math.min(chunk.rows - at, this.size - this.rows);
    const picked = count === chunk.rows ? undefined : Array.from({ length: count }, (_, i) => at + i);
    this.takers.forEach((taker, j) => taker.take(chunk, j, picked));
    this.rows += count;
    return count;
  }

  finish(from: number, infinite: Map<string, Infinite>): RowBlock {
    const found = this.takers.map(taker => taker.finish(this.rows));
    const table: Column[] = [];
    const raws: RawColumn[] = [];
    this.columns.forEach(({ name, decision }, j) => {
      const { raw } = found[j]!;
      if (!decision || !raw) return;
      const converted = convertColumn(name, raw, decision);
      if (converted.infinite.length > 0) addInfinite(infinite, name, converted.infinite, from);
      table.push(converted.column);
      raws.push(raw);
    });
    return { from, table: { rows: this.rows, columns: table }, raw: raws, cells: found.map(({ cell }) => cell) };
  }
}

/** Texts that are only written again. */
function plainTexts(): Gatherer['takers'][number] {
  const texts: (string | undefined)[] = [];
  return {
    take(chunk, j, picked) {
      const vector = chunk.texts(j);
      const count = picked?.length ?? chunk.rows;
      for (let i = 0; i < count; i++) texts.push(vector.getItem(picked ? picked[i]! : i) ?? undefined);
    },
    finish: () => ({ cell: row => texts[row] }),
  };
}

function builtColumn({ type, date }: BlockColumn, size: number): Gatherer['takers'][number] {
  const builder = new ColumnBuilder(type, size);
  return {
    take: (chunk, j, picked) => builder.take(chunk, j, picked),
    finish: rows => {
      const raw = cut(builder.finish(), rows);
      return { raw, cell: cellReader(raw, date) };
    },
  };
}

function cut(raw: RawColumn, rows: number): RawColumn {
  if (rawLength(raw) === rows) return raw;
  return raw.storage === 'number' ? { ...raw, values: raw.values.slice(0, rows) } : { ...raw, codes: raw.codes.slice(0, rows) };
}

/** A date that the file itself stores as one in ISO form. */
function cellReader(raw: RawColumn, date: boolean): CellReader {
  if (raw.storage === 'text') return row => (raw.codes[row]! < 0 ? undefined : raw.levels[raw.codes[row]!]);
  if (date) return row => (Number.isNaN(raw.values[row]!) ? undefined : new Date(raw.values[row]!).toISOString());
  return row => raw.values[row];
}

function addInfinite(infinite: Map<string, Infinite>, name: string, rows: readonly number[], from: number): void {
  const known = infinite.get(name) ?? { count: 0, rows: [] };
  known.count += rows.length;
  for (const row of rows.slice(0, rowsNamed - known.rows.length)) known.rows.push(from + row);
  infinite.set(name, known);
}
