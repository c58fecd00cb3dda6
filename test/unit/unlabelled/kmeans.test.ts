/** k-means against the best of scikit-learn's restarts, the best of all partitions, and itself: bounds, threads, invariances, odd data. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePool, useWorkers } from '../../../src/engine/compute/pool';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { adjustedRand } from '../../../src/engine/unlabelled/kmeans/agreement';
import { exchangeRows } from '../../../src/engine/unlabelled/kmeans/exchange';
import { kMeans } from '../../../src/engine/unlabelled/kmeans/fit';
import { RowKernel } from '../../../src/engine/unlabelled/kmeans/kernel';
import { lloyd, wholePart } from '../../../src/engine/unlabelled/kmeans/lloyd';
import { miniBatch } from '../../../src/engine/unlabelled/kmeans/miniBatch';
import { silhouettes } from '../../../src/engine/unlabelled/kmeans/silhouette';
import { CancelledError } from '../../../src/protocol/errors';
import { builtWorker } from '../compute/builtWorker';
import { blobs, matrixOf, normalRows, reference, squaresOf, standardised } from './support';

interface Reference { sets: { name: string; rows: number[][]; results: { k: number; inertia: number; silhouette: number | null }[] }[] }

const quiet = (): CancellableContext => new CancellableContext();
const { sets } = reference<Reference>('kmeans.json');

describe('the sum of squares', () => {
  it.each(sets.map(set => [set.name, set] as const))('of %s is no more than the best of 100 restarts of scikit-learn, for every k', async (_name, { rows, results }) => {
    const matrix = standardised(rows);
    for (const { k, inertia, silhouette } of results) {
      const fit = await kMeans(matrix, { k, seed: 1, effort: 0.2 }, quiet());
      expect(fit.inertia).toBeLessThan(inertia + 1e-6);
      expect(squaresOf(matrix, fit.labels, k)).toBeCloseTo(fit.inertia, 9);
      if (silhouette === null || fit.inertia < inertia - 1e-6) continue;
      const [values] = await silhouettes(matrix, [fit.labels], quiet());
      expect(values!.reduce((sum, v) => sum + v, 0) / matrix.rows).toBeCloseTo(silhouette, 9);
    }
  });

  it('is that of the best of all partitions of few rows, with equal rows among them', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const rng = new Rng(seed);
      const n = 5 + (seed % 5);
      const matrix = matrixOf(Array.from({ length: n }, () => [rng.integer(4), rng.integer(3) + (seed % 2) * rng.uniform()]));
      for (const k of [2, 3, 4]) {
        const { inertia } = await kMeans(matrix, { k, seed }, quiet());
        expect(inertia).toBeCloseTo(bestOfAll(matrix, k), 9);
      }
    }
  });
});

/** Over all labellings in which cluster c first shows after clusters 0 … c − 1. */
function bestOfAll(matrix: ReturnType<typeof matrixOf>, k: number): number {
  const labels = new Int32Array(matrix.rows);
  let best = Infinity;
  const next = (i: number, used: number): void => {
    if (i === matrix.rows) {
      best = Math.min(best, squaresOf(matrix, labels, used));
      return;
    }
    for (let c = 0; c < Math.min(k, used + 1); c++) {
      labels[i] = c;
      next(i + 1, Math.max(used, c + 1));
    }
  };
  next(0, 0);
  return best;
}

