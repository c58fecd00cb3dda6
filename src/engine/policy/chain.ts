/** What a fixed policy makes of a decision process: a chain of states, packed so that a sweep reads nothing but what the policy can meet. */
import type { Process } from './solve';

/** Sweeps between two corrections of the level. */
const correctEvery = 4;
const mostSteps = 100_000;

export class Chain {
  /** States that are left, in their order. */
  private readonly states: Int32Array;
  private readonly start: Int32Array;
  /** States that are left after a step, and how likely; staying is kept apart. */
  private readonly target: Int32Array;
  private readonly probability: Float64Array;
  private readonly stay: Float64Array;
  private readonly reward: Float64Array;

  /** `policy`: the share of each pair in its state, or of each state the one pair that is taken (-1: none). */
  constructor(process: Process, policy: Float64Array | Int32Array) {
    const { stateStart, outcomeStart } = process;
    const taken = (p: number): boolean => policy instanceof Int32Array || policy[p]! > 0;
    const from = (s: number): number => (policy instanceof Int32Array ? Math.max(policy[s]!, 0) : stateStart[s]!);
    const end = (s: number): number => (policy instanceof Int32Array ? policy[s]! + 1 : stateStart[s + 1]!);
    let [states, outcomes] = [0, 0];
    for (let s = 0; s < process.states; s++) {
      if (stateStart[s] === stateStart[s + 1]) continue;
      states++;
      for (let p = from(s), to = end(s); p < to; p++) if (taken(p)) outcomes += outcomeStart[p + 1]! - outcomeStart[p]!;
    }
    this.states = new Int32Array(states);
    this.start = new Int32Array(states + 1);
    this.target = new Int32Array(outcomes);
    this.probability = new Float64Array(outcomes);
    this.stay = new Float64Array(states);
    this.reward = new Float64Array(states);
    let [k, at] = [0, 0];
    for (let s = 0; s < process.states; s++) {
      if (stateStart[s] === stateStart[s + 1]) continue;
      this.states[k] = s;
      for (let p = from(s), to = end(s); p < to; p++) if (taken(p)) at = this.add(process, k, p, policy instanceof Int32Array ? 1 : policy[p]!, at);
      this.start[++k] = at;
    }
  }

  private add({ states, stateStart, outcomeStart, target, probability, reward }: Process, k: number, p: number, share: number, at: number): number {
    const own = this.states[k]!;
    this.reward[k]! += share * reward[p]!;
    for (let o = outcomeStart[p]!, end = outcomeStart[p + 1]!; o < end; o++) {
      const t = target[o]!;
      if (t === states || stateStart[t] === stateStart[t + 1]) continue;
      if (t === own) { this.stay[k]! += share * probability[o]!; continue; }
      this.target[at] = t;
      this.probability[at++] = share * probability[o]!;
    }
    return at;
  }

  /**
   * Gauss–Seidel sweeps of the values `v` (one a state and one for the end), in place, until none moves by more than `enough` or rounding. With a discount below 1
   * all values are now and then moved by the same amount, so that what the chain as a whole is worth need not seep through it sweep by sweep; this is given up where it
   * does not speed up. `goesOn` is asked after each sweep and may stop.
   */
  settle(v: Float64Array, discount: number, enough: number, goesOn: (sweep: number, change: number) => boolean): { readonly sweeps: number; readonly settled: boolean } {
    let corrects = discount < 1;
    let before = Infinity;
    for (let sweep = 0; ; sweep++) {
      if (corrects && sweep % correctEvery === 0) this.correctLevel(v, discount);
      const { change, scale } = this.sweep(v, discount);
      if (change <= Math.max(enough, 2e-15 * scale)) return { sweeps: sweep + 1, settled: true };
      if (!goesOn(sweep, change)) return { sweeps: sweep + 1, settled: false };
      if (sweep % correctEvery !== correctEvery - 1) continue;
      if (change > before * discount ** correctEvery) corrects = false;
      before = change;
    }
  }

  private sweep(v: Float64Array, discount: number): { change: number; scale: number } {
    const { states, start, target, probability, stay, reward } = this;
    let [change, scale] = [0, 1];
    for (let k = states.length - 1; k >= 0; k--) {
      const s = states[k]!;
      let sum = 0;
      for (let o = start[k]!, end = start[k + 1]!; o < end; o++) sum += probability[o]! * v[target[o]!]!;
      // Staying is solved for, which without a discount could divide by 0.
      const value = discount < 1 ? (reward[k]! + discount * sum) / (1 - discount * stay[k]!) : reward[k]! + sum + stay[k]! * v[s]!;
      const difference = Math.abs(value - v[s]!);
      if (!(difference <= change)) change = difference;
      if (Math.abs(value) > scale) scale = Math.abs(value);
      v[s] = value;
    }
    return { change, scale };
  }

  /** Adds to all values the amount after which what is left to do sums to 0 over the states. */
  private correctLevel(v: Float64Array, discount: number): void {
    const { states, start, target, probability, stay, reward } = this;
    let [left, slope] = [0, 0];
    for (let k = 0; k < states.length; k++) {
      let [sum, goesOn] = [stay[k]! * v[states[k]!]!, stay[k]!];
      for (let o = start[k]!, end = start[k + 1]!; o < end; o++) {
        sum += probability[o]! * v[target[o]!]!;
        goesOn += probability[o]!;
      }
      left += reward[k]! + discount * sum - v[states[k]!]!;
      slope += 1 - discount * goesOn;
    }
    if (!(slope > 0)) return;
    for (let k = 0; k < states.length; k++) v[states[k]!]! += left / slope;
  }

  /**
   * Expected discounted visits to each state from the weights `first` (one a state) on, to a share `tolerance` of all weight. With a discount below 1 they are scaled so
   * that as much enters as leaves, as long as that speeds up.
   */
  visits(first: Float64Array, discount: number, tolerance: number): Float64Array {
    const all = first.reduce((sum, weight) => sum + Math.abs(weight), 0);
    const enough = tolerance * all * (discount < 1 ? 1 - discount : 1e-3);
    let now = first.slice();
    let next = new Float64Array(first.length);
    let scales = discount < 1;
    let before = Infinity;
    for (let step = 0; step < mostSteps; step++) {
      this.pushed(now, next, discount);
      let [left, entering, leaving] = [0, 0, 0];
      for (let s = 0; s < first.length; s++) {
        left += Math.abs(first[s]! + next[s]! - now[s]!);
        entering += first[s]!;
        leaving += now[s]! - next[s]!;
      }
      if (left > before * discount) scales = false;
      before = left;
      const factor = scales && left > enough && leaving > 0 ? entering / leaving : 1;
      for (let s = 0; s < first.length; s++) next[s] = first[s]! + factor * next[s]!;
      [now, next] = [next, now];
      if (left <= enough) break;
    }
    return now;
  }

  /** Discounted weights of the states one step later. */
  private pushed(now: Float64Array, next: Float64Array, discount: number): void {
    const { states, start, target, probability, stay } = this;
    next.fill(0);
    for (let k = 0; k < states.length; k++) {
      const weight = discount * now[states[k]!]!;
      if (weight === 0) continue;
      next[states[k]!]! += weight * stay[k]!;
      for (let o = start[k]!, end = start[k + 1]!; o < end; o++) next[target[o]!]! += weight * probability[o]!;
    }
  }
}
