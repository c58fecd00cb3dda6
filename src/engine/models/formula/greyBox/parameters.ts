/**
 * The known formula's parameters in a sum known(x) + rest(all columns): those with which the formula, plus any function of the columns
 * that it does not read, comes nearest to the target. Robinson's (1988) partialling out with rows split (Chernozhukov et al. 2018).
 */
import { sum, variable, variablesOf } from '../../../formula/expression';
import { FormulaSquares } from '../../../formula/known/leastSquares';
import { fitKnownStructure, type KnownStructureFit, type KnownStructureInput } from '../../../formula/known/knownStructure';
import type { ParsedFormula } from '../../../formula/parse/parse';
import { solveLinear } from '../../../math/levenbergMarquardt';
import { fewestRows, meanOf, partialOut, varianceOf, type PartialOut } from './partialOut';
import { sandwich } from './sandwich';

export interface GreyParameters {
  /** In the formula's order. */
  readonly values: Float64Array;
  /** parameters × parameters; NaN for those that the rows do not determine. */
  readonly covariance: Float64Array;
  /** Columns that were adjusted for. */
  readonly adjusted: readonly string[];
  readonly notes: readonly string[];
}

export interface GreyInput extends Pick<KnownStructureInput, 'formula' | 'columns' | 'target' | 'starts' | 'seed' | 'breathe'> {
  readonly others: PartialOut;
}

/** Other columns that predict a parameter's column this well leave nothing to tell it by. */
const foretold = 0.95;
const rounds = 4;
/** Steps of less than this many standard errors are none. */
const still = 0.1;

export async function greyParameters(input: GreyInput): Promise<GreyParameters> {
  const { fit, formula } = await withConstant(input);
  const squares = new FormulaSquares(formula.expression, { columns: input.columns.slice(0, formula.columns), response: input.target }, formula.parameters.length);
  const at = Float64Array.from(fit.parameters, ({ value }) => value);
  const free = [...at.keys()].filter(k => Number.isFinite(fit.parameters[k]!.standardError));
  const wanted = input.others.others.length > 0 && input.target.length >= fewestRows && free.length > 0;
  const adjusted = wanted ? await adjust(squares, at, free, input.others) : undefined;
  const { values, jacobian, errors } = adjusted ?? plain(squares, at, free);
  const m = input.formula.parameters.length;
  const lost = wanted && !adjusted ? ['Columns that the formula does not read tell those that it reads almost exactly: the known part takes what either could explain, and its parameters were fitted without adjusting for them.'] : [];
  return {
    values: values.slice(0, m), covariance: spread(sandwich(jacobian, errors), free, m),
    adjusted: adjusted ? input.others.others : [], notes: [...fit.notes, ...lost],
  };
}

/** The least-squares fit; a formula without a constant of its own gets one for the time, since the rest may hold one. */
async function withConstant({ formula, columns, target, starts, seed, breathe }: GreyInput): Promise<{ fit: KnownStructureFit; formula: ParsedFormula }> {
  const shared = { columns, target, ...(starts && { starts }), ...(seed !== undefined && { seed }), ...(breathe && { breathe }) };
  const fit = await fitKnownStructure({ formula, ...shared });
  if (formula.parameters.length === 0 || holdsConstant(fit, formula, columns, target)) return { fit, formula };
  const name = freeName('constant', formula.parameters);
  const lifted: ParsedFormula = { ...formula, expression: sum(formula.expression, variable(formula.columns + formula.parameters.length)), parameters: [...formula.parameters, name] };
  const own = starts && formula.parameters.every(each => starts[each] !== undefined) ? { ...starts, [name]: 0 } : starts;
  const again = await fitKnownStructure({ formula: lifted, ...shared, ...(own && { starts: own }) });
  return { fit: again, formula: lifted };
}

function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? freeName(`${name}_`, taken) : name;
}

