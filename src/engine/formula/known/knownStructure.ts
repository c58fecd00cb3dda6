// A formula whose shape the user knows, y = a·x³ + b·z² + c, fitted to rows: its parameters by least squares from many
// starts, with standard errors and intervals, and plain words where the rows cannot tell the parameters.
import { UserError } from '../../../protocol/errors';
import { tFactor } from '../../math/distributions';
import type { LeastSquaresSolution } from '../../math/levenbergMarquardt';
import { Rng } from '../../math/random';
import type { Expression } from '../expression';
import { variablesOf } from '../expression';
import { withParameters, type ParsedFormula } from '../parse/parse';
import { valuesOf } from '../values';
import { FormulaSquares, type FittedRows } from './leastSquares';
import { findStarts } from './starts';
import { ordered, sameMinimum } from './symmetry';

export interface KnownStructureInput {
  formula: ParsedFormula;
  /** Columns by index, of equal length; columns that the formula does not read may be empty. */
  columns: readonly Float64Array[];
  /** The target; the left side's function, if it has one, is applied to it. */
  target: Float64Array;
  /** How much a row counts; 0 leaves it out. */
  weights?: Float64Array;
  /** Where to start, by name of the parameter. If some are missing, starts are looked for too. */
  starts?: Readonly<Record<string, number>>;
  /** Level of the intervals; default 0.95. */
  level?: number;
  seed?: number;
  /** Called now and then; throws to cancel. */
  breathe?: () => Promise<void>;
}

export interface FittedParameter {
  name: string;
  value: number;
  /** NaN where the rows do not determine the parameter. */
  standardError: number;
  lower: number;
  upper: number;
}

export interface KnownStructureFit {
  parameters: FittedParameter[];
  /** The formula with its parameters as fitted numbers. */
  expression: Expression;
  /** Standard error of each fitted number, in the order of `freeNumbers`. */
  standardErrors: Float64Array;
  /** (Weighted) sum of squares of the residuals of the left side. */
  sse: number;
  /** Estimated standard deviation of the residuals. */
  residualSd: number;
  /** Rows that count, less the parameters that they determine. */
  degreesOfFreedom: number;
  r2: number;
  /** s² (JᵀJ)⁻¹, parameters × parameters. */
  covariance: Float64Array;
  converged: boolean;
  /** What the user should know, a sentence each. */
  notes: string[];
}

/** Rows that starts are judged on, that the search from each start uses, and that minima are compared on; the best is then fitted to all. */
const rowLimits = { starts: 200, search: 400, compared: 5000 };
/** Starts that the search goes on from, and how often it must come to the same least minimum to end before. */
const searched = { most: 16, least: 3, same: 3 };

/** Fits the formula. One without parameters is only measured. Throws UserError where it has too few rows or no finite value anywhere. */
export async function fitKnownStructure(input: KnownStructureInput): Promise<KnownStructureFit> {
  const { formula, breathe = async () => {} } = input;
  const problem = problemOf(input);
  const rng = new Rng(input.seed ?? 1).fork('knownStructure');
  const given = givenStart(formula, input.starts);
  const search = sample(problem, rowLimits.search, rng);
  const compared = sample(problem, rowLimits.compared, rng);
  const candidates: Candidate[] = [];
  if (given) for (const start of [given, ...projected(search, given)]) consider(candidates, compared, start, search);
  if (formula.parameters.length) {
    const starts = await findStarts(sample(problem, rowLimits.starts, rng), rng, breathe);
    for (const [k, start] of starts.slice(0, searched.most).entries()) {
      await breathe();
      if (k >= searched.least && timesFound(candidates, compared) >= searched.same) break;
      for (const found of projected(search, start.parameters)) {
        if (promising(compared.sse(found), candidates)) consider(candidates, compared, found, search);
      }
    }
  } else consider(candidates, compared, new Float64Array(0), compared);
  if (!candidates.length) throw new UserError('numerical', 'The formula has no finite values on these rows, whatever its parameters; check logarithms, roots and divisions.');
  const best = choose(candidates, compared, given);
  const rivals = candidates.filter(({ solution }) => sameMinimum(solution.sse, best.sse, compared) && differs(solution, best));
  await breathe();
  const final = compared === problem ? best : problem.minimise(best.parameters, 100);
  if (!(final.sse < Infinity)) throw new UserError('numerical', `The formula fits ${compared.rows} of the rows, but has no finite values on some of the others; leave those rows out.`);
  return report(input, problem, problem.refined(final), rivals.length > 0);
}

