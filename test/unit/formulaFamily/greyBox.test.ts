/** A known formula with a model of the rest: parameters, shares, files, folds, and what ends in a sentence. */
import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import type { Dataset } from '../../../src/engine/data/dataset';
import { Rng } from '../../../src/engine/math/random';
import { formulaFamily } from '../../../src/engine/models/formula/family';
import { GreyBoxModel } from '../../../src/engine/models/formula/greyBox/model';
import { sharesOf } from '../../../src/engine/models/formula/greyBox/shares';
import { formulaSettings } from '../../../src/engine/models/formula/settings';
import type { FormulaSection } from '../../../src/protocol/formula';
import { context, datasetFor, makeTable } from '../families/support';

type Cells = Record<string, (number | string)[]>;

/** y = 2x³ + sin(3z) + noise; `tie`: how much of z is x. */
function cells(rows: number, { noise = 0.1, tie = 0, offset = 0, seed = 3 } = {}): Cells {
  const rng = new Rng(seed);
  const made: Cells = { x: [], z: [], group: [], y: [] };
  for (let i = 0; i < rows; i++) {
    const x = 2 * rng.uniform() - 1;
    const z = tie * x + (1 - tie) * (2 * rng.uniform() - 1);
    const group = ['low', 'middle', 'high'][rng.integer(3)]!;
    made['x']!.push(x);
    made['z']!.push(z);
    made['group']!.push(group);
    made['y']!.push(2 * x ** 3 + Math.sin(3 * z) + (group === 'high' ? 0.5 : 0) + offset + noise * rng.normal());
  }
  return made;
}

async function fitted(of: Cells, options: Record<string, string | number>, wanted: object = {}): Promise<{ dataset: Dataset; model: GreyBoxModel }> {
  const dataset = datasetFor(makeTable(of), { target: 'y', task: 'regression', options, ...wanted });
  return { dataset, model: (await formulaFamily.fit(dataset, context)) as GreyBoxModel };
}

const sectionOf = (model: GreyBoxModel): FormulaSection => model.inside(0.95)[0] as FormulaSection;
const numbersOf = (model: GreyBoxModel): FormulaSection['candidates'][number]['numbers'] => sectionOf(model).candidates[0]!.numbers;

