/**
 * Huber's M-estimator of regression (1964, 1973) by iteratively reweighted least squares, with the residual scale as
 * median absolute residual / 0.6745 in every step: the estimator of R's MASS::rlm with its defaults, iterated further.
 */
import type { WorkContext } from '../../context';
import { blockRows, columnScaling } from '../../math/columns';
import { CompensatedSum } from '../../math/compensatedSum';
import { addCross, mirror } from '../../math/gram';
import { factorHessian, newtonStep } from '../../math/newton';
import { medianInPlace } from '../../math/select';
import { packBlock } from '../logistic/solvePass';
import type { BinaryData } from '../logistic/solvePass';
import type { AliasedColumn } from './solveAssemble';
import { leastSquares } from './solveLeastSquares';
import type { LeastSquaresInput } from './solveLeastSquares';

export interface HuberInput extends LeastSquaresInput {
  /** Residuals beyond k scales count less; default 1.345 (95 % efficiency under normal errors). */
  readonly k?: number;
}

/** Index 0 of arrays of length p+1 is the intercept (NaN without one); index j+1 is column j. */
export interface HuberFit {
  readonly intercept: number;
  readonly coefficients: Float64Array;
  readonly aliased: Uint8Array;
  readonly aliasedBy: readonly AliasedColumn[];
  readonly rank: number;
  readonly n: number;
  readonly p: number;
  readonly df: number;
  /** Robust residual scale (MAD). 0 when half of the residuals vanish; then there are no standard errors. */
  readonly scale: number;
  readonly converged: boolean;
  readonly iterations: number;
  /** Huber's asymptotic errors with his small-sample factor, as summary.rlm; length p+1, NaN for aliased columns. */
  readonly standardErrors: Float64Array;
  /** (p+1)². */
  readonly covariance: Float64Array;
  /** Weight of each row, 1 for residuals within k scales. */
  readonly weights: Float64Array;
  /** Rows with weight below 1. */
  readonly downweighted: number;
  readonly vif: Float64Array;
  readonly columnSd: Float64Array;
}

const mostIterations = 300;
/** From here on the scale stays: in small samples the median can jump between rows for ever. */
const scaleSettles = 150;

export async function huber(input: HuberInput): Promise<HuberFit> {
  const { X, n, p, y, intercept, context } = input;
  const k = input.k ?? 1.345;
  const ls = await leastSquares({ X, n, p, y: withoutFarOutliers(y), intercept, context });
  const kept = Int32Array.from(Array.from({ length: p }, (_, j) => j).filter((j) => !ls.aliased[j]));
  const scaling = await columnScaling(X, n, p, intercept, context);
  const data: BinaryData = { X, stride: n, n, y, scaling, kept, lead: intercept ? 1 : 0 };
  const state: State = { beta: startOf(data, ls.intercept, ls.coefficients), residual: new Float64Array(n), scale: 0 };
  let converged = ls.rank >= n;
  let iterations = 0;
  await residuals(data, y, state, context);
  while (!converged && iterations < mostIterations) {
    iterations++;
    const step = await reweighted(data, state, k, context);
    if (!step) break;
    converged = step.change <= 1e-10 * state.scale;
    state.beta = step.beta;
    const { scale } = state;
    await residuals(data, y, state, context);
    if (iterations >= scaleSettles && state.scale > 0) state.scale = scale;
  }
  if (state.scale === 0) converged = true;
  return finish(input, data, state, ls, k, converged, iterations);
}

interface State {
  beta: Float64Array;
  readonly residual: Float64Array;
  scale: number;
}

/** y with values beyond median ± 20 MAD drawn in, for a start that one wild value cannot spoil. */
function withoutFarOutliers(y: Float64Array): Float64Array {
  const median = medianInPlace(y.slice());
  const mad = medianInPlace(y.map((v) => Math.abs(v - median)));
  if (!(mad > 0)) return y;
  const reach = 20 * mad;
  return y.map((v) => Math.max(median - reach, Math.min(median + reach, v)));
}

function startOf({ kept, lead, scaling }: BinaryData, intercept: number, coefficients: Float64Array): Float64Array {
  const beta = new Float64Array(kept.length + lead);
  let constant = intercept;
  for (let k = 0; k < kept.length; k++) {
    const j = kept[k];
    beta[k + lead] = coefficients[j] * scaling.scale[j];
    constant += coefficients[j] * (scaling.mean[j] + scaling.meanLow[j]);
  }
  if (lead) beta[0] = constant;
  return beta;
}

