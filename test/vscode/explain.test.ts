import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { api, close, explain, fixture, metric, run, stored, workspacePath } from './host';
import type { Report } from '../../src/protocol/report';

interface LinearReference {
  source: string; formula: string; rowsUsed: number;
  coefficients: { term: string; estimate: number; standardError: number; statistic: number; pValue: number; low: number; high: number }[];
}
interface FoldReference { fold: number[]; rmse: number; mae: number; r2: number; foldRmse: number[]; baselineRmse: number }

describe('Explain', () => {
  it('gives the coefficient table of R 4.2.2 lm() for the penguins by formula', async () => {
    const reference = fixture<LinearReference>('penguinsLm.json');
    const report = await explain({ file: workspacePath('penguins.csv'), formula: reference.formula, missing: 'drop', prompt: false });
    assert.equal(report.data.rowsUsed, reference.rowsUsed);
    assert.deepEqual(report.weights?.map(weight => weight.term), reference.coefficients.map(item => item.term));
    for (const [index, expected] of reference.coefficients.entries()) {
      const actual = report.weights![index]!;
      for (const key of ['estimate', 'standardError', 'statistic', 'pValue', 'low', 'high'] as const) {
        close(actual[key], expected[key], key === 'pValue' ? 1e-6 : 1e-8, `${expected.term} ${key}`);
      }
    }
  });

  it('gives the held-out errors of scikit-learn 1.2.1 LinearRegression on the same five folds of diabetes', async () => {
    const reference = fixture<FoldReference>('diabetesCrossValidation.json');
    const lines = readFileSync(workspacePath('diabetes.csv'), 'utf8').trimEnd().split(/\r?\n/);
    const file = workspacePath('diabetes with folds.csv');
    writeFileSync(file, lines.map((line, index) => `${line},${index === 0 ? 'fold' : reference.fold[index - 1]}`).join('\n'));
    const report = await explain({ file, target: 'target', task: 'regression', model: 'linear', split: { scheme: 'foldColumn', column: 'fold' }, prompt: false });
    close(metric(report, 'rmse').value, reference.rmse, 1e-8, 'RMSE');
    close(metric(report, 'mae').value, reference.mae, 1e-8, 'MAE');
    close(metric(report, 'r2').value, reference.r2, 1e-8, 'R²');
    close(metric(report, 'rmse').baseline, reference.baselineRmse, 1e-8, 'RMSE of the mean');
    for (const [index, value] of (metric(report, 'rmse').folds ?? []).entries()) close(value, reference.foldRmse[index]!, 1e-8, `RMSE of fold ${index + 1}`);
    assert.ok(!report.recipe.features.includes('fold'), 'the fold column is no feature');
  });

  it('explains the species of the penguins: three classes, rows of the majority class as the baseline', async () => {
    const report = await explain({ file: workspacePath('penguins.csv'), target: 'species', prompt: false });
    assert.equal(report.model.task, 'classification');
    assert.deepEqual(report.model.classes, ['Adelie', 'Chinstrap', 'Gentoo']);
    assert.equal(report.data.rows, 344);
    // scikit-learn 1.2.1 on five stratified folds: DummyClassifier 0.4419, LogisticRegression(C=1) 0.9913 ± 0.008.
    const { value, baseline } = metric(report, 'accuracy');
    assert.ok(Math.abs(baseline! - 0.44186) < 0.002, `baseline ${baseline}`);
    assert.ok(value > 0.97 && value <= 1, `accuracy ${value}`);
    assert.ok((report.importance ?? []).length > 0);
  });

  it('explains a binary target and says that iris setosa is separable', async () => {
    // R glm warns "fitted probabilities numerically 0 or 1 occurred" on this fit: petals tell setosa from all others.
    const lines = readFileSync(workspacePath('iris.csv'), 'utf8').trimEnd().split(/\r?\n/);
    const file = workspacePath('setosa.csv');
    writeFileSync(file, lines.map((line, index) => (index === 0 ? line : line.replace(/,[^,]*$/, end => (end === ',setosa' ? ',setosa' : ',other')))).join('\n'));
    const report = await explain({ file, target: 'target', positive: 'setosa', model: 'logistic', prompt: false });
    assert.ok(report.notes.some(note => note.kind === 'separation'), JSON.stringify(report.notes));
    assert.ok(metric(report, 'auc').value > 0.99);
  });

  it('shows the report in a panel, lists the model in the side bar, and opens it again by its id', async () => {
    const unveil = await api();
    const id = await run('unveil.explainFile', { file: workspacePath('wine.csv'), target: 'target', prompt: false });
    const model = await stored(id);
    const state = unveil.panelState(id);
    assert.equal(state?.status.state, 'ready');
    assert.equal((state?.report as Report | undefined)?.recipe.target, 'target');
    assert.ok((await unveil.tree('models')).some(item => item.label === model.name), JSON.stringify(await unveil.tree('models')));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await run('unveil.showWeights', id);
    assert.equal(unveil.panelState(id)?.panel, 'weights');
  });

  it('guesses the target when none is given, and says so in the report', async () => {
    const report = await explain({ file: workspacePath('breast_cancer.csv'), prompt: false });
    assert.equal(report.recipe.target, 'target');
    assert.ok(report.notes.some(note => note.kind === 'guess' && note.text.includes('target')), JSON.stringify(report.notes));
  });

  it('gives the same numbers for the same recipe', async () => {
    const file = workspacePath('wine.csv');
    const [first, second] = [await explain({ file, target: 'target', seed: 3, prompt: false }), await explain({ file, target: 'target', seed: 3, prompt: false })];
    assert.deepEqual(second.performance, first.performance);
    assert.deepEqual(second.weights, first.weights);
    assert.deepEqual(second.importance, first.importance);
  });

  it('profiles a file: rows, kinds and missing cells of the penguins', async () => {
    const profile = await run('unveil.profileFile', workspacePath('penguins.csv'));
    assert.equal(profile?.rows, 344);
    // Counts as R's palmerpenguins documents them.
    const column = (name: string) => profile!.columns.find(item => item.name === name)!;
    assert.equal(column('species').distinct, 3);
    assert.equal(column('sex').missing, 11);
    assert.equal(column('bill_length_mm').missing, 2);
    assert.equal(column('bill_length_mm').kind, 'numeric');
    close(column('bill_length_mm').mean, 43.9219298245614, 1e-12, 'mean of bill_length_mm');
  });
});
