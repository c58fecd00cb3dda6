import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainRow } from '../../../src/engine/explainRow';
import { explain } from '../../../src/engine/run';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { UserError } from '../../../src/protocol/errors';
import type { Section } from '../../../src/protocol/report';
import { quiet } from '../evaluate/stub';

const penguins = join(__dirname, '../../../examples/penguins.csv');
const find = (sections: readonly Section[], id: string): Section => sections.find(s => s.id === id)!;

describe('explaining a row of a file', () => {
  let linear: ModelFile;
  let logistic: ModelFile;
  beforeAll(async () => {
    const asked = { file: penguins, detail: 'brief', split: { scheme: 'none' } } as const;
    linear = await explain({ ...asked, target: 'body_mass_g' }, quiet());
    logistic = await explain({ ...asked, target: 'species' }, quiet());
  });

  it('takes the prediction apart to 1e-9 of it and shows the row beside the others', async () => {
    const { row, sections } = await explainRow({ model: linear, file: penguins, row: 1 }, quiet());
    expect(row).toBe(1);
    const waterfall = find(sections, 'rowContributions1');
    if (waterfall.kind !== 'contributions') throw new Error('no waterfall');
    const sum = waterfall.base + waterfall.items.reduce((s, item) => s + item.contribution, 0);
    expect(Math.abs(sum - waterfall.output)).toBeLessThan(1e-9 * waterfall.output);
    expect(waterfall.residual).toBeLessThan(1e-9 * waterfall.output);
    expect(waterfall.items.find(i => i.feature === 'flipper_length_mm')!.value).toBe('181');
    const prediction = find(sections, 'rowPrediction1');
    expect(prediction.kind === 'fit' && prediction.values.find(v => v.label === 'Actual body_mass_g')!.value).toBe(3750);
    expect(prediction.summary).toMatch(/^For row 1 the model predicts body_mass_g = 3,\d\d\d \(95 % prediction interval/);
    expect(find(sections, 'rowValues1').kind).toBe('table');
    expect(sections.every(s => s.panel === 'row')).toBe(true);
  });

  it('explains the likeliest of several classes', async () => {
    const { sections } = await explainRow({ model: logistic, file: penguins, row: 300 }, quiet());
    const prediction = find(sections, 'rowPrediction300');
    const likeliest = prediction.kind === 'fit' ? prediction.values[0].value : undefined;
    expect(likeliest).toBe('Chinstrap');
    const waterfall = find(sections, 'rowContributions300');
    expect(waterfall.kind === 'contributions' && waterfall.unit).toBe('log-share of Chinstrap');
  });

  it('says in one sentence that a row is not there, that a column is missing, and that a model file is damaged', async () => {
    const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => '', (error: unknown) => (UserError.is(error) ? error.message : `no UserError: ${String(error)}`));
    for (const row of [0, 345, 2.5]) {
      expect(await failure(explainRow({ model: linear, file: penguins, row }, quiet()))).toBe(`There is no data row ${row}: ${penguins} has 344 data rows, counted from 1 without the header.`);
    }
    const small = join(mkdtempSync(join(tmpdir(), 'row-')), 'small.csv');
    writeFileSync(small, 'species,island\nAdelie,Dream\n');
    expect(await failure(explainRow({ model: linear, file: small, row: 1 }, quiet()))).toMatch(/lacks the columns .*"flipper_length_mm".* that the model needs/);
    expect(await failure(explainRow({ model: { ...linear, parameters: {} }, file: penguins, row: 1 }, quiet()))).toMatch(/model file is damaged/);
    expect(await failure(explainRow({ model: linear, file: join(small, 'none.csv'), row: 1 }, quiet()))).not.toMatch(/^no UserError/);
  });

  it('works on a file with rows of its own, down to a single one', async () => {
    const one = join(mkdtempSync(join(tmpdir(), 'row-')), 'one.csv');
    writeFileSync(one, 'species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,sex,year\nAdelie,Dream,39,18,190,,2008\n');
    const { sections } = await explainRow({ model: linear, file: one, row: 1 }, quiet());
    const waterfall = find(sections, 'rowContributions1');
    // Against itself a row differs in nothing.
    expect(waterfall.kind === 'contributions' && Math.abs(waterfall.base - waterfall.output)).toBeLessThan(1e-9);
  });
});
