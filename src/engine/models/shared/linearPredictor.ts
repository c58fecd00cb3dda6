/** η = a + Σ b_j (x_j − shift_j) over the rows of a table, for one or several coefficient vectors. */
import { blockRows, Encoder } from '../../data/encoding/encoder';
import type { DesignMatrix, Encoding } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { readArray, readNumber, readNumbers, readObject, writeNumber, writeNumbers } from './json';

export interface LinearPredictor {
  /** One vector per outcome (per class for multinomial models), each with a value per design column. */
  readonly coefficients: readonly Float64Array[];
  /** η at x = shift (0 for columns that cannot be shifted), per vector. */
  readonly constants: Float64Array;
  readonly shifts: Float64Array;
}

/** Column-major η: one array per coefficient vector. */
export function evaluatePredictor(predictor: LinearPredictor, encoding: Encoding, table: Table, rows?: Int32Array): Float64Array[] {
  const encoder = new Encoder(encoding, table);
  const n = rows ? rows.length : table.rows;
  const outs = predictor.coefficients.map((_, k) => new Float64Array(n).fill(predictor.constants[k]));
  for (let from = 0; from < n; from += blockRows) {
    encoder.addLinear({ rows, from, length: Math.min(blockRows, n - from) }, predictor.coefficients, predictor.shifts, outs, from);
  }
  return outs;
}

/** Runs `use` over blocks of the design: column j of the block at data[j·blockRows + i]. */
export function eachBlock(encoding: Encoding, table: Table, rows: Int32Array | undefined, use: (data: Float64Array, from: number, length: number) => void): void {
  const encoder = new Encoder(encoding, table);
  const n = rows ? rows.length : table.rows;
  const stride = Math.min(blockRows, Math.max(1, n));
  const data = new Float64Array(stride * encoder.columns);
  for (let from = 0; from < n; from += stride) {
    const length = Math.min(stride, n - from);
    data.fill(0);
    encoder.encode({ rows, from, length }, data, 0, stride);
    use(data, from, length);
  }
}

export interface ColumnMeans { readonly mean: Float64Array; readonly low: Float64Array }

const knownMeans = new WeakMap<Float64Array, ColumnMeans>();

/** Mean of each design column as an unevaluated sum mean + low (two passes), once a design: its numbers must not change. */
export function columnMeans(design: Pick<DesignMatrix, 'rows' | 'columns' | 'data'>): ColumnMeans {
  let means = knownMeans.get(design.data);
  if (!means) {
    means = makeMeans(design);
    knownMeans.set(design.data, means);
  }
  return means;
}

function makeMeans(design: Pick<DesignMatrix, 'rows' | 'columns' | 'data'>): ColumnMeans {
  const { columns, rows: n, data } = design;
  const mean = new Float64Array(columns);
  const low = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const from = j * n;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += data[from + i];
    const middle = Number.isFinite(sum / n) ? sum / n : 0;
    let rest = 0;
    for (let i = 0; i < n; i++) rest += data[from + i] - middle;
    mean[j] = middle;
    low[j] = rest / n;
  }
  return { mean, low };
}

/**
 * The means of each design column over the rows outside of each fold, from one pass: sums of the distances from
 * `overall` (the means over all rows) by fold. Rows of a negative fold are in every mean.
 */
export function foldColumnMeans(
  design: Pick<DesignMatrix, 'rows' | 'columns' | 'data'>, overall: ColumnMeans, foldOfRow: Int32Array, folds: number,
): ColumnMeans[] {
  const { columns, rows: n, data } = design;
  const counts = new Float64Array(folds + 1);
  for (let i = 0; i < n; i++) counts[foldOfRow[i] + 1]++;
  const result = Array.from({ length: folds }, (): ColumnMeans => ({ mean: new Float64Array(columns), low: new Float64Array(columns) }));
  const sums = new Float64Array(folds + 1);
  const squares = new Float64Array(folds + 1);
  for (let j = 0; j < columns; j++) {
    const middle = overall.mean[j];
    sums.fill(0);
    squares.fill(0);
    for (let i = 0, at = j * n; i < n; i++, at++) {
      const distance = data[at] - middle;
      const fold = foldOfRow[i] + 1;
      sums[fold] += distance;
      squares[fold] += distance * distance;
    }
    for (let k = 0; k < folds; k++) {
      let sum = 0;
      let square = 0;
      for (let f = 0; f <= folds; f++) if (f !== k + 1) { sum += sums[f]; square += squares[f]; }
      const size = n - counts[k + 1];
      const distance = sum / size;
      // Far from the common mean in units of its own spread (an outlier in the fold), a mean would lose digits.
      const sure = square / size > (1 + 1e-6) * distance * distance || (sum === 0 && square === 0);
      const base = sure ? middle : meanOutside(data, j * n, n, foldOfRow, k, 0);
      const rest = sure ? distance : meanOutside(data, j * n, n, foldOfRow, k, Number.isFinite(base) ? base : 0);
      const mean = (Number.isFinite(base) ? base : 0) + rest;
      result[k].mean[j] = mean;
      result[k].low[j] = rest - (mean - (Number.isFinite(base) ? base : 0));
    }
  }
  return result;
}

