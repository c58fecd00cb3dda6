/**
 * Lasso and elastic net along a path of penalties: minimises ½/n ‖y − Zw‖² + λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²). Coordinate descent on a
 * working set of columns that grows by violators of the optimality conditions (Friedman, Hastie & Tibshirani 2010); once
 * the signs have settled, the remaining linear system is solved directly, so solutions are exact to rounding.
 */
import type { WorkContext } from '../../context';
import { factorHessian, newtonStep } from '../../math/newton';

/** What the solver needs of a quadratic ½wᵀKw − bᵀw with K = Z'Z/n: entries of K and gradients. */
export interface Quadratic {
  readonly p: number;
  /** K[i, j]. */
  product(i: number, j: number): number;
  /** b − K w, where w is non-zero on `support` only. */
  gradient(w: Float64Array, support: readonly number[]): Float64Array;
}

export function gramQuadratic(gram: Float64Array, p: number, zy: Float64Array): Quadratic {
  return {
    p,
    product: (i, j) => gram[j * p + i],
    gradient(w, support) {
      const g = zy.slice();
      for (const k of support) {
        const x = w[k];
        if (x !== 0) for (let j = 0, at = k * p; j < p; j++) g[j] -= x * gram[at + j];
      }
      return g;
    },
  };
}

export function rowsQuadratic(z: Float64Array, n: number, p: number, y: Float64Array): Quadratic {
  return {
    p,
    product(i, j) {
      let s = 0;
      for (let r = 0, a = i * n, b = j * n; r < n; r++) s += z[a + r] * z[b + r];
      return s / n;
    },
    gradient(w, support) {
      const residual = y.slice();
      for (const k of support) {
        const x = w[k];
        if (x !== 0) for (let r = 0, at = k * n; r < n; r++) residual[r] -= x * z[at + r];
      }
      const g = new Float64Array(p);
      for (let j = 0; j < p; j++) {
        let s = 0;
        for (let r = 0, at = j * n; r < n; r++) s += z[at + r] * residual[r];
        g[j] = s / n;
      }
      return g;
    },
  };
}

/** Relative slack of the optimality conditions. */
const slack = 1e-9;
const manySweeps = 20000;
/** Violators taken into the working set at once. */
const mostAdded = 50;

/** A working set with its part of K, kept along the path. */
export class WorkingSet {
  readonly columns: number[] = [];
  private readonly index: Int32Array;
  /** Rows of K over the working set, each with room to grow. */
  private rows: Float64Array[] = [];
  private room = 0;

  constructor(private readonly quadratic: Quadratic) {
    this.index = new Int32Array(quadratic.p).fill(-1);
  }

  add(j: number): void {
    if (this.index[j] >= 0) return;
    const m = this.columns.length;
    if (m === this.room) {
      this.room = Math.max(32, 2 * this.room);
      this.rows = this.rows.map((row) => {
        const longer = new Float64Array(this.room);
        longer.set(row);
        return longer;
      });
    }
    this.index[j] = m;
    this.columns.push(j);
    const row = new Float64Array(this.room);
    for (let a = 0; a <= m; a++) {
      const k = this.quadratic.product(this.columns[a], j);
      row[a] = k;
      if (a < m) this.rows[a][m] = k;
    }
    this.rows.push(row);
  }

  row(a: number): Float64Array {
    return this.rows[a];
  }
}

/** Soft threshold. */
function shrink(x: number, by: number): number {
  return x > by ? x - by : x < -by ? x + by : 0;
}

/**
 * Solves for one pair of penalties (l1 on |w|, l2 on ½w²) from the start w, which is changed. Columns marked in `free`
 * are not penalised. Returns the gradient b − Kw at the solution.
 */
export async function solveLasso(
  quadratic: Quadratic, set: WorkingSet, w: Float64Array, l1: number, l2: number, context: WorkContext, free?: Uint8Array, precision = 1e-11,
  mostSweeps = manySweeps,
): Promise<Float64Array> {
  let gradient = quadratic.gradient(w, set.columns);
  for (let round = 0; round < 1000; round++) {
    await solveWorking(set, w, gradient, l1, l2, context, free, precision, mostSweeps);
    gradient = quadratic.gradient(w, set.columns);
    if (!addViolators(quadratic.p, set, w, gradient, l1, free)) break;
  }
  return gradient;
}

