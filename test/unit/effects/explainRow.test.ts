import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainRow } from '../../../src/engine/explainRow';
import { explain } from '../../../src/engine/run';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { UserError } from '../../../src/protocol/errors';
import type { Section } from '../../../src/protocol/report';
import { readBackground, writeBackground } from '../../../src/engine/explain/backgroundBlock';
import type { Table } from '../../../src/engine/data/table';
import type { Model } from '../../../src/engine/models/model';
import { formatNumber } from '../../../src/engine/report/format';
import { codeColumn, numberColumn, quiet } from '../evaluate/stub';

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
    expect(waterfall.kind === 'contributions' && waterfall.unit).toBe('score of Chinstrap before softmax');
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

  const folder = mkdtempSync(join(tmpdir(), 'row-'));
  const fileOf = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => '', (error: unknown) => (UserError.is(error) ? error.message : `no UserError: ${String(error)}`));
  const waterfallOf = (sections: readonly Section[], row: number): Extract<Section, { kind: 'contributions' }> => {
    const found = find(sections, `rowContributions${row}`);
    if (found.kind !== 'contributions') throw new Error('no waterfall');
    return found;
  };

  it('compares the row of any file, down to a single row, with training rows that the model file holds', async () => {
    const one = fileOf('one.csv', 'species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,sex,year,body_mass_g\nAdelie,Torgersen,39.1,18.7,181,male,2007,3750\n');
    const alone = (await explainRow({ model: linear, file: one, row: 1 }, quiet())).sections;
    const among = (await explainRow({ model: linear, file: penguins, row: 1 }, quiet())).sections;
    expect(waterfallOf(alone, 1).items).toEqual(waterfallOf(among, 1).items);
    expect(waterfallOf(alone, 1).base).toBe(waterfallOf(among, 1).base);
    expect(Math.abs(waterfallOf(alone, 1).base - waterfallOf(alone, 1).output)).toBeGreaterThan(100);
    expect(waterfallOf(alone, 1).method).toMatch(/Background: 200 of the 342 rows that the model was fitted on\./);
    expect(find(alone, 'rowValues1').method).toMatch(/^Against 200 of the 342 rows that the model was fitted on:/);
  });

  it('says that a row was fitted on only where the file is the one of the training', async () => {
    const hintOf = (sections: readonly Section[]): string | undefined => {
      const found = find(sections, 'rowPrediction3');
      return found.kind === 'fit' ? found.values.find(v => v.label === 'Actual body_mass_g')!.hint : 'no section';
    };
    expect(hintOf((await explainRow({ model: linear, file: penguins, row: 3 }, quiet())).sections)).toBe('The model was fitted on this row too');
    const other = fileOf('other.csv', readFileSync(penguins, 'utf8').replace('3750', '3751'));
    expect(hintOf((await explainRow({ model: linear, file: other, row: 3 }, quiet())).sections)).toBeUndefined();
  });

  it('takes the rows of the file where the model file holds none, and refuses a file with too few', async () => {
    const { background, ...old } = linear;
    expect(background!.rows).toBe(200);
    const { sections } = await explainRow({ model: old, file: penguins, row: 1 }, quiet());
    expect(waterfallOf(sections, 1).method).toMatch(/the 344 rows of this file/);
    const lines = readFileSync(penguins, 'utf8').split('\n').slice(0, 20).join('\n');
    expect(await failure(explainRow({ model: old, file: fileOf('few.csv', lines), row: 1 }, quiet()))).toMatch(/holds no rows to compare with, .*too few .*\(19, at least 20 are needed\)/);
  });

  it('explains a complete row among incomplete ones of a model that leaves those out', async () => {
    const drop = await explain({ file: penguins, target: 'body_mass_g', detail: 'brief', split: { scheme: 'none' }, missing: 'drop' }, quiet());
    for (const model of [drop, { ...drop, background: undefined }]) {
      const { sections } = await explainRow({ model: model as ModelFile, file: penguins, row: 1 }, quiet());
      const found = waterfallOf(sections, 1);
      const sum = found.base + found.items.reduce((s, item) => s + item.contribution, 0);
      expect(Math.abs(sum - found.output)).toBeLessThan(1e-6);
      expect(find(sections, 'rowCurve1x1')).toBeDefined();
    }
  });

  it('tells the contributions that are not listed one by one in a sum', async () => {
    const found = waterfallOf((await explainRow({ model: linear, file: penguins, row: 1 }, quiet())).sections, 1);
    const rest = found.items.filter(item => item.contribution !== 0).slice(3);
    const sum = rest.reduce((s, item) => s + item.contribution, 0);
    expect(found.summary).toContain(`and ${rest.length} more, together, ${sum < 0 ? 'lower' : 'raise'} it by ${formatNumber(Math.abs(sum), 3)}`);
  });

  it('is refused before the training for a row that the file does not have', async () => {
    const asked = { file: penguins, target: 'body_mass_g', detail: 'brief', rows: [1, 345] } as const;
    expect(await failure(explain(asked, quiet()))).toBe(`There is no data row 345: ${penguins} has 344 data rows, counted from 1 without the header.`);
  });
});

describe('the background rows of a model file', () => {
  const wide = (rows: number, columns: number): Table => ({
    rows,
    columns: Array.from({ length: columns }, (_, j) => numberColumn(`x${j}`, Float64Array.from({ length: rows }, (_v, i) => Math.sin(i + j)))),
  });
  const all = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i);
  const modelOf = (features: readonly string[]): Model => ({ family: 'f', title: 'F', task: 'regression', features, notes: [], predict: () => ({ rows: 0 }), toJSON: () => ({}) });

  it('hold the features alone, and come back as they were, missing cells and levels too', () => {
    const table: Table = {
      rows: 24,
      columns: [numberColumn('x', all(24).map(v => v).reduce<number[]>((list, v) => [...list, v === 3 ? NaN : v / 3], [])), codeColumn('g', all(24).map(i => (i % 3) - 1), ['a,b', 'c', 'unused']), numberColumn('secret', all(24))],
    };
    const block = writeBackground(table, modelOf(['g', 'x']), all(24))!;
    expect(JSON.stringify(block)).not.toMatch(/secret|unused/);
    const back = readBackground(JSON.parse(JSON.stringify(block)) as typeof block, modelOf(['g', 'x']));
    expect(back.columns.map(c => c.name)).toEqual(['g', 'x']);
    expect(back.columns[1]).toEqual(table.columns[0]);
    expect(back.columns[0]).toMatchObject({ codes: (table.columns[1] as { codes: Int32Array }).codes, levels: ['a,b', 'c'] });
    expect(() => readBackground({ ...block, rows: 23 }, modelOf(['x']))).toThrow(/24 background cells/);
    expect(() => readBackground(block, modelOf(['y']))).toThrow(/lack y/);
  });

  it('are fewer where data are wide, at most 256 KB, and none where 20 would be more', () => {
    const table = wide(200, 300);
    const names = table.columns.map(c => c.name);
    const block = writeBackground(table, modelOf(names), all(200))!;
    expect(block.rows).toBeLessThan(100);
    expect(block.rows).toBeGreaterThanOrEqual(20);
    const bytes = JSON.stringify(block).length;
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
    expect(bytes).toBeGreaterThan(200 * 1024);
    expect(writeBackground(wide(20, 2000), modelOf(Array.from({ length: 2000 }, (_, j) => `x${j}`)), all(20))).toBeUndefined();
  });
});
