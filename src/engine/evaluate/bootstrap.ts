/** Intervals of the metrics of one hold-out, by resampling its rows. */
import type { MetricName } from '../../protocol/report';
import type { WorkContext } from '../context';
import { normalFactor } from '../math/distributions';
import type { Rng } from '../math/random';
import type { Interval } from './intervals';
import { quantileOfSorted } from './order';
import type { Scorer } from './scores';

/** Row visits that all resamples together may cost; decides how many resamples there are. */
const rowBudget = 2e7;
const mostResamples = 1000;
const fewestResamples = 100;

export interface Bootstrap {
  readonly intervals: ReadonlyMap<MetricName, Interval>;
  readonly resamples: number;
  /** Words for the method. */
  readonly method: string;
}

/**
 * Bootstrap intervals of every metric of the scorer at the level (Efron & Tibshirani 1993). With 1,000 resamples the
 * percentiles; on more than 20,000 rows fewer resamples, of which only the standard deviation is used: value ± z·SD.
 */
export async function bootstrapIntervals(scorer: Scorer, level: number, rng: Rng, context: WorkContext): Promise<Bootstrap> {
  const resamples = Math.round(Math.min(mostResamples, Math.max(fewestResamples, rowBudget / scorer.rows)));
  const draws = new Map<MetricName, number[]>();
  const counts = new Uint16Array(scorer.rows);
  for (let b = 0; b < resamples; b++) {
    await context.breathe();
    counts.fill(0);
    for (let i = 0; i < scorer.rows; i++) counts[rng.integer(scorer.rows)]++;
    for (const [name, value] of scorer.score(counts).values) {
      const list = draws.get(name);
      if (list) list.push(value);
      else draws.set(name, [value]);
    }
  }
  const percentiles = resamples === mostResamples;
  const full = scorer.score().values;
  const intervals = new Map<MetricName, Interval>();
  for (const [name, values] of draws) {
    const centre = full.get(name);
    // A metric that is often undefined in a resample (one class only) has no trustworthy bootstrap distribution.
    if (centre === undefined || values.length < 0.95 * resamples) continue;
    intervals.set(name, percentiles ? percentileInterval(values, level) : normalInterval(centre, values, level));
  }
  const many = resamples.toLocaleString('en-US');
  const method = percentiles
    ? `percentiles of ${many} bootstrap resamples of the held-out rows`
    : `value ± z standard deviations of ${many} bootstrap resamples of the held-out rows`;
  return { intervals, resamples, method };
}

function percentileInterval(values: number[], level: number): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantileOfSorted(sorted, (1 - level) / 2), high: quantileOfSorted(sorted, (1 + level) / 2) };
}

function normalInterval(centre: number, values: readonly number[], level: number): Interval {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
  const half = normalFactor(level) * deviation;
  return { low: centre - half, high: centre + half };
}
