/** First-order accumulated local effects (Apley & Zhu 2020): what moving a feature a little does, added up along it. */
import { asCategories } from '../data/encoding/binding';
import { findColumn, type Column } from '../data/table';
import { aleGrid, binsOf, constantColumn, movedColumn, type AleGrid } from './aleGrid';
import type { ModelFunction } from './modelFunction';

export interface Ale {
  readonly feature: string;
  readonly kind: 'number' | 'date' | 'category';
  /** Numbers: z_0 … z_K; dates in milliseconds since 1970. Categories: 0 … L − 1, the places of `levels`. Empty when every cell is missing. */
  readonly edges: Float64Array;
  /** Categories: the levels in the order of accumulation, neighbours alike in the other features. */
  readonly levels?: readonly string[];
  /** At the edges, centred: the mean over the rows is 0. */
  readonly effect: Float64Array;
  /** Numbers: rows of each of the K bins (z_{k−1}, z_k], the first with z_0. Categories: rows of each level. */
  readonly counts: Int32Array;
  /** Effect at each row of the function, linear between edges. */
  readonly atRows: Float64Array;
  /** Effect where the cell is missing (against the middle of the curve, see docs/methods.md); absent when none is. */
  readonly missing?: number;
}

export interface AleOptions {
  /** Quantile bins of a numeric feature at most; ties make fewer. */
  readonly bins: number;
}

/**
 * f̃(z_k) = Σ_{l ≤ k} mean_{i in bin l} [f(z_l, x_i) − f(z_{l−1}, x_i)], minus its mean over the rows. Categories: the
 * difference of neighbouring levels is the mean over the rows of both. Two or three predictions of the function's rows. A
 * bin without a finite difference takes the slope of the bin before it (0 for the first). Constant feature: all 0.
 * `feature`: a column of that name; its cells are those of the function's rows.
 */
export function firstOrderAle(f: ModelFunction, feature: Column, options: AleOptions): Ale {
  return firstOrderAles([f], aleGrid(f.table, findColumn(f.table, feature.name) ?? feature, options.bins))[0];
}

/** The same of several functions of one model and the same rows (the classes, say), from the same predictions. */
export function firstOrderAles(functions: readonly ModelFunction[], grid: AleGrid): Ale[] {
  const [first] = functions;
  const lower = first.predict([movedColumn(grid, grid.kind === 'number' ? 0 : -1)]);
  const upper = first.predict([movedColumn(grid, 1)]);
  const hasMissing = grid.binOf.includes(-1) && grid.edges.length > 0;
  const middle = middleEdge(grid);
  const held = hasMissing ? first.predict([constantColumn(grid, middle)]) : undefined;
  return functions.map(f => {
    const effect = accumulate(grid, f.read(lower), f.read(upper), grid.kind === 'level' ? f.values() : undefined);
    const jump = held ? meanJump(grid, f.values(), f.read(held)) : undefined;
    return centred(grid, effect, jump === undefined ? undefined : effect[middle] + jump);
  });
}

/** The edge that missing cells are held against: the middle quantile, or the commonest level. */
function middleEdge(grid: AleGrid): number {
  if (grid.kind === 'number') return grid.edges.length >> 1;
  const counts = countRows(grid);
  return counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
}

/** Uncentred effect at the edges, 0 at the first. */
function accumulate(grid: AleGrid, lower: Float64Array, upper: Float64Array, own: Float64Array | undefined): Float64Array {
  const steps = Math.max(0, grid.edges.length - 1);
  const sums = new Float64Array(steps);
  const counts = new Float64Array(steps);
  const add = (step: number, difference: number): void => {
    if (step < 0 || step >= steps || !Number.isFinite(difference)) return;
    sums[step] += difference;
    counts[step]++;
  };
  for (let i = 0; i < lower.length; i++) {
    const bin = grid.binOf[i];
    if (bin < 0) continue;
    if (!own) {
      add(bin, upper[i] - lower[i]);
    } else {
      add(bin, upper[i] - own[i]);
      add(bin - 1, own[i] - lower[i]);
    }
  }
  const effect = new Float64Array(grid.edges.length);
  let slope = 0;
  for (let k = 0; k < steps; k++) {
    const width = grid.edges[k + 1] - grid.edges[k];
    const difference = counts[k] > 0 ? sums[k] / counts[k] : slope * width;
    if (counts[k] > 0) slope = difference / width;
    effect[k + 1] = effect[k] + difference;
  }
  return effect;
}

/** Mean over the rows without a value of f as it is minus f at the middle of the curve. */
function meanJump(grid: AleGrid, own: Float64Array, held: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < own.length; i++) {
    const difference = own[i] - held[i];
    if (grid.binOf[i] >= 0 || !Number.isFinite(difference)) continue;
    sum += difference;
    count++;
  }
  return count > 0 ? sum / count : 0;
}

function centred(grid: AleGrid, uncentred: Float64Array, missing: number | undefined): Ale {
  const { edges, column } = grid;
  const atRows = grid.kind === 'number' && column.storage === 'number'
    ? interpolate(edges, uncentred, grid.binOf, column.values, missing ?? 0)
    : Float64Array.from(grid.binOf, place => (place < 0 ? missing ?? 0 : uncentred[place]));
  const mean = atRows.length > 0 ? atRows.reduce((sum, v) => sum + v, 0) / atRows.length : 0;
  const shift = edges.length > 0 ? mean : 0;
  return {
    feature: column.name, kind: grid.kind === 'level' ? 'category' : column.kind === 'datetime' ? 'date' : 'number',
    edges, ...(grid.kind === 'level' && { levels: grid.levels }),
    effect: uncentred.map(v => v - shift), counts: countRows(grid), atRows: atRows.map(v => v - shift),
    ...(missing !== undefined && { missing: missing - shift }),
  };
}

function countRows(grid: AleGrid): Int32Array {
  const counts = new Int32Array(grid.kind === 'number' ? Math.max(0, grid.edges.length - 1) : grid.edges.length);
  for (const bin of grid.binOf) if (bin >= 0 && bin < counts.length) counts[bin]++;
  return counts;
}

function interpolate(edges: Float64Array, effect: Float64Array, binOf: Int32Array, values: Float64Array, missing: number): Float64Array {
  return Float64Array.from(values, (value, i) => {
    const bin = binOf[i];
    if (bin < 0) return missing;
    if (edges.length < 2) return 0;
    const share = Math.max(0, Math.min(1, (value - edges[bin]) / (edges[bin + 1] - edges[bin])));
    return effect[bin] + (effect[bin + 1] - effect[bin]) * share;
  });
}

/** The effect at the cells of a column of that feature, flat beyond the edges; 0 for levels that the curve does not have. */
export function aleAt(ale: Ale, column: Column): Float64Array {
  const missing = ale.missing ?? 0;
  if (ale.kind === 'category') {
    const { codes, levels } = asCategories(column);
    const place = new Map(ale.levels!.map((level, k) => [level, k]));
    const effects = Float64Array.from(levels, level => { const k = place.get(level); return k === undefined ? 0 : ale.effect[k]; });
    return Float64Array.from(codes, code => (code < 0 ? missing : effects[code]));
  }
  if (column.storage !== 'number') throw new Error(`${column.name} is no column of numbers`);
  if (ale.edges.length < 2) return new Float64Array(column.values.length);
  return interpolate(ale.edges, ale.effect, binsOf(column.values, ale.edges), column.values, missing);
}