/** Mean of x − shift over the rows outside of fold k of the column at `from`. */
function meanOutside(data: Float64Array, from: number, n: number, foldOfRow: Int32Array, k: number, shift: number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (foldOfRow[i] === k) continue;
    sum += data[from + i] - shift;
    count++;
  }
  return sum / count;
}

/** Population standard deviation of each design column (root mean square without an intercept). */
export function columnDeviations(design: DesignMatrix, means: ColumnMeans): Float64Array {
  const { rows: n, data } = design;
  const result = new Float64Array(design.columns);
  for (let j = 0; j < result.length; j++) {
    const from = j * n;
    const centre = design.intercept ? means.mean[j] : 0;
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const size = Math.abs(data[from + i] - centre);
      if (size > largest) largest = size;
    }
    if (largest === 0) continue;
    const inverse = 1 / largest;
    if (!Number.isFinite(inverse)) {
      result[j] = largest;
      continue;
    }
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const share = (data[from + i] - centre) * inverse;
      sum += share * share;
    }
    result[j] = largest * Math.sqrt(sum / n);
  }
  return result;
}

/**
 * The predictor with the means of the numeric columns as shifts. `atMeans`: η at the means of all columns where it is
 * known exactly (OLS: the mean of the target); absent: it follows from the intercept.
 */
export function centredPredictor(
  coefficients: readonly Float64Array[], intercepts: ArrayLike<number>, means: ColumnMeans, encoding: Encoding, table: Table, atMeans?: ArrayLike<number>,
): LinearPredictor {
  const shiftable = new Encoder(encoding, table).shiftable();
  const shifts = means.mean.map((m, j) => (shiftable[j] && encoding.intercept ? m : 0));
  const constants = Float64Array.from(coefficients, (b, k) => {
    let sum = atMeans ? atMeans[k] : intercepts[k];
    for (let j = 0; j < b.length; j++) {
      if (b[j] === 0) continue;
      if (atMeans) sum -= b[j] * (means.mean[j] - shifts[j] + means.low[j]);
      else sum += b[j] * shifts[j];
    }
    return sum;
  });
  return { coefficients, constants, shifts };
}

export function writePredictor(predictor: LinearPredictor): unknown {
  return {
    coefficients: predictor.coefficients.map(writeNumbers),
    constants: Array.from(predictor.constants, writeNumber), shifts: writeNumbers(predictor.shifts),
  };
}

export function readPredictor(json: unknown, columns: number): LinearPredictor {
  const object = readObject(json, 'the coefficients');
  const coefficients = readArray(object['coefficients'], 'the coefficients').map(item => readNumbers(item, 'the coefficients', columns));
  const constants = Float64Array.from(readArray(object['constants'], 'the coefficients'), item => readNumber(item, 'the coefficients'));
  return { coefficients, constants, shifts: readNumbers(object['shifts'], 'the coefficients', columns) };
}

/** The design of some of its rows. */
export function takeDesignRows(design: DesignMatrix, rows: Int32Array): DesignMatrix {
  const n = rows.length;
  const data = new Float64Array(n * design.columns);
  for (let j = 0; j < design.columns; j++) {
    for (let i = 0, from = j * design.rows, to = j * n; i < n; i++) data[to + i] = design.data[from + rows[i]];
  }
  return { ...design, rows: n, data };
}
