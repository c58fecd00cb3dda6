/** A log in random order, as every way of learning from it by replay reads it. */
import type { Rng } from '../math/random';
import type { Experience } from './experience';
import type { Mdp } from './mdp';

/** Transitions in an order drawn at random: pair, state whose value counts (-1: none) and reward. */
export interface ShuffledLog { readonly pair: Int32Array; readonly target: Int32Array; readonly reward: Float64Array }

/** Long logs take longer to shuffle than to pass over, so ways of learning share one. */
export function shuffledLog({ size, next, done, reward }: Experience, { rowPair, stateStart }: Mdp, rng: Rng): ShuffledLog {
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  rng.shuffle(order);
  const log = { pair: new Int32Array(size), target: new Int32Array(size), reward: new Float64Array(size) };
  for (let k = 0; k < size; k++) {
    const i = order[k]!;
    const t = next[i]!;
    log.pair[k] = rowPair[i]!;
    log.target[k] = done[i] === 1 || stateStart[t] === stateStart[t + 1] ? -1 : t;
    log.reward[k] = reward[i]!;
  }
  return log;
}
