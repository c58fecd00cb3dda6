/** Principal components against scikit-learn's, their definition, and what is known of columns with and without connection. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import type { Table } from '../../../src/engine/data/table';
import { componentScores, learnComponents, scoresOfMatrix, weightsInFeatures } from '../../../src/engine/unlabelled/components/components';
import { cumulativeShares, explainComponents } from '../../../src/engine/unlabelled/components/explain';
import { procrustes } from '../../../src/engine/unlabelled/components/loadingIntervals';
import { parallelAnalysis } from '../../../src/engine/unlabelled/components/parallel';
import { svdOf } from '../../../src/engine/unlabelled/components/svd';
import { UserError } from '../../../src/protocol/errors';
import { codeColumn, numberColumn } from '../evaluate/stub';
import { matrixOf, normalRows, reference, tableOf } from './support';

interface Reference { sets: { name: string; columns: string[]; standardised: boolean; rows: number[][]; variances: number[]; shares: number[]; components: number[][]; scores: number[][] }[] }

const quiet = (): CancellableContext => new CancellableContext();
const { sets } = reference<Reference>('pca.json');

describe('components', () => {
  it.each(sets.map(set => [set.name, set] as const))('of %s are scikit-learn’s to 1e-10', async (_name, set) => {
    const table: Table = { rows: set.rows.length, columns: set.columns.map((name, j) => numberColumn(name, set.rows.map(row => row[j]!))) };
    const { model } = await learnComponents(table, set.columns, { scaling: set.standardised ? 'standardised' : 'centred' }, quiet());
    const close = (found: readonly number[], expected: readonly number[]): void => expected.forEach((value, i) => expect(Math.abs(value - found[i]!)).toBeLessThan(1e-10));
    close(model.variances, set.variances);
    close(model.shares, set.shares);
    set.components.forEach((vector, c) => close(model.vectors[c]!, vector));
    expect(set.components.length).toBeGreaterThan(3);
    const { data, columns } = componentScores(model, table);
    set.scores.forEach((row, i) => close([...data.slice(i * columns, i * columns + row.length)], row));
  });

  it('all together hold the whole variance, to the last digit', () => {
    // Shares of these sum to 0.9999999999999999.
    const variances = [3, 2.3, 1.1, 0.7];
    const total = variances.reduce((sum, v) => sum + v, 0);
    expect(variances.reduce((sum, v) => sum + v / total, 0)).toBeLessThan(1);
    expect(cumulativeShares(variances).at(-1)).toBe(1);
  });

  it.each([['more rows than columns', 40, 6], ['more columns than rows', 6, 9]])('%s: the matrix comes back from scores and weights', async (_name, n, p) => {
    const matrix = matrixOf(normalRows(1, n, p, z => z.map((v, j) => 10 ** (j % 4) * v + 1000)));
    const { components, vectors, means, variances } = await svdOf(matrix, () => undefined);
    expect(components).toBe(Math.min(n - 1, p));
    for (let a = 0; a < components; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let j = 0; j < p; j++) dot += vectors[a * p + j]! * vectors[b * p + j]!;
        expect(dot).toBeCloseTo(Number(a === b), 12);
      }
    }
    for (let i = 0; i < n; i++) {
      const centred = Array.from({ length: p }, (_, j) => matrix.data[i * p + j]! - means[j]!);
      const scores = Array.from({ length: components }, (_, c) => centred.reduce((sum, v, j) => sum + v * vectors[c * p + j]!, 0));
      centred.forEach((value, j) => expect(scores.reduce((sum, s, c) => sum + s * vectors[c * p + j]!, 0)).toBeCloseTo(value, 8));
    }
    expect([...variances]).toEqual([...variances].sort((x, y) => y - x));
  });

  it('of columns that repeat each other are fewer than the columns', async () => {
    const { components } = await svdOf(matrixOf(normalRows(1, 50, 2, ([x, y]) => [x!, y!, x! + y!, 2 * x!])), () => undefined);
    expect(components).toBe(2);
  });

  it('leave out constant columns and categories, and say so; missing cells are filled', async () => {
    const rows = normalRows(2, 30, 2);
    const table: Table = { rows: 30, columns: [numberColumn('a', rows.map((r, i) => (i === 4 ? NaN : r[0]!))), numberColumn('b', rows.map(r => r[1]!)), numberColumn('same', rows.map(() => 3)), codeColumn('c', rows.map((_, i) => i % 3), ['x', 'y', 'z'])] };
    const { model, notes } = await learnComponents(table, ['a', 'b', 'same', 'c'], {}, quiet());
    expect(model.names).toEqual(['a', 'b']);
    const text = notes.map(note => note.text).join(' ');
    for (const part of ['"same"', '"c"', '1 of "a"']) expect(text).toContain(part);
    const oneHot = await learnComponents(table, ['a', 'c'], { categories: 'oneHot' }, quiet());
    expect(oneHot.model.names).toEqual(['a', 'c = x', 'c = y', 'c = z']);
    expect(oneHot.model.vectors.length).toBe(3);
    await expect(learnComponents(table, ['same', 'c'], {}, quiet())).rejects.toThrow(UserError);
  });

  it('of another table use what was learned on the first; JSON keeps them', async () => {
    const table = tableOf(normalRows(3, 40, 3));
    const { model } = await learnComponents(table, ['a', 'b', 'c'], { count: 2 }, quiet());
    const kept = JSON.parse(JSON.stringify(model)) as typeof model;
    const row: Table = { rows: 1, columns: table.columns.map(column => numberColumn(column.name, [(column as { values: Float64Array }).values[7]!])) };
    expect([...componentScores(kept, row).data]).toEqual([...componentScores(model, table).data.slice(14, 16)]);
  });
});

it('weights of components are led back to the columns: the same predictions', async () => {
  const rows = normalRows(4, 50, 3, z => z.map((v, j) => 5 * j + (j + 1) * v));
  const table: Table = { rows: 50, columns: [...tableOf(rows).columns, codeColumn('d', rows.map((_, i) => i % 3), ['x', 'y', 'z'])] };
  const { model } = await learnComponents(table, ['a', 'b', 'c', 'd'], { categories: 'oneHot', count: 3 }, quiet());
  const weights = [1.5, -2, 0.3];
  const { intercept, weights: own } = weightsInFeatures(model, weights, 4);
  const { data } = componentScores(model, table);
  rows.forEach((row, i) => {
    const byComponents = 4 + weights.reduce((sum, w, c) => sum + w * data[i * 3 + c]!, 0);
    const byColumns = intercept + own.reduce((sum, { feature, level, weight }) => sum + weight * (level === undefined ? row['abc'.indexOf(feature)]! : Number(level === 'xyz'[i % 3])), 0);
    expect(byColumns).toBeCloseTo(byComponents, 10);
  });
});

describe('parallel analysis', () => {
  it('keeps no component of unrelated columns, and one where one cause is behind them', async () => {
    const none = await explainComponents(tableOf(normalRows(5, 200, 5)), [...'abcde'], { seed: 1 }, quiet());
    expect(none.keep).toBe(0);
    expect(none.sentence).toContain('nothing to summarise');
    const one = await explainComponents(tableOf(normalRows(5, 200, 5, z => z.map(v => v + 2 * z[0]!))), [...'abcde'], { seed: 1 }, quiet());
    expect(one.keep).toBe(1);
    expect(one.sentence).toMatch(/^1 component has more variance/);
  });

  it.each([[120, 4], [12, 20]])('normal and shuffled columns give nearly the same thresholds for normal data: %i rows, %i columns', async (n, p) => {
    const matrix = matrixOf(normalRows(6, n, p));
    const { means, variances } = await svdOf(matrix, () => undefined);
    const [a, b] = await Promise.all((['permutation', 'normal'] as const).map(kind => parallelAnalysis(matrix, means, variances, { seed: 1, reference: kind, blocks: [], standardised: false }, quiet())));
    a!.means.forEach((mean, c) => expect(Math.abs(mean / b!.means[c]! - 1)).toBeLessThan(0.15));
    expect(a!.thresholds[0]).toBeGreaterThan(a!.means[0]!);
  });
});

describe('loadings', () => {
  it.each([3, 10, 300])('of standardised columns are the correlations of columns and scores: %i rows', async n => {
    const rows = normalRows(9, n, 3, z => [z[0]!, z[0]! * 2 + z[1]!, z[2]! - z[0]!]);
    const found = await explainComponents(tableOf(rows), [...'abc'], { seed: 1 }, quiet());
    const scores = scoresOfMatrix({ vectors: found.model.vectors, means: [0, 0, 0] }, matrixOf(standardisedRows(rows)));
    found.components.forEach(({ loadings }, c) => loadings.forEach(({ loading }, j) => {
      const score = rows.map((_, i) => scores.data[i * scores.columns + c]!);
      if (found.model.variances[c]! > 1e-9) expect(loading).toBeCloseTo(correlation(rows.map(row => row[j]!), score), 9);
    }));
  });
});

/** Mean 0, standard deviation 1 with the divisor n. */
function standardisedRows(rows: readonly (readonly number[])[]): number[][] {
  const n = rows.length;
  const mean = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n);
  const deviation = mean.map((m, j) => Math.sqrt(rows.reduce((sum, row) => sum + (row[j]! - m) ** 2, 0) / n));
  return rows.map(row => row.map((value, j) => (value - mean[j]!) / deviation[j]!));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [a, b].map(values => values.reduce((sum, value) => sum + value, 0) / values.length) as [number, number];
  const sum = (f: (i: number) => number): number => a.reduce((total, _, i) => total + f(i), 0);
  return sum(i => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum(i => (a[i]! - ma) ** 2) * sum(i => (b[i]! - mb) ** 2));
}

