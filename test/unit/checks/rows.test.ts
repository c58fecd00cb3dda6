/** Duplicates across folds, and drift of the target along the file. */
import { describe, expect, it } from 'vitest';
import { crossing } from '../../../src/engine/checks/duplicates';
import { bridgeTail, shiftOf } from '../../../src/engine/checks/drift';
import { firstOfAlike } from '../../../src/engine/data/duplicateRows';
import { makeFolds } from '../../../src/engine/evaluate/splits';
import { Rng } from '../../../src/engine/math/random';
import { memoryOf } from '../../../src/engine/checks/memory';
import { clean, dataset, effectOf, found, inputOf, normals, numbers, texts } from './made';

describe('the check for duplicates', () => {
  const rng = new Rng(3);
  const n = 200;
  const base = normals(rng, n);
  const twice = (values: Float64Array): number[] => [...values, ...values];
  const noise = normals(rng, n);
  const doubled = dataset([numbers('x', twice(base)), texts('g', Array.from({ length: 2 * n }, (_, i) => 'ab'[i % 2]!))], twice(base.map((v, i) => v + noise[i]!)));

  it('finds a file that was appended to itself, counts the held-out copies, and keeps them in one fold', async () => {
    const [finding] = await found(doubled, 'duplicates');
    expect(finding).toMatchObject({ severity: 'severe', evidence: { copies: n, rows: 2 * n, heldOut: 2 * n } });
    const { copied } = crossing(firstOfAlike(doubled.table.columns, 2 * n, doubled.target), inputOf(doubled).folds);
    expect(finding!.evidence['heldOutWithCopy']).toBe(copied);
    // Two copies fall into different ones of five folds with probability 4/5.
    expect(copied / (2 * n)).toBeGreaterThan(0.65);
    const fixed = { ...doubled, recipe: { ...doubled.recipe, split: finding!.fix!.change.split! } };
    expect(crossing(firstOfAlike(doubled.table.columns, 2 * n, doubled.target), inputOf(fixed).folds)).toEqual({ heldOut: 2 * n, copied: 0 });
    expect((await found(fixed, 'duplicates')).every(({ fix }) => fix === undefined)).toBe(true);
  });

  it('keeps copies together without unequal folds or classes', () => {
    const classes = { ...doubled, target: { task: 'classification' as const, name: 'y', classes: ['no', 'yes'], codes: Int32Array.from({ length: 2 * n }, (_, i) => (i % n < 40 ? 1 : 0)) } };
    const { folds } = makeFolds(classes, { scheme: 'kFold', folds: 5, duplicates: 'together' }, new Rng(1));
    expect(folds.reduce((sum, { test }) => sum + test.length, 0)).toBe(2 * n);
    for (const { test } of folds) {
      expect(test.length).toBeGreaterThan(40);
      expect(test.filter(row => classes.target.codes[row] === 1).length).toBeGreaterThan(4);
    }
  });

  it('does not take rows of few categories for copies', async () => {
    const r = new Rng(5);
    const made = dataset([texts('p', Array.from({ length: 400 }, () => 'abcd'[r.integer(4)]!)), texts('q', Array.from({ length: 400 }, () => 'uvw'[r.integer(3)]!))], Array.from({ length: 400 }, () => ['no', 'yes'][r.integer(2)]!));
    const [finding] = await found(made, 'duplicates');
    expect(finding!.severity).toBe('information');
    expect(finding!.sentence).toMatch(/may well be different cases/);
    expect(finding!.fix).toBeUndefined();
  });

  it('compares cell by cell: −0 is 0, missing cells are alike, nothing else is', () => {
    const column = numbers('x', [0, -0, NaN, NaN, 1, 1 + 2 ** -52]);
    expect(Array.from(firstOfAlike([column], 6))).toEqual([0, 0, 2, 2, 4, 5]);
  });

  it('measures what the score owed to the copies, on the same rows', async () => {
    // A category with a level a row learns each row by heart; its copy in another fold then predicts itself.
    const r = new Rng(11);
    const y = normals(r, 60);
    const names = Array.from({ length: 60 }, (_, i) => `id${i % 20}`);
    const made = dataset([texts('who', [...names, ...names]), numbers('x', twice(normals(r, 60)))], twice(y), { options: { maxLevels: 1000 } });
    const { effect } = await effectOf(made, 'duplicates');
    expect(effect).toMatchObject({ metric: 'rmse', compared: 'same rows, other training rows', rows: 120 });
    expect(effect!.change).toBeCloseTo(effect!.after - effect!.before, 12);
    expect(effect!.low!).toBeGreaterThan(0);
    expect(effect!.sentence).toMatch(/rises \(worse\)/);
  });
});

