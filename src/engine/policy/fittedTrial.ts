/**
 * Which to trust, the policy of the bins or that without bins: both are learned from one half of the log and judged by the other, several times. The judges are the
 * processes that the other half shows: of its nearest transitions, and of its bins. Neither sees states exactly, and each in its own way, so both are asked.
 */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import { loggedPolicy } from './behaviour';
import { policyValues } from './evaluatePolicy';
import type { Experience } from './experience';
import { fittedQ } from './fittedQ';
import { estimateMdp, type Mdp } from './mdp';
import { Neighbours } from './neighbours';
import { halve } from './offPolicy';
import { solveMdp, type Process } from './solve';

export type Judge = 'neighbours' | 'bins';

export interface Judged {
  readonly by: Judge;
  /** Means over the trials: value from the first states on (without episodes: from a state of the log on). */
  readonly fitted: number;
  readonly binned: number;
  /** Trials in which the policy without bins was worth more, and in which less. */
  readonly better: number;
  readonly worse: number;
}

export interface FittedTrial {
  readonly trials: number;
  readonly judged: readonly Judged[];
  readonly verdict: 'fitted' | 'binned' | 'even';
}

export interface TrialOptions { readonly discount: number; readonly neighbours: number }

/** Each halving is used both ways round. */
const halvings = 4;
const mostTransitions = 1500;
/** A verdict takes this share of the trials by each judge. */
const clearShare = 7 / 8;
/** Smaller differences, as a share of the larger value, are none. */
const nothing = 1e-6;

type Choice = (plainState: number) => number;

/**
 * `binned` and `plain` are the same rows, read with and without bins. Episodes are halved where there are 4 or more, else transitions. Undefined where there are
 * fewer than 40 transitions, or values have no limit.
 */
export async function fittedTrial(binned: Experience, plain: Experience, options: TrialOptions, rng: Rng, context: WorkContext): Promise<FittedTrial | undefined> {
  const units = binned.episodes && binned.episodes.count >= 4 ? unitOfEpisodes(binned) : Int32Array.from({ length: binned.size }, (_, i) => i);
  if (plain.size !== binned.size || binned.size < 40) return undefined;
  const sums = new Map<Judge, { fitted: number; binned: number; better: number; worse: number }>([['neighbours', zero()], ['bins', zero()]]);
  const trials = 2 * halvings;
  try {
    for (let trial = 0; trial < trials; trial += 2) {
      const halves = halve(units.reduce((most, unit) => Math.max(most, unit + 1), 0), rng);
      for (const half of [0, 1]) {
        const values = await oneTrial(binned, plain, i => units[i]! >= 0 && halves[units[i]!] === half, i => units[i]! >= 0 && halves[units[i]!] !== half, options, rng, context);
        for (const { by, fitted, table } of values) add(sums.get(by)!, fitted, table, trials);
        const pause = context.breathe();
        if (pause) await pause;
        context.progress('With or without bins', (trial + half + 1) / trials);
      }
    }
  } catch (error) {
    if (UserError.is(error, 'numerical')) return undefined;
    throw error;
  }
  const judged = [...sums].map(([by, sum]) => ({ by, ...sum }));
  const all = (of: 'better' | 'worse'): boolean => judged.every(each => each[of] >= clearShare * trials);
  return { trials, judged, verdict: all('better') ? 'fitted' : all('worse') ? 'binned' : 'even' };
}

function zero(): { fitted: number; binned: number; better: number; worse: number } {
  return { fitted: 0, binned: 0, better: 0, worse: 0 };
}

function add(sum: ReturnType<typeof zero>, fitted: number, table: number, trials: number): void {
  sum.fitted += fitted / trials;
  sum.binned += table / trials;
  const width = nothing * Math.max(Math.abs(fitted), Math.abs(table));
  if (fitted > table + width) sum.better++;
  else if (fitted < table - width) sum.worse++;
}

