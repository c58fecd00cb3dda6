/** The last layer's posterior against the linear models that it is, computed here in another way. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { lastLayerPosterior, outputVariance } from '../../../src/engine/models/network/lastLayerLaplace';

const rows = 60;
const rng = new Rng(9);
const features = Float32Array.from({ length: 2 * rows }, () => rng.normal());
const weight = Float32Array.of(0.8, -0.5);
const bias = Float32Array.of(0.3);
const outputs = Float32Array.from({ length: rows }, (_, i) => features[2 * i] * weight[0] + features[2 * i + 1] * weight[1] + bias[0]);
const input = { features, width: 2, outputs, outputCount: 1, rows, total: rows, weight, bias };

/** φᵀ (H + αI)⁻¹ φ of a row by Gauss–Jordan, with H = Σ c_i φ_i φ_iᵀ. */
function variance(curvature: (i: number) => number, alpha: number, row: number): number {
  const phi = (i: number): number[] => [features[2 * i], features[2 * i + 1], 1];
  const a = [0, 1, 2].map(r => [0, 1, 2].map(c => (r === c ? alpha : 0)).concat(phi(row)[r]));
  for (let i = 0; i < rows; i++) for (let r = 0; r < 3; r++) for (let c = 0; c < 3; c++) a[r][c] += curvature(i) * phi(i)[r] * phi(i)[c];
  for (let p = 0; p < 3; p++) {
    for (let r = 0; r < 3; r++) {
      if (r === p) continue;
      const factor = a[r][p] / a[p][p];
      for (let c = 0; c < 4; c++) a[r][c] -= factor * a[p][c];
    }
  }
  return phi(row).reduce((sum, v, r) => sum + (v * a[r][3]) / a[r][r], 0);
}

describe('the last layer’s Laplace approximation', () => {
  it('has the variance of Bayesian linear regression for numbers', () => {
    const posterior = lastLayerPosterior({ ...input, head: 'identity', noise: 0.25 })!;
    const found = outputVariance(posterior, features, rows);
    for (const row of [0, 10, 59]) expect(found[row] / variance(() => 4, posterior.priorPrecision, row)).toBeCloseTo(1, 4);
  });

  it('has that of the logistic model’s information for two classes', () => {
    const p = (i: number): number => 1 / (1 + Math.exp(-outputs[i]));
    const posterior = lastLayerPosterior({ ...input, head: 'logistic', noise: NaN })!;
    const found = outputVariance(posterior, features, rows);
    for (const row of [0, 10, 59]) expect(found[row] / variance(i => p(i) * (1 - p(i)), posterior.priorPrecision, row)).toBeCloseTo(1, 4);
  });

  it('chooses a prior of about the weights’ own size where data are plenty', () => {
    // MacKay: α = γ / ‖w‖², γ the number of well-determined weights (here all three), ‖w‖² = 0.98.
    const { priorPrecision } = lastLayerPosterior({ ...input, head: 'identity', noise: 1e-4 })!;
    expect(Math.abs(Math.log10(priorPrecision / (3 / 0.98)))).toBeLessThan(0.13);
  });

  it('counts a sample of rows for all that it stands for', () => {
    const of = (total: number): number => outputVariance(lastLayerPosterior({ ...input, head: 'identity', noise: 0.25, total })!, features, 1)[0];
    expect(of(100 * rows) / of(rows)).toBeCloseTo(0.01, 3);
  });

  it('has a posterior for each of several classes', () => {
    const logits = Float32Array.from({ length: 3 * rows }, (_, i) => Math.sin(i));
    const posterior = lastLayerPosterior({ ...input, head: 'softmax', outputs: logits, outputCount: 3, weight: new Float32Array(6).fill(0.5), bias: new Float32Array(3), noise: NaN })!;
    expect(posterior.roots).toHaveLength(3);
    expect(outputVariance(posterior, features, rows).every(v => v > 0 && Number.isFinite(v))).toBe(true);
  });
});
