/** The comparison of optimisers as a whole: the same start for all, rates chosen by training loss, ends with names, areas, sections. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { optimiserStudy } from '../../../../src/engine/experiments/optimisers/study';
import { optimiserFindings } from '../../../../src/engine/experiments/optimisers/findings';
import { descend, looksAt } from '../../../../src/engine/experiments/optimisers/descend';
import { optimiserIds, type OptimiserId, type OptimiserMeasured, type OptimiserStudy } from '../../../../src/engine/experiments/optimisers/result';
import { runDescent } from '../../../../src/engine/experiments/optimisers/runs';
import { runLbfgs } from '../../../../src/engine/experiments/optimisers/lbfgsRun';
import type { DescentRun } from '../../../../src/engine/experiments/optimisers/measure';
import { summariseOptimisers } from '../../../../src/engine/experiments/optimisers/summary';
import { optimiserSections } from '../../../../src/engine/report/sectionsOptimisers';
import type { OptimisationProblem } from '../../../../src/engine/experiments/optimisers/problem';
import { classData, quiet, regressionData } from '../../evaluate/stub';

const rates = [0.01, 0.1, 1, 10];
const small = (family: string, options = {}): Promise<OptimiserStudy> =>
  optimiserStudy({ dataset: family === 'logistic' ? classData(90, ['no', 'yes'], 3, { options }) : regressionData(90, 1, { options }), family, rates, passes: 15, batchSize: 16 }, quiet());
/** A training with the losses after each pass. */
const path = (optimiser: OptimiserId, fold: number, losses: readonly number[], rate = 0.1): DescentRun =>
  ({ optimiser, rate, fold, outcome: { end: 'trained', parameters: 1, took: 1, points: losses.map((train, pass) => ({ pass, steps: pass, seconds: 0.1 * pass, train, heldOut: train })) } });
/** A training from the loss 1 to that given. */
const run = (optimiser: OptimiserId, fold: number, rate: number, train: number, heldOut = train): DescentRun => {
  const { outcome, ...same } = path(optimiser, fold, [1, train], rate);
  return { ...same, outcome: { ...outcome, points: [outcome.points[0]!, { ...outcome.points[1]!, heldOut }] } };
};
const summaryOf = (runs: readonly DescentRun[], folds: readonly number[]) =>
  summariseOptimisers({ runs, gridFolds: folds, finished: folds, rates: [0.1, 0.2], testToTrain: 0.5, level: 0.95, optima: [] });
