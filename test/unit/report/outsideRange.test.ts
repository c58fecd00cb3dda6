/** Warnings about rows to predict that lie outside of the range of the training data. */
import { describe, expect, it } from 'vitest';
import { OutsideRange } from '../../../src/engine/outsideRange';
import type { Table } from '../../../src/engine/data/table';
import type { Report, Section } from '../../../src/protocol/report';
import { codeColumn, numberColumn } from '../evaluate/stub';

const range = (low: number, high: number) => [{ probability: 0, value: low }, { probability: 0.5, value: low }, { probability: 1, value: high }];
const section = {
  kind: 'columns', id: 'columns', panel: 'data', title: 'Columns', summary: '', method: '',
  columns: [
    { name: 'age', kind: 'numeric', role: 'feature', missing: 0, distinct: 9, quantiles: range(17, 80) },
    { name: 'day', kind: 'datetime', role: 'feature', missing: 0, distinct: 9, quantiles: range(Date.UTC(2020, 0, 1), Date.UTC(2020, 11, 31)) },
    { name: 'unused', kind: 'numeric', role: 'dropped', missing: 0, distinct: 9, quantiles: range(0, 1) },
    { name: 'sex', kind: 'categorical', role: 'feature', missing: 0, distinct: 2, levels: [] },
  ],
} satisfies Section;
const report = { sections: [section] } as unknown as Report;
const outsideRangeNotes = (of: Report, features: readonly string[], table: Table, flat?: boolean): string[] => {
  const outside = new OutsideRange(of, features, flat);
  outside.add(table);
  return outside.notes();
};
const notes = (age: number[], day: number[]) => outsideRangeNotes(report, ['age', 'day', 'sex'], {
  rows: age.length,
  columns: [numberColumn('age', age), { ...numberColumn('day', day), kind: 'datetime' }, numberColumn('unused', age), codeColumn('sex', age.map(() => 0), ['m'])],
});
const inside = Date.UTC(2020, 5, 1);

describe('rows outside of the range of the training data', () => {
  it('are counted by column with the end that they go beyond', () => {
    expect(notes([81, 90, 16, 40], [inside, Date.UTC(2021, 0, 1), inside, inside])).toEqual([
      'Some rows lie outside of the range of the training data, where the prediction is an extrapolation: 2 rows have age above 80, the largest seen; 1 row has age below 17, the smallest seen; 1 row has day above 2020-12-31, the largest seen.',
    ]);
  });

  it('are said to be predicted as the end of the range by a model that does not extrapolate', () => {
    const text = outsideRangeNotes(report, ['age'], { rows: 1, columns: [numberColumn('age', [81])] }, true);
    expect(text).toEqual(['Some rows lie outside of the range of the training data; this model predicts such numbers as the nearest end of that range: 1 row has age above 80, the largest seen.']);
  });

  it('do not count on the ends themselves, where a cell is missing, or in columns that the model does not read', () => {
    expect(notes([17, 80, NaN], [inside, NaN, Date.UTC(2020, 0, 1)])).toEqual([]);
  });

  it('are passed over where a model file has no profile of its columns', () => {
    expect(outsideRangeNotes({ sections: [] } as unknown as Report, ['age'], { rows: 1, columns: [numberColumn('age', [999])] })).toEqual([]);
  });
});