/** Whether a weighted sum of the parameters' columns is 1 on all rows. */
function holdsConstant({ parameters }: KnownStructureFit, formula: ParsedFormula, columns: readonly Float64Array[], target: Float64Array): boolean {
  const squares = new FormulaSquares(formula.expression, { columns: columns.slice(0, formula.columns), response: target }, parameters.length);
  const { jacobian } = squares.at(parameters.map(({ value }) => value));
  if (!jacobian.every(column => column.every(Number.isFinite))) return true;
  return solveLinear({ residuals: new Float64Array(target.length).fill(-1), jacobian }).sse < 1e-10 * target.length;
}

interface Solved {
  readonly values: Float64Array;
  /** Of the free parameters. */
  readonly jacobian: readonly Float64Array[];
  readonly errors: Float64Array;
}

function plain(squares: FormulaSquares, values: Float64Array, free: readonly number[]): Solved {
  const { residuals, jacobian } = squares.at(values);
  return { values, jacobian: free.map(k => jacobian[k]!), errors: residuals };
}

/** Gauss and Newton's steps on residuals and Jacobian less what the other columns tell of them; undefined where these tell too much. */
async function adjust(squares: FormulaSquares, start: Float64Array, free: readonly number[], others: PartialOut): Promise<Solved | undefined> {
  let values = start;
  for (let round = 1; ; round++) {
    const { residuals, jacobian } = squares.at(values);
    const own = free.map(k => jacobian[k]!);
    const [errors, ...columns] = (await partialOut(others, [residuals, ...own])) as [Float64Array, ...Float64Array[]];
    if (own.some((column, k) => varianceOf(column) > 1e-20 * meanOf(column) ** 2 && varianceOf(columns[k]!) < (1 - foretold) * varianceOf(column))) return undefined;
    const { solution } = solveLinear({ residuals: errors, jacobian: columns });
    const left = errors.map((e, i) => solution.reduce((total, d, k) => total + d * columns[k]![i]!, e));
    const covariance = sandwich(columns, left);
    const share = stepShare(squares, values, free, solution, { errors, residuals, columns, own });
    values = values.slice();
    free.forEach((k, j) => { values[k]! += share * solution[j]!; });
    const small = solution.every((d, k) => Math.abs(d) <= still * Math.sqrt(covariance[k * free.length + k]!));
    if (small || round >= rounds || free.every(k => squares.linear.includes(k))) return { values, jacobian: columns, errors: left };
  }
}

interface Adjusted { readonly errors: Float64Array; readonly residuals: Float64Array; readonly columns: readonly Float64Array[]; readonly own: readonly Float64Array[] }

/** How much of a step makes the residuals smaller: 1, or as many halves of it as needed. What the others tell is taken to change as the formula's tangent. */
function stepShare(squares: FormulaSquares, from: Float64Array, free: readonly number[], step: Float64Array, { errors, residuals, columns, own }: Adjusted): number {
  const before = errors.reduce((total, e) => total + e * e, 0);
  for (let share = 1; share > 1e-3; share /= 2) {
    const to = from.slice();
    free.forEach((k, j) => { to[k]! += share * step[j]!; });
    const now = squares.residuals(to);
    let after = 0;
    for (let i = 0; i < now.length; i++) {
      let told = residuals[i]! - errors[i]!;
      for (let j = 0; j < free.length; j++) told += share * step[j]! * (own[j]![i]! - columns[j]![i]!);
      after += (now[i]! - told) ** 2;
    }
    if (after <= before) return share;
  }
  return 0;
}

/** From the free parameters to the first m of all. */
function spread(covariance: Float64Array, free: readonly number[], m: number): Float64Array {
  const out = new Float64Array(m * m).fill(NaN);
  free.forEach((a, i) => free.forEach((b, j) => {
    if (a < m && b < m) out[a * m + b] = covariance[i * free.length + j]!;
  }));
  return out;
}

/** Columns among the features that the formula does not read. */
export function othersOf(formula: ParsedFormula, columnOf: (variable: number) => string, features: readonly string[]): string[] {
  const read = new Set(variablesOf(formula.expression).filter(k => k < formula.columns).map(columnOf));
  return features.filter(name => !read.has(name));
}
