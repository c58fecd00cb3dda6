/** Runs of a study of generalisation: kept and gone on with, ended between runs, fitted anew with weights, and a second file that does not fit. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveCurve } from '../../../../src/protocol/engine';
import { CancellableContext } from '../../../../src/engine/context';
import { copied, fitWeighted } from '../../../../src/engine/experiments/generalisation/reweigh';
import { generalisationStudy, type GeneralisationInput } from '../../../../src/engine/experiments/generalisation/study';
import { runTask } from '../../../../src/engine/experiments/generalisation/task';
import { Rng } from '../../../../src/engine/math/random';
import { linearFamily } from '../../../../src/engine/models/linear/family';
import { generalisationSections } from '../../../../src/engine/report/sectionsGeneralisation';
import { classTarget, codeColumn, makeDataset, numberColumn, numberTarget, quiet } from '../../evaluate/stub';

afterEach(() => void vi.restoreAllMocks());

const rows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Three sites, an x whose mean differs between them, and a second file. */
function sites(extra: Parameters<typeof makeDataset>[2] = {}) {
  const rng = new Rng(9);
  const site = Array.from({ length: 120 }, (_, i) => i % 3);
  const x = site.map(k => 0.3 * k + rng.normal());
  const dataset = makeDataset([codeColumn('site', site, ['a', 'b', 'c']), numberColumn('x', x)], numberTarget(x.map(value => 2 * value + 0.5 * rng.normal())), extra);
  const z = Array.from({ length: 40 }, () => 0.5 + rng.normal());
  const table = { rows: 40, columns: [codeColumn('site', z.map((_, i) => i % 3), ['a', 'b', 'c']), numberColumn('x', z), numberColumn('y', z.map(value => 2 * value + 0.5 * rng.normal()))] };
  return { dataset, other: { name: 'second.csv', table } };
}

/** A clock that goes on by one millisecond with every look at it. */
const slowly = (): void => {
  let looks = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => ++looks);
};

describe('a study that was short of time', () => {
  it('goes on through a file with the numbers of one that was not', async () => {
    const input: GeneralisationInput = { ...sites(), family: 'linear', groupColumn: 'site' };
    const whole = await generalisationStudy(input, quiet());
    slowly();
    let { study, kept } = await generalisationStudy({ ...input, seconds: 1e-6 }, quiet());
    // Whatever the time: a fold of cross-validation and the first group, the second file and a fold of its cross-validation.
    expect([study.done, study.planned]).toEqual([4, whole.study.planned]);
    expect(study.notes.map(({ text }) => text)).toContain('Cross-validation was run on 1 of 5 folds: what it says is of the rows of that fold alone.');
    // Rows of other folds are not said to have no prediction.
    expect(study.domains[0]!.unpredicted).toBe(0);
    expect(study.findings.join(' ')).not.toContain('without a prediction');
    expect(study.domains.map(({ loss }) => loss !== undefined)).toEqual([true, false, false]);
    expect(study.domains[2]).toMatchObject({ why: 'not run, as the experiment ended before' });
    expect(JSON.stringify(generalisationSections(study, 'Linear regression'))).not.toMatch(/NaN|Infinity|undefined|null/);
    const first = study.done;
    // A part at a time, so that every kind of run is taken over once.
    for (let part = 0; part < 30 && study.done < study.planned; part++) {
      const before = study.done;
      ({ study, kept } = await generalisationStudy({ ...input, kept: JSON.parse(JSON.stringify(kept)) as typeof kept, seconds: 0.03 }, quiet()));
      expect(study.takenOver).toBe(before);
      expect(study.done).toBeGreaterThan(before);
    }
    const { takenOver, ...same } = study;
    expect(takenOver).toBeGreaterThan(first);
    expect({ ...same, takenOver: 0 }).toEqual(whole.study);
    const last = await generalisationStudy({ ...input, kept: JSON.parse(JSON.stringify(kept)) as typeof kept }, quiet());
    expect(last.study).toEqual({ ...whole.study, takenOver: whole.study.done });
  });

  it('takes no runs over from another content of the second file', async () => {
    const { dataset, other } = sites();
    const { kept } = await generalisationStudy({ dataset, other, family: 'linear' }, quiet());
    const changed = { ...other, table: { ...other.table, columns: other.table.columns.map(column => (column.name === 'x' && column.storage === 'number' ? { ...column, values: column.values.map(value => value + 1) } : column)) } };
    expect((await generalisationStudy({ dataset, other: changed, family: 'linear', kept }, quiet())).study.takenOver).toBe(0);
  });
});

