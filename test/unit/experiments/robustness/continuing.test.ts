/** Robustness studies that go on where an earlier one stopped, and what is said where little or nothing could be done. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WorkContext } from '../../../../src/engine/context';
import { robustnessStudy, type RobustnessInput, type RobustnessStudy } from '../../../../src/engine/experiments/robustness/study';
import { packed, unpacked } from '../../../../src/engine/experiments/robustness/packed';
import { pairedDifference } from '../../../../src/engine/experiments/robustness/scoring';
import { tellingShares } from '../../../../src/engine/experiments/robustness/spoil';
import { wholeFits } from '../../../../src/engine/experiments/robustness/wholeFits';
import { robustnessSections } from '../../../../src/engine/report/sectionsRobustness';
import { runRobustness } from '../../../../src/engine/studies/robustness';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { CancellableContext } from '../../../../src/engine/context';
import { Rng } from '../../../../src/engine/math/random';
import { classData, classTarget, codeColumn, makeDataset, numberColumn, numberTarget, quiet, regressionData } from '../../evaluate/stub';
import { family } from './support';

const study = (id: string, dataset: Dataset, more: Partial<RobustnessInput> = {}, context: WorkContext = quiet()): Promise<RobustnessStudy> =>
  robustnessStudy({ dataset, family: family(id), epsilons: [0.1, 0.5], immutable: [], ...more }, context);

/** Two categories, the first of which tells the classes. */
function categories(rows = 90): Dataset {
  const rng = new Rng(2);
  const [a, b] = [3, 2].map(levels => Int32Array.from({ length: rows }, () => rng.integer(levels)));
  const codes = a!.map(level => (level === 0 ? 1 : rng.uniform() < 0.1 ? 1 : 0));
  return makeDataset([codeColumn('a', a!, ['p', 'q', 'r']), codeColumn('b', b!, ['u', 'v'])], classTarget(codes, ['no', 'yes']));
}

describe('packed outcomes', () => {
  it('come back from JSON with their arrays, and with the numbers that JSON does not know', () => {
    const outcome = { a: Float64Array.of(1.5, NaN, Infinity, -Infinity), b: [Int32Array.of(3, -1), Uint8Array.of(1)], c: { d: NaN, e: undefined, f: 'NaN' }, g: [{ number: 2 }, true, null] };
    const { e: _gone, ...c } = outcome.c;
    expect(unpacked(JSON.parse(JSON.stringify(packed(outcome))))).toEqual({ ...outcome, c });
  });
});

describe('a robustness study that was stopped', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('and goes on through JSON gives what one study gives, and runs the missing parts only', async () => {
    for (const [id, dataset] of [['logistic', classData(60, ['p', 'q', 'r'])], ['linear', regressionData(50)]] as const) {
      const whole = await study(id, dataset);
      const context = new CancellableContext((_stage, fraction) => {
        if (fraction! > 0.2) context.finish();
      });
      const part = await study(id, dataset, {}, context);
      expect(part.result.stopped).toBe(true);
      expect(part.parts.done).toBeGreaterThan(0);
      expect(part.parts.done).toBeLessThan(part.parts.planned);
      const rest = await study(id, dataset, { kept: JSON.parse(JSON.stringify(part.kept)) as RobustnessStudy['kept'] });
      expect(rest.result).toEqual(whole.result);
      expect(rest.parts).toEqual({ ...whole.parts, takenOver: part.parts.done });
      const again = await study(id, dataset, { kept: JSON.parse(JSON.stringify(rest.kept)) as RobustnessStudy['kept'] });
      expect(again.result).toEqual(whole.result);
      expect(again.parts.takenOver).toBe(whole.parts.planned);
    }
  });

  it('says what was left out, and how many runs were taken over', async () => {
    const dataset = regressionData(40);
    const clock = { now: 0 };
    vi.spyOn(performance, 'now').mockImplementation(() => clock.now += 1000);
    const input = { dataset, family: family('linear'), plan: { kind: 'robustness' as const, epsilons: [0.2], seconds: 5 } };
    const first = await runRobustness(input, quiet());
    expect(first.found.runs!.done).toBeLessThan(first.found.runs!.planned);
    const texts = first.notes.map(({ text }) => text);
    expect(texts.some(text => /^Folds attacked in the time given: \d of 5\.$/.test(text))).toBe(true);
    expect(texts.some(text => /^Least squares and Huber were not trained on rows with outliers, as no fold was finished in the time\.$/.test(text))).toBe(true);
    expect(new Set(texts).size).toBe(texts.length);
    // A note is not told again in a section.
    for (const text of texts) expect(JSON.stringify(first.sections)).not.toContain(text);
    vi.restoreAllMocks();
    const second = await runRobustness({ ...input, plan: { kind: 'robustness', epsilons: [0.2] }, kept: JSON.parse(JSON.stringify(first.runs)) as unknown[] }, quiet());
    expect(second.found.runs).toEqual({ planned: second.found.runs!.planned, done: second.found.runs!.planned });
    expect(second.notes.map(({ text }) => text).join(' ')).toMatch(/runs? of \d+ (was|were) taken over from the earlier file\./);
  });

  it('does not cut the training of a model that it measures', async () => {
    const context = new CancellableContext();
    context.finish();
    expect(wholeFits(context).finishing).toBeUndefined();
    const dataset = classData(60, ['no', 'yes'], 1, { options: { hidden: '4', epochs: 15, prune: false }, split: { scheme: 'holdout', share: 0.3 } });
    const stopped = await study('neural', dataset, {}, context);
    const whole = await study('neural', dataset);
    expect(stopped.result.attacks).toEqual(whole.result.attacks);
    expect(stopped.result.labels).toEqual([]);
  });
});

