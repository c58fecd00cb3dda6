/** Evening out small classes: every family that explains classes can, and what it does is measured where it is meant to help. */
import { describe, expect, it } from 'vitest';
import { balancedChange } from '../../../src/engine/checks/balanced';
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
});
