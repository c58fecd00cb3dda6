import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../../src/engine/explain/scores/pareto';
import { averageRanks, rankAgreement, spearman, topJaccard } from '../../../src/engine/explain/scores/rankAgreement';
import { medianAndError, refitError, scoreInterval } from '../../../src/engine/explain/scores/refitIntervals';
import { growTree, leavesOf, predictTree } from '../../../src/engine/explain/scores/regressionTree';
import { effectiveNumber, giniSparsity } from '../../../src/engine/explain/scores/sparsity';
import { Rng } from '../../../src/engine/math/random';
import { leafRows } from '../../../src/engine/report/treeWords';
import { codeColumn, numberColumn } from '../evaluate/stub';

describe('sparsity of importances', () => {
  it('is 0 for equal values and 1 for a single one; (n − 1)/n before rescaling (Hurley & Rickard 2009)', () => {
    expect(giniSparsity([1, 1, 1, 1])).toBeCloseTo(0, 12);
    expect(giniSparsity([0, 0, 7, 0, 0])).toBeCloseTo(1, 12);
    expect(giniSparsity([0, 0, 7, 0, 0]) * (4 / 5)).toBeCloseTo(0.8, 12);
    // By hand: 1, 2, 3 → Σ (2i − 4) a / (3·6) = (−2 + 0 + 6)/18 = 2/9, times 3/2.
    expect(giniSparsity([3, -1, 2])).toBeCloseTo(1 / 3, 12);
    expect(giniSparsity([0, 0])).toBeNaN();
  });

  it('the effective number is n for equal values, 1 for a single one, 2^1.5 for shares ½ ¼ ¼', () => {
    expect(effectiveNumber([2, 2, 2])).toBeCloseTo(3, 12);
    expect(effectiveNumber([0, 5])).toBeCloseTo(1, 12);
    expect(effectiveNumber([2, 1, 1])).toBeCloseTo(2 ** 1.5, 12);
    expect(effectiveNumber([0])).toBeNaN();
  });
});

describe('agreement of rankings', () => {
  it('Spearman with ties is that of scipy.stats.spearmanr', () => {
    expect(Array.from(averageRanks([10, 20, 20, 5]))).toEqual([2, 3.5, 3.5, 1]);
    // scipy.stats.spearmanr([1, 2, 2, 4, 5], [2, 1, 4, 4, 3]).correlation
    expect(spearman([1, 2, 2, 4, 5], [2, 1, 4, 4, 3])).toBeCloseTo(0.3947368421052632, 12);
  });

  it('Jaccard of the strongest features', () => {
    expect(topJaccard([9, 8, 7, 1, 0], [9, 1, 7, 8, 0], 3)).toBeCloseTo(2 / 4, 12);
  });

  it('is 1 for the same order everywhere, and its interval holds the value', () => {
    const same = rankAgreement([[3, 2, 1, 0], [30, 20, 10, 5], [6, 5, 4, 1]], 0.95)!;
    expect(same.rho).toEqual({ value: 1, low: 1, high: 1 });
    expect(same.jaccard).toBe(1);
    const rng = new Rng(2);
    const noisy = rankAgreement(Array.from({ length: 8 }, () => [4, 3, 2, 1, 0].map(v => v + 2 * rng.normal())), 0.95)!;
    expect(noisy.rho.value).toBeLessThan(1);
    expect(noisy.rho.low).toBeLessThan(noisy.rho.value);
    expect(noisy.rho.high).toBeGreaterThan(noisy.rho.value);
  });

  it('is not given for fewer than three features or refits, or importances that are all alike', () => {
    expect(rankAgreement([[1, 2], [1, 2], [1, 2]], 0.95)).toBeUndefined();
    expect(rankAgreement([[1, 2, 3], [1, 2, 3]], 0.95)).toBeUndefined();
    expect(rankAgreement([[0, 0, 0], [0, 0, 0], [0, 0, 0]], 0.95)).toBeUndefined();
  });
});

