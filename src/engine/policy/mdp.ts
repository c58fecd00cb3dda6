/** The decision process that a log shows: how often each action of each state led where, and with what reward. */
import type { Experience } from './experience';

/**
 * Only pairs of a state and an action that the log holds. Pairs of state s are stateStart[s] … stateStart[s + 1] − 1, rising by action;
 * outcomes of pair p are outcomeStart[p] … outcomeStart[p + 1] − 1.
 */
export interface Mdp {
  readonly states: number;
  readonly pairs: number;
  readonly stateStart: Int32Array;
  readonly pairState: Int32Array;
  readonly pairAction: Int32Array;
  readonly visits: Float64Array;
  /** Mean reward of each pair. */
  readonly reward: Float64Array;
  readonly outcomeStart: Int32Array;
  /** State whose value counts after the outcome; `states` where the episode ended (its value is 0). */
  readonly target: Int32Array;
  /** State that the log names after the outcome; -1 where it names none. Differs from the target at ends. */
  readonly outcomeNext: Int32Array;
  readonly outcomeCount: Float64Array;
  readonly probability: Float64Array;
  readonly outcomeReward: Float64Array;
  /** Sum of squared deviations of the rewards from the outcome's mean. */
  readonly outcomeSquares: Float64Array;
  /** Pair of each transition; -1 for those left out. */
  readonly rowPair: Int32Array;
  /** Outcome of each transition; -1 for those left out. */
  readonly rowOutcome: Int32Array;
}

/** Counts, in O(transitions + states × actions). `use`: 1 for transitions that count; all when absent. */
export function estimateMdp(experience: Experience, use?: Uint8Array): Mdp {
  const { size, state, action, reward, next, done } = experience;
  const states = experience.states.count;
  const actions = experience.actions.length;
  const cells = new Int32Array(states * actions);
  let used = 0;
  for (let i = 0; i < size; i++) if (!use || use[i] === 1) { cells[state[i]! * actions + action[i]!]!++; used++; }
  const pairs = numberPairs(cells, states, actions);
  // Transitions, pair after pair.
  const end = Float64Array.from(pairs.start.subarray(0, pairs.count));
  const rowPair = new Int32Array(size).fill(-1);
  const grouped = new Int32Array(used);
  for (let i = 0; i < size; i++) {
    if (use && use[i] !== 1) continue;
    const p = cells[state[i]! * actions + action[i]!]!;
    rowPair[i] = p;
    grouped[end[p]!++] = i;
  }
  const rowOutcome = new Int32Array(size).fill(-1);
  const outcomes = new OutcomeList();
  const slot = new Int32Array(2 * states + 2).fill(-1);
  const outcomeStart = new Int32Array(pairs.count + 1);
  const means = new Float64Array(pairs.count);
  for (let p = 0; p < pairs.count; p++) {
    const from = outcomes.count;
    outcomeStart[p] = from;
    let total = 0;
    for (let k = pairs.start[p]!; k < pairs.start[p + 1]!; k++) {
      const i = grouped[k]!;
      const key = done[i] === 1 ? states + 1 + next[i]! : next[i]!;
      let o = slot[key]!;
      if (o < from) slot[key] = o = outcomes.add(done[i] === 1 ? states : next[i]!, next[i]!);
      outcomes.take(o, reward[i]!);
      rowOutcome[i] = o;
      total += reward[i]!;
    }
    means[p] = total / pairs.visits[p]!;
  }
  outcomeStart[pairs.count] = outcomes.count;
  return {
    states, pairs: pairs.count, stateStart: pairs.stateStart, pairState: pairs.state, pairAction: pairs.action, visits: pairs.visits, reward: means, outcomeStart,
    ...outcomes.finish(outcomeStart, pairs.visits), rowPair, rowOutcome,
  };
}

/** Numbers the cells that are not empty, and puts those numbers in their place. */
function numberPairs(cells: Int32Array, states: number, actions: number): {
  count: number; start: Int32Array; stateStart: Int32Array; state: Int32Array; action: Int32Array; visits: Float64Array;
} {
  let count = 0;
  for (let c = 0; c < cells.length; c++) if (cells[c]! > 0) count++;
  const [start, stateStart] = [new Int32Array(count + 1), new Int32Array(states + 1)];
  const [state, action, visits] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)];
  let p = 0;
  for (let s = 0; s < states; s++) {
    stateStart[s] = p;
    for (let a = 0; a < actions; a++) {
      const c = s * actions + a;
      if (cells[c] === 0) { cells[c] = -1; continue; }
      [state[p], action[p], visits[p]] = [s, a, cells[c]!];
      start[p + 1] = start[p]! + cells[c]!;
      cells[c] = p++;
    }
  }
  stateStart[states] = p;
  return { count, start, stateStart, state, action, visits };
}

/** Grows with the outcomes; means and squares by Welford's update. */
class OutcomeList {
  count = 0;
  private target = new Int32Array(1024);
  private next = new Int32Array(1024);
  private seen = new Float64Array(1024);
  private mean = new Float64Array(1024);
  private squares = new Float64Array(1024);

  add(target: number, next: number): number {
    if (this.count === this.target.length) this.grow();
    this.target[this.count] = target;
    this.next[this.count] = next;
    return this.count++;
  }

  take(o: number, reward: number): void {
    const n = ++this.seen[o]!;
    const difference = reward - this.mean[o]!;
    this.mean[o]! += difference / n;
    this.squares[o]! += difference * (reward - this.mean[o]!);
  }

  private grow(): void {
    const grown = <T extends Float64Array | Int32Array>(from: T, to: T): T => { to.set(from); return to; };
    const size = this.count * 2;
    this.target = grown(this.target, new Int32Array(size));
    this.next = grown(this.next, new Int32Array(size));
    this.seen = grown(this.seen, new Float64Array(size));
    this.mean = grown(this.mean, new Float64Array(size));
    this.squares = grown(this.squares, new Float64Array(size));
  }

  finish(outcomeStart: Int32Array, visits: Float64Array): Pick<Mdp, 'target' | 'outcomeNext' | 'outcomeCount' | 'probability' | 'outcomeReward' | 'outcomeSquares'> {
    const outcomeCount = this.seen.slice(0, this.count);
    const probability = new Float64Array(this.count);
    for (let p = 0; p < visits.length; p++) for (let o = outcomeStart[p]!; o < outcomeStart[p + 1]!; o++) probability[o] = outcomeCount[o]! / visits[p]!;
    return {
      target: this.target.slice(0, this.count), outcomeNext: this.next.slice(0, this.count), outcomeCount, probability,
      outcomeReward: this.mean.slice(0, this.count), outcomeSquares: this.squares.slice(0, this.count),
    };
  }
}

/** The pair of a state and an action; -1 where the log does not hold it. */
export function pairOf(mdp: Mdp, state: number, action: number): number {
  for (let p = mdp.stateStart[state]!; p < mdp.stateStart[state + 1]!; p++) if (mdp.pairAction[p] === action) return p;
  return -1;
}
