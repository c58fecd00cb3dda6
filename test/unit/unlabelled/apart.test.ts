/** Groups or pieces of one: the dip, clusters that are all apart, and the number of clusters where the gap rule alone fails. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { allApart, clustersApart, onePiece } from '../../../src/engine/unlabelled/kmeans/apart';
import { chooseClusters, type Chosen } from '../../../src/engine/unlabelled/kmeans/choose';
import { clusterTable } from '../../../src/engine/unlabelled/kmeans/cluster';
import { dipLimit, dipOf } from '../../../src/engine/unlabelled/kmeans/dip';
import { kMeans } from '../../../src/engine/unlabelled/kmeans/fit';
import { clusterMap } from '../../../src/engine/unlabelled/kmeans/map';
import { matrixOf, normalRows, standardised, tableOf } from './support';

const quiet = (): CancellableContext => new CancellableContext();
const choose = (rows: number[][], most?: number): Promise<Chosen> => chooseClusters(standardised(rows), { seed: 1, ...(most !== undefined && { most }) }, quiet());

/** Clouds around corners of a grid of two columns, four across. */
const grid = (seed: number, n: number, count: number): number[][] => normalRows(seed, n, 2, (z, i) => [0.4 * z[0]! + 7 * (i % count % 4) + 0.9 * (i % count), 0.4 * z[1]! + 9 * Math.floor(i % count / 4)]);
const slope = (seed: number, n: number): number[][] => normalRows(seed, n, 3, (z, _i, rng) => { const t = rng.uniform(); return [t, t + 0.02 * z[1]!, z[2]!]; });
const bow = (seed: number, n: number): number[][] => normalRows(seed, n, 2, (z, _i, rng) => { const x = rng.uniform(); return [x, x ** 2 + 0.05 * z[0]!, Math.sin(3 * x) + 0.05 * z[1]!]; });

describe('the dip', () => {
  it('is a quarter for two points, nothing for one, and 1/(2n) at least for values apart', () => {
    expect([dipOf(Float64Array.of(0, 0, 0, 1, 1, 1)), dipOf(Float64Array.of(3, 3, 3)), dipOf(Float64Array.of(1, 2, 3, 4))]).toEqual([0.25, 0, 0.125]);
  });

  it.each([20, 200])('of %i even values passes its limit in about one of a hundred samples, of two clouds nearly always', n => {
    const rng = new Rng(n);
    const passes = (draw: (i: number) => number): number => {
      let count = 0;
      for (let sample = 0; sample < 1000; sample++) count += Number(Math.sqrt(n) * dipOf(Float64Array.from({ length: n }, (_, i) => draw(i)).sort()) > dipLimit);
      return count / 1000;
    };
    expect(passes(() => rng.uniform())).toBeLessThan(0.02);
    expect(passes(() => rng.normal())).toBeLessThan(0.01);
    expect(passes(i => rng.normal() + 8 * (i % 2))).toBeGreaterThan(0.95);
  });
});

describe('clusters', () => {
  it('of clouds are all apart, of one slope they are pieces', async () => {
    const of = async (rows: number[][], k: number): Promise<ReturnType<typeof clustersApart>> => clustersApart(matrixOf(rows), await kMeans(matrixOf(rows), { k, seed: 1 }, quiet()), 1);
    const [clouds, pieces, cut] = [await of(grid(1, 200, 4), 4), await of(slope(2, 200), 2), await of(grid(1, 200, 4), 5)];
    expect([allApart(clouds), onePiece(clouds), clouds.groups]).toEqual([true, false, 4]);
    expect([allApart(pieces), onePiece(pieces)]).toEqual([false, true]);
    expect([allApart(cut), onePiece(cut), cut.groups]).toEqual([false, false, 4]);
  });
});

