/** What all attacks on numbers offer: rows within the box that are likely bad. Whether they are, the judge says. */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';
import type { AttackMethod } from './result';

export interface Attacker {
  readonly method: AttackMethod;
  /**
   * Cells of the listed rows with numbers within ε deviations of where they started, some proposals (one for each direction or start);
   * categories as in `cells`, which are those of the listed rows: the worst so far, or any others in the box. Throws CancelledError.
   */
  proposals(epsilon: number, cells: Float64Array, which: Int32Array, rng: Rng, context: WorkContext): Promise<Float64Array[]>;
}

/** Which way a predicted number is pushed. */
export type Direction = 1 | -1;