/** Episode of each transition; -1 for those in none. */
function unitOfEpisodes({ episodes, size }: Experience): Int32Array {
  const unit = new Int32Array(size).fill(-1);
  for (let e = 0; e < episodes!.count; e++) for (let k = episodes!.start[e]!; k < episodes!.start[e + 1]!; k++) unit[episodes!.order[k]!] = e;
  return unit;
}

async function oneTrial(
  binned: Experience, plain: Experience, learns: (i: number) => boolean, judges: (i: number) => boolean, options: TrialOptions, rng: Rng, context: WorkContext,
): Promise<{ by: Judge; fitted: number; table: number }[]> {
  const use = Uint8Array.from({ length: binned.size }, (_, i) => Number(learns(i)));
  const fitted = await fittedQ(subset(plain, learns), { ...options, mostTransitions }, rng, context);
  const without = remembered(state => {
    const found = fitted.at(state);
    return found.reduce((best, each, a) => (each && (best < 0 || each.q > found[best]!.q) ? a : best), -1);
  });
  const table = await tableChoice(binned, plain, use, options.discount, context);
  const rows = Int32Array.from({ length: binned.size }, (_, i) => i).filter(judges);
  const start = firstRows(binned, rows);
  const near = new NeighbourJudge(plain, rng.shuffle(rows.slice()).slice(0, mostTransitions).sort(), start, options);
  const bins = new BinJudge(binned, plain, rows, start, options.discount);
  return [{ by: 'neighbours', fitted: near.value(without), table: near.value(table) }, { by: 'bins', fitted: bins.value(without), table: bins.value(table) }];
}

function remembered(choose: Choice): Choice {
  const known = new Map<number, number>();
  return state => {
    const found = known.get(state) ?? choose(state);
    known.set(state, found);
    return found;
  };
}

/** The best action of the bin that a state lies in; the commonest action of the half where that half does not show the bin. */
async function tableChoice(binned: Experience, plain: Experience, use: Uint8Array, discount: number, context: WorkContext): Promise<Choice> {
  const mdp = estimateMdp(binned, use);
  const { greedy } = await solveMdp(mdp, { discount }, context);
  const counts = new Float64Array(binned.actions.length);
  mdp.pairAction.forEach((action, p) => (counts[action]! += mdp.visits[p]!));
  const commonest = counts.indexOf(Math.max(...counts));
  const bin = new Int32Array(plain.states.count).fill(-1);
  for (let i = 0; i < plain.size; i++) {
    bin[plain.state[i]!] = binned.state[i]!;
    if (plain.next[i]! >= 0) bin[plain.next[i]!] = binned.next[i]!;
  }
  return state => (bin[state]! >= 0 && greedy[bin[state]!]! >= 0 ? mdp.pairAction[greedy[bin[state]!]!]! : commonest);
}

function subset(experience: Experience, use: (i: number) => boolean): Experience {
  const kept = Int32Array.from({ length: experience.size }, (_, i) => i).filter(use);
  const { state, action, reward, next, done, sourceRow, episodes: _whole, ...rest } = experience;
  const of = (values: Int32Array): Int32Array => kept.map(i => values[i]!);
  return { ...rest, size: kept.length, state: of(state), action: of(action), reward: Float64Array.from(kept, i => reward[i]!), next: of(next), done: Uint8Array.from(kept, i => done[i]!), sourceRow: of(sourceRow) };
}

/** Transitions, among the given ones, that episodes begin with; without episodes all. */
function firstRows({ episodes }: Experience, rows: Int32Array): Int32Array {
  if (!episodes || episodes.count < 4) return rows;
  const first = new Set(Array.from(episodes.start.subarray(0, episodes.count), place => episodes.order[place]!));
  return rows.filter(i => first.has(i));
}

/** Values by the nearest transitions of a half. */
class NeighbourJudge {
  private readonly search: Neighbours;
  private readonly states: number[];
  private readonly place: Map<number, number>;
  private readonly starts: Int32Array;

