/** The terms that a formula is shown as. */
import { describe, expect, it } from 'vitest';
import { call, exact, fitted, power, product, sum, variable, type Expression } from '../../../src/engine/formula/expression';
import { formulaText } from '../../../src/engine/formula/print/text';
import { valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';
import { expandedTerms, tellingTerms, termsOfShares, writtenTerms } from '../../../src/engine/models/formula/terms';

const [x, y, z] = [variable(0), variable(1), variable(2)];
const texts = (terms: readonly Expression[] | undefined): string[] | undefined => terms?.map(term => formulaText(term, ['x', 'y', 'z']));
const rng = new Rng(4);
const columns = [0, 1, 2].map(() => Float64Array.from({ length: 200 }, () => 5 * rng.uniform() - 2));
const deviationOf = (term: Expression): number => {
  const values = valuesOf(term, columns, 200);
  const mean = values.reduce((a, b) => a + b, 0) / 200;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 200);
};
/** (x + 1)(y + 2) */
const factored = product(sum(x, exact(1)), sum(y, exact(2)));

describe('terms', () => {
  it('of a product of sums are those multiplied out, the number by itself left out', () => {
    expect(texts(tellingTerms(factored, deviationOf))!.sort()).toEqual(['2*x', 'x*y', 'y']);
    expect(texts(expandedTerms(power(sum(x, y), 2)))!.sort()).toEqual(['2*x*y', 'x^2', 'y^2']);
  });

  it('have the values of the whole, but for a number', () => {
    const whole = sum(product(fitted(0.5), factored, sum(z, exact(-1))), power(z, 3));
    const terms = expandedTerms(product(fitted(0.5), sum(x, z), sum(y, exact(2))))!;
    const direct = valuesOf(product(fitted(0.5), sum(x, z), sum(y, exact(2))), columns, 200);
    const added = valuesOf(sum(...terms), columns, 200);
    direct.forEach((v, i) => expect(added[i]! - v).toBeCloseTo(added[0]! - direct[0]!, 9));
    // x y z, −x y, 2 x z, −2 x, y z, −y, 2 z and z³: more than six say less than the product.
    expect(expandedTerms(whole)).toBeUndefined();
    expect(tellingTerms(whole, deviationOf)).toEqual(writtenTerms(whole));
  });

  it('stay as written where they would cancel each other', () => {
    const cosine = product(x, sum(fitted(250), product(fitted(-250), call('cos', product(fitted(0.15), x)))));
    expect(expandedTerms(cosine)).toHaveLength(2);
    expect(tellingTerms(cosine, deviationOf)).toEqual([cosine]);
  });

  it('stay as written where nothing can be multiplied out', () => {
    const plain = sum(product(exact(3), power(x, 3)), product(y, power(sum(z, exact(1)), -1)));
    expect(expandedTerms(plain)).toBeUndefined();
    expect(tellingTerms(plain, deviationOf)).toEqual(plain.kind === 'sum' ? plain.terms : []);
  });

  it('are known again by the number of their shares', () => {
    expect(termsOfShares(factored, 1)).toEqual([factored]);
    expect(texts(termsOfShares(factored, 3))).toEqual(texts(expandedTerms(factored)));
  });
});
