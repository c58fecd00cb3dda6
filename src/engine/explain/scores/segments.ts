/**
 * Complexity of one main effect: how many straight pieces, or groups of levels, it takes to draw it (Molnar, Casalicchio &
 * Bischl 2019). With R² = 1 − SSE/SST and slopes counted where ≠ 0, as the authors' program has it; their printed algorithm
 * has SSE/SST and > 0, which are misprints.
 */

export interface ComplexityOptions {
  /** Share of the effect's variance that the pieces may leave over (ε). */
  readonly epsilon: number;
  /** Straight pieces at most. */
  readonly mostSegments: number;
}

export const defaultComplexity: ComplexityOptions = { epsilon: 0.05, mostSegments: 5 };

/** The largest complexity there can be: so many pieces, each with a slope (9 for 5). Categories are capped at the same. */
export function mostComplexity({ mostSegments }: ComplexityOptions = defaultComplexity): number {
  return 2 * mostSegments - 1;
}

export interface Complexity {
  /** Pieces + pieces with a slope − 1; groups of levels − 1 for a category; 0 for a flat effect. */
  readonly value: number;
  /** The effect needs more pieces than are allowed. */
  readonly capped: boolean;
  /** Share of the effect's variance that the pieces hold. */
  readonly r2: number;
}

/**
 * Complexity of a numeric effect: `x` and `effect` (n each) are the feature and its first-order ALE in the rows, `breaks` the
 * places where a new piece may begin (grid points). One least-squares line; while R² < 1 − ε and pieces may be added, the
 * break that lowers the SSE most splits a piece, earlier breaks staying. Then, smallest |slope| first, a slope is set to 0
 * wherever R² stays at least 1 − ε. Rows without a value are left out.
 */
export function numericComplexity(x: ArrayLike<number>, effect: ArrayLike<number>, breaks: ArrayLike<number>, options: ComplexityOptions = defaultComplexity): Complexity {
  const sums = new LineSums(x, effect);
  const total = sums.spread(0, sums.n);
  if (sums.n < 2 || !(total > 0)) return { value: 0, capped: false, r2: 1 };
  const allowed = options.epsilon * total;
  const cuts = greedyCuts(sums, cutPlaces(sums, breaks), allowed, options.mostSegments);
  const pieces = pairs(cuts).map(([from, to]) => ({ from, to, ...sums.line(from, to), flat: sums.spread(from, to) }));
  let sse = pieces.reduce((sum, piece) => sum + piece.sse, 0);
  let slopes = pieces.filter(piece => piece.slope !== 0).length;
  for (const piece of [...pieces].sort((a, b) => Math.abs(a.slope) - Math.abs(b.slope))) {
    if (pieces.length === 1 || piece.slope === 0) continue;
    const without = sse - piece.sse + piece.flat;
    if (without > allowed) continue;
    sse = without;
    slopes--;
  }
  return { value: pieces.length + slopes - 1, capped: sse > allowed, r2: 1 - sse / total };
}

/** Adds breaks one by one until the pieces fit well enough or are as many as they may be. */
function greedyCuts(sums: LineSums, places: readonly number[], allowed: number, most: number): number[] {
  const cuts = [0, sums.n];
  let sse = sums.line(0, sums.n).sse;
  while (sse > allowed && cuts.length - 1 < most) {
    let best = { gain: 0, at: -1 };
    for (let k = 1; k < cuts.length; k++) {
      const [from, to] = [cuts[k - 1], cuts[k]];
      const whole = sums.line(from, to).sse;
      for (const at of places) {
        if (at <= from || at >= to) continue;
        const gain = whole - sums.line(from, at).sse - sums.line(at, to).sse;
        if (gain > best.gain) best = { gain, at };
      }
    }
    if (best.at < 0) break;
    cuts.push(best.at);
    cuts.sort((a, b) => a - b);
    sse -= best.gain;
  }
  return cuts;
}

/** For each break the number of rows at or below it, those that cut something off, each once. */
function cutPlaces(sums: LineSums, breaks: ArrayLike<number>): number[] {
  const places = new Set<number>();
  for (let k = 0; k < breaks.length; k++) {
    const at = sums.countUpTo(breaks[k]);
    if (at > 0 && at < sums.n) places.add(at);
  }
  return [...places].sort((a, b) => a - b);
}

function pairs(cuts: readonly number[]): [number, number][] {
  return cuts.slice(1).map((to, k) => [cuts[k], to]);
}

