/** Bands of the terms and intervals of predictions: do they hold what they say, and no more than that? */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { normalFactor, tFactor } from '../../../src/engine/math/distributions';
import { Rng } from '../../../src/engine/math/random';
import { columnBins } from '../../../src/engine/models/boosting/bins';
import { drawTargets } from '../../../src/engine/models/boosting/drawTargets';
import { DrawnErrors, shareKept, type Twins } from '../../../src/engine/models/boosting/drawnErrors';
import { informationRatio } from '../../../src/engine/models/boosting/information';
import type { BoostingModel } from '../../../src/engine/models/boosting/model';
import type { CoarseFeature } from '../../../src/engine/models/boosting/pairBins';
import type { Plan } from '../../../src/engine/models/boosting/plan';
import type { TermScores } from '../../../src/engine/models/boosting/purify';
import { bandFactor } from '../../../src/engine/models/boosting/terms';
import { withUnknown } from '../../../src/engine/models/boosting/unknownErrors';
import { classTarget, codeColumn, numberColumn, numberTarget } from '../evaluate/stub';
import { average, dataOf, everyFinite, fit, normals, uniforms } from './fitSupport';

/** Of the first term: share of the rows whose score is in its band, and the roots of the mean squares of half-width ÷ 1.645 and of the error. */
function judge({ state }: BoostingModel, x: Float64Array, truth: (x: number) => number): { held: number; width: number; error: number } {
  const [term] = state.terms;
  const bins = columnBins(state.features[0]!, numberColumn('a', x), undefined, x.length, new Uint16Array(x.length));
  const values = Float64Array.from(x, truth);
  const centre = average(values);
  const [sums, counts] = [new Float64Array(term!.scores.length), new Float64Array(term!.scores.length)];
  bins.forEach((bin, i) => { sums[bin]! += values[i]! - centre; counts[bin]!++; });
  const factor = bandFactor(state, 0.9);
  let [held, width, error] = [0, 0, 0];
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const distance = Math.abs(term!.scores[bin]! - sums[bin]! / count);
    const half = factor * term!.errors![bin]!;
    held += distance <= half ? count / x.length : 0;
    width += (count / x.length) * (half / normalFactor(0.9)) ** 2;
    error += (count / x.length) * distance ** 2;
  });
  return { held, width: Math.sqrt(width), error: Math.sqrt(error) };
}

describe('bands of terms at 90 %', () => {
  it('hold the strong shape of two classes, which boosting shrinks', async () => {
    const found = [];
    for (const seed of [1, 2, 3, 4]) {
      const [a, u] = [uniforms(30 + seed, 400), uniforms(40 + seed, 400)];
      const f = (x: number): number => 2 * Math.sin(6 * x);
      const codes = a.map((x, i) => Number(u[i]! < 1 / (1 + Math.exp(-f(x)))));
      found.push(judge(await fit(dataOf({ a }, classTarget(codes, ['no', 'yes']), { bags: 8 }, seed)), a, f));
    }
    expect(average(found.map(({ held }) => held))).toBeGreaterThan(0.8);
  });

  it('of a main effect are not as wide as a strong interaction', async () => {
    const n = 1200;
    const [a, b, e] = [uniforms(51, n), uniforms(52, n), normals(53, n)];
    const y = a.map((x, i) => x + 8 * (x - 0.5) * (b[i]! - 0.5) + 0.2 * e[i]!);
    const { width, error } = judge(await fit(dataOf({ a, b }, numberTarget(y), { bags: 8, pairs: 1 })), a, x => x);
    expect(width).toBeLessThan(2.5 * error);
    expect(width).toBeGreaterThan(0.5 * error);
  });
});

