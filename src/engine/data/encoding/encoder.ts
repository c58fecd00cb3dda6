/** Applies a learned encoding to the rows of a table, a block at a time. */
import { categoryLookup, type CategoryLookup } from './lookup';
import { asCategories, BoundTable, categoryValue, readCodes, readNumbers, type Block } from './binding';
import { countColumns, widths, type EncodedColumn, type EncodedTerm, type EncodedVariable, type Encoding } from './encoding';
import { evaluate } from '../formula/evaluate';
import type { TransformState } from '../formula/transforms';
import type { Environment, Value } from '../formula/values';
import { isMissing } from './binding';
import type { Column, Table } from '../table';

/** Rows of a block: small enough for its columns to stay in the processor's cache. */
export const blockRows = 4096;

/** A variable over a block. Codes index the encoding's levels; `absent` marks a row without a value. */
type Evaluated =
  | { readonly kind: 'numbers'; readonly columns: readonly Float64Array[] }
  | { readonly kind: 'codes'; readonly codes: Int32Array };

const absent = -2;

export class Encoder {
  readonly columns: number;
  private readonly bound: BoundTable;
  private readonly encoded: Map<string, EncodedColumn>;
  private readonly states: Map<string, TransformState>;
  private readonly lookups: (CategoryLookup | undefined)[];
  private readonly termWidths: number[][];

  /** Throws UserError 'unknownColumn' when the table lacks a column that the encoding reads. */
  constructor(readonly encoding: Encoding, table: Table) {
    this.bound = new BoundTable(table);
    for (const column of encoding.columns) this.bound.find(column.name);
    this.encoded = new Map(encoding.columns.map(column => [column.name, column]));
    this.states = new Map(encoding.states);
    this.columns = countColumns(encoding);
    this.lookups = encoding.variables.map(v => (v.kind === 'category' ? categoryLookup(v, encoding.missing === 'drop' ? absent : v.reference) : undefined));
    this.termWidths = encoding.terms.map(term => widths(encoding, term));
  }

  /**
   * Writes the design of a block: column j of the design goes to out[offset + j * stride …]. The places written to
   * have to be 0 before.
   */
  encode(block: Block, out: Float64Array, offset: number, stride: number): void {
    const values = this.evaluateAll(block);
    let column = 0;
    this.encoding.terms.forEach((term, t) => {
      const size = this.termWidths[t].reduce((product, w) => product * w, 1);
      if (size > 0) this.writeTerm(term, t, values, block.length, out, offset + column * stride, stride);
      column += size;
    });
  }

  /** Design columns that are one numeric variable by itself: those that `addLinear` can shift. */
  shiftable(): Uint8Array {
    const flags = new Uint8Array(this.columns);
    let column = 0;
    this.encoding.terms.forEach((term, t) => {
      const size = this.termWidths[t].reduce((product, w) => product * w, 1);
      const single = term.factors.length === 1 && this.encoding.variables[term.factors[0].variable].kind === 'number';
      if (single) flags.fill(1, column, column + size);
      column += size;
    });
    return flags;
  }

  /**
   * outs[k][at + i] += Σ_j coefficients[k][j] (x_ij − shifts[j]) over the block, without making the design. Only
   * shiftable columns are shifted: large offsets then do not cost digits.
   */
  addLinear(block: Block, coefficients: readonly Float64Array[], shifts: Float64Array, outs: readonly Float64Array[], at: number): void {
    const values = this.evaluateAll(block);
    let column = 0;
    this.encoding.terms.forEach((term, t) => {
      const size = this.termWidths[t].reduce((product, w) => product * w, 1);
      if (size === 0) return;
      coefficients.forEach((beta, k) => this.addTerm(term, t, values, block.length, beta.subarray(column, column + size), shifts.subarray(column, column + size), outs[k], at));
      column += size;
    });
  }

  private evaluateAll(block: Block): Evaluated[] {
    const filled = this.environment(block, this.encoding.missing === 'impute');
    const raw = this.environment(block, false);
    return this.encoding.variables.map((variable, v) => this.evaluateOne(variable, v, block, filled, raw));
  }

