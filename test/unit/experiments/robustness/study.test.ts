/** Whole robustness studies and their sections: real and planted data, what a person sees, and what cannot be done. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { attackFold, type FoldTask } from '../../../../src/engine/experiments/robustness/oneFold';
import { attackInWorker } from '../../../../src/engine/experiments/robustness/runFolds';
import { robustnessStudy, type RobustnessInput } from '../../../../src/engine/experiments/robustness/study';
import { robustnessSections } from '../../../../src/engine/report/sectionsRobustness';
import { Rng } from '../../../../src/engine/math/random';
import { CancellableContext } from '../../../../src/engine/context';
import { classData, classTarget, codeColumn, makeDataset, numberColumn, quiet, regressionData } from '../../evaluate/stub';
import { family, halves } from './support';

const whole = (id: string, dataset: Dataset, more: Partial<RobustnessInput> = {}, context = quiet()) =>
  robustnessStudy({ dataset, family: family(id), epsilons: [0.1, 0.3, 1], immutable: [], ...more }, context);
const study = async (id: string, dataset: Dataset, more: Partial<RobustnessInput> = {}) => (await whole(id, dataset, more)).result;

const falls = (values: readonly number[]): boolean => values.every((value, k) => k === 0 || value <= values[k - 1]!);

/** Two classes by a number and a category. */
function mixed(rows = 150): Dataset {
  const rng = new Rng(6);
  const x = Float64Array.from({ length: rows }, () => rng.normal());
  const noise = Float64Array.from({ length: rows }, () => rng.normal());
  const c = Int32Array.from({ length: rows }, () => rng.integer(2));
  const codes = x.map((value, i) => (value + 1.5 * c[i]! - 0.75 + 0.3 * rng.normal() > 0 ? 1 : 0));
  return makeDataset([numberColumn('x', x), numberColumn('noise', noise), codeColumn('c', c, ['off', 'on'])], classTarget(codes, ['no', 'yes']));
}

