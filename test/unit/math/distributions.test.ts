/** Tails and quantiles against mpmath at 60 digits (test/fixtures/reference/distributions.json). */
import { describe, expect, it } from 'vitest';
import * as d from '../../../src/engine/math/distributions';
import reference from '../../fixtures/reference/distributions.json';

const values = reference.values as unknown as Record<string, (number | string)[][]>;

function worst(name: string, f: (...args: number[]) => number): number {
  let worstError = 0;
  for (const row of values[name]) {
    const exact = Number(row[row.length - 1]);
    const got = f(...(row.slice(0, -1) as number[]));
    const error = exact === 0 ? Math.abs(got) : Math.abs(got - exact) / Math.abs(exact);
    if (process.env.SHOW_ERRORS && error > 1e-12) console.log(name, row, got, error);
    worstError = Math.max(worstError, Number.isNaN(error) ? Infinity : error);
  }
  if (process.env.SHOW_ERRORS) console.log(name, worstError);
  return worstError;
}

describe('distribution functions agree with mpmath', () => {
  it('two-sided t p-values, down to 1e-307', () => expect(worst('tTwoSided', d.tTwoSided)).toBeLessThan(2e-12));
  it('upper tails of F', () => expect(worst('fUpper', d.fUpper)).toBeLessThan(2e-12));
  it('upper tails of chi-square', () => expect(worst('chiSquareUpper', d.chiSquareUpper)).toBeLessThan(1e-12));
  it('upper tail of the normal', () => expect(worst('normalUpper', d.normalUpper)).toBeLessThan(1e-14));
  it('normal quantiles', () => expect(worst('normalQuantile', d.normalQuantile)).toBeLessThan(1e-14));
  it('t quantiles', () => expect(worst('tQuantile', (u, df) => -d.tQuantile(u, df))).toBeLessThan(1e-12));
});

describe('distribution functions at their ends', () => {
  it('never leave [0, 1] and know infinities', () => {
    expect(d.tTwoSided(Infinity, 5)).toBe(0);
    expect(d.tTwoSided(0, 5)).toBe(1);
    expect(d.fUpper(0, 2, 3)).toBe(1);
    expect(d.fUpper(Infinity, 2, 3)).toBe(0);
    expect(d.chiSquareUpper(Infinity, 3)).toBe(0);
    expect(d.normalQuantile(0)).toBe(-Infinity);
    expect(d.tTwoSided(NaN, 3)).toBeNaN();
    expect(d.tTwoSided(3, 0)).toBeNaN();
    expect(d.tCdf(1, 1)).toBeCloseTo(0.75, 15);
    expect(d.tTwoSided(1e160, 1)).toBeCloseTo(2 / Math.PI / 1e160, 170);
    expect(d.tTwoSided(1e160, 1) / (2 / Math.PI / 1e160)).toBeCloseTo(1, 12);
    expect(d.tFactor(0.95, 10)).toBeCloseTo(2.2281388519862753, 13);
  });
});
