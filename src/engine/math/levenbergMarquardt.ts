/**
 * Non-linear least squares by Levenberg and Marquardt's method with Moré's scaled trust region (1978, "The Levenberg-Marquardt
 * algorithm: implementation and theory"). The Jacobian is reduced by QR, never squared, and the small triangle by singular
 * values, from which steps of every damping, the rank and the covariance follow.
 */
import { jacobiSvd, type SingularValues } from './jacobiSvd';
import { RFactor } from './qr';

export interface Residuals {
  residuals: Float64Array;
  /** A column a parameter: derivatives of the residuals. */
  jacobian: Float64Array[];
}

export interface LeastSquaresProblem {
  /** Where the search starts. */
  parameters: ArrayLike<number>;
  residualsAndJacobian(parameters: Float64Array): Residuals;
  /** The residuals alone, where that is cheaper: for steps that are tried. */
  residualsOnly?(parameters: Float64Array): Float64Array;
  /** Most Jacobians that are computed; default 200. */
  iterations?: number;
  /** Relative change of the parameters (each by its scale) at which the search ends; default 1e-12. */
  tolerance?: number;
}

export interface LeastSquaresSolution {
  parameters: Float64Array;
  /** Sum of the squared residuals; Infinity where the start has residuals that are not finite. */
  sse: number;
  /** (JᵀJ)⁻¹ without s², m × m; directions that the rows do not determine are left out of it. */
  covariance: Float64Array;
  /** Euclidean lengths of the Jacobian's columns: what a parameter alone changes, the others held. */
  columnLengths: Float64Array;
  /** Directions of the parameters that the rows determine. */
  rank: number;
  /** Parameters that take part in a direction that the rows do not determine. */
  undetermined: number[];
  /** Smallest singular value of the Jacobian with unit columns, as a share of the largest. */
  smallestShare: number;
  converged: boolean;
  iterations: number;
}

/** Singular values below this share of the largest count as 0: a Jacobian of doubles holds no more. */
const rankTolerance = 1e-13;

/** Minimises Σ residual². Steps to where residuals or derivatives are not finite are refused. */
export function levenbergMarquardt(problem: LeastSquaresProblem): LeastSquaresSolution {
  return new Search(problem).run();
}

/** The linear problem at a point, in parameters scaled by `scale`. */
interface Linear {
  svd: SingularValues;
  /** Uᵀ Qᵀ r. */
  projected: Float64Array;
  /** Squared norm of the residuals outside the Jacobian's space. */
  remainder: number;
  rank: number;
}

class Search {
  private readonly m: number;
  private readonly iterations: number;
  private readonly tolerance: number;
  private readonly scale: Float64Array;
  private p: Float64Array;
  private at: Residuals;
  private sse: number;
  private radius = 0;
  private damping = 0;

  constructor(private readonly problem: LeastSquaresProblem) {
    this.p = Float64Array.from(problem.parameters);
    this.m = this.p.length;
    this.iterations = problem.iterations ?? 200;
    this.tolerance = problem.tolerance ?? 1e-12;
    this.scale = new Float64Array(this.m);
    this.at = problem.residualsAndJacobian(this.p.slice());
    this.sse = usable(this.at) ? squares(this.at.residuals) : Infinity;
  }

  run(): LeastSquaresSolution {
    if (this.sse === Infinity || this.m === 0) return this.solution(this.m === 0, 0);
    let iteration = 0;
    let converged = this.sse === 0;
    while (!converged && iteration < this.iterations) {
      const linear = this.linearise();
      if (iteration++ === 0) this.radius = 100 * (this.size() || 1);
      const outcome = this.improve(linear);
      if (outcome !== 'moved') converged = true;
    }
    if (converged) this.polish();
    return this.solution(converged, iteration);
  }

  /** Length of the parameters in their scale. */
  private size(): number {
    let sum = 0;
    for (let j = 0; j < this.m; j++) sum += (this.scale[j]! * this.p[j]!) ** 2;
    return Math.sqrt(sum);
  }

  private linearise(): Linear {
    const { m, scale, at } = this;
    for (let j = 0; j < m; j++) scale[j] = Math.max(scale[j]!, length(at.jacobian[j]!));
    for (let j = 0; j < m; j++) if (!(scale[j]! > 0)) scale[j] = 1;
    return reduce(at, scale);
  }

