/** What is said of clusters: profiles, rules, silhouettes, stability, the map, and the clusters of other rows. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import type { Column, Table } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import { adjustedRand, bestJaccard } from '../../../src/engine/unlabelled/kmeans/agreement';
import { growTree, predictTree } from '../../../src/engine/unlabelled/kmeans/classTree';
import { clusterTable, type Clustering, type ClusterOptions } from '../../../src/engine/unlabelled/kmeans/cluster';
import { assignClusters, type ClusterModel } from '../../../src/engine/unlabelled/kmeans/model';
import { newcombe, type LevelProfile, type NumberProfile } from '../../../src/engine/unlabelled/kmeans/profiles';
import { clusterStability } from '../../../src/engine/unlabelled/kmeans/stability';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { codeColumn, numberColumn } from '../evaluate/stub';
import { matrixOf, normalRows, tableOf } from './support';

const quiet = (): CancellableContext => new CancellableContext();
const cluster = (table: Table, options: Partial<ClusterOptions> = {}): Promise<Clustering> => clusterTable(table, table.columns.map(c => c.name), { seed: 1, ...options }, quiet());

/** Three clouds in a and b; c is noise; d follows the cloud, with some errors; every 20th a and d is missing. */
function mixed(n = 150): { table: Table; truth: number[] } {
  const rng = new Rng(5);
  const truth = Array.from({ length: n }, (_, i) => i % 3);
  const column = (name: string, make: (c: number) => number, holes = false): Column => numberColumn(name, truth.map((c, i) => (holes && i % 20 === 7 ? NaN : make(c))));
  const d = truth.map((c, i) => (i % 20 === 11 ? -1 : rng.uniform() < 0.1 ? rng.integer(3) : c));
  const columns = [column('a', c => 100 + 10 * (8 * Number(c === 1) + rng.normal()), true), column('b', c => 8 * Number(c === 2) + rng.normal()), column('c', () => rng.normal()), codeColumn('d', d, ['p', 'q', 'r'])];
  return { table: { rows: n, columns }, truth };
}

