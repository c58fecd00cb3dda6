// The sum of squares of a formula with parameters over rows: its residuals and Jacobian by all parameters, and by the
// non-linear ones alone with the linear ones solved for at every step (variable projection; Golub & Pereyra 1973, Kaufman 1975).
import { levenbergMarquardt, solveLinear, type LeastSquaresSolution, type Residuals } from '../../math/levenbergMarquardt';
import type { Expression } from '../expression';
import { Evaluator, type Inputs } from '../values';
import { linearParameters } from './linearParameters';
import { preciseResiduals } from './precise';

export interface FittedRows {
  /** Columns by index of their variable; only those that the formula reads need be there. */
  columns: readonly Float64Array[];
  /** What the formula shall give. */
  response: Float64Array;
  /** Square roots of the weights. */
  roots?: Float64Array;
}

export class FormulaSquares {
  readonly rows: number;
  /** Parameters (from 0) that enter linearly, and the others. */
  readonly linear: number[];
  readonly others: number[];
  private readonly evaluator: Evaluator;
  private readonly wanted: number[];

  constructor(readonly expression: Expression, readonly data: FittedRows, readonly parameters: number, linear?: number[]) {
    const first = data.columns.length;
    this.rows = data.response.length;
    this.wanted = Array.from({ length: parameters }, (_, k) => first + k);
    this.linear = linear ?? linearParameters(expression, this.wanted).map(k => k - first);
    this.others = [...this.wanted.keys()].filter(k => !this.linear.includes(k));
    this.evaluator = new Evaluator(expression);
  }

  /** The same on some of the rows. */
  on(rows: Int32Array): FormulaSquares {
    const pick = (of: Float64Array): Float64Array => Float64Array.from(rows, row => of[row]!);
    const { columns, response, roots } = this.data;
    const data = { columns: columns.map(column => (column.length ? pick(column) : column)), response: pick(response), ...(roots && { roots: pick(roots) }) };
    return new FormulaSquares(this.expression, data, this.parameters, this.linear);
  }

  /** Residuals, formula − response, times the roots of the weights, and their derivatives by all parameters. */
  at(parameters: ArrayLike<number>): Residuals {
    const { values, derivatives } = this.evaluator.derivatives(this.inputs(parameters), this.rows, { variables: this.wanted });
    for (const column of derivatives) this.weigh(column);
    return { residuals: this.residualsOf(values), jacobian: derivatives };
  }

  residuals(parameters: ArrayLike<number>): Float64Array {
    return this.residualsOf(this.evaluator.values(this.inputs(parameters), this.rows));
  }

  sse(parameters: ArrayLike<number>): number {
    let sum = 0;
    for (const residual of this.residuals(parameters)) sum += residual * residual;
    return Number.isFinite(sum) ? sum : Infinity;
  }

  /** All parameters, the linear ones solved for at these non-linear ones; undefined where the formula has no finite values. */
  completed(others: ArrayLike<number>): Float64Array | undefined {
    return this.tried(others)?.parameters;
  }

  /** The same with the sum of squares. */
  tried(others: ArrayLike<number>): { parameters: Float64Array; sse: number } | undefined {
    const parameters = new Float64Array(this.parameters);
    this.others.forEach((k, j) => (parameters[k] = others[j]!));
    if (!this.linear.length) return { parameters, sse: this.sse(parameters) };
    const { residuals, jacobian } = this.at(parameters);
    const columns = this.linear.map(k => jacobian[k]!);
    if (!isFinite(residuals) || !columns.every(isFinite)) return undefined;
    const { solution, sse } = solveLinear({ residuals, jacobian: columns });
    this.linear.forEach((k, j) => (parameters[k] = solution[j]!));
    return { parameters, sse };
  }

  /** Least squares by all parameters. */
  minimise(start: ArrayLike<number>, iterations: number, tolerance = 1e-13): LeastSquaresSolution {
    return levenbergMarquardt({
      parameters: start, iterations, tolerance, residualsAndJacobian: p => this.at(p), residualsOnly: p => this.residuals(p),
    });
  }

  /**
   * The last digits where the formula fits almost to rounding: steps and the sum of squares from residuals of twice the
   * digits. The part of them along the Jacobian is taken out, so that the rounding of the parameters themselves does not count.
   */
  refined(found: LeastSquaresSolution): LeastSquaresSolution {
    const { data, rows } = this;
    const size = Math.sqrt(data.response.reduce((sum, y) => sum + y * y, 0));
    if (rows > 2000 || !(Math.sqrt(found.sse) < 1e-8 * size) || found.rank < this.parameters) return found;
    let { parameters, sse } = found;
    for (let round = 0; round < 4; round++) {
      const residuals = this.weigh(preciseResiduals(this.expression, data.columns, data.response, parameters));
      const linear = solveLinear({ residuals, jacobian: this.at(parameters).jacobian });
      if (!(linear.sse < 2 * found.sse) || !isFinite(residuals)) return found;
      parameters = parameters.map((value, k) => value + linear.solution[k]!);
      sse = linear.sse;
    }
    return { ...found, parameters, sse };
  }

  /** Least squares by the non-linear parameters, in which the problem is often far better behaved. All parameters are returned. */
  project(others: ArrayLike<number>, iterations: number): Float64Array | undefined {
    const { parameters } = levenbergMarquardt({ parameters: others, iterations, tolerance: 1e-8, residualsAndJacobian: p => this.projected(p) });
    return this.completed(parameters);
  }

  private projected(others: Float64Array): Residuals {
    const parameters = this.completed(others);
    if (!parameters) return { residuals: Float64Array.of(NaN), jacobian: this.others.map(() => Float64Array.of(NaN)) };
    const { residuals, jacobian } = this.at(parameters);
    const basis = orthonormal(this.linear.map(k => jacobian[k]!));
    return { residuals, jacobian: this.others.map(k => without(jacobian[k]!, basis)) };
  }

  private inputs(parameters: ArrayLike<number>): Inputs {
    return [...this.data.columns, ...Array.from(parameters)];
  }

  private residualsOf(values: Float64Array): Float64Array {
    const { response } = this.data;
    for (let i = 0; i < values.length; i++) values[i]! -= response[i]!;
    return this.weigh(values);
  }

  private weigh(column: Float64Array): Float64Array {
    const { roots } = this.data;
    if (roots) for (let i = 0; i < column.length; i++) column[i] = roots[i] === 0 ? 0 : column[i]! * roots[i]!;
    return column;
  }
}

/** A sum with an infinity or NaN in it is none; finite columns whose sum overflows count as not finite, rightly. */
function isFinite(column: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += Math.abs(column[i]!);
  return sum < Infinity;
}

/** An orthonormal basis of the columns' space, each column taken twice through Gram and Schmidt's sums. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const rest = without(without(column, basis), basis);
    const norm = length(rest);
    if (norm > 1e-13 * length(column)) basis.push(rest.map(x => x / norm));
  }
  return basis;
}

function length(of: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < of.length; i++) sum += of[i]! * of[i]!;
  return Math.sqrt(sum);
}

function without(column: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = column.slice();
  for (const unit of basis) {
    let along = 0;
    for (let i = 0; i < rest.length; i++) along += unit[i]! * rest[i]!;
    for (let i = 0; i < rest.length; i++) rest[i]! -= along * unit[i]!;
  }
  return rest;
}