describe('a study that a person ends', () => {
  it('ends between runs: a training that has begun is never cut short and scored as a whole one', async () => {
    const { dataset } = sites({ options: { depth: 1, width: 4, epochs: 10 }, split: { scheme: 'kFold', folds: 2 } });
    const context = new CancellableContext();
    const whole = await generalisationStudy({ dataset, family: 'neural', groupColumn: 'site' }, quiet());
    let runs = 0;
    const stopping = new CancellableContext((stage, _fraction, live) => {
      if (/run 2 of/.test(stage) && live) {
        runs++;
        stopping.finish();
      }
    });
    const { study, kept } = await generalisationStudy({ dataset, family: 'neural', groupColumn: 'site' }, stopping);
    expect(runs).toBeGreaterThan(0);
    expect([study.stopped, study.done]).toEqual([true, 2]);
    // What was run before the end is what the whole study ran.
    const of = new Map(whole.kept.map(run => [run.key, run]));
    for (const run of kept) expect(run).toEqual(of.get(run.key));
    // A fit does not hear that the person asks.
    context.finish();
    const task = { kind: 'fit' as const, key: 'k', family: 'neural', dataset, train: rows(80), test: rows(120).subarray(80) };
    expect((await runTask(task, context)).losses).toEqual((await runTask(task, quiet())).losses);
  });

  it('shows the losses so far, from which it can be ended', async () => {
    const seen: LiveCurve[] = [];
    await generalisationStudy({ ...sites(), family: 'linear', groupColumn: 'site' }, new CancellableContext((_stage, _fraction, live) => { if (live) seen.push(live); }));
    expect(seen.every(({ canFinish }) => canFinish)).toBe(true);
    expect(seen.find(({ title }) => title.startsWith('Groups') )!.lines.map(({ name }) => name)).toContain('Other rows of it seen');
    expect(seen.some(({ lines }) => lines.some(({ name, x }) => name === 'Left out' && x.length === 3))).toBe(true);
    expect(seen.at(-1)!.lines.map(({ name }) => name)).toEqual(['Held-out folds of the first file', 'second.csv']);
  });
});

describe('weights of rows', () => {
  it('are copies: as many in all as asked, each row floor or ceiling of its share', () => {
    const weights = Float64Array.of(0.5, 1, 2.5, 0);
    const found = copied(Int32Array.of(7, 8, 9, 10), weights, 10);
    expect([7, 8, 9, 10].map(row => found.filter(item => item === row).length)).toEqual([5, 10, 25, 0]);
    const many = copied(rows(1000), Float64Array.from({ length: 1000 }, (_, i) => (i % 7) / 3), 1);
    expect(Math.abs(many.length - 1000)).toBeLessThanOrEqual(1);
  });

  it('of a linear model give weighted least squares', async () => {
    const rng = new Rng(3);
    const x = Array.from({ length: 300 }, () => rng.normal());
    const y = x.map(value => value ** 2 + 0.1 * rng.normal());
    const w = Float64Array.from(x, (_, i) => (i % 2 === 0 ? 2 : 0.5));
    const model = await fitWeighted(linearFamily, makeDataset([numberColumn('x', x)], numberTarget(y)), rows(300), w, quiet());
    const sum = (of: (i: number) => number): number => x.reduce((total, _, i) => total + w[i]! * of(i), 0) / w.reduce((a, b) => a + b, 0);
    const [mx, my] = [sum(i => x[i]!), sum(i => y[i]!)];
    const slope = sum(i => (x[i]! - mx) * (y[i]! - my)) / sum(i => (x[i]! - mx) ** 2);
    const { mean } = model.predict({ rows: 2, columns: [numberColumn('x', [0, 1])] });
    expect(mean![1]! - mean![0]!).toBeCloseTo(slope, 9);
    expect(mean![0]!).toBeCloseTo(my - slope * mx, 9);
  });

  it('correct a straight line for the part of a curve that the group is on', async () => {
    const rng = new Rng(4);
    const site = Array.from({ length: 600 }, (_, i) => i % 2);
    const x = site.map(k => k + rng.normal());
    const dataset = makeDataset([codeColumn('site', site, ['low', 'high']), numberColumn('x', x)], numberTarget(x.map(value => value ** 2 + 0.3 * rng.normal())));
    const { study } = await generalisationStudy({ dataset, family: 'linear', groupColumn: 'site' }, quiet());
    for (const { refit, shift } of study.domains) {
      expect(refit!.change.high!).toBeLessThan(0);
      expect(shift!.overlap.effectiveRows).toBeLessThan(300);
    }
    expect(study.findings.some(text => /After a refit with the weights the RMSE is lower beyond chance in "(low|high)" and "(low|high)"\./.test(text))).toBe(true);
  });
});

