import assert from 'node:assert/strict';
import type { WhatIfChanges, WhatIfPrediction, WhatIfRow } from '../../src/protocol/whatIf';
import { api, run, workspacePath } from './host';

describe('What-if', () => {
  let id: string;

  before(async () => {
    id = (await run('unveil.explainFile', { file: workspacePath('iris.csv'), target: 'target', model: 'logistic', detail: 'brief', prompt: false }))!;
  });

  it('opens on its tab', async () => {
    assert.equal(await run('unveil.whatIf', { id }), id);
    assert.equal((await api()).panelState(id)?.panel, 'whatIf');
  });

  it('answers a program: a row, its prediction, and a change that flips it', async () => {
    const row = await run('unveil.whatIf', { id, ask: { kind: 'row', row: 1 } }) as WhatIfRow;
    const before = await run('unveil.whatIf', { id, ask: { kind: 'prediction', values: row.values, detail: 'full' } }) as WhatIfPrediction;
    const { contributions } = before;
    assert.ok(contributions);
    const sum = contributions.items.reduce((total, item) => total + item.contribution, contributions.base);
    assert.ok(Math.abs(sum - contributions.output) < 1e-9 * Math.max(1, Math.abs(contributions.output)));
    const { items } = await run('unveil.whatIf', { id, ask: { kind: 'changes', values: row.values, goal: { kind: 'class' } } }) as WhatIfChanges;
    assert.ok(items.length > 0);
    const after = await run('unveil.whatIf', { id, ask: { kind: 'prediction', values: items[0]!.values, detail: 'quick' } }) as WhatIfPrediction;
    assert.notEqual(after.likeliest, before.likeliest);
    assert.equal(after.likeliest, items[0]!.class);
  });

  it('says in one sentence that a row does not exist', async () => {
    await assert.rejects(async () => run('unveil.whatIf', { id, ask: { kind: 'row', row: 100_000 } }), (error: Error) => /^There is no data row/.test(error.message));
  });
});
