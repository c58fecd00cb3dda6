// Units: how they are read, what contradicts them, and what that does to the choice of a formula.
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../src/engine/formula/archive';
import { exact, fitted, power, product, sum, variable, type Expression } from '../../../src/engine/formula/expression';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { polish } from '../../../src/engine/formula/polish';
import { recover } from '../../../src/engine/formula/recover';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { dimensionOf } from '../../../src/engine/formula/units/dimensionOf';
import { parseUnit, unitOfHeader } from '../../../src/engine/formula/units/parseUnit';
import { exponentsText } from '../../../src/engine/formula/units/unit';
import { carriedBits, contradictionBits, unitBits } from '../../../src/engine/formula/units/unitBits';
import { columnUnits, readUnits, unitText, withUnits } from '../../../src/engine/models/formula/units';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';

/** Base units and scale as text. */
function read(text: string): string | undefined {
  const unit = parseUnit(text);
  return unit && `${Number(unit.scale.toPrecision(12))} ${exponentsText(unit.exponents)}`;
}

describe('parseUnit', () => {
  it.each([
    ['m/s^2', '1 m/s²'], ['kg*m/s²', '1 kg m/s²'], ['N', '1 kg m/s²'], ['J', '1 kg m²/s²'], ['m s^-1', '1 m/s'], ['m s⁻¹', '1 m/s'], ['mol/L', '1000 mol/m³'],
    ['°C', '1 K'], ['degrees Celsius', '1 K'], ['%', '0.01 no unit'], ['1', '1 no unit'], ['Mass, kg^1', '1 kg'], ['m^3 * s^(-2) * kg^(-1)', '1 m³/(kg s²)'],
    ['K, Energy, m^2 * s^(-2) * kg^1', '1 kg m²/s²'], ['Dimensionless', '1 no unit'], ['V', '1 kg m²/(s³ A)'], ['Hz', '1 1/s'], ['Pa', '1 kg/(m s²)'], ['km/h', '0.277777777778 m/s'],
    ['µs', '0.000001 s'], ['μs', '0.000001 s'], ['kHz', '1000 1/s'], ['kWh', '3600000 kg m²/s²'], ['rad', '1 no unit'], ['min', '60 s'], ['mm', '0.001 m'], ['g/cm3', '1000 kg/m³'], ['V/m^(1/2)', '1 kg m^(3/2)/(s³ A)'],
    ['meters per second', '1 m/s'], ['J/(kg K)', '1 m²/(s² K)'], ['V/A', '1 kg m²/(s³ A²)'], ['kΩ', '1000 kg m²/(s³ A²)'], ['cd', '1 cd'],
  ])('reads %s', (text, expected) => expect(read(text)).toBe(expected));

  it.each(['', 'dollars', 'm/', 'm^', 'm^x', 'J/kg K', 'm)', '(m', 'constructor', '$', 'm - s', '0'])('says of %j that it is not understood', text => expect(parseUnit(text)).toBeUndefined());

  it.each([
    ['speed [m/s]', 'm/s'], ['speed (m/s)', 'm/s'], ['flow (kg/(m s))', 'kg/(m s)'], ['v [1/s]', '1/s'],
    ['speed', undefined], ['price [dollars]', undefined], ['NOx(GT)', undefined], ['version (2)', undefined], ['f(m)', undefined],
  ])('takes from the header %s the unit %s', (header, unit) => expect(unitOfHeader(header)).toBe(unit));
});

const names = ['m', 'v', 't', 'h', 'n'];
const units = ['kg', 'm/s', 's', 'm', '1'].map(text => parseUnit(text)!);
const formula = (text: string): Expression => parseFormula(text, names).expression;
const judged = (of: Expression | string, target?: string): ReturnType<typeof dimensionOf> =>
  dimensionOf(typeof of === 'string' ? formula(of) : of, { columns: units, ...(target !== undefined && { target: parseUnit(target)! }) });

describe('dimensionOf', () => {
  it.each([
    ['m*v^2/2', 'kg m²/s²'], ['h/t + v', 'm/s'], ['sqrt(m^2 + m^2)', 'kg'], ['exp(-h/(v*t))*m', 'kg'], ['n^n', 'no unit'], ['abs(h - v*t)', 'm'], ['sqrt(h)', 'm^(1/2)'],
  ])('finds the unit of %s', (text, unit) => expect(judged(text)).toEqual({ consistent: true, unit, carrying: 0 }));

  it.each([
    ['h + t', 'it adds s to m'], ['sin(t)', 'it takes sin of s'], ['h + 1', /it adds/], ['h^n', 'it raises m to a power that varies'], ['2^t', 'it has an exponent in s'], ['n*sin(h*t)', 'it takes sin of m s'],
  ])('finds the contradiction in %s', (text, reason) => {
    const { consistent, reason: found } = judged(text);
    expect(consistent).toBe(false);
    expect(found).toMatch(reason);
  });

  it('compares the result with the target', () => {
    expect(judged('m*v^2/2', 'J').consistent).toBe(true);
    expect(judged('m*v^2/2', 'N')).toEqual({ consistent: false, reason: 'its result is in kg m²/s², the target in kg m/s²', carrying: 0 });
  });

  it('gives fitted numbers the units that they need, written numbers none', () => {
    expect(judged(product(fitted(9.81), variable(2)), 'm/s')).toEqual({ consistent: true, carrying: 1 });
    expect(judged(product(exact(10), variable(2)), 'm/s').consistent).toBe(false);
    expect(judged(product(fitted(0.5), variable(0), power(variable(1), 2)), 'J').carrying).toBe(0);
    expect(judged(sum(fitted(1), product(fitted(2), variable(1))), 'm/s').carrying).toBe(1);
  });

  it('gives a fitted number one unit wherever it has to fit', () => {
    const rate = product(fitted(2), sum(variable(3), variable(2)));
    expect(judged(rate).consistent).toBe(false);
    // A fitted exponent is a pure number, and the fitted factor takes up what is left.
    expect(judged(product(fitted(3), power(variable(3), fitted(1.7))), 'kg').consistent).toBe(true);
  });

  it('infers the unit of a column that has none, the same wherever the column stands', () => {
    const columns = { columns: [undefined, parseUnit('s')] };
    expect(dimensionOf(sum(variable(0), variable(1)), columns)).toEqual({ consistent: true, carrying: 0, unit: 's' });
    expect(dimensionOf(sum(variable(0), product(variable(0), variable(1))), columns).consistent).toBe(false);
    expect(dimensionOf(product(variable(0), variable(1)), columns).unit).toBeUndefined();
  });
});

