/** Additive effects of choices on the mean losses of settings: least squares of all together, so that the order of the choices has no effect. */
import type { Varied } from '../../../protocol/experiments';
import { cholesky, choleskySolve, invertUpper, upperTimesTransposed } from '../../math/cholesky';
import { meanOf } from '../../evaluate/intervals';
import type { Setting } from './design';

/** The design: indicators of all values but the first of each choice, centred over the settings. */
export interface MainDesign {
  readonly rows: number;
  /** columns[j]: of choice j. */
  readonly columns: readonly (readonly Float64Array[])[];
  /** Upper Cholesky factor of their products, column-major. */
  readonly factor: Float64Array;
  /** Of each choice: what independent noise of variance 1 in the losses adds to Σ effect² over the settings; the number of values less one where the design is balanced. */
  readonly noise: readonly number[];
  /** Settings less coefficients. */
  readonly left: number;
}

export interface MainEffects {
  /** effects[choice][setting], each with mean 0. */
  readonly effects: readonly (readonly number[])[];
  /** Mean square of what is left, noise and what choices do together; NaN where nothing is left. */
  readonly residual: number;
}

/** A column that others leave less than this part of is a sum of them. */
const fullRank = 1e-9;

/** Undefined where effects of choices cannot be told from one another: the design is not of full column rank. */
export function mainDesign(varied: readonly Varied[], settings: readonly Setting[]): MainDesign | undefined {
  const rows = settings.length;
  const columns = varied.map(({ name, values }) => values.slice(1).map(value => centred(settings.map(setting => Number(setting[name] === value)))));
  const all = columns.flat();
  const m = all.length;
  if (rows <= m) return undefined;
  const factor = new Float64Array(m * m);
  all.forEach((a, j) => all.forEach((b, i) => { factor[j * m + i] = dot(a, b); }));
  if (all.some((_, j) => !(factor[j * m + j]! > 0)) || cholesky(factor, m) < fullRank) return undefined;
  const covariance = upperTimesTransposed(invertUpper(factor, m), m);
  let first = 0;
  const noise = columns.map(own => {
    const from = first;
    first += own.length;
    return own.reduce((sum, a, j) => sum + own.reduce((part, b, i) => part + covariance[(from + j) * m + from + i]! * dot(a, b), 0), 0);
  });
  return { rows, columns, factor, noise, left: rows - 1 - m };
}

export function mainEffects({ rows, columns, factor, left }: MainDesign, y: readonly number[]): MainEffects {
  const all = columns.flat();
  const grand = meanOf(y);
  const coefficients = choleskySolve(factor, all.length, Float64Array.from(all, column => dot(column, y)));
  let first = 0;
  const effects = columns.map(own => {
    const from = first;
    first += own.length;
    return Array.from({ length: rows }, (_, i) => own.reduce((sum, column, k) => sum + column[i]! * coefficients[from + k]!, 0));
  });
  const squares = y.reduce((sum, value, i) => sum + (value - grand - effects.reduce((total, effect) => total + effect[i]!, 0)) ** 2, 0);
  return { effects, residual: left > 0 ? squares / left : NaN };
}

function centred(values: readonly number[]): Float64Array {
  const mean = meanOf(values);
  return Float64Array.from(values, value => value - mean);
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
