/** Rules about slopes: searches and given formulas that obey them where least squares alone would not, and what ends in a sentence. */
import { describe, expect, it } from 'vitest';
import { freeNumbers, product, sum, variable, fitted as number, power, withFreeNumbers } from '../../../src/engine/formula/expression';
import { fitWithin, numbersAsVariables } from '../../../src/engine/formula/slopes/constrained';
import { breaksRules, checkSlopes, passing, slopeCheck, thorough, type SlopeRule } from '../../../src/engine/formula/slopes/rules';
import { Rng } from '../../../src/engine/math/random';
import { formulaFamily } from '../../../src/engine/models/formula/family';
import type { FormulaModel } from '../../../src/engine/models/formula/model';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { FormulaSection } from '../../../src/protocol/formula';
import { context, datasetFor, makeTable } from '../families/support';

type Cells = Record<string, (number | string)[]>;

async function fitted(cells: Cells, options: Record<string, string | number>): Promise<{ dataset: Dataset; model: FormulaModel; section: FormulaSection }> {
  const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 1.5, ...options } });
  const model = (await formulaFamily.fit(dataset, context)) as FormulaModel;
  return { dataset, model, section: model.inside(0.95)[0] as FormulaSection };
}

/** Rises to a plateau; with this noise a parabola fits best that falls at the end. */
function plateau(rows: number, noise = 0.05): { x: number[]; y: number[] } {
  const rng = new Rng(21);
  const x = Array.from({ length: rows }, () => 4 * rng.uniform());
  return { x, y: x.map(v => Math.min(1, v / 2) + noise * rng.normal()) };
}

/** Predictions along x on a fine grid over the rows' range. */
function along(model: FormulaModel, x: readonly number[], others: Cells = {}): Float64Array {
  const [low, high] = [Math.min(...x), Math.max(...x)];
  const grid = Array.from({ length: 400 }, (_, i) => low + ((high - low) * i) / 399);
  return model.predict(makeTable({ x: grid, ...Object.fromEntries(Object.entries(others).map(([name, [value]]) => [name, grid.map(() => value!)])), y: grid.map(() => 0) })).mean!;
}

const falls = (values: Float64Array): number => values.reduce((most, v, i) => Math.max(most, i === 0 ? 0 : values[i - 1]! - v), 0);

describe('a given formula', () => {
  const parabola = 'y = a + b*x + c*x^2';

  it('obeys a rule that least squares alone breaks, loses little, and says so', async () => {
    const cells = plateau(200);
    const free = await fitted(cells, { known: parabola });
    expect(falls(along(free.model, cells.x))).toBeGreaterThan(1e-3);
    const { model, section } = await fitted(cells, { known: parabola, shape: 'x=increasing' });
    expect(falls(along(model, cells.x))).toBeLessThan(1e-9);
    expect(section.rules).toEqual([{ column: 'x', rule: 'increasing', text: '∂y/∂x ≥ 0', where: 'rows, random points and corners of the box that they span', points: expect.any(Number) as number, violated: 0 }]);
    expect(section.rules![0]!.points).toBeGreaterThan(1000);
    expect(section.candidates[0]!.r2).toBeGreaterThan(free.section.candidates[0]!.r2 - 0.1);
    expect(section.candidates[0]!.r2).toBeLessThan(free.section.candidates[0]!.r2);
    expect(model.notes.map(({ text }) => text).join()).toContain('hold the parameters of the formula back');
    expect(free.section.candidates[0]!.numbers.every(({ low }) => low !== undefined)).toBe(true);
    expect(section.candidates[0]!.numbers.every(({ low, high }) => low === undefined && high === undefined)).toBe(true);
    const again = formulaFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as FormulaModel;
    expect(again.inside(0.95)).toEqual(model.inside(0.95));
  });

  it('is the least squares where that obeys the rule anyway', async () => {
    const cells = plateau(100);
    const free = await fitted(cells, { known: 'y = a + b*x' });
    const { model, section } = await fitted(cells, { known: 'y = a + b*x', shape: 'x=increasing' });
    expect(section.candidates[0]!.numbers).toEqual(free.section.candidates[0]!.numbers);
    expect(model.notes.map(({ text }) => text).join()).not.toContain('hold the parameters');
  });

  it('has the slope 0 where it is asked to', async () => {
    const rng = new Rng(4);
    const x = Array.from({ length: 150 }, () => 3 * rng.uniform());
    const { model } = await fitted({ x, y: x.map(v => v * v + 0.5 * v + 0.1 * rng.normal()) }, { known: parabola, shape: 'x=flat@0' });
    const at = (v: number): number => model.predict(makeTable({ x: [v], y: [0] })).mean![0]!;
    expect(Math.abs(at(1e-4) - at(-1e-4)) / 2e-4).toBeLessThan(1e-5);
    expect(at(2)).toBeGreaterThan(4);
  });

  it('ends in one sentence where it cannot obey', async () => {
    await expect(fitted(plateau(60), { known: 'y = a + sin(3*x)', shape: 'x=increasing' })).rejects.toThrow(/^No parameters were found with which the given formula f obeys ∂f\/∂x ≥ 0 \(broken at \d+ % of the points looked at\) wherever the rows span\.$/);
  });
});

