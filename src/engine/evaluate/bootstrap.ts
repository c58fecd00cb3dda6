/** Intervals of metrics and of gains over the baseline, by resampling held-out rows. */
import type { MetricName } from '../../protocol/measures';
import type { WorkContext } from '../context';
import { normalCdf, normalFactor, tFactor } from '../math/distributions';
import type { Rng } from '../math/random';
import type { Interval } from './intervals';
import { isBetterHigher } from './intervals';
import { quantileOfSorted } from './order';
import type { RowScorers } from './rowScorers';
import type { Gain } from './versusBaseline';

/** Row visits that all resamples together may cost; decides how many resamples there are. */
const rowBudget = 2e7;
const mostResamples = 1000;
const fewestResamples = 100;

export interface Bootstrap {
  readonly intervals: ReadonlyMap<MetricName, Interval>;
  /** Of the metrics that model and baseline have: both are scored on the same resampled rows. */
  readonly gains: readonly Gain[];
  readonly resamples: number;
  /** Words for the method. */
  readonly method: string;
}

/**
 * Bootstrap intervals at the level of every metric and of its paired difference from the baseline (Efron & Tibshirani 1993).
 * With 1,000 resamples expanded percentiles, which make up for the narrowness of the plain ones in small samples (Hesterberg
 * 2015, The American Statistician 69); on more than 20,000 rows fewer resamples, of which only the standard deviation is
 * used: value ± z·SD. They hold the chance of which rows were held out, not that of the training.
 */
export async function pairedBootstrap({ model, baseline }: RowScorers, level: number, rng: Rng, context: WorkContext): Promise<Bootstrap> {
  const { rows } = model;
  const resamples = Math.round(Math.min(mostResamples, Math.max(fewestResamples, rowBudget / rows)));
  const values = new Draws();
  const gains = new Draws();
  const counts = new Uint16Array(rows);
  for (let b = 0; b < resamples; b++) {
    await context.breathe();
    counts.fill(0);
    for (let i = 0; i < rows; i++) counts[rng.integer(rows)]++;
    const ours = model.score(counts).values;
    values.add(ours);
    gains.add(gainsOf(ours, baseline.score(counts).values));
  }
  const percentiles = resamples === mostResamples;
  const summary = (draws: Draws, full: ReadonlyMap<MetricName, number>): Map<MetricName, Interval> => draws.intervals(full, resamples, (list, centre) =>
    (percentiles ? percentileInterval(list, level, rows) : normalInterval(centre, list, level)));
  const full = model.score().values;
  const differences = gainsOf(full, baseline.score().values);
  const around = summary(gains, differences);
  const many = resamples.toLocaleString('en-US');
  const method = percentiles
    ? `percentiles of ${many} bootstrap resamples of the held-out rows`
    : `value ± z standard deviations of ${many} bootstrap resamples of the held-out rows`;
  return { intervals: summary(values, full), gains: [...differences].map(([name, gain]) => ({ name, gain, ...around.get(name) })), resamples, method };
}

/** How much better than the baseline, by metric; positive is better. */
function gainsOf(ours: ReadonlyMap<MetricName, number>, theirs: ReadonlyMap<MetricName, number>): Map<MetricName, number> {
  const result = new Map<MetricName, number>();
  for (const [name, value] of ours) {
    const other = theirs.get(name);
    if (other !== undefined && name !== 'ece') result.set(name, isBetterHigher(name) ? value - other : other - value);
  }
  return result;
}

class Draws {
  private readonly lists = new Map<MetricName, number[]>();

  add(values: ReadonlyMap<MetricName, number>): void {
    for (const [name, value] of values) {
      const list = this.lists.get(name);
      if (list) list.push(value);
      else this.lists.set(name, [value]);
    }
  }

  /** A metric that is often undefined in a resample (one class only) has no trustworthy bootstrap distribution. */
  intervals(full: ReadonlyMap<MetricName, number>, resamples: number, of: (list: number[], centre: number) => Interval): Map<MetricName, Interval> {
    const result = new Map<MetricName, Interval>();
    for (const [name, list] of this.lists) {
      const centre = full.get(name);
      if (centre !== undefined && list.length >= 0.95 * resamples) result.set(name, of(list, centre));
    }
    return result;
  }
}

/** Between the quantiles Φ(∓ √(n/(n − 1)) t) of the draws, t that of n − 1 degrees of freedom. */
function percentileInterval(values: number[], level: number, rows: number): Interval {
  const sorted = Float64Array.from(values).sort();
  const tail = rows < 2 ? (1 - level) / 2 : normalCdf(-Math.sqrt(rows / (rows - 1)) * tFactor(level, rows - 1));
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

function normalInterval(centre: number, values: readonly number[], level: number): Interval {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
  const half = normalFactor(level) * deviation;
  return { low: centre - half, high: centre + half };
}