const plain: Omit<OptimiserStudy, 'optimisers' | 'findings'> = {
  problem: 'neural network', lossName: 'log loss', parameters: 1, rows: 10, passes: 2, batchSize: 5, rates: [0.1, 0.2], scheme: 'two folds', folds: 2, gridFolds: 2, startLoss: 1, planned: 8, done: 8,
  takenOver: 0, level: 0.95, stopped: false, kept: [], notes: ['a note of the study'],
};
/** Without the clock. */
const untimed = (items: readonly OptimiserMeasured[]): unknown => JSON.parse(JSON.stringify(items, (key, value: unknown) => (key === 'seconds' ? undefined : value)));
const finite = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a comparison of optimisers', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('on least squares has all nine, each at its best rate, against the exact optimum', async () => {
    const study = await small('linear');
    expect(study.optimisers.map(item => item.id)).toEqual([...optimiserIds]);
    expect(study.done).toBe(5 * (8 * 4 + 1));
    expect(study.startLoss).toBeCloseTo(0.5, 9);
    for (const item of study.optimisers) {
      expect(item.aboveOptimum!.value).toBeGreaterThan(-1e-12);
      if (item.id === 'lbfgs') continue;
      const fine = item.rates.filter(({ ends }) => ends.diverged === 0);
      expect(item.trainLoss!.value).toBeCloseTo(Math.min(...fine.map(({ trainLoss }) => trainLoss!)), 12);
      expect(item.area!.value).toBeCloseTo(item.rates.reduce((sum, { normalised }) => sum + normalised / 4, 0), 12);
    }
    const lbfgs = study.optimisers.find(item => item.id === 'lbfgs')!;
    expect(lbfgs.aboveOptimum!.value).toBeLessThan(1e-12);
    expect(lbfgs.area).toBeUndefined();
  });

  it('judges on held-out rows at the rate that did best on the other folds', async () => {
    // Rate 0.1 has the lower training loss; 0.2 is better on held-out rows of folds 1 and 2, so that fold 0 is judged at 0.2, whatever it gives there.
    const runs = [run('sgd', 0, 0.1, 0.1, 0.3), run('sgd', 0, 0.2, 0.2, 0.9), run('sgd', 1, 0.1, 0.1, 0.6), run('sgd', 1, 0.2, 0.2, 0.2), run('sgd', 2, 0.1, 0.1, 0.6), run('sgd', 2, 0.2, 0.2, 0.2)];
    const sgd = summaryOf(runs, [0, 1, 2]).find(item => item.id === 'sgd')!;
    expect(sgd.rate).toBe(0.1);
    // Folds 1 and 2 see the others' means 0.45 at 0.1 and 0.55 at 0.2.
    expect(sgd.heldOutLoss!.value).toBeCloseTo((0.9 + 0.6 + 0.6) / 3, 12);
    expect(sgd.heldOutRate).toBe(0.1);
    // Floor 0.1 on every fold: 0 at rate 0.1 and (0.2 − 0.1) / (1 − 0.1) at 0.2.
    expect(sgd.area!.value).toBeCloseTo(0.1 / 0.9 / 2, 12);
  });

  it('names what diverges, and finds gradient descent unstable beyond the bound of theory', async () => {
    const study = await small('linear');
    const gd = study.optimisers.find(item => item.id === 'gd')!;
    for (const { rate, ends } of gd.rates) expect(ends.diverged + ends.above > 0).toBe(rate > study.theory!.largestRate);
    expect(gd.rates[3]).toMatchObject({ ends: { diverged: 5 }, normalised: 1 });
    expect(study.findings.some(text => /^Training diverged, on one fold at least, with .*Gradient descent at 10/.test(text))).toBe(true);
  });

  it('on classes and on networks gives sections of finite numbers that are plain JSON', async () => {
    for (const study of [await small('logistic'), await small('neural', { hidden: '4' })]) {
      expect(finite(study)).toEqual(study);
      const sections = optimiserSections(study, 'Model');
      expect(finite(sections)).toEqual(sections);
      expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
      expect(JSON.stringify(sections)).not.toMatch(/undefined|NaN|null/);
      expect(sections[0]).toMatchObject({ panel: 'overview', title: 'What was found' });
    }
  });

  it('starts all optimisers alike, so that the first losses of a fold are the same', async () => {
    const dataset = regressionData(60, 1, { options: { hidden: '4' } });
    const [train, test] = [Int32Array.from({ length: 50 }, (_, i) => i), Int32Array.from({ length: 10 }, (_, i) => 50 + i)];
    const firsts = [];
    for (const optimiser of ['gd', 'adam', 'lbfgs'] as const) {
      const { points } = await runDescent({ dataset, family: 'neural', optimiser, rate: 0.01, train, test, passes: 3, batchSize: 8, seed: 5 }, quiet());
      firsts.push(points[0]);
    }
    expect(firsts[1]).toEqual(firsts[0]);
    expect(firsts[2]).toEqual(firsts[0]);
  });

  it('compares only on folds that all have: a fold that was cut short counts for none', () => {
    // On fold 2, where every loss is high, only Adam was run, and at one rate: it would look worse than SGD, and its other rate better.
    const whole = [0, 1].flatMap(fold => [run('sgd', fold, 0.1, 0.4), run('sgd', fold, 0.2, 0.6), run('adam', fold, 0.1, 0.2), run('adam', fold, 0.2, 0.3)]);
    const items = summaryOf([...whole, run('adam', 2, 0.1, 0.95)], [0, 1]);
    const adam = items.find(item => item.id === 'adam')!;
    expect(adam).toMatchObject({ rate: 0.1, folds: 2, trainLoss: { value: expect.closeTo(0.2, 12) } });
    expect(adam.trainDifference).toBeUndefined();
    expect(items.find(item => item.id === 'sgd')!.trainDifference!.value).toBeCloseTo(0.2, 12);
    expect(adam.rates.map(({ folds }) => folds)).toEqual([2, 2]);
  });

  it('leaves out an optimiser without a rate that trains on every fold, and says so', () => {
    const bad = (fold: number, rate: number): DescentRun => ({ ...run('gd', fold, rate, 5), outcome: { ...run('gd', fold, rate, 5).outcome, end: 'diverged' } });
    const items = summaryOf([0, 1].flatMap(fold => [bad(fold, 0.1), bad(fold, 0.2), run('sgd', fold, 0.1, 0.5), run('sgd', fold, 0.2, 0.4)]), [0, 1]);
    expect(items.find(item => item.id === 'gd')).toMatchObject({ folds: 0 });
    expect(items.find(item => item.id === 'gd')!.trainLoss).toBeUndefined();
    expect(optimiserFindings({ ...plain, optimisers: items }).join(' ')).toMatch(/No learning rate of Gradient descent was free of divergence, so that it is not compared\./);
  });

  it('does not say that one is worse where one fold gives no interval', () => {
    const items = summaryOf([run('sgd', 0, 0.1, 0.4, 0.5), run('adam', 0, 0.1, 0.2, 0.3), run('adagrad', 0, 0.1, 0.3, 0.4)], [0]);
    const findings = optimiserFindings({ ...plain, folds: 1, optimisers: items });
    for (const text of findings.slice(0, 2)) {
      expect(text).toMatch(/With one fold it cannot be told/);
      expect(text).not.toMatch(/beyond chance\b.*:|is worse|ends higher/);
    }
    expect(findings[1]).toMatch(/each at the rate with the lowest training loss/);
  });

  it('ranks passes only among those that got there on every fold, as the table does', () => {
    // Adam is there after one pass, but on one of two folds; SGD after two on both.
    const late = (fold: number): DescentRun => path('sgd', fold, [1, 0.9, 0.02]);
    const items = summaryOf([late(0), late(1), path('adam', 0, [1, 0.01, 0.01]), path('adam', 1, [1, 0.5, 0.5])], [0, 1]);
    const text = optimiserFindings({ ...plain, optimisers: items }).find(item => item.includes('made 95 %'))!;
    expect(text).toMatch(/Only SGD made 95 % .* on all 2 folds, in 2 passes on average\. Only on some folds: Adam on 1 of 2\./);
    const table = optimiserSections({ ...plain, optimisers: items, findings: optimiserFindings({ ...plain, optimisers: items }) }, 'Model').find(({ id }) => id === 'optimisers')!;
    if (table.kind !== 'table') throw new Error('a table was expected');
    const row = (title: string) => table.rows.find(([name]) => name === title)!.slice(-3);
    expect(row('SGD')).toEqual(['2 of 2', 2, expect.any(Number)]);
    expect(row('Adam')).toEqual(['1 of 2', '', '']);
  });

  it('keeps to a time by fewer rates on later folds, all optimisers compared on the same folds', async () => {
    // A clock that goes on by one millisecond with every look at it: the same on any machine.
    let looks = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => ++looks);
    const input = { dataset: regressionData(60), family: 'linear', rates, passes: 8, batchSize: 16 };
    const before = performance.now();
    const whole = await optimiserStudy(input, quiet());
    const seconds = (performance.now() - before) / 1000;
    expect(whole).toMatchObject({ done: whole.planned, gridFolds: 5, folds: 5, stopped: false });
    const short = await optimiserStudy({ ...input, seconds: 0.6 * seconds }, quiet());
    expect(short.done).toBeLessThan(short.planned);
    expect(short.gridFolds).toBeGreaterThan(0);
    expect(short.gridFolds).toBeLessThan(short.folds);
    for (const item of short.optimisers.filter(({ folds }) => folds > 0)) expect(item.folds).toBe(short.folds);
    // A rate that was left behind was run on fewer folds than the best one.
    const adam = short.optimisers.find(({ id }) => id === 'adam')!;
    expect(Math.min(...adam.rates.map(({ folds }) => folds))).toBeLessThan(adam.folds);
    expect(adam.rates.find(({ rate }) => rate === adam.rate)!.folds).toBe(adam.folds);
  });

  it('has something of every optimiser however short the time, and says on what it rests', async () => {
    const study = await optimiserStudy({ dataset: regressionData(60), family: 'linear', rates, passes: 4, seconds: 1e-9 }, quiet());
    expect(study).toMatchObject({ done: 9, partial: true, folds: 1, gridFolds: 0 });
    expect(study.findings.join(' ')).toMatch(/first fold, which was cut short, with 1 of the 4 learning rates for each optimiser/);
    expect(study.findings.join(' ')).not.toMatch(/beyond chance|lies at the end|lie at the ends/);
  });

  it('goes on from what a file kept, with the numbers of a study in one go', async () => {
    const input = { dataset: regressionData(60), family: 'linear', rates, passes: 6, batchSize: 16 };
    const first = await optimiserStudy({ ...input, seconds: 1e-9 }, quiet());
    const { passes: _passes, batchSize: _size, ...open } = input;
    const kept = JSON.parse(JSON.stringify(first.kept)) as typeof first.kept;
    const second = await optimiserStudy({ ...open, kept }, quiet());
    const whole = await optimiserStudy(input, quiet());
    expect(second).toMatchObject({ takenOver: first.done, done: whole.planned, passes: 6, batchSize: 16 });
    expect(untimed(second.optimisers)).toEqual(untimed(whole.optimisers));
    // Once more over JSON: nothing is left to run, not even those that diverged, and nothing is lost.
    const again = await optimiserStudy({ ...open, kept: JSON.parse(JSON.stringify(second.kept)) as typeof first.kept, seconds: 1e-9 }, quiet());
    expect(again.takenOver).toBe(whole.planned);
    expect(untimed(again.optimisers)).toEqual(untimed(whole.optimisers));
  });

  it('ends between runs when asked to: each run that counts has all its passes', async () => {
    let made = 0;
    const context = Object.assign(quiet(), { progress: () => { made++; }, finishing: () => made >= 20 });
    const study = await optimiserStudy({ dataset: regressionData(60), family: 'linear', rates, passes: 6 }, context);
    expect(study).toMatchObject({ stopped: true, done: 20 });
    for (const { end, points } of study.kept) if (end !== 'diverged') expect(points[points.length - 1]![0]).toBe(6);
  });

  it('deals the folds anew as often as asked', async () => {
    const study = await optimiserStudy({ dataset: regressionData(60), family: 'linear', rates: [0.1], passes: 2, repeats: 3 }, quiet());
    expect(study).toMatchObject({ folds: 15, planned: 15 * 9, done: 15 * 9 });
  });

  it('draws losses against passes, steps and seconds, a spike cut off where it would hide the rest', () => {
    const items = summaryOf([0, 1].flatMap(fold => [path('sgd', fold, [1, 500, 0.1]), path('adam', fold, [1, 0.5, 0.2])]), [0, 1]);
    const study = { ...plain, optimisers: items };
    const sections = optimiserSections({ ...study, findings: optimiserFindings(study) }, 'Model');
    for (const [id, xTitle] of [['trainingLoss', 'Passes over the training rows'], ['trainingSteps', 'Steps'], ['trainingTime', 'Seconds']]) {
      const section = sections.find(item => item.id === id)!;
      expect(section).toMatchObject({ kind: 'curve', panel: 'optimisers', xTitle, yScale: 'log', yMax: 4 });
      expect(section.assumptions!.join(' ')).toMatch(/axis ends at four times the loss of the start; beyond it for a while: SGD\./);
    }
    expect(sections.find(({ id }) => id === 'robustness')).toMatchObject({ kind: 'estimates', panel: 'optimisers' });
    expect(JSON.stringify(sections[0]!.assumptions)).not.toContain('a note of the study');
  });

  it('refuses a family without gradients, and a target that does not go with the family', async () => {
    await expect(optimiserStudy({ dataset: regressionData(), family: 'ebm' }, quiet())).rejects.toThrow(/linear, logistic and neural models/);
    await expect(optimiserStudy({ dataset: regressionData(), family: 'logistic' }, quiet())).rejects.toThrow(/explains classes/);
  });
});

