import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import { penalisedLogisticCv } from '../../../src/engine/models/logistic/solvePenalisedLogistic';
import { innerFolds, rowGroups } from '../../../src/engine/models/shared/penalty';
import type { Split } from '../../../src/protocol/recipe';
import { context, datasetFor, makeTable, type Wanted } from './support';

function clustered(n: number, groups: number, seed = 1): ReturnType<typeof makeTable> {
  const rng = new Rng(seed);
  const site = Array.from({ length: n }, () => rng.integer(groups) * rng.integer(2));
  const a = site.map(s => s + rng.normal());
  return makeTable({ a, b: a.map(() => rng.normal()), site: site.map(s => `s${s}`), y: a.map((v, i) => v + site[i] + rng.normal()), c: a.map(v => (v + 3 * rng.normal() > 3 ? 'yes' : 'no')) });
}

function split(dataset: Dataset, wanted: Split): Dataset {
  return { ...dataset, recipe: { ...dataset.recipe, split: wanted } };
}

const grouped: Split = { scheme: 'kFold', folds: 5, groupColumn: 'site' };

describe('the folds that choose the strength of a penalty', () => {
  it('keep groups together, in folds of about equal size and class shares', () => {
    const dataset = split(datasetFor(clustered(2000, 40), { target: 'c', task: 'classification', features: ['a', 'b'] }), grouped);
    const rows = Int32Array.from({ length: 1500 }, (_, i) => i + (i >> 3));
    const groups = rowGroups(dataset, rows)!;
    const site = dataset.table.columns.find(c => c.name === 'site')!;
    if (site.storage !== 'code' || dataset.target.task !== 'classification') throw new Error('storage');
    const { codes: classes } = dataset.target;
    const codes = rows.map(row => classes[row]);
    for (const stratified of [undefined, codes]) {
      const inner = innerFolds(rows.length, 3, { codes: stratified, groups, most: 5 });
      const foldsOf = new Map<number, Set<number>>();
      inner.foldOfRow.forEach((fold, i) => foldsOf.set(site.codes[rows[i]], (foldsOf.get(site.codes[rows[i]]) ?? new Set()).add(fold)));
      expect(foldsOf.size).toBeGreaterThan(30);
      for (const folds of foldsOf.values()) expect(folds.size).toBe(1);
      const sizes = new Array<number>(5).fill(0);
      for (const fold of inner.foldOfRow) sizes[fold]++;
      // The group s0 holds half of the rows by itself.
      expect(sizes.sort((x, y) => x - y).slice(0, 4).every(s => s > 0.8 * sizes[0] && s < 1.3 * sizes[0])).toBe(true);
    }
  });

  it('keep the folds of a fold column together, missing values as one group', () => {
    const table = makeTable({ y: [1, 2, 4, 3, 5, 6, 8, 7], x: [1, 2, 3, 4, 5, 6, 7, 8], f: [1, 1, 2, 2, 3, 3, 'NA', 'NA'] });
    const dataset = split(datasetFor(table, { target: 'y', features: ['x'] }), { scheme: 'foldColumn', column: 'f' });
    const { foldOfRow, folds } = innerFolds(8, 1, { groups: rowGroups(dataset) });
    expect(folds).toBe(4);
    expect(new Set(foldOfRow).size).toBe(4);
    for (let i = 0; i < 8; i += 2) expect(foldOfRow[i]).toBe(foldOfRow[i + 1]);
  });

  it('are said in the note and the path', async () => {
    const table = clustered(300, 12);
    const note = async (wanted: Wanted, how: Split): Promise<string[]> => {
      const dataset = split(datasetFor(table, { features: ['a', 'b'], ...wanted }), how);
      const model = await (dataset.target.task === 'regression' ? linearFamily : logisticFamily).fit(dataset, context);
      return [model.notes[0].text, model.path!.rule];
    };
    const fits: readonly Wanted[] = [{ target: 'y', options: { penalty: 'ridge' } }, { target: 'c', task: 'classification', options: { penalty: 'ridge', rule: '1se' } }];
    for (const wanted of fits) {
      for (const text of await note(wanted, grouped)) expect(text).toMatch(/in \d+-fold cross-validation on the training rows, groups of "site" kept together/);
      for (const text of await note(wanted, { scheme: 'none' })) expect(text).not.toContain('groups');
    }
    const single = makeTable({ y: [1, 2, 4, 3, 5, 6, 8, 7], x: [1, 2, 3, 4, 5, 6, 7, 8], site: ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'] });
    const one = await linearFamily.fit(split(datasetFor(single, { target: 'y', features: ['x'], options: { penalty: 'lasso' } }), grouped), context);
    expect(one.path!.rule).toContain('in random folds because these rows are one group of "site"');
  });

  it('may lack a class that only one group has', async () => {
    const rng = new Rng(2);
    const site = Array.from({ length: 120 }, (_, i) => `s${i % 4}`);
    const table = makeTable({ a: site.map(() => rng.normal()), b: site.map(() => rng.normal()), site, c: site.map((s, i) => (s === 's1' && i % 3 > 0 ? 'yes' : 'no')) });
    for (const penalty of ['ridge', 'lasso']) {
      const model = await logisticFamily.fit(split(datasetFor(table, { target: 'c', task: 'classification', features: ['a', 'b'], options: { penalty } }), grouped), context);
      expect(model.weights!(0.95).every(w => Number.isFinite(w.estimate))).toBe(true);
      expect(model.path!.cvMean.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('above 20,000 rows the strength of a logistic penalty', () => {
  it('is chosen on a sample by the seed of the recipe, and says so', async () => {
    const dataset = datasetFor(clustered(24_000, 5), { target: 'c', task: 'classification', features: ['a', 'b'], options: { penalty: 'ridge' } });
    const fitted = (seed: number) => logisticFamily.fit({ ...dataset, recipe: { ...dataset.recipe, seed } }, context);
    const [one, again, two] = [await fitted(1), await fitted(1), await fitted(2)];
    for (const text of [one.notes[0].text, one.path!.rule]) {
      expect(text).toContain('the smallest loss in 5-fold cross-validation on a random sample of 20,000 of the 24,000 training rows (the weights at that strength are fitted on all of them)');
    }
    expect(again.path).toEqual(one.path);
    expect(two.path!.cvMean).not.toEqual(one.path!.cvMean);
  });

  it('is another sample with another seed', async () => {
    const rng = new Rng(1);
    const X = Float64Array.from({ length: 400 }, () => rng.normal());
    const y = Array.from(X, v => (v + rng.normal() > 0 ? 1 : 0));
    const cv = (seed: number) => penalisedLogisticCv({
      X, n: 400, p: 1, y, classes: 2, intercept: true, context, penalty: 'ridge', foldOfRow: Int32Array.from(y, (_, i) => i % 5), folds: 5, maxRows: 100, seed,
    });
    const [one, again, two] = [await cv(1), await cv(1), await cv(2)];
    expect(one.pathRows).toBe(100);
    expect(again.cvMean).toEqual(one.cvMean);
    expect(two.cvMean).not.toEqual(one.cvMean);
  });
});
