/** A model edited with its data at hand: held-out metrics, what the file records, and what is left out where they cannot be had. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editModel } from '../../../src/engine/editModel';
import { parseModelFile } from '../../../src/engine/modelFile';
import { explain } from '../../../src/engine/run';
import { Rng } from '../../../src/engine/math/random';
import type { BoostingModel } from '../../../src/engine/models/boosting/model';
import { boostingFamily } from '../../../src/engine/models/boosting/family';
import type { ModelEdit } from '../../../src/protocol/engine';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { Metric } from '../../../src/protocol/measures';
import { quiet } from '../evaluate/stub';

let folder: string;
let data: string;
let model: ModelFile;
const metric = ({ report }: ModelFile, name: Metric['name']): number => report.performance!.metrics.find(one => one.name === name)!.value;
const edited = async (file: ModelFile, edit?: ModelEdit) => {
  const result = await editModel({ model: file, ...(edit && { edit }) }, quiet());
  return { ...result, model: (await parseModelFile(JSON.stringify(result.model), 'edited')) as ModelFile };
};
const train = (file: string, extra: object = {}): Promise<ModelFile> => explain({
  file, target: 'y', model: 'ebm', split: { scheme: 'kFold', folds: 3 }, options: { bags: 3, rounds: 60, pairs: 0, smoothing: 0 }, detail: 'brief', conformal: 'cv+', ...extra,
}, quiet());

/** y = 2 × step(a) + b + noise, and c without any say. */
async function write(file: string): Promise<void> {
  const rng = new Rng(4);
  const lines = Array.from({ length: 400 }, () => {
    const [a, b, c] = [rng.uniform(), rng.uniform(), ['red', 'blue', 'green'][rng.integer(3)]];
    return [a.toFixed(4), b.toFixed(4), c, (2 * Number(a > 0.5) + b + 0.2 * rng.normal()).toFixed(4)].join(',');
  });
  await writeFile(file, `a,b,c,y\n${lines.join('\n')}\n`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unveil-edit-'));
  data = join(folder, 'steps.csv');
  await write(data);
  model = await train(data);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('editing a model with its data at hand', () => {
  it('measures a removed term as models of the folds without it, and pairs the difference', async () => {
    const { model: without, changes } = await edited(model, { kind: 'remove', term: 'a' });
    const change = changes!.find(one => one.name === 'rmse')!;
    expect(change.before).toBeCloseTo(metric(model, 'rmse'), 9);
    expect(change.value).toBe(metric(without, 'rmse'));
    expect(change.change).toBeCloseTo(change.value - change.before!, 9);
    expect(change.low).toBeLessThan(change.change!);
    expect(change.low).toBeGreaterThan(0.3);
    // The term is all that tells 0 from 2: its removal leaves a standard deviation of about 1.
    expect(metric(without, 'rmse')).toBeGreaterThan(0.9);
    expect(metric(without, 'rmse')).toBeLessThan(1.2);
    expect(without.report.performance!.metrics[0]!.folds).toHaveLength(3);
  });

  it('gives the metrics of models of the folds whose scores of the term are 0', async () => {
    const { model: without } = await edited(model, { kind: 'remove', term: 'b' });
    const models = without.conformal!.models.map(json => boostingFamily.load(json) as BoostingModel);
    const originals = model.conformal!.models.map(json => boostingFamily.load(json) as BoostingModel);
    models.forEach((one, f) => one.state.terms.forEach((term, t) => {
      const original = originals[f]!.state.terms[t]!.scores;
      expect(term.scores).toEqual(t === 1 ? new Float64Array(original.length) : original);
    }));
    expect(metric(without, 'r2')).toBeLessThan(metric(model, 'r2'));
  });

  it('records the edit in the file, in the parameters, in the first note and in a section of both panels', async () => {
    const { model: file } = await edited(model, { kind: 'smooth', term: 'a', bandwidth: 3 });
    expect(file.edits).toMatchObject([{ term: 'a', edit: 'smoothed', bandwidth: 3 }]);
    expect((boostingFamily.load(file.parameters) as BoostingModel).state.terms[0]!.edits).toHaveLength(1);
    expect(file.report.notes[0]).toMatchObject({ kind: 'edited', text: expect.stringMatching(/a smoothed on \d{4}-/) });
    expect(file.report.sections.filter(one => one.title === 'Edited by hand').map(one => one.panel)).toEqual(['overview', 'effects']);
    expect(file.report.sections[0]!.summary).toMatch(/RMSE on held-out rows rose from .* to .* \(95 % interval of the change/);
    expect(file.report.model.title).toMatch(/edited by hand/);
    expect(metric(file, 'rmse')).toBeGreaterThan(metric(model, 'rmse'));
  });

  it('is back where it was after undo, to the last digit, noise and conformal intervals too', async () => {
    const { model: once } = await edited(model, { kind: 'monotone', term: 'a', direction: 'decreasing' });
    const { model: twice } = await edited(once, { kind: 'remove', term: 'c' });
    const { model: back } = await edited((await edited(twice, { kind: 'undo' })).model, { kind: 'undo' });
    expect(metric(once, 'rmse')).toBeGreaterThan(2 * metric(model, 'rmse'));
    expect(back.edits).toBeUndefined();
    expect(JSON.parse(JSON.stringify(back.parameters))).toEqual(JSON.parse(JSON.stringify(model.parameters)));
    expect(back.conformal!.units).toEqual(model.conformal!.units);
    expect(back.report.performance).toEqual(model.report.performance);
    expect(back.report.notes.some(note => note.kind === 'edited')).toBe(false);
  });

  it('widens the intervals of predictions by what the edit leaves unexplained', async () => {
    const noise = (file: ModelFile): number => (boostingFamily.load(file.parameters) as BoostingModel).state.noise!;
    const { model: without } = await edited(model, { kind: 'remove', term: 'a' });
    expect(noise(without) / noise(model)).toBeCloseTo(metric(without, 'rmse') / metric(model, 'rmse'), 6);
    const width = (file: ModelFile): number => file.conformal!.units.flatMap(unit => unit.scores).reduce((a, b) => a + b, 0);
    expect(width(without)).toBeGreaterThan(2 * width(model));
  });

  it('fits the folds anew where the file does not keep them, to the same metrics', async () => {
    const { conformal: _, ...lean } = model;
    const { changes } = await edited({ ...lean, recipe: { ...model.recipe, seed: model.recipe.seed } } as ModelFile, { kind: 'remove', term: 'a' });
    expect(changes!.find(one => one.name === 'rmse')!.before).toBeCloseTo(metric(model, 'rmse'), 9);
  });

  it('edits classes the same way', async () => {
    const file = join(folder, 'classes.csv');
    const rng = new Rng(8);
    await writeFile(file, `a,b,y\n${Array.from({ length: 300 }, () => { const a = rng.uniform(); return `${a.toFixed(4)},${rng.uniform().toFixed(4)},${a + 0.2 * rng.normal() > 0.5 ? 'yes' : 'no'}`; }).join('\n')}\n`);
    const { changes, model: without } = await edited(await train(file), { kind: 'remove', term: 'a' });
    expect(changes!.find(one => one.name === 'auc')!.change).toBeLessThan(-0.3);
    expect(without.report.sections[0]!.summary).toMatch(/Log loss on held-out rows rose .* worse by more than chance explains/);
  });
});

describe('taking all edits back', () => {
  it('brings back everything that was measured of the fitted model, where the data are gone too', async () => {
    const file = join(folder, 'gone.csv');
    await write(file);
    const before = (await parseModelFile(JSON.stringify(await train(file)), 'before')) as ModelFile;
    const { model: once } = await edited(before, { kind: 'remove', term: 'a' });
    expect(once.fitted!.report).toEqual(before.report);
    await rm(file);
    const { model: twice } = await edited(once, { kind: 'smooth', term: 'b' });
    expect(twice.report.performance).toBeUndefined();
    const { model: back } = await edited((await edited(twice, { kind: 'undo' })).model, { kind: 'undo' });
    expect(back).toEqual(before);
  });
});

describe('a comparison of families in the report of an edited model', () => {
  it('says that it is of the model before the edits, once, and is as it was when they are taken back', async () => {
    const compared = await train(data, { model: undefined, compare: { models: ['linear', 'ebm'] } });
    const section = (file: ModelFile) => file.report.sections.find(one => one.kind === 'comparison')!;
    expect(compared.report.model.family).toBe('ebm');
    const { model: once } = await edited(compared, { kind: 'smooth', term: 'b' });
    const { model: twice } = await edited(once, { kind: 'smooth', term: 'a' });
    expect(section(twice).title).toBe('Models compared, before the edits');
    expect(section(twice).summary.match(/before it was edited by hand/g)).toHaveLength(1);
    expect(twice.report.comparison).toEqual(compared.report.comparison);
    const { model: back } = await edited((await edited(twice, { kind: 'undo' })).model, { kind: 'undo' });
    expect(section(back)).toEqual(section(compared));
  });
});

describe('a model that was trained anew', () => {
  const again: NonNullable<ModelFile['edits']> = [
    { term: 'a', edit: 'smoothed', at: '2026-01-01T00:00:00.000Z', bandwidth: 2 }, { term: 'gone', edit: 'removed', at: '2026-01-02T00:00:00.000Z' },
    { term: 'b', edit: 'monotone', at: '2026-01-03T00:00:00.000Z', direction: 'increasing' },
  ];

  it('has the edits of the one before where the terms are still there, and says which could not be made', async () => {
    const { model: retrained } = await editModel({ model, again }, quiet());
    expect(retrained.edits).toMatchObject([{ term: 'a', edit: 'smoothed', bandwidth: 2 }, { term: 'b', edit: 'monotone', direction: 'increasing' }]);
    const { model: byHand } = await edited((await edited(model, { kind: 'smooth', term: 'a', bandwidth: 2 })).model, { kind: 'monotone', term: 'b', direction: 'increasing' });
    expect(metric(retrained, 'rmse')).toBe(metric(byHand, 'rmse'));
    const texts = retrained.report.notes.map(note => note.text);
    expect(texts).toContain('The model was trained anew, and 2 edits by hand of the model before were made again.');
    expect(texts.find(text => text.includes('could not'))).toMatch(/this one could not be made again: gone removed \(The model has no term "gone"/);
  });

  it('says plainly that edits are dropped where no term of theirs is left, or the family has none', async () => {
    const { model: none } = await editModel({ model, again: again.slice(1, 2) }, quiet());
    expect(none.edits).toBeUndefined();
    expect(none.report.notes.some(note => note.kind === 'warning' && note.text.includes('gone removed'))).toBe(true);
    const linear = { ...model, report: { ...model.report, model: { ...model.report.model, family: 'linear' } } };
    const { model: other } = await editModel({ model: linear, again }, quiet());
    expect(other.report.notes.some(note => /were dropped when it was trained anew/.test(note.text))).toBe(true);
  });
});

describe('editing a model whose held-out metrics cannot be had', () => {
  it('says why, and keeps nothing that was measured before the edit', async () => {
    const file = join(folder, 'changed.csv');
    await write(file);
    const before = await train(file);
    await appendFile(file, '0.5,0.5,red,1\n');
    const { model: after, changes } = await edited(before, { kind: 'remove', term: 'a' });
    expect(changes).toBeUndefined();
    expect(after.report.performance).toBeUndefined();
    expect(after.report.importance).toBeUndefined();
    expect(after.conformal).toBeUndefined();
    expect(after.report.sections[0]!.summary).toMatch(/cannot be had: the data file changed\.csv has changed since the training\.$/);
    expect(after.report.sections.map(one => one.kind)).toEqual(expect.arrayContaining(['shapes', 'terms', 'columns']));
    expect(after.report.effects!.find(one => 'feature' in one && one.feature === 'a')!.effect.every(score => score === 0)).toBe(true);
    await rm(file);
    expect((await edited(after, { kind: 'smooth', term: 'b' })).model.report.notes.some(note => /cannot be read any more/.test(note.text))).toBe(true);
  });

  it('is refused for other families in one sentence', async () => {
    const other = { ...model, report: { ...model.report, model: { ...model.report.model, family: 'linear', title: 'Linear regression' } } };
    await expect(edited(other, { kind: 'undo' })).rejects.toThrowError(/explainable boosting machine only; this model is: Linear regression\.$/);
  });
});