describe('a robustness study of a logistic regression', () => {
  it('is exact, falls with the size, has intervals, and names the number that matters', async () => {
    const result = await study('logistic', mixed());
    expect(result).toMatchObject({ score: 'accuracy', method: 'exact', folds: { planned: 5, done: 5 }, rows: { attacked: 150, heldOut: 150 }, epsilons: [0, 0.1, 0.3, 1], stopped: false });
    const [numbers, category] = result.attacks;
    for (const { scores } of result.attacks) expect(falls(scores.map(({ value }) => value))).toBe(true);
    numbers!.scores.forEach(({ value, low, high }) => {
      expect(low!).toBeLessThanOrEqual(value);
      expect(high!).toBeGreaterThanOrEqual(value);
    });
    expect(category!.name).toBe('Numbers and one category');
    category!.scores.forEach(({ value }, k) => expect(value).toBeLessThanOrEqual(numbers!.scores[k]!.value));
    expect(result.features[0]).toMatchObject({ name: 'x', kind: 'number' });
    expect(result.features.find(({ name }) => name === 'c')!.share).toBeGreaterThan(0.2);
    // Chance is kinder than an attacker.
    result.noise!.scores.forEach(({ value }, k) => expect(value).toBeGreaterThanOrEqual(numbers!.scores[k]!.value));
    expect(result.labels[0]!.scores[0]!.value).toBeCloseTo(numbers!.scores[0]!.value, 12);
    expect(result.distances.map(({ name }) => name)).toEqual(['Within the training range', 'All numbers alike (l∞)', 'Shortest step (l2)']);
    expect(result.example!.changes.length).toBeGreaterThan(0);
    expect(result.example!.before).not.toBe(result.example!.after);
    expect(result.findings[0]).toMatch(/^With every number free to move 0.1 standard deviations, the held-out accuracy (falls from|stays at) .*; no attack on numbers can do worse in that box\.$/);
  });

  it('is plain data, the same when it is run again, and has sections with ids of their own', async () => {
    const result = await study('logistic', mixed(80));
    expect(await study('logistic', mixed(80))).toEqual(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const sections = robustnessSections(result, 'Logistic regression');
    expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    expect(sections.map(({ id }) => id)).toEqual(['found', 'attack', 'noise', 'missingCells', 'distances', 'attacked', 'example', 'labels']);
    expect(sections[0]).toMatchObject({ kind: 'table', panel: 'overview', rows: result.findings.map(text => [text]) });
    expect(sections.slice(1).every(({ panel }) => panel === 'robustness')).toBe(true);
    expect(JSON.stringify(sections)).not.toMatch(/NaN|undefined|null/);
  });

  it('leaves alone what cannot be changed', async () => {
    const result = await study('logistic', mixed(80), { immutable: ['x', 'c'] });
    expect(result.features.map(({ name }) => name)).toEqual(['noise']);
    expect(result.findings[0]).toMatch(/^With the number "noise" free to move/);
    expect(result.findings.join(' ')).not.toMatch(/every number/);
    expect(result.attacks).toHaveLength(1);
    expect(JSON.stringify(robustnessSections(result, 'm'))).toContain('Kept as they are: \\"x\\", \\"c\\".');
    const nothing = await study('logistic', mixed(80), { immutable: ['x', 'c', 'noise'] });
    expect(nothing).toMatchObject({ attacks: [], features: [], distances: [], open: { numbers: [], categories: [] } });
    expect(nothing.notes).toContain('There is no column that can be changed, so that no attack was tried.');
    const sections = robustnessSections(nothing, 'm');
    // What goes missing by chance, and what is learned from wrong labels, does not ask an attacker.
    expect(sections.map(({ id }) => id)).toEqual(['found', 'missingCells', 'labels']);
    expect(nothing.missing!.scores.at(-1)!.value).toBeLessThan(nothing.clean.value);
    expect(JSON.stringify(sections)).not.toMatch(/NaN|undefined|null/);
  });
});

describe('a robustness study of a regression', () => {
  it('grows the error exactly, and Huber stands outliers that least squares does not', async () => {
    const result = await study('linear', regressionData(150, 1));
    expect(result).toMatchObject({ score: 'RMSE', method: 'exact' });
    expect(falls(result.attacks[0]!.scores.map(({ value }) => -value))).toBe(true);
    const at = (name: string) => result.outliers.find(line => line.name === name)!.scores.map(({ value }) => value);
    expect(at('Least squares')[3]!).toBeGreaterThan(2 * at('Huber')[3]!);
    expect(at('Huber')[1]!).toBeLessThan(1.1 * at('Huber')[0]!);
    // |3| sd(a) + |−1| sd(b) and what the junk column got.
    expect(result.growth!).toBeGreaterThan(3.5);
    expect(result.growth!).toBeLessThan(4.7);
    expect(result.features.slice(0, 2).map(({ name }) => name)).toEqual(['a', 'b']);
    const sections = robustnessSections(result, 'Linear regression');
    expect(sections.map(({ id }) => id)).toEqual(['found', 'attack', 'noise', 'missingCells', 'attacked', 'example', 'outliers', 'labels']);
    expect(JSON.stringify(sections)).not.toMatch(/NaN|undefined|null/);
  });
});

describe('a robustness study of a network', () => {
  const options = { hidden: '16', epochs: 60, l2: 0.001, prune: false };

  it('lies between attack and proof, and training on attacked rows helps under attack', async () => {
    // The number "loud" tells the classes best but a small attack turns it round; "steady" tells them less well, by a wide margin.
    const rng = new Rng(9);
    const rows = 240;
    const codes = Int32Array.from({ length: rows }, (_, i) => i % 2);
    const steady = Float64Array.from(codes, (code, i) => (i % 10 === 3 ? -1 : 1) * (2 * code - 1) + 0.1 * rng.normal());
    const loud = Array.from({ length: 8 }, (_, k) => numberColumn(`loud${k}`, Float64Array.from(codes, code => 0.5 * (2 * code - 1) + rng.normal())));
    const dataset = makeDataset([numberColumn('steady', steady), ...loud], classTarget(codes, ['no', 'yes']), { options, split: { scheme: 'holdout', share: 0.4 } });
    const result = await study('neural', dataset, { epsilons: [0.1, 0.5], adversarial: 0.5 });
    expect(result.method).toBe('gradient');
    const [numbers] = result.attacks;
    result.certified!.scores.forEach(({ value }, k) => expect(value).toBeLessThanOrEqual(numbers!.scores[k]!.value));
    const { plain, hardened, cost, gain, at } = result.adversarial!;
    expect(plain.scores).toEqual(numbers!.scores);
    expect(hardened.scores[2]!.value).toBeGreaterThan(plain.scores[2]!.value);
    expect(cost.value).toBeCloseTo(hardened.scores[0]!.value - plain.scores[0]!.value, 12);
    expect(gain.value).toBeCloseTo(hardened.scores[at]!.value - plain.scores[at]!.value, 12);
    expect(gain.low!).toBeGreaterThan(0);
    expect(result.findings.some(text => /^(That has its cost|That costs nothing|What that costs cannot be told from nothing): its accuracy on rows as they are is /.test(text))).toBe(true);
    expect(result.notes).toContain('In each fold one network was trained and attacked, not an ensemble.');
    expect(JSON.stringify(robustnessSections(result, 'Neural network'))).not.toMatch(/NaN|undefined|null/);
  });

  it('says why another family has no adversarial training', async () => {
    const result = await study('logistic', classData(60), { adversarial: true, epsilons: [0.2] });
    expect(result.adversarial).toBeUndefined();
    expect(result.notes.join(' ')).toMatch(/Adversarial training is there for neural networks/);
  });
});

describe('a robustness study of a model on principal components', () => {
  it('is a search, and rows that must be complete lose no cells', async () => {
    const base = regressionData(90, 3);
    const dataset = { ...base, recipe: { ...base.recipe, missing: 'drop' as const, options: { components: 2 } } };
    const result = await study('linear', dataset, { epsilons: [0.2], seconds: 20 });
    expect(result.method).toBe('search');
    expect(result.missing).toBeUndefined();
    expect(result.notes.join(' ')).toMatch(/missing=drop/);
    expect(result.attacks[0]!.scores[1]!.value).toBeGreaterThan(result.attacks[0]!.scores[0]!.value);
  });
});

describe('a robustness study of boosted trees', () => {
  it('with terms of two features is a search, on rows and folds as always', async () => {
    const result = await study('ebm', mixed(100), { epsilons: [0.3], seconds: 1 });
    expect(['search', 'exact']).toContain(result.method);
    expect(falls(result.attacks[0]!.scores.map(({ value }) => value))).toBe(true);
    expect(result.folds.done).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(robustnessSections(result, 'EBM'))).not.toMatch(/NaN|undefined|null/);
  });
});

