/** Which transitions a Q-value rests on: how much it would move with each of them. */
import { epsilonGreedy, occupancy } from './evaluatePolicy';
import { stateLabel, type Experience } from './experience';
import type { Mdp } from './mdp';
import type { Solution } from './solve';

/** The transitions of one state and action. Of Q(s, a) = Σ occupancy × mean reward, over all of them. */
export interface RestsOn {
  readonly pair: number;
  readonly state: string;
  readonly action: string;
  /** Expected discounted number of visits from the chosen pair on, under the greedy policy: the derivative of Q by this pair's mean reward. */
  readonly occupancy: number;
  /** Of all occupancy. */
  readonly share: number;
  /** Occupancy × mean reward; these sum to Q over all pairs. */
  readonly contribution: number;
  /** Transitions of the log. */
  readonly visits: number;
  /** Standard error of Q that comes from this pair alone, by the delta method. */
  readonly standardError: number;
  readonly outcomes: readonly OutcomeInfluence[];
}

export interface OutcomeInfluence {
  /** State that the log names after the action; absent where it names none. */
  readonly next?: string;
  readonly done: boolean;
  readonly count: number;
  readonly reward: number;
  /** Derivative of Q by one more transition of this kind: occupancy / visits × (reward + γ V(next) − Q of the pair). */
  readonly effect: number;
  /** 1-based data rows of the file, the first ones at most. */
  readonly rows: readonly number[];
}

export interface Influence {
  readonly state: string;
  readonly action: string;
  readonly q: number;
  /** Delta-method standard error of Q under the greedy policy. */
  readonly standardError: number;
  /** Largest occupancy first. */
  readonly top: readonly RestsOn[];
  /** Pairs that Q rests on at all, and what share of the occupancy those not shown have. */
  readonly pairs: number;
  readonly restShare: number;
}

const rowsShown = 5;

/** Of the Q-value of `pair`; the `count` pairs it rests on most. Time as for one evaluation of the policy. */
export function influenceOn(experience: Experience, mdp: Mdp, solution: Solution, pair: number, count = 20): Influence {
  const start = new Float64Array(mdp.pairs);
  start[pair] = 1;
  const visits = occupancy(mdp, epsilonGreedy(mdp, solution.greedy, 0), solution.discount, { pairs: start });
  let total = 0;
  let variance = 0;
  const involved: number[] = [];
  for (let p = 0; p < mdp.pairs; p++) {
    if (visits[p] === 0) continue;
    involved.push(p);
    total += visits[p]!;
    variance += pairVariance(mdp, solution, p, visits[p]!);
  }
  involved.sort((a, b) => visits[b]! - visits[a]! || a - b);
  const shown = involved.slice(0, count);
  const rows = exampleRows(experience, mdp, shown);
  const top = shown.map(p => restsOn(experience, mdp, solution, p, visits[p]!, total, rows));
  return {
    state: stateLabel(experience.states, mdp.pairState[pair]!), action: experience.actions[mdp.pairAction[pair]!]!, q: solution.q[pair]!, standardError: Math.sqrt(variance), top,
    pairs: involved.length, restShare: Math.max(0, 1 - top.reduce((sum, item) => sum + item.share, 0)),
  };
}

/** Temporal-difference error of an outcome: how much better than expected it turned out. */
function surprise(mdp: Mdp, { q, v, discount }: Solution, p: number, o: number): number {
  return mdp.outcomeReward[o]! + discount * v[mdp.target[o]!]! - q[p]!;
}

/** occupancy² × variance of (r + γ V(s')) / visits. */
function pairVariance(mdp: Mdp, solution: Solution, p: number, weight: number): number {
  let squares = 0;
  for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) squares += mdp.outcomeCount[o]! * surprise(mdp, solution, p, o) ** 2 + mdp.outcomeSquares[o]!;
  return weight ** 2 * (squares / mdp.visits[p]! ** 2);
}

function restsOn(experience: Experience, mdp: Mdp, solution: Solution, p: number, weight: number, total: number, rows: ReadonlyMap<number, readonly number[]>): RestsOn {
  const outcomes: OutcomeInfluence[] = [];
  for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) {
    const next = mdp.outcomeNext[o]!;
    outcomes.push({
      ...(next >= 0 && { next: stateLabel(experience.states, next) }), done: mdp.target[o] === mdp.states, count: mdp.outcomeCount[o]!, reward: mdp.outcomeReward[o]!,
      effect: (weight / mdp.visits[p]!) * surprise(mdp, solution, p, o), rows: rows.get(o)!,
    });
  }
  outcomes.sort((a, b) => b.count - a.count);
  return {
    pair: p, state: stateLabel(experience.states, mdp.pairState[p]!), action: experience.actions[mdp.pairAction[p]!]!, occupancy: weight, share: weight / total,
    contribution: weight * mdp.reward[p]!, visits: mdp.visits[p]!, standardError: Math.sqrt(pairVariance(mdp, solution, p, weight)), outcomes,
  };
}

/** First rows of the file of each outcome of the pairs. */
function exampleRows(experience: Experience, mdp: Mdp, pairs: readonly number[]): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  // How many rows an outcome still wants: most rows are of none of these outcomes, and a look into the map for each would take long.
  const wanted = new Uint8Array(mdp.target.length);
  for (const p of pairs) for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) {
    rows.set(o, []);
    wanted[o] = rowsShown;
  }
  for (let i = 0; i < experience.size; i++) {
    const o = mdp.rowOutcome[i]!;
    if (o < 0 || wanted[o] === 0) continue;
    wanted[o]!--;
    rows.get(o)!.push(experience.sourceRow[i]! + 1);
  }
  return rows;
}
