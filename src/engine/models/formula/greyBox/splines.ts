/** A sum of smooth curves, one a column: penalised cubic B-splines (Eilers & Marx 1996), the penalty by generalised cross-validation. */
import { cholesky, choleskySolve, invertUpper } from '../../../math/cholesky';

const intervals = 10;
const size = intervals + 3;
/** Penalties that are tried, times the rows. */
const penalties = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1];
/** Keeps the equations solvable: the curves may be moved up and down against each other. */
const ridge = 1e-8;

/** Fitted on the places `train`; gives the curves' sum at any places of the columns. Values beyond those of the fit are taken as its nearest. */
export function fitSplines(columns: readonly Float64Array[], target: Float64Array, train: Int32Array): (places: Int32Array) => Float64Array {
  const ranges = columns.map(column => train.reduce<[number, number]>(([low, high], i) => [Math.min(low, column[i]!), Math.max(high, column[i]!)], [Infinity, -Infinity]));
  const used = columns.flatMap((column, k) => (ranges[k]![1] > ranges[k]![0] ? [{ column, low: ranges[k]![0], high: ranges[k]![1] }] : []));
  const mean = train.reduce((sum, i) => sum + target[i]!, 0) / Math.max(1, train.length);
  const p = used.length * size;
  const weights = p === 0 ? new Float64Array(0) : solve(used, p, target, train, mean);
  return places => Float64Array.from(places, i => mean + sumAt(used, weights, i));
}

interface Axis { readonly column: Float64Array; readonly low: number; readonly high: number }

function sumAt(axes: readonly Axis[], weights: Float64Array, i: number): number {
  let sum = 0;
  axes.forEach((axis, a) => basisAt(axis, i, (k, value) => { sum += value * weights[a * size + k]!; }));
  return sum;
}

/** The four cubic B-splines on equal steps that are not 0 at the value. */
function basisAt({ column, low, high }: Axis, i: number, visit: (k: number, value: number) => void): void {
  const at = Math.min(intervals - 1e-9, Math.max(0, ((column[i]! - low) / (high - low)) * intervals));
  const first = Math.floor(at);
  const t = at - first;
  const s = 1 - t;
  visit(first, (s * s * s) / 6);
  visit(first + 1, (3 * t * t * t - 6 * t * t + 4) / 6);
  visit(first + 2, (3 * s * s * s - 6 * s * s + 4) / 6);
  visit(first + 3, (t * t * t) / 6);
}

function solve(axes: readonly Axis[], p: number, target: Float64Array, train: Int32Array, mean: number): Float64Array {
  const gram = new Float64Array(p * p);
  const right = new Float64Array(p);
  let total = 0;
  const cells: number[] = [];
  const values: number[] = [];
  for (const i of train) {
    cells.length = values.length = 0;
    axes.forEach((axis, a) => basisAt(axis, i, (k, value) => { cells.push(a * size + k); values.push(value); }));
    const y = target[i]! - mean;
    total += y * y;
    for (let a = 0; a < cells.length; a++) {
      right[cells[a]!]! += values[a]! * y;
      for (let b = 0; b < cells.length; b++) gram[cells[a]! * p + cells[b]!]! += values[a]! * values[b]!;
    }
  }
  let best: { score: number; weights: Float64Array } = { score: Infinity, weights: new Float64Array(p) };
  for (const penalty of penalties) {
    const found = solveFor(gram, right, p, penalty * train.length, train.length, total);
    if (found && found.score < best.score) best = found;
  }
  return best.weights;
}

/** Generalised cross-validation: n SSE / (n − trace of the hat matrix)². */
function solveFor(gram: Float64Array, right: Float64Array, p: number, penalty: number, n: number, total: number): { score: number; weights: Float64Array } | undefined {
  const root = gram.slice();
  for (let from = 0; from < p; from += size) {
    for (let k = 0; k + 2 < size; k++) {
      for (const [a, u] of seconds) for (const [b, v] of seconds) root[(from + k + a) * p + from + k + b]! += penalty * u * v;
    }
  }
  for (let k = 0; k < p; k++) root[k * p + k]! += ridge * n;
  if (!(cholesky(root, p) > 0)) return undefined;
  const weights = choleskySolve(root, p, right.slice());
  const inverse = invertUpper(root, p);
  // tr(G A⁻¹), A⁻¹ = R⁻¹R⁻ᵀ: Σ over the columns r of R⁻¹ of rᵀ G r.
  let trace = 0;
  let fit = 0;
  for (let a = 0; a < p; a++) {
    let along = 0;
    for (let b = 0; b < p; b++) along += gram[a * p + b]! * weights[b]!;
    fit += weights[a]! * (2 * right[a]! - along);
  }
  for (let c = 0; c < p; c++) for (let a = 0; a <= c; a++) {
    const left = inverse[c * p + a]!;
    if (left !== 0) for (let b = 0; b <= c; b++) trace += left * gram[a * p + b]! * inverse[c * p + b]!;
  }
  const freedom = n - 1 - trace;
  return freedom > 1 ? { score: (n * Math.max(0, total - fit)) / freedom ** 2, weights } : undefined;
}

/** Second differences. */
const seconds = [[0, 1], [1, -2], [2, 1]] as const;
