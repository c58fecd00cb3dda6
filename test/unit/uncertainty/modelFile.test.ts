/** Conformal intervals in model files and in predictions, and what happens to odd data. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseModelFile } from '../../../src/engine/modelFile';
import { predictFile } from '../../../src/engine/predict';
import { checkConformal, checkRequest } from '../../../src/engine/resolve';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { IntervalResult, SetResult } from '../../../src/engine/uncertainty/conformal';
import { conformalPrediction } from '../../../src/engine/uncertainty/conformal';
import { readConformal, writeConformal } from '../../../src/engine/uncertainty/conformalBlock';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { context, makeTable } from '../families/support';
import { dataOf, everyRow, fiveFolds, run, tableOf, type Draw, type Run } from './simulated';

const linear: Draw = rng => {
  const x = rng.normal();
  const group = ['a', 'b|c', 'd'][rng.integer(3)];
  return { x, group, y: x + (group === 'a' ? 1 : 0) + rng.normal() };
};
const classes: Draw = rng => {
  const x = rng.normal();
  return { x, group: 'a', y: x + rng.normal() > 0.4 ? 'up|down' : 'flat' };
};

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-conformal-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A model file of a run with just what `predict` reads. */
function fileOf({ dataset, model, block }: Run): ModelFile {
  const { recipe, target, table } = dataset;
  return {
    format: 'unveil-model', version: 1, created: '2026-01-01T00:00:00Z', name: 'y', recipe, parameters: JSON.parse(JSON.stringify(model.toJSON())), conformal: block,
    report: {
      format: 'unveil-report', version: 1, recipe, timings: {}, notes: [], sections: [],
      data: { rows: table.rows, rowsUsed: table.rows, dropped: [], columns: table.columns.map(({ name, kind }) => ({ name, kind, role: name === 'y' ? 'target' as const : 'feature' as const, missing: 0, distinct: 2 })) },
      model: { family: target.task === 'regression' ? 'linear' : 'logistic', title: model.title, task: target.task },
    },
  };
}

async function predicted(file: ModelFile, rows: string, options: { level?: number; intervals?: 'model' | 'conformal' } = {}): Promise<{ lines: string[]; notes: string[] }> {
  const data = join(folder, 'new.csv');
  const out = join(folder, 'out.csv');
  writeFileSync(data, `x,group\n${rows}`);
  const { notes } = await predictFile({ model: file, file: data, out, ...options }, context);
  return { lines: readFileSync(out, 'utf8').trimEnd().split('\n'), notes: notes.map(note => note.text) };
}

