// The intervals of numbers that were replaced by simple ones.
import { describe, expect, it } from 'vitest';

import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { Rng } from '../../../src/engine/math/random';
import { snappedEstimates, snappedNumbers } from '../../../src/engine/models/formula/snapped';

const names = ['x', 'z'];
const { expression } = parseFormula('3*x^2 + 0.5*z + x', names);

function rowsOf(seed: number) {
  const random = new Rng(seed);
  const [x, z] = [0, 1].map(() => Float64Array.from({ length: 200 }, () => random.normal()));
  return searchRows([x!, z!], x!.map((v, i) => 3 * v * v + 0.5 * z![i]! + v + 0.3 * random.normal()));
}

describe('the intervals of snapped numbers', () => {
  it('belong to coefficients, not to exponents or ones', () => {
    expect(snappedNumbers(expression).map(({ value }) => value).sort()).toEqual([0.5, 3]);
  });

  it('are those of a regression in which the number alone is let go', () => {
    const rows = rowsOf(4);
    const [x, z] = rows.columns as [Float64Array, Float64Array];
    const half = snappedEstimates(expression, rows)[snappedNumbers(expression).findIndex(({ value }) => value === 0.5)]!;
    // By hand: y − 3x² − x on z through the origin.
    const left = rows.target.map((y, i) => y - 3 * x[i]! ** 2 - x[i]!);
    const squares = z.reduce((total, v) => total + v * v, 0);
    const slope = left.reduce((total, y, i) => total + y * z[i]!, 0) / squares;
    const sse = left.reduce((total, y, i) => total + (y - slope * z[i]!) ** 2, 0);
    expect(half.estimate).toBeCloseTo(slope, 8);
    expect(half.standardError).toBeCloseTo(Math.sqrt(sse / 199 / squares), 8);
  });

  it('hold the truth as often as they say', () => {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      for (const [k, { estimate, standardError }] of snappedEstimates(expression, rowsOf(seed)).entries()) {
        if (Math.abs(estimate - snappedNumbers(expression)[k]!.value) <= 1.972 * standardError) held++;
      }
    }
    // 400 intervals at 95 %: 380 ± 3 × 4.4.
    expect(held).toBeGreaterThan(366);
    expect(held).toBeLessThan(394);
  });
});
