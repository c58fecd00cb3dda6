/** How many clusters: none where there are none, the right number where it is plain, and each curve against numbers known otherwise. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { applyPreparation } from '../../../src/engine/unlabelled/shared/apply';
import { categoryBlocks } from '../../../src/engine/unlabelled/shared/blocks';
import { filledCells } from '../../../src/engine/unlabelled/shared/filled';
import { learnPreparation } from '../../../src/engine/unlabelled/shared/preparation';
import { chooseClusters, type ClusterChoice } from '../../../src/engine/unlabelled/kmeans/choose';
import { decide } from '../../../src/engine/unlabelled/kmeans/decide';
import { chooseByGap, gapStatistic, standsOut } from '../../../src/engine/unlabelled/kmeans/gap';
import { firstPeak } from '../../../src/engine/unlabelled/kmeans/against';
import { kMeans } from '../../../src/engine/unlabelled/kmeans/fit';
import { silhouettes } from '../../../src/engine/unlabelled/kmeans/silhouette';
import type { Column } from '../../../src/engine/data/table';
import { codeColumn, numberColumn } from '../evaluate/stub';
import { blobs, matrixOf, normalRows, reference, standardised } from './support';

const quiet = (): CancellableContext => new CancellableContext();
const choose = async (rows: number[][], most = 5): Promise<ClusterChoice> => (await chooseClusters(standardised(rows), { seed: 1, most }, quiet())).choice;

describe('the number of clusters', () => {
  it.each([
    ['a round cloud', normalRows(1, 100, 2)],
    ['a round cloud in six columns', normalRows(2, 100, 6)],
    ['a long cloud', normalRows(3, 100, 2, z => [10 * z[0]! + z[1]!, 10 * z[0]! - z[1]!])],
    ['an even square', normalRows(4, 100, 2, (_z, _i, rng) => [rng.uniform(), rng.uniform()])],
    ['a cloud with a long tail', normalRows(5, 120, 2, z => z.map(v => Math.exp(0.8 * v)))],
  ])('of %s is one, and the sentence says so', async (_name, rows) => {
    const choice = await choose(rows);
    expect(choice.k).toBe(1);
    expect(choice.gap.choice).toBe(1);
    expect(choice.sentence).toContain('no cluster structure');
  });

  it.each([
    ['three clouds in a triangle', normalRows(5, 120, 2, (z, i) => [z[0]! + (i % 3 === 1 ? 8 : 0), z[1]! + (i % 3 === 2 ? 8 : 0)]), 3],
    ['two clouds', normalRows(6, 100, 3, (z, i) => z.map(v => v + 6 * (i % 2))), 2],
    ['four clouds', blobs(7, 120, 2, 4, 7), 4],
  ])('of %s is found by all three curves', async (_name, rows, k) => {
    const choice = await choose(rows, 6);
    expect([choice.gap.choice, choice.silhouette.choice, choice.calinskiHarabasz.choice, choice.k]).toEqual([k, k, k, k]);
    expect(choice.sentence).toMatch(new RegExp(`^${k} clusters: chosen by the gap statistic, the silhouette and`));
  });

  it('of wine is that of its cultivars', async () => {
    const { sets } = reference<{ sets: { name: string; rows: number[][] }[] }>('kmeans.json');
    expect((await choose(sets.find(set => set.name === 'wine')!.rows)).k).toBe(3);
  });

  it('is never more than the rows allow', async () => {
    const { choice, fit } = await chooseClusters(matrixOf([[1], [2], [2], [9]]), { seed: 1 }, quiet());
    expect([choice.most, choice.inertias.length, fit.labels.length]).toEqual([2, 2, 4]);
    expect(choice.k).toBeLessThanOrEqual(2);
    expect(JSON.parse(JSON.stringify(choice))).toEqual(choice);
    const alike = await chooseClusters(matrixOf([[1], [1], [1]]), { seed: 1 }, quiet());
    expect(alike.choice.k).toBe(1);
  });
});

describe('columns of several kinds', () => {
  const choiceOf = async (columns: Column[], most = 4, seed = 1): Promise<ClusterChoice> => {
    const table = { rows: rowsOf(columns[0]!), columns };
    const { preparation, rows } = learnPreparation(table, columns.map(c => c.name), { scaling: 'standardised', missing: 'impute', categories: 'oneHot' });
    const filled = filledCells(preparation, table, rows);
    const { matrix } = applyPreparation(preparation, table);
    return (await chooseClusters(matrix, { seed, most, parts: { blocks: categoryBlocks(preparation), ...(filled && { filled }) } }, quiet())).choice;
  };
  const rowsOf = (column: Column): number => (column.storage === 'code' ? column.codes : column.values).length;
  const rng = new Rng(3);
  const levels = ['x', 'y'];

  it('levels alone, unrelated to each other and to the numbers, are no clusters', async () => {
    const columns = [codeColumn('a', Array.from({ length: 150 }, () => rng.integer(2)), levels), codeColumn('b', Array.from({ length: 150 }, () => rng.integer(2)), levels), numberColumn('c', Array.from({ length: 150 }, () => rng.normal()))];
    expect((await choiceOf(columns)).k).toBe(1);
  });

  it('numbers of two values are taken as lumps, not as clusters', async () => {
    const columns = ['a', 'b', 'c'].map(name => numberColumn(name, Array.from({ length: 150 }, () => rng.integer(2))));
    expect((await choiceOf(columns)).k).toBe(1);
  });

  /** Categories that each take their class's own level in `pure` of the rows, and any level in the others. */
  const planted = (seed: number, n: number, width: number, count: number, classes: number, pure: number): Column[] => {
    const drawn = new Rng(seed);
    return Array.from({ length: width }, (_, j) => codeColumn(`v${j}`,
      Array.from({ length: n }, (_row, i) => (drawn.uniform() < pure ? ((i % classes) + j) % count : drawn.integer(count))), Array.from({ length: count }, (_l, level) => `level ${level}`)));
  };

  it('independent categories have no cluster structure', async () => {
    const choice = await choiceOf(planted(21, 1000, 3, 4, 1, 0), 5);
    expect(choice.k).toBe(1);
    expect(choice.sentence).toContain('no cluster structure here');
    // The gap rule's single error is passed by chance in many of such data; the silhouette then went to the largest number.
    expect((await choiceOf(planted(35, 1000, 3, 4, 1, 0), 4)).k).toBe(1);
    expect((await choiceOf(planted(49, 300, 5, 2, 1, 0), 5)).k).toBe(1);
  });

  it.each([[3, 4, 0.8, 1000], [5, 4, 0.7, 400]])('three classes planted in %i categories of %i levels are found, not every combination', async (width, count, pure, n) => {
    const choice = await choiceOf(planted(5, n, width, count, 3, pure), 8);
    expect(choice.k).toBe(3);
    expect(choice.silhouette.reference).toHaveLength(7);
    expect(choice.rule).toContain('lumps');
    expect(JSON.parse(JSON.stringify(choice))).toEqual(choice);
  });

  it('classes whose rows are all alike are as many as there are different rows', async () => {
    expect((await choiceOf(planted(1, 150, 4, 3, 3, 1), 6)).k).toBe(3);
  });

  const holes = (columns: Column[], share: number, seed: number): Column[] => {
    const drawn = new Rng(seed);
    const empty = Array.from({ length: rowsOf(columns[0]!) }, () => drawn.uniform() < share);
    return columns.map(column => (column.storage === 'code' ? { ...column, codes: column.codes.map((code, i) => (empty[i] ? -1 : code)) } : { ...column, values: column.values.map((v, i) => (empty[i] ? NaN : v)) }));
  };

  it('rows whose cells were filled in together are no cluster; true ones are found among them', async () => {
    for (const seed of [1, 2]) expect((await choiceOf(holes(planted(seed, 300, 4, 3, 1, 0), 0.3, seed), 4)).k).toBe(1);
    const cloud = normalRows(3, 200, 3);
    expect((await choiceOf(holes([0, 1, 2].map(j => numberColumn(`x${j}`, cloud.map(row => row[j]!))), 0.4, 1), 4)).k).toBe(1);
    const two = normalRows(4, 200, 3, (z, i) => z.map(v => v + 6 * (i % 2)));
    const halves = await choiceOf(holes([0, 1, 2].map(j => numberColumn(`x${j}`, two.map(row => row[j]!))), 0.2, 1), 4);
    expect(halves.gap.against).toBeDefined();
    expect([2, 3]).toContain(halves.k);
  });

  it('levels that go together with numbers are', async () => {
    const columns = [codeColumn('a', Array.from({ length: 150 }, (_, i) => i % 2), levels), codeColumn('b', Array.from({ length: 150 }, (_, i) => i % 2), levels), ...['c', 'd'].map(name => numberColumn(name, Array.from({ length: 150 }, (_, i) => 6 * (i % 2) + rng.normal())))];
    expect((await choiceOf(columns)).k).toBe(2);
  });
});

