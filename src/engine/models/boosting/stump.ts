/** The best tree of one feature: cuts of a number's bins, or a division of levels, with one change a leaf. */

import type { Rng } from '../../math/random';

export interface StumpSettings {
  readonly leaves: number;
  readonly learningRate: number;
  /** Least weight of rows in a leaf. */
  readonly leastWeight: number;
  /** Added to the curvature of a leaf. */
  readonly ridge: number;
  /** Added to the curvature of a level when levels are put in order. */
  readonly levelSmoothing: number;
}

/** Sums over the bins of one feature; the first bin is of missing cells, the last of the unseen. */
export interface BinSums {
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  readonly weight: Float64Array;
  /** `filledBins(weight)`, for whoever asks about the same rows again and again. */
  readonly filled?: Int32Array;
}

/** Bins with rows, but for the first and the last. */
export function filledBins(weight: Float64Array): Int32Array {
  return Int32Array.from(weight.keys()).filter(b => b > 0 && b < weight.length - 1 && weight[b]! > 0);
}

export type Direction = -1 | 0 | 1;

interface Segment { readonly from: number; readonly to: number; readonly gain: number; readonly cut: number }

/** Room for the order of the bins, to be used again from step to step. */
export class StumpFinder {
  private readonly order: Int32Array;
  private readonly g: Float64Array;
  private readonly h: Float64Array;
  private readonly w: Float64Array;

  /** Cuts are drawn at random instead of chosen, which makes the sum of many steps smooth. */
  random: Rng | undefined;

  constructor(mostBins: number, private readonly settings: StumpSettings) {
    this.order = new Int32Array(mostBins);
    this.g = new Float64Array(mostBins + 1);
    this.h = new Float64Array(mostBins + 1);
    this.w = new Float64Array(mostBins + 1);
  }

  /**
   * Fills `change` with what the step adds to the score of each bin; gives the fall of the loss that a whole step would bring
   * (times 2), 0 where the feature has nothing to divide. Missing
   * cells and unseen levels that the bag has are leaves of their own. `direction`: the changes of a number's bins must not fall (1) or rise (-1).
   */
  find(sums: BinSums, levels: boolean, direction: Direction, change: Float64Array): number {
    const bins = sums.gradient.length;
    const count = this.gather(sums, levels);
    change.fill(0);
    const alone = this.leafOf(sums, 0, change) + this.leafOf(sums, bins - 1, change);
    if (count < 2) return alone;
    const segments = this.divide(count, direction);
    if (segments.length < 2) return alone;
    let gain = alone;
    for (const { from, to } of segments) {
      const step = this.step(from, to);
      gain += (this.g[to]! - this.g[from]!) * -step / this.settings.learningRate;
      for (let i = from; i < to; i++) change[this.order[i]!] = step;
    }
    if (!levels) this.fillEmpty(change, bins, count);
    return gain;
  }

  private leafOf({ gradient, curvature, weight }: BinSums, bin: number, change: Float64Array): number {
    if (weight[bin]! < this.settings.leastWeight) return 0;
    const whole = -gradient[bin]! / (curvature[bin]! + this.settings.ridge);
    change[bin] = this.settings.learningRate * whole;
    return -gradient[bin]! * whole;
  }

  /** Running sums over the bins with rows: numbers in order, levels by their mean gradient. */
  private gather({ gradient, curvature, weight, filled = filledBins(weight) }: BinSums, levels: boolean): number {
    const count = filled.length;
    this.order.set(filled);
    if (levels) {
      const { levelSmoothing } = this.settings;
      this.order.subarray(0, count).sort((a, b) => gradient[a]! / (curvature[a]! + levelSmoothing) - gradient[b]! / (curvature[b]! + levelSmoothing) || a - b);
    }
    for (let i = 0; i < count; i++) {
      const b = this.order[i]!;
      this.g[i + 1] = this.g[i]! + gradient[b]!;
      this.h[i + 1] = this.h[i]! + curvature[b]!;
      this.w[i + 1] = this.w[i]! + weight[b]!;
    }
    return count;
  }

  private divide(count: number, direction: Direction): Segment[] {
    const segments = [this.best(0, count, direction)];
    while (segments.length < this.settings.leaves) {
      let at = -1;
      segments.forEach(({ gain }, i) => { if (gain > 0 && (at < 0 || gain > segments[at]!.gain)) at = i; });
      if (at < 0) break;
      const whole = segments[at]!;
      segments.splice(at, 1, this.best(whole.from, whole.cut, direction), this.best(whole.cut, whole.to, direction));
      if (direction === 0 || rising(segments.map(({ from, to }) => this.step(from, to)), direction)) continue;
      // Fewer leaves, of the right order, are better than none.
      segments.splice(at, 2, whole);
      break;
    }
    return segments;
  }

  /** The cut of a segment with the largest fall of the loss; where cuts are drawn, the one that was drawn. */
  private best(from: number, to: number, direction: Direction): Segment {
    const { g, h, w } = this;
    const drawn = this.random && to - from > 1 ? from + 1 + this.random.integer(to - from - 1) : 0;
    const { ridge, leastWeight } = this.settings;
    const whole = (g[to]! - g[from]!) ** 2 / (h[to]! - h[from]! + ridge);
    let gain = 0;
    let cut = -1;
    for (let c = drawn || from + 1; c < (drawn ? drawn + 1 : to); c++) {
      if (w[c]! - w[from]! < leastWeight || w[to]! - w[c]! < leastWeight) continue;
      const left = g[c]! - g[from]!;
      const right = g[to]! - g[c]!;
      const leftCurvature = h[c]! - h[from]! + ridge;
      const rightCurvature = h[to]! - h[c]! + ridge;
      if (direction !== 0 && direction * (left / leftCurvature - right / rightCurvature) < 0) continue;
      const now = (left * left) / leftCurvature + (right * right) / rightCurvature - whole;
      if (now > gain) { gain = now; cut = c; }
    }
    return { from, to, gain, cut };
  }

  private step(from: number, to: number): number {
    return (-this.settings.learningRate * (this.g[to]! - this.g[from]!)) / (this.h[to]! - this.h[from]! + this.settings.ridge);
  }

  /** Bins of a number without rows in this bag take the change of the nearest bin below (the first: above) that has some. */
  private fillEmpty(change: Float64Array, bins: number, count: number): void {
    let i = 0;
    for (let b = 1; b < bins - 1; b++) {
      if (i < count && this.order[i] === b) { i++; continue; }
      change[b] = i > 0 ? change[b - 1]! : change[this.order[0]!]!;
    }
  }
}

function rising(steps: readonly number[], direction: Direction): boolean {
  return steps.every((step, i) => i === 0 || direction * (step - steps[i - 1]!) >= 0);
}
