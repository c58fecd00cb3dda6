/** The design matrix of a dataset: any rows, encoded by what was learned on the training rows. */
import { blockRows, Encoder } from './encoding/encoder';
import { describeTerms, type DesignMatrix, type Encoding } from './encoding/encoding';
import type { Table } from './table';

/**
 * The design of the given rows (all when absent): rows × columns, column-major, without the intercept. Unknown levels
 * and missing cells are handled as the encoding says. Throws UserError 'unknownColumn' for a column that is not there.
 */
export function encodeRows(encoding: Encoding, table: Table, rows?: Int32Array): DesignMatrix {
  const encoder = new Encoder(encoding, table);
  const n = rows ? rows.length : table.rows;
  const data = new Float64Array(n * encoder.columns);
  for (let from = 0; from < n; from += blockRows) {
    encoder.encode({ rows, from, length: Math.min(blockRows, n - from) }, data, from, n);
  }
  return { rows: n, columns: encoder.columns, data, terms: describeTerms(encoding), intercept: encoding.intercept };
}
