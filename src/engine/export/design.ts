/** Compiles an encoding: cells to variables, with what is filled in, pooled and unknown as at the fit (data/encoding). */
import { UserError } from '../../protocol/errors';
import { areBooleans, booleanMeaning } from '../data/booleanText';
import { millisecondsPerDay } from '../data/encoding/binding';
import { compileEncoding, type CompiledFactor, type CompiledTerm, type NumberRule } from '../data/encoding/compiled';
import type { EncodedColumn, EncodedVariable, Encoding } from '../data/encoding/encoding';
import { levelNumber } from '../data/formula/values';
import { constant, type Builder } from './builder';
import { compileExpression, type Typed } from './formulaExpression';
import type { Expr, LevelTable, Name } from './program';

type CategoryVariable = Extract<EncodedVariable, { kind: 'category' }>;
export type Variable = { readonly kind: 'numbers'; readonly columns: readonly Expr[] } | { readonly kind: 'code'; readonly code: Expr };

/** Every spelling of true and false that a boolean column may have. */
const truthWords: readonly string[] = ['false', 'true', 'no', 'yes', 'n', 'y', 'f', 't', 'off', 'on'];

/** The table of levels of a category, as data/encoding/lookup.ts finds them. */
export function levelTable(variable: Pick<CategoryVariable, 'levels' | 'missingLevel' | 'otherLevel' | 'reference'>, drop: boolean): LevelTable {
  const texts: [string, number][] = [];
  const numbers = new Map<number, number>();
  variable.levels.forEach((level, code) => {
    if (code === variable.missingLevel || code === variable.otherLevel) return;
    texts.push([level, code]);
    const number = levelNumber(level);
    if (!Number.isNaN(number) && !numbers.has(number)) numbers.set(number, code);
  });
  const words: [string, number][] = [];
  if (areBooleans(texts.map(([level]) => level))) {
    const byTruth = new Map(texts.map(([level, code]) => [booleanMeaning(level), code]));
    for (const word of truthWords) {
      const code = byTruth.get(booleanMeaning(word));
      if (code !== undefined) words.push([word, code]);
    }
    for (const truth of [false, true]) {
      const code = byTruth.get(truth);
      if (code !== undefined) numbers.set(truth ? 1 : 0, code);
    }
  }
  return {
    texts, numbers: [...numbers], words, missing: variable.missingLevel ?? (drop ? NaN : variable.reference),
    unknown: variable.otherLevel ?? variable.missingLevel ?? variable.reference,
  };
}

/** The variables and terms of one encoding in a program. */
export class Design {
  private readonly variables = new Map<number, Variable>();
  private readonly numbers = new Map<string, Expr>();
  private readonly indicators = new Map<string, Expr>();
  private readonly encoded: ReadonlyMap<string, EncodedColumn>;
  readonly terms: readonly CompiledTerm[];
  readonly columns: number;

  constructor(private readonly builder: Builder, readonly encoding: Encoding) {
    const compiled = compileEncoding(encoding);
    this.encoded = compiled.encoded;
    this.terms = compiled.terms;
    this.columns = compiled.columns;
  }

  variable(index: number): Variable {
    let variable = this.variables.get(index);
    if (!variable) {
      variable = this.compile(index);
      this.variables.set(index, variable);
    }
    return variable;
  }

  private compile(index: number): Variable {
    const source = compileEncoding(this.encoding).sources[index];
    const given = this.encoding.variables[index];
    switch (source.kind) {
      case 'missing': return { kind: 'numbers', columns: [this.indicator(source.name)] };
      case 'column': return { kind: 'numbers', columns: [this.filled(source.rule)] };
      case 'category': return { kind: 'code', code: this.builder.lookup(this.text(source.name), this.table(given)) };
      case 'calculatedCategory': return { kind: 'code', code: this.calculatedCode(given) };
      case 'calculated': {
        const value = this.expression(given, this.encoding.missing === 'impute');
        if (value.type === 'matrix') return { kind: 'numbers', columns: value.columns };
        if (value.type === 'numbers') return { kind: 'numbers', columns: [this.builder.atom(value.value)] };
        throw new UserError('badOption', `The term ${given.label} of the formula cannot be exported as code.`);
      }
    }
  }

  private table(variable: EncodedVariable): LevelTable {
    if (variable.kind !== 'category') throw new Error(`${variable.label} is no category`);
    return levelTable(variable, this.encoding.missing === 'drop');
  }

  private calculatedCode(variable: EncodedVariable): Expr {
    const table = this.table(variable);
    const value = this.expression(variable, false);
    if (value.type === 'category') return this.builder.lookup(value.text, table);
    if (value.type !== 'numbers') throw new UserError('badOption', `The term ${variable.label} of the formula cannot be exported as code.`);
    if (!value.logical) return this.builder.add({ kind: 'numberLookup', value: value.value, table });
    const ofTruth = (text: string): Expr => constant(new Map(table.texts).get(text) ?? table.unknown);
    return this.builder.atom(this.builder.call('coalesce', this.builder.call('ifelse', value.value, ofTruth('TRUE'), ofTruth('FALSE')), constant(table.missing)));
  }

  private expression(variable: EncodedVariable, fill: boolean): Typed {
    if (variable.kind === 'missing') throw new Error(`${variable.label} has no expression`);
    const states = new Map(this.encoding.states);
    return compileExpression(variable.expression, { builder: this.builder, states, column: name => this.column(name, fill) });
  }

