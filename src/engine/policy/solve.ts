/** The exact solution of an estimated decision process: value iteration on the pairs that the log supports. */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import { Chain } from './chain';
import type { Mdp } from './mdp';

/** What the solver needs of a process; a posterior draw exchanges rewards and probabilities. */
export type Process = Pick<Mdp, 'states' | 'pairs' | 'stateStart' | 'outcomeStart' | 'target' | 'probability' | 'reward'>;

export interface Solution {
  readonly discount: number;
  /** One value a pair. */
  readonly q: Float64Array;
  /** One value a state, and 0 for the end behind them. States that are never left have 0. */
  readonly v: Float64Array;
  /** Best pair of each state; -1 where the state is never left. Of equally good ones the first; with a discount of 1 the first that leads to an end. */
  readonly greedy: Int32Array;
  /** Pairs of each state that are as good as the best one, to rounding. */
  readonly ties: Int32Array;
  readonly sweeps: number;
  /** Largest error of a value that the last sweep leaves possible; with a discount of 1 the last change. */
  readonly error: number;
}

export interface SolveOptions {
  readonly discount: number;
  /** Largest error of a value, or rounding of the largest value where that is more; 1e-10 when absent. */
  readonly tolerance?: number;
  /** Values to begin with, states + 1 of them. */
  readonly start?: Float64Array;
  readonly mostSweeps?: number;
}

/** Sweeps of one policy between two looks at all actions (modified policy iteration: Puterman & Shin 1978). */
const policySweeps = 24;
/** They end where values move by less than this share of what the last look moved. */
const policyShare = 0.01;
/** After so many looks the policy may be going round in circles; plain value iteration cannot. */
const mostLooks = 2000;
const defaultMostSweeps = 2_000_000;

/** Throws UserError 'badOption' for a discount outside 0 … 1, and 'numerical' where values have no limit. */
export async function solveMdp(mdp: Process, options: SolveOptions, context?: WorkContext): Promise<Solution> {
  checkDiscount(options.discount);
  const v = options.start ? options.start.slice() : new Float64Array(mdp.states + 1);
  v[mdp.states] = 0;
  for (let s = 0; s < mdp.states; s++) if (mdp.stateStart[s] === mdp.stateStart[s + 1]) v[s] = 0;
  const { discount } = options;
  const factor = discount < 1 ? discount / (1 - discount) : 1;
  const best = new Int32Array(mdp.states);
  const most = options.mostSweeps ?? defaultMostSweeps;
  let sweeps = 0;
  let change = Infinity;
  let scale = 1;
  const grows = new Growth();
  const enough = (): number => Math.max((options.tolerance ?? 1e-10) / Math.max(1, factor), 2e-15 * scale);
  for (let look = 0; ; look++) {
    ({ change, scale } = improve(mdp, discount, v, best));
    sweeps++;
    if (change <= enough() || change === 0) break;
    if (sweeps >= most || !(scale < 1e200) || (discount === 1 && grows.at(look, change))) throw unlimited(discount, change);
    if (discount < 1 && look < mostLooks) sweeps += new Chain(mdp, best).settle(v, discount, Math.max(enough() / 10, policyShare * change), sweep => sweep + 1 < policySweeps).sweeps;
    const pause = context?.breathe();
    if (pause) await pause;
  }
  return finished(mdp, discount, v, sweeps, change * factor);
}

/** Without a discount, changes that have not shrunk between sweeps 2^k and 2^(k + 1) from the 1024th on: values grow for ever. */
class Growth {
  private last = Infinity;

  at(sweep: number, change: number): boolean {
    if (sweep < 1024 || (sweep & (sweep - 1)) !== 0) return false;
    const grows = change >= this.last * 0.99999;
    this.last = change;
    return grows;
  }
}

export function checkDiscount(discount: number): void {
  if (!(discount >= 0 && discount <= 1)) throw new UserError('badOption', `The discount has to be from 0 to 1, and is ${discount}.`);
}

function unlimited(discount: number, change: number): UserError {
  return new UserError('numerical', discount === 1
    ? 'With a discount of 1 the values have no limit: the log shows ways to go on for ever, with rewards that add up without end; choose a discount below 1, such as 0.99.'
    : `The values did not settle with the discount ${discount} (last change ${change.toPrecision(2)}); choose a smaller one.`);
}

