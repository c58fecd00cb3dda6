/** Tabular Q-learning and double Q-learning that replay a log again and again, in random order. */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import type { Experience } from './experience';
import type { Mdp } from './mdp';
import { shuffledLog, type ShuffledLog } from './shuffledLog';
import { checkDiscount, greedyPairs, type Solution } from './solve';

/**
 * Step of the n-th visit to a pair (n from 0): 'rescaled' 1 / (1 + (1 − γ) n) (Wainwright 2019), 'polynomial' 1 / (1 + n)^ω with ½ < ω ≤ 1
 * (Even-Dar & Mansour 2003), 'constant' the same for all.
 */
export type LearningRate = { readonly kind: 'rescaled' } | { readonly kind: 'polynomial'; readonly omega: number } | { readonly kind: 'constant'; readonly rate: number };

export interface ReplayOptions {
  readonly discount: number;
  readonly rate: LearningRate;
  /** Passes over the log; absent: as many as make about 1e7 updates, from 10 to 1000, and none after the values have stopped moving. */
  readonly sweeps?: number;
  readonly double?: boolean;
}

/** State of the learning after a pass over the log. */
export interface ReplayPoint {
  readonly sweep: number;
  /** Largest change of a Q-value by this pass. */
  readonly change: number;
  /** Largest and mean difference to the certainty-equivalence solution over all pairs. */
  readonly largestDistance: number;
  readonly meanDistance: number;
  /** Mean over states of the largest Q-value less the certainty-equivalence value: above 0 is maximisation bias. */
  readonly bias: number;
}

export interface Replayed {
  /** Mean over the later half of the passes (Polyak & Juditsky 1992); with two tables, of both. One value a pair. */
  readonly q: Float64Array;
  readonly greedy: Int32Array;
  readonly sweeps: number;
  readonly updates: number;
  /** At most 220 points; distances are those of the table as it stood, the last point's those of `q`. */
  readonly curve: readonly ReplayPoint[];
  readonly largestDistance: number;
  readonly meanDistance: number;
  /** Share of the states in which the greedy action is, by the certainty-equivalence values, as good as the best to 1e-6 of the largest value. */
  readonly agreement: number;
}

const wantedUpdates = 1e7;
const mostPoints = 200;
/** The first passes are all kept: there values move most. */
const firstPoints = 20;
/** Rows between two chances for the event loop. */
const breatheEvery = 100_000;

export function defaultSweeps(transitions: number): number {
  return Math.min(1000, Math.max(10, Math.round(wantedUpdates / transitions)));
}

/** `exact`: the certainty-equivalence solution of the same log, to which distances are told; `log`: shuffled anew when absent. Throws 'badOption'. */
export async function replay(
  experience: Experience, mdp: Mdp, exact: Solution, options: ReplayOptions, rng: Rng, context: WorkContext, log: ShuffledLog = shuffledLog(experience, mdp, rng),
): Promise<Replayed> {
  checkDiscount(options.discount);
  checkRate(options.rate);
  const wanted = options.sweeps ?? defaultSweeps(experience.size);
  if (!(Number.isInteger(wanted) && wanted >= 1)) throw new UserError('badOption', `The number of passes over the log has to be a whole number above 0, and is ${wanted}.`);
  const learner = new Learner(log, mdp, options, rng);
  const mean = new Float64Array(mdp.pairs);
  let averaged = 0;
  const curve: ReplayPoint[] = [];
  let last: Float64Array = new Float64Array(mdp.pairs);
  let sweeps = 0;
  for (let settled = false; sweeps < wanted && !settled; ) {
    await learner.sweep(context);
    sweeps++;
    const now = learner.table();
    const change = largestDifference(now, last);
    // Outcomes without chance are learned to the last digit, and then nothing changes any more.
    settled = options.sweeps === undefined && sweeps > 1 && change <= 1e-13 * largest(now);
    if (settled) { averaged = 0; mean.fill(0); }
    if (settled || sweeps > wanted / 2) {
      averaged++;
      for (let p = 0; p < mean.length; p++) mean[p]! += (now[p]! - mean[p]!) / averaged;
    }
    const final = settled || sweeps === wanted;
    if (final || sweeps <= firstPoints || sweeps % Math.ceil(wanted / mostPoints) === 0) curve.push({ sweep: sweeps, change, ...distances(mdp, final ? mean : now, exact) });
    last = now;
    context.progress(options.double ? 'Double Q-learning' : 'Q-learning', sweeps / wanted);
  }
  const { greedy } = greedyPairs(mdp, mean);
  const { largestDistance, meanDistance } = distances(mdp, mean, exact);
  return { q: mean, greedy, sweeps, updates: sweeps * experience.size, curve, largestDistance, meanDistance, agreement: agreement(mdp, greedy, exact) };
}

function checkRate(rate: LearningRate): void {
  if (rate.kind === 'constant' && !(rate.rate > 0 && rate.rate <= 1)) throw new UserError('badOption', `The learning rate has to be above 0 and at most 1, and is ${rate.rate}.`);
  if (rate.kind === 'polynomial' && !(rate.omega > 0.5 && rate.omega <= 1)) throw new UserError('badOption', `The exponent of the learning rate has to be above 0.5 and at most 1, and is ${rate.omega}.`);
}

/** Long logs are shuffled once row by row, and then, pass after pass, in blocks: rows of a block lie beside each other in memory. */
const blockRows = 16;
const shortLog = 20_000;

class Learner {
  private readonly q: Float64Array;
  /** The second table of double Q-learning. */
  private readonly other: Float64Array;
  private readonly seen: Int32Array;
  private readonly otherSeen: Int32Array;
  private readonly blocks: Int32Array;
  private readonly block: number;
  private readonly steps: Float64Array;

