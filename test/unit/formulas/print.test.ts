import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { DuckDBInstance } from '@duckdb/node-api';
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import type { Expression } from '../../../src/engine/formula/expression';
import { call, difference, exact, fitted, power, product, quotient, squareRoot, sum, variable } from '../../../src/engine/formula/expression';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { columnLetters, formulaExcel, formulaPython, formulaSql, formulaTypescript, typescriptExpression } from '../../../src/engine/formula/print/code';
import { formulaLatex, nameLatex } from '../../../src/engine/formula/print/latex';
import { formulaText } from '../../../src/engine/formula/print/text';
import { valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';

const names = ['x', 'speed [m/s]', 'class', 'e', 'a"b'];
const rows = 20;
const rng = new Rng(7);
const columns = names.map(() => Float64Array.from({ length: rows }, () => 0.2 + 2 * rng.uniform()));
const text = (of: Expression): string => formulaText(of, ['x', 'y', 'z']);
const read = (formula: string): Expression => parseFormula(formula, ['x', 'y', 'z']).expression;

/** A random formula; squares and absolute values keep most of it within every function's domain. */
function grow(depth: number): Expression {
  if (depth === 0) {
    const pick = rng.integer(8);
    if (pick < 5) return variable(pick);
    return [fitted(rng.normal() * 10 ** rng.integer(4)), exact(1 / 3, '1/3'), exact(Math.PI, 'pi')][pick - 5]!;
  }
  const a = grow(depth - 1);
  const b = grow(depth - 1 - rng.integer(depth));
  const whole = exact([2, 3, -1, -2, 4][rng.integer(5)]!);
  switch (rng.integer(9)) {
    case 0: return sum(a, b, grow(0));
    case 1: return difference(a, b);
    case 2: return product(a, b);
    case 3: return product(fitted(rng.normal()), a, exact(-1));
    case 4: return quotient(a, b);
    case 5: return power(a, whole);
    case 6: return power(call('abs', a), rng.uniform() < 0.5 ? fitted(rng.normal()) : exact(-0.5, '-1/2'));
    case 7: return call((['sin', 'cos', 'tanh', 'atan', 'abs'] as const)[rng.integer(5)]!, a);
    default: return rng.uniform() < 0.5 ? squareRoot(call('abs', a)) : call('log', call('abs', a));
  }
}
const formulas = Array.from({ length: 150 }, () => grow(1 + rng.integer(4)));
const values = formulas.map(of => valuesOf(of, columns, rows));

/**
 * Equal to 1e-12 of what passes through: cancellation within a formula makes digits of the result depend on the order of
 * sums, so formulas are compared where a change of the inputs by rounding does not move them more.
 */
function expectSame(other: (formula: number, row: number) => number, what: string): void {
  let compared = 0;
  formulas.forEach((of, k) => {
    const moved = valuesOf(of, columns.map((column, j) => column.map(x => x * (1 + (j % 2 ? -4e-16 : 4e-16)))), rows);
    for (let i = 0; i < rows; i++) {
      const own = values[k]![i]!;
      if (!Number.isFinite(own) || Math.abs(own) > 1e100 || Math.abs(moved[i]! - own) > 1e-14 * Math.abs(own)) continue;
      compared++;
      expect(Math.abs(other(k, i) - own), `${what}: ${formulaText(of, names)}`).toBeLessThanOrEqual(1e-12 * Math.abs(own) + 1e-300);
    }
  });
  expect(compared).toBeGreaterThan(0.7 * formulas.length * rows);
}

describe('A formula as text', () => {
  it('is as short as it can be', () => {
    const short = [
      'x - y', 'x/y', 'x/(y*z)', 'sqrt(x)', '1/sqrt(x)', 'x^2', '1/x^2', '-x', '3*x*y/z', '(x + y)*z', 'x^(y + z)', '(-x)^2', '-x^2', 'exp(-x)', 'x^(1/3)', 'pi*x', '2*x/3',
      '(x^y)^z', 'x^(y^z)', 'x - y*z', 'sin(x)^2', '1/(x + y)', 'x*(y - z)/2',
    ];
    for (const formula of short) expect(text(read(formula))).toBe(formula);
  });

  it('puts a positive term first, and numbers before names', () => {
    expect(text(sum(product(exact(-1), variable(0)), variable(1)))).toBe('y - x');
    expect(text(product(variable(0), fitted(-2.5)))).toBe('-2.5*x');
    expect(text(product(exact(1), power(product(exact(2), variable(0)), -1)))).toBe('1/(2*x)');
  });

  it('shows the digits that the standard error justifies', () => {
    const of = sum(product(fitted(3.0123456789), variable(0)), fitted(1234.5678), fitted(0.1));
    expect(formulaText(of, ['x'], { standardErrors: [0.0123, 57, NaN] })).toBe('3.012*x + 1235 + 0.1');
    expect(formulaText(of, ['x'], { significant: 17 })).toBe('3.0123456789*x + 1234.5678 + 0.1');
  });

  it('is read back as the same formula', () => {
    const again = formulas.map(of => parseFormula(formulaText(of, names, { significant: 17 }), names).expression).map(of => valuesOf(of, columns, rows));
    expectSame((k, i) => again[k]![i]!, 'text');
  });
});

describe('A formula as LaTeX', () => {
  it('is what KaTeX can set, whatever the names', () => {
    const odd = ['x_{', '\\evil{', '50% & more', '$a^2$~#', '`_"'];
    for (const of of formulas) expect(() => katex.renderToString(formulaLatex(of, odd), { throwOnError: true, strict: 'error' })).not.toThrow();
  });

  it('writes fractions, roots, Greek letters and indices', () => {
    expect(formulaLatex(quotient(product(fitted(2.5), variable(0)), sum(variable(1), squareRoot(variable(2)))), ['alpha', 'x1', 'body_mass'])).toBe('\\frac{2.5 \\, \\alpha}{x_{1} + \\sqrt{\\text{body\\_mass}}}');
    expect(nameLatex('theta_2')).toBe('\\theta_{2}');
    expect(nameLatex('speed [m/s]')).toBe('\\text{speed [m/s]}');
    expect(nameLatex('speed')).toBe('\\mathrm{speed}');
    expect(formulaLatex(product(fitted(1.5e-7), power(variable(0), exact(1 / 3, '1/3'))), ['x'])).toBe('1.5 \\cdot 10^{-7} \\, {x}^{\\frac{1}{3}}');
  });
});

describe('A formula as code', () => {
  it('computes the same in TypeScript', () => {
    const functions = runInNewContext(`[${formulas.map(of => `v => ${typescriptExpression(of, index => `v[${index}]`)}`).join(', ')}]`) as ((v: number[]) => number)[];
    expectSame((k, i) => functions[k]!(columns.map(column => column[i]!)), 'TypeScript');
    expect(formulaTypescript(product(exact(2), power(variable(2), 2)), names)).toBe('export function formula(x_class: number): number {\n  // x_class: class\n  return 2*x_class ** 2;\n}\n');
  });

  it('computes the same in Python', () => {
    const source = formulas.map((of, k) => formulaPython(of, names, `f${k}`)).join('\n');
    const used = formulas.map(of => { const found = new Set<number>(); JSON.stringify(of, (_, node) => { if (node?.kind === 'variable') found.add(node.index); return node; }); return [...found].sort((a, b) => a - b); });
    const run = `${source}\nimport json\nused = ${JSON.stringify(used)}\ncolumns = ${JSON.stringify(columns.map(c => [...c]))}\nprint(json.dumps([[repr(float(globals()['f%d' % k](*[columns[j][i] for j in u]))) for i in range(${rows})] for k, u in enumerate(used)]))`;
    const found = JSON.parse(execFileSync('python3', ['-'], { input: run, maxBuffer: 1e9 }).toString()) as string[][];
    expectSame((k, i) => Number(found[k]![i]!), 'Python');
  });

  it('gives nan in Python where it has no value', () => {
    const source = `${formulaPython(call('log', variable(0)), ['x'])}\nprint(formula(-1.0), formula(0.0), formula(1.0))`;
    expect(execFileSync('python3', ['-'], { input: source }).toString().trim()).toBe('nan nan 0.0');
  });

  it('computes the same in DuckDB, and NULL where it has no value', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const quoted = names.map(name => `"${name.replaceAll('"', '""')}"`);
    const cells = Array.from({ length: rows }, (_, i) => `(${columns.map(column => `${column[i]}e0`).join(', ')}, ${i})`);
    await connection.run(`CREATE TABLE t AS SELECT * FROM (VALUES ${cells.join(', ')}) v(${quoted.join(', ')}, row)`);
    const found: (number | null)[][] = [];
    for (const of of formulas) found.push((await connection.runAndReadAll(`SELECT ${formulaSql(of, names)} AS r FROM t ORDER BY row`)).getRowsJS().map(([r]) => r as number | null));
    expectSame((k, i) => found[k]![i] ?? NaN, 'SQL');
    const none = await connection.runAndReadAll(`SELECT ${formulaSql(call('log', variable(0)), ['x'])}, ${formulaSql(squareRoot(variable(0)), ['x'])} FROM (SELECT -1 AS x)`);
    expect(none.getRowsJS()[0]).toEqual([null, null]);
  });

  it('is a cell of Excel, whose minus binds before its powers', () => {
    expect(formulaExcel(product(exact(-1), power(variable(0), 2)))).toBe('=-(A2^2)');
    expect(formulaExcel(sum(variable(1), product(exact(-1), power(variable(0), 2))))).toBe('=B2 - A2^2');
    expect(formulaExcel(power(power(variable(0), 2), variable(1)))).toBe('=(A2^2)^B2');
    expect(formulaExcel(sum(call('log', variable(27)), exact(Math.PI, 'pi'), fitted(1e-7)))).toBe('=LN(AB2) + PI() + 1E-7');
    expect([0, 25, 26, 701, 702].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  });

  it('takes no name for a keyword, another name or the end of a comment', () => {
    const odd = ['class', 'a b', 'a-b', 'x\n    import os', '1st', 'math'];
    const source = formulaPython(sum(...odd.map((_, k) => variable(k))), odd);
    expect(execFileSync('python3', ['-'], { input: `${source}\nprint(formula(1, 2, 3, 4, 5, 6))` }).toString().trim()).toBe('21');
  });
});
