/** Metrics against scikit-learn (fixtures/sklearnMetrics.json names the versions) and cases that can be checked by hand. */
import { describe, expect, it } from 'vitest';
import { rocAuc } from '../../../src/engine/evaluate/auc';
import { classificationBaseline, ClassificationScorer } from '../../../src/engine/evaluate/classificationScores';
import { clipToRange, correctedResampledT, wilson } from '../../../src/engine/evaluate/intervals';
import { summariseMetrics } from '../../../src/engine/evaluate/metrics';
import { ascendingOrder } from '../../../src/engine/evaluate/order';
import { RegressionScorer } from '../../../src/engine/evaluate/regressionScores';
import { pick, sampleRows, ScoreList } from '../../../src/engine/evaluate/scores';
import { pairedBootstrap } from '../../../src/engine/evaluate/bootstrap';
import { gainsOverFolds, judged, overallVerdict } from '../../../src/engine/evaluate/versusBaseline';
import { Rng } from '../../../src/engine/math/random';
import reference from './fixtures/sklearnMetrics.json';
import { quiet } from './stub';

const binaryProbabilities = (positive: readonly number[]): Float64Array => Float64Array.from(positive.flatMap(p => [1 - p, p]));
const expectScores = (found: ReadonlyMap<string, number>, wanted: Readonly<Record<string, number>>): void => {
  expect([...found.keys()].sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) expect(found.get(name), name).toBeCloseTo(value, 12);
};

describe('classification metrics', () => {
  const { binary, multiclass } = reference;

  it('agree with scikit-learn for two classes with tied probabilities', () => {
    const scorer = new ClassificationScorer(Int32Array.from(binary.actual), binaryProbabilities(binary.positive), 2);
    expectScores(scorer.score().values, binary.scores);
  });

  it('agree with scikit-learn for weighted rows of two classes', () => {
    const scorer = new ClassificationScorer(Int32Array.from(binary.actual), binaryProbabilities(binary.positive), 2);
    expectScores(scorer.score(binary.weights).values, binary.weighted);
  });

  it('agree with scikit-learn for four classes, macro averaged', () => {
    const scorer = new ClassificationScorer(Int32Array.from(multiclass.actual), Float64Array.from(multiclass.probabilities), 4);
    expectScores(scorer.score().values, multiclass.scores);
    expectScores(scorer.score(multiclass.weights).values, multiclass.weighted);
  });

  it('are those of rows repeated as often as their weight says', () => {
    const times = binary.weights;
    const rows = times.flatMap((n, i) => new Array<number>(n).fill(i));
    const whole = new ClassificationScorer(Int32Array.from(binary.actual), binaryProbabilities(binary.positive), 2).score(times);
    const repeated = new ClassificationScorer(
      Int32Array.from(rows, i => binary.actual[i]), binaryProbabilities(rows.map(i => binary.positive[i])), 2).score();
    for (const [name, value] of repeated.values) expect(whole.values.get(name), name).toBeCloseTo(value, 12);
  });

  it('leave out precision when the positive class is never predicted, and AUC and recall when there is none', () => {
    const scores = new ClassificationScorer(Int32Array.from([0, 0, 0]), binaryProbabilities([0.1, 0.2, 0.3]), 2).score();
    expect(scores.values.get('accuracy')).toBe(1);
    expect([...scores.undefinedBecause.keys()].sort()).toEqual(['auc', 'f1', 'precision', 'recall']);
    expect(scores.undefinedBecause.get('auc')).toMatch(/one class only/);
    expect([...scores.values.values()].every(Number.isFinite)).toBe(true);
  });

  it('charge a sure mistake ln 1e15 and no infinity', () => {
    const scores = new ClassificationScorer(Int32Array.from([1, 1]), Float64Array.from([1, 0, 0, 1]), 2).score();
    expect(scores.values.get('logLoss')).toBeCloseTo(-Math.log(1e-15) / 2, 12);
    expect(scores.values.get('brier')).toBe(0.5);
  });

  it('are all undefined, with the reason, when a probability is not a number', () => {
    const scores = new ClassificationScorer(Int32Array.from([0, 1]), Float64Array.from([NaN, NaN, 0.5, 0.5]), 2).score();
    expect(scores.values.size).toBe(0);
    expect(scores.undefinedBecause.get('auc')).toBe('the model gave no probability for 1 row');
  });

  it('average the AUC over the classes that occur', () => {
    const probabilities = Float64Array.from([0.7, 0.2, 0.1, 0.2, 0.7, 0.1, 0.3, 0.5, 0.2, 0.6, 0.3, 0.1]);
    const scores = new ClassificationScorer(Int32Array.from([0, 1, 0, 1]), probabilities, 3).score();
    // Class 0 against the rest: 0.7, 0.3 against 0.2, 0.6: 3 of 4 pairs; class 1: 0.7, 0.3 against 0.2, 0.5: 3 of 4.
    expect(scores.values.get('auc')).toBeCloseTo(0.75, 12);
  });

  it('of the baseline are those of constant class shares', () => {
    const train = [60, 40];
    const actual = Int32Array.from([0, 0, 0, 1, 1]);
    const constant = new ClassificationScorer(actual, binaryProbabilities(new Array<number>(5).fill(0.4)), 2).score().values;
    const baseline = classificationBaseline(train, [3, 2]);
    for (const [name, value] of constant) expect(baseline.values.get(name), name).toBeCloseTo(value, 12);
    expect(baseline.values.get('brier')).toBeCloseTo(0.6 * 0.16 + 0.4 * 0.36, 12);
    expect(baseline.values.get('auc')).toBe(0.5);
    expect(baseline.values.has('precision')).toBe(false);
  });

  it('of the baseline for three classes match a constant prediction', () => {
    const shares = [0.5, 0.3, 0.2];
    const constant = new ClassificationScorer(Int32Array.from([0, 1, 2, 0]), Float64Array.from({ length: 12 }, (_, i) => shares[i % 3]), 3).score().values;
    const baseline = classificationBaseline([50, 30, 20], [2, 1, 1]).values;
    for (const [name, value] of constant) expect(baseline.get(name), name).toBeCloseTo(value, 12);
  });
});