describe('what single predictions know and do not know', () => {
  it('the share of what more rows would teach falls with the rows, and is as large as the predictions are wrong', async () => {
    const found = [];
    for (const n of [250, 1000, 4000]) {
      const [a, b, e] = [uniforms(61, n), uniforms(62, n), normals(63, n)];
      const truth = a.map((x, i) => Math.sin(6 * x) + b[i]!);
      const data = dataOf({ a, b }, numberTarget(truth.map((value, i) => value + e[i]!)), { bags: 6 });
      const { mean, epistemic, aleatoric } = (await fit(data)).predictIntervals(data.table, 0.9);
      const size = Math.sqrt(average(epistemic!.map(value => value ** 2)));
      found.push({ share: average(epistemic!.map((value, i) => value ** 2 / (value ** 2 + aleatoric![i]! ** 2))), ratio: size / Math.sqrt(average(mean!.map((value, i) => (value - truth[i]!) ** 2))) });
    }
    const [few, some, many] = found.map(({ share }) => share) as [number, number, number];
    expect(some).toBeLessThan(0.6 * few);
    expect(many).toBeLessThan(0.6 * some);
    for (const { ratio } of found) expect(Math.abs(Math.log(ratio))).toBeLessThan(Math.log(1.8));
  });

  it('the effect of a level that was not seen is held at 90 %, however few were', () => {
    const rng = new Rng(5);
    for (const levels of [2, 3, 5, 12, 40]) {
      let held = 0;
      const sets = 3000;
      for (let set = 0; set < sets; set++) {
        const effects = Float64Array.from({ length: levels }, () => rng.normal());
        const centre = average(effects);
        const bins = { kind: 'level' as const, name: 'k', levels: Array.from(effects, (_, i) => `l${i}`) };
        const scores = Float64Array.from([0, ...effects.map(effect => effect - centre), 0]);
        const weights = Float64Array.from([0, ...effects.map(() => 10), 0]);
        const error = withUnknown({ bins: [bins], weights }, scores, new Float64Array(scores.length), 25)[levels + 1]!;
        held += Number(Math.abs(rng.normal() - centre) <= tFactor(0.9, 25) * error);
      }
      expect(held / sets).toBeGreaterThan(0.87);
      expect(held / sets).toBeLessThan(0.93);
    }
  });

  it('cells that are missing where training had none are held by the intervals', async () => {
    const n = 600;
    const [a, b, e] = [uniforms(71, 2 * n), uniforms(72, 2 * n), normals(73, 2 * n)];
    const y = a.map((x, i) => 2 * Math.sin(6 * x) + b[i]! + 0.3 * e[i]!);
    const model = await fit(dataOf({ a: a.subarray(0, n), b: b.subarray(0, n) }, numberTarget(y.subarray(0, n)), { bags: 6 }));
    const { low, high } = model.predictIntervals({ rows: n, columns: [numberColumn('a', new Float64Array(n).fill(NaN)), numberColumn('b', b.subarray(n))] }, 0.9);
    const held = average(y.subarray(n).map((value, i) => Number(value >= low![i]! && value <= high![i]!)));
    expect(held).toBeGreaterThan(0.85);
    expect(held).toBeLessThanOrEqual(1);
  });

  it('have intervals of the same shape for targets of any size', async () => {
    const [a, e] = [uniforms(81, 200), normals(82, 200)];
    const widths = [];
    for (const unit of [1, 1e300, 1e-300]) {
      const data = dataOf({ a }, numberTarget(a.map((x, i) => unit * (x + 0.1 * e[i]!))), { bags: 3 });
      const { low, high } = (await fit(data)).predictIntervals(data.table, 0.9);
      widths.push(high!.map((value, i) => value / unit - low![i]! / unit));
    }
    for (const scaled of widths.slice(1)) {
      expect(everyFinite(scaled)).toBe(true);
      expect(average(scaled) / average(widths[0]!)).toBeCloseTo(1, 1);
    }
  });

  it('models of folds keep their terms for targets of any size', async () => {
    const a = uniforms(91, 200);
    const data = (unit: number): Dataset => dataOf([numberColumn('a', a), codeColumn('k', a.map(x => Number(x > 0.3)), ['u', 'v'])], numberTarget(a.map(x => unit * x)));
    for (const unit of [1e300, 1e-300]) {
      const mean = (await fit(data(unit), Int32Array.from({ length: 150 }, (_, i) => i))).predict(data(unit).table).mean!;
      expect(average(mean.map((value, i) => Math.abs(value / unit - a[i]!)))).toBeLessThan(0.05);
    }
  });
});

