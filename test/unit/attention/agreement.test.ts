/** Rank agreement and associations of features. Reference numbers: scipy 1.10 (kendalltau variant b, spearmanr). */
import { describe, expect, it } from 'vitest';
import { kendall, rankCorrelations } from '../../../src/engine/explain/attentionAgreement';
import { associationOf, strongAssociations } from '../../../src/engine/explain/attentionAssociations';
import { spearman } from '../../../src/engine/explain/scores/rankAgreement';
import { Rng } from '../../../src/engine/math/random';
import { makeColumn, makeTable } from '../families/support';

const a = [0.31, 0.05, 0.22, 0.11, 0.08, 0.14, 0.09];
const b = [1.2, 0.1, 0.7, 0.7, 0.05, 0.3, 0.2];

describe('agreement of two rankings', () => {
  it('is that of scipy, with ties', () => {
    expect(kendall(a, b)).toBeCloseTo(0.7807200583588265, 12);
    expect(spearman(a, b)).toBeCloseTo(0.900937462695559, 12);
    expect(kendall([1, 2, 2, 3, 4, 4, 4, 5], [2, 1, 3, 3, 5, 4, 4, 4])).toBeCloseTo(0.7083333333333335, 12);
  });

  it('has an interval around the value and a small p-value only where the order is clear', () => {
    const same = rankCorrelations(a, a, 0.95, new Rng(1))!;
    expect(same.rho.value).toBeCloseTo(1, 12);
    expect(same.rho.pValue).toBeLessThan(0.01);
    expect(same.tau.low).toBeCloseTo(1, 12);
    const some = rankCorrelations(a, b, 0.95, new Rng(1))!;
    expect(some.rho.low!).toBeLessThan(some.rho.value);
    expect(some.rho.high!).toBeGreaterThan(some.rho.value);
    const none = rankCorrelations([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 1, 2.5], 0.95, new Rng(1))!;
    expect(none.rho.pValue).toBeGreaterThan(0.3);
  });

  it('gives p-values that are below 0.1 in about a tenth of random pairings', () => {
    const rng = new Rng(4);
    let below = 0;
    for (let k = 0; k < 60; k++) {
      const [x, y] = [0, 1].map(() => Array.from({ length: 9 }, () => rng.normal()));
      if (rankCorrelations(x, y, 0.9, rng.fork(`${k}`))!.rho.pValue <= 0.1) below++;
    }
    expect(below).toBeGreaterThan(0);
    expect(below).toBeLessThan(16);
  });

  it('is not given for fewer than five features or without an order', () => {
    expect(rankCorrelations([1, 2, 3, 4], [1, 2, 3, 4], 0.95, new Rng(1))).toBeUndefined();
    expect(rankCorrelations([1, 1, 1, 1, 1], [1, 2, 3, 4, 5], 0.95, new Rng(1))).toBeUndefined();
  });

  it('gives the same numbers for the same seed', () => {
    expect(rankCorrelations(a, b, 0.95, new Rng(2))).toEqual(rankCorrelations(a, b, 0.95, new Rng(2)));
  });
});

describe('association of two features', () => {
  const rng = new Rng(7);
  const x = Array.from({ length: 400 }, () => rng.normal());
  const group = x.map(v => (v > 0.5 ? 'high' : v < -0.5 ? 'low' : 'middle'));
  const other = x.map(() => (rng.uniform() < 0.5 ? 'a' : 'b'));
  const table = makeTable({ x, twice: x.map(v => -2 * v + 0.1 * rng.normal()), group, copy: group.map(g => g.toUpperCase()), other, noise: x.map(() => rng.normal()) });
  const of = (first: string, second: string): number => {
    const column = (name: string) => table.columns.find(c => c.name === name)!;
    return associationOf(column(first), column(second), table.rows);
  };

  it('is |r| of numbers, Cramér’s V of categories, η of one of each', () => {
    expect(of('x', 'twice')).toBeGreaterThan(0.99);
    expect(of('group', 'copy')).toBeCloseTo(1, 2);
    expect(of('x', 'group')).toBeGreaterThan(0.85);
    for (const pair of [['x', 'noise'], ['other', 'group'], ['other', 'noise']]) expect(of(pair[0], pair[1])).toBeLessThan(0.2);
  });

  it('names the close pairs, strongest first, and none of the others', () => {
    const pairs = strongAssociations(table, table.columns.map(c => c.name)).map(pair => [pair.first, pair.second].join(' '));
    expect(new Set(pairs)).toEqual(new Set(['x twice', 'x group', 'x copy', 'twice group', 'twice copy', 'group copy']));
  });

  it('is 0 for constant columns and without common rows', () => {
    expect(associationOf(makeColumn('a', ['1', '1', '1', '1']), makeColumn('b', ['1', '2', '3', '4']), 4)).toBe(0);
    expect(associationOf(makeColumn('a', ['NA', 'NA', '1', '2']), makeColumn('b', ['1', '2', 'NA', 'NA']), 4)).toBe(0);
    expect(associationOf(makeColumn('a', ['p', 'p', 'p', 'p']), makeColumn('b', ['q', 'r', 'q', 'r']), 4)).toBe(0);
  });
});
