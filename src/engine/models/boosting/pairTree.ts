/** A tree of up to four leaves over the two-way table of a pair: one cut of one feature, then one of the other on each side. */
import type { Rng } from '../../math/random';
import type { StumpSettings } from './stump';

export interface PairShape { readonly rows: number; readonly columns: number; readonly rowLevels: boolean; readonly columnLevels: boolean }

interface Cut { readonly gain: number; readonly at: number }
interface Plan { readonly gain: number; readonly byRow: boolean; readonly at: number; readonly left: number; readonly right: number }

/** Outer cuts looked at in one step. */
const outerTries = 8;

/** Tables of one shape; room is used again from step to step. */
export class PairTreeFinder {
  private readonly rowOrder: Int32Array;
  private readonly columnOrder: Int32Array;
  /** Sums over the first i bins and the first j bins, in order: (rows + 1) × (columns + 1). */
  private readonly g: Float64Array;
  private readonly h: Float64Array;
  private readonly w: Float64Array;

  constructor(private readonly shape: PairShape, private readonly settings: StumpSettings) {
    // Missing cells of numbers and bins of the unseen stay out; of levels, both are levels like others.
    this.rowOrder = order(shape.rows, shape.rowLevels);
    this.columnOrder = order(shape.columns, shape.columnLevels);
    const size = (this.rowOrder.length + 1) * (this.columnOrder.length + 1);
    this.g = new Float64Array(size);
    this.h = new Float64Array(size);
    this.w = new Float64Array(size);
  }

  /** Fills `change` for every cell; gives the fall of the loss by a whole step (× 2), 0 where there is nothing to divide. */
  find(gradient: Float64Array, curvature: Float64Array, weight: Float64Array, drawn: boolean, rng: Rng, change: Float64Array): number {
    change.fill(0);
    if (this.rowOrder.length < 2 || this.columnOrder.length < 2) return 0;
    this.orderLevels(gradient, curvature, rng);
    this.accumulate(gradient, curvature, weight);
    const plan = drawn ? this.draw(rng) : better(this.best(true, rng), this.best(false, rng));
    if (!plan) return 0;
    this.fill(plan, change);
    return plan.gain;
  }

  /** Levels have no order of their own: they are put in the order of what a random division of the other feature says about them. */
  private orderLevels(gradient: Float64Array, curvature: Float64Array, rng: Rng): void {
    const { columns } = this.shape;
    if (this.shape.rowLevels) {
      const side = division(this.columnOrder, this.shape.columnLevels, this.shape.columns, rng);
      sortBy(this.rowOrder, row => contrast(gradient, curvature, side, column => row * columns + column, this.settings.levelSmoothing));
    }
    if (this.shape.columnLevels) {
      const side = division(this.rowOrder, this.shape.rowLevels, this.shape.rows, rng);
      sortBy(this.columnOrder, column => contrast(gradient, curvature, side, row => row * columns + column, this.settings.levelSmoothing));
    }
  }

  private accumulate(gradient: Float64Array, curvature: Float64Array, weight: Float64Array): void {
    const { rowOrder, columnOrder, g, h, w, shape: { columns } } = this;
    const stride = columnOrder.length + 1;
    for (let i = 0; i < rowOrder.length; i++) {
      let [gs, hs, ws] = [0, 0, 0];
      for (let j = 0; j < columnOrder.length; j++) {
        const cell = rowOrder[i]! * columns + columnOrder[j]!;
        gs += gradient[cell]!;
        hs += curvature[cell]!;
        ws += weight[cell]!;
        const at = (i + 1) * stride + j + 1;
        g[at] = g[at - stride]! + gs;
        h[at] = h[at - stride]! + hs;
        w[at] = w[at - stride]! + ws;
      }
    }
  }

  /** The best of some outer cuts, drawn anew each time: all of them where there are few. */
  private best(byRow: boolean, rng: Rng): Plan | undefined {
    const outer = byRow ? this.rowOrder.length : this.columnOrder.length;
    let best: Plan | undefined;
    const tries = Math.min(outer - 1, outerTries);
    for (let i = 0; i < tries; i++) {
      const at = outer - 1 <= outerTries ? i + 1 : 1 + rng.integer(outer - 1);
      const plan = this.innerCuts(byRow, at);
      if (plan && (!best || plan.gain > best.gain)) best = plan;
    }
    return best;
  }