describe('the gap statistic', () => {
  it('takes the first k that the next one does not better by more than its error', () => {
    expect(chooseByGap([0.1, 0.5, 0.52, 0.9], [0, 0.05, 0.05, 0.05])).toEqual({ choice: 2, settled: true });
    expect(chooseByGap([0.1, 0.5, 0.7, 0.9], [0, 0.05, 0.05, 0.05])).toEqual({ choice: 4, settled: false });
    expect(chooseByGap([0.5, 0.4, 0.42, 0.3], [0, 0.05, 0.05, 0.05])).toEqual({ choice: 1, settled: true });
  });

  it('of lumps must be larger than that of one by more than three errors; of equal peaks the first is taken', () => {
    expect([standsOut([0, 0.05, 0.02], [0.02, 0.02, 0.02]), standsOut([0, 0.01, 0.09], [0.02, 0.02, 0.02]), standsOut([0, 0, 0], [0, 0, 0])]).toEqual([false, true, false]);
    expect(firstPeak([0.2, 0.5, 0.51, 0.4], [0.01, 0.01, 0.01, 0.01])).toBe(1);
    expect(firstPeak([0.2, 0.1, 0.5, 0.4], [0.01, 0.01, 0.01, 0.01])).toBe(2);
    expect([firstPeak([0.1, 0.2, 0.3], [0.01, 0.01, 0.01]), firstPeak([], [])]).toEqual([2, -1]);
  });

  it('does not stop at one before a far larger gap', () => {
    expect(chooseByGap([0, 0.01, 1.6, 1.4], [0, 0.05, 0.05, 0.05])).toEqual({ choice: 3, settled: true });
    // A gap that only creeps up, as for long tails, is no peak.
    expect(chooseByGap([2, 1.9, 1.8, 1.9, 2.1, 2.4], [0.05, 0.05, 0.05, 0.05, 0.05, 0.05]).choice).toBe(1);
  });

  it('of one cluster is the mean of ln W over even boxes less ln W, which is known for a line of even rows', async () => {
    const n = 400;
    const line = matrixOf(Array.from({ length: n }, (_, i) => [(i + 0.5) / n]));
    const { gaps, errors } = await gapStatistic(line, { blocks: [] }, 1, 1, quiet());
    expect(Math.abs(gaps[0]!)).toBeLessThan(0.05);
    expect(errors[0]).toBeGreaterThan(0.01);
  });
});

