/** Heavy-ball momentum along one eigenvector of the Hessian: a damped oscillator in discrete time, solved exactly. */

export type Regime = 'overdamped' | 'critical' | 'underdamped' | 'unstable';

export interface Oscillator {
  readonly regime: Regime;
  /** Factor by which the distance from the minimum shrinks a step, in the long run. */
  readonly decay: number;
  /** Radians a step; 0 where nothing swings, π where it changes sign at every step. */
  readonly frequency: number;
  /**
   * ζ of the oscillator in continuous time that passes through the steps, ẍ + 2ζω ẋ + ω²x = 0 with the exponents s = ln r: above 1 it
   * creeps, below 1 it swings. Null where there is none (β = 0, or the sign changes at every step).
   */
  readonly dampingRatio: number | null;
  /** (1 − β) / (2 √(ηλ)): that of ẍ + (1 − β)/√η ẋ + λx = 0, the limit of small learning rates with the time step √η. */
  readonly smallStepDampingRatio: number;
  /** (1 − √(ηλ))²: the momentum with which this mode shrinks fastest; more makes it swing. Null where ηλ ≥ 4: unstable with any. */
  readonly criticalMomentum: number | null;
}

/**
 * x_{k+1} = (1 + β − ηλ) x_k − β x_{k−1} (Polyak 1964), roots of r² − (1 + β − ηλ) r + β; `curvature` is ηλ. Stable for
 * 0 < ηλ < 2 (1 + β) and β < 1.
 */
export function oscillator(curvature: number, momentum: number): Oscillator {
  const half = (1 + momentum - curvature) / 2;
  const discriminant = half * half - momentum;
  const near = Math.abs(discriminant) <= 1e-12 * Math.max(half * half, momentum);
  const swings = !near && discriminant < 0;
  const outer = half < 0 ? half - Math.sqrt(Math.max(0, discriminant)) : half + Math.sqrt(Math.max(0, discriminant));
  const decay = swings ? Math.sqrt(momentum) : Math.abs(outer);
  const frequency = swings ? Math.atan2(Math.sqrt(-discriminant), half) : outer < 0 ? Math.PI : 0;
  const regime = !(curvature < 2 * (1 + momentum)) || momentum >= 1 ? 'unstable' : near ? 'critical' : swings ? 'underdamped' : 'overdamped';
  return {
    regime, decay, frequency, dampingRatio: dampingRatio(decay, frequency, momentum),
    smallStepDampingRatio: (1 - momentum) / (2 * Math.sqrt(curvature)), criticalMomentum: curvature < 4 ? (1 - Math.sqrt(curvature)) ** 2 : null,
  };
}

/** −(s₁ + s₂) / (2 √(s₁ s₂)), where r₁ r₂ = β. */
function dampingRatio(decay: number, frequency: number, momentum: number): number | null {
  const rate = -Math.log(decay);
  if (momentum === 0 || frequency === Math.PI) return null;
  if (frequency > 0) return rate / Math.hypot(rate, frequency);
  const other = -Math.log(momentum / decay);
  return rate > 0 ? (rate + other) / (2 * Math.sqrt(rate * other)) : null;
}

/**
 * Decay and frequency of a simulated mode. Where its sign changes, the frequency is from how often it does, and the decay from the
 * fall of x_k² − x_{k−1} x_{k+1}, the squared envelope; else the decay is from the sizes of two stretches. Undefined where the run
 * holds too few steps or swings to tell.
 */
export function measureOscillation(x: ArrayLike<number>): { readonly decay: number; readonly frequency: number } | undefined {
  const n = usable(x);
  if (n < 24) return undefined;
  const crossings: number[] = [];
  for (let k = 1; k < n; k++) if (x[k] * x[k - 1] < 0) crossings.push(k - 1 + x[k - 1] / (x[k - 1] - x[k]));
  if (crossings.length > 0 && crossings.length < 4) return undefined;
  const swings = crossings.length > 0;
  const window = Math.floor(n / 3);
  const size = swings ? envelope : rootMeanSquare;
  const first = size(x, n - 2 * window, window);
  const last = size(x, n - window, window);
  if (!(first > 0) || !(last > 0)) return undefined;
  const frequency = swings ? (Math.PI * (crossings.length - 1)) / (crossings[crossings.length - 1] - crossings[0]) : 0;
  return { decay: (last / first) ** (1 / window), frequency };
}

function envelope(x: ArrayLike<number>, from: number, length: number): number {
  let sum = 0;
  for (let k = from; k < from + length - 1; k++) sum += Math.abs(x[k] * x[k] - x[k - 1] * x[k + 1]);
  return Math.sqrt(sum);
}

/** Steps before the mode has sunk to rounding, or has left the numbers. */
function usable(x: ArrayLike<number>): number {
  const least = 1e-10 * Math.abs(x[0]);
  let n = x.length;
  while (n > 0 && !(Math.abs(x[n - 1]) >= least && Math.abs(x[n - 1]) < 1e200)) n--;
  return n;
}

function rootMeanSquare(x: ArrayLike<number>, from: number, length: number): number {
  let sum = 0;
  for (let k = from; k < from + length; k++) sum += x[k] * x[k];
  return Math.sqrt(sum / length);
}