  constructor(private readonly log: ShuffledLog, private readonly mdp: Mdp, private readonly options: ReplayOptions, private readonly rng: Rng) {
    const size = log.pair.length;
    this.q = new Float64Array(mdp.pairs);
    this.other = new Float64Array(mdp.pairs);
    this.seen = new Int32Array(mdp.pairs);
    this.otherSeen = new Int32Array(mdp.pairs);
    this.block = size <= shortLog ? 1 : blockRows;
    this.blocks = Int32Array.from({ length: Math.ceil(size / this.block) }, (_, b) => b);
    this.steps = stepTable(options);
  }

  async sweep(context: WorkContext): Promise<void> {
    this.rng.shuffle(this.blocks);
    const chunk = Math.ceil(breatheEvery / this.block);
    for (let from = 0; from < this.blocks.length; from += chunk) {
      const to = Math.min(this.blocks.length, from + chunk);
      if (this.options.double) this.doubleUpdates(from, to);
      else this.updates(from, to);
      const pause = context.breathe();
      if (pause) await pause;
    }
  }

  private updates(fromBlock: number, toBlock: number): void {
    const { q, seen, steps, blocks, block, options, log: { pair, target, reward } } = this;
    const { stateStart } = this.mdp;
    const { discount } = options;
    for (let b = fromBlock; b < toBlock; b++) {
      const from = blocks[b]! * block;
      const to = Math.min(from + block, pair.length);
      for (let i = from; i < to; i++) {
        const p = pair[i]!;
        const t = target[i]!;
        let most = 0;
        if (t >= 0) {
          const end = stateStart[t + 1]!;
          let at = stateStart[t]!;
          for (most = q[at++]!; at < end; at++) if (q[at]! > most) most = q[at]!;
        }
        const n = seen[p]!++;
        q[p]! += (n < tableSteps ? steps[n]! : step(n, options)) * (reward[i]! + discount * most - q[p]!);
      }
    }
  }

  /** One table, drawn at random, is moved towards the other's value of its own best action (van Hasselt 2010). */
  private doubleUpdates(fromBlock: number, toBlock: number): void {
    const { steps, blocks, block, options, rng, log: { pair, target, reward } } = this;
    const { stateStart } = this.mdp;
    const { discount } = options;
    let bits = 1;
    for (let b = fromBlock; b < toBlock; b++) {
      const from = blocks[b]! * block;
      const to = Math.min(from + block, pair.length);
      for (let i = from; i < to; i++) {
        if (bits <= 1) bits = rng.integer(65536) | 65536;
        const first = (bits & 1) === 1;
        bits >>= 1;
        const own = first ? this.q : this.other;
        const others = first ? this.other : this.q;
        const seen = first ? this.seen : this.otherSeen;
        const p = pair[i]!;
        const t = target[i]!;
        let value = 0;
        if (t >= 0) {
          let best = stateStart[t]!;
          for (let at = best + 1; at < stateStart[t + 1]!; at++) if (own[at]! > own[best]!) best = at;
          value = others[best]!;
        }
        const n = seen[p]!++;
        own[p]! += (n < tableSteps ? steps[n]! : step(n, options)) * (reward[i]! + discount * value - own[p]!);
      }
    }
  }

  /** The table as it stands, or the mean of both. */
  table(): Float64Array {
    return this.options.double ? this.q.map((value, p) => (value + this.other[p]!) / 2) : this.q.slice();
  }
}

/** Steps of the first visits, so that no power has to be taken in the loop. */
function stepTable(options: ReplayOptions): Float64Array {
  return Float64Array.from({ length: tableSteps }, (_, n) => step(n, options));
}

const tableSteps = 1 << 14;

function step(n: number, { rate, discount }: ReplayOptions): number {
  switch (rate.kind) {
    case 'constant': return rate.rate;
    case 'polynomial': return (1 + n) ** -rate.omega;
    case 'rescaled': return 1 / (1 + Math.max(1 - discount, 1e-3) * n);
  }
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let p = 0; p < values.length; p++) most = Math.max(most, Math.abs(values[p]!));
  return most;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let p = 0; p < a.length; p++) most = Math.max(most, Math.abs(a[p]! - b[p]!));
  return most;
}

function distances(mdp: Mdp, q: Float64Array, exact: Solution): Omit<ReplayPoint, 'sweep' | 'change'> {
  let [total, bias, states] = [0, 0, 0];
  for (let p = 0; p < q.length; p++) total += Math.abs(q[p]! - exact.q[p]!);
  for (let s = 0; s < mdp.states; s++) {
    let most = -Infinity;
    for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) most = Math.max(most, q[p]!);
    if (most === -Infinity) continue;
    states++;
    bias += most - exact.v[s]!;
  }
  return { largestDistance: largestDifference(q, exact.q), meanDistance: total / Math.max(1, q.length), bias: bias / Math.max(1, states) };
}

/** Share of the states that are left in which the pair is, by exact values, as good as the best to 1e-6 of the largest value. */
export function agreement(mdp: Mdp, greedy: Int32Array, exact: Solution): number {
  let scale = 0;
  for (const value of exact.q) scale = Math.max(scale, Math.abs(value));
  let [states, same] = [0, 0];
  for (let s = 0; s < mdp.states; s++) {
    if (greedy[s]! < 0) continue;
    states++;
    if (exact.q[greedy[s]!]! >= exact.v[s]! - 1e-6 * scale) same++;
  }
  return states === 0 ? 1 : same / states;
}