describe('silhouettes', () => {
  it('are those of the definition, and 0 for a row alone', async () => {
    const [values] = await silhouettes(matrixOf([[0], [1], [5], [7], [20]]), [Int32Array.of(0, 0, 1, 1, 2)], quiet());
    const expected = [(6 - 1) / 6, (5 - 1) / 5, (4.5 - 2) / 4.5, (6.5 - 2) / 6.5, 0];
    values!.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
  });
});

describe('the choice of one number', () => {
  it('goes with two of three, else with the silhouette, and one cluster is the gap statistic’s to say', () => {
    const gap = (choice: number) => ({ choice, settled: true, gaps: [], errors: [] });
    expect(decide(gap(3), 2, 3, { most: 10 }).k).toBe(3);
    expect(decide(gap(3), 2, 2, { most: 10 }).k).toBe(2);
    expect(decide(gap(3), 2, 9, { most: 10 }).k).toBe(2);
    expect(decide(gap(1), 2, 2, { most: 10 }).k).toBe(1);
    expect([decide(gap(8), 3, 8, { most: 10, lumps: true }).k, decide(gap(8), 3, 8, { most: 10 }).k]).toEqual([8, 8]);
    expect(decide(gap(3), 2, 3, { most: 10 }).sentence).toBe('3 clusters: chosen by the gap statistic and the Caliński–Harabasz index (the silhouette 2).');
    expect(decide(gap(2), 10, 10, { most: 10, lumps: true }).sentence).toBe('10 clusters: chosen by the silhouette and the Caliński–Harabasz index (the gap statistic 2). 10 is the largest number tried (--most); more may do as well.');
  });
});

it('Caliński and Harabasz’s index is the variance ratio', async () => {
  const matrix = matrixOf(blobs(2, 40, 2, 2, 6));
  const { choice } = await chooseClusters(matrix, { seed: 1, most: 3 }, quiet());
  const [one, two] = [await kMeans(matrix, { k: 1, seed: 1 }, quiet()), await kMeans(matrix, { k: 2, seed: 1 }, quiet())];
  expect(choice.calinskiHarabasz.values[0]).toBeCloseTo((one.inertia - two.inertia) / (two.inertia / 38), 9);
});
