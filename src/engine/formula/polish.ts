// Fits the free numbers of a formula to rows and describes the outcome: misfit, standard errors, length in bits.
import type { Expression } from './expression';
import { freeNumbers, withFreeNumbers } from './expression';
import { levenbergMarquardt } from '../math/levenbergMarquardt';
import { canonical } from './canonical';
import { compact } from './compact';
import { complexity } from './complexity';
import { cancels } from './conditioning';
import { descriptionLength } from './describe';
import { compile } from './program';
import { fastValues, type SearchRows } from './searchRows';
import { slopeBits } from './slopes/rules';
import { unitBits } from './units/unitBits';

/** A formula whose free numbers are fitted. */
export interface FittedFormula {
  expression: Expression;
  sse: number;
  /** One a free number, in their order; Infinity where the rows do not determine it. */
  standardErrors: Float64Array;
  /** Share of the variance explained on the same rows. */
  r2: number;
  complexity: number;
  /** Description length, up to a constant of the rows. */
  bits: number;
}

/** Undefined where the formula has no finite value on some row, or one that is left over from huge parts that cancel. */
export function polish(of: Expression, rows: SearchRows, iterations = 30): FittedFormula | undefined {
  const count = freeNumbers(of).length;
  if (count > rows.rows / 2) return undefined;
  if (count === 0) return described(of, misfit(fastValues(of, rows), rows.target), { marginal: new Float64Array(0), alone: new Float64Array(0) }, rows);
  const { target, interpreter } = rows;
  const { code, constants, free } = compile(of);
  const places = [...free.keys()].filter(k => free[k]);
  const set = (numbers: Float64Array): Float64Array => {
    places.forEach((at, k) => (constants[at] = numbers[k]!));
    return constants;
  };
  const solution = levenbergMarquardt({
    parameters: freeNumbers(of).map(({ value }) => value), iterations, tolerance: 1e-10,
    residualsAndJacobian: numbers => {
      const { values, columns } = interpreter.jacobian(code, set(numbers), free);
      return { residuals: minus(values, target), jacobian: columns };
    },
    residualsOnly: numbers => minus(interpreter.evaluate(code, set(numbers)), target),
  });
  const variance = Math.max(solution.sse / Math.max(1, rows.rows - solution.rank), rows.finest ** 2);
  const marginal = Float64Array.from({ length: count }, (_, k) => Math.sqrt(variance * solution.covariance[k * count + k]!));
  for (const k of solution.undetermined) marginal[k] = Infinity;
  const alone = solution.columnLengths.map(length => Math.sqrt(variance) / length);
  return described(withFreeNumbers(of, solution.parameters), solution.sse, { marginal, alone }, rows);
}

/**
 * Standard errors of the free numbers: with the others fitted beside, and with the others held. A number that is written down by itself
 * needs the digits of the second (the diagonal of the Fisher information); by the first, numbers that say the same thing twice would cost nothing.
 */
interface Errors { marginal: Float64Array; alone: Float64Array }

function described(expression: Expression, sse: number, { marginal, alone }: Errors, rows: SearchRows): FittedFormula | undefined {
  if (!Number.isFinite(sse) || cancels(expression, rows)) return undefined;
  return {
    expression, sse, standardErrors: marginal, r2: 1 - sse / rows.totalSquares, complexity: complexity(expression),
    bits: descriptionLength(expression, sse, alone, rows) + unitBits(expression, rows.units) + slopeBits(expression, rows.slopes),
  };
}

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!);

function misfit(values: Float64Array, target: Float64Array): number {
  let sse = 0;
  for (let i = 0; i < values.length; i++) sse += (values[i]! - target[i]!) ** 2;
  return sse;
}

/** A fitted formula written shorter, its numbers and misfit as they are; itself where that gains nothing or changes a value. */
export function compacted(fitted: FittedFormula, rows: SearchRows): FittedFormula {
  const short = shortest(fitted.expression, rows);
  if (complexity(short) >= fitted.complexity || !sameValues(fitted.expression, short, rows)) return fitted;
  const again = polish(short, rows, 5);
  return again && again.bits < fitted.bits ? again : fitted;
}

/** Passes of compacting: what one takes out of a bracket, at no gain, may make it shorter in the next. */
const passes = 3;

function shortest(of: Expression, { domain }: SearchRows): Expression {
  let best = of;
  let now = of;
  for (let pass = 0; pass < passes; pass++) {
    now = compact(now, domain);
    if (complexity(now) < complexity(best)) best = now;
  }
  return best;
}

/** The canonical form, unless it has other values than the formula on some of 256 rows: no rewrite is trusted unseen. */
export function safelyCanonical(of: Expression, rows: SearchRows): Expression {
  const short = canonical(of, rows.domain);
  return sameValues(of, short, rows) ? short : of;
}

/** Equal on 256 rows, where the first has values. */
function sameValues(of: Expression, other: Expression, rows: SearchRows): boolean {
  const some = Math.min(256, rows.rows);
  const before = fastValues(of, rows);
  const after = fastValues(other, rows);
  const size = before.subarray(0, some).reduce((largest, v) => (Number.isFinite(v) ? Math.max(largest, Math.abs(v)) : largest), 0);
  for (let i = 0; i < some; i++) {
    if (Number.isFinite(before[i]!) && !(Math.abs(before[i]! - after[i]!) <= 1e-9 * size)) return false;
  }
  return true;
}
