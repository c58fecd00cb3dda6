/** How alike two clusterings are: adjusted Rand index (Hubert & Arabie 1985) and Jaccard's coefficient of single clusters (Hennig 2007). */

/** Rows by (first label, second label), first × second; pairs with a negative label do not count. */
export function crossTable(first: ArrayLike<number>, second: ArrayLike<number>, k1: number, k2: number): Float64Array {
  const table = new Float64Array(k1 * k2);
  for (let i = 0; i < first.length; i++) if (first[i] >= 0 && second[i] >= 0) table[first[i] * k2 + second[i]]++;
  return table;
}

/** 1: the same partition; 0: what chance would give. NaN where both have a single cluster or only single rows. */
export function adjustedRand(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const [k1, k2] = [largest(first) + 1, largest(second) + 1];
  const table = crossTable(first, second, k1, k2);
  const [byFirst, bySecond] = [new Float64Array(k1), new Float64Array(k2)];
  let [same, rows] = [0, 0];
  table.forEach((count, cell) => {
    same += pairs(count);
    rows += count;
    byFirst[Math.floor(cell / k2)] += count;
    bySecond[cell % k2] += count;
  });
  const [a, b] = [byFirst, bySecond].map(counts => counts.reduce((sum, count) => sum + pairs(count), 0));
  const expected = (a * b) / pairs(rows);
  return (same - expected) / ((a + b) / 2 - expected);
}

const pairs = (count: number): number => (count * (count - 1)) / 2;

function largest(labels: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] > most) most = labels[i];
  return most;
}

/** Of each cluster of the first: the largest |A ∩ B| / |A ∪ B| over the clusters B of the second. NaN where it has no row. */
export function bestJaccard(first: ArrayLike<number>, second: ArrayLike<number>, k1: number, k2: number): Float64Array {
  const table = crossTable(first, second, k1, k2);
  const sizes = new Float64Array(k2);
  table.forEach((count, cell) => { sizes[cell % k2] += count; });
  return Float64Array.from({ length: k1 }, (_, a) => {
    const row = table.subarray(a * k2, (a + 1) * k2);
    const size = row.reduce((sum, count) => sum + count, 0);
    return size === 0 ? NaN : row.reduce((best, count, b) => Math.max(best, count / (size + sizes[b] - count)), 0);
  });
}