describe('a known formula with a rest', () => {
  it('finds the parameter although the rest moves with its column, where least squares alone does not', async () => {
    const of = cells(500, { tie: 0.5, offset: 3 });
    const { low, high } = numbersOf((await fitted(of, { known: 'y = a*x^3', rest: 'ebm' })).model)[0]!;
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
    expect(high! - low!).toBeLessThan(0.2);
    const alone = await fitted(of, { known: 'y = a*x^3 + c' });
    const { low: lowest } = (alone.model.inside(0.95)[0] as FormulaSection).candidates[0]!.numbers[0]!;
    expect(lowest).toBeGreaterThan(2.2);
  });

  it('takes a law without parameters as it is', async () => {
    const { model } = await fitted(cells(150), { known: 'y = 2*x^3', rest: 'ebm' });
    expect(sectionOf(model).candidates[0]!.text).toBe('2*x^3');
    expect(sectionOf(model).parts!.items[1]!.share).toBeGreaterThan(0.2);
    expect(model.notes.map(({ text }) => text).join()).not.toContain('parameters');
  });

  it('leaves to the known part whatever it can explain in its own column', async () => {
    const rng = new Rng(9);
    const x = Array.from({ length: 300 }, () => 2 * rng.uniform() - 1);
    const y = x.map(v => 2 * v ** 3 + v + 0.05 * rng.normal());
    const { model, dataset } = await fitted({ x, y }, { known: 'y = a*x^3 + c', rest: 'ebm' });
    // Least squares of x on x³ over −1 … 1 adds (1/5) / (1/7).
    expect(numbersOf(model)[0]!.estimate).toBeCloseTo(2 + 7 / 5, 0);
    const { rest } = model.parts(dataset.table);
    const cubes = x.map(v => v ** 3);
    const along = rest.reduce((sum, r, i) => sum + r * cubes[i]!, 0) / cubes.reduce((sum, c) => sum + c * c, 0);
    expect(Math.abs(along)).toBeLessThan(0.05);
  });

  it.each([['y = a*exp(b*x)', [1, 1.5]], ['y = a*x^3 + c', [2]]] as const)('holds the truth of %s in its intervals', async (known, truth) => {
    const rng = new Rng(12);
    const of: Cells = { x: [], z: [], y: [] };
    for (let i = 0; i < 300; i++) {
      const x = 2 * rng.uniform() - 1;
      const z = 0.5 * x + rng.uniform();
      of['x']!.push(x);
      of['z']!.push(z);
      of['y']!.push((truth.length === 2 ? Math.exp(1.5 * x) : 2 * x ** 3) + Math.cos(4 * z) + 0.1 * rng.normal());
    }
    const numbers = numbersOf((await fitted(of, { known, rest: 'ebm' })).model);
    truth.forEach((value, k) => {
      expect(numbers[k]!.low).toBeLessThan(value);
      expect(numbers[k]!.high).toBeGreaterThan(value);
    });
  });

  it('tells shares of the held-out variance that are near the true ones and add to 1', async () => {
    const { dataset, model } = await fitted(cells(450, { noise: 0.3 }), { known: 'y = a*x^3 + c', rest: 'ebm' });
    expect(sectionOf(model).parts!.heldOut).toBe(false);
    expect(sectionOf(model).summary).toContain('nothing was held out');
    await crossValidate(formulaFamily, dataset, { scheme: 'kFold', folds: 3 }, context, new Rng(1), model);
    const { parts, summary } = sectionOf(model);
    expect(parts!.heldOut).toBe(true);
    expect(parts!.rows).toBe(450);
    const [known, rest, noise] = parts!.items.map(({ share }) => share) as [number, number, number];
    expect(known + rest + noise).toBeCloseTo(1, 12);
    const { values } = dataset.target as { values: Float64Array };
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length;
    // var(2x³) = 4/7; the noise is 0.09.
    expect(Math.abs(known - 4 / 7 / variance)).toBeLessThan(0.08);
    expect(Math.abs(noise - 0.09 / variance)).toBeLessThan(0.03);
    parts!.items.forEach(({ share, low, high }) => {
      expect(low).toBeLessThan(share);
      expect(high).toBeGreaterThan(share);
    });
    expect(summary).toMatch(/Of the variance of the held-out rows the known part explains \d+ %, the rest/);
  });

  it.each(['ebm', 'neural'] as const)('is the same model after its JSON was written and read, down to its sections (%s)', async rest => {
    const { dataset, model } = await fitted(cells(120), { known: 'y = a*x^3 + c', rest });
    const again = formulaFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as GreyBoxModel;
    expect(again).toBeInstanceOf(GreyBoxModel);
    expect(again.predict(dataset.table)).toEqual(model.predict(dataset.table));
    expect(again.predictIntervals(dataset.table, 0.9)).toEqual(model.predictIntervals(dataset.table, 0.9));
    expect(JSON.parse(JSON.stringify(again.inside(0.9)))).toEqual(JSON.parse(JSON.stringify(model.inside(0.9))));
    const { known, rest: left } = model.parts(dataset.table);
    expect(model.predict(dataset.table).mean).toEqual(known.map((v, i) => v + left[i]!));
    const shapes = model.inside(0.9).find(({ id }) => id === 'restShapes');
    expect(shapes).toMatchObject({ kind: 'shapes', fixed: true });
  });

  it('predicts rows with missing cells, and covers new rows', async () => {
    const of = cells(300, { noise: 0.2 });
    of['x'] = of['x']!.map((v, i) => (i % 20 === 0 ? 'NA' : v));
    const { dataset, model } = await fitted(of, { known: 'y = a*x^3 + c', rest: 'ebm' });
    expect(model.predict(dataset.table).mean!.every(Number.isFinite)).toBe(true);
    const fresh = makeTable(cells(300, { noise: 0.2, seed: 77 }));
    const { low, high } = model.predictIntervals(fresh, 0.9);
    const y = (fresh.columns[3] as { values: Float64Array }).values;
    const inside = y.filter((v, i) => v >= low![i]! && v <= high![i]!).length / y.length;
    expect(inside).toBeGreaterThan(0.83);
  });

  it('says so where another column tells the column of the known part, and lets the known part keep it', async () => {
    const of = cells(200);
    of['copy'] = of['x']!.map(v => (v as number) * 2);
    const { model } = await fitted(of, { known: 'y = a*x^3 + c', rest: 'ebm' });
    expect(model.notes.map(({ text }) => text).join()).toContain('almost exactly');
    expect(Math.abs(numbersOf(model)[0]!.estimate - 2)).toBeLessThan(0.4);
  });

  it('needs a known formula, and a model that there is', () => {
    expect(() => formulaSettings({ rest: 'ebm' })).toThrow('The option rest goes with known');
    const damaged = { ...JSON.parse('{"version":1}'), rest: { restFamily: 'toString', model: {} } } as unknown;
    expect(() => formulaFamily.load(damaged)).toThrow(/damaged/);
  });
});