describe('the number of clusters', () => {
  it('is found past ten, unless a largest number was asked for, which the sentence then says', async () => {
    const rows = grid(3, 240, 12);
    const { choice, fit } = await choose(rows);
    expect([choice.k, choice.most, choice.verdict]).toEqual([12, 20, 'groups']);
    expect([...fit.sizes]).toEqual(new Array(12).fill(20));
    const limited = (await choose(rows, 6)).choice;
    expect([limited.most, limited.verdict]).toEqual([6, 'groups']);
    expect(limited.sentence).toContain('the largest number tried, 6 (--most)');
  });

  it('is three for three points many times over', async () => {
    const { choice } = await choose(Array.from({ length: 60 }, (_, i) => [[0, 0], [5, 5], [9, 0]][i % 3]!));
    expect(choice.k).toBe(3);
    expect(choice.sentence).not.toContain('more may');
  });

  it('is not hidden by a few rows far away', async () => {
    const clouds = normalRows(5, 240, 3, (z, i) => z.map((v, j) => 0.8 * v + 8 * Number(i % 3 === j)));
    const rng = new Rng(8);
    const { choice, fit } = await choose([...clouds, ...Array.from({ length: 6 }, () => [0, 0, 0].map(() => 120 * rng.uniform() - 60))]);
    expect(choice.k).toBeGreaterThan(2);
    // Each cloud is in one cluster of its own.
    expect([0, 1, 2].map(c => new Set(clouds.flatMap((_, i) => (i % 3 === c ? [fit.labels[i]] : []))).size)).toEqual([1, 1, 1]);
    expect(new Set([0, 1, 2].map(i => fit.labels[i])).size).toBe(3);
  });

  it.each([['a slope with a column of noise', slope(1, 300)], ['a bow in three columns', bow(2, 300)]])('of %s is one: a continuum', async (_name, rows) => {
    const { choice } = await choose(rows);
    expect([choice.k, choice.verdict]).toEqual([1, 'continuum']);
    expect(choice.sentence).toContain('pieces of one continuum');
  });

  it('of rings and long tails is none, without the claim that no number is better than one', async () => {
    const rings = normalRows(4, 400, 3, (z, i, rng) => { const turn = 2 * Math.PI * rng.uniform(); const r = i % 2 ? 1 : 4; return [r * Math.cos(turn) + 0.15 * z[0]!, r * Math.sin(turn) + 0.15 * z[1]!]; });
    for (const rows of [rings, normalRows(6, 400, 3, z => z.map(v => Math.exp(1.5 * v)))]) {
      const { choice } = await choose(rows);
      expect(choice.k).toBe(1);
      const { gaps, errors } = choice.gap;
      const above = gaps.some((gap, k) => k > 0 && gap > gaps[0]! + 3 * Math.hypot(errors[k]!, errors[0]!));
      expect(choice.verdict).toBe(above ? 'scattered' : 'none');
      expect(choice.sentence.includes('no compact groups')).toBe(above);
    }
  });
});

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('two columns of 0 and 1 that have nothing to do with each other have no clusters, however many rows are alike (seed %i)', async seed => {
  const rng = new Rng(seed);
  const { choice } = await choose(Array.from({ length: 300 }, () => [rng.integer(2), rng.integer(2)]));
  expect(choice.k).toBe(1);
});

describe('filled-in cells', () => {
  const rng = new Rng(9);
  const clouds = normalRows(7, 300, 3, (z, i) => z.map((v, j) => v + 9 * Number(i % 3 === j)).map(v => (rng.uniform() < 0.3 ? NaN : v)));

  it('do not add clusters: the complete rows say how many there are', async () => {
    const found = await clusterTable(tableOf(clouds), ['a', 'b', 'c'], { seed: 1 }, quiet());
    expect(found.model.k).toBe(3);
    expect(found.choice!.sentence).toContain('rows without a missing cell');
  });

  it('are told where a cluster is made of them', async () => {
    const { notes } = await clusterTable(tableOf(clouds), ['a', 'b', 'c'], { seed: 1, k: 7 }, quiet());
    expect(notes.map(({ text }) => text).join(' ')).toMatch(/Cluster \d is (made of filled-in cells|little else than).*--missing drop/);
  });
});

it('a row far away stands at the edge of the map and does not press the others together', async () => {
  const rows = [...normalRows(3, 200, 2, (z, i) => [z[0]! + 8 * (i % 2), z[1]!]), [0, 5000]];
  const labels = Int32Array.from(rows, (_, i) => (i === 200 ? 2 : i % 2));
  const map = await clusterMap(matrixOf(rows), ['a', 'b'], Float64Array.of(0, 0, 8, 0, 0, 5000), labels, 3, () => undefined);
  expect(map.beyond).toBe(1);
  expect(map.counts.map(own => own.filter(count => count > 0).length > 20)).toEqual([true, true, false]);
  expect(map.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(201);
  for (const { x, y } of map.centres) expect(x >= map.x.low && x <= map.x.high && y >= map.y.low && y <= map.y.high).toBe(true);
});
