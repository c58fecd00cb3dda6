import { describe, expect, it } from 'vitest';
import { fromDecimal, preciseResiduals } from '../../../src/engine/formula/known/precise';
import { parseFormula } from '../../../src/engine/formula/parse/parse';

const xs = Float64Array.of(0.05, 0.3, 0.7, 0.95);
/** What is left of an identity, whose right value is 0. */
const rest = (text: string): number[] => [...preciseResiduals(parseFormula(text, ['x']).expression, [xs], new Float64Array(4), new Float64Array(0))];

describe('Residuals in twice the digits', () => {
  it('keep identities to 28 digits and more', () => {
    for (const text of [
      'sin(9*x)^2 + cos(9*x)^2 - 1', 'exp(x)*exp(-x) - 1', 'log(exp(3*x)) - 3*x', 'exp(log(x)) - x', 'tan(atan(x)) - x', 'sin(asin(x)) - x', 'cos(acos(x)) - x', 'sqrt(x)^2 - x',
      'tanh(x) - (exp(2*x) - 1)/(exp(2*x) + 1)', 'x^1.5 - x*sqrt(x)', 'x^(1/3)*x^(2/3) - x', 'sin(pi/6) - 1/2', 'log(e) - 1', '(x^3)^-2 - 1/x^6*1', 'exp(2*x)-exp(x)^2', 'sin(2*x) - 2*sin(x)*cos(x)', 'abs(-x) - x',
    ]) for (const left of rest(text)) expect(Math.abs(left), text).toBeLessThan(text.includes('x^6') ? 1e-20 : 1e-28);
  });

  it('take numbers for the decimals that they are written as', () => {
    for (const left of rest('20*x - 2*(10*x)')) expect(Math.abs(left)).toBeLessThan(1e-29);
    for (const left of preciseResiduals(parseFormula('x*10', ['x']).expression, [xs], Float64Array.of(0.5, 3, 7, 9.5), new Float64Array(0))) expect(Math.abs(left)).toBeLessThan(1e-29);
    const [high, low] = fromDecimal(0.1);
    expect(high).toBe(0.1);
    expect(low).toBeCloseTo(-5.551115123125783e-18, 30);
    expect(fromDecimal(-2.5e-7)[0]).toBe(-2.5e-7);
    expect(fromDecimal(123456.789e30)[0]).toBe(123456.789e30);
    expect(fromDecimal(3)).toEqual([3, 0]);
  });
});
