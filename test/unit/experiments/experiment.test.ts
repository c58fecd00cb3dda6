/** Experiments as a whole: what goes on from an earlier file and what does not, what is asked of a column of domains, what is refused. */
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { experiment } from '../../../src/engine/experiment';
import { firstChoice } from '../../../src/engine/experiments/sensitivity/axes';
import { overrunNote } from '../../../src/engine/studies/overrun';
import type { KeptRuns } from '../../../src/protocol/experiments';
import type { ExperimentFile } from '../../../src/protocol/modelFile';
import { experimentRequest, type ExperimentRequest } from '../../../src/protocol/recipe';
import { examples, run } from '../cli/run';

const folder = mkdtempSync(join(tmpdir(), 'unveil-experiment-'));
const file = join(folder, 'diabetes.csv');
copyFileSync(join(examples, 'diabetes.csv'), file);
const iris = join(examples, 'iris.csv');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const study = { kind: 'sensitivity', vary: ['l2=0:1:100'], repeats: 1 } as const;
const request: ExperimentRequest = { file, target: 'target', model: 'linear', study };
const made = (asked: ExperimentRequest): Promise<ExperimentFile> => experiment(asked, new CancellableContext());
const keptIn = (found: ExperimentFile): KeptRuns => JSON.parse(JSON.stringify(found.parameters)) as KeptRuns;
const notesOf = ({ report }: ExperimentFile): string => report.notes.map(({ text }) => text).join('\n');
const changed = /have changed since the earlier runs/;

describe('an experiment that goes on', () => {
  it('takes over what was run on the same data with the same settings', async () => {
    const first = await made({ ...request, study: { ...study, seconds: 1e-3 } });
    expect(first.report.experiment!.runs!.done).toBeLessThan(20);
    const second = await made({ ...request, kept: keptIn(first) });
    expect(second.report.experiment!.runs).toEqual({ planned: 20, done: 20 });
    expect(notesOf(second)).not.toMatch(changed);
    const whole = await made(request);
    expect(second.report.experiment!.settings!.map(({ loss }) => loss)).toEqual(whole.report.experiment!.settings!.map(({ loss }) => loss));
    expect(keptIn(second).madeOn).toBe(keptIn(whole).madeOn);
  });

  it('starts anew and says so where the settings, or the rows of the file, are others', async () => {
    const first = await made(request);
    expect(notesOf(await made({ ...request, seed: 7, kept: keptIn(first) }))).toMatch(changed);
    expect(notesOf(await made({ ...request, study: { ...study, vary: ['l2=0:1:50'] }, kept: keptIn(first) }))).toMatch(changed);
    const other = join(folder, 'other.csv');
    copyFileSync(file, other);
    expect(notesOf(await made({ ...request, file: other, kept: keptIn(first) }))).not.toMatch(changed);
    appendFileSync(other, readFileSync(other, 'utf8').split('\n')[1]! + '\n');
    expect(notesOf(await made({ ...request, file: other, kept: keptIn(first) }))).toMatch(changed);
  });

  it('does not take over what was measured on a second file that has other rows now', async () => {
    const testFile = join(folder, 'test.csv');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(testFile, lines.slice(0, 101).join('\n'));
    const asked: ExperimentRequest = { file, target: 'target', model: 'linear', study: { kind: 'generalisation', testFile } };
    const first = await made(asked);
    writeFileSync(testFile, [lines[0], ...lines.slice(200, 300)].join('\n'));
    const second = await made({ ...asked, kept: keptIn(first) });
    expect(notesOf(second)).toMatch(changed);
  });

  it('can be asked for again from its own recipe', async () => {
    const { recipe } = await made(request);
    expect(experimentRequest(recipe).study).toEqual({ ...study, vary: ['l2=0:1:100'] });
  });
});

describe('a column of domains', () => {
  const asked = (domain: string): ExperimentRequest => ({ file: iris, target: 'target', model: 'logistic', study: { kind: 'generalisation', domain } });

  it('that the file has not is refused with the nearest names', async () => {
    await expect(made(asked('petal widht (cm)'))).rejects.toThrow(/has no column "petal widht \(cm\)" \(of domains\); the nearest are "petal width \(cm\)"/);
  });

  it('cannot be the target', async () => {
    await expect(made(asked('target'))).rejects.toThrow('The column "target" cannot be the target and hold the domains.');
  });

  it('is found by its name in other letters', async () => {
    const data = join(folder, 'places.csv');
    writeFileSync(data, 'place,x,y\n' + Array.from({ length: 90 }, (_, i) => `${'abc'[i % 3]},${i % 7},${(i % 7) + (i * 37 % 11) / 10}`).join('\n'));
    const found = await made({ file: data, target: 'y', model: 'linear', study: { kind: 'generalisation', domain: 'Place' } });
    expect(found.recipe.study.domain).toBe('place');
    expect(found.recipe.features).toEqual(['x']);
  });

  it('goes with folds only, and not with other groups', async () => {
    const domain = 'sepal length (cm)';
    await expect(made({ ...asked(domain), split: { scheme: 'holdout', share: 0.2 } })).rejects.toThrow(/Domains go with folds/);
    await expect(made({ ...asked(domain), split: { scheme: 'kFold', folds: 5, groupColumn: 'petal width (cm)' } })).rejects.toThrow(/are different columns; name one of the two/);
  });
});

