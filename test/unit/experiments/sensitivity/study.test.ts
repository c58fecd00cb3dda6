/** Sensitivity studies: designs, the same folds for all, ends with names, shares of known answers. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunOutcome } from '../../../../src/engine/experiments/runs/task';
import { choiceShares, noiseOfMeans } from '../../../../src/engine/experiments/sensitivity/anova';
import { optionsOf, readVaried } from '../../../../src/engine/experiments/sensitivity/axes';
import { designOf, spreadOrder } from '../../../../src/engine/experiments/sensitivity/design';
import { usualDeals } from '../../../../src/engine/experiments/sensitivity/repeats';
import { searchSeconds } from '../../../../src/engine/experiments/sensitivity/sameRuns';
import { usualValues, usualWords } from '../../../../src/engine/experiments/sensitivity/usual';
import { repeatedFolds } from '../../../../src/engine/experiments/runs/folds';
import { CancellableContext } from '../../../../src/engine/context';
import { sensitivityStudy } from '../../../../src/engine/experiments/sensitivity/study';
import { crossValidate } from '../../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../../src/engine/math/random';
import { families } from '../../../../src/engine/models/families';
import { sensitivitySections } from '../../../../src/engine/report/sectionsSensitivity';
import type { HeatmapSection } from '../../../../src/protocol/chartSections';
import type { Varied } from '../../../../src/protocol/experiments';
import { codeColumn, makeDataset, numberTarget, quiet, regressionData } from '../../evaluate/stub';

const family = (id: string) => families.find(item => item.id === id)!;
const study = (id: string, asked: readonly string[], options: Readonly<Record<string, number | string>> = {}, seconds?: number) => {
  const dataset = regressionData(200, 1, { options });
  const varied = readVaried(asked, family(id), dataset);
  return sensitivityStudy({ dataset, family: family(id), varied, repeats: 1, ...(seconds !== undefined && { seconds }) }, quiet());
};

describe('choices to vary', () => {
  it('have usual values, or those that were named, in order and once', () => {
    const dataset = regressionData();
    expect(readVaried(['learningRate'], family('neural'), dataset)[0]).toMatchObject({ name: 'learningRate', log: true, values: expect.arrayContaining([0.001, 0.01, 1]) });
    expect(readVaried(['depth=3:1:1'], family('neural'), dataset)).toEqual([{ name: 'depth', values: [1, 3] }]);
    expect(readVaried(['optimiser=sgd:adam'], family('neural'), dataset)[0]!.values).toEqual(['sgd', 'adam']);
  });

  it('that do not exist, or values that do not fit, are refused in one sentence', () => {
    const dataset = regressionData();
    const read = (text: string) => () => readVaried([text], family('neural'), dataset);
    expect(read('speed')).toThrow(/has no choice "speed" to vary; it has width, .*, rows; and, with values of your own, hidden\.$/);
    expect(() => readVaried(['speed'], family('linear'), dataset)).toThrow(/, l1, rows; and, with values of your own, .*lambda|, l1, l2, rows; and, with values of your own, .*lambda/);
    expect(read('depth=1')).toThrow(/at least two different values/);
    expect(read('dropout=0:2')).toThrow(/from 0 to 0.9, not 2/);
    expect(read('rows=0.5:3')).toThrow(/shares of the training rows from 0.001 to 1, not 3/);
    expect(read('optimiser=adam:quick')).toThrow(/not "quick"/);
    expect(() => readVaried(['depth', 'depth'], family('neural'), dataset)).toThrow(/named twice/);
  });

  it('keep every value that was named, however many are varied; usual values are fewer then', () => {
    const dataset = regressionData();
    const rates = '0.001:0.002:0.003:0.004:0.005:0.006:0.007:0.008:0.009';
    const [rate, width] = readVaried([`learningRate=${rates}`, 'width'], family('neural'), dataset);
    expect(rate!.values).toHaveLength(9);
    expect(rate!.values.length * width!.values.length).toBeLessThanOrEqual(49);
    const named = readVaried([`learningRate=${rates}`, 'width=1:2:3:4:5:6:7:8:9:10'], family('neural'), dataset);
    expect(designOf(named, 1)).toMatchObject({ combinations: 90, complete: true });
    expect(readVaried(['learningRate', 'optimiser'], family('neural'), dataset)[1]!.values).toHaveLength(7);
  });

  it('beyond what the data have, or in fractions of what is counted, are refused; what does nothing is not offered', () => {
    const dataset = regressionData(100);
    const read = (text: string, id = 'neural') => () => readVaried([text], family(id), dataset);
    expect(read('components=1:50', 'linear')).toThrow(/at most 3, the number of columns with numbers or dates, not 50/);
    const words = makeDataset([codeColumn('a', [0, 1, 0, 1], ['x', 'y'])], numberTarget([1, 2, 3, 4]));
    expect(() => readVaried(['components=1:2'], family('linear'), words)).toThrow(/no column with numbers or dates/);
    expect(() => readVaried(['components'], family('linear'), words)).toThrow(/nothing to vary about components/);
    expect(read('batchSize=8:512')).toThrow(/at most 100, the number of rows, not 512/);
    expect(read('depth=1:1.5')).toThrow(/whole numbers, not 1.5/);
    expect(read('ensemble=1:5')).toThrow(/no choice "ensemble"/);
    expect(readVaried(['batchSize'], family('neural'), dataset)[0]!.values).toEqual([8, 16, 32]);
  });

  it('stand beside what the usual setting has', () => {
    const dataset = regressionData(200, 1, { options: { hidden: '16,16,16' } });
    const names = (...all: string[]) => all.map(name => ({ name }));
    expect(usualValues(names('learningRate', 'l2', 'depth', 'width', 'optimiser', 'rows'), family('neural'), dataset, 160)).toEqual({ learningRate: '0.005', l2: '0.003', depth: '3', width: '16', optimiser: 'adam', rows: '1' });
    expect(usualValues(names('l2', 'polynomial'), family('linear'), regressionData(200, 1, { options: { penalty: 'ridge', lambda: 2 } }), 160)).toEqual({ l2: '2', polynomial: '1' });
    expect(usualWords({ learningRate: '0.005', rows: '1' })).toBe('the usual setting (learningRate 0.005, all training rows)');
  });

  it('of penalties are options of linear models, with none at 0', () => {
    expect(optionsOf(family('linear'), { lambda: 3 }, { l2: 0 })).toEqual({ penalty: 'none' });
    expect(optionsOf(family('linear'), {}, { l1: 0.1 })).toEqual({ penalty: 'lasso', lambda: 0.1 });
    expect(optionsOf(family('neural'), { hidden: '8' }, { l2: 0.1, width: 4 })).toEqual({ l2: 0.1, width: 4, depth: 1 });
  });
});

describe('a design', () => {
  const varied = (counts: readonly number[]): Varied[] => counts.map((count, k) => ({ name: `c${k}`, values: Array.from({ length: count }, (_, i) => i) }));

  it('has the usual setting first and every combination of few values', () => {
    const { settings, complete } = designOf(varied([3, 2]), 1);
    expect(complete).toBe(true);
    expect(settings).toHaveLength(7);
    expect(settings[0]).toEqual({});
    expect(new Set(settings.map(setting => JSON.stringify(setting))).size).toBe(7);
  });

  it('of many combinations holds each value equally often, give or take the repeats left out', () => {
    const asked = varied([9, 9, 9]);
    const { settings, complete, combinations } = designOf(asked, 1);
    expect(complete).toBe(false);
    expect(combinations).toBe(729);
    for (const { name, values } of asked) {
      const counts = values.map(value => settings.filter(setting => setting[name] === value).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(5);
    }
  });
});

describe('the order of settings', () => {
  it('begins with the usual one, the middle and the corners', () => {
    const varied: Varied[] = ['a', 'b'].map(name => ({ name, values: [0, 1, 2, 3, 4] }));
    const { settings } = designOf(varied, 1);
    const order = spreadOrder(settings, varied);
    expect(settings[order[0]!]).toEqual({});
    expect(settings[order[1]!]).toEqual({ a: 2, b: 2 });
    expect(new Set(order.slice(2, 6).map(i => JSON.stringify(settings[i])))).toEqual(new Set([[0, 0], [0, 4], [4, 0], [4, 4]].map(([a, b]) => JSON.stringify({ a, b }))));
    expect([...order].sort((a, b) => a - b)).toEqual([...settings.keys()]);
  });
});

describe('repeated folds', () => {
  it('are not dealt anew where they would be the same', () => {
    expect(repeatedFolds(regressionData(6, 1, { split: { scheme: 'kFold', folds: 6 } }), 3).folds).toHaveLength(6);
    expect(repeatedFolds(regressionData(20), 3)).toMatchObject({ deals: 3, scheme: expect.stringMatching(/dealt 3 times/) });
  });

  it('are as many as rows, columns and settings make cheap, where nothing is said', () => {
    expect(usualDeals(regressionData(200), 'linear', 8, 5)).toBe(3);
    expect(usualDeals(regressionData(200), 'attention', 8, 5)).toBe(1);
    expect(usualDeals(regressionData(200), 'formula', 3, 5)).toBe(1);
  });
});

describe('a sensitivity study', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('measures the usual setting as a run of the model itself does', async () => {
    const dataset = regressionData(200);
    const { settings } = await study('linear', ['polynomial=1:2']);
    const model = await family('linear').fit(dataset, quiet());
    const alone = await crossValidate(family('linear'), dataset, dataset.recipe.split, quiet(), new Rng(1).fork('evaluate'), model);
    const rmse = alone!.metrics.find(({ name }) => name === 'rmse')!;
    expect(settings[0]!.loss!.value).toBeCloseTo(rmse.folds!.reduce((a, b) => a + b, 0) / 5, 12);
    // A polynomial of degree 1 is the usual setting.
    expect(settings[1]!.loss!.value).toBeCloseTo(settings[0]!.loss!.value, 12);
    expect(settings[1]!.difference).toMatchObject({ value: expect.closeTo(0, 10) });
  });

  it('gives the same numbers again but for the seconds', async () => {
    const numbers = async () => (await study('neural', ['depth=0:1'], { width: 4, epochs: 5 })).settings.map(({ seconds: _s, settledSeconds: _t, ...rest }) => rest);
    expect(await numbers()).toEqual(await numbers());
  });

  it('names training that diverges and does not take it for the best', async () => {
    const { settings, findings } = await study('neural', ['learningRate=0.01:10'], { width: 8, depth: 1, optimiser: 'sgd', epochs: 30 });
    const wild = settings.find(({ setting }) => setting['learningRate'] === 10)!;
    expect(wild.diverged).toBe(5);
    expect(findings.join(' ')).toMatch(/Training diverged with learningRate 10 in 5 of 5 folds/);
    expect(findings[0]).not.toMatch(/learningRate 10:/);
  });

  it('names a model that says the same of every row', async () => {
    const { settings, findings } = await study('linear', ['l1=0.0001:1000000']);
    expect(settings[2]!.constant).toBe(5);
    expect(findings.join(' ')).toMatch(/predicted the same for every row with l1 1000000/);
  });

  it('leaves settings behind where the time is short, but never all', async () => {
    // A clock that goes on by one millisecond with every look at it: the same on any machine.
    let looks = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => ++looks);
    const before = performance.now();
    await study('neural', ['width=2:4:8:16:32:64'], { depth: 2, epochs: 60 });
    const whole = (performance.now() - before) / 1000;
    const { settings, common, leftBehind, neverRun, done, planned } = await study('neural', ['width=2:4:8:16:32:64'], { depth: 2, epochs: 60 }, whole / 3);
    expect(done).toBeLessThan(planned);
    expect(leftBehind + neverRun).toBeGreaterThan(0);
    expect(leftBehind + neverRun).toBeLessThan(settings.length - 1);
    // Settings are only averaged with one another on folds that all of them were run on.
    expect(common.folds).toBe(Math.min(...settings.filter(({ folds }) => folds > 0).map(({ folds }) => folds)));
    // All that are compared were run on the same folds, but for those that were left behind or never run.
    expect(settings.filter(({ folds }) => folds === settings[0]!.folds).length).toBe(settings.length - leftBehind - neverRun);
  });

  it('goes on where it was short of time, with the numbers of a study that was not', async () => {
    const dataset = regressionData(200, 1, { options: { depth: 2, epochs: 60 } });
    const varied = readVaried(['width=2:4:8:16:32:64'], family('neural'), dataset);
    const input = { dataset, family: family('neural'), varied, repeats: 1 };
    const first = await sensitivityStudy({ ...input, seconds: 0.001 }, quiet());
    expect(first.done).toBeLessThan(first.planned);
    // What was run is spread over the values: the middle and an end.
    expect(first.settings.filter(({ folds }) => folds > 0).map(({ setting }) => setting['width'])).toEqual([undefined, 8, 64]);
    expect(first.neverRun).toBe(4);
    const kept = JSON.parse(JSON.stringify(first.kept)) as typeof first.kept;
    const second = await sensitivityStudy({ ...input, kept }, quiet());
    const whole = await sensitivityStudy(input, quiet());
    expect(second.done).toBe(second.planned);
    expect(second.takenOver).toBe(first.done);
    expect(second.settings.map(({ loss }) => loss)).toEqual(whole.settings.map(({ loss }) => loss));
    const seconds = (study: typeof first, setting: number, fold: number): number => new Map(study.kept[setting]!.outcomes).get(fold)!.seconds;
    expect(seconds(second, 0, 0)).toBe(seconds(first, 0, 0));
  });

  it('ends between fits when it is asked to finish, and scores none that was cut short', async () => {
    const dataset = regressionData(200, 1, { options: { width: 4, depth: 1, epochs: 30 } });
    const input = { dataset, family: family('neural'), varied: readVaried(['l2=0:0.01:0.1'], family('neural'), dataset), repeats: 1 };
    const asked = new CancellableContext();
    asked.finish();
    const cut = await sensitivityStudy(input, asked);
    const whole = await sensitivityStudy(input, quiet());
    expect(cut).toMatchObject({ stopped: true, done: 3, neverRun: 1 });
    const lossOf = (study: typeof whole) => new Map(study.kept[0]!.outcomes).get(0)!.loss;
    expect(lossOf(cut)).toBe(lossOf(whole));
  });

  it('keeps folds that were dealt before where fewer are dealt now', async () => {
    const dataset = regressionData(60);
    const input = { dataset, family: family('linear'), varied: readVaried(['polynomial=1:2'], family('linear'), dataset) };
    const first = await sensitivityStudy(input, quiet());
    expect(first).toMatchObject({ folds: 15, dealsChosen: true, takenOver: 0 });
    const second = await sensitivityStudy({ ...input, repeats: 1, kept: first.kept }, quiet());
    expect(second).toMatchObject({ folds: 5, takenOver: 15 });
    expect(second.kept.map(({ outcomes }) => outcomes.length)).toEqual([15, 15, 15]);
  });

  it('runs shares that are the same rows once, and says so', async () => {
    const dataset = regressionData(6);
    const { settings, notes } = await sensitivityStudy({ dataset, family: family('linear'), varied: readVaried(['rows'], family('linear'), dataset), repeats: 1 }, quiet());
    expect(settings.map(({ setting }) => setting['rows'])).toEqual([undefined, 0.4, 0.6, 0.8, 1]);
    expect(notes).toEqual(['10 %, 20 % and 40 % of the training rows are the same 2 rows, so that they were run once.']);
  });

  it('tells the rounds or iterations of a family that has them, and gives a search for a formula few seconds', async () => {
    expect((await study('ebm', ['learningRate=0.2:1'], { bags: 2 })).settings[2]!.iterations).toBeGreaterThan(0);
    const { dataset, note } = searchSeconds(regressionData(), 'formula', 5);
    expect(dataset.recipe.options['seconds']).toBe(12);
    expect(note[0]).toMatch(/option seconds of each search was 12, less than the 60 of a whole run/);
    expect(searchSeconds(regressionData(200, 1, { options: { seconds: 3 } }), 'formula', 5).dataset.recipe.options['seconds']).toBe(3);
  });

  it('takes smaller shares of the rows out of larger ones, and the loss falls with more rows', async () => {
    const { settings } = await study('linear', ['rows=0.05:1']);
    expect(settings[1]!.loss!.value).toBeGreaterThan(settings[2]!.loss!.value);
    expect(settings[2]!.loss!.value).toBeCloseTo(settings[0]!.loss!.value, 12);
  });
});

describe('the sections', () => {
  it('name the usual values, and average only settings on the same folds', async () => {
    const dataset = regressionData(60);
    const found = await sensitivityStudy({ dataset, family: family('linear'), varied: readVaried(['polynomial=1:2', 'l2=0:1', 'rows=0.5:1'], family('linear'), dataset), repeats: 1 }, quiet());
    const text = JSON.stringify(sensitivitySections(found, 'Linear regression'));
    expect(text).toContain('the usual setting (polynomial 1, l2 0 unless needed, all training rows)');
    expect(text).toContain('"usual: 1","usual: 0 unless needed","usual: 1"');
    // One setting that was left behind on other folds than the rest: its folds are what all share.
    const losses = found.common.losses.map((loss, i) => (i === 3 ? undefined : loss));
    const [heat] = sensitivitySections({ ...found, common: { folds: 1, losses } }, 'Linear regression').filter(({ kind }) => kind === 'heatmap');
    expect(heat).toMatchObject({ method: expect.stringMatching(/over the one fold that all settings with runs share and over the values of the other choices/) });
    expect((heat as HeatmapSection).matrices.map(({ absent }) => absent!.flat().length)).toEqual([1, 1, 1]);
  });
});

describe('shares of the variance', () => {
  const values = [0, 1, 2, 3];
  const settings = values.flatMap(a => values.map(b => ({ a, b })));
  const varied: Varied[] = [{ name: 'a', values }, { name: 'b', values }];
  const outcomes = (loss: (a: number, b: number, fold: number) => number) => settings.map(({ a, b }) => new Map(Array.from({ length: 10 }, (_, fold): [number, RunOutcome] => [fold, { status: 'scored', loss: loss(a, b, fold), baselineLoss: 1e9, seconds: 1 }])));
  const shares = (loss: (a: number, b: number, fold: number) => number) => choiceShares({ varied, settings, outcomes: outcomes(loss), complete: true, level: 0.95, seed: 1 }).shares;
  const shareOf = (found: ReturnType<typeof shares>, name: string) => found.find(({ choices }) => choices.join(' ') === name)!.share;

  it('of additive effects are those of their variances, whatever the folds add', () => {
    // Var of 0..3 is 1.25, that of twice as much 5: shares 0.2 and 0.8.
    const found = shares((a, b, fold) => a + 2 * b + 100 * fold);
    expect(shareOf(found, 'a')).toBeCloseTo(0.2, 9);
    expect(shareOf(found, 'b')).toBeCloseTo(0.8, 9);
    expect(shareOf(found, 'a b')).toBeCloseTo(0, 9);
  });

  it('of a centred product are those of the pair', () => {
    expect(shareOf(shares((a, b) => (a - 1.5) * (b - 1.5)), 'a b')).toBeCloseTo(1, 9);
  });

  it('have intervals that hold a share of 0 and one of 1 most of the time', () => {
    const counts = { none: 0, all: 0 };
    for (let draw = 0; draw < 40; draw++) {
      const rng = new Rng(1000 + 7919 * draw);
      const found = shares(a => a + 0.5 * rng.normal());
      const of = (name: string) => found.find(({ choices }) => choices.join(' ') === name)!;
      counts.none += Number(of('a b').low === 0);
      counts.all += Number(of('a').high! >= 0.995);
    }
    expect(counts.none).toBeGreaterThan(34);
    expect(counts.all).toBeGreaterThan(30);
  });

  it('leave out settings that were left behind after one fold', () => {
    const some = outcomes((a, b) => a + b).map((runs, i) => (i === 5 ? new Map([...runs].slice(0, 1)) : runs));
    const found = choiceShares({ varied, settings, outcomes: some, complete: true, level: 0.95, seed: 1 }).shares;
    expect(found.map(({ choices }) => choices.join(' ')).sort()).toEqual(['a', 'b']);
  });

  it('of a choice that does nothing are near 0 under noise', () => {
    const rng = new Rng(5);
    const found = shares(a => a + 0.5 * rng.normal());
    expect(shareOf(found, 'b')).toBeLessThan(0.03);
    expect(shareOf(found, 'a')).toBeGreaterThan(0.9);
  });

  it('of a part of the grid do not depend on the order of the choices, and what both do is not ascribed to one', () => {
    // Values of a and b go together, so that sequential fits would give the first the most.
    const part = settings.filter(({ a, b }) => Math.abs(a - b) < 2 || (a + b) % 3 === 0);
    const rng = new Rng(3);
    const found = part.map(({ a, b }) => new Map(Array.from({ length: 6 }, (_, fold): [number, RunOutcome] => [fold, { status: 'scored', loss: a + 2 * b + fold + 0.01 * rng.normal(), baselineLoss: 1e9, seconds: 1 }])));
    const one = choiceShares({ varied, settings: part, outcomes: found, complete: false, level: 0.95, seed: 1 });
    const other = choiceShares({ varied: [...varied].reverse(), settings: part, outcomes: found, complete: false, level: 0.95, seed: 1 });
    expect(one.settings).toBe(part.length);
    const variance = (values: readonly number[]): number => values.reduce((sum, v) => sum + (v - values.reduce((x, y) => x + y, 0) / values.length) ** 2, 0);
    const expected = variance(part.map(({ a }) => a)) / variance(part.map(({ a, b }) => a + 2 * b));
    for (const { shares: all } of [one, other]) expect(all.find(({ choices }) => choices[0] === 'a')!.share).toBeCloseTo(expected, 3);
    expect(one.shares.map(({ choices, share }) => [choices, share.toFixed(9)])).toEqual(other.shares.map(({ choices, share }) => [choices, share.toFixed(9)]));
  });

  it('are not given of a few settings of many, of confounded choices, or of one setting with each value', () => {
    const of = (which: typeof settings) => choiceShares({ varied, settings, outcomes: outcomes((a, b) => a + b).map((runs, i) => (which.includes(settings[i]!) ? runs : new Map())), complete: true, level: 0.95, seed: 1 });
    expect(of(settings.slice(0, 3))).toMatchObject({ shares: [], why: 'few' });
    expect(of(settings.filter((_, i) => i % 3 === 0))).toMatchObject({ shares: [], why: 'few' });
    // b is a, twice each: the effects of the two cannot be told apart.
    const confounded = values.flatMap(a => [{ a, b: a, c: 0 }, { a, b: a, c: 1 }]);
    const all = confounded.map(({ a }) => new Map(Array.from({ length: 6 }, (_, fold): [number, RunOutcome] => [fold, { status: 'scored', loss: a, baselineLoss: 1e9, seconds: 1 }])));
    expect(choiceShares({ varied, settings: confounded, outcomes: all, complete: false, level: 0.95, seed: 1 })).toMatchObject({ shares: [], why: 'few' });
  });

  it('have no interval from fewer than five folds, none from one end to the same, and are none where the means differ by chance', () => {
    const few = settings.map(({ a, b }) => new Map(Array.from({ length: 3 }, (_, fold): [number, RunOutcome] => [fold, { status: 'scored', loss: a + b + 0.1 * ((a * 7 + b * 3 + fold * 5) % 4), baselineLoss: 1e9, seconds: 1 }])));
    expect(choiceShares({ varied, settings, outcomes: few, complete: true, level: 0.95, seed: 1 }).shares.every(({ low }) => low === undefined)).toBe(true);
    for (const { low, high } of shares(a => a)) expect(low === undefined || low < high!).toBe(true);
    const rng = new Rng(17);
    expect(choiceShares({ varied, settings, outcomes: outcomes(() => rng.normal()), complete: true, level: 0.95, seed: 1 })).toMatchObject({ shares: [], why: 'chance' });
  });

  it('take wider intervals where the training rows of the folds overlap', () => {
    const rng = new Rng(4);
    const found = outcomes((a, b) => a + b + 0.3 * rng.normal());
    const width = (testToTrain: number): number => {
      const { low, high } = choiceShares({ varied, settings, outcomes: found, complete: true, level: 0.95, seed: 1, testToTrain }).shares.find(({ choices }) => choices.join() === 'b')!;
      return high! - low!;
    };
    expect(width(0.25)).toBeGreaterThan(1.3 * width(0));
  });

  it('take off the noise of means over folds, of which one that is drawn twice counts four times', () => {
    // Residuals of setting + fold are ±0.5: sum of squares 1 on 1 degree of freedom.
    const losses = [[1, 0], [0, 1]];
    expect(noiseOfMeans(losses, [0, 1], 0)).toBeCloseTo(1 / 2, 12);
    expect(noiseOfMeans(losses, [0, 0, 1], 0)).toBeCloseTo(5 / 9, 12);
    expect(noiseOfMeans(losses, [0, 1], 0.25)).toBeCloseTo(3 / 4, 12);
  });
});

describe('the map of two choices', () => {
  const dataset = regressionData(60);
  const make = () => sensitivityStudy({ dataset, family: family('linear'), varied: readVaried(['polynomial=1:2', 'l2=0:1:10'], family('linear'), dataset), repeats: 1 }, quiet());
  const heatOf = (found: Awaited<ReturnType<typeof make>>) => sensitivitySections(found, 'Linear regression').find((section): section is HeatmapSection => section.kind === 'heatmap')!;

  it('speaks of the folds of its cells, and says that the table has others', async () => {
    const found = await make();
    expect(heatOf(found).summary).toBe(found.findings[0]);
    const losses = found.common.losses.map((_, i) => (i === 4 ? 1 : 2));
    const settings = found.settings.map((item, i) => (i === 1 ? { ...item, folds: 2 } : item));
    expect(heatOf({ ...found, settings, common: { folds: 2, losses } }).summary)
      .toBe('On the 2 folds that all settings with runs share the lowest mean held-out RMSE is 1, with polynomial 2, l2 0. These means differ from those of the table, which are on up to 5 folds.');
  });

  it('does not leave one colour to all cells but one, whose value stays to be read', async () => {
    const found = await make();
    expect(heatOf(found).matrices).toHaveLength(1);
    const heat = heatOf({ ...found, common: { folds: 5, losses: found.common.losses.map((_, i) => (i === 3 ? 1e6 : 1 + i / 10)) } });
    expect(heat.matrices.map(({ values: cells }) => Math.max(...cells.flat()))).toEqual([expect.closeTo(4.35, 9), 1e6]);
    expect(heat.matrices[0]!.name).toMatch(/colours end at 4.35, which stands for all above/);
  });
});
