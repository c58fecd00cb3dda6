/** Ridge regression for a whole path of penalties from one tridiagonal reduction of the smaller of ZᵀZ and ZZᵀ. */
import type { WorkContext } from '../../context';
import { rotateIn, rotateOut, solveShifted, traceInverseShifted, tridiagonalise } from '../../math/tridiagonal';
import type { Standardised } from './solveStandardised';

export interface RidgePath {
  /** Standardised coefficients, one array per penalty. */
  readonly standardised: Float64Array[];
  /** Effective degrees of freedom tr[Z(ZᵀZ+αI)⁻¹Zᵀ], without the intercept. */
  readonly df: Float64Array;
}

/** Minimises ‖y − Zw‖² + α‖w‖² for each α > 0. */
export async function ridgePath(problem: Standardised, alphas: Float64Array, context: WorkContext): Promise<RidgePath> {
  return problem.gram ? fromGram(problem, problem.gram, alphas, context) : fromRows(problem, alphas, context);
}

async function fromGram({ n, p, zy }: Standardised, gram: Float64Array, alphas: Float64Array, context: WorkContext): Promise<RidgePath> {
  // (G + α/n) w = Z'y/n
  const t = await tridiagonalise(gram.slice(), p, context);
  const right = rotateIn(t, zy.slice());
  const standardised: Float64Array[] = [];
  const df = new Float64Array(alphas.length);
  for (let k = 0; k < alphas.length; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const shift = alphas[k] / n;
    standardised.push(rotateOut(t, solveShifted(t, shift, right)));
    df[k] = p - shift * traceInverseShifted(t, shift);
  }
  return { standardised, df };
}

async function fromRows(problem: Standardised, alphas: Float64Array, context: WorkContext): Promise<RidgePath> {
  const { n, p } = problem;
  const z = problem.z!;
  const kernel = await rowProducts(z, n, p, context);
  const t = await tridiagonalise(kernel, n, context);
  const right = rotateIn(t, problem.y!.slice());
  const standardised: Float64Array[] = [];
  const df = new Float64Array(alphas.length);
  for (let k = 0; k < alphas.length; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const dual = rotateOut(t, solveShifted(t, alphas[k], right));
    const w = new Float64Array(p);
    for (let j = 0; j < p; j++) {
      let s = 0;
      for (let i = 0, at = j * n; i < n; i++) s += z[at + i] * dual[i];
      w[j] = s;
    }
    standardised.push(w);
    df[k] = n - alphas[k] * traceInverseShifted(t, alphas[k]);
  }
  return { standardised, df };
}

/** Z Zᵀ (n × n, full) of Z (n × p, column-major). */
export async function rowProducts(z: Float64Array, n: number, p: number, context: WorkContext): Promise<Float64Array> {
  const kernel = new Float64Array(n * n);
  for (let j = 0; j < p; j++) {
    const pause = context.breathe();
    if (pause) await pause;
    const at = j * n;
    for (let a = 0; a < n; a++) {
      const x = z[at + a];
      if (x === 0) continue;
      const row = a * n;
      for (let b = a; b < n; b++) kernel[row + b] += x * z[at + b];
    }
  }
  for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) kernel[b * n + a] = kernel[a * n + b];
  return kernel;
}