describe('AUC', () => {
  it('counts a tie as half', () => {
    expect(rocAuc(Float64Array.from([1, 1]), [1, 0])).toBe(0.5);
    expect(rocAuc(Float64Array.from([1, 2, 2, 3]), [0, 0, 1, 1])).toBe(3.5 / 4);
  });

  it('is undefined for one class and for NaN scores, and does not hang', () => {
    expect(rocAuc(Float64Array.from([1, 2]), [1, 1])).toBeNaN();
    expect(rocAuc(Float64Array.from([1, NaN]), [1, 0])).toBeNaN();
    expect(rocAuc(new Float64Array(0), [])).toBeNaN();
  });

  it('equals the share of ordered pairs on many rows, where the radix sort works', () => {
    const rng = new Rng(3);
    const n = 6000;
    const scores = Float64Array.from({ length: n }, () => Math.round(rng.normal() * 50) / 10);
    const positive = Uint8Array.from(scores, s => (rng.normal() + s > 0 ? 1 : 0));
    const negatives = scores.filter((_, i) => !positive[i]);
    let above = 0;
    const positives = scores.filter((_, i) => positive[i] === 1);
    for (const p of positives) for (const q of negatives) above += p > q ? 1 : p === q ? 0.5 : 0;
    expect(rocAuc(scores, positive)).toBeCloseTo(above / (positives.length * negatives.length), 12);
  });
});

