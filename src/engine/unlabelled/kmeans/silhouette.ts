/** Silhouettes (Rousseeuw 1987): how much nearer each row is to its own cluster's rows than to those of the next cluster. */
import type { WorkContext } from '../../context';
import type { Matrix } from '../shared/matrix';

/**
 * Silhouette of every row in each labelling, −1 … 1, from the distances of all pairs of rows: time grows with rows². Rows alone in
 * their cluster have 0, as has every row where there is one cluster.
 */
export async function silhouettes(matrix: Matrix, labellings: readonly Int32Array[], context: WorkContext): Promise<Float64Array[]> {
  const steps = silhouetteSteps(matrix, labellings);
  for (;;) {
    const pause = context.breathe();
    if (pause) await pause;
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Mean silhouette of each labelling. Without pauses. */
export function meanSilhouettes(matrix: Matrix, labellings: readonly Int32Array[]): Float64Array {
  const steps = silhouetteSteps(matrix, labellings);
  for (;;) {
    const step = steps.next();
    if (step.done) return Float64Array.from(step.value, values => values.reduce((sum, value) => sum + value, 0) / values.length);
  }
}

/** Pauses after each row. */
function* silhouetteSteps({ data, rows, columns }: Matrix, labellings: readonly Int32Array[]): Generator<void, Float64Array[]> {
  const counts = labellings.map(labels => labels.reduce((most, label) => Math.max(most, label + 1), 1));
  const sums = counts.map(k => new Float64Array(rows * k));
  for (let i = 0; i < rows; i++) {
    yield;
    for (let other = i + 1; other < rows; other++) {
      let square = 0;
      for (let a = i * columns, b = other * columns, end = a + columns; a < end; a++, b++) square += (data[a] - data[b]) ** 2;
      const distance = Math.sqrt(square);
      for (let l = 0; l < labellings.length; l++) {
        const labels = labellings[l];
        sums[l][i * counts[l] + labels[other]] += distance;
        sums[l][other * counts[l] + labels[i]] += distance;
      }
    }
  }
  return labellings.map((labels, l) => fromSums(sums[l], labels, counts[l]));
}

function fromSums(sums: Float64Array, labels: Int32Array, k: number): Float64Array {
  const sizes = new Int32Array(k);
  for (const label of labels) sizes[label]++;
  return Float64Array.from(labels, (label, i) => {
    if (sizes[label] <= 1) return 0;
    const own = sums[i * k + label] / (sizes[label] - 1);
    let next = Infinity;
    for (let c = 0; c < k; c++) if (c !== label && sizes[c] > 0) next = Math.min(next, sums[i * k + c] / sizes[c]);
    if (next === Infinity) return 0;
    const larger = Math.max(own, next);
    return larger > 0 ? (next - own) / larger : 0;
  });
}
