/** One pass over the rows of a multinomial likelihood: deviance, gradient and Hessian at given coefficients. */
import type { WorkContext } from '../../context';
import { blockRows } from '../../math/columns';
import { addCross, addGram, mirror } from '../../math/gram';
import type { SparseGram } from '../../math/sparseGram';
import { packBlock, rowOf, sparseGram } from './solvePass';
import type { BinaryData } from './solvePass';

/** As BinaryData, with y the class index of each row; class 0 is the reference when `free` = classes − 1. */
export interface MultinomialData extends BinaryData {
  readonly classes: number;
  /** Number of classes with coefficients: classes − 1 (the first has none) or all (symmetric). */
  readonly free: number;
}

export interface MultinomialPass {
  readonly deviance: number;
  /** free × q, class by class. */
  readonly gradient: Float64Array;
  /** (free·q)², full; empty when not wanted. */
  readonly hessian: Float64Array;
  /** Σ p_k z zᵀ, q × q upper, class by class: blocks of an upper bound of the Hessian. */
  readonly diagonal: Float64Array;
  /** Rows whose own class does not have strictly the largest linear predictor. */
  readonly wrong: number;
  /** Σ p(1−p) over rows and classes. */
  readonly weight: number;
}

/** Blocks of the pass, shared by the steps below. */
class Workspace {
  readonly block: Float64Array;
  readonly weighted: Float64Array;
  /** Linear predictors, then probabilities: class k at k·blockRows. */
  readonly p: Float64Array;
  readonly weights = new Float64Array(blockRows);

  constructor(q: number, classes: number, products: number) {
    this.block = new Float64Array(blockRows * q);
    this.weighted = new Float64Array(blockRows * products);
    this.p = new Float64Array(blockRows * classes);
  }
}

/** Deviance, gradient and (unless `order` is false; only its bound for 'blocks') Hessian of −log-likelihood at beta (free × q, class by class). */
export async function multinomialPass(data: MultinomialData, beta: Float64Array, context: WorkContext, order: boolean | 'blocks' = true): Promise<MultinomialPass> {
  const { classes, free } = data;
  const hessian = order === true;
  const q = beta.length / free;
  const work = new Workspace(q, classes, order ? beta.length : 0);
  const gradient = new Float64Array(beta.length);
  const matrix = new Float64Array(hessian ? beta.length * beta.length : 0);
  const diagonal = new Float64Array(order ? free * q * q : 0);
  const sums = new Float64Array(3); // loss, wrong, weight
  const sparse = order ? sparseHessian(data, hessian) : undefined;
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, work.block);
    predictors(data, beta, q, count, work);
    probabilities(data, start, count, work.p, sums);
    addGradient(data, start, count, q, work, gradient);
    if (sparse) addSparse(data, start, count, work, sparse);
    else if (order) addHessian(data, count, q, work, hessian ? matrix : undefined, diagonal);
  }
  sparse?.forEach(({ k, l, gram }) => {
    if (l === undefined) gram.finish(diagonal.subarray(k * q * q, (k + 1) * q * q), q);
    else gram.finish(matrix, beta.length, k * q, l * q, k < l);
  });
  if (hessian) assembleHessian(matrix, diagonal, free, q);
  return { deviance: 2 * sums[0], gradient, hessian: matrix, diagonal, wrong: sums[1], weight: sums[2] };
}

function predictors({ classes, free }: MultinomialData, beta: Float64Array, q: number, count: number, { block, p }: Workspace): void {
  const first = classes - free;
  p.fill(0);
  for (let k = 0; k < free; k++) {
    const out = (k + first) * blockRows;
    for (let j = 0; j < q; j++) {
      const b = beta[k * q + j];
      if (b === 0) continue;
      const at = j * blockRows;
      for (let i = 0; i < count; i++) p[out + i] += b * block[at + i];
    }
  }
}