interface Candidate {
  solution: LeastSquaresSolution;
}

function problemOf({ formula, columns, target, weights }: KnownStructureInput): FormulaSquares {
  const response = formula.left ? valuesOf(formula.left, columns.map((column, k) => (k === formula.target ? target : column)), target.length) : target;
  const used = variablesOf(formula.expression).filter(k => k < formula.columns).map(k => columns[k]!);
  const counts = (row: number): boolean => !(weights && weights[row] === 0) && Number.isFinite(response[row]!) && used.every(column => Number.isFinite(column[row]!));
  const rows = Int32Array.from(response.keys()).filter(counts);
  if (rows.length < Math.max(1, formula.parameters.length)) {
    throw new UserError('tooFewRows', `The formula has ${formula.parameters.length} parameters, but only ${rows.length} rows have numbers for it.`);
  }
  const data: FittedRows = { columns: columns.slice(0, formula.columns), response, ...(weights && { roots: weights.map(Math.sqrt) }) };
  const all = new FormulaSquares(formula.expression, data, formula.parameters.length);
  return rows.length === response.length ? all : all.on(rows);
}

function sample(of: FormulaSquares, most: number, rng: Rng): FormulaSquares {
  if (of.rows <= most) return of;
  return of.on(rng.shuffle(Int32Array.from({ length: of.rows }, (_, k) => k)).slice(0, most).sort());
}

function givenStart({ parameters }: ParsedFormula, starts: Readonly<Record<string, number>> = {}): Float64Array | undefined {
  const unknown = Object.keys(starts).find(name => !parameters.includes(name));
  if (unknown !== undefined) throw new UserError('badOption', `A start is given for "${unknown}", which is no parameter of the formula.`);
  const values = parameters.map(name => starts[name]);
  return values.length && values.every(value => value !== undefined && Number.isFinite(value)) ? Float64Array.from(values as number[]) : undefined;
}

/** Whether a start that was led downhill is near enough to the best to be worth the last digits. */
const promising = (sse: number, candidates: readonly Candidate[]): boolean => candidates.every(({ solution }) => sse <= 1.5 * solution.sse) || candidates.length < 2;

/** From a start to a minimum by the non-linear parameters alone. */
function projected(of: FormulaSquares, start: Float64Array): Float64Array[] {
  const found = of.project(of.others.map(k => start[k]!), 100);
  return found ? [found] : [];
}

function consider(to: Candidate[], of: FormulaSquares, start: Float64Array, search: FormulaSquares): void {
  const near = of === search ? start : search.minimise(start, 200).parameters;
  const solution = of.minimise(near, of === search ? 500 : 50);
  if (solution.sse < Infinity) to.push({ solution });
}

function timesFound(candidates: readonly Candidate[], problem: FormulaSquares): number {
  const least = Math.min(...candidates.map(({ solution }) => solution.sse));
  return candidates.filter(({ solution }) => sameMinimum(solution.sse, least, problem)).length;
}

/** The least sum of squares; of equal ones the user's own, else the one in the plainest order. */
function choose(candidates: readonly Candidate[], problem: FormulaSquares, given: Float64Array | undefined): LeastSquaresSolution {
  const least = candidates.reduce((a, b) => (b.solution.sse < a.solution.sse ? b : a)).solution;
  const equal = candidates.filter(({ solution }) => sameMinimum(solution.sse, least.sse, problem)).map(({ solution }) => solution);
  if (given) return equal[0]!;
  return ordered(problem, equal);
}

