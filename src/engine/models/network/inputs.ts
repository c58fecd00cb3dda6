/** How the rows of a table become the numbers that a network reads: the encoding, standardised, row-major in single precision. */
import { Encoder } from '../../data/encoding/encoder';
import { countColumns, describeTerms, type Encoding, type TermInfo } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { damaged, readNumbers, readObject } from '../shared/json';
import { readEncoding } from '../linear/state';

/** Input j = (design column j − shift[j]) / scale[j]. Dummy columns stay as they are (shift 0, scale 1). */
export interface NetworkInputs {
  readonly encoding: Encoding;
  readonly shift: Float64Array;
  readonly scale: Float64Array;
}

export interface EncodedInputs {
  readonly rows: number;
  /** As `inputWidth`. */
  readonly columns: number;
  /** rows × columns, row-major; 0 in incomplete rows. */
  readonly x: Float32Array;
  /** 1 for rows that can have no prediction (a missing cell with missing=drop, a formula without a value); absent: none. */
  readonly incomplete?: Uint8Array;
}

const block = 512;
/** Standard deviations beyond which an input is cut off, so that no sum leaves single precision. */
const farthest = 1e6;

/** Columns of the input: those of the design, or one column of zeros where the design has none. */
export function inputWidth(inputs: NetworkInputs): number {
  return Math.max(1, inputs.shift.length);
}

/** Mean and standard deviation of the design's numeric columns over the given rows (all when absent). */
export function learnInputs(encoding: Encoding, table: Table, rows?: Int32Array): NetworkInputs {
  const numeric = numericColumns(encoding);
  const p = numeric.length;
  const shift = new Float64Array(p);
  const spread: Spread = { unit: new Float64Array(p), square: new Float64Array(p) };
  let n = 0;
  eachBlock(encoding, table, rows, (data, _from, length) => {
    for (let j = 0; j < p; j++) if (numeric[j] === 1) merge(data.subarray(j * block, j * block + length), n, shift, spread, j);
    n += length;
  });
  const scale = spread.square.map((sum, j) => {
    const deviation = spread.unit[j] * Math.sqrt(sum / Math.max(1, n));
    // What is left of a constant column is rounding.
    return numeric[j] === 1 && Number.isFinite(deviation) && deviation > 1e-10 * Math.abs(shift[j]) ? deviation : 1;
  });
  return { encoding, shift: shift.map(v => (Number.isFinite(v) ? v : 0)), scale };
}

/** Sums of squares by column, in units of the largest distance met: squares of numbers near 1e-200 are 0, of those near 1e200 none. */
interface Spread { readonly unit: Float64Array; readonly square: Float64Array }

/** Joins the mean and the sum of squares of one more block to those of the `n` values before (Chan, Golub & LeVeque 1983). */
function merge(values: Float64Array, n: number, mean: Float64Array, { unit, square }: Spread, j: number): void {
  const m = values.length;
  let own = 0;
  for (let i = 0; i < m; i++) own += (values[i] - own) / (i + 1);
  const gap = own - mean[j];
  let largest = Math.max(unit[j], n > 0 ? Math.abs(gap) : 0);
  for (let i = 0; i < m; i++) largest = Math.max(largest, Math.abs(values[i] - own));
  mean[j] += gap * (m / (n + m));
  if (largest === 0) return;
  square[j] *= (unit[j] / largest) ** 2;
  unit[j] = largest;
  for (let i = 0; i < m; i++) square[j] += ((values[i] - own) / largest) ** 2;
  square[j] += ((gap / largest) ** 2 * n * m) / (n + m);
}

/** 1 for design columns that are standardised: all but those made of categories and indicators alone. */
function numericColumns(encoding: Encoding): Uint8Array {
  const isNumeric = encoding.terms.map(term => term.factors.some(f => encoding.variables[f.variable].kind === 'number'));
  return Uint8Array.from(describeTerms(encoding), term => (isNumeric[term.term] ? 1 : 0));
}

