/** The background rows of a model file: a sample of the training rows, so that any file's row is explained against the same. */
import type { BackgroundBlock, BackgroundColumn } from '../../protocol/modelFile';
import type { Dataset } from '../data/dataset';
import type { Column, Table } from '../data/table';
import { sampleRows } from '../evaluate/scores';
import { Rng } from '../math/random';
import type { Model } from '../models/model';
import { allFinite } from './finiteRows';
import { subsetTable } from './shuffle';

/** Rows kept at most, and bytes that they may take. */
const mostRows = 200;
const mostBytes = 256 * 1024;
/** Fewer rows say too little of what is usual. */
export const fewestBackground = 20;

/** The rows of the dataset to keep: a random sample, ascending, of those that the model predicts. The same for the same seed. */
export function backgroundRowsOf({ table, recipe }: Dataset, model: Model): Int32Array {
  const all = Int32Array.from({ length: table.rows }, (_, i) => i);
  const drawn = sampleRows(all, 2 * mostRows, new Rng(recipe.seed).fork('background rows'));
  const known = drawn.filter(allFinite(model.predict(table, drawn)));
  return sampleRows(known, mostRows, new Rng(recipe.seed).fork('background'));
}

/** The rows as a model file holds them, evenly thinned until they fit; undefined where fewer than 20 are. Features of the model only. */
export function writeBackground(table: Table, model: Model, rows: Int32Array): BackgroundBlock | undefined {
  let kept = rows;
  for (;;) {
    if (kept.length < fewestBackground) return undefined;
    const block = blockOf(subsetTable(table, model.features, kept));
    if (block.columns.length < model.features.length) return undefined;
    const bytes = Buffer.byteLength(JSON.stringify(block));
    if (bytes <= mostBytes) return block;
    const fewer = Math.min(kept.length - 1, Math.floor((kept.length * mostBytes) / bytes));
    const whole = kept;
    kept = Int32Array.from({ length: fewer }, (_, i) => whole[Math.floor((i * whole.length) / fewer)]);
  }
}

function blockOf(table: Table): BackgroundBlock {
  return { rows: table.rows, columns: table.columns.map(columnOf) };
}

function columnOf(column: Column): BackgroundColumn {
  const { name, kind } = column;
  if (column.storage === 'number') return { name, kind, cells: Array.from(column.values, v => (Number.isFinite(v) ? String(v) : '')).join(',') };
  const used = [...new Set(column.codes)].filter(code => code >= 0).sort((a, b) => a - b);
  const place = new Map(used.map((code, at) => [code, at]));
  return { name, kind, levels: used.map(code => column.levels[code]), cells: Array.from(column.codes, code => place.get(code) ?? '').join(',') };
}

/** Throws when the block does not hold what the model needs: the file is damaged. */
export function readBackground({ rows, columns }: BackgroundBlock, model: Model): Table {
  const known = new Map(columns.map(column => [column.name, column]));
  return {
    rows,
    columns: model.features.map(name => {
      const column = known.get(name);
      if (!column) throw new Error(`the background rows lack ${name}`);
      return readColumn(column, rows);
    }),
  };
}

function readColumn({ name, kind, cells, levels }: BackgroundColumn, rows: number): Column {
  const texts = cells.split(',');
  if (texts.length !== rows) throw new Error(`${texts.length} background cells of ${name} where there are ${rows} rows`);
  const numbers = Float64Array.from(texts, text => (text === '' ? NaN : Number(text)));
  if (numbers.some((v, i) => texts[i] !== '' && !Number.isFinite(v))) throw new Error(`a background cell of ${name} is no number`);
  if (!levels) return { name, kind, storage: 'number', values: numbers };
  const codes = Int32Array.from(numbers, v => (Number.isNaN(v) ? -1 : v));
  if (numbers.some((v, i) => !Number.isNaN(v) && v !== codes[i]) || codes.some(code => code < -1 || code >= levels.length)) throw new Error(`a background cell of ${name} has no level`);
  return { name, kind, storage: 'code', codes, levels };
}