  private evaluateOne(variable: EncodedVariable, v: number, block: Block, filled: Environment, raw: Environment): Evaluated {
    switch (variable.kind) {
      case 'missing': return { kind: 'numbers', columns: [this.missingIndicator(variable.columns[0], block)] };
      case 'category': return { kind: 'codes', codes: this.codes(variable, v, block, raw) };
      case 'number': {
        const value = evaluate(variable.expression, filled);
        if (value.type === 'matrix') return { kind: 'numbers', columns: value.columns };
        if (value.type === 'numbers') return { kind: 'numbers', columns: [value.values] };
        throw new Error(`${variable.label} is not numeric`);
      }
    }
  }

  /** The codes of a category: straight from the column's own levels where it is a column, else by value. */
  private codes(variable: Extract<EncodedVariable, { kind: 'category' }>, v: number, block: Block, raw: Environment): Int32Array {
    const lookup = this.lookups[v]!;
    const { expression } = variable;
    if (expression.kind === 'name' && expression.column !== undefined && this.encoded.get(expression.column)?.as === 'category') {
      const column = this.categories(expression.column);
      const map = lookup.ofLevels(column.levels);
      const codes = readCodes(column.codes, block);
      const out = new Int32Array(block.length);
      for (let i = 0; i < out.length; i++) out[i] = codes[i] < 0 ? lookup.missing : map[codes[i]];
      return out;
    }
    return lookup.ofValue(evaluate(expression, raw));
  }

  private missingIndicator(name: string, block: Block): Float64Array {
    const column = this.encoded.get(name);
    const values = readNumbers(this.bound.numeric(name), block, { ...(column as EncodedColumn & { as: 'number' }), mean: undefined, deviation: undefined }, false);
    return values.map(v => (Number.isNaN(v) ? 1 : 0));
  }

  private readonly categoryColumns = new Map<string, { codes: Int32Array; levels: readonly string[] }>();

  private categories(name: string): { codes: Int32Array; levels: readonly string[] } {
    let column = this.categoryColumns.get(name);
    if (!column) {
      column = asCategories(this.bound.find(name));
      this.categoryColumns.set(name, column);
    }
    return column;
  }

  private environment(block: Block, fill: boolean): Environment {
    const read = new Map<string, Value>();
    return {
      length: block.length, states: this.states, learning: false,
      column: name => {
        let value = read.get(name);
        if (!value) {
          const column = this.encoded.get(name)!;
          value = column.as === 'category'
            ? categoryValue(this.categories(name), block)
            : { type: 'numbers', values: readNumbers(this.bound.numeric(name), block, column, fill) };
          read.set(name, value);
        }
        return value;
      },
    };
  }

  private writeTerm(term: EncodedTerm, t: number, values: readonly Evaluated[], n: number, out: Float64Array, offset: number, stride: number): void {
    if (term.factors.length === 1) {
      const { variable, full } = term.factors[0];
      const value = values[variable];
      if (value.kind === 'numbers') {
        value.columns.forEach((column, j) => out.set(column, offset + j * stride));
      } else {
        const place = this.places(variable, full);
        const size = this.termWidths[t][0];
        for (let i = 0; i < n; i++) {
          const code = value.codes[i];
          if (code === absent) for (let j = 0; j < size; j++) out[offset + j * stride + i] = NaN;
          else if (place[code] >= 0) out[offset + place[code] * stride + i] = 1;
        }
      }
      return;
    }
    this.product(term, t, values, n).forEach((column, j) => out.set(column, offset + j * stride));
  }

  private addTerm(term: EncodedTerm, t: number, values: readonly Evaluated[], n: number, beta: Float64Array, shift: Float64Array, out: Float64Array, at: number): void {
    if (term.factors.length === 1) {
      const { variable, full } = term.factors[0];
      const value = values[variable];
      if (value.kind === 'codes') {
        const place = this.places(variable, full);
        const effect = Float64Array.from(place, p => (p >= 0 ? beta[p] : 0));
        for (let i = 0; i < n; i++) out[at + i] += value.codes[i] === absent ? NaN : effect[value.codes[i]];
        return;
      }
      value.columns.forEach((column, j) => addScaled(column, beta[j], variableIsNumber(this.encoding.variables[variable]) ? shift[j] : 0, out, at));
      return;
    }
    this.product(term, t, values, n).forEach((column, j) => addScaled(column, beta[j], 0, out, at));
  }

