/** A formula beside a freer model: whose curves are drawn, on which rows and grid, and what is said of them. */
import { describe, expect, it } from 'vitest';
import { findColumn } from '../../../src/engine/data/table';
import type { Dataset } from '../../../src/engine/data/dataset';
import { firstOrderAle } from '../../../src/engine/explain/ale';
import { besideCurves } from '../../../src/engine/explain/besideCurves';
import { formulaBeside, type FormulaBesideInput } from '../../../src/engine/explain/formulaBeside';
import { ModelFunction } from '../../../src/engine/explain/modelFunction';
import { subsetTable } from '../../../src/engine/explain/shuffle';
import { Rng } from '../../../src/engine/math/random';
import { boostingFamily } from '../../../src/engine/models/boosting/family';
import { formulaFamily, formulaFamilyWith } from '../../../src/engine/models/formula/family';
import type { FormulaModel } from '../../../src/engine/models/formula/model';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { Model } from '../../../src/engine/models/model';
import { gatherFacts, type ReportInput } from '../../../src/engine/report/input';
import { formulaBesideSection, reportFormulaBeside } from '../../../src/engine/report/sectionsFormulaBeside';
import { context, datasetFor, makeTable } from '../families/support';

/** y = 2 x + z, z² or the level of c left out of the formula that is given. */
function data(rows: number): Dataset {
  const rng = new Rng(3);
  const cells: Record<string, (number | string)[]> = { x: [], z: [], c: [], unused: [], y: [] };
  for (let i = 0; i < rows; i++) {
    const [x, z] = [rng.uniform(), 2 * rng.uniform() - 1];
    cells['x']!.push(x);
    cells['z']!.push(z);
    cells['c']!.push(['a', 'b', 'c'][i % 3]!);
    cells['unused']!.push(rng.uniform());
    cells['y']!.push(2 * x + 3 * z * z + (i % 3));
  }
  return datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { known: 'y = a*x + b' } });
}

const dataset = data(240);
const plain: Dataset = { ...dataset, recipe: { ...dataset.recipe, options: {} } };
const formula = (await formulaFamily.fit(dataset, context)) as FormulaModel;
const linear = await linearFamily.fit(plain, context);
const asked = (model: Model, more: Partial<FormulaBesideInput> = {}): FormulaBesideInput => ({ dataset, model, ranked: [], context, rng: new Rng(1), ...more });

const own = (await formulaBeside(asked(formula)))!;

describe('curves of two models', () => {
  const rows = Int32Array.from({ length: 200 }, (_, i) => 239 - i);
  const curves = besideCurves({ first: formula, second: linear, table: dataset.table, rows, features: dataset.features, bins: 10, context });

  it('are their accumulated local effects on the same rows and bins', async () => {
    const table = subsetTable(dataset.table, dataset.features, rows);
    const every = Int32Array.from(rows.keys());
    for (const [model, which] of [[formula, 'first'], [linear, 'second']] as const) {
      const ale = firstOrderAle(new ModelFunction(model, table, every, { scale: 'response' }), findColumn(table, 'x')!, { bins: 10 });
      const curve = (await curves).find(({ feature }) => feature === 'x')!;
      expect(curve.grid).toHaveLength(ale.edges.length);
      ale.effect.forEach((v, k) => expect(curve[which][k]).toBeCloseTo(v, 5));
    }
  });

  it('are there for each feature that either uses, flat for the one that does not, the largest movement first', async () => {
    const found = await curves;
    expect(found.map(({ feature }) => feature).slice(0, 2).sort()).toEqual(['c', 'x']);
    const c = found.find(({ feature }) => feature === 'c')!;
    expect(c.kind).toBe('category');
    expect([...c.grid].sort()).toEqual(['a', 'b', 'c']);
    expect(c.first).toEqual([0, 0, 0]);
    expect(Math.max(...c.second) - Math.min(...c.second)).toBeGreaterThan(1.5);
    const moves = found.map(({ first, second }) => Math.max(...[first, second].map(v => Math.max(...v) - Math.min(...v))));
    expect(moves).toEqual([...moves].sort((a, b) => b - a));
  });

  it('say by how much they differ, as the root mean square over the rows', async () => {
    const c = (await curves).find(({ feature }) => feature === 'c')!;
    const column = findColumn(dataset.table, 'c')!;
    const level = (row: number): string => (column.storage === 'code' ? column.levels[column.codes[row]!]! : '');
    const squares = rows.reduce((sum, row) => sum + (c.second[c.grid.indexOf(level(row))]! - 0) ** 2, 0);
    expect(c.apart).toBeCloseTo(Math.sqrt(squares / rows.length), 4);
  });
});

