import { describe, expect, it } from 'vitest';

import { canonical, type Domain } from '../../../src/engine/formula/canonical';
import { compact } from '../../../src/engine/formula/compact';
import { complexity } from '../../../src/engine/formula/complexity';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { formulaText } from '../../../src/engine/formula/print/text';

const names = ['a', 'b', 'c', 'd'];
const anywhere: Domain = { positive: [] };
const positive = { positive: names.map(() => true) };
const tree = (text: string) => parseFormula(text, names).expression;
const canon = (text: string, domain = anywhere) => formulaText(canonical(tree(text), domain), names);
const short = (text: string) => {
  const found = compact(canonical(tree(text), positive), positive);
  return [formulaText(found, names), complexity(found)] as const;
};

describe('the canonical form', () => {
  it('collects like terms and equal bases', () => {
    expect(canon('a + b + a + 2*a')).toBe('b + 4*a');
    expect(canon('a*b*a/b')).toBe('a^2');
    expect(canon('(a + b) - (b + a)')).toBe('0');
  });
  it('cancels inverse functions where that holds', () => {
    expect(canon('log(exp(a))')).toBe('a');
    expect(canon('exp(log(a))')).toBe('a');
    expect(canon('sqrt(a^2)')).not.toBe('a');
    expect(canon('sqrt(a^2)', positive)).toBe('a');
  });
  it('takes positive factors out of roots, others not', () => {
    expect(canon('sqrt(a*(b - c))')).toBe('sqrt(a*(b - c))');
    expect(canon('sqrt(a^2*(b - c))', positive)).toBe('a*sqrt(b - c)');
  });
  it('draws signs out of odd functions and loses them in even ones', () => {
    expect(canon('sin(-a)')).toBe('-sin(a)');
    expect(canon('cos(-a)')).toBe('cos(a)');
  });
});

describe('the short form', () => {
  it('puts common factors before brackets', () => {
    expect(short('a*b + a*c + b*d + c*d')).toEqual(['(b + c)*(a + d)', 7]);
    expect(short('2*a*b + 4*c*b')).toEqual(['b*(2*a + 4*c)', 9]);
  });
  it('takes factors out of powers of sums', () => {
    expect(short('1/sqrt((1/a^2 - 1/b^2)/c^2)')).toEqual(['c*a/sqrt(1 - a^2/b^2)', 14].map((each, k) => (k ? each : expect.stringMatching(/^(c\*a|a\*c)\/sqrt\(1 - (a\^2\/b\^2|\(a\/b\)\^2)\)$/))));
  });
  it('joins factors of one exponent', () => {
    expect(short('sqrt(a)*sqrt(b)/sqrt(c)')).toEqual(['sqrt(a*b/c)', 6]);
  });
});
