import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { api, assertRefused, eventually, explain, figure, notified, run, stored, workspacePath, writeRows } from './host';

const names = ['with space & (brackets).csv', 'quote\'s "double".csv', 'naïve-Δ-数据-📊.csv', 'percent%20&hash#.csv'];

describe('Bad input ends in one clear sentence', () => {
  it('an empty file', async () => {
    await assertRefused({ file: workspacePath('empty.csv'), prompt: false }, /empty/i);
  });

  it('a file with a header and no rows', async () => {
    await assertRefused({ file: workspacePath('header only.csv'), target: 'c', prompt: false }, /row/i);
  });

  it('a picture named .csv', async () => {
    await assertRefused({ file: workspacePath('picture.csv'), prompt: false }, /picture\.csv/);
  });

  it('a file that is not there', async () => {
    await assertRefused({ file: workspacePath('gone.csv'), target: 'a', prompt: false }, /gone\.csv/);
  });

  it('a column that is not there', async () => {
    await assertRefused({ file: workspacePath('iris.csv'), target: 'no such column', prompt: false }, /no such column/);
  });

  it('a formula that does not parse', async () => {
    await assertRefused({ file: workspacePath('iris.csv'), formula: 'target ~ (', prompt: false }, /formula/i);
  });

  it('a target with one value', async () => {
    const file = workspacePath('constant.csv');
    writeFileSync(file, `x,y\n${Array.from({ length: 30 }, (_, i) => `${i},same`).join('\n')}\n`);
    await assertRefused({ file, target: 'y', prompt: false }, /y/);
  });
});

describe('Odd but right input', () => {
  for (const name of names) {
    it(`a file named ${name}`, async () => {
      const report = await explain({ file: workspacePath(name), target: 'target', prompt: false });
      assert.deepEqual(report.model.classes, ['setosa', 'versicolor', 'virginica']);
      assert.ok(report.recipe.file.endsWith(name), report.recipe.file);
    });
  }

  it('columns and levels named __proto__ and constructor', async () => {
    const file = workspacePath('proto.csv');
    writeFileSync(file, `__proto__,constructor,y\n${Array.from({ length: 60 }, (_, i) => `${(i * 37) % 11},${['__proto__', 'toString'][(i * 7) % 2]},${((i * 37) % 11) * 2 + (i % 3)}`).join('\n')}\n`);
    const report = await explain({ file, target: 'y', prompt: false });
    assert.deepEqual(report.recipe.features, ['__proto__', 'constructor']);
  });
});

