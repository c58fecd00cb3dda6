/** What every encoder of one encoding needs, worked out once: where terms stand in the design, and which columns they read. */
import { categoryLookup, type CategoryLookup } from './lookup';
import { millisecondsPerDay } from './binding';
import type { EncodedColumn, EncodedVariable, Encoding } from './encoding';
import type { TransformState } from '../formula/transforms';

/** Code of a row without a value where no level stands for it. */
export const absent = -2;

export interface CompiledFactor {
  readonly variable: number;
  /** Columns that the factor contributes. */
  readonly width: number;
  /** Of a category: the column that each level has, -1 for the reference. */
  readonly place?: Int32Array;
}

export interface CompiledTerm {
  readonly factors: readonly CompiledFactor[];
  /** First column in the design, and their number. */
  readonly start: number;
  readonly size: number;
}

/** How the values of a numeric column enter: ((x − shift) / unit, or `fill` where that is not finite, − mean) / deviation. */
export interface NumberRule {
  readonly name: string;
  readonly fill: number;
  readonly shift: number;
  readonly unit: number;
  readonly mean: number;
  readonly deviation: number;
  /** Nothing but the fill changes the values. */
  readonly plain: boolean;
}

/** Variables that are a column as it is need no evaluation of expressions. */
export type Source =
  | { readonly kind: 'column'; readonly rule: NumberRule }
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'category'; readonly name: string; readonly lookup: CategoryLookup }
  | { readonly kind: 'calculatedCategory'; readonly lookup: CategoryLookup }
  | { readonly kind: 'calculated' };

export interface CompiledEncoding {
  readonly columns: number;
  readonly encoded: ReadonlyMap<string, EncodedColumn>;
  readonly states: Map<string, TransformState>;
  readonly sources: readonly Source[];
  readonly terms: readonly CompiledTerm[];
  /** Terms with columns, indices into `terms`. */
  readonly all: Int32Array;
  /** The terms among them that read a column of the table. */
  readonly termsOf: ReadonlyMap<string, readonly number[]>;
}

const known = new WeakMap<Encoding, CompiledEncoding>();

export function compileEncoding(encoding: Encoding): CompiledEncoding {
  let compiled = known.get(encoding);
  if (!compiled) {
    compiled = compile(encoding);
    known.set(encoding, compiled);
  }
  return compiled;
}

function compile(encoding: Encoding): CompiledEncoding {
  const encoded = new Map(encoding.columns.map(column => [column.name, column]));
  const terms: CompiledTerm[] = [];
  let columns = 0;
  for (const term of encoding.terms) {
    const factors = term.factors.map(({ variable, full }) => compileFactor(encoding.variables[variable], variable, full));
    const size = factors.reduce((product, f) => product * f.width, 1);
    terms.push({ factors, start: columns, size });
    columns += size;
  }
  const all = Int32Array.from(terms.keys()).filter(t => terms[t].size > 0);
  return {
    columns, encoded, states: new Map(encoding.states), sources: encoding.variables.map(variable => sourceOf(variable, encoding, encoded)),
    terms, all, termsOf: termsByColumn(encoding, all),
  };
}

function compileFactor(variable: EncodedVariable, index: number, full: boolean): CompiledFactor {
  if (variable.kind === 'missing') return { variable: index, width: 1 };
  if (variable.kind === 'number') return { variable: index, width: variable.parts.length };
  const { reference, levels } = variable;
  const place = Int32Array.from(levels.keys(), level => (full ? level : level === reference ? -1 : level - (level > reference ? 1 : 0)));
  return { variable: index, width: levels.length - (full ? 0 : 1), place };
}

function sourceOf(variable: EncodedVariable, encoding: Encoding, encoded: ReadonlyMap<string, EncodedColumn>): Source {
  if (variable.kind === 'missing') return { kind: 'missing', name: variable.columns[0] };
  const { expression } = variable;
  const column = expression.kind === 'name' && expression.column !== undefined ? encoded.get(expression.column) : undefined;
  if (variable.kind === 'category') {
    const lookup = categoryLookup(variable, encoding.missing === 'drop' ? absent : variable.reference);
    return column?.as === 'category' ? { kind: 'category', name: column.name, lookup } : { kind: 'calculatedCategory', lookup };
  }
  return column && column.as !== 'category' ? { kind: 'column', rule: ruleOf(column, encoding.missing === 'impute') } : { kind: 'calculated' };
}

function ruleOf(column: EncodedColumn & { as: 'number' | 'date' }, fill: boolean): NumberRule {
  const date = column.as === 'date';
  return {
    name: column.name, fill: fill ? column.fill : NaN,
    shift: date ? (column.origin ?? 0) : 0, unit: date ? millisecondsPerDay : 1, mean: column.mean ?? 0, deviation: column.deviation ?? 1,
    plain: !date && column.deviation === undefined,
  };
}

function termsByColumn(encoding: Encoding, all: Int32Array): Map<string, number[]> {
  const termsOf = new Map<string, number[]>();
  for (const t of all) {
    for (const name of new Set(encoding.terms[t].factors.flatMap(f => encoding.variables[f.variable].columns))) {
      const list = termsOf.get(name);
      if (list) list.push(t);
      else termsOf.set(name, [t]);
    }
  }
  return termsOf;
}
