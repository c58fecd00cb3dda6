/** Second-order accumulated local effects (Apley & Zhu 2020): what two features do together beyond what each does alone. */
import { findColumn } from '../data/table';
import { aleGrid, movedColumn, type AleGrid } from './aleGrid';
import type { ModelFunction } from './modelFunction';

export interface Ale2 {
  readonly features: readonly [string, string];
  readonly grids: readonly [AleGrid, AleGrid];
  /** At the pairs of edges, (K₁ + 1) × (K₂ + 1), row-major; centred, and without the main effects of both. */
  readonly effect: Float64Array;
  /** Rows of each cell between edges, K₁ × K₂, row-major; for levels the rows of both neighbours. */
  readonly counts: Int32Array;
  /** At each row of the function; 0 where a cell is missing. */
  readonly atRows: Float64Array;
  /** Root mean square of `atRows`, in the function's unit. */
  readonly strength: number;
}

/**
 * Local second differences f(z_k, w_l) − f(z_{k−1}, w_l) − f(z_k, w_{l−1}) + f(z_{k−1}, w_{l−1}), averaged over the rows of
 * each cell and added up in both directions; then what of this sum is a main effect of one of the two is taken out (its own
 * first-order effects over the rows), and its mean over the rows. A cell without rows takes the mean second difference per
 * area of the nearest cell with rows. Levels step to both neighbours, as in the first order. 4 to 9 predictions of the rows.
 */
export function secondOrderAle(f: ModelFunction, first: string, second: string, options: { readonly bins: number }): Ale2 {
  const column = (name: string) => {
    const found = findColumn(f.table, name);
    if (!found) throw new Error(`the function does not read ${name}`);
    return found;
  };
  return interactionOf(f, aleGrid(f.table, column(first), options.bins), aleGrid(f.table, column(second), options.bins));
}

/** The same on given grids of the function's rows. */
export function interactionOf(f: ModelFunction, one: AleGrid, two: AleGrid): Ale2 {
  const cells = new Cells(one, two, f.rows);
  cells.add(f);
  const surface = cells.accumulated();
  const { effect, atRows } = withoutMainEffects(surface, one, two);
  const strength = Math.sqrt(atRows.reduce((sum, v) => sum + v * v, 0) / Math.max(1, atRows.length));
  return { features: [one.column.name, two.column.name], grids: [one, two], effect, counts: cells.counts(), atRows, strength };
}

/** Steps between edges that a row takes part in: its bin, or the steps to both neighbours of its level. */
function stepsOf(grid: AleGrid): readonly number[] {
  return grid.kind === 'number' ? [0] : [-1, 0];
}

const stepCount = (grid: AleGrid): number => Math.max(0, grid.edges.length - 1);

/** Sums of second differences by cell. */
class Cells {
  private readonly rows1: number;
  private readonly rows2: number;
  private readonly sums: Float64Array;
  private readonly finite: Float64Array;
  private readonly all: Int32Array;

  constructor(private readonly one: AleGrid, private readonly two: AleGrid, private readonly n: number) {
    this.rows1 = stepCount(one);
    this.rows2 = stepCount(two);
    const size = this.rows1 * this.rows2;
    this.sums = new Float64Array(size);
    this.finite = new Float64Array(size);
    this.all = new Int32Array(size);
  }

  add(f: ModelFunction): void {
    if (this.all.length === 0) return;
    const known = new Map<string, Float64Array>();
    const corner = (a: number, b: number): Float64Array => {
      const key = `${a} ${b}`;
      let values = known.get(key);
      if (!values) known.set(key, (values = f.values([movedColumn(this.one, a), movedColumn(this.two, b)])));
      return values;
    };
    for (const a of stepsOf(this.one)) {
      for (const b of stepsOf(this.two)) this.addStep(a, b, corner(a, b), corner(a + 1, b), corner(a, b + 1), corner(a + 1, b + 1));
    }
  }

  private addStep(a: number, b: number, v00: Float64Array, v10: Float64Array, v01: Float64Array, v11: Float64Array): void {
    for (let i = 0; i < this.n; i++) {
      if (this.one.binOf[i] < 0 || this.two.binOf[i] < 0) continue;
      const k = this.one.binOf[i] + a;
      const l = this.two.binOf[i] + b;
      if (k < 0 || l < 0 || k >= this.rows1 || l >= this.rows2) continue;
      const cell = k * this.rows2 + l;
      this.all[cell]++;
      const difference = v11[i] - v10[i] - (v01[i] - v00[i]);
      if (!Number.isFinite(difference)) continue;
      this.sums[cell] += difference;
      this.finite[cell]++;
    }
  }

  counts(): Int32Array {
    return this.all;
  }