  constructor(private readonly plain: Experience, private readonly rows: Int32Array, start: Int32Array, private readonly options: TrialOptions) {
    this.search = new Neighbours(plain, rows, options.neighbours);
    this.starts = start.slice(0, mostTransitions).map(i => plain.state[i]!);
    this.states = [...new Set([...rows].filter(i => plain.done[i] === 0).map(i => plain.next[i]!).concat(...this.starts))];
    this.place = new Map(this.states.map((state, s) => [state, s]));
  }

  value(choose: Choice): number {
    const { plain, rows, states, place, search } = this;
    // An action that this half never shows is followed as if it ended there.
    const outcomes = states.map(state => search.nearest(state, choose(state)).places.map(k => ({ i: rows[k]!, weight: 1 })));
    const process = processOf(plain, outcomes, i => place.get(plain.next[i]!)!);
    return meanOf(this.starts, valuesOf(process, this.options.discount, plain), state => place.get(state)!);
  }
}

/**
 * Values by the bins of a half. What a policy does in a bin is seen in those rows in which the log did as it would, each weighted by how seldom the log takes that action in
 * the bin: so differences within a bin count. Without such rows in a bin all of its rows count.
 */
class BinJudge {
  private readonly mdp: Mdp;

  constructor(private readonly binned: Experience, private readonly plain: Experience, private readonly rows: Int32Array, private readonly start: Int32Array, private readonly discount: number) {
    const use = new Uint8Array(binned.size);
    for (const i of rows) use[i] = 1;
    this.mdp = estimateMdp(binned, use);
  }

  value(choose: Choice): number {
    const { mdp, binned, plain, rows } = this;
    const shares = loggedPolicy(mdp);
    const own = rows.map(i => Number(binned.action[i] === choose(plain.state[i]!)));
    const matched = new Uint8Array(mdp.states);
    rows.forEach((i, k) => { if (own[k] === 1) matched[binned.state[i]!] = 1; });
    const outcomes: { i: number; weight: number }[][] = Array.from({ length: mdp.states }, () => []);
    rows.forEach((i, k) => {
      const s = binned.state[i]!;
      if (own[k] === 1) outcomes[s]!.push({ i, weight: 1 / shares[mdp.rowPair[i]!]! });
      else if (matched[s] === 0) outcomes[s]!.push({ i, weight: 1 });
    });
    const values = valuesOf(processOf(binned, outcomes, i => binned.next[i]!), this.discount, binned);
    return meanOf(this.start.map(i => binned.state[i]!), values, state => state);
  }
}

/** One pair a state, with weighted rows as its outcomes; a state without rows is an end. */
function processOf({ done, reward }: Experience, outcomes: readonly (readonly { i: number; weight: number }[])[], next: (i: number) => number): Process {
  const states = outcomes.length;
  const outcomeStart = new Int32Array(states + 1);
  outcomes.forEach((found, s) => (outcomeStart[s + 1] = outcomeStart[s]! + found.length));
  const flat = outcomes.flat();
  const all = outcomes.map(found => found.reduce((sum, { weight }) => sum + weight, 0));
  return {
    states, pairs: states, stateStart: Int32Array.from({ length: states + 1 }, (_, s) => s), outcomeStart, target: Int32Array.from(flat, ({ i }) => (done[i] === 1 ? states : next(i))),
    probability: Float64Array.from(outcomes.flatMap((found, s) => found.map(({ weight }) => weight / all[s]!))),
    reward: Float64Array.from(outcomes, (found, s) => found.reduce((sum, { i, weight }) => sum + (weight * reward[i]!) / all[s]!, 0)),
  };
}

/** To a millionth of what values can be: far finer than what trials differ by. */
function valuesOf(process: Process, discount: number, { reward }: Experience): Float64Array {
  const most = reward.reduce((size, r) => Math.max(size, Math.abs(r)), 0);
  return policyValues(process, new Float64Array(process.pairs).fill(1), discount, undefined, Math.max(1e-300, 1e-6 * most));
}

function meanOf(states: Int32Array, values: Float64Array, place: (state: number) => number): number {
  return states.reduce((sum, state) => sum + values[place(state)]! / states.length, 0);
}