  /** Tries steps from short trust radii to shorter ones until one lowers the sum of squares. */
  private improve(linear: Linear): 'moved' | 'settled' {
    for (;;) {
      this.damping = dampingFor(linear, this.radius, this.damping);
      const step = scaledStep(linear, this.damping, this.m);
      const stepLength = length(step);
      this.radius = Math.min(this.radius, stepLength || this.radius);
      const trial = this.moved(step);
      const verdict = this.judge(linear, stepLength, trial);
      if (verdict) return verdict;
      if (!(this.radius > this.tolerance * this.size()) || this.radius < 1e-300) return 'settled';
    }
  }

  private moved(step: Float64Array): Float64Array {
    return this.p.map((value, j) => value + step[j]! / this.scale[j]!);
  }

  /** Takes the step or shrinks the radius; undefined to try again. */
  private judge(linear: Linear, stepLength: number, trial: Float64Array): 'moved' | 'settled' | undefined {
    const residuals = this.problem.residualsOnly?.(trial.slice()) ?? this.problem.residualsAndJacobian(trial.slice()).residuals;
    const sse = squares(residuals);
    const predicted = this.predictedShare(linear, stepLength);
    const actual = Number.isFinite(sse) ? 1 - sse / this.sse : -Infinity;
    const ratio = predicted > 0 ? actual / predicted : 0;
    this.resize(ratio, actual, linear, stepLength);
    if (!(ratio >= 1e-4)) return undefined;
    const at = this.problem.residualsAndJacobian(trial.slice());
    if (!usable(at)) {
      this.radius = 0.25 * stepLength;
      return undefined;
    }
    this.p = trial;
    this.at = at;
    this.sse = sse;
    if (sse === 0 || stepLength <= this.tolerance * this.size()) return 'settled';
    return predicted <= 1e-28 && actual <= 1e-28 ? 'settled' : 'moved';
  }

  /** Share of the sum of squares that the linear model says this step takes away. */
  private predictedShare({ svd, projected, rank }: Linear, stepLength: number): number {
    let sum = 0;
    for (let k = 0; k < rank; k++) {
      const s2 = svd.values[k]! ** 2;
      sum += (s2 * projected[k]! / (s2 + this.damping)) ** 2;
    }
    return (sum + 2 * this.damping * stepLength ** 2) / this.sse;
  }

  /** Moré's rules for the trust radius. */
  private resize(ratio: number, actual: number, { svd, projected, rank }: Linear, stepLength: number): void {
    if (ratio <= 0.25) {
      let along = 0;
      for (let k = 0; k < rank; k++) along -= (svd.values[k]! * projected[k]!) ** 2 / (svd.values[k]! ** 2 + this.damping);
      along /= this.sse;
      let factor = actual >= 0 ? 0.5 : (0.5 * along) / (along + 0.5 * actual);
      if (!(factor >= 0.1)) factor = 0.1;
      this.radius = factor * Math.min(this.radius, stepLength * 10);
      this.damping /= factor;
    } else if (this.damping === 0 || ratio >= 0.75) {
      this.radius = stepLength * 2;
      this.damping *= 0.5;
    }
  }

  /**
   * Undamped steps while they keep getting shorter. Sums of squares are flat to rounding within 1e-8 standard errors of the
   * minimum; the steps themselves are not, and bring the last digits.
   */
  private polish(): void {
    let last = Infinity;
    for (let k = 0; k < 100 && this.sse > 0; k++) {
      const linear = this.linearise();
      const step = scaledStep(linear, 0, this.m);
      const now = length(step);
      if (!(now < 0.95 * last)) return;
      const trial = this.moved(step);
      const at = this.problem.residualsAndJacobian(trial.slice());
      if (!usable(at) || squares(at.residuals) > this.sse * (1 + 1e-11) + 1e-300) return;
      this.p = trial;
      this.at = at;
      this.sse = squares(at.residuals);
      if (now <= 1e-17 * this.size()) return;
      last = now;
    }
  }

  private solution(converged: boolean, iterations: number): LeastSquaresSolution {
    const { m, p, sse } = this;
    const covariance = new Float64Array(m * m);
    if (sse === Infinity || m === 0) {
      return { parameters: p, sse, covariance, columnLengths: new Float64Array(m), rank: 0, undetermined: [...p.keys()], smallestShare: 0, converged, iterations };
    }
    const unit = Float64Array.from(this.at.jacobian, column => length(column) || 1);
    const { svd, rank } = reduce(this.at, unit);
    for (let k = 0; k < rank; k++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          covariance[j * m + i]! += (svd.v[k * m + i]! / unit[i]! / svd.values[k]!) * (svd.v[k * m + j]! / unit[j]! / svd.values[k]!);
        }
      }
    }
    const undetermined: number[] = [];
    for (let j = 0; j < m; j++) for (let k = rank; k < m; k++) if (Math.abs(svd.v[k * m + j]!) > 1e-3 && !undetermined.includes(j)) undetermined.push(j);
    return { parameters: p, sse, covariance, columnLengths: unit, rank, undetermined, smallestShare: svd.values[m - 1]! / (svd.values[0]! || 1), converged, iterations };
  }
}

