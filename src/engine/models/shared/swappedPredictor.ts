/** η of the same rows with some columns exchanged: only the terms that read those columns are worked out anew. */
import { blockRows, Encoder } from '../../data/encoding/encoder';
import type { Encoding } from '../../data/encoding/encoding';
import type { Column, Table } from '../../data/table';
import type { LinearPredictor } from './linearPredictor';

export class SwappedPredictor {
  private readonly encoder: Encoder;
  private readonly n: number;
  /** η of the table as it is. */
  private readonly base: readonly Float64Array[];
  /** The terms without the columns that were exchanged last: they are often exchanged again. */
  private last: { readonly names: readonly string[]; readonly terms: Int32Array; readonly rest: readonly Float64Array[] } | undefined;

  /** The given rows of the table, all when absent. Throws UserError 'unknownColumn' as a prediction would. */
  constructor(private readonly predictor: LinearPredictor, encoding: Encoding, table: Table, private readonly rows?: Int32Array) {
    this.encoder = new Encoder(encoding, table);
    this.n = rows ? rows.length : table.rows;
    this.base = this.constants();
    this.add(this.base);
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

  /** η without the terms that read the named columns, and those terms. */
  private without(names: readonly string[]) {
    const { last } = this;
    if (last && last.names.length === names.length && last.names.every((name, i) => name === names[i])) return last;
    const terms = this.encoder.termsOf(names);
    const others = this.encoder.termsWithout(terms);
    const rest = (terms.length <= others.length ? this.subtracted(terms) : undefined) ?? this.sum(others);
    this.last = { names, terms, rest };
    return this.last;
  }

  /** The base less the terms; undefined where that leaves a row without a number or without its digits. */
  private subtracted(terms: Int32Array): Float64Array[] | undefined {
    const parts = this.base.map(() => new Float64Array(this.n));
    this.add(parts, terms);
    for (let k = 0; k < parts.length; k++) {
      const base = this.base[k];
      const part = parts[k];
      let largest = 0;
      let sum = 0;
      for (let i = 0; i < part.length; i++) {
        const rest = base[i] - part[i];
        const size = Math.abs(part[i]);
        if (size > largest) largest = size;
        sum += Math.abs(rest);
        part[i] = rest;
      }
      // A term that dwarfs all others would leave nothing but its rounding. (NaN fails the test too.)
      if (!(largest * this.n <= 1e4 * sum)) return undefined;
    }
    return parts;
  }

  private sum(terms: Int32Array): Float64Array[] {
    const outs = this.constants();
    this.add(outs, terms);
    return outs;
  }

  private constants(): Float64Array[] {
    return this.predictor.coefficients.map((_, k) => new Float64Array(this.n).fill(this.predictor.constants[k]));
  }

  private add(outs: readonly Float64Array[], terms?: Int32Array): void {
    const { coefficients, shifts } = this.predictor;
    for (let from = 0; from < this.n; from += blockRows) {
      this.encoder.addLinear({ rows: this.rows, from, length: Math.min(blockRows, this.n - from) }, coefficients, shifts, outs, from, terms);
    }
  }
}