describe('clusters of a table with numbers, levels and missing cells', () => {
  const { table, truth } = mixed();

  it('are found, counted and said in the columns’ own units', async () => {
    const result = await cluster(table);
    expect(result.model.k).toBe(3);
    // The median that stands for a missing cell of a is no value of any of the clouds.
    expect(adjustedRand(result.labels, truth)).toBeGreaterThan(0.9);
    expect(result.notes.map(note => note.text).join(' ')).toMatch(/filled with the median, or the commonest level: 8 of "a", 7 of "d"/);
    const a = result.centres.map(centre => centre.find(d => d.name === 'a')!).map(d => (d.as === 'category' ? NaN : d.value)).sort((x, y) => x - y);
    expect(a[0]! > 95 && a[1]! < 108 && a[2]! > 170 && a[2]! < 185).toBe(true);
    const d = result.centres[0]!.find(each => each.name === 'd')!;
    if (d.as !== 'category') throw new Error('d is a category');
    expect(d.levels.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(Math.max(...d.levels.map(({ share }) => share))).toBeGreaterThan(0.8);
    expect(result.choice!.k).toBe(3);
    const { rows, labels, ...json } = result;
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect([rows.length, labels.length]).toEqual([150, 150]);
  });

  it('have profiles that begin with what sets them apart, with intervals', async () => {
    const { profiles, labels } = await cluster(table, { k: 3 });
    const high = labels[1]!;
    const own = profiles[high]!;
    expect(own.features[0]!.name).toBe('a');
    expect(own.features.at(-1)!.name).toBe('c');
    const a = own.features[0] as NumberProfile;
    const values = (table.columns[0] as { values: Float64Array }).values;
    const inside = [...values].filter((v, i) => labels[i] === high && !Number.isNaN(v));
    const rest = [...values].filter((v, i) => labels[i] !== high && !Number.isNaN(v));
    const mean = (list: number[]): number => list.reduce((sum, v) => sum + v, 0) / list.length;
    const squares = (list: number[]): number => list.reduce((sum, v) => sum + (v - mean(list)) ** 2, 0);
    const df = inside.length + rest.length - 2;
    const g = ((mean(inside) - mean(rest)) / Math.sqrt((squares(inside) + squares(rest)) / df)) * (1 - 3 / (4 * df - 1));
    expect(a.mean).toBeCloseTo(mean(inside), 9);
    expect(a.effect).toBeCloseTo(g, 9);
    expect(a.low! < g && g < a.high!).toBe(true);
    const d = own.features.find((f): f is LevelProfile => f.kind === 'level')!;
    expect(d.level).toBe('q');
    expect(d.difference).toBeCloseTo(d.share - d.rest, 12);
    expect(d.low > 0.5).toBe(true);
  });

  it('are put in rules that name the right cluster for rows that the rules were not made from', async () => {
    const { tree } = await cluster(table, { k: 3 });
    expect(tree!.depth).toBe(2);
    expect(tree!.fidelity.value).toBeGreaterThan(0.93);
    expect(tree!.fidelity.low < tree!.fidelity.value && tree!.fidelity.value <= tree!.fidelity.high).toBe(true);
    expect(tree!.rules.length).toBe(3);
    expect(tree!.rules.reduce((sum, rule) => sum + rule.rows, 0)).toBe(150);
    for (const { precision, coverage, conditions } of tree!.rules) {
      expect(precision > 0.9 && coverage > 0.9).toBe(true);
      for (const { name } of conditions) expect(['a', 'b', 'd']).toContain(name);
    }
  });

  it('are shown with silhouettes, a map of counts and their stability', async () => {
    const { silhouettes, map, stability, explained } = await cluster(table, { k: 3, sourceRows: Int32Array.from({ length: 150 }, (_, i) => 1000 + i) });
    expect(silhouettes!.clusters.every(({ mean, quantiles }) => mean > 0.3 && quantiles.length === 7)).toBe(true);
    for (const { row, silhouette } of silhouettes!.doubtful) expect(row >= 1000 && silhouette < 0.05).toBe(true);
    expect(map!.counts.map(counts => counts.reduce((sum, n) => sum + n, 0)).reduce((sum, n) => sum + n, 0)).toBe(150);
    expect(map!.counts.every(counts => counts.length === 1600)).toBe(true);
    expect(map!.arrows.length).toBe(6);
    expect(map!.shares[0]).toBeGreaterThan(map!.shares[1]);
    expect(stability!.adjustedRand.mean).toBeGreaterThan(0.9);
    expect(stability!.clusters.map(({ verdict }) => verdict)).toEqual(['stable', 'stable', 'stable']);
    expect(explained > 0.3 && explained < 1).toBe(true);
  });

  it('are given to the same rows again, and other rows are told apart from these', async () => {
    const { model, labels } = await cluster(table, { k: 3 });
    const kept = JSON.parse(JSON.stringify(model)) as ClusterModel;
    const again = assignClusters(kept, table);
    expect(again.clusters).toEqual(labels);
    expect(again.outside.every(value => value === 0)).toBe(true);
    expect(again.silhouettes.every(value => value >= 0 && value <= 1)).toBe(true);
    expect(again.silhouettes.reduce((sum, v) => sum + v, 0) / 150).toBeGreaterThan(0.4);
    const others: Table = { rows: 3, columns: [numberColumn('a', [180, 5000, NaN]), numberColumn('b', [0, 0, 0]), numberColumn('c', [0, 0, 0]), codeColumn('d', [0, 0, 1], ['q', 'new'])] };
    const { clusters, outside, distances } = assignClusters(kept, others);
    expect(clusters[0]).toBe(labels[1]);
    expect([...outside]).toEqual([0, 1, 1]);
    expect(distances[1]).toBeGreaterThan(distances[0]!);
    expect(() => assignClusters(kept, { rows: 3, columns: others.columns.slice(1) })).toThrow(UserError);
  });

  it('leave incomplete rows out where that is asked for', async () => {
    const result = await cluster(table, { k: 3, missing: 'drop' });
    expect(result.rows.length).toBe(135);
    expect(result.notes[0]!.text).toBe('15 of 150 rows were left out because a cell is missing.');
    const { clusters } = assignClusters(result.model, table);
    expect([...clusters].filter(c => c === -1).length).toBe(15);
    expect([...result.rows].every((row, i) => clusters[row] === result.labels[i])).toBe(true);
  });

  it('come out the same for the same seed', async () => {
    expect(await cluster(table, { k: 2 })).toEqual(await cluster(table, { k: 2 }));
  });
});

describe('a table without structure', () => {
  it('is one cluster with a plain sentence, and nothing is explained', async () => {
    const result = await cluster(tableOf(normalRows(3, 80, 3)), { most: 4 });
    expect(result.model.k).toBe(1);
    expect(result.choice!.sentence).toContain('There is no cluster structure here');
    expect([result.tree, result.map, result.stability, result.silhouettes, result.profiles]).toEqual([undefined, undefined, undefined, undefined, []]);
  });
});

it('what cannot be clustered is refused in a sentence, and work can be cancelled', async () => {
  const alike = tableOf([[1, 2], [1, 2], [1, 2]]);
  await expect(cluster(alike)).rejects.toThrow(/No column is left to work with: "a" is the same in every row/);
  await expect(cluster(tableOf(normalRows(1, 9, 1)), { k: 0 })).rejects.toThrow('k must be a whole number');
  const few = await cluster(tableOf([[1, 1], [2, 2], [1, 1], [2, 2]]), { k: 3 });
  expect(few.notes.some(note => note.text.includes('only 2 different rows'))).toBe(true);
  const context = new CancellableContext();
  const running = clusterTable(tableOf(normalRows(1, 3000, 4)), [...'abcd'], { seed: 1 }, context);
  setTimeout(() => context.cancel(), 50);
  await expect(running).rejects.toThrow(CancelledError);
});

describe('dates and levels', () => {
  it('a date column counts in days and comes back as a date; levels past twenty are taken together', async () => {
    const day = 86400000;
    const start = Date.UTC(2020, 0, 1);
    const dates = Float64Array.from({ length: 60 }, (_, i) => start + (i % 2 === 0 ? 0 : 300 * day) + i * day / 10);
    const levels = Array.from({ length: 30 }, (_, i) => `l${String(i).padStart(2, '0')}`);
    const table: Table = { rows: 60, columns: [{ name: 'when', kind: 'datetime', storage: 'number', values: dates }, codeColumn('many', Array.from({ length: 60 }, (_, i) => i % 30), levels)] };
    const result = await cluster(table, { k: 2 });
    const values = result.centres.map(centre => centre[0]!).map(d => (d.as === 'category' ? NaN : d.value)).sort((a, b) => a - b);
    expect(Math.abs(values[0]! - start) / day).toBeLessThan(4);
    expect(Math.abs(values[1]! - start - 303 * day) / day).toBeLessThan(4);
    const many = result.model.preparation.columns[1]!;
    expect(many.as === 'category' && many.levels.length === 20 && many.levels[19] === '(other)').toBe(true);
    expect(result.notes.some(note => note.text.includes('Rare levels are taken together'))).toBe(true);
  });
});

describe('agreement of clusterings', () => {
  it('is scikit-learn’s adjusted Rand index, and does not hang on names', () => {
    expect(adjustedRand([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(0.5714285714285714, 12);
    expect(adjustedRand([0, 0, 1, 1], [0, 1, 0, 1])).toBeCloseTo(-0.5, 12);
    expect(adjustedRand([0, 0, 1, 1, 2], [2, 2, 0, 0, 1])).toBe(1);
  });

  it('of single clusters is Jaccard’s coefficient with the most similar one, over rows that count', () => {
    expect([...bestJaccard([0, 0, 0, 1, 1, -1], [0, 0, 1, 1, 1, 0], 2, 2)]).toEqual([2 / 3, 2 / 3]);
  });

  it('of bootstrap samples is low where k cuts a cloud at will', async () => {
    const cloud = matrixOf(normalRows(4, 150, 2));
    const { labels } = await cluster(tableOf(normalRows(4, 150, 2)), { k: 5, scaling: 'centred' });
    const stability = (await clusterStability(cloud, labels, 5, 1, quiet()))!;
    expect(stability.adjustedRand.mean).toBeLessThan(0.8);
    expect(stability.clusters.some(({ verdict }) => verdict !== 'stable')).toBe(true);
  });
});

it('intervals of differences of shares are Newcombe’s', () => {
  // Newcombe (1998), table II: 56/70 − 48/80 and 9/10 − 3/10.
  const [a, b] = [newcombe(56, 70, 48, 80, 1.959963984540054), newcombe(9, 10, 3, 10, 1.959963984540054)];
  expect([a.low, a.high].map(v => v.toFixed(4))).toEqual(['0.0524', '0.3339']);
  expect([b.low, b.high].map(v => v.toFixed(4))).toEqual(['0.1705', '0.8090']);
});

describe('clusters of a handful of rows', () => {
  it('are not called stable: the same few rows are drawn again, or none of them', async () => {
    const cloud = normalRows(3, 200, 2);
    const matrix = matrixOf([...cloud, [60, 60], [0, -60], [1, -60], [0, -61], [0, -59]]);
    const labels = Int32Array.from({ length: 205 }, (_, i) => (i < 200 ? 0 : i === 200 ? 1 : 2));
    const { clusters } = (await clusterStability(matrix, labels, 3, 1, quiet()))!;
    expect(clusters.map(({ verdict, rows }) => [verdict, rows])).toEqual([['stable', 200], ['too few rows', 1], ['too few rows', 4]]);
    // A sample has a given row in 1 − 1/e of all cases: where it has not, there is nothing to find again.
    expect(clusters[1]!.jaccard).toBeGreaterThan(0.4);
    expect(clusters[1]!.jaccard).toBeLessThan(0.75);
    expect(Math.abs(clusters[1]!.dissolved - Math.exp(-1))).toBeLessThan(0.15);
  });
});

describe('cells that were filled in', () => {
  it('are named where a cluster is little else than the rows that have them', async () => {
    const rows = normalRows(8, 150, 2);
    const empty = (i: number): boolean => i % 3 === 0;
    const table: Table = { rows: 150, columns: [0, 1].map(j => numberColumn('ab'[j]!, rows.map((row, i) => (empty(i) ? NaN : (i % 2 === 0 ? -9 : 9) + row[j]!)))) };
    const { notes, labels } = await cluster(table, { k: 3 });
    const filled = labels[0]!;
    expect(labels.every((label, i) => (label === filled) === empty(i))).toBe(true);
    expect(notes.filter(note => note.kind === 'warning').map(note => note.text)).toEqual([expect.stringContaining(`Cluster ${filled + 1} is little else than the rows whose "a" was missing and filled in (100 % of its rows, 100 % of all such rows)`)]);
    const { notes: others } = await cluster(mixed().table, { k: 3 });
    expect(others.some(note => note.text.includes('little else'))).toBe(false);
  });
});

describe('the tree', () => {
  it('splits a category into sets of levels, and numbers between neighbours', () => {
    const codes = Int32Array.from({ length: 40 }, (_, i) => i % 4);
    const values = Float64Array.from({ length: 40 }, (_, i) => i);
    const columns = [{ name: 'c', kind: 'category' as const, values: codes, levels: ['p', 'q', 'r', 's'] }, { name: 'x', kind: 'number' as const, values }];
    const all = Int32Array.from({ length: 40 }, (_, i) => i);
    const byLevel = Int32Array.from(codes, code => Number(code === 1 || code === 3));
    const tree = growTree(columns, byLevel, 2, all, { depth: 3, leaf: 1 });
    expect(tree.kind === 'split' && tree.column === 0 && [[0, 2], [1, 3]].some(set => String(set) === String(tree.left))).toBe(true);
    expect([...all].every(row => predictTree(tree, columns, row) === byLevel[row])).toBe(true);
    const byNumber = growTree(columns, Int32Array.from(values, v => Number(v > 12)), 2, all, { depth: 1, leaf: 1 });
    expect(byNumber.kind === 'split' && byNumber.threshold).toBe(12.5);
  });
});