/** The inputs of the given rows (all when absent). `shared`: on a SharedArrayBuffer, for workers. */
export function encodeInputs(inputs: NetworkInputs, table: Table, rows?: Int32Array, shared = false): EncodedInputs {
  const { encoding, shift, scale } = inputs;
  const n = rows ? rows.length : table.rows;
  const p = shift.length;
  const columns = inputWidth(inputs);
  const x = shared ? new Float32Array(new SharedArrayBuffer(4 * n * columns)) : new Float32Array(n * columns);
  let incomplete: Uint8Array | undefined;
  if (p === 0) return { rows: n, columns, x };
  eachBlock(encoding, table, rows, (data, from, length) => {
    for (let j = 0; j < p; j++) {
      const middle = shift[j];
      const deviation = scale[j];
      for (let i = 0; i < length; i++) {
        const value = (data[j * block + i] - middle) / deviation;
        x[(from + i) * p + j] = value > farthest ? farthest : value < -farthest ? -farthest : value;
        if (value !== value) (incomplete ??= new Uint8Array(n))[from + i] = 1;
      }
    }
  });
  incomplete?.forEach((flag, i) => { if (flag === 1) x.fill(0, i * p, (i + 1) * p); });
  return { rows: n, columns, x, ...(incomplete && { incomplete }) };
}

/** The inputs of a small column-major design, such as that of an effect's grid: rows × columns, row-major. */
export function standardiseDesign(inputs: NetworkInputs, design: Float64Array, rows: number): Float32Array {
  const { shift, scale } = inputs;
  const p = shift.length;
  const x = new Float32Array(rows * inputWidth(inputs));
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < rows; i++) x[i * p + j] = Math.max(-farthest, Math.min(farthest, (design[j * rows + i] - shift[j]) / scale[j]));
  }
  return x;
}

/** Column-major blocks of the design: column j of the block at data[j · block + i]. */
function eachBlock(encoding: Encoding, table: Table, rows: Int32Array | undefined, use: (data: Float64Array, from: number, length: number) => void): void {
  const encoder = new Encoder(encoding, table);
  const n = rows ? rows.length : table.rows;
  const data = new Float64Array(block * encoder.columns);
  for (let from = 0; from < n; from += block) {
    const length = Math.min(block, n - from);
    data.fill(0);
    encoder.encode({ rows, from, length }, data, 0, block);
    use(data, from, length);
  }
}

/** The input columns: the design's, or a stand-in where the design has none. */
export function inputTerms(inputs: NetworkInputs): readonly TermInfo[] {
  const terms = describeTerms(inputs.encoding);
  if (terms.length > 0) return terms;
  const feature = inputs.encoding.columns[0]?.name ?? 'nothing';
  return [{ name: feature, feature, features: [feature], term: 0 }];
}

/** One token a feature (and one a product of features, "a:b"): its design columns, powers and indicator of missing cells. */
export interface Tokens {
  readonly features: readonly string[];
  /** Index into `features` of each input column. */
  readonly tokenOf: readonly number[];
}

export function tokensOf(inputs: NetworkInputs): Tokens {
  const place = new Map<string, number>();
  const tokenOf = inputTerms(inputs).map(({ feature }) => {
    if (!place.has(feature)) place.set(feature, place.size);
    return place.get(feature)!;
  });
  return { features: [...place.keys()], tokenOf };
}

export function writeInputs({ encoding, shift, scale }: NetworkInputs): unknown {
  return { encoding, shift: Array.from(shift), scale: Array.from(scale) };
}

/** Throws UserError 'badModelFile'. */
export function readInputs(json: unknown): NetworkInputs {
  const object = readObject(json, 'the inputs');
  const encoding = readEncoding(object['encoding']);
  const p = countColumns(encoding);
  const scale = readNumbers(object['scale'], 'the scale', p);
  if (scale.some(s => !(s > 0))) throw damaged('the scale');
  return { encoding, shift: readNumbers(object['shift'], 'the shift', p), scale };
}