describe('a study where no number can be changed', () => {
  it('speaks of categories alone', async () => {
    const { result } = await study('logistic', categories());
    expect(result).toMatchObject({ attacks: [], distances: [], open: { numbers: [], categories: ['a', 'b'] } });
    expect(result.noise).toBeUndefined();
    expect(result.findings[0]).toMatch(/^As they are, the attacked rows have a held-out accuracy of/);
    expect(result.findings[1]).toMatch(/^Changing one category of each row to its worst level, and nothing else, the accuracy falls from/);
    expect(result.findings.join(' ')).not.toMatch(/every number|noise|no attack|flip/i);
    const sections = robustnessSections(result, 'Logistic regression');
    expect(sections.map(({ id }) => id)).toEqual(['found', 'attack', 'missingCells', 'attacked', 'labels']);
    expect(sections[1]).toMatchObject({ kind: 'table', title: 'One category changed' });
    expect(JSON.stringify(sections)).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

describe('few rows', () => {
  it('have shares that spoil some of them only, each more than the one before', () => {
    expect(tellingShares([0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4], 4, 1)).toEqual([0, 0.2, 0.4]);
    // Numbers are exchanged between two rows at least.
    expect(tellingShares([0, 0.1, 0.2, 0.3, 0.4], 4, 2)).toEqual([0, 0.4]);
    expect(tellingShares([0, 0.01], 4, 1)).toEqual([0]);
  });

  it('have no interval by resampling', () => {
    const scoring = { regression: true, level: 0.95, seed: 1 };
    const losses = (rows: number, size: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => size * (i + 1));
    expect(pairedDifference(losses(6, 2), losses(6, 1), scoring)).toEqual({ value: expect.closeTo(Math.sqrt(7) - Math.sqrt(3.5), 12) });
    expect(pairedDifference(losses(40, 2), losses(40, 1), scoring).low!).toBeGreaterThan(0);
  });

  it('give a study without claims of what was not done', async () => {
    const y = numberTarget([2, 3, 5, 4, 7, 6]);
    const { result } = await study('linear', makeDataset([numberColumn('x', [1, 2, 3, 4, 5, 6]), codeColumn('g', [0, 1, 0, 1, 0, 1], ['a', 'b'])], y, { split: { scheme: 'kFold', folds: 3 } }));
    const words = result.findings.join(' ');
    expect(words).toMatch(/With outliers in 20 % of the training rows/);
    expect(words).toMatch(/With another row's number to learn in 40 % of the training rows/);
    expect(words).toMatch(/Even without an attack it cannot be told from always predicting the mean/);
    expect(words).not.toMatch(/every number|by more than chance|NaN|Infinity/);
  });
});