describe('fits to drawn targets', () => {
  const cells = 40;
  const weights = [new Float64Array(cells).fill(5)];
  const scores = (main: Float64Array): TermScores => ({ intercept: new Float64Array(1), mains: [main], pairs: [] });

  it('tell the errors that samples share from those of a sample, of which the mean has little', () => {
    const rng = new Rng(3);
    const truth = new Float64Array(cells);
    const errors = new DrawnErrors(scores(truth), [new Float64Array(cells).fill(1)], weights, 16);
    for (let draw = 0; draw < 200; draw++) {
      const shared = truth.map(() => 0.5 * rng.normal());
      const twin = (): TermScores => scores(shared.map(value => value + 2 * rng.normal()));
      errors.add([twin(), twin()] satisfies Twins);
    }
    const expected = Math.hypot(0.5, 2 / 4);
    expect(errors.factor() / expected).toBeCloseTo(1, 1);
    for (const error of errors.blended(15)[0]!) expect(error / expected).toBeCloseTo(1, 0);
    expect(errors.total()).toBeCloseTo(errors.factor() ** 2, 6);
  });

  it('have counts of the mean and the variance that they are drawn from, however rare counts are', () => {
    const rows = 20_000;
    const plan = { data: { rows, bins: [], binCounts: [], levels: [], y: new Float64Array(rows), weights: new Float64Array(rows).fill(1) }, loss: { name: 'poisson' } } as unknown as Plan;
    for (const [mean, noise] of [[1, 0.1], [1, 1], [1, 3], [0.2, 3], [20, 3]] as const) {
      const y = drawTargets(plan, { intercept: Float64Array.of(Math.log(mean)), mains: [], pairs: [] }, { noise, each: new Float64Array(0) }, new Rng(6));
      const deviation = noise * Math.sqrt(mean);
      expect(Math.abs(average(y) - mean)).toBeLessThan((4 * deviation) / Math.sqrt(rows));
      expect(average(y.map(value => (value - mean) ** 2)) / deviation ** 2).toBeCloseTo(1, 0);
      expect(y.every(value => value >= 0)).toBe(true);
    }
  });

  it('say which share of a shape they found, and 1 where that is not sure', () => {
    const rng = new Rng(4);
    const shape = Float64Array.from({ length: cells }, (_, i) => Math.sin(i / 6));
    const found = (share: number, noise: number): Float64Array[] => [1, 2, 3, 4].map(() => shape.map(value => share * value + noise * rng.normal()));
    expect(shareKept(shape, found(0.7, 0.05), weights[0]!)).toBeCloseTo(0.7, 1);
    expect(shareKept(shape, found(1.2, 0.05), weights[0]!)).toBe(1);
    expect(shareKept(new Float64Array(cells), found(1, 0.1), weights[0]!)).toBe(1);
  });

  it('count rows for less where pairs push their probabilities towards 0 and 1', () => {
    const bins = [Uint16Array.of(1, 2, 1, 2), Uint16Array.of(1, 1, 2, 2)];
    const data = { rows: 4, bins, binCounts: [4, 4], levels: [false, false], y: Float64Array.of(0, 1, 1, 0), weights: new Float64Array(4).fill(1) };
    const coarse = [1, 2].map(() => ({ count: 4, of: Uint16Array.of(0, 1, 2, 3), levels: false })) as unknown as CoarseFeature[];
    const pair = Float64Array.from({ length: 16 }, (_, cell) => 2 * (1.5 - Math.floor(cell / 4)) * (1.5 - (cell % 4)) * 4);
    const parts: TermScores = { intercept: new Float64Array(1), mains: [new Float64Array(4), new Float64Array(4)], pairs: [pair] };
    const plan = (name: string): Plan => ({ data, loss: { name, classes: 2, quantile: 0.5, threshold: 1 } }) as unknown as Plan;
    const p = 1 / (1 + Math.exp(-2));
    expect(informationRatio(plan('logistic'), parts, coarse, [[0, 1]])).toBeCloseTo(0.25 / (p * (1 - p)), 6);
    expect(informationRatio(plan('squared'), parts, coarse, [[0, 1]])).toBe(1);
    expect(informationRatio(plan('logistic'), { ...parts, pairs: [] }, coarse, [])).toBe(1);
  });
});
