import { describe, expect, it } from 'vitest';
import { jacobiSvd } from '../../../src/engine/math/jacobiSvd';
import { levenbergMarquardt } from '../../../src/engine/math/levenbergMarquardt';

const xs = Float64Array.from({ length: 30 }, (_, i) => i / 10);

/** y = a exp(b x) at a = 2, b = −0.7. */
function decay(): (p: Float64Array) => { residuals: Float64Array; jacobian: Float64Array[] } {
  return ([a, b]) => ({
    residuals: xs.map(x => a! * Math.exp(b! * x) - 2 * Math.exp(-0.7 * x)),
    jacobian: [xs.map(x => Math.exp(b! * x)), xs.map(x => a! * x * Math.exp(b! * x))],
  });
}

describe('Levenberg-Marquardt', () => {
  it('finds parameters of an exponential to the last digits', () => {
    const { parameters, sse, rank, converged } = levenbergMarquardt({ parameters: [1, 1], residualsAndJacobian: decay() });
    expect(parameters[0]).toBeCloseTo(2, 13);
    expect(parameters[1]).toBeCloseTo(-0.7, 13);
    expect(sse).toBeLessThan(1e-28);
    expect(rank).toBe(2);
    expect(converged).toBe(true);
  });

  it('solves a linear problem in one step, with the covariance of ordinary least squares', () => {
    const y = xs.map((x, i) => 3 + 2 * x + (i % 3));
    const one = xs.map(() => 1);
    const { parameters, covariance } = levenbergMarquardt({
      parameters: [0, 0],
      residualsAndJacobian: ([a, b]) => ({ residuals: xs.map((x, i) => a! + b! * x - y[i]!), jacobian: [one, xs.slice()] }),
    });
    const mean = xs.reduce((s, x) => s + x, 0) / 30;
    const sxx = xs.reduce((s, x) => s + (x - mean) ** 2, 0);
    const slope = xs.reduce((s, x, i) => s + (x - mean) * y[i]!, 0) / sxx;
    expect(parameters[1]).toBeCloseTo(slope, 13);
    expect(covariance[3]! * sxx).toBeCloseTo(1, 12);
    expect(covariance[0]).toBeCloseTo(1 / 30 + (mean * mean) / sxx, 12);
    expect(covariance[1]! * sxx).toBeCloseTo(-mean, 12);
  });

  it('walks round the valley of Rosenbrock', () => {
    const { parameters } = levenbergMarquardt({
      parameters: [-1.2, 1],
      residualsAndJacobian: ([a, b]) => ({
        residuals: Float64Array.of(10 * (b! - a! * a!), 1 - a!),
        jacobian: [Float64Array.of(-20 * a!, -1), Float64Array.of(10, 0)],
      }),
    });
    expect(parameters[0]).toBeCloseTo(1, 12);
    expect(parameters[1]).toBeCloseTo(1, 12);
  });

  it('refuses steps to where residuals are not finite', () => {
    const y = xs.map(x => Math.log(x + 0.5));
    const { parameters, sse } = levenbergMarquardt({
      parameters: [30],
      residualsAndJacobian: ([a]) => ({ residuals: xs.map((x, i) => Math.log(x + a!) - y[i]!), jacobian: [xs.map(x => 1 / (x + a!))] }),
    });
    expect(parameters[0]).toBeCloseTo(0.5, 12);
    expect(sse).toBeLessThan(1e-25);
  });

  it('says which parameters the rows do not determine, and still fits', () => {
    const result = levenbergMarquardt({
      parameters: [1, 3, 1],
      residualsAndJacobian: ([a, b, c]) => ({
        residuals: xs.map(x => a! * b! * x + c! - (6 * x + 1)),
        jacobian: [xs.map(x => b! * x), xs.map(x => a! * x), xs.map(() => 1)],
      }),
    });
    expect(result.rank).toBe(2);
    expect(result.undetermined).toEqual([0, 1]);
    expect(result.parameters[0]! * result.parameters[1]!).toBeCloseTo(6, 12);
  });

  it('says so when the start has no finite residuals', () => {
    const { sse, converged } = levenbergMarquardt({
      parameters: [1], residualsAndJacobian: () => ({ residuals: Float64Array.of(NaN), jacobian: [Float64Array.of(1)] }),
    });
    expect(sse).toBe(Infinity);
    expect(converged).toBe(false);
  });

  it('treats parameters of very different scale alike', () => {
    const { parameters } = levenbergMarquardt({
      parameters: [1e9, 1e-12],
      residualsAndJacobian: ([a, b]) => ({
        residuals: xs.map(x => a! * 1e-9 * Math.exp(b! * 1e12 * x) - 2 * Math.exp(-0.7 * x)),
        jacobian: [xs.map(x => 1e-9 * Math.exp(b! * 1e12 * x)), xs.map(x => a! * 1e3 * x * Math.exp(b! * 1e12 * x))],
      }),
    });
    expect(parameters[0]! / 2e9).toBeCloseTo(1, 12);
    expect(parameters[1]! / -0.7e-12).toBeCloseTo(1, 12);
  });
});

describe('Singular values', () => {
  it('multiply back to the matrix, small ones exact to their own size', () => {
    const a = Float64Array.of(1, 0, 0, 1, 1e-9, 0, 1, 1, 3);
    const { u, values, v } = jacobiSvd(a, 3);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let back = 0;
        for (let k = 0; k < 3; k++) back += u[k * 3 + i]! * values[k]! * v[k * 3 + j]!;
        expect(back).toBeCloseTo(a[j * 3 + i]!, 14);
      }
    }
    expect(values[0]! * values[1]! * values[2]! / 3e-9).toBeCloseTo(1, 13);
  });
});
