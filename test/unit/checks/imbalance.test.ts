/** Evening out small classes: every family that explains classes can, and what it does is measured where it is meant to help. */
import { describe, expect, it } from 'vitest';
import { balancedChange, balancedWords } from '../../../src/engine/checks/balanced';
import { checkData } from '../../../src/engine/checks/checkData';
import { withEffects } from '../../../src/engine/checks/effects';
import { CancellableContext } from '../../../src/engine/context';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { Evaluation } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import { families } from '../../../src/engine/models/families';
import { checked, dataset, found, inputOf, normals, numbers } from './made';

const n = 600;
const rng = new Rng(31);
const x = normals(rng, n);
const classes = Array.from(x, v => (v + 0.7 * rng.normal() > 1.9 ? 'fraud' : 'fine'));
const small = classes.filter(one => one === 'fraud').length;
/** As quick as each family can be. */
const quick: Readonly<Record<string, Dataset['recipe']['options']>> = {
  neural: { ensemble: 1, hidden: '4', epochs: 20, l2: 0.001, learningRate: 0.02 }, attention: { ensemble: 1, width: 4, heads: 1, layers: 1, epochs: 20, learningRate: 0.02 }, ebm: { bags: 2, rounds: 100, pairs: '0' },
};
const made = (model: string, options = {}): Dataset => dataset([numbers('x', x)], classes, { model, options: { ...quick[model], ...options } });

const forClasses = families.filter(({ tasks }) => tasks.includes('classification'));

describe('training on as many rows of each class', () => {
  it.each(forClasses.map(({ id }) => id))('is offered and done by the family %s, for the model and for its folds', async id => {
    const family = families.find(one => one.id === id)!;
    const [whole, even] = [made(id), made(id, { classRatio: 1 })];
    const { findings } = await checkData({ ...inputOf(whole), family }, new CancellableContext());
    expect(findings.find(finding => finding.id === 'imbalance')!.fix!.change).toEqual({ options: { classRatio: expect.any(Number) as number } });
    const model = await family.fit(even, new CancellableContext());
    expect(model.notes[0]!.text).toContain(`trained on ${2 * small} of ${n} rows, as many of each class`);
    expect(family.load(JSON.parse(JSON.stringify(model.toJSON()))).notes[0]).toEqual(model.notes[0]);
    const mean = (one: typeof model): number => one.predict(even.table).probabilities!.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b, 0) / n;
    const all = await family.fit(whole, new CancellableContext());
    // Of a rare class the mixture holds many times more.
    expect(1 - mean(model)).toBeGreaterThan(2 * (1 - mean(all)));
    const train = Int32Array.from({ length: n }, (_, i) => i).filter(i => i % 3 > 0);
    const folds = await family.fitFolds?.(even, [train], new CancellableContext(), model);
    const fold = folds?.[0] ?? await family.fit(even, new CancellableContext(), train);
    expect(1 - mean(fold)).toBeGreaterThan(2 * (1 - mean(all)));
  });

  it('is refused for numbers in one sentence', async () => {
    const numbersOnly = dataset([numbers('x', x)], x, { model: 'ebm', options: { classRatio: 1 } });
    await expect(families.find(({ id }) => id === 'ebm')!.fit(numbersOnly, new CancellableContext())).rejects.toThrow('The option classRatio is for classes, and "y" is explained as a number.');
  });

  it('takes more of the large class where few rows would be left, and says so where none is worth it', async () => {
    const few = (rows: number): Dataset => dataset([numbers('x', x)], Array.from(x, (_, i) => (i < rows ? 'fraud' : 'fine')));
    const [some] = await found(few(20), 'imbalance');
    expect(some!.fix).toMatchObject({ change: { options: { classRatio: 5 } }, flags: '--set classRatio=5', title: 'Train on at most 5 times as many rows of a class as of the smallest' });
    const [hardly] = await found(few(4), 'imbalance');
    expect(hardly!.fix).toBeUndefined();
    expect(hardly!.sentence).toContain('fewer than 100 rows would be left of evened classes');
  });
});

