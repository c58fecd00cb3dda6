/** Simpler formulas than the one that was found: a front that says what each part is worth. */
import { describe, expect, it } from 'vitest';
import { complexity } from '../../../src/engine/formula/complexity';
import { exact, fitted, power, product, sum, variable, variablesOf, type Expression } from '../../../src/engine/formula/expression';
import { formulaText } from '../../../src/engine/formula/print/text';
import { polish } from '../../../src/engine/formula/polish';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { Rng } from '../../../src/engine/math/random';
import { frontOf } from '../../../src/engine/formula/front';
import { formulaFamily } from '../../../src/engine/models/formula/family';
import { shorterBy, simplerFormulas } from '../../../src/engine/models/formula/simpler';
import type { FormulaSection } from '../../../src/protocol/formula';
import { context, datasetFor, makeTable } from '../families/support';

const [x, y, z] = [variable(0), variable(1), variable(2)];
/** 3 x³ + 0.5 y² + z + 0.2 x y z */
const truth = sum(product(exact(3), power(x, 3)), product(exact(0.5), power(y, 2)), z, product(exact(0.2), x, y, z));
const rng = new Rng(2);
const columns = [0, 1, 2].map(() => Float64Array.from({ length: 300 }, () => 4 * rng.uniform() - 2));
const target = Float64Array.from(columns[0]!, (a, i) => 3 * a ** 3 + 0.5 * columns[1]![i]! ** 2 + columns[2]![i]! + 0.2 * a * columns[1]![i]! * columns[2]![i]!);
const rows = searchRows(columns, target);
const text = (of: Expression): string => formulaText(of, ['x', 'y', 'z'], { significant: 3 });

describe('one part less', () => {
  it('takes away each term, each factor and each power in turn, and frees the numbers that were snapped', () => {
    const shapes = shorterBy(sum(product(exact(3), power(x, 3)), z), rows).map(of => text(of));
    expect(shapes).toEqual(expect.arrayContaining(['z', '3*x^3', '3*x + z', '3 + z']));
    expect(shorterBy(product(exact(3), power(x, 3)), rows)).toContainEqual(product(fitted(3), x));
  });

  it('leaves exponents and signs as they are', () => {
    for (const of of shorterBy(product(exact(-1), power(x, 3)), rows)) {
      expect(JSON.stringify(of)).not.toContain('"value":3,"free":true');
      expect(JSON.stringify(of)).not.toContain('"value":-1,"free":true');
    }
  });
});

describe('the simpler formulas of one that is found', () => {
  const found = simplerFormulas({ ...polish(truth, rows)!, stage: 'test', found: 0 }, rows, context, 600);

  it('make a front of many sizes on which every size fits better than those before', async () => {
    const front = frontOf([...(await found), polish(truth, rows)!]);
    expect(front.length).toBeGreaterThanOrEqual(7);
    expect(front.map(each => each.complexity)[0]).toBe(1);
    for (let k = 1; k < front.length; k++) expect(front[k]!.sse).toBeLessThan(front[k - 1]!.sse);
    expect(Math.max(...front.map(each => complexity(each.expression)))).toBe(complexity(truth));
  });

  it('have their numbers fitted again: the best cubic alone is not 3 x³ to the last digit', async () => {
    const cubic = (await found).find(({ expression }) => /^[\d.]+\*x\^3$/.test(text(expression)))!;
    const ratio = target.reduce((all, t, i) => all + t * columns[0]![i]! ** 3, 0) / columns[0]!.reduce((all, a) => all + a ** 6, 0);
    const alone = target.reduce((all, t, i) => all + (t - ratio * columns[0]![i]! ** 3) ** 2, 0);
    expect(cubic.sse / alone).toBeCloseTo(1, 6);
  });

  it('hold the whole less its smallest term, and less its two smallest', async () => {
    const shapes = (await found).map(({ expression }) => text(expression).replace(/-?\d+(\.\d+)?\*/g, ''));
    expect(shapes.some(shape => shape.includes('x^3') && shape.includes('y^2') && shape.includes('z') && !shape.includes('x*y*z'))).toBe(true);
    expect((await found).every(({ expression }) => variablesOf(expression).every(index => index < 3))).toBe(true);
  });
});

describe('a search that ends at once', () => {
  it('shows a front of simpler formulas beside the solution, which stays chosen', async () => {
    const cells = { x: [...columns[0]!], y: [...columns[1]!], f: Array.from(columns[0]!, (a, i) => 2 * a * a + 3 * columns[1]![i]!) };
    const dataset = datasetFor(makeTable(cells), { target: 'f', task: 'regression', options: { seconds: 3 } });
    const model = await formulaFamily.fit(dataset, context);
    const section = model.inside!(0.95)[0] as FormulaSection;
    expect(section.candidates[section.chosen]!.text).toBe('2*x^2 + 3*y');
    expect(section.searched.solved).toBe(true);
    expect(section.front.length).toBeGreaterThanOrEqual(4);
    const losses = section.front.map(index => section.candidates[index]!.loss);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
  });
});
