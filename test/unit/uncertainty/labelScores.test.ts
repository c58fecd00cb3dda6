/** Adaptive prediction sets by hand. */
import { describe, expect, it } from 'vitest';

import { Rng } from '../../../src/engine/math/random';
import { labelScores, likeliest, rowUniform } from '../../../src/engine/uncertainty/labelScores';

const close = (actual: Float64Array, expected: number[]): void => expected.forEach((value, k) => expect(actual[k]).toBeCloseTo(value, 12));

describe('scores of classes', () => {
  it('APS: probability of all likelier classes plus u times the own one', () => {
    // 0.5 > 0.3 > 0.2: 0.4 · 0.5, 0.5 + 0.4 · 0.3, 0.8 + 0.4 · 0.2, at the places of the classes.
    close(labelScores('aps', Float64Array.from([0.3, 0.5, 0.2]), 0.4), [0.62, 0.2, 0.88]);
    close(labelScores('aps', Float64Array.from([0.25, 0.5, 0.25]), 1), [0.75, 0.5, 1]);
    close(labelScores('aps', Float64Array.from([0, 1]), 0.5), [1, 0.5]);
  });

  it('APS sorts many classes as it sorts few', () => {
    const rng = new Rng(1);
    const p = Float64Array.from({ length: 60 }, () => rng.uniform());
    const scores = labelScores('aps', p, 0.3);
    p.forEach((own, k) => expect(scores[k]).toBeCloseTo(p.filter(other => other > own).reduce((a, b) => a + b, 0) + 0.3 * own, 10));
  });

  it('LAC: one minus the probability', () => {
    close(labelScores('lac', Float64Array.from([0.3, 0.5, 0.2]), 0.4), [0.7, 0.5, 0.8]);
    expect(likeliest(Float64Array.from([0.2, 0.4, 0.4]))).toBe(1);
  });
});

describe('the number that randomises a row', () => {
  it('is the same for the same probabilities and seed, and another for others', () => {
    const p = Float64Array.from([0.3, 0.7]);
    expect(rowUniform(p, 1)).toBe(rowUniform(Float64Array.from([0.3, 0.7]), 1));
    expect(rowUniform(p, 1)).not.toBe(rowUniform(p, 2));
    expect(rowUniform(p, 1)).not.toBe(rowUniform(Float64Array.from([0.7, 0.3]), 1));
    expect(rowUniform(p, 2 ** 33)).not.toBe(rowUniform(p, 0));
  });

  it('is uniform over rows, also where probabilities hardly differ', () => {
    for (const spread of [1, 0.01]) {
      const n = 5000;
      const values = Array.from({ length: n }, (_, i) => {
        const p = 0.5 + (spread * (i - n / 2)) / n;
        return rowUniform(Float64Array.from([p, 1 - p]), 7);
      }).sort((a, b) => a - b);
      const distance = values.reduce((most, u, i) => Math.max(most, Math.abs(u - (i + 0.5) / n)), 0);
      expect(distance).toBeLessThan(1.95 / Math.sqrt(n));
    }
  });
});