describe('intervals of loadings', () => {
  it('hold the loading, are narrow for what is sure, and come back for the same seed', async () => {
    const rows = normalRows(7, 300, 4, z => [z[0]! * 3, z[0]! * 3 + z[1]!, z[2]!, z[3]!]);
    const runs = [await explainComponents(tableOf(rows), [...'abcd'], { seed: 1 }, quiet()), await explainComponents(tableOf(rows), [...'abcd'], { seed: 1 }, quiet())];
    expect(runs[0]).toEqual(runs[1]);
    const [first, second] = runs[0]!.components;
    for (const { loading, low, high } of first!.loadings) expect(low <= loading && loading <= high).toBe(true);
    const width = (at: typeof first, j: number): number => at!.loadings[j]!.high - at!.loadings[j]!.low;
    expect(width(first, 0)).toBeLessThan(0.05);
    expect(width(second, 2)).toBeGreaterThan(width(first, 0));
    expect(first!.share).toBeGreaterThan(first!.shareLow);
    expect(JSON.parse(JSON.stringify(runs[0]))).toEqual(runs[0]);
    expect(runs[0]!.biplot!.counts[0]!.reduce((sum, n) => sum + n, 0)).toBe(300);
  });

  it('come from components that are turned to match: a sign or a rotation changes nothing', () => {
    const target = Float64Array.from([2, 1, 0, 0.5, -1, 1]);
    const [c, s] = [Math.cos(1), Math.sin(1)];
    const turned = Float64Array.from({ length: 6 }, (_, at) => (at < 3 ? c * target[at]! - s * target[at + 3]! : -s * target[at - 3]! - c * target[at]!));
    procrustes(turned, target, 2, 3).forEach((value, at) => expect(value).toBeCloseTo(target[at]!, 12));
  });

  it('over groups of rows are as wide as over rows', async () => {
    const rows = normalRows(8, 1500, 3, z => [z[0]! + z[1]!, z[0]! - z[1]! * 0.5, z[2]! + z[0]!]);
    const many = await explainComponents(tableOf(rows), [...'abc'], { seed: 1 }, quiet());
    const few = await explainComponents(tableOf(rows.slice(0, 375)), [...'abc'], { seed: 1 }, quiet());
    expect([many.intervals.groups, few.intervals.groups]).toEqual([500, 375]);
    const ratio = [0, 1, 2].map(j => [few, many].map(r => r.components[0]!.loadings[j]!).map(l => l.high - l.low)).map(([a, b]) => a! / b!);
    for (const value of ratio) expect(value > 1.3 && value < 3.2).toBe(true);
  });
});