describe('ascendingOrder', () => {
  it('sorts negative, zero, tiny, huge and infinite numbers stably, as a comparison sort does', () => {
    const rng = new Rng(5);
    const special = [0, -0, 1e-310, -1e-310, 1e308, -1e308, Infinity, -Infinity, 5e-324];
    const values = Float64Array.from({ length: 7000 }, (_, i) => (i % 10 === 0 ? special[rng.integer(special.length)] : rng.normal() * 10 ** (rng.integer(40) - 20)));
    const expected = Array.from(values.keys()).sort((a, b) => (values[a] === values[b] ? a - b : values[a] - values[b]));
    expect(Array.from(ascendingOrder(values))).toEqual(expected);
  });
});

describe('regression metrics', () => {
  it('agree with scikit-learn, with and without weights', () => {
    const { actual, predicted, weights, scores, weighted } = reference.regression;
    const scorer = new RegressionScorer(Float64Array.from(actual), Float64Array.from(predicted));
    expectScores(scorer.score().values, scores);
    expectScores(scorer.score(weights).values, weighted);
  });

  it('do not overflow near the largest numbers', () => {
    const values = new RegressionScorer(Float64Array.from([1e200, 3e200]), Float64Array.from([2e200, 2e200])).score().values;
    expect(values.get('rmse')).toBeCloseTo(1e200, -190);
    expect(values.get('r2')).toBeCloseTo(0, 12);
  });

  it('leave out R² when the actual values do not differ', () => {
    const scores = new RegressionScorer(Float64Array.from([2, 2]), Float64Array.from([1, 3])).score();
    expect(scores.values.get('rmse')).toBe(1);
    expect(scores.undefinedBecause.get('r2')).toMatch(/all the same/);
  });
});

describe('intervals', () => {
  it('over folds follow Nadeau and Bengio with SciPy\'s t quantile', () => {
    const { values, testToTrain, low, high } = reference.correctedT;
    const interval = correctedResampledT(values, testToTrain, 0.95);
    expect(interval?.low).toBeCloseTo(low, 12);
    expect(interval?.high).toBeCloseTo(high, 12);
    expect(correctedResampledT([0.5], 0.25, 0.95)).toBeUndefined();
  });

  it('of Wilson agree with the formula evaluated in Python', () => {
    for (const { count, n, low, high } of reference.wilson) {
      const interval = wilson(count, n, 0.95);
      expect(interval.low).toBeCloseTo(low, 10);
      expect(interval.high).toBeCloseTo(high, 10);
    }
  });

  it('are cut to the range of the metric', () => {
    expect(clipToRange('accuracy', { low: -0.1, high: 1.2 }, 2)).toEqual({ low: 0, high: 1 });
    expect(clipToRange('r2', { low: -3, high: 1.2 }, 0)).toEqual({ low: -3, high: 1 });
    expect(clipToRange('rmse', { low: -3, high: 12 }, 0)).toEqual({ low: 0, high: 12 });
    expect(clipToRange('brier', { low: 0.5, high: 3 }, 3)).toEqual({ low: 0.5, high: 2 });
  });
});

describe('summariseMetrics', () => {
  const scores = (values: Partial<Record<'accuracy' | 'precision', number>>): ScoreList => {
    const list = new ScoreList();
    list.put('accuracy', values.accuracy ?? NaN);
    list.put('precision', values.precision ?? NaN, 'the positive class was never predicted');
    return list;
  };

  it('takes the mean over the folds where a metric is defined and says how many are missing', () => {
    const { metrics, notes } = summariseMetrics({
      task: 'classification', classes: ['no', 'yes'], rows: 40, testToTrain: 0.5, level: 0.95,
      heldOut: [scores({ accuracy: 0.8, precision: 0.5 }), scores({ accuracy: 0.6 }), scores({ accuracy: 0.7, precision: 0.7 })],
      baseline: [scores({ accuracy: 0.5 })], train: [scores({ accuracy: 0.9 })],
    });
    const [accuracy, precision] = metrics;
    expect(accuracy).toMatchObject({ name: 'accuracy', baseline: 0.5, train: 0.9 });
    expect(accuracy.value).toBeCloseTo(0.7, 12);
    expect(precision.value).toBeCloseTo(0.6, 12);
    expect(precision.folds).toEqual([0.5, 0.7]);
    expect(precision.baseline).toBeUndefined();
    expect(precision.note).toBe('Of the class "yes". Undefined in 1 of 3 folds (the positive class was never predicted); the mean is over the other 2.');
    expect(notes.some(n => n.text.startsWith('ROC AUC is left out'))).toBe(true);
  });
});