describe('one fold', () => {
  it('gives the same through a copy of its task, as a worker gets it', async () => {
    const dataset = mixed(80);
    const { train, test } = halves(80);
    const task: FoldTask = { dataset, family: 'logistic', fold: { train, test }, most: { known: 50, search: 50 }, epsilons: [0, 0.3], shares: [0, 0.1], immutable: [], seed: 1 };
    const { seconds: _here, ...here } = await attackFold(task, quiet());
    const { seconds: _there, ...there } = structuredClone(await attackInWorker(structuredClone(task)));
    expect(there).toEqual(here);
  });
});

describe('what cannot be studied', () => {
  it('is said in one sentence', async () => {
    const dataset = classData(60);
    await expect(study('logistic', dataset, { epsilons: [-1] })).rejects.toThrow(/standard deviations from 0 to 100, not -1/);
    await expect(study('logistic', dataset, { epsilons: [0] })).rejects.toThrow(/needs a size above 0/);
    await expect(study('logistic', dataset, { immutable: ['aa'] })).rejects.toThrow(/no column "aa" that could be kept as it is; the nearest are "a"/);
    await expect(study('logistic', { ...dataset, recipe: { ...dataset.recipe, split: { scheme: 'none' } } })).rejects.toThrow(/choose a split that holds some out/);
  });

  it('or was cancelled ends at once', async () => {
    const context = new CancellableContext();
    const running = robustnessStudy({ dataset: mixed(), family: family('logistic'), epsilons: [], immutable: [] }, context);
    context.cancel();
    await expect(running).rejects.toThrow('cancelled');
  });
});