describe('intervals over refits', () => {
  it('the jackknife of a mean over equal groups is the standard error of the mean', () => {
    const rng = new Rng(5);
    const groups = Array.from({ length: 6 }, () => rng.normal());
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const left = groups.map((_, g) => mean(groups.filter((__, i) => i !== g)));
    const plain = Math.sqrt(groups.reduce((s, v) => s + (v - mean(groups)) ** 2, 0) / (5 * 6));
    expect(refitError(left, { kind: 'folds', of: 6 })).toBeCloseTo(plain, 12);
  });

  it('bootstrap refits give their standard deviation; two refits give nothing', () => {
    expect(refitError([1, 2, 3], { kind: 'bootstrap', of: 3 })).toBeCloseTo(1, 12);
    expect(refitError([1, 2], { kind: 'folds', of: 2 })).toBeUndefined();
  });

  it('subsamples of half the rows spread as much as samples of all of them would; smaller ones are not shrunk', () => {
    expect(refitError([1, 2, 3], { kind: 'subsample', of: 3, share: 0.5 })).toBeCloseTo(1, 12);
    expect(refitError([1, 2, 3], { kind: 'subsample', of: 3, share: 0.8 })).toBeCloseTo(2, 12);
    expect(refitError([1, 2, 3], { kind: 'subsample', of: 3, share: 0.01 })).toBeCloseTo(1, 12);
  });

  it('the error of a median is that of its bootstrap', () => {
    const rng = new Rng(3);
    const values = Array.from({ length: 25 }, () => rng.normal());
    const medians = Array.from({ length: 4000 }, () => {
      const drawn = values.map(() => values[rng.integer(25)]).sort((a, b) => a - b);
      return drawn[12];
    });
    const mean = medians.reduce((a, b) => a + b, 0) / medians.length;
    const sd = Math.sqrt(medians.reduce((s, v) => s + (v - mean) ** 2, 0) / (medians.length - 1));
    const { value, error } = medianAndError(values);
    expect(value).toBe([...values].sort((a, b) => a - b)[12]);
    expect(error! / sd).toBeGreaterThan(0.95);
    expect(error! / sd).toBeLessThan(1.05);
    expect(medianAndError([1, 3])).toEqual({ value: 2 });
  });

  it('an interval stays in the range of the score', () => {
    expect(scoreInterval(0.98, 0.1, 5, 0.95, [0, 1])).toMatchObject({ value: 0.98, high: 1 });
    expect(scoreInterval(0.98, undefined, 5, 0.95, [0, 1])).toEqual({ value: 0.98 });
  });

  it('holds the score of the population as often as it says, for a smooth score of the sample', () => {
    // Score: the standard deviation of 100 normal numbers; 5 groups, t with 4 degrees of freedom, 95 %.
    const rng = new Rng(11);
    const sd = (v: readonly number[]): number => { const m = v.reduce((a, b) => a + b, 0) / v.length; return Math.sqrt(v.reduce((s, x) => s + (x - m) ** 2, 0) / (v.length - 1)); };
    let held = 0;
    const runs = 1000;
    for (let r = 0; r < runs; r++) {
      const sample = Array.from({ length: 100 }, () => rng.normal());
      const left = Array.from({ length: 5 }, (_, g) => sd(sample.filter((__, i) => i % 5 !== g)));
      const { low, high } = scoreInterval(sd(sample), refitError(left, { kind: 'folds', of: 5 }), 5, 0.95, [0, Infinity]);
      if (low! <= 1 && high! >= 1) held++;
    }
    // Binomial tolerance of 1,000 runs at 0.95: ±0.0207 (three standard errors); the jackknife is known to be a little off.
    expect(held / runs).toBeGreaterThan(0.92);
    expect(held / runs).toBeLessThan(0.98);
  });
});