describe('gains over the baseline', () => {
  it('are positive when the loss is lower, with the paired interval', () => {
    const list = (rmse: number): ScoreList => { const l = new ScoreList(); l.put('rmse', rmse); return l; };
    const [gain] = gainsOverFolds('regression', [1, 1.2, 1.1].map(list), [2, 2.3, 2.1].map(list), 0.5, 0.95);
    expect(gain.gain).toBeCloseTo(3.1 / 3, 12);
    const d = [1, 1.1, 1];
    const interval = correctedResampledT(d, 0.5, 0.95);
    expect(gain.low).toBeCloseTo(interval?.low ?? NaN, 12);
  });

  it('over rows are paired: both are scored on the same resampled rows', async () => {
    const rng = new Rng(5);
    const actual = Float64Array.from({ length: 100 }, () => rng.normal());
    // Absolute errors: |y| of the baseline, |y| − 0.05 of the model in every row, so that the paired difference is 0.05 for certain.
    const nearer = actual.map(y => Math.sign(y) * 0.05);
    const usable = Int32Array.from(actual.keys()).filter(i => Math.abs(actual[i]) > 0.05);
    const model = new RegressionScorer(pick(actual, usable), pick(nearer, usable));
    const baseline = new RegressionScorer(pick(actual, usable), new Float64Array(usable.length));
    const { gains, intervals } = await pairedBootstrap({ model, baseline }, 0.95, new Rng(1), quiet());
    const mae = gains.find(gain => gain.name === 'mae');
    expect(mae?.gain).toBeCloseTo(0.05, 10);
    expect(mae?.low).toBeCloseTo(0.05, 10);
    expect(mae?.high).toBeCloseTo(0.05, 10);
    // Unpaired the two could not be told apart: the baseline lies within the model's own interval.
    expect(intervals.get('mae')?.high).toBeGreaterThan(baseline.score().values.get('mae') ?? NaN);
  });

  it('are better above 0, not clear where the interval reaches over 0, and none at or below 0', () => {
    expect(judged({ gain: 1, low: 0.1, high: 2 }).verdict).toBe('better');
    expect(judged({ gain: 1, low: -0.1, high: 2 }).verdict).toBe('not clearly better');
    expect(judged({ gain: 1 }).verdict).toBe('not clearly better');
    expect(judged({ gain: -0.1, low: -1, high: 0.8 }).verdict).toBe('no better');
    expect(overallVerdict('classification', [{ name: 'logLoss', gain: -1 }, { name: 'accuracy', gain: 1, low: 0.5, high: 2 }])).toBe('better');
    expect(overallVerdict('regression', [{ name: 'mae', gain: 1, low: 0.5, high: 2 }])).toBeUndefined();
  });
});

describe('sampleRows', () => {
  it('draws distinct ascending rows from the whole range', () => {
    const rows = Int32Array.from({ length: 1000 }, (_, i) => 2 * i);
    const sample = sampleRows(rows, 333, new Rng(1));
    expect(sample.length).toBe(333);
    expect(sample.every((row, i) => row % 2 === 0 && (i === 0 || row > sample[i - 1]))).toBe(true);
    expect(sample[332]).toBeGreaterThan(1980);
    expect(sampleRows(rows, 1000, new Rng(1))).toBe(rows);
  });
});
