import { describe, expect, it } from 'vitest';
import { encodeRows } from '../../../src/engine/data/design';
import { learnEncoding } from '../../../src/engine/data/encoding/learn';
import { planDesign } from '../../../src/engine/data/encoding/plan';
import type { Encoding } from '../../../src/engine/data/encoding/encoding';
import { medianInPlace } from '../../../src/engine/data/encoding/median';
import { Encoder } from '../../../src/engine/data/encoding/encoder';
import { surprisesIn } from '../../../src/engine/data/encoding/surprises';
import type { Column, Table } from '../../../src/engine/data/table';
import { Rng } from '../../../src/engine/math/random';
import { encodingNotes } from '../../../src/engine/models/shared/encodingNotes';
import { EncodingTally } from '../../../src/engine/models/shared/encodingTally';
import { talliedNotes } from '../../../src/engine/models/shared/inputTally';
import { datasetFor, makeColumn, makeTable, type Wanted } from '../families/support';

const table = makeTable({
  y: [1, 2, 3, 4, 5, 6], n: [1, 'NA', 3, 4, 10, 'NA'], c: ['b', 'a', '', 'a', 'b', 'a'],
});

const dropped = makeTable({ y: [1, 2, 3, 4, 5, 6], n: [1, 2, 'NA', 4, 10, 3], c: ['b', 'a', 'a', '', 'b', 'a'] });

function learn(data: Table, wanted: Wanted = {}, rows?: Int32Array): { encoding: Encoding; table: Table } {
  const dataset = datasetFor(data, { target: 'y', ...wanted });
  return { encoding: JSON.parse(JSON.stringify(learnEncoding(planDesign(dataset), dataset.table, rows))), table: dataset.table };
}

function columns(encoding: Encoding, data: Table, rows?: Int32Array): Map<string, number[]> {
  const design = encodeRows(encoding, data, rows);
  return new Map(design.terms.map((t, j) => [t.name, Array.from(design.data.subarray(j * design.rows, (j + 1) * design.rows))]));
}

