/** Polynomials within formulas, written as products where that is shorter. */
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../src/engine/formula/archive';
import { canonical, type Domain } from '../../../src/engine/formula/canonical';
import { compact } from '../../../src/engine/formula/compact';
import { complexity } from '../../../src/engine/formula/complexity';
import { fitted, mapTree, type Expression } from '../../../src/engine/formula/expression';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { formulaText } from '../../../src/engine/formula/print/text';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';

const names = ['x', 'y', 'z', 'w'];
const anywhere: Domain = { positive: [] };
const tree = (text: string): Expression => parseFormula(text, names).expression;
const short = (text: string): string => formulaText(compact(canonical(tree(text), anywhere), anywhere), names);

describe('the short form of a polynomial', () => {
  it.each([
    ['x^3 + 3*x^2 + 3*x + 1', '(1 + x)^3'],
    ['(1 + 3*x + 3*x^2 + x^3)/(1 - x + x^2)', '(1 + x)^3/(1 + x^2 - x)'],
    ['x^2 - 2*x*y + y^2 + z^2 - 2*z*w + w^2', '(x - y)^2 + (z - w)^2'],
    ['1 + 2*x*y + x^2*y^2', '(1 + x*y)^2'],
    ['x^4 + 2*x^2 + 1', '(1 + x^2)^2'],
    ['3.7*x^2 + 11.1*x + 7.4', '3.7*(1 + x)*(2 + x)'],
    ['-x^2 - 2*x - 1', '-(1 + x)^2'],
    ['1/3*x^2 + 2/3*x + 1/3', '(1 + x)^2/3'],
    ['y + sin(x)^2 + 2*sin(x) + 1', 'y + (1 + sin(x))^2'],
    ['x + 2*sqrt(x) + 1', '(1 + sqrt(x))^2'],
    ['exp(x)*x^2 + 2*exp(x)*x + exp(x)', 'exp(x)*(1 + x)^2'],
    ['(x^2 + 3*x + 2)/(x^2 + 4*x + 3)', '(2 + x)/(3 + x)'],
    ['(x^2 - 1)/(x + 1)', 'x - 1'],
  ])('of %s is %s', (long, wanted) => expect(short(long)).toBe(wanted));

  it.each([
    ['(10 + x*(5*x - y))/(1 + 0.5*x^2)', '10 - x*y/(1 + 0.5*x^2)'],
    ['x*((1 + x)*(4 - x) - y)/(1 + x)', 'x*(4 - x - y/(1 + x))'],
    ['y*(x + y*(-0.075 - 0.075*x))/(1 + x)', 'y*(x/(1 + x) - 0.075*y)'],
    ['(20 + 10*x^2 - x - x*y - 0.5*x^3)/(1 + 0.5*x^2)', '20 - x - x*y/(1 + 0.5*x^2)'],
  ])('takes multiples of the lower sum out of the quotient %s', (long, wanted) => expect(short(long)).toBe(wanted));

  it.each([
    ['cos(x)*cos(y)/sin(y)', 'cos(x)/tan(y)'],
    ['z + sin(x*y)/cos(x*y)', 'z + tan(x*y)'],
    ['-3*x*z/(y^2*(1 - 0.1*x))', '30*x*z/(y^2*(x - 10))'],
    ['8/3/(2/3 + 1/x) - 0.3*y', '4/(1 + 1.5/x) - 0.3*y'],
    ['10*y + 10*x*(1 - x^2)/3', '10*(y + (x - x^3)/3)'],
  ])('writes %s as %s', (long, wanted) => expect(short(long)).toBe(wanted));

  it('leaves alone what has no factors, and what is as short', () => {
    expect(short('x^2 + x + 1')).toBe(formulaText(canonical(tree('x^2 + x + 1')), names));
    expect(short('x^2 - 1')).toBe(formulaText(canonical(tree('x^2 - 1')), names));
  });

  it('keeps one fitted number where all are multiples of it', () => {
    const numbers = mapTree(canonical(tree('11*x^2 + 22*x*y + 11*y^2')), node => (node.kind === 'number' && Math.abs(node.value) > 2 ? fitted(node.value * 0.7123456789) : node));
    expect(formulaText(compact(numbers, anywhere), names)).toMatch(/^7\.83\d+\*\(x \+ y\)\^2$/);
  });

  it('has the same values and is no longer, for products of random brackets multiplied out', () => {
    const rng = new Rng(11);
    const draw = (): number => rng.integer(9) - 4;
    const columns = names.map(() => Float64Array.from({ length: 50 }, () => 4 * rng.uniform() - 2));
    for (let k = 0; k < 60; k++) {
      const [a, b, c, d, e] = [draw(), draw(), draw(), draw(), draw()];
      // (a x + b y)(c x + d y) and (a x + b)(c x + d)(x + e).
      const text = k % 2 === 0 ? `${a * c}*x^2 + ${a * d + b * c}*x*y + ${b * d}*y^2`
        : `${a * c}*x^3 + ${a * c * e + a * d + b * c}*x^2 + ${(a * d + b * c) * e + b * d}*x + ${b * d * e}`;
      const long = canonical(tree(text.replaceAll('+ -', '- ')));
      const found = compact(long, anywhere);
      expect(complexity(found)).toBeLessThanOrEqual(complexity(long));
      const [before, after] = [valuesOf(long, columns, 50), valuesOf(found, columns, 50)];
      before.forEach((v, i) => expect(after[i]! - v).toBeCloseTo(0, 8));
    }
  });
});

describe('the archive', () => {
  it('keeps the factored form of what the search found multiplied out', () => {
    const x = Float64Array.from({ length: 100 }, (_, i) => -1 + i / 50);
    const rows = searchRows([x], x.map(v => (v + 1) ** 3 / (v * v - v + 1)));
    const archive = new Archive(rows);
    const found = archive.offer(mapTree(tree('(1.01 + 2.99*x + 3.01*x^2 + x^3)/(1 - 1.01*x + x^2)'), node => (node.kind === 'number' && !Number.isInteger(node.value) ? fitted(node.value) : node)), 'test');
    expect(formulaText(found!.expression, ['x'])).toBe('(1 + x)^3/(1 + x^2 - x)');
    expect(found!.complexity).toBe(13);
  });
});
