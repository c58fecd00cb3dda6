// A Gaussian process that smooths the rows: what a reduction asks for slopes, and how well a set of inputs predicts rows left out.
// Squared-exponential kernel with a length scale an input, fitted by marginal likelihood (Rasmussen & Williams 2006, ch. 5).
import { cholesky, choleskySolve, invertUpper, upperTimesTransposed } from '../../math/cholesky';

/** Natural logarithms: length scale of each input (inputs have unit variance), standard deviations of signal and noise. */
export interface Scales {
  lengths: Float64Array;
  signal: number;
  noise: number;
}

export interface Smoother {
  scales: Scales;
  /** Root mean square of the errors at rows left out, in the standardised target's units. */
  leftOut: number;
  /** Slopes of the smoothed target at the rows, by each input, in the inputs' own units. */
  slopes(): Float64Array[];
}

/** Smallest noise as a share of the signal: below it the kernel's matrix is singular in double precision. */
const leastNoise = Math.log(1e-5);

/** Fits the process; `start`: scales of a similar problem. `target` is standardised inside. */
export function smooth(columns: readonly Float64Array[], target: Float64Array, steps: number, start?: Scales): Smoother {
  const inputs = columns.map(standardised);
  const y = standardised(target);
  let scales = start ?? { lengths: new Float64Array(columns.length).fill(Math.log(2 + columns.length / 2)), signal: 0, noise: Math.log(0.1) };
  const speed = new Float64Array(columns.length + 2).fill(0.25);
  let before: Float64Array = new Float64Array(columns.length + 2);
  let best: { state: State; scales: Scales } | undefined;
  // Resilient propagation (Igel & Hüsken 2003): steps by sign, growing while the slope keeps its sign.
  for (let step = 0; step <= steps; step++) {
    const state = evaluate(inputs, y, scales);
    if (state && (!best || state.likelihood > best.state.likelihood)) best = { state, scales };
    if (step === steps || !state) break;
    const slope = likelihoodSlope(inputs, state, scales);
    const next: Scales & { signal: number; noise: number } = { lengths: Float64Array.from(scales.lengths), signal: scales.signal, noise: scales.noise };
    for (let k = 0; k < slope.length; k++) {
      const turn = slope[k]! * before[k]!;
      speed[k] = turn > 0 ? Math.min(1, speed[k]! * 1.3) : turn < 0 ? speed[k]! * 0.5 : speed[k]!;
      const move = Math.sign(slope[k]!) * speed[k]!;
      if (k < next.lengths.length) next.lengths[k] = Math.min(6, Math.max(-2.5, next.lengths[k]! + move));
      else if (k === next.lengths.length) next.signal = Math.min(5, Math.max(-3, next.signal + move));
      else next.noise = Math.min(0.5, Math.max(leastNoise, next.noise + move));
    }
    before = slope;
    scales = next;
  }
  if (!best) return { scales, leftOut: 1, slopes: () => columns.map(() => new Float64Array(target.length)) };
  const { state, scales: found } = best;
  return { scales: found, leftOut: leftOutError(state), slopes: () => slopesAt(inputs, columns, target, state, found) };
}

interface State {
  kernel: Float64Array;
  /** K⁻¹, full. */
  inverse: Float64Array;
  alpha: Float64Array;
  likelihood: number;
}

function evaluate(inputs: readonly Float64Array[], y: Float64Array, scales: Scales): State | undefined {
  const n = y.length;
  const kernel = kernelOf(inputs, scales, n);
  const factor = Float64Array.from(kernel);
  const nugget = Math.exp(2 * Math.max(scales.noise, scales.signal + leastNoise));
  for (let i = 0; i < n; i++) factor[i * n + i]! += nugget;
  if (!(cholesky(factor, n) > 0)) return undefined;
  const alpha = choleskySolve(factor, n, Float64Array.from(y));
  let likelihood = 0;
  for (let i = 0; i < n; i++) likelihood -= 0.5 * y[i]! * alpha[i]! + Math.log(factor[i * n + i]!);
  const inverse = upperTimesTransposed(invertUpper(factor, n), n);
  for (let j = 0; j < n; j++) for (let i = 0; i < j; i++) inverse[i * n + j] = inverse[j * n + i]!;
  return { kernel, inverse, alpha, likelihood };
}

function kernelOf(inputs: readonly Float64Array[], { lengths, signal }: Scales, n: number): Float64Array {
  const scaled = inputs.map((input, k) => input.map(v => v / (Math.SQRT2 * Math.exp(lengths[k]!))));
  const variance = Math.exp(2 * signal);
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    kernel[i * n + i] = variance;
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (const input of scaled) {
        const apart = input[i]! - input[j]!;
        distance += apart * apart;
      }
      kernel[i * n + j] = kernel[j * n + i] = variance * Math.exp(-distance);
    }
  }
  return kernel;
}

/** ∂ log likelihood by each logarithm: ½ tr((ααᵀ − K⁻¹) ∂K). */
function likelihoodSlope(inputs: readonly Float64Array[], { kernel, inverse, alpha }: State, { lengths, signal, noise }: Scales): Float64Array {
  const n = alpha.length;
  const slope = new Float64Array(inputs.length + 2);
  const squares = Array.from(lengths, length => Math.exp(-2 * length));
  let diagonal = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const weight = (alpha[i]! * alpha[j]! - inverse[i * n + j]!) * kernel[i * n + j]!;
      for (let k = 0; k < inputs.length; k++) {
        const apart = inputs[k]![i]! - inputs[k]![j]!;
        slope[k]! += weight * apart * apart * squares[k]!;
      }
      slope[inputs.length]! += 2 * weight;
    }
    const own = alpha[i]! * alpha[i]! - inverse[i * n + i]!;
    diagonal += own;
    slope[inputs.length]! += own * kernel[i * n + i]!;
  }
  slope[inputs.length + 1] = noise > signal + leastNoise ? diagonal * Math.exp(2 * noise) : Math.min(0, diagonal);
  return slope;
}

/** Errors at rows left out without fitting again: αᵢ / (K⁻¹)ᵢᵢ (Rasmussen & Williams, eq. 5.12). */
function leftOutError({ alpha, inverse }: State): number {
  const n = alpha.length;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (alpha[i]! / inverse[i * n + i]!) ** 2;
  return Math.sqrt(squares / n);
}

function slopesAt(inputs: readonly Float64Array[], columns: readonly Float64Array[], target: Float64Array, { kernel, alpha }: State, { lengths }: Scales): Float64Array[] {
  const n = alpha.length;
  const unit = spread(target);
  return inputs.map((input, k) => {
    const factor = Math.exp(-2 * lengths[k]!) * (unit / spread(columns[k]!));
    return Float64Array.from({ length: n }, (_, i) => {
      let slope = 0;
      for (let j = 0; j < n; j++) slope += alpha[j]! * kernel[i * n + j]! * (input[j]! - input[i]!);
      return slope * factor;
    });
  });
}

function mean(of: Float64Array): number {
  return of.reduce((total, v) => total + v, 0) / of.length;
}

function spread(of: Float64Array): number {
  const centre = mean(of);
  return Math.sqrt(of.reduce((total, v) => total + (v - centre) ** 2, 0) / of.length) || 1;
}

function standardised(of: Float64Array): Float64Array {
  const centre = mean(of);
  const scale = spread(of);
  return of.map(v => (v - centre) / scale);
}
