/** What boosting minimises: value, first and second derivatives by the score of each row, on the working scale. */
import type { BoostingLoss } from './state';

/** Scores, gradients and curvatures are rows × outputs. `y`: numbers, or class indices. `weights`: of the rows. */
export interface Loss {
  readonly name: BoostingLoss;
  readonly outputs: number;
  /** The gradient is linear in the score and the curvature does not change: one quadratic is exact. */
  readonly quadratic: boolean;
  /** Best constant scores. */
  intercept(y: Float64Array, weights: Float64Array): Float64Array;
  /** Fills gradient and curvature, both times the row's weight; curvatures are positive. */
  derivatives(scores: Float64Array, y: Float64Array, weights: Float64Array, gradient: Float64Array, curvature: Float64Array): void;
  /** Weighted mean of the loss. */
  value(scores: Float64Array, y: Float64Array, weights: Float64Array): number;
}

export interface LossSettings {
  readonly name: BoostingLoss;
  readonly classes: number;
  /** Of 'quantile'. */
  readonly quantile: number;
  /** Of 'huber': residuals beyond this many working units count by their size only. */
  readonly threshold: number;
}

export function makeLoss({ name, classes, quantile, threshold }: LossSettings): Loss {
  switch (name) {
    case 'squared': return squared;
    case 'huber': return huber(threshold);
    case 'quantile': return smoothQuantile(quantile);
    case 'poisson': return poisson;
    case 'logistic': return logistic;
    case 'softmax': return softmax(classes);
  }
}

/** A loss of one output from what it is for one row. */
function single(name: BoostingLoss, quadratic: boolean, intercept: Loss['intercept'],
  derivative: (score: number, y: number) => number, curvature: (score: number, y: number) => number, value: (score: number, y: number) => number): Loss {
  return {
    name, outputs: 1, quadratic, intercept,
    derivatives(scores, y, weights, gradient, curvatures) {
      for (let i = 0; i < y.length; i++) {
        gradient[i] = weights[i]! * derivative(scores[i]!, y[i]!);
        curvatures[i] = weights[i]! * curvature(scores[i]!, y[i]!);
      }
    },
    value(scores, y, weights) {
      let sum = 0;
      let total = 0;
      for (let i = 0; i < y.length; i++) {
        sum += weights[i]! * value(scores[i]!, y[i]!);
        total += weights[i]!;
      }
      return total > 0 ? sum / total : NaN;
    },
  };
}

const squared = single('squared', true, (y, w) => Float64Array.of(weightedMean(y, w)), (f, y) => f - y, () => 1, (f, y) => (f - y) ** 2 / 2);

/** Huber 1964. The curvature 1 bounds the true one from above, so steps never overshoot. */
function huber(threshold: number): Loss {
  return single('huber', false, (y, w) => Float64Array.of(huberMean(y, w, threshold)),
    (f, y) => Math.max(-threshold, Math.min(threshold, f - y)), () => 1,
    (f, y) => (Math.abs(f - y) <= threshold ? (f - y) ** 2 / 2 : threshold * (Math.abs(f - y) - threshold / 2)));
}

/** 95 % efficiency under normal errors (Huber 1964), times what makes the median absolute deviation a standard deviation. */
const huberFactor = 1.345 * 1.4826;

/** Threshold of Huber's loss by the spread of some values: their median absolute deviation, times that factor; 0 where more than half are the same. */
export function thresholdOf(values: Float64Array): number {
  const middle = median(values);
  return huberFactor * median(values.map(value => Math.abs(value - middle)));
}

function median(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0;
}

/** The constant of least Huber loss: Newton steps from the median, of which none goes beyond the bottom. */
function huberMean(y: Float64Array, w: Float64Array, threshold: number): number {
  let centre = weightedQuantile(y, w, 0.5);
  const total = w.reduce((a, b) => a + b, 0);
  for (let step = 0; step < 50 && total > 0; step++) {
    let gradient = 0;
    for (let i = 0; i < y.length; i++) gradient += w[i]! * Math.max(-threshold, Math.min(threshold, centre - y[i]!));
    centre -= gradient / total;
    if (Math.abs(gradient) <= 1e-9 * total * threshold) break;
  }
  return centre;
}

/** Rows that the smoothing of the check loss is measured on, at most. */
const smoothingRows = 2000;

/**
 * Half-width over which the check loss is smoothed: a fifth of the median absolute residual. A width that does not shrink with the
 * residuals (a share of the target's standard deviation) moves the quantile where noise is small or tails are heavy.
 */
export function smoothingWidth(scores: Float64Array, y: Float64Array): number {
  const step = Math.max(1, Math.ceil(y.length / smoothingRows));
  const sizes = Float64Array.from({ length: Math.ceil(y.length / step) }, (_, i) => Math.abs(scores[i * step]! - y[i * step]!)).sort();
  const mean = sizes.reduce((a, b) => a + b, 0) / Math.max(1, sizes.length);
  return Math.max(0.2 * (sizes[sizes.length >> 1] ?? 0), 0.01 * mean, 1e-6);
}

