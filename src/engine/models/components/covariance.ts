/** How sure sums of the components' weights are: from the covariance that a family keeps of its coefficients, given the components. */
import { normalFactor, normalTwoSided, tFactor, tTwoSided } from '../../math/distributions';
import { studentWidening } from '../../math/mixture';
import { BayesianLinearModel, BayesianLogisticModel } from '../bayes/models';
import { LinearModel } from '../linear/model';
import { LogisticModel } from '../logistic/model';
import type { LogisticState } from '../logistic/state';
import type { Model } from '../model';
import type { CentredCovariance } from '../shared/covariance';
import type { ReadScore } from './scores';

/** Scales of sums of coefficients: standard errors, or scales of Student's t where a posterior is one. */
export interface Spread {
  /** Of Σ parts[c] γ_c, γ_c the weight of what the model reads of component c. */
  of(parts: readonly number[]): number;
  /** Of the linear predictor where the model reads these values of the components and all else, powers and products too, is 0. */
  atZero(values: readonly number[]): number;
}

/** What intervals are made of: estimate ± factor · scale. */
export interface IntervalRule {
  readonly factor: number;
  /** Standard error by scale. */
  readonly widening: number;
  /** Degrees of freedom of the t distribution; Infinity: normal. */
  readonly df: number;
  /** Absent: a posterior, which has no tests. */
  pValue?(statistic: number): number;
}

/** `outcome`: name of the class, where each has weights. Undefined where the family keeps no covariance. */
export function spreadOf(inner: Model, scores: readonly ReadScore[], outcome?: string): Spread | undefined {
  const covariance = covarianceOf(inner, outcome);
  if (!covariance) return undefined;
  const { columns, centre, intercept } = covariance;
  return {
    of: parts => {
      const direction = new Float64Array(columns + 1);
      scores.forEach(({ place }, c) => { if (place >= 0) direction[place + 1] = parts[c]!; });
      return quadratic(covariance, direction);
    },
    atZero: values => {
      const direction = Float64Array.from({ length: columns + 1 }, (_, at) => (at === 0 ? Number(intercept) : -centre[at - 1]));
      scores.forEach(({ place }, c) => { if (place >= 0) direction[place + 1] += values[c]!; });
      return quadratic(covariance, direction);
    },
  };
}

export function intervalRule(inner: Model, level: number): IntervalRule | undefined {
  if (inner instanceof LinearModel) {
    const { df } = inner.state;
    if (!(df > 0)) return undefined;
    if (inner instanceof BayesianLinearModel) return { factor: tFactor(level, df), df, widening: inner.info.mixtures ? Math.sqrt(studentWidening(df)) : 1 };
    return { factor: tFactor(level, df), df, widening: 1, pValue: statistic => tTwoSided(statistic, df) };
  }
  const normal = { factor: normalFactor(level), df: Infinity, widening: 1 };
  return inner instanceof BayesianLogisticModel ? normal : { ...normal, pValue: normalTwoSided };
}

/** Whether intervals can be led back: a penalised fit has no covariance, and one of very many terms keeps none. */
export function hasCovariance(inner: Model): boolean {
  const outcome = inner instanceof LogisticModel ? inner.state.classes[inner.state.outcomes[0]] : undefined;
  return covarianceOf(inner, outcome) !== undefined;
}

function covarianceOf(inner: Model, outcome: string | undefined): CentredCovariance | undefined {
  if (!(inner instanceof LinearModel || inner instanceof LogisticModel) || !inner.state.standardErrors) return undefined;
  if (inner instanceof LogisticModel && inner.state.classes.length > 2) return outcome === undefined ? undefined : blockOf(inner.state, outcome);
  return inner.state.covariance;
}

/** The covariance of one class's coefficients out of that of all. */
function blockOf({ jointCovariance, outcomes, classes, columnSd, encoding }: LogisticState, outcome: string): CentredCovariance | undefined {
  const vector = outcomes.findIndex(place => classes[place] === outcome);
  if (!jointCovariance || vector < 0) return undefined;
  const m = columnSd.length + 1;
  const matrix = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const row = vector * m + a;
      matrix[a * m + b] = matrix[b * m + a] = jointCovariance.lower[(row * (row + 1)) / 2 + vector * m + b]!;
    }
  }
  return { columns: m - 1, intercept: encoding.intercept, centre: jointCovariance.centre, matrix };
}

/** √(dᵀ C d). */
function quadratic({ columns, matrix }: CentredCovariance, direction: Float64Array): number {
  const m = columns + 1;
  let sum = 0;
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) sum += direction[a]! * matrix[a * m + b]! * direction[b]!;
  return Math.sqrt(Math.max(0, sum));
}