describe('an experiment of which nothing is said', () => {
  it('varies the first choice of the family, and says so', async () => {
    const short = join(folder, 'short.csv');
    writeFileSync(short, readFileSync(file, 'utf8').split('\n').slice(0, 61).join('\n'));
    const found = await made({ file: short, target: 'target', study: { kind: 'sensitivity', repeats: 1 } });
    expect(found.recipe.study.vary!.map(({ name }) => name)).toEqual(['l2']);
    expect(notesOf(found)).toContain('Nothing to vary was named: it is l2, over its usual values.');
    expect(notesOf(await made({ ...request, file: short }))).not.toContain('Nothing to vary');
    expect(['linear', 'logistic', 'ebm', 'neural', 'attention', 'bayes', 'formula'].map(id => firstChoice({ id }))).toEqual(['l2', 'l2', 'learningRate', 'learningRate', 'learningRate', 'rows', 'rows']);
  });

  it('is no refusal on the command line either', async () => {
    const found = await run(['experiment', join(folder, 'short.csv'), '--target', 'target', '--repeats', '1']);
    expect([found.status, found.stdout]).toEqual([0, expect.stringContaining('Nothing to vary was named: it is l2')]);
  });
});

describe('seconds that fits under way went beyond', () => {
  it('are told where they are more than a tenth and a second', () => {
    expect(overrunNote(undefined, 100)).toEqual([]);
    expect(overrunNote(10, 12)).toEqual([]);
    expect(overrunNote(10, 12.5).map(({ text }) => text)).toEqual(['The fits under way took 2.5 s longer than the 10 s.']);
    expect(overrunNote(1, 30).map(({ text }) => text)).toEqual(['The fits under way took 29 s longer than the 1 s.']);
  });
});

describe('an experiment is refused', () => {
  it('with repeats in a study that deals no folds anew', async () => {
    await expect(made({ ...request, study: { kind: 'dynamics', repeats: 3 } })).rejects.toThrow(/leave the repeats out of dynamics/);
  });

  it('without rows to hold out', async () => {
    await expect(made({ ...request, split: { scheme: 'none' } })).rejects.toThrow(/measured on held-out rows/);
  });
});

describe('unveil experiment', () => {
  it('goes on with a saved experiment, says how much was there, and ends with the numbers of one that was never stopped', async () => {
    const start = ['experiment', file, '--target', 'target', '--model', 'linear', '--vary', 'l2=0:1:100', '--repeats', '1'];
    const first = join(folder, 'first.json');
    const second = join(folder, 'second.json');
    const whole = join(folder, 'whole.json');
    expect((await run([...start, '--seconds', '0.001', '--save', first])).status).toBe(0);
    const went = await run(['experiment', file, '--continue', first, '--save', second]);
    expect(went.status).toBe(0);
    expect((await run([...start, '--save', whole])).status).toBe(0);
    const read = (path: string): ExperimentFile => JSON.parse(readFileSync(path, 'utf8')) as ExperimentFile;
    expect(read(first).report.experiment!.runs!.done).toBeLessThan(20);
    expect(read(second).report.experiment!.settings!.map(({ loss }) => loss)).toEqual(read(whole).report.experiment!.settings!.map(({ loss }) => loss));
    expect(notesOf(read(second))).toMatch(/taken over from the earlier file/);
    const fixed = await run(['experiment', file, '--continue', first, '--vary', 'l1']);
    expect([fixed.status, fixed.stderr]).toEqual([2, expect.stringContaining('leave --vary out')]);
  });

  it('repeats the study of a recipe, with what the flags say otherwise', async () => {
    const saved = join(folder, 'recipe.json');
    expect((await run(['experiment', file, '--target', 'target', '--model', 'linear', '--vary', 'l2=0:1:100', '--repeats', '1', '--save', saved])).status).toBe(0);
    const again = await run(['experiment', file, '--recipe', saved, '--json', '-']);
    expect(again.status).toBe(0);
    const report = JSON.parse(again.stdout) as ExperimentFile['report'];
    expect(report.experiment!.settings!.map(({ setting }) => setting)).toEqual([{}, { l2: 0 }, { l2: 1 }, { l2: 100 }]);
    const other = await run(['experiment', file, '--recipe', saved, '--vary', 'polynomial=1:2', '--json', '-']);
    expect((JSON.parse(other.stdout) as ExperimentFile['report']).experiment!.settings!.map(({ setting }) => setting)).toEqual([{}, { polynomial: 1 }, { polynomial: 2 }]);
  });
});