describe('shares of two parts', () => {
  const rng = new Rng(6);
  const draw = (): Float64Array => Float64Array.from({ length: 1500 }, () => rng.normal());
  const [a, b, e] = [draw(), draw(), draw()];

  it('are the variances of independent parts', () => {
    const y = a.map((v, i) => 2 * v + b[i]! + e[i]!);
    const shares = sharesOf({ y, known: a.map(v => 2 * v), rest: b }, true, 0.95, 1)!;
    expect(shares.known.value).toBeCloseTo(4 / 6, 1);
    expect(shares.rest.value).toBeCloseTo(1 / 6, 1);
    expect(shares.noise.value).toBeCloseTo(1 / 6, 1);
    expect(Math.abs(shares.shared)).toBeLessThan(0.05);
  });

  it('know that a small rest adds something, though by chance it goes with the known part a little', () => {
    const few = (of: Float64Array): Float64Array => of.slice(0, 100);
    const [known, rest] = [few(a).map(v => 3 * v), few(b).map(v => 0.4 * v)];
    const shares = sharesOf({ y: known.map((v, i) => v + rest[i]! + 0.05 * e[i]!), known, rest }, true, 0.95, 1)!;
    expect(shares.rest.low).toBeLessThan(0);
    expect(shares.added.low).toBeGreaterThan(0);
    const nothing = sharesOf({ y: known.map((v, i) => v + e[i]!), known, rest: rest.map(v => 0.01 * v) }, true, 0.95, 1)!;
    expect(nothing.added.low).toBeLessThan(0);
  });

  it('split what two parts explain together, and go below 0 for a part that makes predictions worse', () => {
    const both = sharesOf({ y: a.map((v, i) => 2 * v + 0.1 * e[i]!), known: a, rest: a }, true, 0.95, 1)!;
    expect(both.known.value).toBeCloseTo(both.rest.value, 12);
    expect(both.shared).toBeCloseTo(0.5, 1);
    const worse = sharesOf({ y: a, known: a, rest: b.map(v => 0.3 * v) }, true, 0.95, 1)!;
    expect(worse.rest.value).toBeLessThan(-0.05);
    expect(worse.known.value + worse.rest.value + worse.noise.value).toBeCloseTo(1, 12);
    expect(worse.added.high).toBeLessThan(0);
    expect(sharesOf({ y: a, known: a, rest: b.map(v => 1e-20 * v) }, true, 0.95, 1)!.rest).toEqual({ value: 0, low: 0, high: 0 });
    expect(sharesOf({ y: new Float64Array(9), known: new Float64Array(9), rest: new Float64Array(9) }, true, 0.95, 1)).toBeUndefined();
  });
});