/**
 * Check loss smoothed by a uniform kernel of half-width h (Fernandes, Guerre & Horta 2021): its curvature is 1/(2h) within h of
 * the quantile and 0 beyond, where a tenth of that stands in so that steps stay finite.
 */
function smoothQuantile(tau: number): Loss {
  let h = 1;
  const share = (r: number): number => Math.max(0, Math.min(1, (r + h) / (2 * h)));
  const loss = single('quantile', false, (y, w) => Float64Array.of(weightedQuantile(y, w, tau)),
    (f, y) => share(f - y) - tau, (f, y) => (Math.abs(f - y) < h ? 0.5 / h : 0.05 / h),
    (f, y) => (y >= f ? tau * (y - f) : (1 - tau) * (f - y)));
  return {
    ...loss,
    derivatives(scores, y, weights, gradient, curvature) {
      h = smoothingWidth(scores, y);
      loss.derivatives(scores, y, weights, gradient, curvature);
    },
  };
}

const mostExponent = 30;
/**
 * The curvature is the mean of μ and y, μ on average. The whole step of a leaf whose counts are x times the prediction is then
 * 2 (x − 1)/(x + 1), which never goes beyond log x (its first Padé approximant); by μ alone it is x − 1, which explodes in a rare
 * group of large counts.
 */
const poisson = single('poisson', false, (y, w) => Float64Array.of(Math.log(Math.max(weightedMean(y, w), 1e-9))),
  (f, y) => Math.exp(Math.min(f, mostExponent)) - y, (f, y) => Math.max((Math.exp(Math.min(f, mostExponent)) + y) / 2, 1e-6),
  // Half the deviance: 0 is the best there can be, so that shares of it mean something.
  (f, y) => Math.exp(Math.min(f, mostExponent)) - y + (y > 0 ? y * (Math.log(y) - f) : 0));

const leastCurvature = 1e-6;
const logistic: Loss = {
  name: 'logistic', outputs: 1, quadratic: false,
  intercept(y, w) {
    // Half a row more of each class keeps a class that a bag lacks from an infinite intercept.
    const total = w.reduce((a, b) => a + b, 0);
    const share = (weightedMean(y, w) * total + 0.5) / (total + 1);
    return Float64Array.of(Math.log(share / (1 - share)));
  },
  derivatives(scores, y, weights, gradient, curvature) {
    for (let i = 0; i < y.length; i++) {
      const p = 1 / (1 + Math.exp(-scores[i]!));
      gradient[i] = weights[i]! * (p - y[i]!);
      curvature[i] = weights[i]! * Math.max(p * (1 - p), leastCurvature);
    }
  },
  value(scores, y, weights) {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const margin = y[i] === 1 ? scores[i]! : -scores[i]!;
      sum += weights[i]! * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
      total += weights[i]!;
    }
    return total > 0 ? sum / total : NaN;
  },
};

/** One score a class. Twice the diagonal of the Hessian bounds it (its rows sum to 0), so that steps of all classes at once do not add up too far. */
function softmax(classes: number): Loss {
  const p = new Float64Array(classes);
  const probabilities = (scores: Float64Array, i: number): void => {
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, scores[i * classes + k]!);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += p[k] = Math.exp(scores[i * classes + k]! - largest);
    for (let k = 0; k < classes; k++) p[k]! /= sum;
  };
  return {
    name: 'softmax', outputs: classes, quadratic: false,
    intercept(y, w) {
      const counts = new Float64Array(classes).fill(0.5);
      for (let i = 0; i < y.length; i++) counts[y[i]!]! += w[i]!;
      const logs = counts.map(Math.log);
      const mean = logs.reduce((a, b) => a + b, 0) / classes;
      return logs.map(value => value - mean);
    },
    derivatives(scores, y, weights, gradient, curvature) {
      for (let i = 0; i < y.length; i++) {
        probabilities(scores, i);
        for (let k = 0; k < classes; k++) {
          gradient[i * classes + k] = weights[i]! * (p[k]! - (y[i] === k ? 1 : 0));
          curvature[i * classes + k] = weights[i]! * Math.max(2 * p[k]! * (1 - p[k]!), leastCurvature);
        }
      }
    },
    value(scores, y, weights) {
      let sum = 0;
      let total = 0;
      for (let i = 0; i < y.length; i++) {
        probabilities(scores, i);
        sum -= weights[i]! * Math.log(Math.max(p[y[i]!]!, 1e-300));
        total += weights[i]!;
      }
      return total > 0 ? sum / total : NaN;
    },
  };
}

function weightedMean(y: Float64Array, w: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    sum += w[i]! * y[i]!;
    total += w[i]!;
  }
  return total > 0 ? sum / total : 0;
}

function weightedQuantile(y: Float64Array, w: Float64Array, tau: number): number {
  const order = Array.from(y.keys()).sort((a, b) => y[a]! - y[b]!);
  const total = w.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (const i of order) {
    sum += w[i]!;
    if (sum >= tau * total) return y[i]!;
  }
  return 0;
}
