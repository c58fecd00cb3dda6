/** The change of RMSE or log loss on the rows that two evaluations hold out both, with a bootstrap over groups of rows that are alike. */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { HeldOut } from '../evaluate/crossValidate';
import type { Rng } from '../math/random';

export interface SameRowsInput {
  readonly dataset: Dataset;
  readonly before: HeldOut;
  readonly after: HeldOut;
  /** Rows of the same number are drawn together. */
  readonly clusters: Int32Array;
  readonly level: number;
  readonly rng: Rng;
  readonly context: WorkContext;
}

const resamples = 500;

export async function changeOnSameRows(input: SameRowsInput): Promise<{ before: number; after: number; change: number; low: number; high: number; rows: number }> {
  const { dataset, before, after, clusters, level, rng, context } = input;
  const [a, b] = [lossByRow(dataset, before), lossByRow(dataset, after)];
  const sums = new Map<number, [number, number, number]>();
  for (const row of after.rows) {
    if (Number.isNaN(a[row]!) || Number.isNaN(b[row]!)) continue;
    const sum = sums.get(clusters[row]!) ?? [0, 0, 0];
    sum[0] += 1; sum[1] += a[row]!; sum[2] += b[row]!;
    sums.set(clusters[row]!, sum);
  }
  const groups = [...sums.values()];
  if (groups.length < 2) throw new UserError('tooFewRows', 'no rows are held out in both ways.');
  const metric = dataset.target.task === 'regression' ? Math.sqrt : (mean: number): number => mean;
  const of = (list: readonly (readonly [number, number, number])[]): [number, number, number] => {
    let [n, x, y] = [0, 0, 0];
    for (const [m, u, v] of list) { n += m; x += u; y += v; }
    return [metric(x / n), metric(y / n), n];
  };
  const [valueBefore, valueAfter, rows] = of(groups);
  const draws = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    await context.breathe();
    const [x, y] = of(groups.map(() => groups[rng.integer(groups.length)]!));
    draws[r] = y - x;
  }
  draws.sort();
  const at = (p: number): number => draws[Math.min(resamples - 1, Math.max(0, Math.round(p * (resamples - 1))))]!;
  return { before: valueBefore, after: valueAfter, change: valueAfter - valueBefore, low: at((1 - level) / 2), high: at((1 + level) / 2), rows };
}

/** Squared error, or log loss; NaN for rows that are not held out. */
function lossByRow({ target, table }: Dataset, { rows, prediction }: HeldOut): Float64Array {
  const losses = new Float64Array(table.rows).fill(NaN);
  const width = target.task === 'regression' ? 1 : target.classes.length;
  rows.forEach((row, i) => {
    losses[row] = target.task === 'regression'
      ? (target.values[row]! - prediction.mean![i]!) ** 2
      : -Math.log(Math.max(1e-15, prediction.probabilities![i * width + target.codes[row]!]!));
  });
  return losses;
}
