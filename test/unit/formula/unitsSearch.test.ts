// The search by units: what it leaves out, what it finds in few steps, and that formulas it proposes never contradict their units.
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../src/engine/formula/archive';
import { Enumeration } from '../../../src/engine/formula/enumeration/enumerate';
import { exact, fitted, freeNumbers, power, product, sum, variable } from '../../../src/engine/formula/expression';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { searchRows, type SearchRows } from '../../../src/engine/formula/searchRows';
import { dimensionOf } from '../../../src/engine/formula/units/dimensionOf';
import { parseUnit } from '../../../src/engine/formula/units/parseUnit';
import { exponentsFor } from '../../../src/engine/formula/units/search/dimensions';
import { TypedEnumeration } from '../../../src/engine/formula/units/search/enumerate';
import { columnFamilies } from '../../../src/engine/formula/units/search/families';
import { columnLeaves, groups } from '../../../src/engine/formula/units/search/leaves';
import { monomialsOf } from '../../../src/engine/formula/units/search/monomials';
import { proportioned } from '../../../src/engine/formula/units/search/proportions';
import { byUnits } from '../../../src/engine/formula/units/search/stage';
import { transformed } from '../../../src/engine/formula/units/search/transforms';
import { typedRows } from '../../../src/engine/formula/units/search/typedRows';
import { valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';

interface Law {
  formula: string;
  /** Name, unit, least and greatest value. */
  inputs: [string, string, number, number][];
  unit: string;
  noise?: number;
  rows?: number;
}

function rowsOf({ formula, inputs, unit, noise = 0, rows = 300 }: Law, told = true): SearchRows {
  const random = new Rng(3);
  const columns = inputs.map(([, , low, high]) => Float64Array.from({ length: rows }, () => low + (high - low) * random.uniform()));
  const y = valuesOf(parseFormula(formula, inputs.map(([name]) => name)).expression, columns, rows);
  const size = Math.sqrt(y.reduce((total, v) => total + v * v, 0) / rows);
  const units = { columns: inputs.map(([, text]) => parseUnit(text)), target: parseUnit(unit)! };
  return searchRows(columns, y.map(v => v + noise * size * random.normal()), undefined, told ? units : undefined);
}

/** The archive after the quick search by units, or once it has `enough`. */
function searched(law: Law, enough = (_: Archive): boolean => false, lanes = { lane: 0, lanes: 1 }): Archive {
  const archive = new Archive(rowsOf(law));
  for (const _ of byUnits(archive.rows, archive, lanes)) if (enough(archive)) break;
  return archive;
}

/** Whether the best formula is the law but for a factor. */
function isLaw({ best }: Archive, { formula, inputs }: Law, { columns }: SearchRows): boolean {
  if (!best) return false;
  const [found, wanted] = [best.expression, parseFormula(formula, inputs.map(([name]) => name)).expression].map(of => valuesOf(of, columns, 100));
  const ratios = found!.map((v, i) => v / wanted![i]!);
  return Math.max(...ratios) - Math.min(...ratios) < 1e-9 * Math.abs(ratios[0]!);
}

const momentum: Law = { formula: 'm*v/sqrt(1 - v^2/c^2)', inputs: [['m', 'kg', 1, 5], ['v', 'm/s', 1, 2], ['c', 'm/s', 3, 10]], unit: 'kg m/s' };
const orbit: Law = {
  formula: 'q/sqrt(r^2 + d^2 - 2*r*d*cos(a))', inputs: [['q', 'C', 1, 5], ['r', 'm', 1, 3], ['d', 'm', 4, 6], ['a', 'rad', 0, 6]], unit: 'C/m', noise: 0.05,
};

describe('products of powers', () => {
  it('have the wanted dimension, the simplest first', () => {
    const [length, time] = [[1, 0], [0, 1]];
    const found = monomialsOf([length, time, [1, -1]], [2, -1], { allowed: [[0, 1, 2], [0, -1, 1], [0, 1, 2]], largest: 10, keep: 9 });
    expect(found[0]!.exponents).toEqual([1, 0, 1]);
    for (const { exponents: [a, b, c] } of found) expect([a! + c!, b! - c!]).toEqual([2, -1]);
  });

  it('are solved for by independent columns, and not where there is no solution', () => {
    expect(exponentsFor([[1, 0], [1, -1]], [2, -1])).toEqual([1, 1]);
    expect(exponentsFor([[1, 0]], [2, -1])).toBeUndefined();
  });

  it('as many are pure numbers as columns beyond independent units', () => {
    const typed = typedRows(rowsOf({ formula: 'x - u*t', inputs: [['x', 'm', 5, 9], ['u', 'm/s', 1, 2], ['t', 's', 1, 2], ['c', 'm/s', 3, 20]], unit: 'm' }))!;
    expect(groups(typed)).toHaveLength(2);
    for (const { exponents: [x, u, t, c] } of groups(typed)) expect([x! + u! + c!, t! - u! - c!]).toEqual([0, 0]);
  });
});

describe('the enumeration that knows units', () => {
  const law: Law = { formula: 'm*(c^2 - v^2)', inputs: momentum.inputs, unit: 'J' };
  const problem = { capacity: 40_000, largest: 5, keep: 20, lane: 0, lanes: 1 };

  it('tries a fraction of what the one without them tries, and finds the law', () => {
    const typed = typedRows(rowsOf(law))!;
    const given = { typed, picked: Int32Array.from({ length: 64 }, (_, i) => i) };
    const own = new TypedEnumeration({ ...problem, typed, leaves: columnLeaves(typed).slice(0, 3), families: columnFamilies(given), picked: given.picked, products: 5, most: Infinity });
    for (const _ of own.run());
    const sampled = typed.rows.columns.map(column => column.slice(0, 64));
    const all = new Enumeration({ ...problem, columns: sampled, target: typed.rows.target.slice(0, 64) });
    for (const _ of all.run());
    expect(own.tried).toBeLessThan(all.tried / 4);
    expect(Math.min(...own.hits().map(({ unexplained }) => unexplained))).toBeLessThan(1e-10);
  });

  it('proposes nothing that contradicts the units', () => {
    const typed = typedRows(rowsOf(law))!;
    const given = { typed, picked: Int32Array.from({ length: 64 }, (_, i) => i) };
    const own = new TypedEnumeration({ ...problem, typed, leaves: columnLeaves(typed), families: columnFamilies(given), picked: given.picked, products: 5, most: 5000 });
    for (const _ of own.run());
    const hits = own.hits();
    expect(hits.length).toBeGreaterThan(50);
    for (const { parts } of hits) expect(dimensionOf(parts[0]!, { columns: typed.rows.units!.columns })).toMatchObject({ consistent: true });
  });
});

describe('the search by units', () => {
  it('finds a law by pure numbers', () => {
    // The second of two lanes begins with pure numbers.
    const archive = searched(momentum, undefined, { lane: 1, lanes: 2 });
    expect(archive.solved).toBe(true);
    expect(freeNumbers(archive.best!.expression)).toHaveLength(0);
  });

  it('finds the law of cosines under a root in noise, its three numbers as one', () => {
    const rows = rowsOf(orbit);
    expect(isLaw(searched(orbit, archive => isLaw(archive, orbit, rows)), orbit, rows)).toBe(true);
  });

  it('finds a distance in space among nine columns in noise', () => {
    const place = (name: string, low: number): [string, string, number, number] => [name, 'm', low, low + 1];
    const law: Law = {
      formula: 'G*m*M/((x-a)^2 + (y-b)^2 + (z-c)^2)', unit: 'N', noise: 0.02,
      inputs: [['m', 'kg', 1, 2], ['M', 'kg', 1, 2], ['G', 'N m^2/kg^2', 1, 2], place('x', 3), place('a', 1), place('y', 3), place('b', 1), place('z', 3), place('c', 1)],
    };
    const rows = rowsOf(law);
    expect(isLaw(searched(law, archive => isLaw(archive, law, rows)), law, rows)).toBe(true);
  });

  it('puts in the factor between km and m', () => {
    const archive = searched({ formula: '1000*s + v*t', inputs: [['s', 'km', 1, 3], ['v', 'm/s', 10, 60], ['t', 's', 5, 30]], unit: 'm' });
    expect(archive.solved).toBe(true);
    expect(archive.rows.units!.columns[0]!.scale).toBe(1000);
  });

  it('knows of km and m under a function that one is a thousand of the other', () => {
    const typed = typedRows(rowsOf({ formula: 'h*exp(-h/(1000*s))', inputs: [['h', 'm', 100, 900], ['s', 'km', 1, 3]], unit: 'm' }))!;
    expect(typed.expressions[1]).toEqual(product(exact(1000), variable(1)));
    expect(typed.columns[1]![0]).toBeCloseTo(1000 * typed.rows.columns[1]![0]!, 9);
    // All in mm needs no factors.
    const oneSystem = typedRows(rowsOf({ formula: 'a*b*c', inputs: [['a', 'mm', 1, 3], ['b', 'mm', 1, 3], ['c', 'mm', 1, 3]], unit: 'mm^3' }))!;
    expect(oneSystem.expressions).toEqual([variable(0), variable(1), variable(2)]);
  });

  it('has nothing to do without units, with pure numbers only, or where the target\'s unit cannot be made', () => {
    expect(typedRows(rowsOf(momentum, false))).toBeUndefined();
    expect(typedRows(rowsOf({ formula: 'x + y', inputs: [['x', '1', 1, 2], ['y', '%', 1, 2]], unit: '1' }))).toBeUndefined();
    expect(typedRows(rowsOf({ formula: 'x + y', inputs: [['x', 'm', 1, 2], ['y', 'm', 1, 2]], unit: 's' }))).toBeUndefined();
  });
});

describe('transforms around a prediction', () => {
  it('are not bent by noise', () => {
    const random = new Rng(5);
    const truth = Float64Array.from({ length: 4000 }, () => 1 + random.uniform());
    const y = truth.map(v => v + 0.2 * random.normal());
    const bias = (around?: Float64Array): number => {
      const { values } = transformed(y, -1, around)!;
      return values.reduce((total, v, i) => total + v - 1 / truth[i]!, 0) / values.length;
    };
    expect(Math.abs(bias())).toBeGreaterThan(0.01);
    expect(Math.abs(bias(truth))).toBeLessThan(0.004);
  });
});

describe('proportions of fitted numbers', () => {
  it('become simple ones with a single number in front', () => {
    const [d, r] = [variable(0), variable(1)];
    const root = power(sum(product(fitted(158.9), power(d, 2)), product(r, sum(product(fitted(154.3), r), product(fitted(-315.2), d)))), exact(-0.5, '-1/2'));
    const simpler = [...proportioned(root)];
    expect(simpler.some(each => freeNumbers(each).length === 1)).toBe(true);
    const best = simpler.find(each => freeNumbers(each).length === 1)!;
    const columns = [Float64Array.of(5), Float64Array.of(2)];
    expect(valuesOf(best, columns, 1)[0]! / valuesOf(root, columns, 1)[0]!).toBeCloseTo(1, 1);
  });

  it('leave numbers alone that stand in none', () => {
    expect([...proportioned(sum(product(fitted(1), variable(0)), product(fitted(7.3), variable(1))))]).toEqual([]);
  });
});