describe('the choice with units', () => {
  const random = new Rng(3);
  const column = (): Float64Array => Float64Array.from({ length: 60 }, () => 1 + random.uniform());
  const [a, b] = [column(), column()];

  it('counts a contradiction as a fixed number of bits', () => {
    const target = a.map((v, i) => v + b[i]!);
    const of = sum(variable(0), variable(1));
    const bits = (unit: string): number => polish(of, searchRows([a, b], target, undefined, { columns: [parseUnit('m'), parseUnit(unit)] }))!.bits;
    expect(bits('m')).toBe(polish(of, searchRows([a, b], target))!.bits);
    expect(bits('s') - bits('m')).toBeCloseTo(contradictionBits, 9);
    expect(unitBits(product(fitted(2), variable(0)), { columns: [parseUnit('m')], target: parseUnit('s')! })).toBe(carriedBits);
  });

  it('takes the one of two nearly equal columns whose unit fits', async () => {
    const twin = a.map(v => v + 0.001 * random.normal());
    const target = a.map((v, i) => v * b[i]! + 0.02 * random.normal());
    const best = async (first: string, second: string): Promise<string> => {
      const { candidates } = await recover({
        columns: [a, twin, b], target, seconds: 1.5, seed: 1, units: [first, second, 's'].map(parseUnit), targetUnit: parseUnit('m')!,
      }, new CancellableContext());
      return JSON.stringify(candidates[0]!.expression);
    };
    expect(await best('m/s', 'kg')).toBe(JSON.stringify(product(variable(0), variable(2))));
    expect(await best('kg', 'm/s')).toBe(JSON.stringify(product(variable(1), variable(2))));
  });

  it('does not end the search with a formula that fits to the last digit and contradicts the units', () => {
    const target = a.map((v, i) => v * b[i]!);
    const solved = (unit: string): boolean => {
      const archive = new Archive(searchRows([a, b], target, undefined, { columns: [parseUnit('m'), parseUnit('s')], target: parseUnit(unit)! }));
      archive.offer(product(variable(0), variable(1)), 'test');
      return archive.solved;
    };
    expect([solved('m*s'), solved('kg')]).toEqual([true, false]);
  });
});

describe('units of columns', () => {
  const variables = ['speed [m/s]', 'time (s)', 'x'].map((name, design) => ({ name, column: name, design }));
  const columns = [...variables.map(({ name }) => name), 'way [m]'];

  it('come from the headers, and a note says so', () => {
    const { variables: own, targetUnit, notes } = withUnits(variables, 'way [m]', columns, '');
    expect(own.map(({ unit }) => unit)).toEqual(['m/s', 's', undefined]);
    expect(targetUnit).toBe('m');
    expect(notes[0]!.text).toContain('read from the headers (speed [m/s]: m/s; time (s): s; way [m]: m)');
    expect(unitText(product(variable(0), variable(1)), own, targetUnit)).toBe('m');
    expect(unitText(sum(variable(0), variable(1)), own, targetUnit)).toBe('contradicts the units: it adds s to m/s');
    expect(unitText(product(fitted(3), variable(1)), own, targetUnit)).toBe('m, where one fitted number has a unit of its own');
  });

  it('are those of the option where it is given, and none where it says so', () => {
    const { variables: own, targetUnit } = withUnits(variables, 'way [m]', columns, 'x=kg, target=J');
    expect([own.map(({ unit }) => unit), targetUnit]).toEqual([[undefined, undefined, 'kg'], 'J']);
    const none = withUnits(variables, 'way [m]', columns, 'none');
    expect([columnUnits(none.variables, none.targetUnit), none.notes]).toEqual([undefined, []]);
  });

  it('are refused in one sentence where they cannot be read', () => {
    expect(() => readUnits('x=dollars', 'way [m]', columns)).toThrow('The unit "dollars" of "x" is not understood');
    expect(() => readUnits('z=m', 'way [m]', columns)).toThrow('"z", which is no column');
    expect(() => readUnits('m', 'way [m]', columns)).toThrow('takes columns with units');
  });
});
