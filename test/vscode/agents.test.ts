/** The language-model tools as agent mode calls them: through vscode.lm.invokeTool. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { tools } from '../../src/tools/definitions';
import { api, close, eventually, metric, notified, stored, workspacePath } from './host';

async function invoke(name: string, input: object, token?: vscode.CancellationToken): Promise<Record<string, unknown>> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  assert.equal(content.length, 1);
  const [part] = content;
  assert.ok(part instanceof vscode.LanguageModelTextPart);
  assert.ok(part.value.length <= 4000, `${name} answers with ${part.value.length} characters`);
  return JSON.parse(part.value) as Record<string, unknown>;
}

async function refusal(name: string, input: object): Promise<string> {
  const error = await invoke(name, input).then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(error instanceof Error, `${name} did not fail`);
  assert.doesNotMatch(error.message, /\n\s+at |undefined|\[object/);
  return error.message;
}

describe('Language-model tools', function () {
  this.timeout(0);
  const file = workspacePath('penguins.csv');
  const train = (more: object = {}): Promise<Record<string, unknown>> => invoke('unveil_train_model', { file, target: 'body_mass_g', model: 'linear', ...more });

  it('are listed with their schemas', async () => {
    await api();
    const listed = vscode.lm.tools.filter(tool => tool.name.startsWith('unveil_'));
    assert.deepEqual(listed.map(tool => tool.name).sort(), tools.map(tool => tool.name).sort());
    for (const { name, description, inputSchema } of listed) {
      const tool = tools.find(item => item.name === name)!;
      assert.equal(description, tool.description);
      assert.deepEqual(inputSchema, tool.input);
    }
  });

  it('profile a file', async () => {
    const answer = await invoke('unveil_profile_dataset', { file });
    assert.equal(answer['rows'], 344);
    assert.equal((answer['columns'] as unknown[]).length, 8);
  });

  it('train a model that is stored, without a panel or a notification', async () => {
    const unveil = await api();
    const panel = unveil.panelState()?.id;
    let answer: Record<string, unknown> = {};
    const shown = await notified(async () => { answer = await train(); });
    const { report } = await stored(answer['model'] as string);
    const { metrics } = answer['heldOut'] as { metrics: { name: string; value: number }[] };
    close(metrics.find(item => item.name === 'rmse')?.value, metric(report, 'rmse').value, 1e-3, 'RMSE');
    assert.equal(unveil.panelState()?.id, panel);
    assert.deepEqual(shown, []);
    assert.deepEqual(unveil.runs(), []);
    assert.ok((await unveil.tree('models')).some(node => node.label === answer['name']), 'the model is in the tree');
  });

  it('explain a model by its id', async () => {
    const { model } = await train();
    const { report } = await stored(model as string);
    const { weights } = await invoke('unveil_explain_model', { model, part: 'weights', features: ['bill_length_mm'] }) as { weights: { term: string; estimate: number }[] };
    close(weights[0]?.estimate, report.weights!.find(weight => weight.term === 'bill_length_mm')!.estimate, 1e-3, 'the weight of bill_length_mm');
    const overview = await invoke('unveil_explain_model', { model });
    assert.deepEqual(overview['parts'], ['overview', 'weights', 'importance', 'effects', 'intervals', 'scores']);
  });

  it('explain a prediction of a row and of values', async () => {
    const { model } = await train();
    const row = await invoke('unveil_explain_prediction', { model, row: 1 });
    const values = { species: 'Adelie', island: 'Torgersen', bill_length_mm: 39.1, bill_depth_mm: 18.7, flipper_length_mm: 181, sex: 'male', year: 2007 };
    const typed = await invoke('unveil_explain_prediction', { model, values });
    assert.equal(typed['output'], row['output']);
    assert.deepEqual(typed['contributions'], row['contributions']);
  });

  it('compare families, and stored models', async () => {
    const found = await invoke('unveil_compare_models', { file, target: 'body_mass_g', families: ['linear', 'bayes'] }) as { models: { family: string }[]; recommended: string };
    assert.deepEqual(found.models.map(model => model.family).sort(), ['bayes', 'linear']);
    const models = [(await train())['model'], (await train({ features: ['sex', 'species'] }))['model']];
    assert.equal((await invoke('unveil_compare_models', { models }))['comparable'], true);
  });

  it('answer mistakes with the next step', async () => {
    assert.match(await refusal('unveil_train_model', { file, target: 'body_mass' }), /Columns are: body_mass_g, .*Call again with one of these\.$/);
    assert.match(await refusal('unveil_profile_dataset', { file: 'penguins.csv' }), /not an absolute path.*Call again/);
    assert.match(await refusal('unveil_profile_dataset', { file: workspacePath('no-such.csv') }), /[Cc]all again/);
    assert.match(await refusal('unveil_explain_model', { model: 'no-such-model' }), /There is no model "no-such-model"\. Models are: /);
    assert.match(await refusal('unveil_explain_model', { model: workspacePath('damaged.unveil.json') }), /unveil_train_model/);
    assert.match(await refusal('unveil_train_model', { file, target: 'species', save: workspacePath('damaged.unveil.json') }), /already\. Call again with another path/);
  });

  it('stop when they are cancelled, and store nothing', async () => {
    const unveil = await api();
    const before = (await unveil.models()).map(model => model.id);
    const cancellation = new vscode.CancellationTokenSource();
    const save = workspacePath('cancelled.unveil.json');
    const training = invoke('unveil_train_model', { file, target: 'species', model: 'neural', save }, cancellation.token).then(() => 'done', () => 'cancelled');
    await eventually('a run at work', () => unveil.runs().some(run => run.stage !== 'Starting'));
    cancellation.cancel();
    assert.equal(await training, 'cancelled');
    await unveil.waitForIdle();
    assert.deepEqual((await unveil.models()).map(model => model.id), before);
    assert.equal(existsSync(save), false);
  });
});
