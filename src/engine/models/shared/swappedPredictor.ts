/** η of the same rows with some columns exchanged: only the terms that read those columns are worked out anew. */
import { blockRows, Encoder } from '../../data/encoding/encoder';
import type { Encoding } from '../../data/encoding/encoding';
import type { Column, Table } from '../../data/table';
import type { LinearPredictor } from './linearPredictor';

export class SwappedPredictor {
  private readonly encoder: Encoder;
  private readonly n: number;
  /** The terms without the columns that were exchanged last: they are often exchanged again. */
  private last: { readonly names: readonly string[]; readonly terms: Int32Array; readonly rest: readonly Float64Array[] } | undefined;

  /** The given rows of the table, all when absent. Throws UserError 'unknownColumn' as a prediction would. */
  constructor(private readonly predictor: LinearPredictor, encoding: Encoding, table: Table, private readonly rows?: Int32Array) {
    this.encoder = new Encoder(encoding, table);
    this.n = rows ? rows.length : table.rows;
  }

  /** One array per coefficient vector, for the table with these columns (as long as its own) in the place of those of the same names. */
  evaluate(columns: readonly Column[]): Float64Array[] {
    const { terms, rest } = this.without(columns.map(c => c.name));
    const outs = rest.map(eta => eta.slice());
    if (terms.length === 0) return outs;
    this.encoder.replace(columns);
    try {
      this.add(outs, terms);
    } finally {
      this.encoder.replace([]);
    }
    return outs;
  }

  /**
   * η without the terms that read the named columns, and those terms. Summed and not subtracted from the whole: rows that
   * are equal in the other columns stay equal to the last digit, as rank statistics have it, and no digits are lost.
   */
  private without(names: readonly string[]) {
    const { last } = this;
    if (last && last.names.length === names.length && last.names.every((name, i) => name === names[i])) return last;
    const { coefficients, constants } = this.predictor;
    const terms = this.encoder.termsOf(names);
    const rest = coefficients.map((_, k) => new Float64Array(this.n).fill(constants[k]));
    this.add(rest, this.encoder.termsWithout(terms));
    this.last = { names, terms, rest };
    return this.last;
  }

  private add(outs: readonly Float64Array[], terms: Int32Array): void {
    const { coefficients, shifts } = this.predictor;
    for (let from = 0; from < this.n; from += blockRows) {
      this.encoder.addLinear({ rows: this.rows, from, length: Math.min(blockRows, this.n - from) }, coefficients, shifts, outs, from, terms);
    }
  }
}