/** One Gauss–Seidel sweep of value iteration. */
function improve(mdp: Process, discount: number, v: Float64Array, best: Int32Array): { change: number; scale: number } {
  let change = 0;
  let scale = 1;
  const { stateStart } = mdp;
  for (let s = mdp.states - 1; s >= 0; s--) {
    const end = stateStart[s + 1]!;
    let most = -Infinity;
    for (let p = stateStart[s]!; p < end; p++) {
      const value = backup(mdp, discount, v, p);
      if (value > most) { most = value; best[s] = p; }
    }
    if (most === -Infinity) { best[s] = -1; continue; }
    const difference = Math.abs(most - v[s]!);
    if (difference > change) change = difference;
    if (Math.abs(most) > scale) scale = Math.abs(most);
    v[s] = most;
  }
  return { change, scale };
}

/** Reward of a pair and the discounted mean of the values behind it. */
export function backup(mdp: Process, discount: number, v: Float64Array, p: number): number {
  const { target, probability } = mdp;
  let sum = 0;
  for (let o = mdp.outcomeStart[p]!, end = mdp.outcomeStart[p + 1]!; o < end; o++) sum += probability[o]! * v[target[o]!]!;
  return mdp.reward[p]! + discount * sum;
}

function finished(mdp: Process, discount: number, v: Float64Array, sweeps: number, error: number): Solution {
  const q = new Float64Array(mdp.pairs);
  for (let p = 0; p < q.length; p++) q[p] = backup(mdp, discount, v, p);
  const { greedy, ties } = greedyPairs(mdp, q);
  for (let s = 0; s < mdp.states; s++) if (greedy[s]! >= 0) v[s] = q[greedy[s]!]!;
  const solution = { discount, q, v, greedy, ties, sweeps, error };
  return discount === 1 ? { ...solution, greedy: leadingToEnds(mdp, q, greedy) } : solution;
}

/** Values that differ by less than this share of the largest count as equal. */
export const tieShare = 1e-9;

export function tieWidth(q: Float64Array): number {
  let scale = 0;
  for (let p = 0; p < q.length; p++) scale = Math.max(scale, Math.abs(q[p]!));
  return tieShare * scale;
}

/** The first best pair of each state, and how many are as good. */
export function greedyPairs(mdp: Pick<Mdp, 'states' | 'stateStart'>, q: Float64Array): { greedy: Int32Array; ties: Int32Array } {
  const width = tieWidth(q);
  const greedy = new Int32Array(mdp.states).fill(-1);
  const ties = new Int32Array(mdp.states);
  for (let s = 0; s < mdp.states; s++) {
    const [from, end] = [mdp.stateStart[s]!, mdp.stateStart[s + 1]!];
    let most = -Infinity;
    for (let p = from; p < end; p++) if (q[p]! > most) most = q[p]!;
    for (let p = end - 1; p >= from; p--) if (q[p]! >= most - width) { greedy[s] = p; ties[s]!++; }
  }
  return { greedy, ties };
}

/** Without a discount an action that leads in a circle can be worth as much as one that leads on; the latter is chosen: nearest to the ends first. */
function leadingToEnds(mdp: Process, q: Float64Array, greedy: Int32Array): Int32Array {
  const width = tieWidth(q);
  const chosen = greedy.slice();
  const reached = new Uint8Array(mdp.states + 1);
  reached[mdp.states] = 1;
  for (let s = 0; s < mdp.states; s++) if (greedy[s]! < 0) reached[s] = 1;
  for (let found = true; found; ) {
    found = false;
    for (let s = 0; s < mdp.states; s++) {
      if (reached[s] === 1) continue;
      for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) {
        if (q[p]! < q[greedy[s]!]! - width || !reaches(mdp, p, reached)) continue;
        chosen[s] = p;
        reached[s] = 1;
        found = true;
        break;
      }
    }
  }
  return chosen;
}

function reaches(mdp: Process, p: number, reached: Uint8Array): boolean {
  for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) if (mdp.probability[o]! > 0 && reached[mdp.target[o]!] === 1) return true;
  return false;
}
