/** One step of the Runge–Kutta pair of Dormand & Prince (1980), with Shampine's dense output of order 4. */

/** Writes f(t, y) into `out`. Must not keep or change y. */
export type Derivative = (t: number, y: Float64Array, out: Float64Array) => void;

const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
/** Row s: weights of the slopes before stage s. The last row is the solution of order 5 (first same as last). */
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
/** Solution of order 5 less that of order 4. */
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
/** Hairer, Nørsett & Wanner (1993), II.6, program DOPRI5. */
const denseWeights = [
  -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072, 701980252875 / 199316789632,
  -1453857185 / 822651844, 69997945 / 29380423,
];

/** Holds the state and the seven slopes; `attempt`, look, then `accept` or attempt another size. */
export class DormandPrinceStep {
  evaluations = 1;
  private y: Float64Array;
  private next: Float64Array;
  private readonly slopes: Float64Array[];
  private h = 0;

  constructor(private readonly f: Derivative, start: Float64Array, public time: number) {
    this.y = start.slice();
    this.next = new Float64Array(start.length);
    this.slopes = nodes.map(() => new Float64Array(start.length));
    f(time, this.y, this.slopes[0]);
  }

  get state(): Float64Array {
    return this.y;
  }

  /** A first size from the sizes of y and f alone; error control mends it. */
  firstSize(relative: number, absolute: number): number {
    let size = 0;
    let slope = 0;
    for (let k = 0; k < this.y.length; k++) {
      const scale = absolute + relative * Math.abs(this.y[k]);
      size = Math.max(size, Math.abs(this.y[k]) / scale);
      slope = Math.max(slope, Math.abs(this.slopes[0][k]) / scale);
    }
    return size > 1e-5 && slope > 1e-5 ? (0.01 * size) / slope : 1e-6;
  }

  /** Computes the state h later. Returns the largest estimated error in units of absolute + relative · |y|; NaN where f has no value. */
  attempt(h: number, relative: number, absolute: number): number {
    const { y, next, slopes, f } = this;
    this.h = h;
    for (let s = 1; s < 7; s++) {
      this.combine(stages[s], h);
      f(this.time + nodes[s] * h, next, slopes[s]);
      this.evaluations++;
    }
    let largest = 0;
    for (let k = 0; k < y.length; k++) {
      let error = 0;
      for (let s = 0; s < 7; s++) error += errorWeights[s] * slopes[s][k];
      const scaled = Math.abs(h * error) / (absolute + relative * Math.max(Math.abs(y[k]), Math.abs(next[k])));
      if (!(scaled <= largest)) largest = scaled;
      if (Number.isNaN(largest)) return NaN;
    }
    return largest;
  }

  /** next = y + h Σ weights · slopes. */
  private combine(weights: readonly number[], h: number): void {
    const { y, next, slopes } = this;
    next.set(y);
    weights.forEach((weight, s) => {
      const slope = slopes[s];
      const factor = h * weight;
      if (factor !== 0) for (let k = 0; k < y.length; k++) next[k] += factor * slope[k];
    });
  }

  /** The state at a time within the step just attempted. */
  at(time: number): Float64Array {
    const { y, next, slopes, h } = this;
    const theta = (time - this.time) / h;
    if (theta >= 1) return next.slice();
    const rest = 1 - theta;
    return y.map((value, k) => {
      const rise = next[k] - value;
      const bend = h * slopes[0][k] - rise;
      let fifth = 0;
      for (let s = 0; s < 7; s++) fifth += denseWeights[s] * slopes[s][k];
      return value + theta * (rise + rest * (bend + theta * (rise - h * slopes[6][k] - bend + rest * h * fifth)));
    });
  }

  /** The attempted state becomes the state, at `time`. */
  accept(time: number): void {
    [this.y, this.next] = [this.next, this.y];
    [this.slopes[0], this.slopes[6]] = [this.slopes[6], this.slopes[0]];
    this.time = time;
  }
}
