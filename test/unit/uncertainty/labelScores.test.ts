/** Adaptive prediction sets by hand. */
import { describe, expect, it } from 'vitest';

import { Rng } from '../../../src/engine/math/random';
import type { Table } from '../../../src/engine/data/table';
import { labelScores, likeliest } from '../../../src/engine/uncertainty/labelScores';
import { rowUniforms } from '../../../src/engine/uncertainty/rowUniforms';
import { makeTable } from '../families/support';

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

const numbers = (x: readonly number[], levels: readonly string[]): Table => makeTable({ x, group: levels });

describe('the number that randomises a row', () => {
  it('is the same for the same cells wherever they stand, and another for other cells or another seed', () => {
    const rows = Int32Array.from([0, 1, 2, 3]);
    const [a, b, c, d] = rowUniforms(numbers([1, 2, 1, 1], ['u', 'u', 'v', 'u']), ['x', 'group'], rows, 1);
    expect(d).toBe(a);
    expect(new Set([a, b, c]).size).toBe(3);
    expect(rowUniforms(numbers([7, 1], ['w', 'u']), ['x', 'group'], Int32Array.of(1), 1)[0]).toBe(a);
    expect(rowUniforms(numbers([1], ['u']), ['x', 'group'], Int32Array.of(0), 2)[0]).not.toBe(a);
    expect(rowUniforms(numbers([1], ['u']), ['x', 'group'], Int32Array.of(0), 1 + 2 ** 33)[0]).not.toBe(a);
    expect(rowUniforms(numbers([1], ['u']), ['group', 'x'], Int32Array.of(0), 1)[0]).not.toBe(a);
  });

  it('takes a number for the same whether it is stored as a number or as a level, and -0 for 0', () => {
    const asLevel: Table = { rows: 2, columns: [{ name: 'x', kind: 'categorical', storage: 'code', codes: Int32Array.of(0, 1), levels: ['0', '2.50'] }] };
    const asNumber: Table = { rows: 2, columns: [{ name: 'x', kind: 'numeric', storage: 'number', values: Float64Array.of(-0, 2.5) }] };
    const rows = Int32Array.of(0, 1);
    expect(rowUniforms(asLevel, ['x'], rows, 3)).toEqual(rowUniforms(asNumber, ['x'], rows, 3));
  });

  it('is uniform over rows, also where they hardly differ', () => {
    const n = 5000;
    for (const spread of [1, 1e-9]) {
      const x = Array.from({ length: n }, (_, i) => 1 + spread * i);
      const values = [...rowUniforms(numbers(x, x.map(() => 'u')), ['x', 'group'], Int32Array.from({ length: n }, (_, i) => i), 7)].sort((a, b) => a - b);
      const distance = values.reduce((most, u, i) => Math.max(most, Math.abs(u - (i + 0.5) / n)), 0);
      expect(distance).toBeLessThan(1.95 / Math.sqrt(n));
    }
  });
});
