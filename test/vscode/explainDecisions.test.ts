import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { AnyModelFile } from '../../src/protocol/modelFile';
import { api, run, stored, workspacePath } from './host';

// That Enter all the way takes the guesses: test/unit/host/askDecisions.test.ts.
describe('Explain Decisions', () => {
  const log = workspacePath('gridworld.csv');
  const options = { draws: 100, replicates: 100, sweeps: 20 };

  it('learns a policy, shows it in a panel, lists it among the models, and predicts with it', async () => {
    const unveil = await api();
    const id = await run('unveil.explainDecisions', { file: log, options, prompt: false });
    const model = (await stored(id)) as AnyModelFile;
    const { decisions, sections } = model.report;
    assert.ok(decisions && decisions.policy.length === 39, JSON.stringify(decisions?.sentence));
    assert.equal(model.name, 'Decisions · gridworld.csv');
    const state = unveil.panelState(id);
    assert.equal(state?.status.state, 'ready');
    assert.deepEqual(state?.report?.decisions, decisions);
    assert.ok(sections.some(({ kind, panel }) => kind === 'policyGrid' && panel === 'policy'));
    const [entry] = (await unveil.tree('models')).filter(item => item.label === model.name);
    assert.match(String(entry?.description), /^4 actions in 36 states, worth .* · Q-learning$/);
    const out = workspacePath('gridworld-policy.csv');
    const predicted = await run('unveil.predictFile', { id: id!, file: log, out });
    assert.equal(predicted?.rows, 3982);
    assert.match(readFileSync(out, 'utf8').split('\n')[0]!, /,best_action,value,certainty,visits,support$/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal(await run('unveil.openModel', { id: id! }), id);
    assert.deepEqual((await api()).panelState(id)?.report?.decisions, decisions);
  });

  it('takes the columns that a program names, and learns the same again by its recipe', async () => {
    const roles = { states: ['row', 'column'], action: 'action', reward: 'reward', nextStates: [], done: 'done', episode: 'episode', order: '' };
    const id = await run('unveil.explainDecisions', { file: log, roles, options: { ...options, discount: 0.9 }, prompt: false });
    const { recipe, report } = (await stored(id)) as AnyModelFile;
    assert.deepEqual('roles' in recipe && recipe.roles, { states: ['row', 'column'], action: 'action', reward: 'reward', nextStates: [], done: 'done', episode: 'episode' });
    assert.equal(recipe.options['discount'], 0.9);
    assert.equal(await run('unveil.retrain', { id: id! }), id);
    assert.deepEqual(((await stored(id)) as AnyModelFile).report.decisions, report.decisions);
  });
});