describe('the tree that imitates a model', () => {
  const options = { depth: 3, leafRows: 1, leastGain: 0.001 };
  const rows = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

  it('finds a step exactly, with the threshold half way between the neighbours', () => {
    const table = { rows: 6, columns: [numberColumn('junk', [1, 1, 2, 2, 1, 2]), numberColumn('age', [1, 2, 3, 10, 11, 12])] };
    const tree = growTree(table, [5, 5, 5, 8, 8, 8], rows(6), options);
    expect(tree.split).toMatchObject({ feature: 'age', threshold: 6.5 });
    expect(tree.split!.left.split).toBeUndefined();
    expect(Array.from(predictTree(tree, table, rows(6)))).toEqual([5, 5, 5, 8, 8, 8]);
  });

  it('groups the levels of a category by their mean, whatever their order', () => {
    const table = { rows: 8, columns: [codeColumn('port', [0, 1, 2, 3, 0, 1, 2, 3], ['a', 'b', 'c', 'd'])] };
    const tree = growTree(table, [1, 9, 1, 9, 1, 9, 1, 9], rows(8), options);
    expect(tree.split!.levels).toEqual(['a', 'c']);
    expect(leavesOf(tree).map(l => [l.conditions[0].relation, l.mean, l.rows])).toEqual([['in', 1, 4], ['not in', 9, 4]]);
  });

  it('sends missing cells to the side they resemble, and unseen levels and cells somewhere', () => {
    const table = { rows: 6, columns: [numberColumn('x', [1, 2, NaN, 8, 9, NaN])] };
    const tree = growTree(table, [0, 0, 4, 4, 4, 4], rows(6), options);
    expect(Array.from(predictTree(tree, table, rows(6)))).toEqual([0, 0, 4, 4, 4, 4]);
    expect(leavesOf(tree).map(l => l.conditions[0].orMissing)).toEqual([false, true]);
    const fresh = { rows: 1, columns: [numberColumn('x', [NaN])] };
    expect(predictTree(tree, fresh, rows(1))[0]).toBe(4);
  });

  it('gets the variance of a tree-shaped function on new rows, and does not grow on a constant', () => {
    const rng = new Rng(7);
    const make = (n: number) => ({ rows: n, columns: [numberColumn('a', Float64Array.from({ length: n }, () => rng.uniform())), numberColumn('b', Float64Array.from({ length: n }, () => rng.uniform()))] });
    const f = (table: ReturnType<typeof make>): Float64Array => Float64Array.from({ length: table.rows }, (_, i) => {
      const [a, b] = table.columns.map(c => (c.storage === 'number' ? c.values[i] : 0));
      return a > 0.3 ? (b > 0.6 ? 3 : 1) : -2;
    });
    const train = make(500);
    const test = make(500);
    const tree = growTree(train, f(train), rows(500), { depth: 3, leafRows: 5, leastGain: 0.01 });
    const guess = predictTree(tree, test, rows(500));
    const truth = f(test);
    const wrong = truth.filter((v, i) => v !== guess[i]).length;
    expect(wrong).toBeLessThan(15);
    expect(growTree(train, new Float64Array(500), rows(500), options).split).toBeUndefined();
  });
});

describe('a tree in words', () => {
  it('joins the conditions of a feature, says levels by what is shorter, and writes dates as dates', () => {
    const day = 86_400_000;
    const n = 60;
    const age = Float64Array.from({ length: n }, (_, i) => i);
    const codes = Int32Array.from({ length: n }, (_, i) => i % 3);
    const table = { rows: n, columns: [numberColumn('age', age), codeColumn('port', codes, ['a', 'b', 'c'])] };
    const y = age.map((v, i) => (v <= 19 ? 0 : v <= 39 ? (codes[i] === 1 ? 40 : 20) : 60));
    const rules = leafRows(growTree(table, y, Int32Array.from({ length: n }, (_, i) => i), { depth: 3, leafRows: 1, leastGain: 0.001 }), table);
    expect(rules.map(r => r.rule)).toEqual(['age > 39.5', '19.5 < age ≤ 39.5 and port is b', '19.5 < age ≤ 39.5 and port is not b', 'age ≤ 19.5']);
    expect(rules.map(r => r.mean)).toEqual([60, 40, 20, 0]);
    expect(rules.reduce((sum, r) => sum + r.share, 0)).toBeCloseTo(1, 12);
    const dates = { rows: 4, columns: [{ ...numberColumn('on', [0, day, 3 * day, 4 * day]), kind: 'datetime' as const }] };
    expect(leafRows(growTree(dates, [0, 0, 1, 1], Int32Array.from([0, 1, 2, 3]), { depth: 1, leafRows: 1, leastGain: 0.001 }), dates).map(r => r.rule)).toEqual(['on > 1970-01-03', 'on ≤ 1970-01-03']);
  });
});

describe('the Pareto front', () => {
  it('keeps the points that no other beats in both respects', () => {
    const points = [{ x: 1, y: 5 }, { x: 2, y: 6 }, { x: 3, y: 4 }, { x: 3, y: 6 }, { x: 5, y: 5 }];
    expect(paretoFront(points, 'higher', 'higher')).toEqual([3, 4]);
    expect(paretoFront(points, 'lower', 'higher')).toEqual([0, 1]);
    expect(paretoFront(points, 'lower', 'lower')).toEqual([0, 2]);
  });

  it('keeps twins, leaves out what is no number, and is empty for nothing', () => {
    expect(paretoFront([{ x: 1, y: 1 }, { x: 1, y: 1 }, { x: NaN, y: 9 }], 'higher', 'higher')).toEqual([0, 1]);
    expect(paretoFront([], 'higher', 'higher')).toEqual([]);
  });
});
