/** `unveil compare`, and `unveil explain` with the model auto, which compares within some seconds. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { Report } from '../../../src/protocol/report';
import { examples, explainJson, run } from './run';

const penguins = join(examples, 'penguins.csv');
let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'unveil-compare-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

const two = ['compare', penguins, '--target', 'body_mass_g', '--models', 'bayes,linear'];

describe('compare', () => {
  it('prints a row a model, the simplest first, and the recommendation', async () => {
    const { status, stdout } = await run(two);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('Models compared: 5-fold cross-validation, 342 rows, the same folds for all');
    expect(lines[2]).toMatch(/^\*\s+Linear regression/);
    expect(lines[3]).toMatch(/^\s+Bayesian linear regression/);
    expect(stdout).toContain('Linear regression is recommended: it is the simplest model whose RMSE is within one standard error of the best.');
  });

  it('writes the recommended model in full, with the comparison in its report', async () => {
    const saved = join(folder, 'best.unveil.json');
    const { status, stdout } = await run([...two, '--brief', '--save', saved, '--json', join(folder, 'r.json')]);
    expect(status).toBe(0);
    expect(stdout).toContain('Models compared');
    const report = JSON.parse(await readFile(join(folder, 'r.json'), 'utf8')) as Report;
    expect(report.comparison).toMatchObject({ metric: 'rmse', recommended: 'linear', notRun: [], rows: 342, level: 0.95 });
    expect(report.comparison!.seconds).toBeUndefined();
    expect(report.recipe).toMatchObject({ model: 'linear' });
    expect(report.performance!.metrics).toEqual(report.comparison!.models[0]!.metrics);
    expect(report.sections.slice(0, 2).map(({ kind, panel }) => [kind, panel])).toEqual([['metrics', 'overview'], ['comparison', 'overview']]);
    const model = JSON.parse(await readFile(saved, 'utf8')) as ModelFile;
    expect(model.report.comparison).toEqual(report.comparison);
    const again = await explainJson([penguins, '--recipe', saved, '--brief']);
    expect(again.performance!.metrics).toEqual(report.performance!.metrics);
  });

  it('takes a formula and options of any of its models', async () => {
    const ran = await run(['compare', penguins, '--formula', 'body_mass_g ~ flipper_length_mm + sex', '--models', 'linear,bayes', '--set', 'prior=ard', '--set', 'penalty=ridge']);
    expect(ran.stdout).toContain('Ridge regression');
  });

  for (const [flags, message] of [
    [['--models', 'linear,forest'], 'There is no model "forest"; the models are '],
    [['--models', 'logistic'], 'None of the models logistic does regression.'],
    [['--models', 'linear', '--set', 'prior=ard'], 'None of the models linear has an option "prior".'],
    [['--models', 'linear', '--seconds', '0'], '--seconds takes a number from 0.001'],
    [['--models', 'linear', '--holdout', '0'], 'Models are compared on held-out rows; choose folds or a share to hold out.'],
  ] as const) {
    it(`refuses ${flags.join(' ')} in one sentence`, async () => {
      const ran = await run(['compare', penguins, '--target', 'body_mass_g', ...flags]);
      expect(ran.status).toBe(2);
      expect(ran.stderr).toContain(message);
      expect(ran.stdout).toBe('');
    });
  }
});

describe('explain with the model auto', () => {
  it('compares within the seconds, explains the recommended model, and names what did not run', async () => {
    const report = await explainJson([penguins, '--target', 'body_mass_g', '--brief', '--seconds', '0.001']);
    expect(report.recipe.model).toBe('linear');
    expect(report.comparison!.seconds).toBe(0.001);
    expect(report.comparison!.models.map(({ family }) => family)).toEqual(['linear']);
    expect(report.comparison!.notRun.map(({ text }) => text)).toContain('Neural network was not run: no time was left.');
    expect(Object.keys(report.timings)).toEqual(['read', 'prepare', 'fit', 'evaluate', 'compare', 'check', 'explain', 'total']);
  });

  it('takes the simplest model at once with --seconds 0', async () => {
    const report = await explainJson([penguins, '--target', 'body_mass_g', '--brief', '--seconds', '0']);
    expect(report.comparison).toBeUndefined();
    expect(report.recipe.model).toBe('linear');
  });

  it('has no seconds to spend where the model is named', async () => {
    const ran = await run(['explain', penguins, '--target', 'body_mass_g', '--model', 'linear', '--seconds', '5']);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('--seconds is the time that the model auto may take to compare models; the model here is linear.');
  });
});
