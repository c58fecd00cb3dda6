import { describe, expect, it } from 'vitest';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent, formatRatio, intervalWords, listWords } from '../../../src/engine/report/format';

describe('formatNumber', () => {
  it('keeps four significant digits and no trailing zeros, but rounds no whole digits away', () => {
    expect([0.123456, 12.3456, 1234.56, 123456.7, 0.5, 100, -0.00012346, 20641].map(x => formatNumber(x)))
      .toEqual(['0.1235', '12.35', '1,235', '123,457', '0.5', '100', '-0.0001235', '20,641']);
  });

  it('uses powers of ten for the very small and the very large', () => {
    expect([1.23456e-7, 1.23456e18, -2e15, 999_999_999_999].map(x => formatNumber(x))).toEqual(['1.235e-7', '1.235e18', '-2e15', '999,999,999,999']);
  });

  it('never writes -0 or NaN', () => {
    expect([-0, 0, NaN, Infinity].map(x => formatNumber(x))).toEqual(['0', '0', '–', '–']);
  });

  it('takes another number of digits', () => {
    expect(formatNumber(0.83456, 3)).toBe('0.835');
    expect(formatNumber(69076.2, 3)).toBe('69,076');
  });
});

it('a ratio near 1 keeps what sets it apart from 1', () => {
  expect([1.00032123, 0.99968, 1.5, 2.345678, 1, 0.0612345].map(formatRatio)).toEqual(['1.000321', '0.99968', '1.5', '2.35', '1', '0.0612']);
});

it('counts, shares, levels and lists read as in a sentence', () => {
  expect(formatCount(32561)).toBe('32,561');
  expect([countOf(1, 'row'), countOf(1309, 'row'), countOf(2, 'row is', 'rows are')]).toEqual(['1 row', '1,309 rows', '2 rows are']);
  expect([0.9483, 1, 0, 0.99999, 0.0001].map(formatPercent)).toEqual(['94.8 %', '100 %', '0 %', 'over 99.9 %', 'under 0.1 %']);
  expect([0.95, 0.999, 0.9].map(formatLevel)).toEqual(['95 %', '99.9 %', '90 %']);
  expect(intervalWords({ low: 0.812, high: 0.8512 }, 0.95)).toBe(' (95 % interval 0.812 to 0.851)');
  expect(intervalWords({ low: 0.812 }, 0.95)).toBe('');
  expect([listWords(['a']), listWords(['a', 'b', 'c']), listWords(['a', 'b', 'c'], 2)]).toEqual(['a', 'a, b and c', 'a, b and 1 more']);
});

describe('a score just below 1', () => {
  it('is never rounded up to 1', () => {
    expect(formatNumber(0.9996, 3)).toBe('0.9996');
    expect(formatNumber(0.99999)).toBe('0.99999');
    expect(formatNumber(1)).toBe('1');
    expect(formatNumber(0.98765, 3)).toBe('0.988');
  });
});
