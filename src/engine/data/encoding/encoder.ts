/** Applies a learned encoding to the rows of a table, a block at a time: all terms of it, or some. */
import { BoundTable, categoryValue, readNumbers, type Block } from './binding';
import { absent, compileEncoding, type CompiledEncoding, type CompiledFactor, type CompiledTerm } from './compiled';
import type { Encoding } from './encoding';
import { addEffects, addMissing, addNumbers, addPairs, addProducts, addScaled, addSlopes, effectsOf, mapCodes, multiplied, writeMissing, writeNumbers } from './loops';
import { evaluate } from '../formula/evaluate';
import type { Environment, Value } from '../formula/values';
import type { Column, Table } from '../table';

/** Rows of a block: small enough for its columns to stay in the processor's cache. */
export const blockRows = 4096;

/** A variable over a block. Codes index the encoding's levels; `absent` marks a row without a value. */
type Evaluated =
  | { readonly kind: 'numbers'; readonly columns: readonly Float64Array[] }
  | { readonly kind: 'codes'; readonly codes: Int32Array };

export class Encoder {
  readonly columns: number;
  private readonly bound: BoundTable;
  private readonly compiled: CompiledEncoding;
  /** What of the current block was evaluated: variables that several terms or products need. */
  private readonly evaluated: (Evaluated | undefined)[] = [];
  private touched: number[] = [];
  private filled: Environment | undefined;
  private raw: Environment | undefined;

  /** Throws UserError 'unknownColumn' when the table lacks a column that the encoding reads. */
  constructor(readonly encoding: Encoding, table: Table) {
    this.bound = new BoundTable(table);
    for (const column of encoding.columns) this.bound.find(column.name);
    this.compiled = compileEncoding(encoding);
    this.columns = this.compiled.columns;
  }

  /** Reads these columns instead of the table's of the same names, until the next call. */
  replace(columns: readonly Column[]): void {
    this.bound.replace(columns);
  }

  /** The terms (for `terms` of the other methods) that read one of the named columns, in order. */
  termsOf(names: readonly string[]): Int32Array {
    const { termsOf } = this.compiled;
    if (names.length === 1) return Int32Array.from(termsOf.get(names[0]) ?? []);
    return Int32Array.from(new Set(names.flatMap(name => termsOf.get(name) ?? []))).sort();
  }

  /** All terms but those. */
  termsWithout(terms: Int32Array): Int32Array {
    const out = new Uint8Array(this.compiled.terms.length);
    for (const t of terms) out[t] = 1;
    return this.compiled.all.filter(t => out[t] === 0);
  }

  /**
   * Writes the design of a block: column j of the design goes to out[offset + j * stride …]. The places written to
   * have to be 0 before. `terms`: the columns of these terms only.
   */
  encode(block: Block, out: Float64Array, offset: number, stride: number, terms: Int32Array = this.compiled.all): void {
    this.begin();
    for (let k = 0; k < terms.length; k++) {
      const term = this.compiled.terms[terms[k]];
      this.writeTerm(term, block, out, offset + term.start * stride, stride);
    }
  }

  /** First design column and number of columns of a term. */
  place(term: number): { readonly start: number; readonly size: number } {
    return this.compiled.terms[term];
  }

  /** Design columns that are one numeric variable by itself: those that `addLinear` can shift. */
  shiftable(): Uint8Array {
    const flags = new Uint8Array(this.columns);
    for (const { factors, start, size } of this.compiled.terms) {
      if (factors.length === 1 && this.encoding.variables[factors[0].variable].kind === 'number') flags.fill(1, start, start + size);
    }
    return flags;
  }

  /**
   * outs[k][at + i] += Σ_j coefficients[k][j] (x_ij − shifts[j]) over the block, without making the design. Only
   * shiftable columns are shifted: large offsets then do not cost digits. `terms`: the sum over their columns only.
   */
  addLinear(
    block: Block, coefficients: readonly Float64Array[], shifts: Float64Array, outs: readonly Float64Array[], at: number, terms: Int32Array = this.compiled.all,
  ): void {
    this.begin();
    for (let t = 0; t < terms.length; t++) {
      const term = this.compiled.terms[terms[t]];
      for (let k = 0; k < coefficients.length; k++) this.addTerm(term, block, coefficients[k], shifts, outs[k], at);
    }
  }

  /** A new block: nothing of it is evaluated. */
  private begin(): void {
    for (const variable of this.touched) this.evaluated[variable] = undefined;
    this.touched = [];
    this.filled = undefined;
    this.raw = undefined;
  }

  private value(variable: number, block: Block): Evaluated {
    let value = this.evaluated[variable];
    if (!value) {
      value = this.evaluateOne(variable, block);
      this.evaluated[variable] = value;
      this.touched.push(variable);
    }
    return value;
  }

  private evaluateOne(variable: number, block: Block): Evaluated {
    const source = this.compiled.sources[variable];
    switch (source.kind) {
      case 'missing': {
        const out = new Float64Array(block.length);
        writeMissing(this.bound.numeric(source.name), block, out, 0);
        return { kind: 'numbers', columns: [out] };
      }
      case 'column': {
        const out = new Float64Array(block.length);
        writeNumbers(this.bound.numeric(source.rule.name), block, source.rule, out, 0);
        return { kind: 'numbers', columns: [out] };
      }
      case 'category': {
        // Straight from the column's own levels.
        const { codes, levels } = this.bound.categories(source.name);
        return { kind: 'codes', codes: mapCodes(codes, block, source.lookup.ofLevels(levels), source.lookup.missing) };
      }
      case 'calculatedCategory': {
        this.raw ??= this.environment(block, false);
        return { kind: 'codes', codes: source.lookup.ofValue(evaluate(this.expression(variable), this.raw)) };
      }
      case 'calculated': {
        this.filled ??= this.environment(block, this.encoding.missing === 'impute');
        const value = evaluate(this.expression(variable), this.filled);
        if (value.type === 'matrix') return { kind: 'numbers', columns: value.columns };
        if (value.type === 'numbers') return { kind: 'numbers', columns: [value.values] };
        throw new Error(`${this.encoding.variables[variable].label} is not numeric`);
      }
    }
  }