describe('L-BFGS on gradients in single precision', () => {
  it('ends when the line search cannot see the loss fall any more, and keeps the best point', async () => {
    // A bowl whose value is only known to a ten-millionth.
    const bowl = (w: Float64Array): number => Math.fround(1 + (w[0]! - 1) ** 2 + 10 * (w[1]! + 2) ** 2);
    let evaluations = 0;
    const problem: OptimisationProblem = {
      size: 2, rows: 1, start: Float64Array.of(5, 5), weights: Uint8Array.of(1, 1), rounding: 1e-6, dispose: () => undefined,
      gradient: (w, _batch, out) => {
        evaluations++;
        out.set([Math.fround(2 * (w[0]! - 1)), Math.fround(20 * (w[1]! + 2))]);
        return bowl(w);
      },
      losses: w => ({ train: bowl(w), heldOut: bowl(w) }),
    };
    const { points, end } = await runLbfgs(problem, 500, quiet());
    expect(end).toBe('trained');
    expect(points[points.length - 1]).toMatchObject({ pass: 500, train: expect.closeTo(1, 6) });
    expect(evaluations).toBeLessThan(60);
  });
});

describe('what is looked at', () => {
  it('is every one of the first passes and the last', () => {
    expect(looksAt(5)).toEqual([1, 2, 3, 4, 5]);
    const many = looksAt(1000);
    expect(many.length).toBe(60);
    expect(many[many.length - 1]).toBe(1000);
  });

  it('has an end with a name for a loss that hardly moves', async () => {
    const flat: OptimisationProblem = {
      size: 1, rows: 4, start: Float64Array.of(1), weights: Uint8Array.of(1), rounding: 0, dispose: () => undefined, gradient: (_w, _batch, out) => { out.fill(0); return 1; },
      losses: () => ({ train: 1, heldOut: 1 }),
    };
    expect((await descend(flat, { optimiser: 'adam', rate: 0.1, passes: 3, batchSize: 2, seed: 1 }, quiet())).end).toBe('still');
  });
});