describe('another meaning of the features', () => {
  it('is not claimed where a group has values that the others do not have', async () => {
    const rng = new Rng(5);
    const site = Array.from({ length: 300 }, (_, i) => i % 3);
    const kind = site.map((k, i) => (k === 2 && i % 2 === 0 ? 1 : 0));
    const x = site.map(() => rng.normal());
    const dataset = makeDataset([codeColumn('site', site, ['a', 'b', 'c']), codeColumn('kind', kind, ['old', 'new']), numberColumn('x', x)], numberTarget(x.map((value, i) => 2 * value + 6 * kind[i]! + 0.5 * rng.normal())));
    const { study: { findings } } = await generalisationStudy({ dataset, family: 'linear', groupColumn: 'site' }, quiet());
    const text = findings.join(' ');
    expect(text).not.toContain('seems to differ');
    expect(text).toMatch(/In "c" the RMSE rises beyond chance/);
    expect(text).toMatch(/of "kind" in "c" are levels that the other groups do not have, so that whether the features mean something else cannot be told|cannot be foretold by weighting/);
  });
});

describe('a second file that does not fit', () => {
  const y = rows(80).map(i => (i % 4 > 1 ? 1 : 0));
  const first = makeDataset([numberColumn('n', rows(80).map(i => i % 10)), numberColumn('gone', rows(80).map(i => i % 7))], classTarget(y, ['no', 'yes']));
  const second = (levels: readonly string[]) => ({ name: 'second.csv', table: { rows: 40, columns: [numberColumn('n', rows(40).map(i => i % 10)), codeColumn('y', y.subarray(0, 40), levels)] } });

  it('is said first and once, with the feature and the class by name', async () => {
    const { study } = await generalisationStudy({ dataset: first, other: second(['no', 'Yes!']), family: 'logistic' }, quiet());
    expect(study.findings.slice(0, 3)).toEqual([
      'second.csv has no column "gone": for the test on it the model is fitted without that feature, on 1 of 2.',
      '20 rows of 40 of second.csv are left out, as the first file does not have the class "Yes!". If a class has another name there, rename it.',
      'No row of second.csv has the class "yes" of the first file.',
    ]);
    expect(study.notes.filter(({ text }) => study.findings.includes(text))).toEqual([]);
    expect(study.notes.map(({ text }) => text).join(' ')).not.toContain('"gone"');
  });

  it('with no class of the first is refused by the names of both', async () => {
    await expect(generalisationStudy({ dataset: first, other: second(['ja', 'nein']), family: 'logistic' }, quiet())).rejects.toThrow('Its classes "ja", "nein" are not among those of the first file, "no", "yes".');
  });

  it('needs no weights of rows, which only the fit takes', async () => {
    const w = Array.from({ length: 120 }, (_, i) => 1 + (i % 3));
    const { dataset, other } = sites({ options: { weights: 'w', rounds: 30, bags: 2, pairs: 0 }, split: { scheme: 'kFold', folds: 2 } });
    const weighted = { ...dataset, features: [...dataset.features, 'w'], table: { rows: 120, columns: [...dataset.table.columns, numberColumn('w', w)] } };
    const { study } = await generalisationStudy({ dataset: weighted, other, family: 'ebm' }, quiet());
    expect(study.transfer!.loss).toBeDefined();
    expect(study.transfer!.refit).toBeDefined();
    expect(study.transfer!.shift!.features.map(({ name }) => name)).not.toContain('w');
    expect(study.findings.join(' ')).not.toContain('"w"');
    expect(study.notes.map(({ text }) => text)).toContain('second.csv has no column "w" of weights; it is not needed there, as only the fit on the first file takes weights.');
  });

  it('without a difference has no table of differences', async () => {
    const { dataset } = sites();
    const target = dataset.target as { values: Float64Array };
    const same = { name: 'same.csv', table: { rows: 120, columns: [...dataset.table.columns, numberColumn('y', target.values)] } };
    const { study } = await generalisationStudy({ dataset, other: same, family: 'linear' }, quiet());
    expect(generalisationSections(study, 'Linear regression').map(({ id }) => id)).not.toContain('columns');
    expect(study.notes.map(({ text }) => text).join(' ')).toContain('are alike');
  });
});
