/** Factors of polynomials with whole coefficients: their product is the polynomial again. */
import { describe, expect, it } from 'vitest';
import { factorPolynomial, type Factored } from '../../../src/engine/math/integerPolynomial';
import { Rng } from '../../../src/engine/math/random';

const times = (a: readonly number[], b: readonly number[]): number[] => {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => b.forEach((y, j) => { out[i + j]! += x * y; }));
  return out;
};
const expanded = ({ content, factors }: Factored): number[] =>
  factors.reduce((all, { coefficients, power }) => Array.from({ length: power }).reduce<number[]>(product => times(product, coefficients), all), [content]);

describe('factors of a polynomial', () => {
  it('are its rational roots with their multiplicity, and what is left', () => {
    expect(factorPolynomial([1, 3, 3, 1])).toEqual({ content: 1, factors: [{ coefficients: [1, 1], power: 3 }] });
    expect(factorPolynomial([-2, 1, 1])!.factors.map(({ coefficients }) => coefficients)).toEqual(expect.arrayContaining([[-1, 1], [2, 1]]));
    expect(factorPolynomial([-3, 1, 2])!.factors.map(({ coefficients }) => coefficients)).toEqual(expect.arrayContaining([[3, 2], [-1, 1]]));
    expect(factorPolynomial([0, 0, 5])).toEqual({ content: 5, factors: [{ coefficients: [0, 1], power: 2 }] });
    expect(factorPolynomial([1, 1, 1])).toEqual({ content: 1, factors: [{ coefficients: [1, 1, 1], power: 1 }] });
  });

  it('are perfect powers where there is no root', () => {
    expect(factorPolynomial([1, 0, 2, 0, 1])).toEqual({ content: 1, factors: [{ coefficients: [1, 0, 1], power: 2 }] });
    expect(factorPolynomial([-8, 0, -12, 0, -6, 0, -1])).toEqual({ content: -1, factors: [{ coefficients: [2, 0, 1], power: 3 }] });
  });

  it('multiply out to the polynomial, whatever it is', () => {
    const rng = new Rng(3);
    const draw = (): number => rng.integer(9) - 4;
    for (let k = 0; k < 300; k++) {
      const parts = Array.from({ length: 1 + rng.integer(4) }, () => (rng.uniform() < 0.7 ? [draw(), draw() || 1] : [draw(), draw(), draw() || 2]));
      const whole = parts.reduce<number[]>(times, [1]);
      const factored = factorPolynomial(whole)!;
      expect(expanded(factored).map(c => c + 0)).toEqual(whole.map(c => c + 0));
      // Every factor of degree one that went in was found: what is left has no rational root.
      for (const { coefficients } of factored.factors.filter(each => each.coefficients.length === 3)) {
        const [c, b, a] = coefficients as [number, number, number];
        expect(Number.isInteger(Math.sqrt(b * b - 4 * a * c))).toBe(false);
      }
    }
  });

  it('are not sought where coefficients are no whole numbers or too large', () => {
    expect(factorPolynomial([0.5, 1])).toBeUndefined();
    expect(factorPolynomial([1e12, 1])).toBeUndefined();
    expect(factorPolynomial([3])).toBeUndefined();
  });
});
