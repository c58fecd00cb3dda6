/** Which rows a model gives a prediction: with incomplete rows left out, a row with a missing cell has none. */
import type { Prediction } from '../models/model';

/** A filter for the rows that were predicted: true at the i-th where every number of its prediction is finite. */
export function allFinite({ rows, mean, probabilities }: Prediction): (row: number, i: number) => boolean {
  const values = mean ?? probabilities ?? new Float64Array();
  const width = rows > 0 ? values.length / rows : 0;
  return (_, i) => width > 0 && values.subarray(i * width, (i + 1) * width).every(Number.isFinite);
}