describe('bounds', () => {
  it.each([[1, 3], [2, 8], [3, 9], [5, 17], [10, 8]])('change no digit: %i columns, %i clusters', (columns, k) => {
    for (const rows of [normalRows(3, 2500, columns), blobs(4, 1900, columns, 4, 5)]) {
      const matrix = matrixOf(rows);
      const start = matrix.data.slice(0, k * columns);
      const found = [true, false].map(bounds => {
        const kernel = new RowKernel(matrix.data, matrix.rows, columns, k);
        const result = lloyd(wholePart(kernel), start, k, { maxIterations: 200, tolerance: 0, bounds });
        return { ...result, labels: kernel.labels.slice() };
      });
      expect(found[0]).toEqual(found[1]);
      expect(found[0]!.converged).toBe(true);
      const plain = plainLloyd(matrix, start, k);
      expect(found[0]!.labels).toEqual(plain.labels);
      expect(found[0]!.iterations).toBe(plain.iterations);
    }
  });

  it('pass over rows that cannot have changed: one that was moved behind their back stays unseen', () => {
    const matrix = matrixOf(blobs(4, 1000, 2, 4, 30));
    const start = Float64Array.from([0, 0, 30, 0, 0, 30, 30, 30]);
    const labelAfter = (drift: Float64Array | undefined): number => {
      const kernel = new RowKernel(matrix.data, matrix.rows, 2, 4);
      kernel.assign(start, 4);
      expect(kernel.labels[0]).toBe(0);
      kernel.row(0).fill(30);
      kernel.assign(start, 4, drift);
      return kernel.labels[0]!;
    };
    expect(labelAfter(undefined)).toBe(3);
    expect(labelAfter(Float64Array.of(1, 1, 1, 1))).toBe(0);
    // Drifts that add up to more than its lead over the other centres have it looked at again.
    expect(labelAfter(Float64Array.of(20, 20, 20, 20))).toBe(3);
  });
});

/** Without any care for speed. */
function plainLloyd({ data, rows, columns }: ReturnType<typeof matrixOf>, start: Float64Array, k: number): { labels: Int32Array; iterations: number } {
  let centres = start.slice();
  const labels = new Int32Array(rows);
  for (let iterations = 1; ; iterations++) {
    let changed = 0;
    const [sums, counts] = [new Float64Array(k * columns), new Float64Array(k)];
    for (let i = 0; i < rows; i++) {
      let [best, least] = [0, Infinity];
      for (let c = 0; c < k; c++) {
        let d = 0;
        for (let j = 0; j < columns; j++) d += (data[i * columns + j]! - centres[c * columns + j]!) ** 2;
        if (d < least) [best, least] = [c, d];
      }
      if (labels[i] !== best) changed++;
      labels[i] = best;
      counts[best]!++;
      for (let j = 0; j < columns; j++) sums[best * columns + j]! += data[i * columns + j]!;
    }
    if (changed === 0 && iterations > 1) return { labels, iterations };
    centres = sums.map((sum, at) => sum / counts[Math.floor(at / columns)]!);
  }
}

describe('odd data', () => {
  it('a cluster that is empty gets the row farthest from all centres', () => {
    const matrix = matrixOf([...blobs(1, 60, 2, 3, 20), [500, 500]]);
    const kernel = new RowKernel(matrix.data, matrix.rows, 2, 4);
    const result = lloyd(wholePart(kernel), Float64Array.from([0, 0, 0, 0, 1e6, 1e6, -1e6, 1e6]), 4, { maxIterations: 100, tolerance: 0 });
    expect([...result.sizes].sort((a, b) => a - b)).toEqual([1, 20, 20, 20]);
  });

  it('fewer different rows than clusters: each is a cluster', async () => {
    const matrix = matrixOf(Array.from({ length: 30 }, (_, i) => [i % 3, (i % 3) * 2]));
    const fit = await kMeans(matrix, { k: 5, seed: 1 }, quiet());
    expect(fit.k).toBe(3);
    expect(fit.inertia).toBeCloseTo(0, 12);
    expect([...fit.sizes]).toEqual([10, 10, 10]);
  });

  it('a single row, and all rows alike', async () => {
    expect((await kMeans(matrixOf([[3, 4]]), { k: 3, seed: 1 }, quiet())).k).toBe(1);
    const fit = await kMeans(matrixOf(Array.from({ length: 9 }, () => [0.1, 0.7])), { k: 2, seed: 1 }, quiet());
    expect([fit.k, fit.inertia < 1e-20]).toEqual([1, true]);
  });

  it('numbers far from zero lose no digit that matters', async () => {
    const rows = blobs(5, 120, 2, 3, 6);
    const near = await kMeans(matrixOf(rows), { k: 3, seed: 1 }, quiet());
    const far = await kMeans(matrixOf(rows.map(row => row.map(v => v + 1e7))), { k: 3, seed: 1 }, quiet());
    expect(far.labels).toEqual(near.labels);
    expect(far.inertia).toBeCloseTo(near.inertia, 4);
    expect(far.centres[0]! - near.centres[0]!).toBeCloseTo(1e7, 6);
  });
});