describe('the effect on the balanced accuracy', () => {
  it('is told beside the log loss, and beside what another threshold gives', async () => {
    const whole = made('logistic');
    const family = families.find(({ id }) => id === 'logistic')!;
    const { findings } = await withEffects(await checked(whole), whole, family, new CancellableContext());
    const effect = findings.find(({ id }) => id === 'imbalance')!.effect!;
    expect(effect.change).toBeGreaterThan(0);
    expect(effect.balanced!.low!).toBeGreaterThan(0);
    // A slope is a slope in either mixture: another threshold of the model of all rows does as well.
    expect(Math.abs(effect.balanced!.byThreshold - effect.balanced!.after)).toBeLessThan(0.05);
    expect(effect.sentence).toMatch(/The balanced accuracy, the mean share of each class that is right, rises \(better\): 0\.\d+ to 0\.\d+ \(difference 0\.\d+ to 0\.\d+\)\. With all rows .* it is 0\.\d+\.$/);
  });

  it('is the mean over the classes, with no interval beyond what the rows say', async () => {
    // Six rows of a, two of b; before: all a. After: five of six and both.
    const codes = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b'];
    const one = dataset([numbers('x', codes.map((_, i) => i))], codes);
    const evaluation = (of: readonly number[]): Evaluation => ({
      folds: [{ train: Int32Array.from(codes.keys()), test: Int32Array.from(codes.keys()) }],
      heldOut: { rows: Int32Array.from(codes.keys()), foldOf: new Int32Array(8), prediction: { rows: 8, probabilities: Float64Array.from(of.flatMap(p => [1 - p, p])) } },
    } as unknown as Evaluation);
    const before = evaluation([0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.3, 0.4]);
    const change = await balancedChange(one, before, evaluation([0.1, 0.1, 0.1, 0.1, 0.1, 0.6, 0.7, 0.8]), new Rng(1), new CancellableContext());
    // By threshold: b above its share of a quarter: five of six, and both.
    expect(change).toMatchObject({ before: 0.5, after: expect.closeTo((5 / 6 + 1) / 2, 12) as number, byThreshold: expect.closeTo((5 / 6 + 1) / 2, 12) as number });
    expect(change!.low!).toBeLessThan(change!.change);
    expect(change!.high!).toBe(0.5);
    const same = await balancedChange(one, before, before, new Rng(1), new CancellableContext());
    expect(same).toMatchObject({ change: 0, low: 0, high: 0 });
  });

  describe('on folds', () => {
    /** Rows of a and of b in each fold, and how many of each are right before and after. */
    type Counts = readonly [rows: number, before: number, after: number];
    async function changeOf(folds: readonly { readonly a: Counts; readonly b: Counts }[], level = 0.95) {
      const rows = folds.flatMap(({ a, b }, fold) => [a, b].flatMap(([count, before, after], own) => Array.from({ length: count }, (_, i) => ({ fold, own, before: i < before, after: i < after }))));
      const made = dataset([numbers('x', rows.map((_, i) => i))], rows.map(({ own }) => 'ab'[own]!), { level });
      const places = Int32Array.from(rows.keys());
      const evaluation = (way: 'before' | 'after'): Evaluation => ({
        folds: folds.map((_, fold) => ({ train: places.filter(row => rows[row]!.fold !== fold || folds.length === 1), test: places.filter(row => rows[row]!.fold === fold) })),
        heldOut: {
          rows: places, foldOf: Int32Array.from(rows, ({ fold }) => fold),
          prediction: { rows: rows.length, probabilities: Float64Array.from(rows.flatMap(row => ((row.own === 0) === row[way] ? [0.9, 0.1] : [0.1, 0.9]))) },
        },
      } as unknown as Evaluation);
      return (await balancedChange(made, evaluation('before'), evaluation('after'), new Rng(1), new CancellableContext()))!;
    }

    it('is the mean over them where each holds enough rows of every class, and that of all rows together where one does not', async () => {
      const enough = await changeOf([{ a: [20, 20, 20], b: [5, 0, 5] }, { a: [10, 10, 10], b: [10, 5, 5] }]);
      // (1 + 0) / 2 and (1 + 1/2) / 2; then 1 and 3/4.
      expect(enough).toMatchObject({ before: expect.closeTo(0.625, 12) as number, after: expect.closeTo(0.875, 12) as number, change: expect.closeTo(0.25, 12) as number });
      expect((enough.low! + enough.high!) / 2).toBeCloseTo(0.25, 12);
      const few = await changeOf([{ a: [20, 20, 20], b: [4, 0, 4] }, { a: [10, 10, 10], b: [10, 5, 5] }]);
      // Of the 14 rows of b 5 and 9 are right.
      expect(few).toMatchObject({ before: expect.closeTo((1 + 5 / 14) / 2, 12) as number, after: expect.closeTo((1 + 9 / 14) / 2, 12) as number });
    });

    it('has an interval of its level, also of all rows together', async () => {
      const folds = [{ a: [100, 50, 50], b: [100, 40, 60] }] as const;
      const width = async (level: number): Promise<number> => {
        const { low, high } = await changeOf(folds, level);
        return high! - low!;
      };
      // Of a share of 0.2 in 100 rows, halved over two classes: 0.02.
      expect(await width(0.95) / (2 * 1.96 * 0.02)).toBeCloseTo(1, 0);
      expect(await width(0.5) / (2 * 0.674 * 0.02)).toBeCloseTo(1, 0);
      expect(await width(0.95)).toBeGreaterThan(2 * await width(0.5));
    });

    it('is nothing where other rows are held out with the fix', async () => {
      const made = dataset([numbers('x', [1, 2])], ['a', 'b']);
      const evaluation = (rows: number): Evaluation => ({ folds: [], heldOut: { rows: new Int32Array(rows) } } as unknown as Evaluation);
      expect(await balancedChange(made, evaluation(2), evaluation(1), new Rng(1), new CancellableContext())).toBeUndefined();
    });
  });

  it('rises, falls, stays or does not change clearly', () => {
    const words = (change: number, low: number, high: number): string => balancedWords({ before: 0.5, after: 0.5 + change, change, low, high, byThreshold: 0.6 });
    expect(words(0.2, 0.1, 0.3)).toContain(', rises (better): 0.5 to 0.7 (difference 0.1 to 0.3). ');
    expect(words(-0.2, -0.3, -0.1)).toContain(', falls (worse): 0.5 to 0.3 (difference -0.3 to -0.1). ');
    expect(words(0.2, -0.1, 0.3)).toContain(', does not change clearly: ');
    expect(words(0, 0, 0)).toContain(', stays the same: ');
  });
});
