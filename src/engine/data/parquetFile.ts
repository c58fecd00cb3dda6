/** A Parquet file as a relation of numbers and texts. */
import { basename } from 'node:path';
import { UserError } from '../../protocol/errors';
import { pathLiteral, type Duck } from './duck';
import type { Relation } from './relation';

const numberTypes = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|U?INTEGER)$/;
/** Of numbers that a double may not hold. */
const exactTypes = /^(?:U?(?:BIG|HUGE)INT|DECIMAL\(.*\))$/;
const dateTypes = /^(?:DATE|TIMESTAMP(?:_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/;

/** Errors: 'malformed' when the file is cut or damaged, 'notTabular' when it has no column. */
export async function openParquet(path: string, file: string, duck: Duck): Promise<Relation> {
  const from = `read_parquet(${pathLiteral(path)}, hive_partitioning=false, filename=false)`;
  let described: unknown[][];
  let rows: number;
  try {
    described = await duck.rows(`DESCRIBE SELECT * FROM ${from}`);
    rows = await duck.number(`SELECT count(*) FROM ${from}`);
  } catch (error) {
    if (error instanceof UserError || (error as Error).name === 'CancelledError') throw error;
    throw new UserError('malformed', `${basename(file)} is a damaged or cut Parquet file.`, { file, detail: String(error) });
  }
  if (described.length === 0) throw new UserError('notTabular', `${basename(file)} has no columns.`, { file });
  const names = described.map(row => String(row[0]));
  const sqlTypes = described.map(row => String(row[1]));
  const aliases = names.map((_, i) => `p${i}`).join(', ');
  const relation: Relation = {
    dialect: { format: 'parquet' },
    names: names.map((name, i) => ({ name: name === '' ? `column${i + 1}` : name, unnamed: false })),
    types: sqlTypes.map(type => (numberTypes.test(type) || dateTypes.test(type) ? 'number' : 'text')),
    dates: sqlTypes.map(type => dateTypes.test(type)),
    columnNotes: new Map(sqlTypes.flatMap((type, i) => (/\[|^STRUCT|^MAP|^BLOB|^UNION/.test(type) ? [[i, `Nested or binary values (${type.slice(0, 40)}) are shown as text.`] as const] : []))),
    decimal: '.',
    weight: rows * names.length * 8,
    exact: i => exactTypes.test(sqlTypes[i]!),
    sql: () => `(SELECT ${sqlTypes.map((type, i) => `${expression(`p${i}`, type, relation.types[i]!)} AS c${i}`).join(', ')} FROM ${from} AS parquet(${aliases}))`,
    settle: () => Promise.resolve(false),
    repair: () => Promise.resolve(false),
    lines: () => Promise.resolve(undefined),
    notes: () => [],
    dropped: () => [],
  };
  return relation;
}

function expression(column: string, type: string, wanted: 'number' | 'text'): string {
  if (wanted === 'number' && numberTypes.test(type)) return `CAST(${column} AS DOUBLE)`;
  if (dateTypes.test(type)) return `CAST(epoch_us(CAST(${column} AS TIMESTAMP)) AS DOUBLE) / 1000`;
  return `CAST(${column} AS VARCHAR)`;
}
