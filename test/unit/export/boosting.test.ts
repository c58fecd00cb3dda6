/** Exported explainable boosting machines, made by hand: every kind of bin, pair, loss and odd cell. */
import { describe, expect, it } from 'vitest';
import { exportModel } from '../../../src/engine/export/exportModel';
import { Rng } from '../../../src/engine/math/random';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import type { BoostedTerm, BoostingLoss, BoostingState, FeatureBins } from '../../../src/engine/models/boosting/state';
import type { Column, Table } from '../../../src/engine/data/table';
import { compareModel, fileNamed, type Row, runTypescript } from './support';

const rng = new Rng(11);
type NumberBins = Extract<FeatureBins, { kind: 'number' }>;
const age: NumberBins = { kind: 'number', name: 'age', cuts: [20, 33.5, 47, 61.25], least: 3, largest: 80 };
const size: NumberBins = { kind: 'number', name: 'size', cuts: Array.from({ length: 200 }, (_, i) => i / 7 - 10), least: -20, largest: 30 };
const kind: FeatureBins = { kind: 'level', name: 'kind', levels: ['a', "it's", '3', '-', '+'] };
const day: FeatureBins = { kind: 'number', name: 'day', cuts: [Date.UTC(2020, 0, 2), Date.UTC(2020, 5, 1, 12)], least: 0, largest: 2e12, datetime: true };
const features = [age, size, kind, day];

function count(bins: FeatureBins): number {
  return bins.kind === 'number' ? bins.cuts.length + 3 : bins.levels.length + 2;
}

function term(places: readonly number[], outputs: number, coarse: readonly FeatureBins[] = places.map(p => features[p]!)): BoostedTerm {
  const cells = coarse.reduce((product, bins) => product * count(bins), 1);
  return { features: places, bins: coarse, scores: Float64Array.from({ length: cells * outputs }, () => rng.normal()), weights: new Float64Array(cells).fill(1) };
}

function stateOf(loss: BoostingLoss, classes?: readonly string[]): BoostingState {
  const outputs = loss === 'softmax' ? classes!.length : 1;
  const removed = term([1], outputs);
  return {
    task: classes ? 'classification' : 'regression', loss, ...(classes && { classes }), features, outputs,
    intercept: Array.from({ length: outputs }, () => rng.normal()),
    terms: [
      ...features.map((_, j) => term([j], outputs)), term([0, 2], outputs, [{ ...age, cuts: [33.5] }, kind]), term([1, 3], outputs, [{ ...size, cuts: size.cuts.slice(50, 70) }, day]),
      { ...removed, scores: removed.scores.map(() => 0), edits: [{ kind: 'removed', at: '2026-01-01T00:00:00Z' }] },
    ],
    statistics: [], notes: [],
  };
}

const header = ['age', 'size', 'kind', 'day'];
const cells = Array.from({ length: 120 }, (_, i) => {
  const date = new Date(Date.UTC(2019, 11, 28, 3 * i, 17)).toISOString().slice(0, 19);
  return [
    i % 11 === 3 ? '' : String([20, 33.5, 61.25, 61.2499, 100, -5][i % 6]), i % 13 === 5 ? 'NA' : String(i < 20 ? size.cuts[9 * i]! : -14 + (i * 34) / 120),
    ['a', "it's", '3', 'unseen', '', '-', '+'][i % 7]!, i % 9 === 2 ? '' : date,
  ];
});

function tableOf(): Table {
  const numbers = (j: number, read: (text: string) => number): Float64Array => Float64Array.from(cells, row => (row[j] === '' || row[j] === 'NA' ? NaN : read(row[j]!)));
  const levels = ['a', "it's", '3', 'unseen', '-', '+'];
  const columns: Column[] = [
    { name: 'age', kind: 'numeric', storage: 'number', values: numbers(0, Number) }, { name: 'size', kind: 'numeric', storage: 'number', values: numbers(1, Number) },
    { name: 'kind', kind: 'categorical', storage: 'code', levels, codes: Int32Array.from(cells, row => levels.indexOf(row[2]!)) },
    { name: 'day', kind: 'datetime', storage: 'number', values: numbers(3, text => Date.parse(`${text}Z`)) },
  ];
  return { rows: cells.length, columns };
}

describe('the code of an explainable boosting machine', () => {
  for (const [loss, classes] of [['squared'], ['poisson'], ['logistic', ['no', 'yes']], ['softmax', ['x', 'y', "z'"]]] as const) {
    it(`predicts as the model does (${loss})`, async () => {
      const model = new BoostingModel(stateOf(loss, classes));
      const difference = await compareModel(model, fileNamed('y'), tableOf(), header, cells);
      for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
    });
  }

  it('finds truths and numbers in other spellings than at the training, as the model does', async () => {
    const flag: FeatureBins = { kind: 'level', name: 'flag', levels: ['false', 'true'] };
    const grade: FeatureBins = { kind: 'level', name: 'grade', levels: ['01', '2', 'none'] };
    const one = (places: readonly number[]): BoostedTerm => term(places, 1, places.map(p => [flag, grade][p]!));
    const model = new BoostingModel({ ...stateOf('squared'), features: [flag, grade], terms: [one([0]), one([1]), one([0, 1])] });
    const flags = ['false', 'true', 'TRUE', 'no', 'Yes', 'F', 'on', '1', '0', '1.0', 'maybe', '2', ''];
    const grades = ['01', '1', '2.0', 'none', '3', ''];
    const rows = flags.flatMap(a => grades.map(b => [a, b]));
    const column = (name: string, j: number, levels: readonly string[]): Column =>
      ({ name, kind: 'categorical', storage: 'code', levels, codes: Int32Array.from(rows, row => levels.indexOf(row[j]!)) });
    const table: Table = { rows: rows.length, columns: [column('flag', 0, flags.slice(0, -1)), column('grade', 1, grades.slice(0, -1))] };
    const difference = await compareModel(model, fileNamed('y'), table, ['flag', 'grade'], rows);
    for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
    const code = exportModel(model, fileNamed('y'), 'typescript');
    const [known, spelled, unseen] = await runTypescript(code, [{ flag: 'true', grade: '01' }, { flag: 'yes', grade: '1' }, { flag: 'maybe', grade: '1' }]);
    expect(spelled).toEqual(known);
    expect(unseen).not.toEqual(known);
  });

  it('says which terms a person edited', () => {
    const code = exportModel(new BoostingModel(stateOf('squared')), fileNamed('y'), 'python');
    expect(code).toContain('# Terms edited by a person: size (removed).');
  });

  it('takes cells as numbers, dates and null as well as texts', async () => {
    const code = exportModel(new BoostingModel(stateOf('squared')), fileNamed('y'), 'typescript');
    const texts: Row = { age: '40', size: ' 1.5 ', kind: '3', day: '2020-01-02' };
    const typed = { age: 40, size: 1.5, kind: 3, day: new Date('2020-01-02T00:00:00Z') } as unknown as Row;
    const missing: Row = { age: null, size: '', kind: null, day: 'NA' };
    const [a, b, c] = await runTypescript(code, [texts, typed, missing]);
    expect(a).toEqual(b);
    expect(Number.isFinite(c!.numbers[0])).toBe(true);
    await expect(runTypescript(code, [{ age: 40 }])).rejects.toThrow('The row has no column "size".');
  });
});
