import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { makeLoss, smoothingWidth, type Loss } from '../../../src/engine/models/boosting/losses';
import type { BoostingLoss } from '../../../src/engine/models/boosting/state';

const n = 60;
const names: readonly BoostingLoss[] = ['squared', 'huber', 'quantile', 'poisson', 'logistic', 'softmax'];
const lossOf = (name: BoostingLoss): Loss => makeLoss({ name, classes: 3, quantile: 0.8, threshold: 0.7 });

function dataOf(name: BoostingLoss, seed = 1) {
  const rng = new Rng(seed);
  const { outputs } = lossOf(name);
  const target = (): number => (name === 'logistic' ? rng.integer(2) : name === 'softmax' ? rng.integer(3) : name === 'poisson' ? rng.integer(6) : rng.normal());
  return {
    scores: Float64Array.from({ length: n * outputs }, () => 2 * rng.normal()), y: Float64Array.from({ length: n }, target),
    weights: Float64Array.from({ length: n }, () => 0.2 + 2 * rng.uniform()), outputs,
  };
}

/** Value without the mean: Σ weight · loss. */
const total = (loss: Loss, scores: Float64Array, y: Float64Array, weights: Float64Array): number => loss.value(scores, y, weights) * weights.reduce((a, b) => a + b, 0);

function derivativesOf(loss: Loss, { scores, y, weights }: ReturnType<typeof dataOf>): { gradient: Float64Array; curvature: Float64Array } {
  const [gradient, curvature] = [new Float64Array(scores.length), new Float64Array(scores.length)];
  loss.derivatives(scores, y, weights, gradient, curvature);
  return { gradient, curvature };
}

describe.each(names)('the loss %s', name => {
  const loss = lossOf(name);
  const data = dataOf(name);
  const { scores, y, weights, outputs } = data;
  const { gradient, curvature } = derivativesOf(loss, data);
  const moved = (at: number, by: number): Float64Array => scores.map((value, i) => (i === at ? value + by : value));

  it('has the slope of its value as gradient (a quantile: of its value averaged over the smoothing)', () => {
    for (let at = 0; at < scores.length; at++) {
      const width = name === 'quantile' ? smoothingWidth(scores, y) : 0;
      const steps = width > 0 ? Array.from({ length: 401 }, (_, s) => width * (s / 200 - 1)) : [0];
      // Trapezoid over the uniform kernel.
      const slope = steps.reduce((sum, step, s) => {
        const difference = (total(loss, moved(at, step + 1e-5), y, weights) - total(loss, moved(at, step - 1e-5), y, weights)) / 2e-5;
        return sum + difference * (steps.length === 1 ? 1 : (s === 0 || s === 400 ? 0.5 : 1) / 400);
      }, 0);
      expect(Math.abs(gradient[at]! - slope)).toBeLessThan(name === 'quantile' ? 0.02 : 1e-5 * Math.max(1, Math.abs(slope)));
    }
  });

  it('has positive curvatures, also where scores are extreme', () => {
    const far = { ...data, scores: scores.map((_, i) => (i % 2 === 0 ? 800 : -800)) };
    const { gradient: g, curvature: h } = derivativesOf(loss, far);
    expect(h.every(value => value > 0 && Number.isFinite(value))).toBe(true);
    expect(g.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(loss.value(far.scores, y, weights))).toBe(true);
    expect(curvature.every(value => value > 0)).toBe(true);
  });

  it('counts a row by its weight, and its value is the mean', () => {
    const doubled = derivativesOf(loss, { ...data, weights: weights.map(weight => 2 * weight) });
    doubled.gradient.forEach((value, i) => expect(value).toBeCloseTo(2 * gradient[i]!, 12));
    expect(loss.value(scores, y, weights.map(weight => 2 * weight))).toBeCloseTo(loss.value(scores, y, weights), 12);
    expect(loss.value(new Float64Array(0), new Float64Array(0), new Float64Array(0))).toBeNaN();
  });

  it('has the best constant as intercept', () => {
    const big = 20;
    // Many rows, so that the half row that classes get more does not count.
    const many = { y: Float64Array.from({ length: n * big }, (_, i) => y[i % n]!), weights: Float64Array.from({ length: n * big }, (_, i) => 1000 * weights[i % n]!) };
    const best = loss.intercept(many.y, many.weights);
    const value = (shift: (k: number) => number): number =>
      loss.value(Float64Array.from({ length: n * big * outputs }, (_, i) => best[i % outputs]! + shift(i % outputs)), many.y, many.weights);
    for (let k = 0; k < outputs; k++) for (const by of [-0.05, 0.05]) expect(value(c => (c === k ? by : 0))).toBeGreaterThan(value(() => 0) - 1e-9);
  });
});

