/** The few columns that the spread of the residuals is regressed on: the prediction itself and what moves the residuals most. */
import { booleanMeaning } from '../data/booleanText';
import { BoundTable } from '../data/encoding/binding';
import { levelNumber } from '../data/formula/values';
import type { Table } from '../data/table';

/** One column beside the intercept. Numbers are standardised and held to the range that was fitted, levels are 0 or 1. */
export interface ResidualColumn {
  /** Absent: the prediction of the model. */
  readonly feature?: string;
  /** A category: 1 in this level. */
  readonly level?: string;
  readonly centre: number;
  readonly scale: number;
  readonly from: number;
  readonly to: number;
}

/** Levels of a category that are tried, the most frequent ones. */
const mostLevels = 10;
/** Rows that each column needs. */
const rowsPerColumn = 20;
const mostColumns = 4;

interface Candidate { readonly column: ResidualColumn; readonly values: Float64Array; readonly strength: number }

/**
 * Chooses columns by their correlation with the residuals and with their size, the strongest first, one for every 20 rows
 * and at most 4; none that is weaker than chance (2/√rows) or nearly a combination of others. `mean`: predictions of `rows`.
 */
export function chooseColumns(table: Table, rows: Int32Array, features: readonly string[], mean: Float64Array, residuals: Float64Array): ResidualColumn[] {
  const room = Math.min(mostColumns, Math.floor(rows.length / rowsPerColumn));
  if (room === 0) return [];
  const bound = new BoundTable(table);
  const sizes = limitedSizes(residuals);
  const candidates: Candidate[] = [];
  const offer = (column: ResidualColumn | undefined, values: Float64Array): void => {
    if (!column) return;
    const strength = Math.max(correlation(values, sizes), correlation(values, residuals));
    if (strength > 2 / Math.sqrt(rows.length)) candidates.push({ column, values, strength });
  };
  offerNumber(mean, undefined, offer);
  for (const feature of features) {
    if (bound.find(feature).storage === 'number') offerNumber(gather(bound.numeric(feature), rows), feature, offer);
    else offerLevels(bound, feature, rows, offer);
  }
  candidates.sort((a, b) => b.strength - a.strength);
  return independent(candidates, room);
}

type Offer = (column: ResidualColumn | undefined, values: Float64Array) => void;

function offerNumber(raw: Float64Array, feature: string | undefined, offer: Offer): void {
  const known = raw.filter(value => Number.isFinite(value)).sort();
  if (known.length === 0) return;
  const [from, to] = [known[0], known[known.length - 1]];
  const centre = from + mean(known.map(value => value - from));
  const scale = Math.sqrt(mean(known.map(value => (value - centre) ** 2)));
  if (!(scale > 0 && Number.isFinite(scale) && Number.isFinite(to - from))) return;
  const column: ResidualColumn = { ...(feature === undefined ? {} : { feature }), centre, scale, from, to };
  offer(column, raw.map(value => scaledNumber(column, value)));
}

function offerLevels(bound: BoundTable, feature: string, rows: Int32Array, offer: Offer): void {
  const { codes, levels } = bound.categories(feature);
  const counts = new Int32Array(levels.length);
  for (const row of rows) if (codes[row] >= 0) counts[codes[row]]++;
  const common = Array.from(counts.keys()).filter(code => counts[code] > 0).sort((a, b) => counts[b] - counts[a] || a - b).slice(0, mostLevels);
  for (const code of common) {
    offer({ feature, level: levels[code], centre: 0, scale: 1, from: 0, to: 1 }, Float64Array.from(rows, row => (codes[row] === code ? 1 : 0)));
  }
}

/** Missing cells count as the mean. */
function scaledNumber({ centre, scale, from, to }: ResidualColumn, value: number): number {
  return Number.isNaN(value) ? 0 : (Math.min(to, Math.max(from, value)) - centre) / scale;
}

/** Sizes of the residuals, the largest twentieth cut to one value so that single rows do not decide. */
function limitedSizes(residuals: Float64Array): Float64Array {
  const sizes = residuals.map(Math.abs);
  const limit = sizes.slice().sort()[Math.floor(0.95 * (sizes.length - 1))];
  return sizes.map(size => Math.min(size, limit));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? Math.abs(ab) / Math.sqrt(aa) / Math.sqrt(bb) : 0;
}

/** The strongest candidates that are no combination of stronger ones (Gram–Schmidt on centred columns). */
function independent(candidates: readonly Candidate[], room: number): ResidualColumn[] {
  const basis: Float64Array[] = [];
  const kept: ResidualColumn[] = [];
  for (const { column, values } of candidates) {
    if (kept.length === room) break;
    const middle = mean(values);
    const rest = values.map(value => value - middle);
    const size = norm(rest);
    for (const direction of basis) {
      const along = dot(rest, direction);
      for (let i = 0; i < rest.length; i++) rest[i] -= along * direction[i];
    }
    const left = norm(rest);
    if (!(left > 1e-3 * size)) continue;
    basis.push(rest.map(value => value / left));
    kept.push(column);
  }
  return kept;
}

/** Intercept and columns of the rows, row-major, rows × (columns + 1). `predicted`: the model's predictions of `rows`. */
export function residualDesign(columns: readonly ResidualColumn[], table: Table, rows: Int32Array, predicted: Float64Array): Float64Array {
  const width = columns.length + 1;
  const design = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) design[i * width] = 1;
  const bound = new BoundTable(table);
  columns.forEach((column, j) => {
    const values = columnValues(column, bound, rows, predicted);
    for (let i = 0; i < rows.length; i++) design[i * width + j + 1] = values[i];
  });
  return design;
}

function columnValues(column: ResidualColumn, bound: BoundTable, rows: Int32Array, predicted: Float64Array): Float64Array {
  if (column.feature === undefined) return predicted.map(value => scaledNumber(column, value));
  if (column.level === undefined) return gather(bound.numeric(column.feature), rows).map(value => scaledNumber(column, value));
  const { codes, levels } = bound.categories(column.feature);
  const same = levels.map(level => isSameLevel(level, column.level!));
  return Float64Array.from(rows, row => (codes[row] >= 0 && same[codes[row]] ? 1 : 0));
}

/** "1" and "1.0", "TRUE" and "true" are the same level when one file writes it so and another one so. */
function isSameLevel(a: string, b: string): boolean {
  if (a === b || levelNumber(a) === levelNumber(b)) return true;
  const truth = booleanMeaning(a);
  return truth !== undefined && truth === booleanMeaning(b);
}

function gather(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => values[row]);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}