/** QR of the scaled Jacobian beside the residuals, then the singular values of the triangle. */
function reduce({ residuals, jacobian }: Residuals, scale: Float64Array): Linear {
  const m = jacobian.length;
  const n = residuals.length;
  const block = new Float64Array(n * (m + 1));
  jacobian.forEach((column, j) => {
    for (let i = 0; i < n; i++) block[j * n + i] = column[i]! / scale[j]!;
  });
  block.set(residuals, m * n);
  const factor = new RFactor(m + 1);
  factor.add(block, n, n);
  const r = new Float64Array(m * m);
  for (let j = 0; j < m; j++) for (let i = 0; i <= j; i++) r[j * m + i] = factor.r[j * (m + 1) + i]!;
  const svd = jacobiSvd(r, m);
  const projected = new Float64Array(m);
  for (let k = 0; k < m; k++) for (let i = 0; i < m; i++) projected[k]! += svd.u[k * m + i]! * factor.r[m * (m + 1) + i]!;
  let rank = 0;
  while (rank < Math.min(m, n) && svd.values[rank]! > rankTolerance * svd.values[0]!) rank++;
  return { svd, projected, rank, remainder: factor.r[m * (m + 1) + m]! ** 2 };
}

/** The x that makes ‖residuals + J x‖ least, the shortest in unit columns where J lacks rank; J's columns must be finite. */
export function solveLinear(of: Residuals): { solution: Float64Array; rank: number; sse: number } {
  const m = of.jacobian.length;
  const scale = Float64Array.from(of.jacobian, column => length(column) || 1);
  const linear = reduce(of, scale);
  const solution = scaledStep(linear, 0, m);
  for (let j = 0; j < m; j++) solution[j]! /= scale[j]!;
  let sse = linear.remainder;
  for (let k = linear.rank; k < m; k++) sse += linear.projected[k]! ** 2;
  return { solution, rank: linear.rank, sse };
}

/** −(JᵀJ + λ)⁻¹ Jᵀ r in scaled parameters. */
function scaledStep({ svd, projected, rank }: Linear, damping: number, m: number): Float64Array {
  const step = new Float64Array(m);
  for (let k = 0; k < rank; k++) {
    const s = svd.values[k]!;
    const along = (s * projected[k]!) / (s * s + damping);
    for (let j = 0; j < m; j++) step[j]! -= along * svd.v[k * m + j]!;
  }
  return step;
}

/** The damping at which the step is as long as the radius, within a tenth; 0 where the undamped one is short enough. */
function dampingFor({ svd, projected, rank }: Linear, radius: number, guess: number): number {
  const stepLength = (damping: number): { length: number; slope: number } => {
    let square = 0;
    let slope = 0;
    for (let k = 0; k < rank; k++) {
      const d = svd.values[k]! ** 2 + damping;
      const part = (svd.values[k]! * projected[k]! / d) ** 2;
      square += part;
      slope += part / d;
    }
    const size = Math.sqrt(square);
    return { length: size, slope: slope / (size || 1) };
  };
  if (stepLength(0).length <= 1.1 * radius) return 0;
  let gradient = 0;
  for (let k = 0; k < rank; k++) gradient += (svd.values[k]! * projected[k]!) ** 2;
  let low = 0;
  let high = Math.sqrt(gradient) / radius;
  let damping = guess > 0 && guess < high ? guess : 1e-3 * high;
  for (let k = 0; k < 60; k++) {
    const { length: now, slope } = stepLength(damping);
    if (Math.abs(now - radius) <= 0.1 * radius) break;
    if (now > radius) low = damping;
    else high = damping;
    const next = damping + ((now - radius) / radius) * (now / slope);
    damping = next > low && next < high ? next : Math.sqrt(Math.max(low, 1e-12 * high) * high);
  }
  return damping;
}

function usable({ residuals, jacobian }: Residuals): boolean {
  if (!Number.isFinite(squares(residuals))) return false;
  return jacobian.every(column => Number.isFinite(squares(column)));
}

function squares(of: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < of.length; i++) sum += of[i]! * of[i]!;
  return sum;
}

const length = (of: Float64Array): number => Math.sqrt(squares(of));