describe('curvatures', () => {
  it('of squared errors are exact', () => {
    expect([...derivativesOf(lossOf('squared'), dataOf('squared')).curvature]).toEqual([...dataOf('squared').weights]);
  });

  it('of huber bound the loss from above: a step to the bottom of the quadratic never makes it worse', () => {
    const loss = lossOf('huber');
    for (let seed = 1; seed <= 20; seed++) {
      const data = dataOf('huber', seed);
      const { gradient, curvature } = derivativesOf(loss, data);
      const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
      const step = -sum(gradient) / sum(curvature);
      expect(total(loss, data.scores.map(value => value + step), data.y, data.weights)).toBeLessThan(total(loss, data.scores, data.y, data.weights));
    }
  });

  it('of softmax bound the Hessian over all classes', () => {
    const loss = lossOf('softmax');
    const rng = new Rng(7);
    for (let trial = 0; trial < 300; trial++) {
      const scores = Float64Array.from({ length: 3 }, () => 2 * rng.normal());
      const data = { y: Float64Array.of(rng.integer(3)), weights: Float64Array.of(1), scores, outputs: 3 };
      const { curvature } = derivativesOf(loss, data);
      const v = [0, 1, 2].map(() => rng.normal());
      const slope = (t: number): number => derivativesOf(loss, { ...data, scores: scores.map((value, k) => value + t * v[k]!) }).gradient.reduce((sum, g, k) => sum + g * v[k]!, 0);
      expect((slope(1e-4) - slope(-1e-4)) / 2e-4).toBeLessThanOrEqual(v.reduce((sum, value, k) => sum + curvature[k]! * value * value, 0) + 1e-6);
    }
  });

  // A leaf whose rows share a prediction p and have the mean q: the whole step must not go beyond where the leaf's own loss is least.
  it('of poisson never send a leaf beyond its best score', () => {
    const loss = lossOf('poisson');
    for (const p of [0.002, 0.05, 0.3, 0.5, 0.9, 0.998]) {
      for (const q of [0.002, 0.05, 0.3, 0.5, 0.9, 0.998]) {
        const y = Float64Array.from({ length: 1000 }, (_, i) => (i < 1000 * q - 0.5 ? 1 : 0));
        const ones = new Float64Array(1000).fill(1);
        const { gradient, curvature } = derivativesOf(loss, { scores: new Float64Array(1000).fill(Math.log(p)), y, weights: ones, outputs: 1 });
        const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
        const step = -sum(gradient) / sum(curvature);
        expect(Math.abs(step)).toBeLessThanOrEqual(Math.abs(Math.log(q / p)) + 1e-9);
      }
    }
  });
});

it('a class that a bag lacks has a finite intercept', () => {
  const ones = new Float64Array(4).fill(1);
  expect(lossOf('logistic').intercept(ones, ones)[0]).toBeCloseTo(Math.log(4.5 / 0.5), 12);
  expect(lossOf('softmax').intercept(ones, ones).every(Number.isFinite)).toBe(true);
  expect(lossOf('poisson').intercept(new Float64Array(4), ones).every(Number.isFinite)).toBe(true);
});