describe('predictions with conformal intervals', () => {
  it('give low and high of the conformal interval that the report measured, and those of the model when asked', async () => {
    const done = await run(dataOf(tableOf(linear, 200, new Rng(1)), 'regression', 0.9), 'auto');
    const file = parseModelFile(JSON.stringify(fileOf(done)), 'm.unveil.json') as Promise<ModelFile>;
    const rows = '0.5,a\n-1,d\n';
    const conformal = await predicted(await file, rows, { level: 0.9 });
    expect(await predicted(await file, rows, { intervals: 'conformal', level: 0.9 })).toEqual(conformal);
    expect(conformal.lines[0]).toBe('x,group,prediction,low,high');
    const { low, high } = done.predictor.intervals(makeTable({ x: [0.5, -1], group: ['a', 'd'] }), 0.9, Int32Array.from([0, 1]));
    conformal.lines.slice(1).forEach((line, i) => {
      expect(Number(line.split(',')[3])).toBeCloseTo(low[i], 10);
      expect(Number(line.split(',')[4])).toBeCloseTo(high[i], 10);
    });
    expect(conformal.notes.join(' ')).toMatch(/The columns low and high: the intervals are conformal \(CV\+\) at 90 %; they hold at least 7\d\.\d % of new rows/);
    const own = await predicted(await file, rows, { intervals: 'model', level: 0.9 });
    expect(own.lines[0]).toBe('x,group,prediction,low,high');
    expect(own.lines[1]).not.toBe(conformal.lines[1]);
    expect(own.notes).toEqual(["The columns low and high are the model's own: 90 % prediction interval."]);
  });

  it('are those of the method of the training, at the level of the model', async () => {
    const file = fileOf(await run(dataOf(tableOf(linear, 200, new Rng(1)), 'regression', 0.9), 'cqr'));
    const { notes } = await predicted(file, '0.5,a\n-1,d\n');
    expect(notes.join(' ')).toMatch(/intervals are conformal \(conformalised quantile residuals\) at 90 %/);
  });

  it("give way to the model's own where they would be infinite, which is said", async () => {
    const file = fileOf(await run(dataOf(tableOf(linear, 40, new Rng(1)), 'regression', 0.9), 'auto'));
    const { lines, notes } = await predicted(file, '0.5,a\n', { level: 0.99 });
    expect(lines[1]).not.toContain('Infinity');
    expect(notes.join(' ')).toContain("the model's own: 99 % prediction interval. They are not the conformal ones of the report, which would be infinite: ");
  });

  it('of two classes are the set of the report beside the interval of the probability', async () => {
    const file = fileOf(await run(dataOf(tableOf(classes, 300, new Rng(1)), 'classification', 0.9), 'auto'));
    const { lines, notes } = await predicted(file, '-4,a\n0.4,a\n');
    expect(lines[0]).toBe('x,group,prediction,probability_flat,probability_up|down,low,high,set');
    expect(lines[1]!.split(',').at(-1)).toBe('flat');
    expect(notes.join(' ')).toMatch(/low and high are the model's own: 90 % confidence interval of the probability of up\|down\. The column set: the sets are conformal/);
  });

  it('name texts among numbers as such, with an example and its row', async () => {
    const file = fileOf(await run(dataOf(tableOf(linear, 60, new Rng(1)), 'regression', 0.9), 'auto'));
    const { notes } = await predicted(file, '0.5,a\n,a\nlots,d\n12 apples,d\nNA,d\n');
    expect(notes).toContain('2 cells of x are no numbers, such as "lots" in row 3; they are predicted like missing cells.');
    // Said once: neither by the reading nor among the missing cells.
    expect(notes.join(' ').match(/lots/g)).toHaveLength(1);
    expect(notes.join(' ')).toMatch(/x \(2 rows\)/);
    expect((await predicted(file, '0.5,a\n,a\nNA,d\n')).notes.join(' ')).not.toContain('are no number');
  });

  it('do not say that columns were taken as numbers as asked, which nobody did', async () => {
    const done = await run(dataOf(tableOf(linear, 60, new Rng(1)), 'regression', 0.9), 'auto');
    const { notes } = await predicted(fileOf(done), '0.5,a\n2,a\nword,d\n');
    expect(notes.join(' ')).toMatch(/1 cell of x is no number, such as "word" in row 3/);
    expect(notes.join(' ')).not.toMatch(/as asked|as at the training/);
    expect((await predicted(fileOf(done), '0.5,a\n1,d\n')).notes.join(' ')).not.toMatch(/as asked|as at the training/);
  });

  it('write infinite bounds as -Infinity and Infinity, with the reason', async () => {
    const done = await run(dataOf(tableOf(linear, 40, new Rng(1)), 'regression', 0.9), 'auto');
    const { lines, notes } = await predicted(fileOf(done), '0.5,a\n', { intervals: 'conformal', level: 0.99 });
    expect(lines[1]).toMatch(/^0\.5,a,[^,]+,-Infinity,Infinity$/);
    expect(notes.join(' ')).toContain('they are infinite: a finite interval at 99 % needs at least 99 calibration rows and there are 40 calibration rows.');
  });

  it('give the set of classes joined by |, with \\ before a | of a name', async () => {
    const done = await run(dataOf(tableOf(classes, 300, new Rng(1)), 'classification', 0.9), 'auto');
    const { lines } = await predicted(fileOf(done), '-4,a\n4,a\n0.4,a\n', { intervals: 'conformal', level: 0.95 });
    expect(lines[0]).toBe('x,group,prediction,probability_flat,probability_up|down,set');
    expect(lines.slice(1).map(line => line.split(',').at(-1))).toEqual(['flat', 'up\\|down', 'flat|up\\|down']);
  });

  it('are refused in a sentence where the file has none', async () => {
    const done = await run(dataOf(tableOf(linear, 60, new Rng(1)), 'regression', 0.9), 'auto');
    const { conformal: _conformal, ...without } = fileOf(done);
    await expect(predicted(without, '0.5,a\n', { intervals: 'conformal' })).rejects.toThrow('holds no conformal intervals');
    expect((await predicted(without, '0.5,a\n')).lines[0]).toBe('x,group,prediction,low,high');
  });
});

describe('the conformal block of a model file', () => {
  it('leaves models of folds out that are too large, and then has no guarantee', async () => {
    const { result, model, predictor } = await run(dataOf(tableOf(linear, 200, new Rng(1)), 'regression', 0.9), 'auto');
    const block = writeConformal(result.predictor.state, 100);
    expect(block.models).toEqual([]);
    const small = readConformal(JSON.parse(JSON.stringify(block)), model, () => { throw new Error('there is no model to load'); });
    expect(small.guarantee(0.9)).toBeUndefined();
    expect(predictor.guarantee(0.9)).toBeGreaterThan(0.7);
    const table = tableOf(linear, 20, new Rng(2));
    const { low, high } = small.intervals(table, 0.9, everyRow(table));
    const mean = model.predict(table).mean!;
    // Around one model the interval is symmetric, its half the conformal quantile.
    mean.forEach((m, i) => expect(m - low[i]).toBeCloseTo(high[i] - m, 9));
    expect(result.kept).toBe(true);
    expect(JSON.stringify(writeConformal(small.state))).toBe(JSON.stringify(block));
  });

  it('keeps of the models of folds what predictions need, in every family', async () => {
    const cases = [
      { family: linearFamily, task: 'regression', draw: linear }, { family: bayesFamily, task: 'regression', draw: linear },
      { family: logisticFamily, task: 'classification', draw: classes }, { family: bayesFamily, task: 'classification', draw: classes },
    ] as const;
    for (const { family, task, draw } of cases) {
      const dataset = dataOf(tableOf(draw, 120, new Rng(1)), task, 0.9);
      const model = await family.fit(dataset, context);
      const lean = JSON.stringify(model.toLeanJSON!());
      expect(lean.length).toBeLessThan(JSON.stringify(model.toJSON()).length);
      expect(family.load(JSON.parse(lean)).predict(dataset.table)).toEqual(model.predict(dataset.table));
    }
  });

  it('that was tampered with ends in a sentence', async () => {
    const done = await run(dataOf(tableOf(linear, 60, new Rng(1)), 'regression', 0.9), 'cqr');
    const file = fileOf(done);
    const broken: unknown[] = [
      { ...done.block, units: [] }, { ...done.block, method: 'magic' }, { ...done.block, units: done.block.units.map(unit => ({ ...unit, model: 9 })) },
      { ...done.block, units: done.block.units.map(unit => ({ ...unit, scores: [...unit.scores].reverse() })) },
      { ...done.block, units: done.block.units.map(unit => ({ ...unit, quantiles: { columns: [], low: [], high: [0] } })) },
      { ...done.block, classes: ['a', 'b'] },
    ];
    for (const conformal of broken) {
      await expect(predicted({ ...file, conformal: conformal as ModelFile['conformal'] }, '0.5,a\n', { intervals: 'conformal' })).rejects.toThrow('damaged');
    }
  });
});

describe('odd data', () => {
  const shapes: readonly [string, Draw, number][] = [
    ['a target that is nearly always the same', rng => ({ x: rng.normal(), y: rng.uniform() < 0.1 ? 4 : 3 }), 30],
    ['a constant feature', rng => ({ x: 1, y: rng.normal() }), 30],
    ['four rows', rng => ({ x: rng.normal(), y: rng.normal() }), 4],
    ['missing cells', rng => ({ x: rng.uniform() < 0.3 ? '' : rng.normal(), z: rng.uniform() < 0.5 ? 'NA' : 'b', y: rng.normal() }), 40],
    ['huge values', rng => ({ x: rng.normal() * 1e150, y: rng.normal() * 1e150 }), 40],
    ['many levels', rng => ({ x: `l${rng.integer(30)}`, y: rng.normal() }), 90],
  ];
  for (const [name, draw, rows] of shapes) {
    it(`${name}: intervals that hold what they can, and no number that is none`, async () => {
      for (const choice of ['auto', 'split', 'cqr'] as const) {
        const { predictor, dataset, result } = await run(dataOf(tableOf(draw, rows, new Rng(4)), 'regression', 0.8), choice);
        const { low, high } = predictor.intervals(dataset.table, 0.8, everyRow(dataset.table));
        expect(low.some(Number.isNaN) || high.some(Number.isNaN)).toBe(false);
        const { measured } = (result as IntervalResult).delivered;
        if (measured) expect(measured.coverage).toBeGreaterThan(0.6);
      }
    });
  }

  it('two classes of which one has two rows', async () => {
    let count = 0;
    const draw: Draw = rng => ({ x: rng.normal(), y: count++ < 2 ? 'rare' : 'common' });
    const { result } = await run(dataOf(tableOf(draw, 50, new Rng(4)), 'classification', 0.9), 'auto');
    expect((result as SetResult).delivered.measured!.coverage).toBeGreaterThan(0.85);
  });

  it('nothing without folds or with none', async () => {
    const { dataset, evaluation, model } = await run(dataOf(tableOf(linear, 60, new Rng(1)), 'regression', 0.9), 'auto', fiveFolds);
    expect(await conformalPrediction(dataset, evaluation, model, 'none', context, new Rng(1))).toBeUndefined();
    expect(await conformalPrediction(dataset, { ...evaluation, folds: [], foldModels: [] }, model, 'auto', context, new Rng(1))).toBeUndefined();
  });

  it('quantiles of residuals of classes, and kinds that there are not, are refused', () => {
    expect(() => checkConformal('cqr', 'classification')).toThrow('for numbers');
    expect(() => checkConformal('cqr', 'regression')).not.toThrow();
    expect(() => checkRequest({ file: 'x.csv', conformal: 'magic' as 'cqr' })).toThrow('auto, split, cv+, cqr or none');
  });
});
