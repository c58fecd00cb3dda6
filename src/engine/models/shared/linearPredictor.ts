/** η = a + Σ b_j (x_j − shift_j) over the rows of a table, for one or several coefficient vectors. */
import { blockRows, Encoder } from '../../data/encoding/encoder';
import type { DesignMatrix, Encoding } from '../../data/encoding/encoding';
import { gatherNumbers } from '../../data/rows';
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

/** Mean of each design column as an unevaluated sum mean + low (two passes), over the given rows (all when absent). */
export function columnMeans(design: DesignMatrix, rows?: Int32Array): ColumnMeans {
  const { columns } = design;
  const mean = new Float64Array(columns);
  const low = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const column = columnOf(design, j, rows);
    const n = column.length;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += column[i];
    const middle = Number.isFinite(sum / n) ? sum / n : 0;
    let rest = 0;
    for (let i = 0; i < n; i++) rest += column[i] - middle;
    mean[j] = middle;
    low[j] = rest / n;
  }
  return { mean, low };
}

/** Population standard deviation of each design column (root mean square without an intercept). */
export function columnDeviations(design: DesignMatrix, means: ColumnMeans, rows?: Int32Array): Float64Array {
  return Float64Array.from({ length: design.columns }, (_, j) => {
    const column = columnOf(design, j, rows);
    const n = column.length;
    const centre = design.intercept ? means.mean[j] : 0;
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const size = Math.abs(column[i] - centre);
      if (size > largest) largest = size;
    }
    if (largest === 0) return 0;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const share = (column[i] - centre) / largest;
      sum += share * share;
    }
    return largest * Math.sqrt(sum / n);
  });
}

function columnOf(design: DesignMatrix, j: number, rows: Int32Array | undefined): Float64Array {
  const column = design.data.subarray(j * design.rows, (j + 1) * design.rows);
  return rows ? gatherNumbers(column, rows) : column;
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
