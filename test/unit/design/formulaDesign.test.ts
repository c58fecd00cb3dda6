import { describe, expect, it } from 'vitest';
import { encodeRows } from '../../../src/engine/data/design';
import { learnEncoding } from '../../../src/engine/data/encoding/learn';
import { planDesign } from '../../../src/engine/data/encoding/plan';
import type { DesignMatrix } from '../../../src/engine/data/encoding/encoding';
import type { Table } from '../../../src/engine/data/table';
import { UserError } from '../../../src/protocol/errors';
import { datasetFor, makeTable, prepared } from '../families/support';

const table = makeTable({
  y: [1, 2, 3, 4, 5, 7], x: [1, 2, 3, 4, 5, 6],
  a: ['p', 'q', 'p', 'q', 'p', 'q'], b: ['u', 'v', 'w', 'u', 'v', 'w'], n: [1, 1, 2, 2, 3, 3],
});

function design(formula: string, data: Table = table): DesignMatrix {
  const dataset = datasetFor(data, { formula });
  return encodeRows(learnEncoding(planDesign(dataset), dataset.table), dataset.table);
}

function names(formula: string): string[] {
  const { terms, intercept } = design(formula);
  return [...(intercept ? ['(Intercept)'] : []), ...terms.map(t => t.name)];
}

function column(formula: string, j: number, data: Table = table): number[] {
  const { data: values, rows } = design(formula, data);
  return Array.from(values.subarray(j * rows, (j + 1) * rows));
}