describe('the partition', () => {
  const rows = blobs(8, 200, 3, 4, 4);

  it('does not hang on the order of the rows, on turning or on shifting them', async () => {
    const base = await kMeans(matrixOf(rows), { k: 4, seed: 1 }, quiet());
    const order = new Rng(2).shuffle(Int32Array.from(rows.keys()));
    const shuffled = await kMeans(matrixOf([...order].map(i => rows[i]!)), { k: 4, seed: 9 }, quiet());
    expect(adjustedRand(shuffled.labels, [...order].map(i => base.labels[i]!))).toBe(1);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = await kMeans(matrixOf(rows.map(([x, y, z]) => [c * x! - s * y! + 3, s * x! + c * y! - 8, z!])), { k: 4, seed: 5 }, quiet());
    expect(turned.inertia).toBeCloseTo(base.inertia, 8);
    expect(turned.labels).toEqual(base.labels);
  });

  it('is bettered by no move of a single row', async () => {
    const matrix = matrixOf(normalRows(3, 150, 2));
    const { centres, labels, sizes } = await kMeans(matrix, { k: 6, seed: 1, effort: 0.02 }, quiet());
    expect(exchangeRows(matrix.data, 2, { centres: centres.slice(), labels: labels.slice(), sizes: sizes.slice() })).toBe(false);
  });

  it('is the same for the same seed, larger clusters first', async () => {
    const runs = [await kMeans(matrixOf(rows), { k: 3, seed: 4 }, quiet()), await kMeans(matrixOf(rows), { k: 3, seed: 4 }, quiet())];
    expect(runs[0]).toEqual(runs[1]);
    expect([...runs[0]!.sizes]).toEqual([...runs[0]!.sizes].sort((a, b) => b - a));
  });

  it('of many rows is found from mini-batches nearly as well', async () => {
    const matrix = matrixOf(blobs(8, 8000, 3, 4, 8));
    const centres = matrix.data.slice(0, 12);
    await miniBatch(matrix.data, matrix.rows, 3, centres, 4, new Rng(1), quiet());
    const kernel = new RowKernel(matrix.data, matrix.rows, 3, 4);
    kernel.assign(centres, 4);
    const best = await kMeans(matrix, { k: 4, seed: 1, effort: 0.1 }, quiet());
    expect(kernel.own(centres)).toBeLessThan(best.inertia * 1.01);
  });
});

describe('threads', () => {
  let worker: { script: string; remove: () => void };
  beforeAll(async () => { worker = await builtWorker(); });
  afterAll(() => worker.remove());
  afterEach(async () => {
    await closePool();
    useWorkers(undefined);
  });

  it.each([['restarts of some rows', 600, 4, 6], ['parts of many rows', 70_001, 3, 5]])('give the same numbers as one does: %s', async (_name, n, p, k) => {
    const matrix = matrixOf(normalRows(2, n, p));
    const options = { k, seed: 3, maxIterations: 30, restarts: n > 1000 ? 2 : 16, effort: 0.2 };
    const here = await kMeans(matrix, options, quiet());
    useWorkers(worker.script);
    const there = await kMeans(matrix, options, quiet());
    expect(there).toEqual(here);
  });

  it('a team fills empty clusters as one thread does', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => [i % 7, i === 59_999 ? 1e4 : i === 3 ? -1e4 : 0]);
    const matrix = matrixOf(rows);
    const here = await kMeans(matrix, { k: 9, seed: 3, restarts: 1 }, quiet());
    useWorkers(worker.script);
    expect(await kMeans(matrix, { k: 9, seed: 3, restarts: 1 }, quiet())).toEqual(here);
    expect(Math.min(...here.sizes)).toBe(1);
  });

  it('end when the work is cancelled', async () => {
    useWorkers(worker.script);
    const context = quiet();
    const matrix = matrixOf(normalRows(2, 100_000, 4));
    const running = kMeans(matrix, { k: 40, seed: 1, restarts: 400, tolerance: 0 }, context);
    setTimeout(() => context.cancel(), 300);
    await expect(running).rejects.toThrow(CancelledError);
    // The next one finds free threads.
    const after = await kMeans(matrix, { k: 2, seed: 1, restarts: 1, maxIterations: 2 }, quiet());
    expect(after.k).toBe(2);
  });
});