/** Turns linear predictors into probabilities by log-sum-exp; sums loss, wrong rows and weights. */
function probabilities(data: MultinomialData, start: number, count: number, p: Float64Array, sums: Float64Array): void {
  const { classes, y, rows } = data;
  for (let i = 0; i < count; i++) {
    const own = y[rows ? rows[start + i] : start + i];
    const mine = p[own * blockRows + i];
    let largest = -Infinity;
    let rival = -Infinity;
    for (let k = 0; k < classes; k++) {
      const e = p[k * blockRows + i];
      if (e > largest) largest = e;
      if (k !== own && e > rival) rival = e;
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const t = Math.exp(p[k * blockRows + i] - largest);
      p[k * blockRows + i] = t;
      sum += t;
    }
    // The loss of a well-fitted row is log1p of the others' share, which Math.log(sum) would round away.
    const others = sum - p[own * blockRows + i];
    sums[0] += mine === largest && others < 0.5 ? Math.log1p(othersOf(p, own, i, classes)) : Math.log(sum) + largest - mine;
    if (!(mine > rival)) sums[1]++;
    for (let k = 0; k < classes; k++) {
      const share = p[k * blockRows + i] / sum;
      p[k * blockRows + i] = share;
      sums[2] += share * (1 - share);
    }
  }
}

function othersOf(p: Float64Array, own: number, i: number, classes: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) if (k !== own) sum += p[k * blockRows + i];
  return sum;
}

/** Σ z (1[y = k] − p_k). */
function addGradient(data: MultinomialData, start: number, count: number, q: number, { block, p, weights }: Workspace, gradient: Float64Array): void {
  const { classes, free, y, rows } = data;
  const first = classes - free;
  for (let k = 0; k < free; k++) {
    const at = (k + first) * blockRows;
    for (let i = 0; i < count; i++) weights[i] = (y[rows ? rows[start + i] : start + i] === k + first ? 1 : 0) - p[at + i];
    for (let j = 0; j < q; j++) {
      let s = 0;
      for (let i = 0, column = j * blockRows; i < count; i++) s += block[column + i] * weights[i];
      gradient[k * q + j] += s;
    }
  }
}

/**
 * Hessian blocks (k, l) = Σ p_k (1[k = l] − p_l) z zᵀ: the diagonal blocks' first terms into `diagonal` (q² per class),
 * and the products of all columns p_k z_j with each other into `products`.
 */
function addHessian({ classes, free }: MultinomialData, count: number, q: number, work: Workspace, products: Float64Array | undefined, diagonal: Float64Array): void {
  const { block, weighted, p } = work;
  const first = classes - free;
  for (let k = 0; k < free; k++) {
    const pk = (k + first) * blockRows;
    const base = k * q * blockRows;
    for (let j = 0; j < q; j++) {
      const to = base + j * blockRows;
      const from = j * blockRows;
      for (let i = 0; i < count; i++) weighted[to + i] = block[from + i] * p[pk + i];
    }
    addCross(weighted.subarray(base, base + q * blockRows), block, blockRows, count, q, diagonal.subarray(k * q * q, (k + 1) * q * q));
  }
  if (products) addGram(weighted, blockRows, count, free * q, products);
}

/** One sum of the Hessian: Σ p_k z zᵀ where l is absent, Σ p_k p_l z zᵀ for k ≤ l otherwise (class places among the free ones). */
interface SparseSum { readonly k: number; readonly l?: number; readonly gram: SparseGram }

/** The sums of the Hessian (or of its diagonal blocks' bound alone) for a design with many dummy columns. */
function sparseHessian(data: MultinomialData, products: boolean): SparseSum[] | undefined {
  const all: SparseSum[] = [];
  const add = (k: number, l?: number): boolean => {
    const gram = sparseGram(data);
    if (gram) all.push({ k, l, gram });
    return gram !== undefined;
  };
  for (let k = 0; k < data.free; k++) {
    if (!add(k)) return undefined;
    if (products) for (let l = k; l < data.free; l++) add(k, l);
  }
  return all;
}

function addSparse(data: MultinomialData, start: number, count: number, { block, p, weights }: Workspace, sums: readonly SparseSum[]): void {
  const first = data.classes - data.free;
  const row = rowOf(data, start);
  for (const { k, l, gram } of sums) {
    const pk = (k + first) * blockRows;
    const pl = l === undefined ? -1 : (l + first) * blockRows;
    for (let i = 0; i < count; i++) weights[i] = pl < 0 ? p[pk + i] : p[pk + i] * p[pl + i];
    gram.add(block, count, weights, row);
  }
}

