/** Largest eigenvalues of a symmetric matrix that is known only by its products with vectors (Lanczos 1950). */
import type { WorkContext } from '../context';
import { symmetricEigen } from './eigen';
import { Rng } from './random';

/** Writes A v into `out`. */
export type SymmetricProduct = (v: Float64Array, out: Float64Array) => void;

export interface LanczosOptions {
  /** Eigenvalues asked for; 1 unless told. */
  readonly count?: number;
  /** Products at most; 100 unless told, never more than the size. */
  readonly maxProducts?: number;
  /** Ends when every residual is at most this times the largest |eigenvalue|; 1e-8 unless told. */
  readonly tolerance?: number;
  /** Start, e.g. an eigenvector of a matrix nearby; random otherwise. */
  readonly start?: Float64Array;
  readonly seed?: number;
}

export interface RitzPair {
  readonly value: number;
  /** Unit vector. */
  readonly vector: Float64Array;
  /** ‖A v − value · v‖: an eigenvalue lies within it of `value`. */
  readonly residual: number;
}

export interface LanczosResult {
  /** The algebraically largest, descending. */
  readonly pairs: readonly RitzPair[];
  readonly products: number;
  readonly converged: boolean;
}

/**
 * Lanczos with full reorthogonalisation (twice; Parlett, The Symmetric Eigenvalue Problem, 1998, 13.3), so no copies of converged
 * eigenvalues appear. Where the Krylov space ends early, it goes on from a random vector outside of it: repeated eigenvalues are found.
 */
export async function lanczos(product: SymmetricProduct, size: number, options: LanczosOptions, context: WorkContext): Promise<LanczosResult> {
  const { count = 1, maxProducts = 100, tolerance = 1e-8, start, seed = 1 } = options;
  const rng = new Rng(seed).fork('lanczos');
  const most = Math.min(size, maxProducts);
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const off: number[] = [];
  let v = startVector(start, size, rng);
  let result: LanczosResult = { pairs: [], products: 0, converged: size === 0 };
  for (let k = 0; k < most; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    basis.push(v);
    const w = new Float64Array(size);
    product(v, w);
    diagonal.push(dot(v, w));
    orthogonalise(w, basis);
    const beta = Math.sqrt(dot(w, w));
    if (!Number.isFinite(beta)) return { ...result, products: k + 1, converged: false };
    const scale = Math.max(...diagonal.map(Math.abs), ...off);
    const ended = beta <= 1e-13 * scale || k + 1 === size;
    if (k + 1 === most || ended || shouldLook(k + 1, count)) {
      result = await ritz(basis, diagonal, off, ended ? 0 : beta, count, tolerance, context);
      // An early end says nothing about repeated eigenvalues: with only one asked for they do not matter.
      if (result.converged && (!ended || count === 1 || k + 1 === size)) return result;
    }
    off.push(ended ? 0 : beta);
    v = ended ? outside(basis, size, rng) : w.map(x => x / beta);
  }
  return result;
}

/** The small eigenproblem is solved at every fourth product, which keeps its cost below that of the products. */
function shouldLook(products: number, count: number): boolean {
  return products >= Math.max(4, count) && products % 4 === 0;
}

async function ritz(
  basis: readonly Float64Array[], diagonal: readonly number[], off: readonly number[], beta: number, count: number, tolerance: number, context: WorkContext,
): Promise<LanczosResult> {
  const k = basis.length;
  const t = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    t[i * k + i] = diagonal[i];
    if (i + 1 < k) t[i * k + i + 1] = t[(i + 1) * k + i] = off[i];
  }
  const { values, vectors } = await symmetricEigen(t, k, context);
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, count);
  const pairs = order.map(j => {
    const vector = new Float64Array(basis[0].length);
    for (let i = 0; i < k; i++) addScaled(vector, vectors[j * k + i], basis[i]);
    return { value: values[j], vector, residual: beta * Math.abs(vectors[j * k + k - 1]) };
  });
  const converged = pairs.length === Math.min(count, basis[0].length) && pairs.every(({ residual }) => residual <= tolerance * scale);
  return { pairs, products: k, converged };
}

function startVector(start: Float64Array | undefined, size: number, rng: Rng): Float64Array {
  const v = start ? start.slice() : Float64Array.from({ length: size }, () => rng.normal());
  const length = Math.sqrt(dot(v, v));
  return length > 0 && Number.isFinite(length) ? v.map(x => x / length) : startVector(undefined, size, rng);
}

function outside(basis: readonly Float64Array[], size: number, rng: Rng): Float64Array {
  const v = Float64Array.from({ length: size }, () => rng.normal());
  orthogonalise(v, basis);
  const length = Math.sqrt(dot(v, v));
  return v.map(x => x / length);
}

function orthogonalise(w: Float64Array, basis: readonly Float64Array[]): void {
  for (let turn = 0; turn < 2; turn++) for (const q of basis) addScaled(w, -dot(q, w), q);
}

function addScaled(to: Float64Array, factor: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
