/** Mini-batch k-means (Sculley 2010) for more rows than full passes are made over: only centres, one small sample of the rows a step. */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';

const batchRows = 4096;
const steps = 300;

/** Moves the centres (k × columns, changed in place) towards the means of random batches with step 1/(rows seen so far). */
export async function miniBatch(data: Float64Array, rows: number, columns: number, centres: Float64Array, k: number, rng: Rng, context: WorkContext): Promise<void> {
  const seen = new Float64Array(k);
  const chosen = new Int32Array(batchRows);
  const labels = new Int32Array(batchRows);
  for (let step = 0; step < steps; step++) {
    const pause = context.breathe();
    if (pause) await pause;
    for (let b = 0; b < batchRows; b++) {
      chosen[b] = rng.integer(rows);
      labels[b] = nearest(data, chosen[b] * columns, centres, k, columns);
    }
    for (let b = 0; b < batchRows; b++) {
      const c = labels[b];
      const rate = 1 / ++seen[c];
      for (let j = 0; j < columns; j++) centres[c * columns + j] += rate * (data[chosen[b] * columns + j] - centres[c * columns + j]);
    }
  }
}

/** The centre that is nearest to the row at `at`; the first of equally near ones. */
export function nearest(data: Float64Array, at: number, centres: Float64Array, k: number, columns: number): number {
  let least = Infinity;
  let best = 0;
  for (let c = 0; c < k; c++) {
    let sum = 0;
    for (let i = at, j = c * columns; i < at + columns; i++, j++) sum += (data[i] - centres[j]) ** 2;
    if (sum < least) {
      least = sum;
      best = c;
    }
  }
  return best;
}