  /** The double sum of mean second differences at the edges. */
  accumulated(): Float64Array {
    const { rows1, rows2 } = this;
    const wide = this.two.edges.length;
    const surface = new Float64Array(this.one.edges.length * wide);
    for (let k = 0; k < rows1; k++) {
      let along = 0;
      for (let l = 0; l < rows2; l++) {
        along += this.density(k, l) * this.area(k, l);
        surface[(k + 1) * wide + l + 1] = surface[k * wide + l + 1] + along;
      }
    }
    return surface;
  }

  private area(k: number, l: number): number {
    return (this.one.edges[k + 1] - this.one.edges[k]) * (this.two.edges[l + 1] - this.two.edges[l]);
  }

  /** Mean second difference per area, of the nearest cell with rows (in edges, relative to the grid's size). */
  private density(k: number, l: number): number {
    let best = -1;
    let shortest = Infinity;
    const own = k * this.rows2 + l;
    if (this.finite[own] > 0) return this.sums[own] / this.finite[own] / this.area(k, l);
    for (let cell = 0; cell < this.finite.length; cell++) {
      if (this.finite[cell] === 0) continue;
      const distance = ((Math.floor(cell / this.rows2) - k) / this.rows1) ** 2 + (((cell % this.rows2) - l) / this.rows2) ** 2;
      if (distance < shortest) {
        shortest = distance;
        best = cell;
      }
    }
    return best < 0 ? 0 : this.sums[best] / this.finite[best] / this.area(Math.floor(best / this.rows2), best % this.rows2);
  }
}

/** Where a row stands between the edges of a grid: edge and share of the way to the next. */
interface Place { readonly edge: Int32Array; readonly share: Float64Array }

function placesOf(grid: AleGrid): Place {
  const { edges, binOf } = grid;
  const share = new Float64Array(binOf.length);
  if (grid.kind === 'number' && edges.length > 1) {
    const { values } = grid.column;
    for (let i = 0; i < share.length; i++) {
      if (binOf[i] >= 0) share[i] = Math.max(0, Math.min(1, (values[i] - edges[binOf[i]]) / (edges[binOf[i] + 1] - edges[binOf[i]])));
    }
  }
  return { edge: binOf, share };
}

/** The surface without its own first-order effects along both features, centred over the rows that have both cells. */
function withoutMainEffects(surface: Float64Array, one: AleGrid, two: AleGrid): { effect: Float64Array; atRows: Float64Array } {
  const wide = two.edges.length;
  const places = [placesOf(one), placesOf(two)] as const;
  const along = (edge: number, place: Place, i: number, first: boolean): number => {
    const at = (other: number): number => (first ? surface[edge * wide + other] : surface[other * wide + edge]);
    const low = at(place.edge[i]);
    return place.share[i] > 0 ? low + (at(place.edge[i] + 1) - low) * place.share[i] : low;
  };
  const mainOne = mainEffect(one, two, (edge, i) => along(edge, places[1], i, true));
  const mainTwo = mainEffect(two, one, (edge, i) => along(edge, places[0], i, false));
  const effect = surface.map((v, at) => v - mainOne[Math.floor(at / wide)] - mainTwo[at % wide]);
  const atRows = Float64Array.from(one.binOf, (bin, i) => (bin < 0 || two.binOf[i] < 0 ? NaN : bilinear(effect, wide, places, i)));
  let sum = 0;
  let count = 0;
  for (const v of atRows) if (!Number.isNaN(v)) { sum += v; count++; }
  const mean = count > 0 ? sum / count : 0;
  return { effect: effect.map(v => v - mean), atRows: atRows.map(v => (Number.isNaN(v) ? 0 : v - mean)) };
}

function bilinear(effect: Float64Array, wide: number, [one, two]: readonly [Place, Place], i: number): number {
  const k = one.edge[i];
  const l = two.edge[i];
  const at = (a: number): number => {
    const low = effect[a * wide + l];
    return two.share[i] > 0 ? low + (effect[a * wide + l + 1] - low) * two.share[i] : low;
  };
  const low = at(k);
  return one.share[i] > 0 ? low + (at(k + 1) - low) * one.share[i] : low;
}

/** First-order accumulated effect of a surface along one grid; `value`: the surface at an edge of it and the row's other place. */
function mainEffect(grid: AleGrid, other: AleGrid, value: (edge: number, row: number) => number): Float64Array {
  const steps = stepCount(grid);
  const sums = new Float64Array(steps);
  const counts = new Float64Array(steps);
  for (let i = 0; i < grid.binOf.length; i++) {
    if (grid.binOf[i] < 0 || other.binOf[i] < 0) continue;
    for (const offset of stepsOf(grid)) {
      const step = grid.binOf[i] + offset;
      if (step < 0 || step >= steps) continue;
      sums[step] += value(step + 1, i) - value(step, i);
      counts[step]++;
    }
  }
  const effect = new Float64Array(grid.edges.length);
  for (let k = 0; k < steps; k++) effect[k + 1] = effect[k] + (counts[k] > 0 ? sums[k] / counts[k] : 0);
  return effect;
}
