/** The intervals of several calibrated models put together into one, as CV+ and jackknife+ do. */
import { conformalIndex } from './conformalQuantile';

/** Ascending scores of one model's calibration rows; `counts`: how many rows each stands for (one each when absent). */
export interface ScoreList { readonly scores: Float64Array; readonly counts?: Float64Array }

/** A score list with running totals of its counts. */
interface Totals { readonly scores: Float64Array; readonly upTo: Float64Array }

/**
 * For one new row with the bounds low[u] and high[u] of each model u: the ⌈(n+1)(1−α)⌉-th smallest of all high[u] + score and
 * the ⌊(n+1)α⌋-th smallest of all low[u] − score (Barber et al. 2021; for one model plain split conformal). Made for many
 * rows: the lists are prepared once.
 */
export class CombinedBounds {
  private readonly totals: readonly Totals[];
  private readonly index: number;
  /** The score at that place when all models agree: where the search starts from. */
  private readonly pooled: number;

  /** `rows`: all calibration rows, those without a finite score too. */
  constructor(lists: readonly ScoreList[], readonly rows: number, level: number) {
    this.totals = lists.map(withTotals);
    this.index = Math.max(1, conformalIndex(rows, level));
    const none = lists.map(() => 0);
    this.pooled = this.finite ? this.search(none, -Infinity, Infinity) : Infinity;
  }

  /** False where no finite interval will do. */
  get finite(): boolean {
    return this.index <= this.totals.reduce((sum, { upTo }) => sum + (upTo[upTo.length - 1] ?? 0), 0);
  }

  upper(high: readonly number[]): number {
    if (!this.finite) return Infinity;
    let [least, greatest] = [Infinity, -Infinity];
    for (const value of high) {
      if (Number.isNaN(value)) return NaN;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    // All values lie within this stretch's shifts of the pooled ones, and so does the one of that place.
    return least === greatest ? least + this.pooled : this.search(high, this.pooled + least, this.pooled + greatest);
  }

  lower(low: readonly number[]): number {
    return 0 - this.upper(low.map(value => -value));
  }

  /** The value at `index` among shift[u] + score, known to lie from `from` to `to`. */
  private search(shift: readonly number[], from: number, to: number): number {
    // Rounding of shift + score may put an end just outside of the stretch.
    const slack = 1e-12 * (Math.abs(from) + Math.abs(to));
    let below = 0;
    const values: { value: number; count: number }[] = [];
    this.totals.forEach(({ scores, upTo }, u) => {
      let i = Number.isFinite(from) ? lowerBound(scores, from - slack - shift[u]) : 0;
      if (i > 0) below += upTo[i - 1];
      for (; i < scores.length; i++) {
        const value = shift[u] + scores[i];
        if (value > to + slack) break;
        values.push({ value, count: upTo[i] - (i > 0 ? upTo[i - 1] : 0) });
      }
    });
    values.sort((a, b) => a.value - b.value);
    for (const { value, count } of values) {
      below += count;
      if (below >= this.index) return value;
    }
    return Infinity;
  }
}

function withTotals({ scores, counts }: ScoreList): Totals {
  const upTo = new Float64Array(scores.length);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) upTo[i] = sum += counts ? counts[i] : 1;
  return { scores, upTo };
}

/** First place of the ascending values that is not below x. */
export function lowerBound(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many calibration rows have a score below x, over all lists with their own x. */
export class CombinedRanks {
  private readonly totals: readonly Totals[];
  /** Most rows that may score below a class that stays in the set. */
  private readonly most: number;

  constructor(lists: readonly ScoreList[], rows: number, level: number) {
    this.totals = lists.map(withTotals);
    this.most = conformalIndex(rows, level) - 1;
  }

  /** Whether the class with these scores, one a model, stays in the set (Romano, Sesia & Candès 2020, CV+). */
  keeps(score: readonly number[]): boolean {
    let below = 0;
    this.totals.forEach(({ scores, upTo }, u) => {
      const i = lowerBound(scores, score[u]);
      if (i > 0) below += upTo[i - 1];
    });
    return below <= this.most;
  }
}
