/** What tools answer, how short, and what they say when something is wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { Metric } from '../../../src/protocol/measures';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { Section } from '../../../src/protocol/report';
import { sideBySide } from '../../../src/engine/sideBySide/beside';
import { sideModelOf } from '../../../src/protocol/sideBySide';
import { callTool } from '../../../src/tools/callTool';
import { rounded, usualSize } from '../../../src/tools/compact';
import { modelParts } from '../../../src/tools/definitions';
import { wideModel } from '../../fixtures/reports/wide';
import { modelNamed } from '../host/fixtures';
import { columns, fakeHost, profileOf } from './fakeHost';

const file = '/data/people.csv';
const fixture = (name: string): ModelFile => JSON.parse(readFileSync(new URL(`../../fixtures/reports/${name}.json`, import.meta.url), 'utf8')) as ModelFile;

async function answer(name: string, input: object, host = fakeHost()): Promise<Record<string, unknown>> {
  return JSON.parse(await callTool(name, input, host)) as Record<string, unknown>;
}

async function refusal(name: string, input: unknown, host = fakeHost()): Promise<string> {
  const error = await callTool(name, input, host).then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).toMatch(/[.!?]$/);
  expect(message).not.toMatch(/\n|undefined|\[object/);
  return message;
}

describe('a call that is wrong', () => {
  it('is told which columns there are, the most similar first', async () => {
    const host = fakeHost({}, { train: () => Promise.reject(new UserError('unknownColumn', `${file} has no column "color"`, { file, column: 'color' })) });
    expect(await refusal('unveil_train_model', { file, target: 'color' }, host)).toBe(`${file} has no column "color". Columns are: colour, price. Call again with one of these.`);
    expect(await refusal('unveil_profile_dataset', { file, columns: ['Price '] })).toMatch(/Columns are: price, colour\. Call again/);
  });

  it('is told to name whole paths', async () => {
    for (const [name, input] of [
      ['unveil_profile_dataset', { file: 'people.csv' }], ['unveil_train_model', { file: './people.csv', target: 'price' }],
      ['unveil_train_model', { file, target: 'price', save: 'm.unveil.json' }], ['unveil_explain_model', { model: 'models/m.unveil.json' }],
      ['unveil_compare_models', { models: ['a.unveil.json', 'b.unveil.json'] }],
    ] as const) {
      const host = fakeHost({ m: modelNamed('m') });
      expect(await refusal(name, input, host)).toMatch(/is not an absolute path: .* Call again with the whole path/);
      expect(host.trained).toEqual([]);
    }
  });

  it('is told which models there are', async () => {
    expect(await refusal('unveil_explain_model', { model: 'gone' }, fakeHost({ 'price-1': modelNamed('x') }))).toMatch(/no model "gone"\. Models are: price-1\. Call again with one of these/);
    expect(await refusal('unveil_explain_model', { model: 'gone' })).toMatch(/Train one with unveil_train_model first/);
    expect(await refusal('unveil_explain_model', { model: '/x/m.unveil.json' })).toMatch(/does not exist\. Call again with the absolute path/);
  });

  it('is told what an input takes', async () => {
    expect(await refusal('unveil_train_model', { file })).toMatch(/"target" is missing\. Call again with it: Name of the column/);
    expect(await refusal('unveil_train_model', { file, target: 'price', model: 'forest' })).toMatch(/"model" takes one of auto, linear, .*, not "forest"\. .*[Cc]all again/);
    expect(await refusal('unveil_train_model', { file, target: 'price', seconds: -1 })).toMatch(/takes a number of 0 or more and of 86400 or less, not -1/);
    expect(await refusal('unveil_train_model', { file, target: 'price', colour: 1 })).toMatch(/no input "colour"; inputs are: file, target/);
    expect(await refusal('unveil_train_model', { file, target: 'price', features: 'a,b' })).toMatch(/takes a list of texts/);
    expect(await refusal('unveil_explain_prediction', { model: 'm', row: 1.5 })).toMatch(/takes a whole number/);
    for (const input of [null, 'x', []]) expect(await refusal('unveil_profile_dataset', input)).toMatch(/has to be an object/);
  });

  it('is told what else to ask of a model that lacks a part or a feature', async () => {
    const host = fakeHost({ m: modelNamed('m') });
    expect(await refusal('unveil_explain_model', { model: 'm', part: 'formula' }, host)).toMatch(/has no formula\. .*unveil_train_model .*parts: overview\./);
    expect(await refusal('unveil_explain_model', { model: 'm', features: ['b'] }, host)).toMatch(/feature "b"\. Its features are: a, __proto__\. Call again/);
    expect(await refusal('unveil_explain_prediction', { model: 'm', values: { b: 1 } }, host)).toMatch(/no feature "b"\. Its features are: a/);
    expect(await refusal('unveil_explain_prediction', { model: 'm' }, host)).toMatch(/call again with either "row"/);
    expect(await refusal('unveil_compare_models', {}, host)).toMatch(/Call again with "file" and "target", or with "models"/);
    expect(await refusal('unveil_compare_models', { models: ['m'] }, host)).toMatch(/takes a list of texts, at least 2 of them, not \["m"\]\. Change that and call again\./);
    expect(await refusal('unveil_compare_models', { models: ['m', 'm'] }, host)).toMatch(/one model only/);
  });

  it('never overwrites a file, and says so before it trains', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unveil-tools-test-'));
    try {
      const save = join(folder, 'm.unveil.json');
      writeFileSync(save, 'mine');
      const host = fakeHost({ m: modelNamed('m') });
      expect(await refusal('unveil_train_model', { file, target: 'price', save }, host)).toMatch(/already\. Call again with another path/);
      expect(await refusal('unveil_train_model', { file, target: 'price', save: join(folder, 'people.csv') }, host)).toMatch(/end in \.unveil\.json/);
      expect(await refusal('unveil_train_model', { file, target: 'price', save: join(folder, 'no', 'm.unveil.json') }, host)).toMatch(/There is no folder .*\. Call again with a path in a folder that exists\.$/);
      expect(await refusal('unveil_train_model', { file, target: 'price', save: join(folder, 'a\0.unveil.json') }, host)).toMatch(/"save" holds a character that no path has\. Call again/);
      expect(host.trained).toEqual([]);
      const full = fakeHost({ m: modelNamed('m') }, { writeModel: (_, path) => Promise.reject(new UserError('cannotWrite', `${path} cannot be written: the disk is full.`)) });
      expect(await refusal('unveil_train_model', { file, target: 'price', save: join(folder, 'n.unveil.json') }, full)).toMatch(/the disk is full\. The model is trained and kept as "m", without a file: ask for it by this id, or call again with another path\.$/);
      expect(await answer('unveil_train_model', { file, target: 'price', save: join(folder, 'n.unveil.json') }, host)).toMatchObject({ saved: join(folder, 'n.unveil.json') });
      expect(host.written).toEqual([join(folder, 'n.unveil.json')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends as cancelled when it is cancelled, and names a fault of ours as one', async () => {
    await expect(callTool('unveil_profile_dataset', { file }, fakeHost({}, { profile: () => Promise.reject(new CancelledError()) }))).rejects.toBeInstanceOf(CancelledError);
    expect(await refusal('unveil_profile_dataset', { file }, fakeHost({}, { profile: () => Promise.reject(new TypeError('x is not a function')) }))).toMatch(/A fault in Unveil.*tell the person/);
  });
});

describe('an answer', () => {
  it('profiles a file with short numbers, and counts what it leaves out', async () => {
    expect(await answer('unveil_profile_dataset', { file })).toMatchObject({
      sentence: '100 rows and 2 columns; a likely target is price (regression).', rows: 100,
      columns: [{ name: 'price', kind: 'numeric', distinct: 90, min: 1.235, median: 20000, max: 30000 }, { name: 'colour', missing: 3, levels: [['red', 60], ['blue', 37]] }],
    });
    const many = Array.from({ length: 3000 }, (_, i) => ({ ...columns[0]!, name: `a column with quite a long name ${i}`, note: 'There is something to say of this column. '.repeat(5) }));
    const host = fakeHost({}, { profile: path => Promise.resolve({ profile: profileOf(path, many), targets: [] }) });
    const text = await callTool('unveil_profile_dataset', { file }, host);
    expect(text.length).toBeLessThanOrEqual(usualSize);
    const { columns: told, moreColumns } = JSON.parse(text) as { columns: unknown[]; moreColumns: number };
    expect(told.length + moreColumns).toBe(3000);
    expect((await answer('unveil_profile_dataset', { file, columns: [many[2999]!.name] }, host))['columns']).toHaveLength(1);
  });

  it('asks the engine for what was asked for', async () => {
    const host = fakeHost({ m: modelNamed('m') });
    await answer('unveil_train_model', { file, target: 'price' }, host);
    await answer('unveil_train_model', { file, target: 'price', model: 'ebm', drop: ['id'], positive: null }, host);
    await answer('unveil_train_model', { file, target: 'price', seconds: 0 }, host);
    await answer('unveil_train_model', { file, target: 'price', model: 'formula', seconds: 5 }, host);
    expect(host.trained).toEqual([
      { file, target: 'price', compare: { seconds: 20 } },
      { file, target: 'price', model: 'ebm', drop: ['id'] },
      { file, target: 'price', model: 'auto' },
      { file, target: 'price', model: 'formula', options: { seconds: 5 } },
    ]);
  });

  it('says a note of all metrics once, and names no feature that counts for nothing', async () => {
    const plain = modelNamed('m');
    const importance = [{ feature: 'a', permutation: { value: 0 } }] as unknown as NonNullable<ModelFile['report']['importance']>;
    const [rmse, r2] = plain.report.performance!.metrics as [Metric, Metric];
    const withNotes = (...metrics: Metric[]): ModelFile => ({ ...plain, report: { ...plain.report, importance, performance: { ...plain.report.performance!, metrics } } });
    const heldOut = async (model: ModelFile): Promise<unknown> => (await answer('unveil_explain_model', { model: 'm' }, fakeHost({ m: model })))['heldOut'];
    const one = await answer('unveil_explain_model', { model: 'm' }, fakeHost({ m: withNotes({ ...rmse, note: 'Few rows.' }, { ...r2, note: 'Few rows.' }) }));
    expect(one['heldOut']).toMatchObject({ note: 'Few rows.' });
    expect(JSON.stringify(one).match(/Few rows/g)).toHaveLength(1);
    expect(one['sentence']).not.toMatch(/counts most/);
    expect(await heldOut(withNotes({ ...rmse, note: 'Few rows.' }, r2))).toMatchObject({ metrics: [{ note: 'Few rows.' }, { name: 'r2' }] });
  });

  it('is short for every part of every kind of model, and starts with one sentence', async () => {
    const models = { regression: fixture('regression'), binary: fixture('binary'), hostile: fixture('multiclass-hostile'), wide: wideModel() };
    for (const [model, { report }] of Object.entries(models)) {
      let seen = 0;
      for (const part of modelParts) {
        const text = await callTool('unveil_explain_model', { model, part }, fakeHost(models)).catch((error: unknown) => {
          expect(String(error), `${model} ${part}`).toMatch(/has no .* Call again with one of these parts/);
        });
        if (text === undefined) continue;
        seen++;
        expect(text.length, `${model} ${part}`).toBeLessThanOrEqual(usualSize);
        const { sentence } = JSON.parse(text) as { sentence: string };
        expect(Object.keys(JSON.parse(text) as object)[0]).toBe('sentence');
        // The summaries of the other reports are made up.
        if (model === 'regression' || model === 'binary') expect(sentence).toMatch(/[.!?…]$/);
        expect(sentence).not.toMatch(/undefined|NaN/);
      }
      expect(seen, report.model.title).toBeGreaterThan(2);
    }
  });

  it('gives the largest weights of a wide model and counts the others', async () => {
    const model = wideModel();
    const { weights, moreWeights } = await answer('unveil_explain_model', { model: 'm', part: 'weights' }, fakeHost({ m: model })) as { weights: { term: string; estimate: number }[]; moreWeights: number };
    expect(weights.length + moreWeights).toBe(5001);
    const [intercept, first, second] = weights;
    expect(intercept!.term).toBe('(Intercept)');
    expect(Math.abs(first!.estimate)).toBeGreaterThanOrEqual(Math.abs(second!.estimate));
    const largest = model.report.weights!.slice(1).reduce((a, b) => (Math.abs(b.estimate) > Math.abs(a.estimate) ? b : a));
    expect(first!.term).toBe(largest.term);
    const one = await answer('unveil_explain_model', { model: 'm', part: 'weights', features: ['feature 4999'] }, fakeHost({ m: model }));
    expect(one['weights']).toMatchObject([{ term: 'feature 4999' }]);
  });

  it('takes a row of values apart, from base to output', async () => {
    const asked: string[] = [];
    const sections = [
      { kind: 'fit', id: 'rowPrediction1', panel: 'row', title: '', method: '', summary: 'For row 1 the model predicts price = 9.', values: [{ label: 'Predicted price', value: 9.00001 }] },
      { kind: 'contributions', of: 'row', id: 'c', panel: 'row', title: '', method: '', summary: '', unit: 'price', base: 1, output: 14, residual: 0, items: Array.from({ length: 13 }, (_, i) => ({ feature: `f${i}`, value: '2', contribution: 1 })) },
    ] as unknown as Section[];
    const host = fakeHost({ m: modelNamed('m') }, {
      explainRow: params => {
        asked.push(readFileSync(params.file, 'utf8'));
        return Promise.resolve({ row: params.row, sections });
      },
    });
    const found = await answer('unveil_explain_prediction', { model: 'm', values: JSON.parse('{"__proto__": "x, \\"y\\""}') as object }, host);
    expect(asked).toEqual(['a,__proto__\n,"x, ""y"""\n']);
    expect(found).toMatchObject({ sentence: 'For the row the model predicts price = 9; f0 = 2 raises it most.', prediction: [{ value: 9 }], base: 1, output: 14, moreContributions: 3, restContributes: 3, cautions: ['Not given and taken as missing: a.'] });
    expect(found['contributions']).toHaveLength(10);
  });

  it('warns of levels and of numbers far from what the training rows have, and refuses texts for numbers', async () => {
    const plain = modelNamed('m');
    const model: ModelFile = {
      ...plain, recipe: { ...plain.recipe, features: ['a', 'b'] },
      background: { rows: 20, columns: [{ name: 'a', kind: 'numeric', cells: '1,,2,3' }, { name: 'b', kind: 'categorical', cells: '', levels: ['red', 'blue'] }] },
      report: { ...plain.report, data: { ...plain.report.data, columns: [{ name: 'a', kind: 'numeric', role: 'feature', missing: 0, distinct: 9 }, { name: 'b', kind: 'categorical', role: 'feature', missing: 0, distinct: 2 }] } },
    };
    const sections = [{ kind: 'fit', id: 'rowPrediction1', panel: 'row', title: '', method: '', summary: 'For row 1 the model predicts price = 9.', values: [] }] as unknown as Section[];
    const host = fakeHost({ m: model }, { explainRow: ({ row }) => Promise.resolve({ row, sections }) });
    expect((await answer('unveil_explain_prediction', { model: 'm', values: { a: '1.5', b: 'rd' } }, host))['cautions']).toEqual(['"rd" is not among the levels of b in the 20 training rows that the model keeps: red, blue.']);
    expect(await answer('unveil_explain_prediction', { model: 'm', values: { a: 1, b: 'red' } }, host)).not.toHaveProperty('cautions');
    expect((await answer('unveil_explain_prediction', { model: 'm', values: { a: 1e9, b: 'red' } }, host))['cautions']).toEqual(['a = 1000000000 is far outside the 20 training rows that the model keeps (1 to 3): no held-out row vouches for the prediction there.']);
    expect(await answer('unveil_explain_prediction', { model: 'm', values: { a: 3.9, b: 'red' } }, host)).not.toHaveProperty('cautions');
    const lacking = fakeHost({ m: model }, { explainRow: ({ file: of }) => Promise.reject(new UserError('lacksColumns', `${of} lacks the column "a" that the model needs.`, { file: of })) });
    expect(await refusal('unveil_explain_prediction', { model: 'm', row: 1, file: '/data/b.csv' }, lacking)).toMatch(/needs\. Call again with a file that has them, or with "values" in place of a row\.$/);
    expect(await refusal('unveil_explain_prediction', { model: 'm', values: { a: 'many' } }, host)).toMatch(/"a" is "many", but the column holds numbers\. Call again with a number\.$/);
    expect(await refusal('unveil_explain_prediction', { model: 'm', values: { a: [1] } }, host)).toMatch(/Call again with/);
  });

  it('says of trained models what the panel of models side by side says, of the same rows only', async () => {
    const model = modelNamed('m');
    const other = (recipe: object, folds: readonly number[] = [2, 2, 2, 2, 2], trainedOn: string | undefined = 'x'): ModelFile => ({
      ...model, recipe: { ...model.recipe, ...recipe }, ...(trainedOn !== undefined && { background: { rows: 20, trainedOn, columns: [] } }),
      report: { ...model.report, performance: { ...model.report.performance!, metrics: [{ name: 'rmse', value: folds.reduce((sum, value) => sum + value, 0) / folds.length, folds }] } },
    });
    const told = async (a: ModelFile, b: ModelFile): Promise<Record<string, unknown>> => answer('unveil_compare_models', { models: ['a', 'b'] }, fakeHost({ a, b }));
    const worse = other({ model: 'ebm' }, [3, 3.1, 2.9, 3, 3]);
    const found = await told(other({}), worse);
    const panel = sideBySide([{ ...sideModelOf(other({})), name: 'a' }, { ...sideModelOf(worse), name: 'b' }]);
    expect(found).toMatchObject({ comparable: true, sentence: panel.verdict[0] });
    expect(found['sentence']).toMatch(/^a is better than b: its RMSE is lower by 1 \(95 % interval .*\): beyond chance\.$/);
    const difference = panel.pairs[0]!.metrics[0]!;
    expect(found['differences']).toMatchObject([{ from: 'a', to: 'b', beyondChance: true, metrics: [{ name: 'rmse', difference: 1, low: rounded(difference.low!), pValue: rounded(difference.pValue!), verdict: 'worse' }] }]);
    expect((await told(other({}, [2, 3, 2, 3, 2]), other({}, [3, 2, 2.5, 2, 3])))['sentence']).toMatch(/differ by .* on the same folds: it can be chance\.$/);
    expect(await told(other({}), other({ target: 'height' }))).toMatchObject({ comparable: false, sentence: 'Nothing is said of which is better of a and b: they explain different targets.' });
    expect((await told(other({}), other({ seed: 2 })))['sentence']).toMatch(/different seeds/);
    expect((await told(other({}), other({ file: '/data/b.csv' }, undefined, 'y')))['sentence']).toMatch(/different contents/);
    expect((await told(other({}), other({ file: '/data/copy.csv' })))['comparable']).toBe(true);
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`model-${i}`, other({ seed: 1 }, [2 + i, 2, 2, 2, 2])]));
    expect((await callTool('unveil_compare_models', { models: Object.keys(many) }, fakeHost(many))).length).toBeLessThanOrEqual(usualSize);
    expect(await refusal('unveil_compare_models', { models: [...Object.keys(many), 'more'] }, fakeHost({ ...many, more: model }))).toMatch(/At most 8 models .*[Cc]all again/);
  });
});
