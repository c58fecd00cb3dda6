/** Every function and operator of formulas in exported code, also where it has no value or an infinite one. */
import { describe, expect, it } from 'vitest';
import { compare, train, writeCsvFile } from './support';

/** Terms in one column each, and its cells: the first ten make the fit, all are predicted. */
const terms: readonly (readonly [string, (x: string) => string, readonly number[]])[] = [
  ...['exp', 'expm1', 'sin', 'cos', 'tan', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'abs', 'sign', 'floor', 'ceiling', 'trunc', 'square', 'as.integer', 'round']
    .map(name => [name, (x: string) => `${name}(${x})`, [-2.5, -0.5, 0, 1e-12, 0.5, 1.5, 30]] as const),
  ...['log', 'log2', 'log10', 'sqrt', 'log1p'].map(name => [name, (x: string) => `${name}(${x})`, [0, -0.5, -1, -2, 1e-14, 1e12]] as const),
  ...['asin', 'acos', 'atanh', 'acosh'].map(name => [name, (x: string) => (name === 'acosh' ? `acosh(1 + ${x})` : `${name}(${x})`), [0, 1, -1, 1.5, -3]] as const),
  ['log with a base', x => `log(${x}, base = 3)`, [9, 0]], ['round digits', x => `round(${x}, 2)`, [1.005, -1.005, 2.675]],
  ['pmin', x => `pmin(${x}, 0.5)`, [-1, 2]], ['pmax', x => `pmax(${x}, 0.5)`, [-1, 2]], ['atan2', x => `atan2(${x}, 0.3)`, [-1, 0]],
  ['power', x => `I(${x}^1.5)`, [-1, 0, 4]], ['inverse', x => `I(1/${x})`, [0, 4, -3]], ['remainder', x => `I(${x} %% 0.3)`, [-1, 0, 4]], ['quotient', x => `I(${x} %/% 0.3)`, [-1, 0, 4]],
  ['and', x => `I((${x} > 0.3) & (${x} <= 0.6))`, [-1, 0.6]], ['or', x => `I((${x} < 0.3) | !(${x} <= 0.6))`, [-1, 0.6]],
  ['equality', x => `I(as.numeric(${x} == 0.5) + (${x} != 0.25))`, [0.5, 0.25]], ['raw polynomial', x => `poly(${x}, 3, raw = TRUE)`, [-2, 0]],
  ['scale', x => `scale(${x})`, [-2, 0]], ['center', x => `center(${x})`, [-2, 0]], ['ifelse', x => `ifelse(${x} > 0.5, -${x}, 3)`, [0.5, 0.7]],
];

describe('the code of a formula', () => {
  it('has every function as the engine has it', async () => {
    const header = [...terms.map((_, j) => `x${j}`), 'y'];
    const wave = (i: number, j: number): number => 0.05 + 0.9 * (((i + 1) * (0.6180339887 + 0.01 * j) + 0.13 * j * j) % 1);
    const rows = Array.from({ length: 300 }, (_, i) => {
      const x = terms.map((_, j) => wave(i, j));
      return [...x, x.reduce((sum, v, j) => sum + v * ((j % 5) - 2), 0) + Math.sin(7 * i)].map(String);
    });
    const file = await train({ file: writeCsvFile(header, rows), formula: `y ~ ${terms.map(([, write], j) => write(`x${j}`)).join(' + ')}` });
    const odd = terms.flatMap(([, , cells], j) => ['', ...cells.map(String)].map((cell, k) => rows[(7 * j + k) % rows.length]!.map((old, column) => (column === j ? cell : old))));
    const difference = await compare(file, header, [...rows.slice(0, 20), ...odd]);
    for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
  });
});