  /** Column of the term that each level has; -1 for the reference. */
  private places(variable: number, full: boolean): Int32Array {
    const category = this.encoding.variables[variable] as Extract<EncodedVariable, { kind: 'category' }>;
    return Int32Array.from(category.levels, (_, level) =>
      (full ? level : level === category.reference ? -1 : level - (level > category.reference ? 1 : 0)));
  }

  /** The columns of a product of variables; the first factor varies fastest. */
  private product(term: EncodedTerm, t: number, values: readonly Evaluated[], n: number): Float64Array[] {
    let columns: Float64Array[] | undefined;
    term.factors.forEach((factor, f) => {
      const own = this.factorColumns(factor.variable, factor.full, this.termWidths[t][f], values[factor.variable], n);
      columns = columns === undefined ? own : own.flatMap(second => columns!.map(first => multiplied(first, second)));
    });
    return columns ?? [];
  }

  private factorColumns(variable: number, full: boolean, width: number, value: Evaluated, n: number): Float64Array[] {
    if (value.kind === 'numbers') return [...value.columns];
    const place = this.places(variable, full);
    const columns = Array.from({ length: width }, () => new Float64Array(n));
    for (let i = 0; i < n; i++) {
      const code = value.codes[i];
      if (code === absent) for (const column of columns) column[i] = NaN;
      else if (place[code] >= 0) columns[place[code]][i] = 1;
    }
    return columns;
  }

  /** What in the rows differs from the training data, counted: values filled in and levels never seen. */
  surprises(rows?: Int32Array): { readonly filled: readonly Count[]; readonly unseen: readonly (Count & { readonly level: string; readonly as: string })[] } {
    const filled: Count[] = [];
    const unseen: (Count & { level: string; as: string })[] = [];
    const n = rows ? rows.length : this.bound.table.rows;
    for (const column of this.encoding.columns) {
      const source: Column = this.bound.find(column.name);
      const numbers = column.as === 'category' ? undefined : this.bound.numeric(column.name);
      let missing = 0;
      for (let i = 0; i < n; i++) {
        const row = rows ? rows[i] : i;
        if (numbers ? numbers[row] - numbers[row] !== 0 : isMissing(source, row)) missing++;
      }
      if (missing > 0) filled.push({ column: column.name, rows: missing });
    }
    this.encoding.variables.forEach((variable, v) => {
      if (variable.kind !== 'category' || variable.expression.kind !== 'name' || variable.otherLevel !== undefined) return;
      const name = variable.columns[0];
      const { codes, levels } = this.categories(name);
      const map = this.lookups[v]!.ofLevels(levels);
      const known = this.lookups[v]!;
      const counts = new Map<number, number>();
      for (let i = 0; i < n; i++) {
        const code = codes[rows ? rows[i] : i];
        if (code >= 0 && !known.knows(levels[code])) counts.set(code, (counts.get(code) ?? 0) + 1);
      }
      for (const [code, count] of counts) unseen.push({ column: name, level: levels[code], rows: count, as: variable.levels[map[code]] ?? '' });
    });
    return { filled, unseen };
  }
}

export interface Count { readonly column: string; readonly rows: number }

function multiplied(first: Float64Array, second: Float64Array): Float64Array {
  const out = new Float64Array(first.length);
  for (let i = 0; i < out.length; i++) out[i] = first[i] * second[i];
  return out;
}

function variableIsNumber(variable: EncodedVariable): boolean {
  return variable.kind === 'number';
}

function addScaled(column: Float64Array, factor: number, shift: number, out: Float64Array, at: number): void {
  if (factor === 0) return;
  for (let i = 0; i < column.length; i++) out[at + i] += factor * (column[i] - shift);
}
