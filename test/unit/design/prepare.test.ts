import { describe, expect, it } from 'vitest';
import { defaultFeatures } from '../../../src/engine/data/defaultFeatures';
import { UserError } from '../../../src/protocol/errors';
import { datasetFor, makeTable, prepared, profileOf, type Wanted } from '../families/support';
import type { Table } from '../../../src/engine/data/table';

function fault(table: Table, wanted: Wanted): { reason: string; message: string } {
  try {
    prepared(table, wanted);
  } catch (error) {
    if (UserError.is(error)) return { reason: error.reason, message: error.message };
    throw error;
  }
  throw new Error('no fault');
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('preparing a dataset', () => {
  it('drops rows without a target, says how many, and keeps where each row came from', () => {
    const table = makeTable({ y: [1, 'NA', 3, 4, 5], x: [1, 2, 3, 4, 6] });
    const { dataset, dropped, notes } = prepared(table, { target: 'y' });
    expect(dropped).toEqual([{ reason: 'the target "y" is missing or not a finite number', rows: 1 }]);
    expect(dataset.sourceRows).toEqual(Int32Array.of(0, 2, 3, 4));
    expect(notes[0]).toMatchObject({ kind: 'dropped' });
    expect(dataset.table.columns.map(c => c.name)).toEqual(['x']);
  });

  it('puts classes in sort order, the positive one of two last', () => {
    const table = makeTable({ y: ['yes', 'no', 'yes', 'no'], x: [1, 2, 3, 4] });
    expect(datasetFor(table, { target: 'y', task: 'classification' }).target).toMatchObject({ classes: ['no', 'yes'] });
    const { target } = datasetFor(table, { target: 'y', task: 'classification', positive: 'no' });
    expect(target).toMatchObject({ classes: ['yes', 'no'] });
    expect(target.task === 'classification' && [...target.codes]).toEqual([0, 1, 0, 1]);
    const numbers = makeTable({ y: [10, 9, 10, 9], x: [1, 2, 3, 4] });
    expect(datasetFor(numbers, { target: 'y', task: 'classification', positive: '9.0' }).target).toMatchObject({ classes: ['10', '9'] });
  });

  it('refuses a constant target in one sentence', () => {
    expect(fault(makeTable({ y: [2, 2, 2, 2], x: [1, 2, 3, 4] }), { target: 'y' })).toMatchObject({ reason: 'badTarget' });
    expect(fault(makeTable({ y: ['a', 'a', 'a', 'a'], x: [1, 2, 3, 4] }), { target: 'y', task: 'classification' }).message).toContain('nothing to explain');
  });

  it('refuses a text target that is different in every row, text for regression, and an unknown positive class', () => {
    const table = makeTable({ y: ['a', 'b', 'c', 'd'], x: [1, 2, 3, 4] });
    expect(fault(table, { target: 'y', task: 'classification' })).toMatchObject({ reason: 'badTarget' });
    expect(fault(table, { target: 'y', task: 'regression' }).message).toContain('holds text');
    const two = makeTable({ y: ['a', 'b', 'a', 'b'], x: [1, 2, 3, 4] });
    expect(fault(two, { target: 'y', task: 'classification', positive: 'c' })).toMatchObject({ reason: 'badOption' });
  });

  it('refuses a positive class of a target that has three', () => {
    const three = makeTable({ y: ['a', 'b', 'c', 'a', 'b', 'c'], x: range(6) });
    expect(fault(three, { target: 'y', task: 'classification', positive: 'b' })).toEqual({
      reason: 'badOption', message: 'A positive class goes with two classes; the target "y" has 3.',
    });
    expect(fault(three, { formula: 'factor(y) ~ x', positive: 'b' }).message).toBe('A positive class goes with two classes; the target "factor(y)" has 3.');
  });

  it('takes 90 classes and refuses 150; says which classes have one row', () => {
    const many = (k: number): Table => makeTable({ y: range(600).map(i => `c${i % k}`), x: range(600) });
    expect(datasetFor(many(90), { target: 'y', task: 'classification' }).target).toHaveProperty('classes.length', 90);
    expect(fault(many(150), { target: 'y', task: 'classification' }).message).toContain('150 different values');
    const single = makeTable({ y: ['a', 'b', 'a', 'b', 'c'], x: range(5) });
    expect(prepared(single, { target: 'y', task: 'classification' }).notes.map(n => n.text).join()).toContain('"c"');
  });

  it('refuses too few rows and says why there are so few', () => {
    expect(fault(makeTable({ y: [1, 2], x: [1, 2] }), { target: 'y' })).toMatchObject({ reason: 'tooFewRows' });
    const sparse = makeTable({ y: range(9), x: ['NA', 1, 'NA', 'NA', 'NA', 'NA', 'NA', 'NA', 'NA'], z: range(9) });
    expect(fault(sparse, { target: 'y', missing: 'drop' }).message).toContain('a feature is missing: 8');
  });

  it('refuses a run without features, and with an unknown one', () => {
    expect(fault(makeTable({ y: [1, 2, 3, 4] }), { target: 'y' })).toMatchObject({ reason: 'badFeatures' });
    expect(fault(makeTable({ y: [1, 2, 3, 4], abc: [1, 2, 3, 4] }), { target: 'y', features: ['abd'] }).message).toContain('"abc"');
    expect(fault(makeTable({ y: [1, 2, 3, 4], x: [1, 2, 3, 4] }), { target: 'y', features: ['x', 'y'] })).toMatchObject({ reason: 'badFeatures' });
  });

  it('warns of a feature that is the target in other words', () => {
    const table = makeTable({ y: ['yes', 'no', 'yes', 'no'], copy: [1, 0, 1, 0], x: [1, 2, 3, 4] });
    const notes = prepared(table, { target: 'y', task: 'classification' }).notes;
    expect(notes.filter(n => n.kind === 'warning').map(n => n.text)).toEqual([expect.stringContaining('"copy"')]);
  });

  it('drops incomplete rows over the variables of the formula only, as R does', () => {
    const table = makeTable({ y: [1, 2, 3, 4, 5], x: [1, 'NA', 3, 4, 5], z: ['NA', 'NA', 'NA', 'NA', 1] });
    expect(datasetFor(table, { formula: 'y ~ x', missing: 'drop' }).table.rows).toBe(4);
  });
});

describe('default features', () => {
  it('leave out what cannot explain anything, with reasons', () => {
    const table = makeTable({ y: [1, 2], a: [1, 2], id: [1, 2], t: ['x', 'y'], k: [1, 1], e: ['NA', 'NA'] });
    const profile = profileOf(table, { id: 'identifier', t: 'text', k: 'constant', e: 'empty' });
    expect(defaultFeatures(profile, ['y'])).toEqual({
      features: ['a'],
      dropped: [
        { column: 'id', reason: 'identifies rows (2 distinct values in 2 rows)' }, { column: 't', reason: 'free text' },
        { column: 'k', reason: 'the same value in every row' }, { column: 'e', reason: 'empty' },
      ],
    });
    expect(defaultFeatures(profile, ['y'], ['a']).dropped[0]).toEqual({ column: 'a', reason: 'left out by request' });
  });
});