describe('encoding without a formula', () => {
  it('fills missing numbers with the median and says so in an indicator; missing categories are a level', () => {
    const { encoding, table: data } = learn(table);
    expect(columns(encoding, data)).toEqual(new Map([
      ['n', [1, 3.5, 3, 4, 10, 3.5]], ['n (missing)', [0, 1, 0, 0, 0, 1]],
      ['cb', [1, 0, 0, 0, 1, 0]], ['c(missing)', [0, 0, 1, 0, 0, 0]],
    ]));
    const text = encodingNotes(encoding, false).map(n => n.text).join(' ');
    expect(text).toContain('n (2 rows, median 3.5)');
    expect(text).toContain('c: a');
  });

  it("with missing 'drop' uses complete rows only", () => {
    const dataset = datasetFor(dropped, { target: 'y', missing: 'drop' });
    expect(dataset.table.rows).toBe(4);
    expect(dataset.sourceRows).toEqual(Int32Array.of(0, 1, 4, 5));
  });

  it('learns on the training rows alone', () => {
    const { encoding, table: data } = learn(table, {}, Int32Array.of(0, 2, 3));
    expect(encoding.columns[0]).toMatchObject({ fill: 3, missing: 0 });
    expect([...columns(encoding, data).keys()]).toEqual(['n', 'cb', 'c(missing)']);
    expect(columns(encoding, data, Int32Array.of(1)).get('n')).toEqual([3]);
  });

  it('treats an unknown level as the reference, or as (missing) where that level exists, and counts it', () => {
    const fresh = makeTable({ n: [1, 2], c: ['zebra', 'b'] });
    const { encoding } = learn(table);
    expect(columns(encoding, fresh).get('c(missing)')).toEqual([1, 0]);
    const complete = learn(makeTable({ y: [1, 2, 3, 4], c: ['a', 'b', 'a', 'b'] })).encoding;
    expect(columns(complete, fresh)).toEqual(new Map([['cb', [0, 1]]]));
    expect(surprisesIn(complete, fresh).unseen).toEqual([{ column: 'c', level: 'zebra', rows: 1, as: 'a' }]);
    expect(talliedNotes(new EncodingTally(complete), fresh)[0].text).toContain('c "zebra" (1 row, as "a")');
  });

  it('takes the most frequent level as reference when asked to', () => {
    const data = makeTable({ y: [1, 2, 3, 4], c: ['a', 'b', 'b', 'c'] });
    const { encoding } = learn(data, { options: { reference: 'mostFrequent' } });
    expect(encodeRows(encoding, data).terms.map(t => [t.name, t.reference])).toEqual([['ca', 'b'], ['cc', 'b']]);
  });

  it('adds powers, products and standardisation on request', () => {
    const data = makeTable({ y: [1, 2, 3, 4, 5], u: [1, 2, 3, 4, 5], v: ['a', 'b', 'a', 'b', 'a'] });
    const { encoding } = learn(data, { options: { polynomial: 3, interactions: true } });
    const made = columns(encoding, data);
    expect([...made.keys()]).toEqual(['u', 'u^2', 'u^3', 'vb', 'u:vb']);
    expect(made.get('u^3')).toEqual([1, 8, 27, 64, 125]);
    expect(made.get('u:vb')).toEqual([0, 2, 0, 4, 0]);
    const scaled = columns(learn(data, { options: { standardise: true } }).encoding, data).get('u')!;
    expect(scaled[0]).toBeCloseTo(-2 / Math.sqrt(2.5), 14);
  });

  it('pools rare levels above the limit into (other)', () => {
    const cells = Array.from({ length: 400 }, (_, i) => (i < 300 ? `l${i % 30}` : `rare${i}`));
    const data: Table = { rows: 400, columns: [makeColumn('y', cells.map((_, i) => String(i))), makeColumn('c', cells)] };
    const { encoding } = learn(data);
    const [variable] = encoding.variables;
    expect(variable.kind === 'category' && variable.levels.length).toBe(41);
    expect(variable.kind === 'category' && variable.levels.at(-1)).toBe('(other)');
    expect(columns(encoding, data).get('c(other)')!.filter(v => v === 1)).toHaveLength(90);
    expect(encodingNotes(encoding, false).map(n => n.text).join()).toContain('pooled');
  });

  it('counts dates in days since the first one', () => {
    const day = 86400000;
    const when: Column = { name: 'when', kind: 'datetime', storage: 'number', values: Float64Array.of(10 * day, 12 * day, NaN, 15.5 * day) };
    const data: Table = { rows: 4, columns: [makeColumn('y', ['1', '2', '3', '5']), when] };
    const { encoding } = learn(data);
    expect(columns(encoding, data).get('when')).toEqual([0, 2, 2, 5.5]);
    expect(encodingNotes(encoding, false).map(n => n.text).join()).toContain('days since 1970-01-11');
  });

  it('reads a column that changed its form between files', () => {
    const { encoding } = learn(makeTable({ y: [1, 2, 3, 4], k: [1, 2, 1, 2] }), { categorical: ['k'] });
    expect(columns(encoding, makeTable({ k: ['1.0', '2.0', 'x'] }))).toEqual(new Map([['k2', [0, 1, 0]]]));
    expect(columns(encoding, makeTable({ k: [2, 1] }))).toEqual(new Map([['k2', [1, 0]]]));
  });

  it('keeps names such as __proto__ and constructor through JSON', () => {
    const data: Table = { rows: 4, columns: [makeColumn('y', ['1', '2', '3', '4']), makeColumn('__proto__', ['constructor', '__proto__', 'toString', '__proto__'])] };
    const { encoding } = learn(data);
    expect([...columns(encoding, data).keys()]).toEqual(['__proto__constructor', '__proto__toString']);
  });

  it('names the column that a table lacks', () => {
    const { encoding } = learn(table);
    expect(() => encodeRows(encoding, makeTable({ n: [1], cc: ['a'] }))).toThrowError(/no column "c".*"cc"/);
  });

  it('gives rows with missing cells no numbers where rows were dropped at the fit', () => {
    const { encoding } = learn(dropped, { missing: 'drop' });
    const made = columns(encoding, makeTable({ n: ['NA', 2], c: ['b', ''] }));
    expect(made.get('n')).toEqual([NaN, 2]);
    expect(made.get('cb')).toEqual([1, NaN]);
  });

  it('encodes the same in blocks as at once', () => {
    const rng = new Rng(3);
    const n = 10000;
    const data: Table = {
      rows: n, columns: [
        { name: 'y', kind: 'numeric', storage: 'number', values: Float64Array.from({ length: n }, () => rng.uniform()) },
        { name: 'u', kind: 'numeric', storage: 'number', values: Float64Array.from({ length: n }, () => rng.normal()) },
        { name: 'c', kind: 'categorical', storage: 'code', levels: ['a', 'b', 'c'], codes: Int32Array.from({ length: n }, () => rng.integer(3)) },
      ],
    };
    const { encoding } = learn(data, { formula: 'y ~ u * c + I(u^2)' });
    const design = encodeRows(encoding, data);
    const beta = Float64Array.from({ length: design.columns }, (_, j) => j + 1);
    const out = new Float64Array(n);
    new Encoder(encoding, data).addLinear({ rows: undefined, from: 0, length: n }, [beta], new Float64Array(design.columns), [out], 0);
    for (let i = 0; i < n; i += 997) {
      let sum = 0;
      for (let j = 0; j < design.columns; j++) sum += beta[j] * design.data[j * n + i];
      expect(out[i]).toBeCloseTo(sum, 12);
    }
  });
});

describe('the median', () => {
  it('is that of a sort', () => {
    const rng = new Rng(1);
    for (const n of [1, 2, 3, 10, 101, 1000]) {
      const values = Float64Array.from({ length: n }, () => Math.floor(rng.uniform() * n));
      const sorted = values.slice().sort();
      const expected = n % 2 ? sorted[n >> 1] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
      expect(medianInPlace(values)).toBe(expected);
    }
  });
});
