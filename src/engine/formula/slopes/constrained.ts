// Least squares of a formula's numbers under rules about its slopes: what breaks them at points of the box is a residual of its own with
// ever more weight; points that a thorough look finds broken are taken in, until none is.
import { levenbergMarquardt } from '../../math/levenbergMarquardt';
import { derivative } from '../derivative';
import type { Expression } from '../expression';
import { children, fitted, mapTree, variable, withChildren } from '../expression';
import { Evaluator, type Inputs } from '../values';
import { brokenAt, type RulePoints, type SlopeCheck } from './rules';

export interface ConstrainedProblem {
  /** The formula; from `columns` on, its variables are the numbers that are fitted. */
  shape: Expression;
  start: ArrayLike<number>;
  columns: readonly Float64Array[];
  target: Float64Array;
  /** Where the rules are looked at while fitting, and at the end. */
  check: SlopeCheck;
  final: SlopeCheck;
  iterations?: number;
}

export interface ConstrainedFit {
  numbers: Float64Array;
  sse: number;
}

/** Weights of the broken rules, in standard deviations of the target. */
const weights = [1, 1e2, 1e4, 1e6];
/** Slopes are kept this many units inside, so that what the weight leaves of a breach is none. */
const margin = 1e-7;
const rounds = 6;
/** Broken points that are taken in at a time. */
const taken = 60;

/** Undefined where no numbers were found with which the formula obeys the rules. */
export function fitWithin({ shape, start, columns, target, check, final, iterations = 60 }: ConstrainedProblem): ConstrainedFit | undefined {
  if (start.length === 0) return undefined;
  let points = check.points;
  let numbers = Float64Array.from(start);
  for (let round = 0; round < rounds; round++) {
    const squares = new RuledSquares(shape, numbers.length, columns, target, points);
    for (const weight of weights) numbers = squares.minimise(numbers, weight, iterations);
    if (!numbers.every(Number.isFinite)) return undefined;
    const found = withNumbers(shape, columns.length, numbers);
    const broken = final.points.map(each => at(each, brokenAt(found, each).slice(0, taken)));
    if (broken.every(({ count }) => count === 0)) {
      const sse = squares.sse(numbers);
      return Number.isFinite(sse) ? { numbers, sse } : undefined;
    }
    points = points.map((each, k) => joined(each, broken[k]!));
  }
  return undefined;
}

/** The formula with its free numbers as variables from `first` on, in their order. */
export function numbersAsVariables(of: Expression, first: number): Expression {
  let next = first;
  const change = (node: Expression): Expression => {
    if (node.kind === 'number') return node.free ? variable(next++) : node;
    const parts = children(node);
    return parts.length ? withChildren(node, parts.map(change)) : node;
  };
  return change(of);
}

function withNumbers(shape: Expression, first: number, numbers: Float64Array): Expression {
  return mapTree(shape, node => (node.kind === 'variable' && node.index >= first ? fitted(numbers[node.index - first]!) : node));
}

function at(points: RulePoints, places: readonly number[]): RulePoints {
  return { ...points, count: places.length, columns: points.columns.map(column => Float64Array.from(places, i => column[i]!)) };
}

function joined(a: RulePoints, b: RulePoints): RulePoints {
  return { ...a, count: a.count + b.count, columns: a.columns.map((column, k) => Float64Array.of(...column, ...b.columns[k]!)) };
}

class RuledSquares {
  private readonly value: Evaluator;
  private readonly slopes: { evaluator: Evaluator; points: RulePoints }[];
  private readonly wanted: number[];
  private readonly deviation: number;

  constructor(shape: Expression, parameters: number, private readonly columns: readonly Float64Array[], private readonly target: Float64Array, points: readonly RulePoints[]) {
    this.value = new Evaluator(shape);
    this.slopes = points.map(each => ({ evaluator: new Evaluator(derivative(shape, each.rule.variable)), points: each }));
    this.wanted = Array.from({ length: parameters }, (_, k) => columns.length + k);
    const mean = target.reduce((sum, y) => sum + y, 0) / target.length;
    this.deviation = Math.sqrt(target.reduce((sum, y) => sum + (y - mean) ** 2, 0)) || 1;
  }

  minimise(start: Float64Array, weight: number, iterations: number): Float64Array<ArrayBuffer> {
    return Float64Array.from(levenbergMarquardt({ parameters: start, iterations, tolerance: 1e-12, residualsAndJacobian: numbers => this.at(numbers, weight) }).parameters);
  }

  sse(numbers: ArrayLike<number>): number {
    const values = this.value.values(this.inputs(this.columns, numbers), this.target.length);
    return values.reduce((sum, v, i) => sum + (v - this.target[i]!) ** 2, 0);
  }

  private inputs(columns: readonly Float64Array[], numbers: ArrayLike<number>): Inputs {
    // Columns that no rule is looked at in stand there for the places of the numbers.
    return [...columns, ...Array.from({ length: this.columns.length - columns.length }, () => NaN), ...Array.from(numbers)];
  }

  /** Residuals of the rows, then those of the points: what is missing of the rule, times the weight. */
  private at(numbers: ArrayLike<number>, weight: number): { residuals: Float64Array; jacobian: Float64Array[] } {
    const rows = this.target.length;
    const total = rows + this.slopes.reduce((sum, { points }) => sum + points.count, 0);
    const residuals = new Float64Array(total);
    const jacobian = this.wanted.map(() => new Float64Array(total));
    const { values, derivatives } = this.value.derivatives(this.inputs(this.columns, numbers), rows, { variables: this.wanted });
    values.forEach((v, i) => { residuals[i] = v - this.target[i]!; });
    derivatives.forEach((column, k) => jacobian[k]!.set(column));
    let from = rows;
    for (const { evaluator, points } of this.slopes) {
      const { rule, columns, count, unit } = points;
      const found = evaluator.derivatives(this.inputs(columns, numbers), count, { variables: this.wanted });
      const scale = (weight * this.deviation) / unit / Math.sqrt(count);
      const sign = rule.kind === 'decreasing' ? -1 : 1;
      for (let i = 0; i < count; i++) {
        const lacking = rule.kind === 'flat' ? found.values[i]! : Math.min(0, sign * found.values[i]! - margin * unit);
        if (lacking === 0) continue;
        residuals[from + i] = scale * lacking;
        const factor = rule.kind === 'flat' ? scale : scale * sign;
        found.derivatives.forEach((column, k) => { jacobian[k]![from + i] = factor * column[i]!; });
      }
      from += count;
    }
    return { residuals, jacobian };
  }
}