/** Adds the columns that violate optimality most; false when there are none outside of the set. */
function addViolators(p: number, set: WorkingSet, w: Float64Array, gradient: Float64Array, l1: number, free?: Uint8Array): boolean {
  const inside = new Uint8Array(p);
  for (const j of set.columns) inside[j] = 1;
  const violators: number[] = [];
  for (let j = 0; j < p; j++) {
    const limit = free?.[j] ? 0 : l1;
    if (!inside[j] && w[j] === 0 && Math.abs(gradient[j]) > limit * (1 + slack) + 1e-300) violators.push(j);
  }
  if (violators.length === 0) return false;
  violators.sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a]));
  for (const j of violators.slice(0, Math.max(mostAdded, set.columns.length))) set.add(j);
  return true;
}

/** Coordinate descent on the working set, with direct solution once the signs hold. */
async function solveWorking(
  set: WorkingSet, w: Float64Array, start: Float64Array, l1: number, l2: number, context: WorkContext, free: Uint8Array | undefined, precision: number,
  mostSweeps: number,
): Promise<void> {
  const { columns } = set;
  const m = columns.length;
  const g = new Float64Array(m);
  const v = new Float64Array(m);
  const limit = new Float64Array(m);
  const square = new Float64Array(m);
  let size = 0;
  for (let a = 0; a < m; a++) {
    const j = columns[a];
    g[a] = start[j];
    v[a] = w[j];
    limit[a] = free?.[j] ? 0 : l1;
    square[a] = free?.[j] ? 0 : l2;
  }
  // A direct solution costs m³/3, a sweep m²: it is tried when the signs have settled, and for large m only if sweeps are slow.
  let next = m <= 150 ? 10 : 100;
  let settled = false;
  for (let sweep = 1; sweep <= mostSweeps; sweep++) {
    if ((sweep & 7) === 0) {
      const pause = context.breathe();
      if (pause) await pause;
    }
    let largest = 0;
    let crossed = false;
    for (let a = 0; a < m; a++) {
      const row = set.row(a);
      const k = row[a];
      if (!(k > 0)) continue;
      const old = v[a];
      const value = shrink(g[a] + k * old, limit[a]) / (k + square[a]);
      if (value === old) continue;
      v[a] = value;
      if (value * old <= 0) crossed = true;
      const change = value - old;
      for (let b = 0; b < m; b++) g[b] -= change * row[b];
      largest = Math.max(largest, change * change * k);
      size = Math.max(size, value * value * k);
    }
    if (largest <= precision * precision * size) break;
    if (crossed) settled = false;
    else if (sweep >= next || (m <= 150 && !settled && largest <= 1e-6 * size)) {
      if (polish(set, v, g, limit, square)) break;
      settled = true;
      if (sweep >= next) next = sweep * 2;
    }
  }
  for (let a = 0; a < m; a++) w[columns[a]] = v[a];
}

/** Solves the stationarity equations for the present signs; keeps the result only when signs and conditions hold. */
function polish(set: WorkingSet, v: Float64Array, g: Float64Array, limit: Float64Array, square: Float64Array): boolean {
  const active: number[] = [];
  for (let a = 0; a < v.length; a++) if (v[a] !== 0) active.push(a);
  const m = active.length;
  if (m === 0 || m > 600) return false;
  const k = new Float64Array(m * m);
  const right = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    const row = set.row(active[a]);
    for (let b = 0; b < m; b++) k[a * m + b] = row[active[b]];
    k[a * m + a] += square[active[a]];
    // Change of v that makes g − square·v = limit·sign(v).
    right[a] = g[active[a]] - square[active[a]] * v[active[a]] - limit[active[a]] * Math.sign(v[active[a]]);
  }
  const factor = factorHessian(k, m);
  if (!factor || factor.pivot < 1e-11) return false;
  const step = newtonStep(factor, right);
  for (let a = 0; a < m; a++) {
    const old = v[active[a]];
    if (limit[active[a]] > 0 && (old + step[a]) * old <= 0) return false;
  }
  const changed = g.slice();
  for (let a = 0; a < m; a++) {
    const row = set.row(active[a]);
    for (let b = 0; b < changed.length; b++) changed[b] -= step[a] * row[b];
  }
  for (let b = 0; b < v.length; b++) if (v[b] === 0 && Math.abs(changed[b]) > limit[b] * (1 + slack)) return false;
  for (let a = 0; a < m; a++) v[active[a]] += step[a];
  g.set(changed);
  return true;
}
