/** Principal axes of some columns and the range of the rows along them, where no digit matters beyond the eighth. */
import type { WorkContext } from '../../context';
import { symmetricEigen } from '../../math/eigen';
import type { Matrix } from './matrix';

export interface Axes {
  /** Axis a at a·m, m = number of columns. */
  readonly axes: Float64Array;
  /** Range of the rows along each axis, from the columns' zero. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** `chosen`: columns of the matrix. */
export async function principalAxes({ data, rows, columns }: Matrix, chosen: readonly number[], context: WorkContext): Promise<Axes> {
  const m = chosen.length;
  if (m === 0) return { axes: new Float64Array(0), low: new Float64Array(0), high: new Float64Array(0) };
  const means = chosen.map(j => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * columns + j];
    return sum / rows;
  });
  const cross = new Float64Array(m * m);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < m; a++) {
      const x = data[i * columns + chosen[a]] - means[a];
      for (let b = 0; b <= a; b++) cross[a * m + b] += x * (data[i * columns + chosen[b]] - means[b]);
    }
  }
  for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) cross[b * m + a] = cross[a * m + b];
  const { vectors } = await symmetricEigen(cross, m, context);
  const low = new Float64Array(m).fill(Infinity);
  const high = new Float64Array(m).fill(-Infinity);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < m; a++) {
      let value = 0;
      for (let j = 0; j < m; j++) value += vectors[a * m + j] * data[i * columns + chosen[j]];
      if (value < low[a]) low[a] = value;
      if (value > high[a]) high[a] = value;
    }
  }
  return { axes: vectors, low, high };
}