/** Least-squares lines through any run of the points in the order of x, in constant time by running sums. */
class LineSums {
  readonly n: number;
  private readonly x: Float64Array;
  private readonly sums: readonly Float64Array[];

  constructor(x: ArrayLike<number>, y: ArrayLike<number>) {
    const order = Array.from({ length: x.length }, (_, i) => i).filter(i => Number.isFinite(x[i]) && Number.isFinite(y[i])).sort((a, b) => x[a] - x[b]);
    this.n = order.length;
    this.x = Float64Array.from(order, i => x[i]);
    // Centred and scaled, for sums of squares of dates in milliseconds would have no digits left.
    const middle = this.n > 0 ? this.x[this.n >> 1] : 0;
    const width = this.n > 0 ? this.x[this.n - 1] - this.x[0] || 1 : 1;
    this.sums = Array.from({ length: 5 }, () => new Float64Array(this.n + 1));
    order.forEach((row, i) => {
      const u = (this.x[i] - middle) / width;
      const v = y[row];
      [u, v, u * u, u * v, v * v].forEach((term, s) => { this.sums[s][i + 1] = this.sums[s][i] + term; });
    });
  }

  /** Points with x ≤ value. */
  countUpTo(value: number): number {
    let low = 0;
    let high = this.n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.x[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Sum of squares of y about its mean in from … to − 1. */
  spread(from: number, to: number): number {
    const n = to - from;
    const y = this.between(1, from, to);
    return n === 0 ? 0 : Math.max(0, this.between(4, from, to) - (y * y) / n);
  }

  /** Slope (per scaled x; 0 where x does not vary) and sum of squared residuals of the line through from … to − 1. */
  line(from: number, to: number): { slope: number; sse: number } {
    const n = to - from;
    const flat = this.spread(from, to);
    if (n < 2 || this.x[to - 1] === this.x[from]) return { slope: 0, sse: flat };
    const x = this.between(0, from, to);
    const xx = this.between(2, from, to) - (x * x) / n;
    const xy = this.between(3, from, to) - (x * this.between(1, from, to)) / n;
    if (!(xx > 0)) return { slope: 0, sse: flat };
    return { slope: xy / xx, sse: Math.max(0, flat - (xy * xy) / xx) };
  }

  private between(which: number, from: number, to: number): number {
    return this.sums[which][to] - this.sums[which][from];
  }
}

/**
 * Complexity of a categorical effect: the fewest groups of levels whose means hold 1 − ε of its variance, minus 1.
 * `effects`: the effect of each level; `counts`: its rows. Levels are grouped in the order of their effects, where the best
 * groups always lie side by side, so the number is the smallest of all groupings (dynamic programming).
 */
export function categoricalComplexity(effects: ArrayLike<number>, counts: ArrayLike<number>, options: ComplexityOptions = defaultComplexity): Complexity {
  const order = Array.from({ length: effects.length }, (_, k) => k).filter(k => counts[k] > 0 && Number.isFinite(effects[k])).sort((a, b) => effects[a] - effects[b]);
  const cost = groupCost(order.map(k => effects[k]), order.map(k => counts[k]));
  const levels = order.length;
  const total = levels > 0 ? cost(0, levels) : 0;
  if (!(total > 0)) return { value: 0, capped: false, r2: 1 };
  const most = Math.min(levels, mostComplexity(options) + 1);
  // least[j]: smallest sum of squares of the first j levels in the number of groups reached so far.
  let least = Array.from({ length: levels + 1 }, (_, j) => cost(0, j));
  for (let groups = 1; ; groups++) {
    const left = least[levels];
    if (left <= options.epsilon * total || groups >= most) return { value: groups - 1, capped: left > options.epsilon * total, r2: 1 - left / total };
    least = least.map((_, j) => {
      let best = cost(0, j);
      for (let i = 1; i < j; i++) best = Math.min(best, least[i] + cost(i, j));
      return best;
    });
  }
}

/** Sum of squares about the weighted mean of the values from … to − 1. */
function groupCost(values: readonly number[], weights: readonly number[]): (from: number, to: number) => number {
  const sums = [0, 1, 2].map(power => {
    const running = new Float64Array(values.length + 1);
    values.forEach((v, i) => { running[i + 1] = running[i] + weights[i] * v ** power; });
    return running;
  });
  return (from, to) => {
    const [n, first, second] = sums.map(s => s[to] - s[from]);
    return n > 0 ? Math.max(0, second - (first * first) / n) : 0;
  };
}