describe('a known formula with a rest', () => {
  const cells = (): Cells & { x: number[] } => {
    const { x, y } = plateau(250, 0.2);
    const rng = new Rng(5);
    const z = x.map(() => rng.uniform());
    return { x, z, y: y.map((v, i) => v + Math.sin(6 * z[i]!)) };
  };

  it('obeys a rule as a sum, where it does not without the rule', async () => {
    const of = cells();
    const free = await fitted(of, { known: 'y = a + b*x + c*x^2', rest: 'ebm' });
    expect(falls(along(free.model, of.x, { z: [0.3] }))).toBeGreaterThan(1e-3);
    const { model, section } = await fitted(of, { known: 'y = a + b*x + c*x^2', rest: 'ebm', shape: 'x=increasing' });
    expect(falls(along(model, of.x, { z: [0.3] }))).toBeLessThan(1e-9);
    expect(section.rules).toMatchObject([{ column: 'x', violated: 0 }]);
    expect(section.rules![0]!.points).toBeGreaterThan(1000);
    const again = formulaFamily.load(JSON.parse(JSON.stringify(model.toJSON())));
    expect(JSON.parse(JSON.stringify(again.inside!(0.95)))).toEqual(JSON.parse(JSON.stringify(model.inside(0.95))));
  });

  it('is flat where it is asked to be', async () => {
    const { section } = await fitted(cells(), { known: 'y = a + b*x + c*x^2', rest: 'ebm', shape: 'x=flat@2' });
    expect(section.rules).toMatchObject([{ rule: 'flat@2', text: '∂y/∂x = 0 at x = 2', violated: 0 }]);
  });

  it('takes no network for the rest', async () => {
    await expect(fitted(cells(), { known: 'y = a*x', rest: 'neural', shape: 'x=increasing' })).rejects.toThrow('choose rest=ebm');
  });
});