async function residuals(data: BinaryData, y: Float64Array, state: State, context: WorkContext): Promise<void> {
  const { residual, beta } = state;
  const q = beta.length;
  const block = new Float64Array(blockRows * q);
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, block);
    for (let i = 0; i < count; i++) residual[start + i] = y[start + i];
    for (let j = 0; j < q; j++) {
      const b = beta[j];
      for (let i = 0, at = j * blockRows; i < count; i++) residual[start + i] -= b * block[at + i];
    }
  }
  state.scale = medianInPlace(residual.map(Math.abs)) / 0.6745;
}

function weightOf(residual: number, limit: number): number {
  const size = Math.abs(residual);
  return size <= limit ? 1 : limit / size;
}

/** One step of weighted least squares on the residuals; `change` is the largest change of a fitted value, bounded. */
async function reweighted(data: BinaryData, state: State, k: number, context: WorkContext): Promise<{ beta: Float64Array; change: number } | undefined> {
  const { residual, beta, scale } = state;
  if (!(scale > 0)) return undefined;
  const q = beta.length;
  const block = new Float64Array(blockRows * q);
  const weighted = new Float64Array(blockRows * q);
  const gram = new Float64Array(q * q);
  const gradient = new Float64Array(q);
  const w = new Float64Array(blockRows);
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, block);
    for (let i = 0; i < count; i++) w[i] = weightOf(residual[start + i], k * scale);
    for (let j = 0; j < q; j++) {
      let s = 0;
      for (let i = 0, at = j * blockRows; i < count; i++) {
        const z = block[at + i] * w[i];
        weighted[at + i] = z;
        s += z * residual[start + i];
      }
      gradient[j] += s;
    }
    addCross(weighted, block, blockRows, count, q, gram);
  }
  const factor = factorHessian(mirror(gram, q), q);
  if (!factor) return undefined;
  const step = newtonStep(factor, gradient);
  // Scaled columns lie within about ±1, so the step bounds the change of any fitted value.
  let change = 0;
  for (const d of step) change += Math.abs(d);
  return { beta: beta.map((b, j) => b + step[j]), change };
}

/** summary.rlm: stddev = √S κ / mean ψ', S = Σ(w r)²/(n−p), κ = 1 + p var ψ' / (n mean² ψ'); covariance stddev² (XᵀX)⁻¹. */
function finish(
  input: HuberInput, data: BinaryData, state: State, ls: Awaited<ReturnType<typeof leastSquares>>, k: number, converged: boolean, iterations: number,
): HuberFit {
  const { n, p, intercept } = input;
  const { kept, lead, scaling } = data;
  const { residual, scale, beta } = state;
  const coefficients = new Float64Array(p);
  const constant = new CompensatedSum();
  if (lead) constant.add(beta[0]);
  for (let i = 0; i < kept.length; i++) {
    const j = kept[i];
    coefficients[j] = beta[i + lead] * scaling.inverse[j];
    constant.addProduct(-coefficients[j], scaling.mean[j]);
    constant.addProduct(-coefficients[j], scaling.meanLow[j]);
  }
  const weights = residual.map((r) => weightOf(r, k * scale));
  let inside = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    if (Math.abs(residual[i]) <= k * scale) inside++;
    squares += (residual[i] * weights[i]) ** 2;
  }
  const mean = inside / n;
  const variance = n > 1 ? (n / (n - 1)) * mean * (1 - mean) : 0;
  const kappa = 1 + (ls.rank * variance) / (n * mean * mean);
  const deviation = ls.df > 0 && scale > 0 ? (Math.sqrt(squares / ls.df) * kappa) / mean : NaN;
  let covariance: Float64Array | undefined;
  return {
    intercept: intercept ? constant.value() : 0, coefficients, aliased: ls.aliased, aliasedBy: ls.aliasedBy, rank: ls.rank, n, p, df: ls.df, scale,
    converged, iterations, standardErrors: ls.sdUnscaled.map((sd) => sd * deviation),
    get covariance() {
      return (covariance ??= ls.covarianceUnscaled.map((c) => c * deviation * deviation));
    },
    weights, downweighted: n - inside, vif: ls.vif, columnSd: ls.columnSd,
  };
}