describe('a formula', () => {
  it('by itself is put beside a machine fitted for that', () => {
    const found = own;
    expect(found.origin).toBe('own');
    expect(found.model.family).toBe('ebm');
    const z = found.curves.find(({ feature }) => feature === 'z')!;
    expect(z.first.every(v => v === 0)).toBe(true);
    // What the formula leaves out is seen in the other's curve: 3 z² from its middle to its ends.
    expect(Math.max(...z.second) - Math.min(...z.second)).toBeGreaterThan(1.5);
  });

  it('that a model proposed is put beside that model', async () => {
    const short = { ...plain, recipe: { ...plain.recipe, options: { seconds: 0.3 } } };
    const model = await formulaFamilyWith(linear).fit({ ...short, recipe: { ...short.recipe, options: { seconds: 0.3, from: 'a.unveil.json' } } }, context);
    const found = (await formulaBeside(asked(model)))!;
    expect(found.origin).toBe('proposer');
    expect(found.model).toBe(linear);
  });

  it('that was compared is put beside the freest of the others, and the chosen other beside it', async () => {
    const machine = await boostingFamily.fit({ ...plain, recipe: { ...plain.recipe, options: { bags: 2 } } }, context);
    const ofFormula = (await formulaBeside(asked(formula, { others: [linear, machine] })))!;
    expect([ofFormula.origin, ofFormula.model]).toEqual(['compared', machine]);
    const ofMachine = (await formulaBeside(asked(machine, { others: [linear, formula] })))!;
    expect([ofMachine.origin, ofMachine.formula, ofMachine.model]).toEqual(['compared', formula, machine]);
    expect(await formulaBeside(asked(machine, { others: [linear] }))).toBeUndefined();
  });

  it('of few rows stands alone', async () => {
    const few = data(40);
    const model = await formulaFamily.fit(few, context);
    expect(await formulaBeside({ ...asked(model), dataset: few })).toBeUndefined();
  });
});

describe('the report', () => {
  const facts = gatherFacts({ recipe: dataset.recipe, dataset, model: formula, measurements: {}, timings: {}, notes: [] } as unknown as ReportInput);

  it('names the feature along which they are furthest apart, and that the formula does not use it', () => {
    const found = own;
    const { summary, title, method } = formulaBesideSection(found, facts);
    const furthest = [...found.curves].sort((a, b) => b.apart - a.apart)[0]!.feature;
    expect(title).toBe('The formula beside the explainable boosting machine');
    expect(summary).toContain(`along "${furthest}" are furthest apart`);
    expect(summary).toContain(`The formula does not use "${furthest}"`);
    expect(method).toContain('all 240 rows');
    expect(summary).not.toContain('The formula is y =');
    expect(formulaBesideSection(found, { ...facts, model: found.model }).summary).toContain(`The formula is y = ${formula.text}. `);
    const { curves, model, formula: text } = reportFormulaBeside(found);
    expect([model, text]).toEqual(['Explainable boosting machine', formula.text]);
    expect(curves.every(({ grid, formula: a, model: b }) => a.length === grid.length && b.length === grid.length)).toBe(true);
  });

  it('says so where they make the same of all features', () => {
    const found = own;
    const same = { ...found, curves: found.curves.slice(0, 2).map(curve => ({ ...curve, second: curve.first, apart: 0.001 * found.spread })) };
    expect(formulaBesideSection(same, facts).summary).toContain('make nearly the same of each of 2 features: nowhere are their curves further apart than 0.1 % of the standard deviation of y');
  });
});