  /** The best cuts of the inner feature on either side of one cut of the outer; at 0 where one leaf is best. */
  private innerCuts(byRow: boolean, at: number): Plan | undefined {
    const { g, h, w, settings: { leastWeight, ridge } } = this;
    const stride = this.columnOrder.length + 1;
    const [outer, inner] = byRow ? [this.rowOrder.length, this.columnOrder.length] : [this.columnOrder.length, this.rowOrder.length];
    const step = byRow ? 1 : stride;
    const near = byRow ? at * stride : at;
    const far = byRow ? outer * stride : outer;
    const [nearEnd, farEnd] = [near + inner * step, far + inner * step];
    if (w[nearEnd]! < leastWeight || w[farEnd]! - w[nearEnd]! < leastWeight) return undefined;
    let left = (g[nearEnd]! * g[nearEnd]!) / (h[nearEnd]! + ridge);
    let right = (g[farEnd]! - g[nearEnd]!) ** 2 / (h[farEnd]! - h[nearEnd]! + ridge);
    let [leftAt, rightAt] = [0, 0];
    for (let c = 1; c < inner; c++) {
      const a = near + c * step;
      const b = far + c * step;
      if (w[a]! >= leastWeight && w[nearEnd]! - w[a]! >= leastWeight) {
        const gain = (g[a]! * g[a]!) / (h[a]! + ridge) + (g[nearEnd]! - g[a]!) ** 2 / (h[nearEnd]! - h[a]! + ridge);
        if (gain > left) { left = gain; leftAt = c; }
      }
      const weight = w[b]! - w[a]!;
      if (weight >= leastWeight && w[farEnd]! - w[nearEnd]! - weight >= leastWeight) {
        const low = g[b]! - g[a]!;
        const lowCurvature = h[b]! - h[a]!;
        const gain = (low * low) / (lowCurvature + ridge) + (g[farEnd]! - g[nearEnd]! - low) ** 2 / (h[farEnd]! - h[nearEnd]! - lowCurvature + ridge);
        if (gain > right) { right = gain; rightAt = c; }
      }
    }
    return { gain: left + right, byRow, at, left: leftAt, right: rightAt };
  }

  private draw(rng: Rng): Plan | undefined {
    const byRow = rng.integer(2) === 0;
    const [outer, inner] = byRow ? [this.rowOrder.length, this.columnOrder.length] : [this.columnOrder.length, this.rowOrder.length];
    const at = 1 + rng.integer(outer - 1);
    const cut = (from: number, to: number): Cut | undefined => {
      const c = 1 + rng.integer(inner - 1);
      const [low, high] = [this.gainOf(byRow, from, to, 0, c), this.gainOf(byRow, from, to, c, inner)];
      if (low !== undefined && high !== undefined) return { gain: low + high, at: c };
      const whole = this.gainOf(byRow, from, to, 0, inner);
      return whole === undefined ? undefined : { gain: whole, at: 0 };
    };
    const [left, right] = [cut(0, at), cut(at, outer)];
    return left && right ? { gain: left.gain + right.gain, byRow, at, left: left.at, right: right.at } : undefined;
  }

  private place(byRow: boolean, outer: number, inner: number): number {
    const stride = this.columnOrder.length + 1;
    return byRow ? outer * stride + inner : inner * stride + outer;
  }

  private sum(of: Float64Array, byRow: boolean, from: number, to: number, low: number, high: number): number {
    return of[this.place(byRow, to, high)]! - of[this.place(byRow, from, high)]! - of[this.place(byRow, to, low)]! + of[this.place(byRow, from, low)]!;
  }

  private gainOf(byRow: boolean, from: number, to: number, low: number, high: number): number | undefined {
    if (this.sum(this.w, byRow, from, to, low, high) < this.settings.leastWeight) return undefined;
    const g = this.sum(this.g, byRow, from, to, low, high);
    return (g * g) / (this.sum(this.h, byRow, from, to, low, high) + this.settings.ridge);
  }

  private fill({ byRow, at, left, right }: Plan, change: Float64Array): void {
    const [outer, inner] = byRow ? [this.rowOrder, this.columnOrder] : [this.columnOrder, this.rowOrder];
    const { columns } = this.shape;
    for (const [from, to, cut] of [[0, at, left], [at, outer.length, right]] as const) {
      for (const [low, high] of cut > 0 ? [[0, cut], [cut, inner.length]] as const : [[0, inner.length]] as const) {
        const step = (-this.settings.learningRate * this.sum(this.g, byRow, from, to, low!, high!)) / (this.sum(this.h, byRow, from, to, low!, high!) + this.settings.ridge);
        for (let i = from; i < to; i++) {
          for (let j = low!; j < high!; j++) change[byRow ? outer[i]! * columns + inner[j]! : inner[j]! * columns + outer[i]!] = step;
        }
      }
    }
  }
}

function order(bins: number, levels: boolean): Int32Array {
  return levels ? Int32Array.from({ length: bins }, (_, i) => i) : Int32Array.from({ length: Math.max(0, bins - 2) }, (_, i) => i + 1);
}

function better(a: Plan | undefined, b: Plan | undefined): Plan | undefined {
  return !a || (b && b.gain > a.gain) ? b : a;
}

/** +1 and −1 for the bins on either side of a random cut (numbers) or of a random choice (levels), 0 for those left out. */
function division(bins: Int32Array, levels: boolean, count: number, rng: Rng): Int8Array {
  const side = new Int8Array(count);
  const cut = levels ? 0 : bins[1 + rng.integer(bins.length - 1)]!;
  for (const bin of bins) side[bin] = levels ? (rng.integer(2) === 0 ? 1 : -1) : bin < cut ? 1 : -1;
  return side;
}

function contrast(gradient: Float64Array, curvature: Float64Array, side: Int8Array, cellAt: (other: number) => number, smoothing: number): number {
  let g = 0;
  let h = smoothing;
  for (let other = 0; other < side.length; other++) {
    const cell = cellAt(other);
    g += side[other]! * gradient[cell]!;
    h += curvature[cell]!;
  }
  return g / h;
}

function sortBy(bins: Int32Array, key: (bin: number) => number): void {
  const keys = new Map(Array.from(bins, bin => [bin, key(bin)]));
  bins.sort((a, b) => keys.get(a)! - keys.get(b)! || a - b);
}
