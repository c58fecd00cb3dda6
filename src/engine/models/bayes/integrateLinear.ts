/**
 * Bayesian linear regression with the prior's width integrated out: w_j ~ N(0, τ²σ²), p(σ) ∝ 1/σ, a flat intercept. Given τ
 * the posterior is Student's t in closed form (O'Hagan & Forster 2004, ch. 11); ln τ goes over a grid. Standardised columns.
 */
import type { WorkContext } from '../../context';
import { blockRows } from '../../math/columns';
import { symmetricEigen, type Eigen } from '../../math/eigen';
import { addGram, mirror } from '../../math/gram';
import { studentWidening } from '../../math/mixture';
import type { Moments } from './evidence';
import { hyperScale, logHyperDensity } from './hyperprior';
import { integrateScale, type ScalePoint } from './scaleGrid';

/** Mixture of Student's t, one component a value of τ. */
export interface LinearComponent {
  readonly share: number;
  readonly tau: number;
  readonly weights: Float64Array;
  /** Scales of the weights. */
  readonly scales: Float64Array;
  /** Scale of the noise. */
  readonly sigma: number;
  /** Scale² of c·w for a vector c. */
  spread(c: Float64Array): number;
}

export interface IntegratedFit {
  readonly components: readonly LinearComponent[];
  readonly df: number;
  readonly weights: Float64Array;
  /** p × p: times df/(df − 2) it is the covariance of the whole mixture. */
  readonly covariance: Float64Array;
  /** Root mean square of the components' noise scales. */
  readonly sigma: number;
  readonly gamma: number;
  readonly logEvidence: number;
}

interface Point extends ScalePoint { readonly kappa: number; readonly sum: number }

/** `columns`: how many columns vary; `intercept`: whether one was taken out of the moments. */
export async function integrateLinear(moments: Moments, columns: number, intercept: boolean, context: WorkContext): Promise<IntegratedFit> {
  const { n, p, yy } = moments;
  const df = Math.max(1, n - (intercept ? 1 : 0));
  const eigen = await symmetricEigen(moments.gram.slice(), p, context);
  const right = rotated(eigen, moments.zy);
  const { values } = eigen;
  const largest = values.reduce((m, v) => Math.max(m, v), 0);
  // Directions without spread: what is in them is rounding.
  for (let i = 0; i < p; i++) if (!(values[i] > 1e-14 * p * largest)) { values[i] = 0; right[i] = 0; }
  const scale = hyperScale(columns, false);
  const floor = Math.max(1e-15 * yy, 1e-300);
  const at = (u: number): Promise<Point> => {
    const kappa = Math.exp(-2 * u);
    let sum = yy;
    let log = logHyperDensity(u, scale);
    for (let i = 0; i < p; i++) {
      sum -= right[i] ** 2 / (values[i] + kappa);
      log -= 0.5 * Math.log1p(values[i] / kappa);
    }
    sum = Math.max(sum, floor);
    return Promise.resolve({ kappa, sum, log: log - 0.5 * df * Math.log(sum) });
  };
  const { points, logIntegral } = await integrateScale(at, Math.log(scale));
  const components = points.map(({ share, value }) => componentOf(eigen, right, value, share, df));
  return {
    ...await combined(eigen, components, points.map(point => point.value.kappa), df, context), components, df,
    gamma: points.reduce((sum, { share, value }) => sum + share * values.reduce((g, v) => g + v / (v + value.kappa), 0), 0),
    logEvidence: logIntegral + logStudentConstant(df, n, intercept),
  };
}

/** Vᵀ b. */
function rotated({ m, vectors }: Eigen, b: Float64Array): Float64Array {
  return Float64Array.from({ length: m }, (_, k) => {
    let s = 0;
    for (let j = 0; j < m; j++) s += vectors[k * m + j] * b[j];
    return s;
  });
}

function componentOf(eigen: Eigen, right: Float64Array, { kappa, sum }: Point, share: number, df: number): LinearComponent {
  const { m, vectors, values } = eigen;
  const noise = sum / df;
  const weights = new Float64Array(m);
  const scales = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const inverse = 1 / (values[i] + kappa);
    const along = right[i] * inverse;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      weights[j] += along * vectors[at];
      scales[j] += inverse * vectors[at] ** 2;
    }
  }
  for (let j = 0; j < m; j++) scales[j] = Math.sqrt(noise * scales[j]);
  const spread = (c: Float64Array): number => rotated(eigen, c).reduce((s, v, i) => s + (noise * v * v) / (values[i] + kappa), 0);
  return { share, tau: 1 / Math.sqrt(kappa), weights, scales, sigma: Math.sqrt(noise), spread };
}

/** Mean and covariance of the mixture: within, V diag(Σ share s²/(d + κ)) Vᵀ, and between the components. */
async function combined({ m, vectors, values }: Eigen, components: readonly LinearComponent[], kappas: readonly number[], df: number, context: WorkContext) {
  const weights = new Float64Array(m);
  for (const { share, weights: w } of components) for (let j = 0; j < m; j++) weights[j] += share * w[j];
  const covariance = new Float64Array(m * m);
  const block = new Float64Array(blockRows * m);
  const within = Float64Array.from(values, v => Math.sqrt(components.reduce((s, c, k) => s + (c.share * c.sigma ** 2) / (v + kappas[k]), 0)));
  for (let from = 0; from < m; from += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = Math.min(blockRows, m - from);
    for (let i = 0; i < count; i++) for (let j = 0; j < m; j++) block[j * blockRows + i] = within[from + i] * vectors[(from + i) * m + j];
    addGram(block, blockRows, count, m, covariance);
  }
  const widening = studentWidening(df);
  block.fill(0);
  for (let from = 0; from < components.length; from += blockRows) {
    const some = components.slice(from, from + blockRows);
    some.forEach(({ share, weights: w }, i) => { for (let j = 0; j < m; j++) block[j * blockRows + i] = Math.sqrt(share / widening) * (w[j] - weights[j]); });
    addGram(block, blockRows, some.length, m, covariance);
  }
  return { weights, covariance: mirror(covariance, m), sigma: Math.sqrt(components.reduce((s, c) => s + c.share * c.sigma ** 2, 0)) };
}

/** What ∫ N(y | a, σ²) da dσ/σ has beside the sum of squares to the power −df/2: Γ(df/2) / (2 π^(df/2) √n). */
function logStudentConstant(df: number, n: number, intercept: boolean): number {
  return logGamma(df / 2) - Math.LN2 - 0.5 * df * Math.log(Math.PI) - (intercept ? 0.5 * Math.log(n) : 0);
}

/** ln Γ(x), x > 0: Stirling's series from 10 on. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift -= Math.log(z);
  const s = 1 / (z * z);
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + (1 / 12 - (1 / 360 - (1 / 1260 - s / 1680) * s) * s) / z;
}