/** diagonal − products, full. */
function assembleHessian(products: Float64Array, diagonal: Float64Array, free: number, q: number): Float64Array {
  const m = free * q;
  for (let j = 0; j < m; j++) for (let i = 0; i <= j; i++) products[j * m + i] = -products[j * m + i];
  for (let k = 0; k < free; k++) {
    for (let j = 0; j < q; j++) for (let i = 0; i <= j; i++) products[(k * q + j) * m + k * q + i] += diagonal[k * q * q + j * q + i];
  }
  return mirror(products, m);
}

/**
 * Hessian of −log-likelihood between some coefficients only: `at` lists places in beta (class·q + column), ascending.
 * at.length², full.
 */
export async function multinomialHessian(data: MultinomialData, beta: Float64Array, at: Int32Array, context: WorkContext): Promise<Float64Array> {
  const { classes, free } = data;
  const q = beta.length / free;
  const m = at.length;
  const work = new Workspace(q, classes, m);
  const plain = new Float64Array(blockRows * m);
  const products = new Float64Array(m * m);
  const groups = classGroups(at, q, free);
  const sums = new Float64Array(3);
  for (let start = 0; start < data.n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, work.block);
    predictors(data, beta, q, count, work);
    probabilities(data, start, count, work.p, sums);
    for (let c = 0; c < m; c++) {
      const k = Math.floor(at[c] / q);
      const from = (at[c] - k * q) * blockRows;
      const share = (k + classes - free) * blockRows;
      for (let i = 0, to = c * blockRows; i < count; i++) {
        const z = work.block[from + i];
        plain[to + i] = z;
        work.weighted[to + i] = z * work.p[share + i];
      }
    }
    for (const { from, size, sum } of groups) {
      const part = [from * blockRows, (from + size) * blockRows] as const;
      addCross(work.weighted.subarray(...part), plain.subarray(...part), blockRows, count, size, sum);
    }
    addGram(work.weighted, blockRows, count, m, products);
  }
  for (let i = 0; i < products.length; i++) products[i] = -products[i];
  for (const { from, size, sum } of groups) {
    for (let j = 0; j < size; j++) for (let i = 0; i <= j; i++) products[(from + j) * m + from + i] += sum[j * size + i];
  }
  return mirror(products, m);
}

/** Stretches of `at` that belong to one class, each with room for its own sum. */
function classGroups(at: Int32Array, q: number, free: number): { from: number; size: number; sum: Float64Array }[] {
  const groups: { from: number; size: number; sum: Float64Array }[] = [];
  let from = 0;
  for (let k = 0; k < free; k++) {
    let end = from;
    while (end < at.length && at[end] < (k + 1) * q) end++;
    if (end > from) groups.push({ from, size: end - from, sum: new Float64Array((end - from) ** 2) });
    from = end;
  }
  return groups;
}

/** Whether a direction (free × q) never lowers and somewhere raises the likelihood; see solveSeparation. */
export async function verifyMultinomial(
  data: MultinomialData, candidate: Float64Array, context: WorkContext,
): Promise<{ complete: boolean; rows: number; direction: Float64Array } | undefined> {
  const { classes, free, y, rows, n } = data;
  let size = 0;
  for (const d of candidate) size = Math.max(size, Math.abs(d));
  if (!(size > 0 && Number.isFinite(size))) return undefined;
  const direction = candidate.map((d) => d / size);
  const q = direction.length / free;
  const work = new Workspace(q, classes, 0);
  const least = new Float64Array(n);
  const most = new Float64Array(n);
  let largest = 0;
  let lowest = Infinity;
  for (let start = 0; start < n; start += blockRows) {
    const pause = context.breathe();
    if (pause) await pause;
    const count = packBlock(data, start, work.block);
    predictors(data, direction, q, count, work);
    for (let i = 0; i < count; i++) {
      const own = y[rows ? rows[start + i] : start + i];
      let low = Infinity;
      let high = -Infinity;
      for (let k = 0; k < classes; k++) {
        if (k === own) continue;
        const margin = work.p[own * blockRows + i] - work.p[k * blockRows + i];
        if (margin < low) low = margin;
        if (margin > high) high = margin;
      }
      least[start + i] = low;
      most[start + i] = high;
      if (high > largest) largest = high;
      if (low < lowest) lowest = low;
    }
  }
  if (!(largest > 0) || lowest < -1e-6 * largest) return undefined;
  let separated = 0;
  for (let i = 0; i < n; i++) if (most[i] > 1e-6 * largest) separated++;
  return { complete: lowest > 1e-9 * largest, rows: separated, direction };
}
