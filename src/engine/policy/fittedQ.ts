/**
 * Fitted Q-iteration for states of many numbers: Q(s, a) is the mean of r + γ max Q(s', ·) over the k transitions with that action whose states are nearest.
 * A mean of neighbours is an averager (Gordon 1995): it cannot enlarge differences, so the iteration converges to one solution, as that of linear models or trees that are
 * fitted anew at each step need not. It is the exact solution of a decision process over the transitions themselves (Ormoneit & Sen 2002), so the solver of tables finds it.
 */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import type { Experience } from './experience';
import { Neighbours } from './neighbours';
import { rewardUnit } from './rewardUnit';
import { solveMdp, type Process } from './solve';

export interface FittedOptions {
  readonly discount: number;
  /** Neighbours that are averaged; absent: 10. */
  readonly neighbours?: number;
  /** Transitions kept, drawn at random; absent: 4000. */
  readonly mostTransitions?: number;
}

export interface FittedQ {
  readonly discount: number;
  readonly neighbours: number;
  /** Transitions of the experience that values are made of. */
  readonly transitions: Int32Array;
  /** r + γ max Q(s', ·) of each of them. */
  readonly targets: Float64Array;
  readonly sweeps: number;
  /** What each column of numbers is divided by, in the order of the state's columns. */
  readonly scales: readonly number[];
  /** Value of each action at a state of the experience, the mean scaled distance of its neighbours, and their transitions; absent where the action was never taken. */
  at(state: number): (FittedAction | undefined)[];
}

export interface FittedAction { readonly q: number; readonly distance: number; readonly transitions: Int32Array }

/** `experience`: read with bins 'none'. Numbers are scaled by their standard deviation; different words are at distance 1. Throws 'badOption'. */
export async function fittedQ(given: Experience, options: FittedOptions, rng: Rng, context: WorkContext): Promise<FittedQ> {
  const unit = rewardUnit(given.reward);
  const experience: Experience = unit === 1 ? given : { ...given, reward: given.reward.map(reward => reward / unit) };
  const wanted = options.neighbours ?? 10;
  if (!(Number.isInteger(wanted) && wanted >= 1)) throw new UserError('badOption', `The number of neighbours has to be a whole number above 0, and is ${wanted}.`);
  const most = options.mostTransitions ?? 4000;
  const all = Int32Array.from({ length: experience.size }, (_, i) => i);
  const transitions = (experience.size > most ? rng.shuffle(all).slice(0, most) : all).sort();
  const search = new Neighbours(experience, transitions, wanted);
  const { process, stateOf } = await neighbourProcess(experience, transitions, search, context);
  const solution = await solveMdp(process, { discount: options.discount }, context);
  const targets = Float64Array.from(transitions, i => unit * (experience.reward[i]! + options.discount * (experience.done[i] === 1 ? 0 : solution.v[stateOf.get(experience.next[i]!)!]!)));
  const at = (state: number): (FittedAction | undefined)[] => experience.actions.map((_, a) => {
    const found = search.nearest(state, a);
    if (found.places.length === 0) return undefined;
    let [q, distance] = [0, 0];
    found.places.forEach((place, k) => {
      q += targets[place]! / found.places.length;
      distance += found.distances[k]! / found.places.length;
    });
    return { q, distance, transitions: Int32Array.from(found.places, place => transitions[place]!) };
  });
  return { discount: options.discount, neighbours: wanted, transitions, targets, sweeps: solution.sweeps, scales: search.scales, at };
}

/** States: those that transitions lead to. Pairs: one an action that was ever taken. Outcomes: the neighbours, each as likely. */
async function neighbourProcess(experience: Experience, transitions: Int32Array, search: Neighbours, context: WorkContext): Promise<{ process: Process; stateOf: Map<number, number> }> {
  const stateOf = new Map<number, number>();
  for (const i of transitions) if (experience.done[i] === 0 && !stateOf.has(experience.next[i]!)) stateOf.set(experience.next[i]!, stateOf.size);
  const states = stateOf.size;
  const [stateStart, outcomeStart, target, probability, reward]: [number[], number[], number[], number[], number[]] = [[0], [0], [], [], []];
  for (const state of stateOf.keys()) {
    for (let a = 0; a < experience.actions.length; a++) {
      const { places } = search.nearest(state, a);
      if (places.length === 0) continue;
      let mean = 0;
      for (const place of places) {
        const i = transitions[place]!;
        mean += experience.reward[i]! / places.length;
        target.push(experience.done[i] === 1 ? states : stateOf.get(experience.next[i]!)!);
        probability.push(1 / places.length);
      }
      reward.push(mean);
      outcomeStart.push(target.length);
    }
    stateStart.push(reward.length);
    const pause = context.breathe();
    if (pause) await pause;
  }
  const process: Process = {
    states, pairs: reward.length, stateStart: Int32Array.from(stateStart), outcomeStart: Int32Array.from(outcomeStart), target: Int32Array.from(target),
    probability: Float64Array.from(probability), reward: Float64Array.from(reward),
  };
  return { process, stateOf };
}
