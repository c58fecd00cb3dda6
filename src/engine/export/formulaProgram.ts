/** Program of a recovered formula: its columns as at the fit, its tree, and the mean where it has no value. */
import type { Expression } from '../formula/expression';
import { freeNumbers } from '../formula/expression';
import type { FormulaState } from '../models/formula/state';
import { Builder, constant } from './builder';
import { Design } from './design';
import { predictors } from './linearProgram';
import type { Expr, Program } from './program';

export function formulaProgram({ encoding, variables, candidates, chosen, otherwise, incomplete }: FormulaState, builder = new Builder()): Omit<Program, 'remarks'> {
  const design = new Design(builder, encoding);
  const { expression } = candidates[chosen]!;
  const columns = variables.map(({ design: j }): (() => Expr) => {
    const one = new Float64Array(design.columns);
    one[j] = 1;
    const term = design.terms.find(({ start, size }) => j >= start && j < start + size)!;
    const [factor] = term.factors;
    const own = design.variable(factor!.variable);
    if (own.kind === 'numbers') return () => own.columns[0]!;
    return once(() => builder.atom(builder.sum(design.parts(term, one, new Float64Array(design.columns)))));
  });
  const value = builder.atom(write(expression, builder, columns));
  if (freeNumbers(expression).length === 0 && expression.kind === 'number') return { steps: builder.steps, output: { kind: 'number', value } };
  // x − x is 0 for numbers alone, NaN and no value for others; a missing cell stays one where nothing is filled in.
  const size = builder.atom(builder.call('abs', value));
  const isNumber = builder.atom(builder.call('coalesce', builder.call('<', size, constant(Infinity)), constant(0)));
  const found = builder.atom(builder.call('ifelse', isNumber, value, constant(otherwise)));
  // Missing cells: the linear model where there is one, else filled in, else no prediction.
  if (encoding.missing !== 'drop' && !incomplete) return { steps: builder.steps, output: { kind: 'number', value: found } };
  const hasGaps = (name: string): boolean => encoding.columns.some(column => column.name === name && column.as !== 'category' && column.missing > 0);
  const used = [...new Set(variableIndices(expression))];
  const cells = incomplete ? used.map(index => variables[index]!.column).filter(hasGaps).map(name => builder.number(name)) : used.map(index => columns[index]!());
  if (cells.length === 0) return { steps: builder.steps, output: { kind: 'number', value: found } };
  const missing = builder.atom(builder.sum(cells.map(cell => builder.call('isMissing', cell))));
  const instead = incomplete ? predictors(builder, incomplete.encoding, incomplete.predictor)[0]! : constant(NaN);
  return { steps: builder.steps, output: { kind: 'number', value: builder.atom(builder.call('ifelse', builder.call('>', missing, constant(0)), instead, found)) } };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function variableIndices(of: Expression): number[] {
  switch (of.kind) {
    case 'variable': return [of.index];
    case 'number': return [];
    case 'sum': return of.terms.flatMap(variableIndices);
    case 'product': return of.factors.flatMap(variableIndices);
    case 'power': return [...variableIndices(of.base), ...variableIndices(of.exponent)];
    case 'call': return variableIndices(of.argument);
  }
}

function write(of: Expression, builder: Builder, columns: readonly (() => Expr)[]): Expr {
  const part = (node: Expression): Expr => write(node, builder, columns);
  switch (of.kind) {
    case 'number': return constant(of.value);
    case 'variable': return columns[of.index]!();
    case 'sum': return builder.sum(of.terms.map(part));
    case 'product': return of.factors.length === 0 ? constant(1) : builder.product(of.factors.map(part));
    case 'call': return builder.call(of.name, part(of.argument));
    case 'power': return raised(of, builder, part);
  }
}

/** Small whole powers and roots as the model has them: code languages differ in what they make of powers of negative numbers. */
function raised({ base, exponent }: Extract<Expression, { kind: 'power' }>, builder: Builder, part: (node: Expression) => Expr): Expr {
  const x = builder.atom(part(base));
  if (exponent.kind !== 'number' || exponent.free) return builder.call('^', x, part(exponent));
  const { value } = exponent;
  if (value === 0.5) return builder.call('sqrt', x);
  const times = (count: number): Expr => builder.product(Array.from({ length: count }, () => x));
  if (value === 1) return x;
  if (value === 2 || value === 3) return times(value);
  if (value === -1) return builder.call('/', constant(1), x);
  if (value === -2) return builder.call('/', constant(1), times(2));
  return builder.call('^', x, constant(value));
}
