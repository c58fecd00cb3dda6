/** What the parameters of a grey box rest on: the sandwich's covariance, smooth curves, and steps taken out at a place. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { boostingFamily } from '../../../src/engine/models/boosting/family';
import { withoutSteps } from '../../../src/engine/models/formula/greyBox/flatten';
import { sandwich } from '../../../src/engine/models/formula/greyBox/sandwich';
import { fitSplines } from '../../../src/engine/models/formula/greyBox/splines';
import { context, datasetFor, makeTable } from '../families/support';

describe('the sandwich HC3', () => {
  it('of two groups is that of their means', () => {
    const first = Float64Array.of(1, 1, 1, 0, 0, 0, 0);
    const errors = Float64Array.of(1, -2, 0.5, 3, 1, -1, 2);
    const covariance = sandwich([first, first.map(v => 1 - v)], errors);
    const of = (own: number[]): number => own.reduce((sum, e) => sum + (e / (1 - 1 / own.length)) ** 2, 0) / own.length ** 2;
    expect(covariance[0]).toBeCloseTo(of([1, -2, 0.5]), 12);
    expect(covariance[3]).toBeCloseTo(of([3, 1, -1, 2]), 12);
    expect(covariance[1]).toBeCloseTo(0, 12);
  });

  it('is the same in other units of a column, and none where columns are the same', () => {
    const rng = new Rng(1);
    const draw = (): Float64Array => Float64Array.from({ length: 40 }, () => rng.normal());
    const [a, b, e] = [draw(), draw(), draw()];
    const mixed = a.map((v, i) => v + b[i]!);
    const [one, other] = [sandwich([a, mixed], e), sandwich([a, mixed.map(v => 1000 * v)], e)];
    expect(other[1]! * 1000).toBeCloseTo(one[1]!, 10);
    expect(other[3]! * 1e6).toBeCloseTo(one[3]!, 10);
    expect(one[1]).toBeCloseTo(one[2]!, 12);
    expect(sandwich([a, a], e).every(Number.isNaN)).toBe(true);
  });
});

describe('penalised splines', () => {
  const rng = new Rng(2);
  const [u, v] = [0, 1].map(() => Float64Array.from({ length: 300 }, () => rng.uniform())) as [Float64Array, Float64Array];
  const places = Int32Array.from({ length: 300 }, (_, i) => i);
  const [train, test] = [places.filter(i => i % 3 !== 0), places.filter(i => i % 3 === 0)];
  const missed = (target: Float64Array, truth: Float64Array): number => {
    const found = fitSplines([u, v], target, train)(test);
    return test.reduce((sum, i, k) => sum + (found[k]! - truth[i]!) ** 2, 0) / test.length;
  };

  it('follow a sum of curves on rows that they did not see', () => {
    const truth = u.map((x, i) => Math.sin(6 * x) + v[i]! ** 2);
    expect(missed(truth.map(y => y + 0.1 * rng.normal()), truth)).toBeLessThan(0.002);
  });

  it('stay near the mean of noise', () => {
    const noise = u.map(() => rng.normal());
    expect(missed(noise, noise.map(() => 0))).toBeLessThan(0.1);
  });
});

describe('a rest without a step at a place', () => {
  it('has one value on both sides, also in a pair, and is the same elsewhere', async () => {
    const rng = new Rng(3);
    const x = Array.from({ length: 300 }, () => Math.round(10 * rng.uniform()) - 5);
    const z = x.map(() => Math.round(10 * rng.uniform()) - 5);
    const y = x.map((v, i) => (v >= 0 ? 1 : -1) + (v >= 0 && z[i]! >= 0 ? 1 : 0) + 0.01 * rng.normal());
    const model = await boostingFamily.fit(datasetFor(makeTable({ x, z, y }), { target: 'y', task: 'regression', options: { bags: 2, pairs: 1 } }), context);
    const { cuts } = (model as unknown as { state: { features: { cuts: number[] }[] } }).state.features[0]!;
    const place = cuts.find(cut => cut > -1 && cut <= 0)!;
    const flat = withoutSteps(model, [{ column: 'x', at: place }]);
    for (const other of [-3, 3]) {
      const at = (of: typeof model, value: number): number => of.predict(makeTable({ x: [value], z: [other], y: [0] })).mean![0]!;
      expect(Math.abs(at(model, place + 1e-9) - at(model, place - 1e-9))).toBeGreaterThan(1);
      expect(at(flat, place + 1e-9)).toBeCloseTo(at(flat, place - 1e-9), 9);
      expect(at(flat, 4)).toBe(at(model, 4));
      expect(at(flat, -4)).toBe(at(model, -4));
    }
  });
});