  private column(name: string, fill: boolean): Typed {
    const column = this.encoded.get(name)!;
    if (column.as === 'category') return { type: 'category', text: this.text(name) };
    const date = column.as === 'date';
    return {
      type: 'numbers',
      value: this.filled({
        name, fill: fill ? column.fill : NaN, shift: date ? (column.origin ?? 0) : 0, unit: date ? millisecondsPerDay : 1,
        mean: column.mean ?? 0, deviation: column.deviation ?? 1, plain: !date && column.deviation === undefined,
      }),
    };
  }

  private text(name: string): Name {
    const levels = this.encoding.variables.flatMap(v => (v.kind === 'category' && v.columns.includes(name) ? v.levels : []));
    return this.builder.text(name, levels);
  }

  /** The cell in days for dates, in its own unit for numbers, NaN where missing. */
  private cell(name: string): Expr {
    return this.encoded.get(name)?.as === 'date' ? this.builder.date(name) : this.builder.number(name);
  }

  /** ((x − shift) / unit, or the fill where missing, − mean) / deviation. */
  private filled({ name, fill, shift, unit, mean, deviation, plain }: NumberRule): Expr {
    const key = `${fill} ${name}`;
    const known = this.numbers.get(key);
    if (known) return known;
    const { builder } = this;
    let value = this.cell(name);
    if (shift !== 0 || unit !== 1) value = builder.call('/', builder.call('-', value, constant(shift)), constant(unit));
    if (!Number.isNaN(fill)) value = builder.call('coalesce', value, constant(fill));
    if (!plain && (mean !== 0 || deviation !== 1)) value = builder.call('/', builder.call('-', value, constant(mean)), constant(deviation));
    value = builder.atom(value);
    this.numbers.set(key, value);
    return value;
  }

  private indicator(name: string): Expr {
    let value = this.indicators.get(name);
    if (!value) {
      value = this.builder.atom(this.builder.call('isMissing', this.cell(name)));
      this.indicators.set(name, value);
    }
    return value;
  }

  /** The design's columns of a term; a category gives 1 for a row of its level, else 0. */
  columnsOf(term: CompiledTerm): Expr[] {
    let columns: Expr[] | undefined;
    for (const factor of term.factors) {
      const own = this.factorColumns(factor);
      columns = columns === undefined ? own : own.flatMap(second => columns!.map(first => this.builder.call('*', first, second)));
    }
    return columns ?? [];
  }

  private factorColumns({ variable, width, place }: CompiledFactor): Expr[] {
    const value = this.variable(variable);
    if (value.kind === 'numbers') return [...value.columns];
    const levelAt = new Int32Array(width);
    place!.forEach((column, level) => { if (column >= 0) levelAt[column] = level; });
    return Array.from(levelAt, level => this.builder.atom(this.builder.call('==', value.code, constant(level))));
  }

  /** Parts of Σ_j beta_j (x_j − shift_j) over the columns of a term. */
  parts(term: CompiledTerm, beta: Float64Array, shifts: Float64Array): Expr[] {
    const codes = term.factors.filter(f => this.variable(f.variable).kind === 'code');
    const numbers = term.factors.filter(f => this.variable(f.variable).kind === 'numbers');
    const code = this.jointCode(codes);
    const single = term.factors.length === 1;
    const parts: Expr[] = [];
    for (const { columns, offset } of this.numberProducts(term, numbers)) {
      const values = jointValues(term, codes, offset, beta);
      if (!code) {
        if (values[0] === 0) continue;
        const x = this.builder.product(columns);
        const shift = single ? shifts[term.start + offset] : 0;
        parts.push(this.builder.call('*', constant(values[0]), shift === 0 ? x : this.builder.call('-', x, constant(shift))));
        continue;
      }
      if (this.encoding.missing === 'impute' && values.every(v => v === 0)) continue;
      parts.push(this.builder.product([this.builder.pick(code, values), ...columns]));
    }
    return parts;
  }

  /** One code for a combination of levels, the first category varying fastest. */
  private jointCode(codes: readonly CompiledFactor[]): Expr | undefined {
    let joint: Expr | undefined;
    let step = 1;
    for (const factor of codes) {
      const { code } = this.variable(factor.variable) as { code: Expr };
      joint = joint ? this.builder.call('+', joint, this.builder.call('*', constant(step), code)) : code;
      step *= factor.place!.length;
    }
    return joint && this.builder.atom(joint);
  }

  /** The combinations of columns of a term's numeric variables, with what they add to the place in the term's columns. */
  private numberProducts(term: CompiledTerm, numbers: readonly CompiledFactor[]): { columns: Expr[]; offset: number }[] {
    let products: { columns: Expr[]; offset: number }[] = [{ columns: [], offset: 0 }];
    for (const factor of numbers) {
      const { columns } = this.variable(factor.variable) as { columns: readonly Expr[] };
      const stride = strideOf(term, factor);
      products = columns.flatMap((column, i) => products.map(p => ({ columns: [...p.columns, column], offset: p.offset + i * stride })));
    }
    return products;
  }
}

/** Columns of the term between neighbouring columns of a factor. */
function strideOf(term: CompiledTerm, factor: CompiledFactor): number {
  let stride = 1;
  for (const earlier of term.factors) {
    if (earlier === factor) return stride;
    stride *= earlier.width;
  }
  throw new Error('not a factor of the term');
}

/** The weight of each combination of levels; 0 where a reference level takes part. */
function jointValues(term: CompiledTerm, codes: readonly CompiledFactor[], offset: number, beta: Float64Array): number[] {
  let places: number[] = [term.start + offset];
  for (const factor of codes) {
    const stride = strideOf(term, factor);
    places = Array.from(factor.place!).flatMap(p => places.map(before => (before < 0 || p < 0 ? -1 : before + p * stride)));
  }
  return places.map(p => (p < 0 ? 0 : beta[p]));
}