function differs(a: LeastSquaresSolution, b: LeastSquaresSolution): boolean {
  return b.rank === b.parameters.length && a.parameters.some((value, k) => Math.abs(value - b.parameters[k]!) > 1e-4 * Math.max(Math.abs(value), Math.abs(b.parameters[k]!)));
}

function report({ formula, level = 0.95 }: KnownStructureInput, problem: FormulaSquares, best: LeastSquaresSolution, rivals: boolean): KnownStructureFit {
  const m = formula.parameters.length;
  const degreesOfFreedom = problem.rows - best.rank;
  const variance = degreesOfFreedom > 0 ? best.sse / degreesOfFreedom : NaN;
  const factor = degreesOfFreedom > 0 ? tFactor(level, degreesOfFreedom) : NaN;
  const parameters = formula.parameters.map((name, k): FittedParameter => {
    const value = best.parameters[k]!;
    const standardError = best.undetermined.includes(k) ? NaN : Math.sqrt(variance * best.covariance[k * m + k]!);
    return { name, value, standardError, lower: value - factor * standardError, upper: value + factor * standardError };
  });
  return {
    parameters, expression: withParameters(formula, best.parameters), standardErrors: errorsInOrder(formula, parameters), sse: best.sse,
    residualSd: Math.sqrt(variance), degreesOfFreedom, r2: 1 - best.sse / totalSquares(problem),
    covariance: best.covariance.map(x => x * variance), converged: best.converged, notes: notesOf(formula, best, degreesOfFreedom, rivals),
  };
}

/** A parameter that the formula names twice is a fitted number twice. */
function errorsInOrder(formula: ParsedFormula, parameters: readonly FittedParameter[]): Float64Array {
  const found: number[] = [];
  const visit = (node: Expression): void => {
    if (node.kind === 'variable' && node.index >= formula.columns) found.push(parameters[node.index - formula.columns]!.standardError);
    else if (node.kind === 'sum') node.terms.forEach(visit);
    else if (node.kind === 'product') node.factors.forEach(visit);
    else if (node.kind === 'power') [node.base, node.exponent].forEach(visit);
    else if (node.kind === 'call') visit(node.argument);
  };
  visit(formula.expression);
  return Float64Array.from(found);
}

function totalSquares({ data: { response, roots } }: FormulaSquares): number {
  let weight = 0;
  let mean = 0;
  const weightOf = (i: number): number => (roots ? roots[i]! ** 2 : 1);
  response.forEach((y, i) => {
    weight += weightOf(i);
    mean += (weightOf(i) * (y - mean)) / (weight || 1);
  });
  return response.reduce((sum, y, i) => sum + weightOf(i) * (y - mean) ** 2, 0);
}

function notesOf(formula: ParsedFormula, best: LeastSquaresSolution, degreesOfFreedom: number, rivals: boolean): string[] {
  const notes: string[] = [];
  const named = (which: readonly number[]): string => which.map(k => `"${formula.parameters[k]}"`).join(', ');
  if (best.undetermined.length) {
    notes.push(`The rows do not determine ${named(best.undetermined)}: other values fit equally well, so ${best.undetermined.length === 1 ? 'it has' : 'they have'} no interval.`);
  } else if (formula.parameters.length > 1 && best.smallestShare < 1e-8) notes.push('The parameters are nearly interchangeable on these rows: small changes of the data move them far.');
  const away = [...best.parameters.keys()].filter(k => !(Math.abs(best.parameters[k]!) < 1e100));
  if (away.length) notes.push(`${named(away)} ran off to infinity: the formula fits best in a limit that has no finite parameters.`);
  if (rivals) notes.push('Other values of the parameters fit the rows equally well, for instance with two terms exchanged or two signs turned; give starts to choose.');
  if (!best.converged) notes.push('The search stopped before its steps became negligible, so the last digits may still change.');
  if (degreesOfFreedom <= 0) notes.push('There are no more rows than parameters, so nothing is left to judge the errors by.');
  return notes;
}
