/** What a network is given: standardised inputs, tokens, and parts for validation. */
import { describe, expect, it } from 'vitest';
import { encodeInputs, inputTerms, readInputs, tokensOf, writeInputs } from '../../../src/engine/models/network/inputs';
import { prepareNetwork } from '../../../src/engine/models/network/prepareNetwork';
import { validationParts } from '../../../src/engine/models/network/validationParts';
import { datasetFor, makeTable } from '../families/support';
import { curvedNumbers, ringClasses } from './support';

function column(x: Float32Array, columns: number, j: number): number[] {
  return Array.from({ length: x.length / columns }, (_, i) => x[i * columns + j]);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(mean(values.map(v => (v - mean(values)) ** 2)));

describe('inputs of a network', () => {
  it('are standardised where they are numbers and 0 or 1 where they are categories or indicators', () => {
    const { inputs, data } = prepareNetwork(curvedNumbers(200));
    const names = inputTerms(inputs).map(term => term.name);
    expect(names).toEqual(['x1', 'x2', 'x2 (missing)', 'x3', 'groupb']);
    names.forEach((name, j) => {
      const values = column(data.x, data.inputs, j);
      if (name.startsWith('x') && !name.includes('missing')) {
        expect(mean(values)).toBeCloseTo(0, 5);
        expect(deviation(values)).toBeCloseTo(1, 5);
      } else expect(new Set(values)).toEqual(new Set([0, 1]));
    });
    expect(data.x.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('standardise the target of a regression and give codes of classes', () => {
    const { data, target, outputs } = prepareNetwork(curvedNumbers(200));
    expect(mean(Array.from(data.y))).toBeCloseTo(0, 5);
    expect(target.mean).toBeGreaterThan(100);
    expect(outputs).toBe(1);
    const rings = prepareNetwork(ringClasses(200, 4));
    expect(rings.outputs).toBe(4);
    expect(new Set(rings.data.y)).toEqual(new Set([0, 1, 2, 3]));
  });

  it('are the same in whatever unit a column comes, also where squares would be 0 or no numbers', () => {
    const values = Array.from({ length: 1200 }, (_, i) => Math.sin(i) + (i > 700 ? 3 : 0));
    const xOf = (unit: number): number[] => {
      const table = makeTable({ a: values.map(v => v * unit), y: values });
      return Array.from(prepareNetwork(datasetFor(table, { target: 'y', task: 'regression' })).data.x);
    };
    const plain = xOf(1);
    expect(deviation(plain)).toBeCloseTo(1, 5);
    for (const unit of [1e-200, 1e-170, 1e170, 1e200]) xOf(unit).forEach((x, i) => expect(x).toBeCloseTo(plain[i], 5));
  });

  it('keep the columns of one feature together as a token', () => {
    const { inputs } = prepareNetwork(curvedNumbers(200));
    expect(tokensOf(inputs)).toEqual({ features: ['x1', 'x2', 'x3', 'group'], tokenOf: [0, 1, 1, 2, 3] });
  });

  it('learn means on the given rows only', () => {
    const dataset = curvedNumbers(100);
    const few = prepareNetwork(dataset, Int32Array.from({ length: 30 }, (_, i) => i));
    expect(few.data.rows).toBe(30);
    expect(mean(column(few.data.x, few.data.inputs, 0))).toBeCloseTo(0, 5);
    expect(few.inputs.shift[0]).not.toBeCloseTo(prepareNetwork(dataset).inputs.shift[0], 6);
  });

  it('come back from JSON with the same numbers', () => {
    const dataset = curvedNumbers(50);
    const { inputs } = prepareNetwork(dataset);
    const again = readInputs(JSON.parse(JSON.stringify(writeInputs(inputs))));
    expect(encodeInputs(again, dataset.table).x).toEqual(encodeInputs(inputs, dataset.table).x);
  });

  it('mark rows without a value where missing cells are not filled in', () => {
    const table = makeTable({ x: ['1', '2', 'NA', '4', '6', '5'], y: [1, 2, 3, 4, 5, 6] });
    const { inputs } = prepareNetwork(datasetFor(table, { target: 'y', missing: 'drop' }));
    expect(Array.from(encodeInputs(inputs, table).incomplete ?? [])).toEqual([0, 0, 1, 0, 0, 0]);
  });

  it('survive constant, huge and hardly varying columns, and no columns at all', () => {
    const rows = 20;
    const each = (make: (i: number) => number | string): (number | string)[] => Array.from({ length: rows }, (_, i) => make(i));
    const table = makeTable({ same: each(() => 0.1), huge: each(i => 1e300 * i), near: each(i => 1e9 + (i % 2)), one: each(() => 'only'), y: each(i => i) });
    const { data } = prepareNetwork(datasetFor(table, { target: 'y', features: ['same', 'huge', 'near', 'one'] }));
    expect(data.x.every(Number.isFinite)).toBe(true);
    expect(deviation(column(data.x, data.inputs, 2))).toBeCloseTo(1, 5);
    const nothing = prepareNetwork(datasetFor(table, { target: 'y', features: ['one'] }));
    expect(nothing.data.inputs).toBe(1);
    expect(nothing.data.x.every(v => v === 0)).toBe(true);
  });
});

describe('validation parts', () => {
  it('of the members do not overlap while they can, and each leaves the rest to train', () => {
    const part = validationParts(100, 0.15, 1);
    const held = [0, 1, 2, 3, 4, 5].map(member => part(member));
    for (const { train, validation } of held) {
      expect(validation).toHaveLength(15);
      expect(new Set([...train, ...validation]).size).toBe(100);
    }
    expect(new Set(held.flatMap(({ validation }) => Array.from(validation))).size).toBe(90);
    expect(validationParts(100, 0.15, 2)(0).validation).not.toEqual(held[0].validation);
  });

  it('have each class in about its share, and never the only row of a class', () => {
    const codes = Int32Array.from({ length: 200 }, (_, i) => (i === 7 ? 2 : i % 10 === 0 ? 1 : 0));
    for (let member = 0; member < 6; member++) {
      const { validation } = validationParts(200, 0.15, 3, codes)(member);
      const ones = validation.filter(row => codes[row] === 1).length;
      expect(ones).toBeGreaterThanOrEqual(2);
      expect(ones).toBeLessThanOrEqual(4);
      expect(validation).not.toContain(7);
    }
  });

  it('keep groups whole', () => {
    const of = Int32Array.from({ length: 120 }, (_, i) => Math.floor(i / 6));
    const { train, validation } = validationParts(120, 0.2, 1, undefined, { column: 'g', of, count: 20 })(1);
    const groups = new Set(Array.from(validation, row => of[row]));
    expect(validation.length).toBeGreaterThan(10);
    expect(train.some(row => groups.has(of[row]))).toBe(false);
  });

  it('are empty where there are too few rows', () => {
    expect(validationParts(5, 0.15, 1)(0).validation).toHaveLength(0);
    expect(validationParts(10, 0.15, 1)(0).validation).toHaveLength(2);
  });
});
