import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { Rng } from '../../src/engine/math/random';
import { api, run, stored, workspacePath } from './host';

describe('Check Data', () => {
  const file = workspacePath('leaky.csv');

  before(() => {
    const rng = new Rng(3);
    const rows = Array.from({ length: 200 }, () => {
      const [a, b] = [rng.normal(), rng.normal()];
      const y = a + b + rng.normal();
      return [a, b, 3 * y - 1, y].join(',');
    });
    writeFileSync(file, `a,b,leak,y\n${rows.join('\n')}\n`);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('tells before any training what is wrong, and what the fix does', async () => {
    const found = await run('unveil.checkData', { file, target: 'y', effects: true });
    const [first] = found!.checks.findings;
    assert.equal(first?.id, 'leakage');
    assert.deepEqual(first.fix?.change, { drop: ['leak'] });
    assert.ok(first.effect!.low! > 0, first.effect!.sentence);
  });

  it('applies a fix of the report: the model keeps its id and learns without the column', async () => {
    const unveil = await api();
    const id = await run('unveil.explainFile', { file, target: 'y', model: 'linear', detail: 'brief' });
    const before = await stored(id);
    const place = before.report.checks!.findings.findIndex(finding => finding.id === 'leakage');
    assert.ok(place >= 0);
    await unveil.applyFix(id!, place);
    const after = await stored(id);
    assert.deepEqual(after.recipe.features, ['a', 'b']);
    assert.ok(!after.report.checks!.findings.some(finding => finding.id === 'leakage'));
    assert.equal(unveil.panelState(id)?.report?.performance?.metrics[0]?.name, after.report.performance!.metrics[0]!.name);
    assert.ok(after.report.performance!.metrics.find(({ name }) => name === 'r2')!.value < before.report.performance!.metrics.find(({ name }) => name === 'r2')!.value);
  });
});
