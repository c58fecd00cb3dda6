/** The loss on a plane through the end of training: two directions, a grid of values. */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';
import type { Layer } from './layers';

export interface LossSurface {
  /** Distances from the end along the first and the second direction. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** y × x, row-major; null where the loss is no number. */
  readonly loss: readonly (number | null)[];
}

export interface Ranges {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** loss(centre + x · first + y · second) on a grid of `points` × `points`. */
export async function lossSurface(
  loss: (w: Float64Array) => number, centre: Float64Array, directions: readonly [Float64Array, Float64Array], ranges: Ranges, points: number, context: WorkContext,
): Promise<LossSurface> {
  const x = spaced(ranges.x, points);
  const y = spaced(ranges.y, points);
  const values: (number | null)[] = [];
  const w = new Float64Array(centre.length);
  for (const b of y) {
    for (const a of x) {
      const pause = context.breathe();
      if (pause) await pause;
      for (let i = 0; i < w.length; i++) w[i] = centre[i] + a * directions[0][i] + b * directions[1][i];
      const value = loss(w);
      values.push(Number.isFinite(value) ? value : null);
    }
  }
  return { x, y, loss: values };
}

function spaced([from, to]: readonly [number, number], points: number): number[] {
  return Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
}

/** The range of the path's coordinates with the end (0), and a fifth more on either side; never empty. */
export function rangeOf(coordinates: readonly number[]): [number, number] {
  const low = Math.min(0, ...coordinates);
  const high = Math.max(0, ...coordinates);
  const margin = high > low ? 0.2 * (high - low) : 1;
  return [low - margin, high + margin];
}

/**
 * A random direction in which the incoming weights of each unit are as long as in `w` itself, so that surfaces of networks with
 * weights of other sizes compare (filter normalisation, Li et al. 2018); biases do not move.
 */
export function filterNormalised(w: Float64Array, layers: readonly Layer[], rng: Rng): Float64Array {
  const direction = new Float64Array(w.length);
  for (const { inputs, outputs, weight } of layers) {
    for (let k = 0; k < outputs; k++) {
      let drawn = 0;
      let own = 0;
      for (let j = 0; j < inputs; j++) {
        const at = weight + j * outputs + k;
        direction[at] = rng.normal();
        drawn += direction[at] ** 2;
        own += w[at] ** 2;
      }
      for (let j = 0; j < inputs; j++) direction[weight + j * outputs + k] *= Math.sqrt(own / drawn);
    }
  }
  return direction;
}
