import assert from 'node:assert/strict';
import { api, run, stored, workspacePath } from './host';

describe('Recover Formula', () => {
  it('gives a model whose report shows a formula, with the share of rows held out that a search needs', async () => {
    const id = await run('unveil.recoverFormula', { file: workspacePath('penguins.csv'), target: 'body_mass_g', options: { seconds: 10 }, detail: 'brief', prompt: false });
    assert.equal((await api()).panelState(id)?.status.state, 'ready');
    const { report } = await stored(id);
    assert.equal(report.model.family, 'formula');
    assert.deepEqual(report.recipe.split, { scheme: 'holdout', share: 0.2 });
    assert.ok(report.formula && report.formula.front.length > 0);
    const section = report.sections.find(({ kind }) => kind === 'formula');
    assert.ok(section?.kind === 'formula' && section.candidates[section.chosen]?.latex);
  });

  it('fits a formula that is given', async () => {
    const id = await run('unveil.recoverFormula', {
      file: workspacePath('penguins.csv'), target: 'body_mass_g', options: { known: 'body_mass_g = a*flipper_length_mm + b' }, detail: 'brief', prompt: false,
    });
    const { report } = await stored(id);
    const r2 = report.formula?.r2 ?? 0;
    assert.ok(r2 > 0.7 && r2 < 0.8, String(r2));
  });
});
