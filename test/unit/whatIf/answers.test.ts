import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../../src/engine/run';
import { whatIf } from '../../../src/engine/whatIf';
import { describeFeature } from '../../../src/engine/whatIf/features';
import { forgetSessions } from '../../../src/engine/whatIf/sessions';
import { nearestPoints } from '../../../src/engine/whatIf/nearest';
import { predictRow } from '../../../src/engine/whatIf/predictRow';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { WhatIfAnswer, WhatIfAsk, WhatIfNearest, WhatIfPrediction, WhatIfRow } from '../../../src/protocol/whatIf';
import { formulaModel, levels, numbers, quiet, sessionOf, uniform } from './session';

const columns = [numbers('a', uniform(120, 1)), numbers('b', uniform(120, 2)), levels('c', uniform(120, 3).map(v => (v < 1 ? null : v < 5 ? 'x' : 'y')))];
const product = sessionOf(columns, formulaModel(columns, 'regression', cell => (cell('a') as number) * (cell('b') as number) + (cell('c') === 'x' ? 4 : 0)));

describe('the prediction of a row of values', () => {
  it('is the sum of its base and contributions, quickly and in full', async () => {
    for (const detail of ['quick', 'full'] as const) {
      const { value, contributions } = await predictRow(product, { a: 3, b: 4, c: 'x' }, detail, quiet());
      expect(value).toBe(16);
      expect(contributions!.items.reduce((sum, item) => sum + item.contribution, contributions!.base)).toBeCloseTo(16, 9);
    }
  });

  it('has quick contributions near the full ones: their background rows have every share of the outputs', async () => {
    const quick = await predictRow(product, { a: 9, b: 9, c: 'x' }, 'quick', quiet());
    const full = await predictRow(product, { a: 9, b: 9, c: 'x' }, 'full', quiet());
    expect(quick.contributions!.method).not.toBe(full.contributions!.method);
    expect(Math.abs(quick.contributions!.base - full.contributions!.base)).toBeLessThan(2);
    expect(quick.contributions!.items[0].feature).toBe(full.contributions!.items[0].feature);
  });

  it('says which values lie outside of the training data, and takes missing cells and new levels', async () => {
    const { notes, value } = await predictRow(product, { a: 40, b: -1, c: 'z' }, 'quick', quiet());
    expect(value).toBe(-40);
    expect(notes.join(' ')).toMatch(/a is above .* b is below .* c: "z" is not among/);
    expect((await predictRow(product, { a: 1, b: 1, c: null }, 'quick', quiet())).value).toBe(1);
    expect((await predictRow(product, { a: null, b: 1, c: 'x' }, 'quick', quiet())).unpredictable).toMatch(/without a value of a/);
  });
});

describe('features', () => {
  it('have the grid of the data, a step of about a hundredth of the range, and the levels seen', () => {
    expect(describeFeature(numbers('n', [1, 5, 900]), undefined)).toMatchObject({ kind: 'number', low: 1, high: 900, unit: 1, step: 10 });
    expect(describeFeature(numbers('x', [0.25, 0.5, 1.25]), undefined)).toMatchObject({ unit: 0.01, step: 0.01 });
    expect(describeFeature(levels('c', ['b', 'a', 'b', null]), undefined)).toEqual({ name: 'c', kind: 'choice', levels: ['a', 'b'], typical: 'b' });
  });
});

describe('the nearest rows', () => {
  it('are those of a plain search through all of them', async () => {
    const { space, background } = product;
    const point = space.pointOf({ a: 5, b: 5, c: 'y' });
    const found = await nearestPoints(space, point, background, 7, quiet());
    const cell = (j: number, i: number): number => background.cells[j][i];
    const range = (j: number): number => Math.max(...background.cells[j]) - Math.min(...background.cells[j]);
    const expected = Array.from({ length: 120 }, (_, i) => ({
      at: i, distance: (Math.abs(cell(0, i) - 5) / range(0) + Math.abs(cell(1, i) - 5) / range(1) + (columns[2].storage === 'code' && columns[2].levels[columns[2].codes[i]] === 'y' ? 0 : 1)) / 3,
    })).sort((a, b) => a.distance - b.distance).slice(0, 7);
    expect(found.map(item => item.at)).toEqual(expected.map(item => item.at));
    found.forEach((item, i) => expect(item.distance).toBeCloseTo(expected[i].distance, 12));
  });
});

describe('a model of a file', () => {
  let folder: string;
  let file: string;
  let model: ModelFile;
  const answer = async <A extends WhatIfAnswer>(ask: WhatIfAsk): Promise<A> => {
    const result = await whatIf({ key: 'test', ask, model }, quiet());
    if (!('answer' in result)) throw new Error('no answer');
    return result.answer as A;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'what-if-'));
    file = join(folder, 'rows.csv');
    const [a, b] = [uniform(150, 7), uniform(150, 8)];
    writeFileSync(file, `a,b,c,y\n${a.map((v, i) => `${v},${b[i]},${i % 3 === 0 ? 'u' : 'v'},${(2 * v - b[i] + (i % 5) / 10).toFixed(3)}`).join('\n')}\n`);
    model = await explain({ file, target: 'y', model: 'linear', detail: 'brief' }, quiet());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is wanted once for a key, and kept from then on', async () => {
    expect(await whatIf({ key: 'fresh', ask: { kind: 'model' } }, quiet())).toEqual({ wanted: 'model' });
    const first = await whatIf({ key: 'fresh', ask: { kind: 'model' }, model }, quiet());
    expect(await whatIf({ key: 'fresh', ask: { kind: 'model' } }, quiet())).toEqual(first);
    expect(forgetSessions(['fresh', 'never'])).toBe(1);
    expect(await whatIf({ key: 'fresh', ask: { kind: 'model' } }, quiet())).toEqual({ wanted: 'model' });
  });

  it('predicts a row of the file, with an interval around it, and finds that row nearest to itself', async () => {
    const { values, actual } = await answer<WhatIfRow>({ kind: 'row', row: 4 });
    const { value, intervals } = await answer<WhatIfPrediction>({ kind: 'prediction', values, detail: 'full' });
    expect(Math.abs(value! - (actual as number))).toBeLessThan(0.5);
    expect(intervals[0].low!).toBeLessThan(value!);
    expect(intervals[0].high!).toBeGreaterThan(value!);
    const { rows, note } = await answer<WhatIfNearest>({ kind: 'nearest', values, count: 3 });
    expect(rows[0]).toMatchObject({ row: 4, distance: 0, values });
    expect(note).toBeUndefined();
    await expect(answer({ kind: 'row', row: 151 })).rejects.toThrow(/There is no data row 151/);
  });

  it('says when the file has changed since the training, and when it is gone', async () => {
    const { values } = await answer<WhatIfRow>({ kind: 'row', row: 4 });
    writeFileSync(file, 'a,b,c,y\n1,2,u,3\n4,5,v,6\n');
    expect((await answer<WhatIfNearest>({ kind: 'nearest', values })).note).toMatch(/^rows\.csv has changed since the training/);
    rmSync(file);
    await expect(answer({ kind: 'nearest', values })).rejects.toThrow(/does not exist/);
    const changes = await answer({ kind: 'changes', values, goal: { kind: 'range', from: 8 } });
    expect(changes).toMatchObject({ kind: 'changes', note: expect.stringMatching(/does not exist\. 150 training rows that the model file holds stand for all/) });
  });
});
