import { describe, expect, it } from 'vitest';
import { rocAuc } from '../../../src/engine/evaluate/auc';
import { calibrationBins, confusionCounts, mostProbable, thresholdCurves } from '../../../src/engine/evaluate/curves';
import { binEdges, density, histogram, normalQuantiles, shownRange } from '../../../src/engine/evaluate/density';
import { Rng } from '../../../src/engine/math/random';
import reference from './fixtures/sklearnMetrics.json';

describe('threshold curves', () => {
  const { actual, positive, fpr, tpr, precision, recall, averagePrecision } = reference.binary;

  it('agree with scikit-learn\'s roc_curve, precision_recall_curve and average_precision_score', () => {
    const found = thresholdCurves(Float64Array.from(positive), actual);
    const close = (a: readonly number[] | undefined, b: readonly number[]): void => {
      expect(a?.length).toBe(b.length);
      b.forEach((value, i) => expect(a?.[i]).toBeCloseTo(value, 12));
    };
    close(found?.roc.x, fpr);
    close(found?.roc.y, tpr);
    close(found?.precisionRecall.x, recall);
    close(found?.precisionRecall.y, precision);
    expect(found?.averagePrecision).toBeCloseTo(averagePrecision, 12);
  });

  it('keep the area within 0.002 and the ends when thinned to 200 points', () => {
    const rng = new Rng(2);
    const scores = Float64Array.from({ length: 20_000 }, () => rng.normal());
    const truth = Uint8Array.from(scores, s => (s + rng.normal() > 1 ? 1 : 0));
    const { roc, precisionRecall } = thresholdCurves(scores, truth)!;
    expect(roc.x.length).toBeLessThanOrEqual(200);
    expect(precisionRecall.x.length).toBeLessThanOrEqual(200);
    expect([roc.x[0], roc.y[0], roc.x.at(-1), roc.y.at(-1)]).toEqual([0, 0, 1, 1]);
    expect(precisionRecall.x.at(-1)).toBe(1);
    let area = 0;
    for (let i = 1; i < roc.x.length; i++) area += (roc.x[i] - roc.x[i - 1]) * (roc.y[i] + roc.y[i - 1]) / 2;
    expect(Math.abs(area - rocAuc(scores, truth))).toBeLessThan(0.002);
  });

  it('do not exist for one class', () => {
    expect(thresholdCurves(Float64Array.from([0.1, 0.2]), [1, 1])).toBeUndefined();
  });
});

it('confusion counts are by actual, then predicted class', () => {
  expect(confusionCounts(Int32Array.from([0, 0, 1, 2]), Int32Array.from([0, 1, 1, 0]), 3)).toEqual([[1, 1, 0], [0, 1, 0], [1, 0, 0]]);
  const { codes, confidence } = mostProbable(Float64Array.from([0.5, 0.5, 0.2, 0.8]), 2);
  expect([...codes]).toEqual([0, 1]);
  expect([...confidence]).toEqual([0.5, 0.8]);
});

it('calibration bins hold mean prediction, observed share and its Wilson interval; empty ones are left out', () => {
  const bins = calibrationBins(Float64Array.from([0.05, 0.07, 1, 0.95]), [0, 1, 1, 1], 0.95);
  expect(bins.map(b => [b.low, b.high, b.count])).toEqual([[0, 0.1, 2], [0.9, 1, 2]]);
  expect(bins[0].predicted).toBeCloseTo(0.06, 12);
  expect(bins[0].observed).toBe(0.5);
  expect(bins[1].observedHigh).toBe(1);
  expect(bins[1].observedLow).toBeCloseTo(2 / (2 + 1.959963984540054 ** 2), 10); // Wilson, 2 of 2: n / (n + z²)
});

describe('pictures of numbers', () => {
  const normal = (n: number, seed = 1): Float64Array => { const rng = new Rng(seed); return Float64Array.from({ length: n }, () => rng.normal()); };

  it('leave a value of 1e12 out of the range and count it', () => {
    const values = normal(500);
    values[17] = 1e12;
    const range = shownRange(values);
    expect(range.beyond).toBe(1);
    expect(range.high).toBeLessThan(10);
    expect(histogram(values).beyond).toBe(1);
    expect(histogram(values).bins.reduce((sum, b) => sum + b.count, 0)).toBe(499);
    const picture = density(values, normal(500, 2), true);
    expect(picture.beyond).toBe(1);
    expect(picture.cells.reduce((sum, c) => sum + c.count, 0)).toBe(499);
  });

  it('count every row once on at most 40 × 40 bins', () => {
    const picture = density(normal(100_000), normal(100_000, 2), false);
    expect(picture.xEdges.length).toBe(41);
    expect(picture.cells.length).toBeLessThanOrEqual(1600);
    expect(picture.cells.reduce((sum, c) => sum + c.count, 0) + picture.beyond).toBe(100_000);
  });

  it('cope with constants and with the largest numbers', () => {
    expect(binEdges(3, 3, 10)).toEqual([2.97, 3.03]);
    expect(histogram(Float64Array.from([3, 3, 3])).bins).toEqual([{ low: 2.97, high: 3.03, count: 3 }]);
    const edges = binEdges(-1e308, 1e308, 4);
    expect(edges.every(Number.isFinite)).toBe(true);
    const { bins } = histogram(Float64Array.from([-1e308, 0, 1e308]));
    expect(bins.reduce((sum, b) => sum + b.count, 0)).toBe(3);
  });

  it('put normal values on the line of a Q–Q plot', () => {
    const plot = normalQuantiles(normal(5000))!;
    expect(plot.points.x.length).toBeLessThanOrEqual(200);
    const slope = (plot.line.y[1] - plot.line.y[0]) / (plot.line.x[1] - plot.line.x[0]);
    expect(Math.abs(slope - 1)).toBeLessThan(0.06);
    // ppoints(5)[5] = 0.9 with a = 1/2: qnorm(0.9)
    expect(normalQuantiles(Float64Array.from([1, 2, 3, 4, 5]))!.points.x[4]).toBeCloseTo(1.2815515655446004, 10);
  });
});
