/** Confusion counts, ROC, precision–recall and calibration of held-out probabilities, small enough to draw. */
import type { Interval } from './intervals';
import { wilson } from './intervals';
import { ascendingOrder } from './order';

/** counts[actual][predicted]; `predicted` holds class codes. */
export function confusionCounts(actual: Int32Array, predicted: Int32Array, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) counts[actual[i]][predicted[i]]++;
  return counts;
}

/** Most probable class of each row (the first of equals); probabilities are rows × classes, row-major. */
export function mostProbable(probabilities: Float64Array, classes: number): { codes: Int32Array; confidence: Float64Array } {
  const rows = probabilities.length / classes;
  const codes = new Int32Array(rows);
  const confidence = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (probabilities[i * classes + k] > probabilities[i * classes + best]) best = k;
    codes[i] = best;
    confidence[i] = probabilities[i * classes + best];
  }
  return { codes, confidence };
}

export interface Points { readonly x: number[]; readonly y: number[] }

export interface ThresholdCurves {
  /** x: false positive rate, y: true positive rate; from (0, 0) to (1, 1). */
  readonly roc: Points;
  /** x: recall, y: precision, by falling threshold. */
  readonly precisionRecall: Points;
  /** Area under the step function of precision over recall, without interpolation (average precision). */
  readonly averagePrecision: number;
  readonly positives: number;
  readonly negatives: number;
}

const mostPoints = 200;

/**
 * ROC and precision–recall curve of scores, every distinct score one threshold; drawn with at most 200 of their exact
 * points, taken evenly along the curve. Undefined unless both classes occur; scores must not be NaN.
 */
export function thresholdCurves(scores: Float64Array, isPositive: ArrayLike<number>): ThresholdCurves | undefined {
  const order = ascendingOrder(scores);
  const n = order.length;
  let positives = 0;
  for (let i = 0; i < n; i++) if (isPositive[i]) positives++;
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const few = n <= mostPoints - 2;
  const roc = new Thinner(few ? 0 : 2 / (mostPoints - 2));
  const precisionRecall = new Thinner(few ? 0 : 1 / (mostPoints - 2));
  roc.start(0, 0);
  let hits = 0;
  let falseAlarms = 0;
  let averagePrecision = 0;
  for (let i = n - 1; i >= 0;) {
    const score = scores[order[i]];
    const hitsBefore = hits;
    for (; i >= 0 && scores[order[i]] === score; i--) {
      if (isPositive[order[i]]) hits++;
      else falseAlarms++;
    }
    const precision = hits / (hits + falseAlarms);
    averagePrecision += ((hits - hitsBefore) / positives) * precision;
    // Along the ROC both axes count; along precision–recall the recall, so that its jagged left end does not take all points.
    roc.add(falseAlarms / negatives, hits / positives, (hits / positives) + (falseAlarms / negatives));
    precisionRecall.add(hits / positives, precision, hits / positives);
  }
  return { roc: roc.finish(), precisionRecall: precisionRecall.finish(), averagePrecision, positives, negatives };
}

/** Keeps the first point past each multiple of `step` along the curve (all for step 0), and the last one. */
class Thinner {
  private readonly x: number[] = [];
  private readonly y: number[] = [];
  private nextAt = 0;
  private last: readonly [number, number] | undefined;

  constructor(private readonly step: number) {}

  start(x: number, y: number): void {
    this.x.push(x);
    this.y.push(y);
    this.nextAt = this.step;
  }

  add(x: number, y: number, along: number): void {
    this.last = [x, y];
    if (along < this.nextAt) return;
    this.x.push(x);
    this.y.push(y);
    this.last = undefined;
    while (this.step > 0 && this.nextAt <= along) this.nextAt += this.step;
  }

  finish(): Points {
    if (this.last) {
      this.x.push(this.last[0]);
      this.y.push(this.last[1]);
    }
    return { x: this.x, y: this.y };
  }
}

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly predicted: number;
  readonly observed: number;
  readonly observedLow: number;
  readonly observedHigh: number;
}

/**
 * Mean predicted probability beside the observed share in equally wide bins [b/10, (b+1)/10) of the probability, with
 * Wilson intervals of the share at the level. Empty bins are left out.
 */
export function calibrationBins(predicted: Float64Array, isEvent: ArrayLike<number>, level: number, bins = 10): CalibrationBin[] {
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const events = new Float64Array(bins);
  for (let i = 0; i < predicted.length; i++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(predicted[i] * bins)));
    counts[bin]++;
    sums[bin] += predicted[i];
    if (isEvent[i]) events[bin]++;
  }
  return Array.from(counts, (count, b) => {
    const { low, high }: Interval = wilson(events[b], count, level);
    return {
      low: b / bins, high: (b + 1) / bins, count, predicted: sums[b] / count, observed: events[b] / count,
      observedLow: low, observedHigh: high,
    };
  }).filter(bin => bin.count > 0);
}
