/** Drift by hand: PSI, Wasserstein distance, total variation, domains of a column. */
import { describe, expect, it } from 'vitest';
import { domainsOf } from '../../../../src/engine/experiments/generalisation/domains';
import { columnDrift, psiOf, psiWords, totalVariation, wassersteinOf } from '../../../../src/engine/experiments/generalisation/drift';
import { Rng } from '../../../../src/engine/math/random';
import { codeColumn, numberColumn } from '../../evaluate/stub';

const rows = (from: number, count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => from + i);

describe('the population stability index', () => {
  it('of shares 0.5, 0.5 against 0.75, 0.25 is −0.25 ln(0.5 / 0.75) + 0.25 ln(0.5 / 0.25)', () => {
    expect(psiOf([10, 10], [15, 5])).toBeCloseTo(-0.25 * Math.log(0.5 / 0.75) + 0.25 * Math.log(2), 12);
    expect(psiOf([10, 10], [40, 40])).toBe(0);
  });

  it('takes a share of 0 as a ten-thousandth', () => {
    expect(psiOf([10, 0], [5, 5])).toBeCloseTo((1 - 0.5) * Math.log(1 / 0.5) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5), 12);
  });

  it('of numbers is on the tenths of the source, missing cells a bin of their own', () => {
    // Source 1 to 100; target: the lowest ten values five times, and fifty missing cells.
    const source = Array.from({ length: 100 }, (_, i) => i + 1);
    const target = [...Array.from({ length: 50 }, (_, i) => (i % 10) + 1), ...new Array<number>(50).fill(NaN)];
    const drift = columnDrift(numberColumn('x', [...source, ...target]), rows(0, 100), rows(100, 100));
    const term = (p: number, q: number): number => (p - q) * Math.log(p / q);
    expect(drift.psi).toBeCloseTo(term(0.1, 0.5) + 9 * term(0.1, 1e-4) + term(1e-4, 0.5), 10);
    expect(drift).toMatchObject({ kind: 'number', missingSource: 0, missingTarget: 0.5, unseen: 0 });
  });

  it('is read by the usual convention', () => {
    expect([0.05, 0.1, 0.25, 0.3].map(psiWords)).toEqual(['stable', 'moderate shift', 'moderate shift', 'large shift']);
  });
});

describe('distances', () => {
  it('of Wasserstein between samples of different size are by hand', () => {
    expect(wassersteinOf(Float64Array.of(0, 0, 3), Float64Array.of(1))).toBeCloseTo((1 + 1 + 2) / 3, 12);
    expect(wassersteinOf(Float64Array.of(1, 2, 3), Float64Array.of(2, 3, 4))).toBeCloseTo(1, 12);
    expect(wassersteinOf(Float64Array.of(5, 6), Float64Array.of(5, 6))).toBe(0);
  });

  it('of numbers shifted by one standard deviation are 1', () => {
    const rng = new Rng(4);
    const source = Array.from({ length: 4000 }, () => 10 + 3 * rng.normal());
    const shifted = Array.from({ length: 4000 }, () => 13 + 3 * rng.normal());
    expect(columnDrift(numberColumn('x', [...source, ...shifted]), rows(0, 4000), rows(4000, 4000)).distance).toBeCloseTo(1, 1);
  });

  it('of categories are half the sum of differences of shares, and unseen levels are counted', () => {
    expect(totalVariation([1, 1], [3, 1])).toBeCloseTo(0.25, 12);
    const drift = columnDrift(codeColumn('c', [0, 0, 1, 1, 0, 2, 2, -1], ['a', 'b', 'c']), rows(0, 4), rows(4, 4));
    expect(drift.distance).toBeCloseTo((Math.abs(0.5 - 1 / 3) + 0.5 + 2 / 3) / 2, 12);
    expect(drift.unseen).toBeCloseTo(2 / 3, 12);
    expect(drift.missingTarget).toBe(0.25);
  });
});

describe('domains of a column', () => {
  const table = (values: ArrayLike<number>) => ({ rows: values.length, columns: [numberColumn('x', values)] });

  it('are its levels, the small ones put together and counted', () => {
    const codes = [...new Array<number>(40).fill(0), ...new Array<number>(30).fill(1), 2, 3, 3, 4, 4];
    const { domains, kept } = domainsOf({ rows: 75, columns: [codeColumn('c', codes, ['a', 'b', 'rare', 'rarer', 'few'])] }, 'c');
    expect(domains.map(({ name, rows: own, pooled }) => [name, own.length, pooled])).toEqual([['a', 40, undefined], ['b', 30, undefined], ['other groups (3)', 5, 3]]);
    expect(kept).toBeUndefined();
  });

  it('leave rows out of the study that are too few even together, for three rows have no interval to speak of', () => {
    const codes = [...new Array<number>(40).fill(0), ...new Array<number>(30).fill(1), 2, 3, 3];
    const { domains, kept } = domainsOf({ rows: 73, columns: [codeColumn('c', codes, ['a', 'b', 'rare', 'rarer'])] }, 'c');
    expect(domains.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(kept).toEqual({ groups: 2, rows: Int32Array.of(70, 71, 72) });
  });

  it('of hundreds of levels are the twelve largest at most, the others together', () => {
    const { domains } = domainsOf({ rows: 6000, columns: [codeColumn('c', Array.from({ length: 6000 }, (_, i) => i % 200), Array.from({ length: 200 }, (_, k) => `l${k}`))] }, 'c');
    expect(domains).toHaveLength(12);
    expect(domains.at(-1)).toMatchObject({ name: 'other groups (189)', pooled: 189 });
    expect(domains.reduce((sum, { rows: own }) => sum + own.length, 0)).toBe(6000);
  });

  it('of many numbers are quarters, and of few numbers each of them; missing cells are a group', () => {
    const many = domainsOf(table(Array.from({ length: 101 }, (_, i) => (i === 100 ? 99 : i))), 'x');
    expect(many.domains).toHaveLength(4);
    expect(many.banded).toBe(100);
    expect(many.domains.reduce((sum, { rows: own }) => sum + own.length, 0)).toBe(101);
    const years = domainsOf(table(Array.from({ length: 60 }, (_, i) => [2001, 2002, NaN][i % 3]!)), 'x');
    expect(years.domains.map(({ name }) => name).sort()).toEqual(['(missing)', '2001', '2002']);
  });

  it('of numbers that differ late only are told apart, and of days within one day too', () => {
    const late = domainsOf(table(Array.from({ length: 60 }, (_, i) => 20230101 + (i % 3))), 'x');
    expect(late.domains.map(({ name }) => name).sort()).toEqual(['20230101', '20230102', '20230103']);
    const hours = domainsOf({ rows: 60, columns: [{ name: 'x', kind: 'datetime', storage: 'number', values: Float64Array.from({ length: 60 }, (_, i) => (i % 2) * 3.6e6) }] }, 'x');
    expect(hours.domains.map(({ name }) => name).sort()).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T01:00:00.000Z']);
  });

  it('need two groups', () => {
    expect(() => domainsOf(table(new Array<number>(50).fill(1)), 'x')).toThrow(/has one value only/);
    expect(() => domainsOf(table([1, 1, 1, 2, 2, 2]), 'x')).toThrow(/no two groups of at least 5 rows/);
    expect(() => domainsOf(table([1, 2]), 'z')).toThrow(/no column "z"/);
  });
});