describe('A run that goes wrong', () => {
  const big = (): string => workspacePath('big.csv');
  before(async () => {
    if (!existsSync(big())) await writeRows(big(), 200_000);
  });

  /** Starts a long run and waits until the engine is at work on it. */
  async function startRun(): Promise<{ done: Promise<{ id?: string; error?: Error }>; pid: number }> {
    const unveil = await api();
    const done = Promise.resolve(run('unveil.explainFile', { file: big(), target: 'outcome', prompt: false, split: { scheme: 'kFold', folds: 10 } }))
      .then(id => ({ id }), (error: Error) => ({ error }));
    await eventually('the run is under way', () => unveil.runs().some(item => !/^(Starting|Reading)/.test(item.stage)));
    return { done, pid: (await unveil.enginePid())! };
  }

  it('cancelling stops it within a second and is not an error', async () => {
    const unveil = await api();
    const { done } = await startRun();
    const models = (await unveil.models()).length;
    const shown = new Set(unveil.notifications());
    const start = performance.now();
    assert.equal(await run('unveil.cancelRun'), 1);
    const { id, error } = await done;
    const took = performance.now() - start;
    figure(`cancelling a run: ${took.toFixed(0)} ms (bar: 1000 ms)`);
    assert.equal(error, undefined);
    assert.equal(id, undefined);
    // The run itself would take far longer; the bar is told beside the figure.
    assert.ok(took < 10_000, `${took} ms`);
    assert.equal((await unveil.models()).length, models, 'a cancelled run stores nothing');
    assert.deepEqual(unveil.notifications().filter(item => !shown.has(item) && item.severity === 'error'), []);
    assert.deepEqual(unveil.runs(), []);
  });

  it('an engine killed in mid-run ends in a clear error, harms no stored model, and the next run works', async () => {
    const unveil = await api();
    await explain({ file: workspacePath('iris.csv'), target: 'target', prompt: false });
    const contents = (): Map<string, string> => new Map(readdirSync(unveil.modelFolder).filter(name => name.endsWith('.json'))
      .map(name => [name, readFileSync(join(unveil.modelFolder, name), 'utf8')]));
    const before = contents();
    const shown = new Set(unveil.notifications());
    const { done, pid } = await startRun();
    process.kill(pid, 'SIGKILL');
    const { error } = await done;
    assert.ok(error, 'the run did not fail');
    const errors = unveil.notifications().filter(item => !shown.has(item) && item.severity === 'error');
    assert.equal(errors.length, 1, JSON.stringify(errors));
    assert.match(errors[0]!.message, /engine|stopped|ended/i);
    assert.ok(errors[0]!.actions.length >= 1 && errors[0]!.actions.length <= 2, JSON.stringify(errors));
    assert.deepEqual(contents(), before);
    assert.deepEqual(unveil.runs(), []);
    const report = await explain({ file: workspacePath('iris.csv'), target: 'target', prompt: false });
    assert.equal(report.data.rows, 150);
    assert.notEqual(await unveil.enginePid(), pid);
  });

  it('a data file deleted while it is read ends in one notification and harms nothing', async () => {
    const unveil = await api();
    const file = workspacePath('deleted.csv');
    await run('unveil.profileFile', workspacePath('iris.csv'));
    const pid = await unveil.enginePid();
    const models = (await unveil.models()).length;
    let error: Error | undefined;
    // Long enough that it is still being read when it is removed.
    const text = readFileSync(big(), 'utf8');
    const rows = text.slice(text.indexOf('\n') + 1);
    writeFileSync(file, text);
    for (let copy = 1; copy < 5; copy++) appendFileSync(file, rows);
    const shown = await notified(async () => {
      const done = Promise.resolve(run('unveil.explainFile', { file, target: 'outcome', prompt: false })).catch((reason: Error) => { error = reason; });
      await eventually('the file is read', () => unveil.runs().some(item => item.stage.startsWith('Reading')));
      unlinkSync(file);
      await done;
    });
    assert.ok(error, 'the run did not fail');
    assert.equal(shown.length, 1, JSON.stringify(shown));
    assert.equal(shown[0]!.severity, 'error');
    assert.match(shown[0]!.message, /deleted\.csv was removed while it was being read/);
    assert.deepEqual(unveil.runs(), []);
    assert.equal((await unveil.models()).length, models);
    assert.equal(await unveil.enginePid(), pid, 'the engine crashed');
    assert.equal((await explain({ file: workspacePath('iris.csv'), target: 'target', prompt: false })).data.rows, 150);
  });

  it('restarting the engine gives a new process', async () => {
    const unveil = await api();
    await run('unveil.profileFile', workspacePath('iris.csv'));
    const before = await unveil.enginePid();
    const after = await run('unveil.restartEngine');
    assert.ok(after !== undefined && after !== before);
  });

  it('retraining twice in a row cancels the first run and leaves one good model', async () => {
    const unveil = await api();
    const id = await run('unveil.explainFile', { file: big(), target: 'outcome', prompt: false });
    const before = await stored(id);
    const models = (await unveil.models()).length;
    const atWork = (): boolean => unveil.runs().some(item => item.id === id && !/^(Starting|Reading)/.test(item.stage));
    const shown = await notified(async () => {
      const first = run('unveil.retrain', { id: id! });
      await eventually('the first run is at work', atWork);
      const second = run('unveil.retrain', { id: id! });
      assert.equal(await first, undefined, 'the first run was not cancelled');
      assert.equal(unveil.runs().length, 1, 'the second run is not listed');
      assert.equal(unveil.panelState(id)?.status.state, 'working');
      assert.equal(await second, id);
    });
    assert.deepEqual(shown, []);
    assert.deepEqual(unveil.runs(), []);
    assert.equal((await unveil.models()).length, models);
    assert.equal(unveil.panelState(id)?.status.state, 'ready');
    const after = await stored(id);
    assert.notEqual(after.created, before.created, 'the model is the old one');
    assert.deepEqual(after.report.performance, before.report.performance);
  });

  it('a model that is deleted while it is retrained stays deleted', async () => {
    const unveil = await api();
    const id = await run('unveil.explainFile', { file: big(), target: 'outcome', prompt: false });
    const done = run('unveil.retrain', { id: id! });
    await eventually('the run is under way', () => unveil.runs().some(item => item.id === id && item.stage !== 'Starting'));
    assert.equal(await run('unveil.deleteModel', { id: id!, force: true }), true);
    assert.equal(await done, undefined);
    assert.deepEqual(unveil.runs(), []);
    assert.ok(!(await unveil.models()).some(model => model.id === id));
    assert.equal(existsSync(join(unveil.modelFolder, `${id}.unveil.json`)), false);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