describe('a search', () => {
  it('returns a formula that rises everywhere, of data whose best description does not', async () => {
    const cells = plateau(150);
    const { model, section } = await fitted(cells, { shape: 'x=increasing' });
    expect(falls(along(model, cells.x))).toBeLessThan(1e-9);
    expect(section.candidates[section.chosen]!.r2).toBeGreaterThan(0.7);
    expect(section.rules![0]!.violated).toBe(0);
  });

  it('shows no formula that breaks a rule, and finds the true one where that obeys', async () => {
    const rng = new Rng(2);
    const x = Array.from({ length: 120 }, () => 2 * rng.uniform() - 1);
    const z = x.map(() => 1 + rng.uniform());
    const { section } = await fitted({ x, z, y: x.map((v, i) => 3 * v ** 3 - 2 * z[i]!) }, { shape: 'x=increasing,z=decreasing,x=flat@0', seconds: 20 });
    expect(section.candidates[section.chosen]!.r2).toBeCloseTo(1, 6);
    expect(section.rules!.map(({ text, violated }) => [text, violated])).toEqual([['∂y/∂x ≥ 0', 0], ['∂y/∂z ≤ 0', 0], ['∂y/∂x = 0 at x = 0', 0]]);
  });

  it('takes no linear model that breaks a rule', async () => {
    const rng = new Rng(8);
    const cells: Cells = Object.fromEntries(Array.from({ length: 6 }, (_, j) => [`x${j}`, Array.from({ length: 120 }, () => rng.normal())]));
    cells['y'] = Array.from({ length: 120 }, (_, i) => -3 * (cells['x0']![i] as number) + [1, 2, 3, 4, 5].reduce((all, j) => all + (1 + 0.1 * j) * (cells[`x${j}`]![i] as number), 0) + 2 * rng.normal());
    const { model, section } = await fitted(cells, { shape: 'x0=increasing', seconds: 1 });
    expect(model.linear).toBeUndefined();
    expect(section.rules![0]!.violated).toBe(0);
    const high = { ...Object.fromEntries([1, 2, 3, 4, 5].map(j => [`x${j}`, [0, 0]])), y: [0, 0] };
    const [low, up] = model.predict(makeTable({ x0: [-1, 1], ...high })).mean!;
    expect(up! - low!).toBeGreaterThanOrEqual(-1e-9);
  });

  it.each([
    ['w=increasing', 'names "w", which is no column'], ['y=increasing', 'names the target'], ['x=rising', 'such as x=increasing'], ['x=flat', 'such as x=increasing'], ['x=flat@a', 'such as'],
    ['x=increasing@0', 'such as'], ['x=increasing,x=decreasing', 'two rules of a kind'], ['x', 'such as'],
  ])('%s ends in one sentence', async (shape, words) => {
    await expect(fitted(plateau(40), { shape })).rejects.toThrow(words);
  });
});

describe('least squares within rules', () => {
  const rng = new Rng(3);
  const x = Float64Array.from({ length: 200 }, () => 2 * rng.uniform());
  const z = x.map(() => rng.uniform());
  const rules: SlopeRule[] = [{ variable: 0, kind: 'increasing' }, { variable: 1, kind: 'decreasing' }];

  it('meets the rules everywhere in the box although they bind in a corner only', () => {
    // ∂/∂x = −1 + 1.5 x + z is negative at small x and z.
    const y = x.map((v, i) => -v + 0.75 * v * v + v * z[i]! - z[i]!);
    const of = sum(product(number(-1), variable(0)), product(number(0.75), power(variable(0), 2)), product(number(1), variable(0), variable(1)), product(number(-1), variable(1)), number(0));
    const columns = [x, z];
    const check = slopeCheck(rules, columns, y, [false, false], passing);
    const final = slopeCheck(rules, columns, y, [false, false], thorough);
    expect(checkSlopes(of, final).map(({ violated }) => violated > 0)).toEqual([true, true]);
    const found = fitWithin({ shape: numbersAsVariables(of, 2), start: freeNumbers(of).map(({ value }) => value), columns, target: y, check, final })!;
    const mended = withFreeNumbers(of, found.numbers);
    expect(breaksRules(mended, final)).toBe(false);
    expect(breaksRules(mended, slopeCheck(rules, columns, y, [false, false], thorough, 99))).toBe(false);
    // The slopes are b + 2 c x + d z and e + d x: both rules bind at a corner of the rows' box, and the fit goes there.
    const [b, c, d, e] = found.numbers as unknown as [number, number, number, number];
    const slope = b + 2 * c * Math.min(...x) + d * Math.min(...z);
    expect(slope).toBeGreaterThanOrEqual(-1e-6);
    expect(slope).toBeLessThan(1e-3);
    expect(Math.abs(e + d * Math.max(...x))).toBeLessThan(1e-3);
    expect(found.sse).toBeGreaterThan(0.01);
  });

  it('counts a slope that is no number as broken', () => {
    const of = power(sum(variable(0), number(-1)), 0.5);
    const check = slopeCheck([{ variable: 0, kind: 'increasing' }], [x, z], x, [false, false], passing);
    expect(checkSlopes(of, check)[0]!.violated).toBeGreaterThan(0);
    expect(checkSlopes(variable(1), check)[0]!.violated).toBe(0);
  });
});