  private expression(variable: number) {
    const given = this.encoding.variables[variable];
    if (given.kind === 'missing') throw new Error(`${given.label} has no expression`);
    return given.expression;
  }

  private environment(block: Block, fill: boolean): Environment {
    const read = new Map<string, Value>();
    return {
      length: block.length, states: this.compiled.states, learning: false,
      column: name => {
        let value = read.get(name);
        if (!value) {
          const column = this.compiled.encoded.get(name)!;
          value = column.as === 'category'
            ? categoryValue(this.bound.categories(name), block)
            : { type: 'numbers', values: readNumbers(this.bound.numeric(name), block, column, fill) };
          read.set(name, value);
        }
        return value;
      },
    };
  }

  private writeTerm(term: CompiledTerm, block: Block, out: Float64Array, offset: number, stride: number): void {
    if (term.factors.length > 1) {
      this.product(term, block).forEach((column, j) => out.set(column, offset + j * stride));
      return;
    }
    const [factor] = term.factors;
    const source = this.compiled.sources[factor.variable];
    if (source.kind === 'column') {
      writeNumbers(this.bound.numeric(source.rule.name), block, source.rule, out, offset);
      return;
    }
    if (source.kind === 'missing') {
      writeMissing(this.bound.numeric(source.name), block, out, offset);
      return;
    }
    const value = this.value(factor.variable, block);
    if (value.kind === 'numbers') {
      value.columns.forEach((column, j) => out.set(column, offset + j * stride));
      return;
    }
    const { place, width } = factor as Required<CompiledFactor>;
    const { codes } = value;
    for (let i = 0; i < block.length; i++) {
      const code = codes[i];
      if (code === absent) for (let j = 0; j < width; j++) out[offset + j * stride + i] = NaN;
      else if (place[code] >= 0) out[offset + place[code] * stride + i] = 1;
    }
  }

  private addTerm(term: CompiledTerm, block: Block, beta: Float64Array, shifts: Float64Array, out: Float64Array, at: number): void {
    const { factors, start } = term;
    if (factors.length > 1) {
      this.addProduct(term, block, beta, out, at);
      return;
    }
    const [factor] = factors;
    const source = this.compiled.sources[factor.variable];
    if (source.kind === 'column') {
      if (beta[start] !== 0) addNumbers(this.bound.numeric(source.rule.name), block, source.rule, beta[start], shifts[start], out, at);
      return;
    }
    if (source.kind === 'missing') {
      if (beta[start] !== 0) addMissing(this.bound.numeric(source.name), block, beta[start], out, at);
      return;
    }
    const value = this.value(factor.variable, block);
    if (value.kind === 'codes') {
      addEffects(value.codes, effectsOf(factor.place!, beta, start, 1), out, at);
      return;
    }
    for (let j = 0; j < value.columns.length; j++) addScaled(value.columns[j], beta[start + j], shifts[start + j], out, at);
  }

  /** Products of two are added without making their columns, others with. */
  private addProduct(term: CompiledTerm, block: Block, beta: Float64Array, out: Float64Array, at: number): void {
    const { factors, start } = term;
    if (factors.length > 2) {
      this.product(term, block).forEach((column, j) => addScaled(column, beta[start + j], 0, out, at));
      return;
    }
    const [one, two] = factors.map(f => this.value(f.variable, block));
    const [{ width, place }, { place: otherPlace }] = factors;
    if (one.kind === 'codes' && two.kind === 'codes') {
      addPairs(one.codes, place!, two.codes, otherPlace!, width, beta, start, out, at);
    } else if (one.kind === 'codes' && two.kind === 'numbers') {
      two.columns.forEach((column, j) => addSlopes(one.codes, effectsOf(place!, beta, start + j * width, 1), column, out, at));
    } else if (one.kind === 'numbers' && two.kind === 'codes') {
      one.columns.forEach((column, j) => addSlopes(two.codes, effectsOf(otherPlace!, beta, start + j, width), column, out, at));
    } else if (one.kind === 'numbers' && two.kind === 'numbers') {
      two.columns.forEach((second, b) => one.columns.forEach((first, a) => addProducts(first, second, beta[start + b * width + a], out, at)));
    }
  }

  /** The columns of a product of variables; the first factor varies fastest. */
  private product(term: CompiledTerm, block: Block): Float64Array[] {
    let columns: Float64Array[] | undefined;
    for (const factor of term.factors) {
      const own = factorColumns(factor, this.value(factor.variable, block), block.length);
      columns = columns === undefined ? own : own.flatMap(second => columns!.map(first => multiplied(first, second)));
    }
    return columns ?? [];
  }
}

function factorColumns({ width, place }: CompiledFactor, value: Evaluated, n: number): Float64Array[] {
  if (value.kind === 'numbers') return [...value.columns];
  const columns = Array.from({ length: width }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const code = value.codes[i];
    if (code === absent) for (const column of columns) column[i] = NaN;
    else if (place![code] >= 0) columns[place![code]][i] = 1;
  }
  return columns;
}
