/** Single-row exchanges (Hartigan 1975; Telgarsky & Vattani 2010): a partition that no move of one row betters, which is more than Lloyd's gives. */

export interface Partition {
  /** k × columns: the means. */
  readonly centres: Float64Array;
  readonly labels: Int32Array;
  readonly sizes: Int32Array;
}

/** Passes over the rows are given up after so many; each lowers the sum of squares. */
const mostPasses = 100;

/** Moves rows of `data` (row-major) while that lowers the sum of squares; changes the partition in place. True if any moved. */
export function exchangeRows(data: Float64Array, columns: number, partition: Partition): boolean {
  const { labels } = partition;
  let any = false;
  for (let turn = 0; turn < mostPasses; turn++) {
    let moved = false;
    for (let i = 0; i < labels.length; i++) {
      const to = betterCluster(data, columns, partition, i);
      if (to < 0) continue;
      move(data, columns, partition, i, to);
      moved = true;
    }
    if (!moved) break;
    any = true;
    exactMeans(data, columns, partition);
  }
  return any;
}

/** Leaving a saves n_a/(n_a − 1) d², joining b costs n_b/(n_b + 1) d². −1: the row stays. */
function betterCluster(data: Float64Array, columns: number, { centres, labels, sizes }: Partition, i: number): number {
  const own = labels[i];
  const n = sizes[own];
  if (n <= 1) return -1;
  const saved = (n / (n - 1)) * distance(data, i * columns, centres, own * columns, columns, Infinity);
  let least = saved * (1 - 1e-10);
  let best = -1;
  for (let c = 0; c < sizes.length; c++) {
    if (c === own) continue;
    const factor = sizes[c] / (sizes[c] + 1);
    const cost = factor === 0 ? 0 : factor * distance(data, i * columns, centres, c * columns, columns, least / factor);
    if (cost < least) {
      least = cost;
      best = c;
    }
  }
  return best;
}

/** Squared; gives up above `most`. */
function distance(a: Float64Array, i: number, b: Float64Array, j: number, columns: number, most: number): number {
  let sum = 0;
  for (let end = i + columns; i < end && sum <= most; i++, j++) {
    const d = a[i] - b[j];
    sum += d * d;
  }
  return sum;
}

function move(data: Float64Array, columns: number, { centres, labels, sizes }: Partition, i: number, to: number): void {
  const from = labels[i];
  const [lost, won] = [1 / (sizes[from] - 1), 1 / (sizes[to] + 1)];
  for (let j = 0; j < columns; j++) {
    const x = data[i * columns + j];
    centres[from * columns + j] += (centres[from * columns + j] - x) * lost;
    centres[to * columns + j] += (x - centres[to * columns + j]) * won;
  }
  sizes[from]--;
  sizes[to]++;
  labels[i] = to;
}

/** The means anew, so that the rounding of many moves does not add up. */
export function exactMeans(data: Float64Array, columns: number, { centres, labels, sizes }: Partition): void {
  centres.fill(0);
  for (let i = 0; i < labels.length; i++) {
    const c = labels[i] * columns;
    for (let j = 0; j < columns; j++) centres[c + j] += data[i * columns + j];
  }
  for (let c = 0; c < sizes.length; c++) if (sizes[c] > 0) for (let j = 0; j < columns; j++) centres[c * columns + j] /= sizes[c];
}
