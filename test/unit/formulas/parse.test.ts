import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { parseFormula, withParameters } from '../../../src/engine/formula/parse/parse';
import { valuesOf } from '../../../src/engine/formula/values';

const columns = ['x', 'y', 'body mass', 'Sepal.Length', 'exp', 'pi', 'é'];
const row = [0.7, 2, 3, 1.5, 4, 5, 6];
const inputs = row.map(value => Float64Array.of(value));

/** The right side at the row, parameters 1, 2, 3, … in order. */
function value(text: string, names = columns): number {
  const parsed = parseFormula(text, names);
  return valuesOf(withParameters(parsed, parsed.parameters.map((_, k) => k + 1)), inputs, 1)[0]!;
}

function fault(text: string): string {
  try {
    parseFormula(text, columns);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error(`"${text}" was read`);
}

describe('The text of a formula', () => {
  it('is read as arithmetic', () => {
    expect(value('a*x^3 + b*y^2 + c')).toBeCloseTo(0.343 + 8 + 3, 14);
    expect(value('a*x**3 − b·y² + c')).toBeCloseTo(0.343 - 8 + 3, 14);
    expect(value('-x^2')).toBeCloseTo(-0.49, 15);
    expect(value('2^-x')).toBeCloseTo(2 ** -0.7, 15);
    expect(value('2^3^2')).toBe(512);
    expect(value('2 x (y + 1)')).toBeCloseTo(4.2, 14);
    expect(value('(x+1)(y-1)')).toBeCloseTo(1.7, 14);
    expect(value('8/y/2')).toBe(2);
    expect(value('1 - (2 - 3)')).toBe(2);
    expect(value('x(y+1)')).toBeCloseTo(2.1, 14);
  });

  it('knows the usual functions by their usual names', () => {
    expect(value('sqrt(y) + ln(y) + log(y) + log10(y) + log(y, 2)')).toBeCloseTo(Math.SQRT2 + 2 * Math.LN2 + Math.log10(2) + 1, 13);
    expect(value('arcsin(x) + asin(x) + ARCTAN(y) + sinh(x) + cosh(x) + tanh(x)'))
      .toBeCloseTo(2 * Math.asin(0.7) + Math.atan(2) + Math.exp(0.7) + Math.tanh(0.7), 13);
    expect(value('pow(y, 3) + abs(-y) + exp(x) + √(y)')).toBeCloseTo(10 + Math.exp(0.7) + Math.SQRT2, 13);
    expect(value('e^x + π', ['x'])).toBeCloseTo(Math.exp(0.7) + Math.PI, 13);
  });

  it('takes names of columns for variables, in quotes where they are no words, and others for parameters', () => {
    const parsed = parseFormula('y = k*`body mass`^n + "Sepal.Length" * k + Sepal.Length + é', columns);
    expect(parsed.parameters).toEqual(['k', 'n']);
    expect(parsed.target).toBe(1);
    expect(value('`body mass` + Sepal.Length')).toBe(4.5);
  });

  it('lets a column win over a constant of its name, and a function over a column before a bracket', () => {
    expect(value('pi')).toBe(5);
    expect(value('exp + 1')).toBe(5);
    expect(value('exp(x)')).toBeCloseTo(Math.exp(0.7), 15);
    expect(value('`exp`(x)')).toBeCloseTo(2.8, 15);
    expect(value('pi', ['x'])).toBe(Math.PI);
  });

  it('reads a target with a function around it', () => {
    const parsed = parseFormula('log(y) = a + b*x', columns);
    expect(parsed.target).toBe(1);
    expect(valuesOf(parsed.left!, inputs, 1)[0]).toBeCloseTo(Math.LN2, 15);
    expect(parseFormula('price = a*x', columns)).toMatchObject({ label: 'price', parameters: ['a'] });
  });

  it('is refused in one sentence with the place', () => {
    expect(fault('a*x +')).toBe('The formula breaks off, at position 6 of the formula.');
    expect(fault('a*(x + 1')).toBe('A bracket is opened that is not closed, at position 3 of the formula.');
    expect(fault('a*x)')).toBe('A bracket closes that was not opened, at position 4 of the formula.');
    expect(fault('a * foo(x)')).toBe('There is no function "foo"; to multiply, write foo*( … ), at position 5 of the formula.');
    expect(fault('a + sin x')).toBe('The function "sin" needs brackets around its argument, at position 5 of the formula.');
    expect(fault('a * / x')).toBe('"/" cannot stand here, at position 5 of the formula.');
    expect(fault('`height`*a')).toBe('There is no column "height", at position 1 of the formula.');
    expect(fault('y = y + a')).toBe('The target "y" stands on both sides, at position 5 of the formula.');
    expect(fault('y = x = a')).toBe('A formula has one "=", at position 7 of the formula.');
    expect(fault('b*y = x')).toBe('"b" on the left side is no column; parameters stand on the right, at position 1 of the formula.');
    expect(fault('sin(x, y)')).toBe('"sin" takes one argument, not 2, at position 1 of the formula.');
    expect(fault('a + 1e999')).toBe('A number is too large, at position 5 of the formula.');
    expect(fault('y = ')).toBe('A formula is missing, at position 5 of the formula.');
    expect(fault('')).toMatch(/missing/);
  });

  it('holds nothing but arithmetic, whatever is tried', () => {
    for (const text of ['import("fs")', 'x.constructor', 'f(x) := 1', 'x[1]', '{a: 1}', 'a; b', 'x == y', 'x > 1', '"a', 'x!', 'x\'', 'a ? b : c', '1:3', '#', 'x % 2', 'x & y', '\u202ex']) {
      expect(fault(text), text).toMatch(/position \d+/);
    }
    expect(parseFormula('constructor * __proto__ + toString', []).parameters).toEqual(['constructor', '__proto__', 'toString']);
    expect(fault('constructor(x)')).toMatch(/no function/);
  });

  it('refuses what is endless before it costs anything', () => {
    expect(fault(`${'('.repeat(100)}x${')'.repeat(100)}`)).toMatch(/nested more than/);
    expect(fault('x+'.repeat(5000))).toMatch(/characters/);
    expect(value(`${'-'.repeat(400)}x`)).toBeCloseTo(0.7, 15);
    expect(() => parseFormula(Array(900).fill('x').join('^'), columns)).not.toThrow(RangeError);
    expect(value(Array(900).fill('y').join('+'))).toBe(1800);
  });
});