describe("columns of a design are named and coded as R's model.matrix does", () => {
  // Expected names: colnames(model.matrix(formula, data)) of R 4.2 on the same data.
  const cases: readonly [string, readonly string[]][] = [
    ['y ~ a', ['(Intercept)', 'aq']],
    ['y ~ 0 + a', ['ap', 'aq']],
    ['y ~ 0 + a + b', ['ap', 'aq', 'bv', 'bw']],
    ['y ~ 0 + x + a', ['x', 'ap', 'aq']],
    ['y ~ a:x', ['(Intercept)', 'ap:x', 'aq:x']],
    ['y ~ x + a:x', ['(Intercept)', 'x', 'x:aq']],
    ['y ~ a + a:x', ['(Intercept)', 'aq', 'ap:x', 'aq:x']],
    ['y ~ a * x', ['(Intercept)', 'aq', 'x', 'aq:x']],
    ['y ~ a * b', ['(Intercept)', 'aq', 'bv', 'bw', 'aq:bv', 'aq:bw']],
    ['y ~ a:b', ['(Intercept)', 'ap:bu', 'aq:bu', 'ap:bv', 'aq:bv', 'ap:bw', 'aq:bw']],
    ['y ~ a + a:b', ['(Intercept)', 'aq', 'ap:bv', 'aq:bv', 'ap:bw', 'aq:bw']],
    ['y ~ factor(n)', ['(Intercept)', 'factor(n)2', 'factor(n)3']],
    ['y ~ C(n) + x', ['(Intercept)', 'C(n)2', 'C(n)3', 'x']],
    ['y ~ n', ['(Intercept)', 'n']],
    ['y ~ poly(x, 2)', ['(Intercept)', 'poly(x, 2)1', 'poly(x, 2)2']],
    ['y ~ relevel(a, ref = "q")', ['(Intercept)', 'relevel(a, ref = "q")p']],
    ['y ~ C(b, Treatment("v"))', ['(Intercept)', 'C(b, Treatment("v"))u', 'C(b, Treatment("v"))w']],
    ['y ~ factor(b, levels = c("w", "v", "u"))', ['(Intercept)', 'factor(b, levels = c("w", "v", "u"))v', 'factor(b, levels = c("w", "v", "u"))u']],
    ['y ~ (x > 2)', ['(Intercept)', 'x > 2TRUE']],
    ['y ~ I(a == "q")', ['(Intercept)', 'I(a == "q")TRUE']],
  ];
  for (const [formula, expected] of cases) it(formula, () => expect(names(formula)).toEqual(expected));

  it('an interaction of numbers and categories is their product', () => {
    expect(column('y ~ x + a:x', 1)).toEqual([0, 2, 0, 4, 0, 6]);
    expect(column('y ~ a * b', 3)).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it("poly(x, 2) is R's", () => {
    // poly(1:6, 2) of R 4.2: -0.5976143, …; 0.5455447, -0.1091089, -0.4364358, …
    const first = column('y ~ poly(x, 2)', 0);
    const second = column('y ~ poly(x, 2)', 1);
    [-5, -3, -1, 1, 3, 5].forEach((v, i) => expect(first[i]).toBeCloseTo(v / Math.sqrt(70), 14));
    [5, -1, -4, -4, -1, 5].forEach((v, i) => expect(second[i]).toBeCloseTo(v / Math.sqrt(84), 14));
  });

  it('what was learned is applied to other rows unchanged, also from JSON', () => {
    const dataset = datasetFor(table, { formula: 'y ~ poly(x, 2) + scale(n) + log(x, 2)' });
    const encoding = JSON.parse(JSON.stringify(learnEncoding(planDesign(dataset), dataset.table)));
    const one = encodeRows(encoding, dataset.table, Int32Array.from([4]));
    const all = encodeRows(encoding, dataset.table);
    for (let j = 0; j < all.columns; j++) expect(one.data[j]).toBe(all.data[j * all.rows + 4]);
    expect(one.data[3]).toBeCloseTo(Math.log2(5), 14);
  });
});

describe('calculation in a formula', () => {
  const cases: readonly [string, (x: number, n: number) => number][] = [
    ['I(x^2)', x => x * x], ['I(x**3)', x => x ** 3], ['I(-x^2)', x => -(x * x)], ['I(2 * x - n / 4)', (x, n) => 2 * x - n / 4],
    ['log(x)', Math.log], ['log(x, base = 10)', x => Math.log(x) / Math.log(10)], ['log10(x)', Math.log10], ['exp(-x)', x => Math.exp(-x)],
    ['sqrt(x + n)', (x, n) => Math.sqrt(x + n)], ['I(x %% 3)', x => x % 3], ['I(x %/% 3)', x => Math.floor(x / 3)], ['pmax(x, n)', Math.max],
    ['ifelse(x > 2, n, 0)', (x, n) => (x > 2 ? n : 0)], ['np.log1p(x)', Math.log1p], ['I(1e1^x)', x => 10 ** x], ['I(x^-1)', x => 1 / x],
    ['as.numeric(x > 2 & !(n == 2))', (x, n) => (x > 2 && n !== 2 ? 1 : 0)],
  ];
  for (const [term, expected] of cases) {
    it(term, () => column(`y ~ ${term}`, 0).forEach((v, i) => expect(v).toBeCloseTo(expected(i + 1, Math.floor(i / 2) + 1), 12)));
  }

  it('never runs code from the formula', () => {
    for (const text of ['y ~ constructor(x)', 'y ~ eval("1")', 'y ~ __defineGetter__(x)', 'y ~ toString(x)']) {
      expect(() => design(text)).toThrowError(UserError);
    }
  });

  it('says where a transformation has no value', () => {
    const data = makeTable({ y: [1, 2, 3, 4, 5, 6], x: [0, 1, 2, 3, 4, 5] });
    expect(() => design('y ~ log(x)', data)).toThrowError(/log\(x\) is infinite in 1 of the rows/);
    const negative = makeTable({ y: [1, 2, 3, 4, 5, 6], x: [-1, 1, 2, 3, 4, 5] });
    const { dataset, dropped } = prepared(negative, { formula: 'y ~ log(x)' });
    expect(dataset.table.rows).toBe(5);
    expect(dropped).toEqual([{ reason: 'log(x) is not a number', rows: 1 }]);
  });
});

describe('the left-hand side of a formula', () => {
  it('may be calculated', () => {
    const { target } = datasetFor(table, { formula: 'log(y) ~ x' });
    expect(target).toMatchObject({ task: 'regression', name: 'log(y)' });
    expect(target.task === 'regression' && target.values[3]).toBe(Math.log(4));
  });

  it('may be an event, whose positive class comes last', () => {
    const events = datasetFor(table, { formula: '(y > 3) ~ x' });
    expect(events.target).toMatchObject({ task: 'classification', classes: ['FALSE', 'TRUE'] });
    const two = datasetFor(table, { formula: '(a == "p") ~ x' });
    expect(two.target).toMatchObject({ classes: ['q', 'p'] });
    expect(two.target.task === 'classification' && [...two.target.codes]).toEqual([1, 0, 1, 0, 1, 0]);
    const three = datasetFor(table, { formula: 'I(b == "u") ~ x' });
    expect(three.target).toMatchObject({ classes: ['FALSE', 'TRUE'] });
  });

  it('leaves the table with its columns', () => {
    expect(datasetFor(table, { formula: 'log(y) ~ x' }).table.columns.map(c => c.name)).not.toContain('y');
  });
});
