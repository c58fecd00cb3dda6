// What rows count under transforms: noise of y must not decide where its logarithm or its reciprocal is fitted.
import { describe, expect, it } from 'vitest';

import { Enumeration } from '../../../src/engine/formula/enumeration/enumerate';
import { signOf, weightsUnder } from '../../../src/engine/formula/rowWeights';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { powerLaws } from '../../../src/engine/formula/stages/powerLaw';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';

function rowsOf(text: string, names: string[], low: number, high: number, noise: number, count = 400) {
  const random = new Rng(11);
  const columns = names.map(() => Float64Array.from({ length: count }, () => low + (high - low) * random.uniform()));
  const truth = valuesOf(parseFormula(text, names).expression, columns, count);
  const size = Math.sqrt(truth.reduce((total, v) => total + v * v, 0) / count);
  return { columns, truth, target: truth.map(v => v + noise * size * random.normal()) };
}

describe('weights of rows under a transform', () => {
  it('fall with the target in logarithms, and are bounded', () => {
    const [small, middle, large] = weightsUnder('logarithm', Float64Array.of(0.01, 1, 100))!;
    expect(small! / middle!).toBeCloseTo(0.01, 2);
    expect(large!).toBeLessThan(1);
    expect(weightsUnder('plain', Float64Array.of(1, 2))).toBeUndefined();
  });

  it('let small values beyond zero pass, not large ones', () => {
    expect(signOf(Float64Array.from({ length: 100 }, (_, i) => (i < 40 ? -0.01 : 1)))).toBe(1);
    expect(signOf(Float64Array.from({ length: 100 }, (_, i) => (i < 4 ? -1 : 1)))).toBeUndefined();
  });

  it('bring a power law near its exponents through noise as large as the small values', () => {
    const { columns, target } = rowsOf('a^3*b^2', ['a', 'b'], 0.2, 3, 0.02);
    expect(target.some(y => y < 0)).toBe(true);
    const [law] = powerLaws(searchRows(columns, target));
    const exponents = law!.kind === 'product' ? law!.factors.flatMap(factor => (factor.kind === 'power' && factor.exponent.kind === 'number' ? [factor.exponent.value] : [])) : [];
    expect(exponents[0]).toBeGreaterThan(2.8);
    expect(exponents[0]).toBeLessThan(3.2);
    expect(exponents[1]).toBeGreaterThan(1.8);
    expect(exponents[1]).toBeLessThan(2.2);
  });

  it('rank the right expression first where a division has made the noise of rows uneven', () => {
    // y = p·sin(x), known p: y/p has noise in proportion to 1/p.
    const { columns, target } = rowsOf('p^4*sin(x)', ['p', 'x'], 0.3, 3, 0.01, 200);
    const prefix = columns[0]!.map(p => p ** 4);
    const share = (weights?: Float64Array): number => {
      const enumeration = new Enumeration({ columns: [columns[1]!], target: target.map((y, i) => y / prefix[i]!), ...(weights && { weights }), capacity: 1000, largest: 2, lane: 0, lanes: 1, keep: 50 });
      for (const _ of enumeration.run()) { /* to its end */ }
      return enumeration.hits().find(({ family, expression }) => family === 'affine' && expression.kind === 'call' && expression.name === 'sin')!.unexplained;
    };
    expect(share(prefix)).toBeLessThan(0.2 * share());
  });
});