describe('the check for drift', () => {
  it('knows the tail of the supremum of a Brownian bridge', () => {
    // Kolmogorov's distribution: 1.3581 is its 95 % point, 1.6276 its 99 % point (Smirnov 1948).
    expect(bridgeTail(1.3581)).toBeCloseTo(0.05, 4);
    expect(bridgeTail(1.6276)).toBeCloseTo(0.01, 4);
    expect(bridgeTail(0)).toBe(1);
  });

  it('gives a p-value that is small as often as it says, or less, where nothing drifts', () => {
    let small = 0;
    for (let seed = 1; seed <= 400; seed++) if (shiftOf(normals(new Rng(seed), 100), 2)!.pValue <= 0.05) small++;
    expect(small).toBeLessThan(30);
  });

  it('is not taken in by rows that are alike next to each other, and finds a change among them', async () => {
    const series = (seed: number, shift: number): Float64Array => {
      const rng = new Rng(seed);
      let last = rng.normal();
      return Float64Array.from({ length: 400 }, (_, i) => (last = 0.8 * last + 0.6 * rng.normal()) + (i < 220 ? 0 : shift));
    };
    const seeds = Array.from({ length: 100 }, (_, i) => i + 1);
    const told = (shift: number): number => seeds.filter(seed => shiftOf(series(seed, shift), 2)!.pValue <= 0.01).length;
    // Without regard to memory more than half of them are told.
    expect(told(0)).toBeLessThanOrEqual(5);
    expect(told(2.5)).toBeGreaterThan(80);
    // Of an autoregression: (1 + φ) / (1 − φ); of independent rows 1.
    const inflations = seeds.map(seed => memoryOf(series(seed, 3), 220).inflation).sort((a, b) => a - b);
    expect(inflations[50]! / 9).toBeGreaterThan(0.7);
    expect(inflations[50]! / 9).toBeLessThan(1.6);
    expect(memoryOf(normals(new Rng(3), 2000), 1000).inflation).toBeLessThan(1.3);
    const [finding] = await found(dataset([numbers('x', normals(new Rng(1), 400))], series(4, 5)), 'drift');
    expect(finding!.sentence).toMatch(/\(p [^)]*, which allows for the correlation of 0\.\d+ between rows next to each other\)/);
    expect(Number(finding!.evidence['autocorrelation'])).toBeGreaterThan(0.5);
  });

  it('finds where the level of a number or the share of a class changes, and holds out the last rows', async () => {
    const rng = new Rng(2);
    const x = normals(rng, 500);
    const shifted = normals(rng, 500).map((v, i) => v + (i < 300 ? 0 : 1.2));
    const [number] = await found(dataset([numbers('x', x)], shifted), 'drift');
    expect(number).toMatchObject({ severity: 'warning', fix: { change: { split: { scheme: 'holdout', share: 0.2, last: true } }, flags: '--holdout 0.2 --holdout-last' } });
    expect(Math.abs(Number(number!.evidence['changeAfterRow']) - 300)).toBeLessThan(25);
    const classes = Array.from(x, (_, i) => (rng.uniform() < (i < 250 ? 0.2 : 0.6) ? 'yes' : 'no'));
    const [share] = await found(dataset([numbers('x', x)], classes), 'drift');
    expect(share!.sentence).toMatch(/the share of "yes" is [12]\d(\.\d)? % up to row \d+ and [56]\d/);
  });

  it('holds out the last rows of the file, also where the rows came in another order', () => {
    const made = clean(1, 50, false);
    const { folds } = makeFolds({ ...made, sourceRows: Int32Array.from({ length: 50 }, (_, i) => 49 - i) }, { scheme: 'holdout', share: 0.2, last: true }, new Rng(1));
    expect(Array.from(folds[0]!.test)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Array.from(makeFolds(made, { scheme: 'holdout', share: 0.2, last: true }, new Rng(1)).folds[0]!.test)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  });

  it('says that a sorted file does no harm, and that blocks of a category may be the reason', async () => {
    const rng = new Rng(9);
    const sorted = normals(rng, 200).sort();
    const [one] = await found(dataset([numbers('x', normals(rng, 200))], sorted), 'drift');
    expect(one).toMatchObject({ severity: 'information' });
    expect(one!.sentence).toMatch(/sorted by the target.*held out at random/);
    expect(one!.fix).toBeUndefined();
    const diet = Array.from({ length: 200 }, (_, i) => ['corn', 'oats', 'peas', 'rye'][Math.floor(i / 50)]!);
    const [block] = await found(dataset([texts('diet', diet)], normals(rng, 200).map((v, i) => v + Math.floor(i / 50))), 'drift');
    expect(block).toMatchObject({ severity: 'information', evidence: { orderedBy: 'diet' } });
    expect(block!.fix).toBeUndefined();
  });

  it('compares the last rows predicted from all others with the same rows predicted from earlier ones', async () => {
    const rng = new Rng(4);
    const x = normals(rng, 400);
    const made = dataset([numbers('x', x)], x.map((v, i) => v + (i < 320 ? 0 : 4) + 0.3 * rng.normal()));
    const { effect } = await effectOf(made, 'drift');
    expect(effect!.rows).toBe(80);
    expect(effect!.low!).toBeGreaterThan(0);
  });
});
