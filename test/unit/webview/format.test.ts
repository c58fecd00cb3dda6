import { describe, expect, test } from 'vitest';
import { missingText } from '../../../webview/view/facts';
import {
  formatCount, formatInterval, formatLevel, formatNumber, formatPValue, formatShare, formatTick, formatTime, plural, shorten,
  shortenSentence, visibleName,
} from '../../../webview/format';

describe('formatNumber', () => {
  test.each([
    [0.123456, '0.1235'], [0.5, '0.5000'], [1 / 3, '0.3333'], [12.34567, '12.35'], [123.4567, '123.5'], [1234.567, '1,235'],
    [12345.678, '12,346'], [1234567.8, '1,234,568'], [-0.0042999, '-0.004300'], [5, '5'], [-42, '-42'], [1000, '1,000'],
    [12345678, '1.235e7'], [0.000012345, '1.234e-5'], [1e300, '1e300'], [2.1e-148, '2.1e-148'], [0, '0'], [-0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('never rounds whole digits away', () => {
    expect(formatNumber(84087.945)).toBe('84,088');
  });

  test('says in words what is no finite number, and a dash for what is absent', () => {
    expect([formatNumber(Number.NaN), formatNumber(Infinity), formatNumber(-Infinity), formatNumber(undefined)])
      .toEqual(['not defined', '∞', '-∞', '–']);
  });
});

test('a p-value has four decimals, an exponent below 0.001, and is never zero', () => {
  expect([0.04567, 0.001, 0.000999, 2.2e-16, 1e-310, 0, 1].map(formatPValue))
    .toEqual(['0.0457', '0.0010', '9.99e-4', '2.2e-16', '< 1e-300', '< 1e-300', '1.0000']);
});

test('shares do not round to none or all', () => {
  expect([0, 0.0004, 0.123, 0.9996, 1].map(formatShare)).toEqual(['0 %', '< 0.1 %', '12.3 %', '> 99.9 %', '100 %']);
});

test('levels, counts, intervals and ticks', () => {
  expect(formatLevel(0.95)).toBe('95 %');
  expect(formatLevel(0.999)).toBe('99.9 %');
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(formatInterval(0.81234, 0.87)).toBe('0.8123 to 0.8700');
  expect(formatInterval(undefined, undefined)).toBe('–');
  expect([0, 2500, 0.25, 1e6, 1e-5].map(formatTick)).toEqual(['0', '2,500', '0.25', '1e6', '1e-5']);
  expect([plural(1, 'row'), plural(2000, 'row')]).toEqual(['1 row', '2,000 rows']);
});

test('times are written in UTC, without the time at midnight', () => {
  expect(formatTime(Date.UTC(2024, 1, 29))).toBe('2024-02-29');
  expect(formatTime(Date.UTC(2024, 1, 29, 13, 5, 7))).toBe('2024-02-29 13:05:07 UTC');
});

describe('names from data', () => {
  test('control characters and characters that turn the text around are made visible', () => {
    expect(visibleName('a\tb\nc\u007f')).toBe('a\u2409b\u240ac\u2421');
    expect(visibleName('\u202Eevil')).toBe('‹U+202E›evil');
    expect(visibleName('')).toBe('(no name)');
    expect(visibleName('__proto__')).toBe('__proto__');
  });

  test('long names are shortened in the middle and no surrogate pair is cut', () => {
    expect(shorten('x'.repeat(10_000), 11)).toBe(`${'x'.repeat(7)}…${'x'.repeat(3)}`);
    const emoji = shorten('📊'.repeat(100), 10);
    expect(Array.from(emoji)).toHaveLength(10);
    expect(encodeURIComponent(emoji)).toContain('%F0%9F%93%8A'); // throws on a lone surrogate
    expect(shorten('short', 5)).toBe('short');
  });

  test('a sentence with a 10,000-character name stays short', () => {
    const text = shortenSentence(`The column ${'x'.repeat(10_000)} is constant.`);
    expect(text.length).toBeLessThan(100);
    expect(text).toMatch(/^The column x+…x+ is constant\.$/);
  });
});

test('the report claims nothing filled in for the boosting machine', () => {
  expect(missingText('impute', 'linear')).toBe('filled in');
  expect(missingText('impute', 'ebm')).toBe('a score of their own, nothing filled in');
  expect(missingText('drop', 'ebm')).toBe('rows left out');
});
