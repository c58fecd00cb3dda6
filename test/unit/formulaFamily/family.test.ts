/** Formulas as a model family: what is found, predicted, saved and said, and what nasty data do to it. */
import { describe, expect, it } from 'vitest';
import { makeFolds } from '../../../src/engine/evaluate/splits';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { comparedFamilies } from '../../../src/engine/compare/complexity';
import type { Dataset } from '../../../src/engine/data/dataset';
import { Rng } from '../../../src/engine/math/random';
import { formulaFamily, formulaFamilyWith } from '../../../src/engine/models/formula/family';
import type { FormulaModel } from '../../../src/engine/models/formula/model';
import { readStarts } from '../../../src/engine/models/formula/settings';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { talliedNotes } from '../../../src/engine/models/shared/inputTally';
import type { FormulaSection } from '../../../src/protocol/formula';
import { context, datasetFor, makeTable } from '../families/support';

type Cells = Record<string, (number | string)[]>;

/** Columns with names that are no identifiers; y = 2·speed² + 3·(a-b). */
function lawful(rows: number, noise = 0, gap = 0): Cells {
  const rng = new Rng(5);
  const cells: Cells = { 'speed m/s': [], 'a-b': [], colour: [], y: [] };
  for (let i = 0; i < rows; i++) {
    const [u, v] = [1 + 2 * rng.uniform(), rng.uniform()];
    cells['speed m/s']!.push(rng.uniform() < gap ? 'NA' : u);
    cells['a-b']!.push(v);
    cells['colour']!.push(['red', 'green', 'blue'][i % 3]!);
    cells['y']!.push(2 * u * u + 3 * v + noise * rng.normal());
  }
  return cells;
}

async function fitted(cells: Cells, options: Record<string, string | number> = {}, wanted: object = {}): Promise<{ dataset: Dataset; model: FormulaModel }> {
  const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 1.5, ...options }, ...wanted });
  return { dataset, model: (await formulaFamily.fit(dataset, context)) as FormulaModel };
}

const sectionOf = (model: FormulaModel, columns?: string[]): FormulaSection => model.inside(0.95, columns)[0] as FormulaSection;

describe('a search', () => {
  it('finds the formula, predicts by it, and says which columns it left out', async () => {
    const { dataset, model } = await fitted(lawful(200));
    const { chosen, candidates, verdict } = sectionOf(model);
    expect(candidates[chosen]!.text).toBe('2*`speed m/s`^2 + 3*`a-b`');
    expect(verdict).toBe('compact');
    expect(model.notes.map(({ text }) => text).join()).toContain('left out of the search: colour');
    const { mean } = model.predict(dataset.table);
    const { values } = dataset.target as { values: Float64Array };
    mean!.forEach((v, i) => expect(v).toBeCloseTo(values[i]!, 9));
    expect(candidates[chosen]!.numbers.filter(({ snapped }) => snapped).map(({ estimate }) => estimate)).toEqual(expect.arrayContaining([2, 3]));
  });

  it("writes cells of a spreadsheet by the file's columns", async () => {
    const { model } = await fitted(lawful(100));
    const { chosen, candidates } = sectionOf(model, ['id', 'speed m/s', 'y', 'a-b']);
    expect(candidates[chosen]!.excel).toBe('=2*B2^2 + 3*D2');
  });

  it('is the same model after its JSON was written and read, down to the section', async () => {
    const { dataset, model } = await fitted(lawful(150, 0.3, 0.1));
    const again = formulaFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as FormulaModel;
    expect(again.predictIntervals(dataset.table, 0.9)).toEqual(model.predictIntervals(dataset.table, 0.9));
    expect(again.inside(0.9)).toEqual(model.inside(0.9));
    expect(again.effects(0.9)).toEqual(model.effects(0.9));
  });

  it('refuses JSON whose tree names a column or a function that there is not', async () => {
    const { model } = await fitted(lawful(80), { known: 'y = a*`speed m/s`' });
    const damage = (expression: object): object => {
      const json = JSON.parse(JSON.stringify(model.toJSON())) as { candidates: { expression: object; standardErrors: number[] }[] };
      json.candidates[0] = { ...json.candidates[0]!, expression, standardErrors: [] };
      return json;
    };
    for (const tree of [{ kind: 'variable', index: 7 }, { kind: 'variable', index: -1 }, { kind: 'call', name: 'eval', argument: { kind: 'variable', index: 0 } }, { kind: 'sum', terms: 3 }, { kind: 'code' }]) {
      expect(() => formulaFamily.load(damage(tree))).toThrow(/damaged/);
    }
  });

  it('leaves rows to a linear model in which a cell of the formula is missing, and finds the formula on the others', async () => {
    const { dataset, model } = await fitted(lawful(200, 0, 0.2));
    expect(sectionOf(model).candidates[sectionOf(model).chosen]!.text).toBe('2*`speed m/s`^2 + 3*`a-b`');
    expect(model.notes.map(({ text }) => text).join()).toMatch(/\d+ of 200 rows have missing cells and were left out of the search/);
    const linear = await linearFamily.fit({ ...dataset, recipe: { ...dataset.recipe, options: {} } }, context);
    const speeds = (dataset.table.columns[0] as { values: Float64Array }).values;
    const gaps = Int32Array.from(speeds.keys()).filter(i => Number.isNaN(speeds[i]!));
    expect(gaps.length).toBeGreaterThan(10);
    expect(model.predict(dataset.table, gaps).mean).toEqual(linear.predict(dataset.table, gaps).mean);
  });

  it('takes two-level categories as 0 and 1', async () => {
    const rng = new Rng(2);
    const sex = Array.from({ length: 120 }, () => (rng.uniform() < 0.5 ? 'female' : 'male'));
    const x = sex.map(() => rng.uniform());
    const { model } = await fitted({ sex, x, y: x.map((v, i) => 5 * v * (sex[i] === 'male' ? 1 : 0) + v) });
    const { chosen, candidates } = sectionOf(model, ['sex', 'x', 'y']);
    expect(candidates[chosen]!.text).toContain('`sex = male`');
    expect(candidates[chosen]!.excel).toContain('N(A2="male")');
    expect(candidates[chosen]!.sql).toContain(`CASE WHEN "sex" = 'male' THEN 1 ELSE 0 END`);
    expect(candidates[chosen]!.r2).toBeCloseTo(1, 9);
  });
});

describe('where no short formula is behind the numbers', () => {
  it('the linear model is the formula, and the summary says so plainly', async () => {
    const rng = new Rng(8);
    const cells: Cells = Object.fromEntries(Array.from({ length: 9 }, (_, j) => [`x${j}`, Array.from({ length: 150 }, () => rng.normal())]));
    const y = Array.from({ length: 150 }, (_, i) => Array.from({ length: 9 }, (__, j) => (1 + 0.1 * j) * (cells[`x${j}`]![i] as number)).reduce((a, b) => a + b, 0) + 2 * rng.normal());
    const { dataset, model } = await fitted({ ...cells, y }, { seconds: 1 });
    expect(model.linear).toBeDefined();
    const { verdict, summary, candidates, chosen } = sectionOf(model);
    expect(verdict).toBe('none');
    expect(summary).toMatch(/^No compact formula explains this\..*The linear model is used as the formula; with \d+ nodes it is no compact one\.$/);
    const linear = await linearFamily.fit({ ...dataset, recipe: { ...dataset.recipe, options: {} } }, context);
    expect(model.predict(dataset.table)).toEqual(linear.predict(dataset.table));
    expect(candidates[chosen]!.stage).toBe('linear model');
    const again = formulaFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as FormulaModel;
    expect(again.inside(0.95)).toEqual(model.inside(0.95));
    expect(again.predict(dataset.table)).toEqual(model.predict(dataset.table));
  });

  it('noise is no formula', async () => {
    const rng = new Rng(4);
    const draw = (): number[] => Array.from({ length: 100 }, () => rng.normal());
    const { model } = await fitted({ a: draw(), b: draw(), y: draw() }, { seconds: 1 });
    expect(sectionOf(model).verdict).toBe('none');
    expect(sectionOf(model).summary).toMatch(/^No compact formula explains this\./);
  });
});

describe('a known formula', () => {
  it('has its parameters fitted, with intervals that hold the truth, and covers new rows', async () => {
    const { dataset, model } = await fitted(lawful(300, 0.5), { known: 'y = a*`speed m/s`^2 + b*`a-b`' });
    const { candidates } = sectionOf(model);
    [2, 3].forEach((truth, k) => {
      const { low, high } = candidates[0]!.numbers[k]!;
      expect(low).toBeLessThan(truth);
      expect(high).toBeGreaterThan(truth);
    });
    expect(candidates[0]!.numbers.map(({ text }) => text.split(' ')[0])).toEqual(['a', 'b']);
    const { low, high } = model.predictIntervals(dataset.table, 0.9);
    const { values } = dataset.target as { values: Float64Array };
    const inside = values.filter((y, i) => y >= low![i]! && y <= high![i]!).length / values.length;
    expect(inside).toBeGreaterThan(0.84);
    expect(inside).toBeLessThan(0.96);
  });

  it.each([
    ['y = a*x +', /formula|expression|end|after/i], ['y = a*y', /both sides|itself/], ['`a-b` = a*`speed m/s`', /target is "y"/],
    ['log(y) = a*`speed m/s`', /target by itself/],
  ])('%s ends in one sentence', async (known, words) => {
    await expect(fitted(lawful(50), { known })).rejects.toThrow(words);
  });

  it('reads starts, and refuses what are none', () => {
    expect(readStarts('a=1, b = 2.5e-3')).toEqual({ a: 1, b: 0.0025 });
    for (const text of ['a', 'a=', '=3', 'a=x']) expect(() => readStarts(text)).toThrow(/start/);
  });
});

describe('the search of a fold', () => {
  it('never reads the held-out rows: other targets there change nothing', async () => {
    const cells = lawful(120, 0.2);
    const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 0.5, known: 'y = a*`speed m/s`^2 + b' } });
    const [fold] = makeFolds(dataset, { scheme: 'holdout', share: 0.2 }, new Rng(1)).folds;
    const held = new Set(fold!.test);
    const other = datasetFor(makeTable({ ...cells, y: cells['y']!.map((y, i) => (held.has(i) ? -1000 : y)) }), { target: 'y', task: 'regression', options: dataset.recipe.options });
    const predict = async (on: Dataset): Promise<Float64Array> => (await formulaFamily.fitFolds!(on, [fold!.train], context))[0]!.predict(dataset.table, fold!.test).mean!;
    expect(await predict(other)).toEqual(await predict(dataset));
  });

  it('gives the formula its R² on rows that had no part in finding it', async () => {
    const { dataset, model } = await fitted(lawful(200, 0.1), { seconds: 2 });
    const evaluation = await crossValidate(formulaFamily, dataset, { scheme: 'holdout', share: 0.2 }, context, new Rng(1), model);
    const r2 = evaluation!.metrics.find(({ name }) => name === 'r2')!.value;
    const { candidates, chosen } = sectionOf(model);
    expect(candidates[chosen]!.heldOutR2).toBeGreaterThan(0.99);
    expect(Math.abs(candidates[chosen]!.heldOutR2! - r2)).toBeLessThan(0.01);
  });

  it('is named where it chose another formula', async () => {
    const { model } = await fitted(lawful(60), { known: 'y = a*`speed m/s`^2 + b' });
    const { model: other } = await fitted(lawful(60), { known: 'y = a*`a-b`' });
    model.setMeasured([model], new Map());
    expect(sectionOf(model).warnings.join()).not.toContain('without the held-out rows');
    model.setMeasured([other], new Map());
    expect(sectionOf(model).warnings.at(-1)).toMatch(/^The search without the held-out rows chose another formula, y = [\d.]+\*`a-b`; held-out figures/);
  });
});

describe('a model that proposes', () => {
  it('has its fidelity told beside that to the rows', async () => {
    const dataset = datasetFor(makeTable(lawful(160, 0.1)), { target: 'y', task: 'regression', options: { seconds: 1.5 } });
    const linear = await linearFamily.fit({ ...dataset, recipe: { ...dataset.recipe, options: {} } }, context);
    const model = (await formulaFamilyWith(linear).fit(dataset, context)) as FormulaModel;
    const { candidates, chosen, summary } = sectionOf(model);
    expect(candidates[chosen]!.text).toMatch(/`speed m\/s`\^2/);
    expect(candidates[chosen]!.modelR2).toBeGreaterThan(0.9);
    expect(candidates[chosen]!.modelR2).toBeLessThan(candidates[chosen]!.r2);
    expect(summary).toContain('how much of the model the formula holds');
  });
});

describe('nasty data', () => {
  it('columns of text alone: the linear model of them', async () => {
    const letters = Array.from({ length: 60 }, (_, i) => 'abc'[i % 3]!);
    const { model } = await fitted({ letters, y: letters.map((letter, i) => ({ a: 1, b: 5, c: 2 }[letter]! + (i % 2) * 0.1)) });
    expect(model.linear).toBeDefined();
    expect(sectionOf(model).candidates[sectionOf(model).chosen]!.text).toContain('`letters = b`');
  });

  it('training rows of one value: that value', async () => {
    const dataset = datasetFor(makeTable({ x: [1, 2, 3, 4, 5, 6], y: [7, 7, 7, 7, 7, 8] }), { target: 'y', task: 'regression', options: { seconds: 0.5 } });
    const model = await formulaFamily.fit(dataset, context, Int32Array.of(0, 1, 2, 3, 4));
    expect(model.predict(dataset.table).mean).toEqual(new Float64Array(6).fill(7));
  });

  it.each([1, 2, 3, 4, 6])('%d training rows: a prediction of each, all finite', async count => {
    const x = Array.from({ length: 8 }, (_, i) => i + 1);
    const dataset = datasetFor(makeTable({ x, y: x.map(v => 2 * v) }), { target: 'y', task: 'regression', options: { seconds: 0.5 } });
    const model = await formulaFamily.fit(dataset, context, Int32Array.from({ length: count }, (_, i) => i)) as FormulaModel;
    expect(model.predict(dataset.table).mean!.every(Number.isFinite)).toBe(true);
    expect(() => JSON.stringify(model.inside(0.95))).not.toThrow();
  });

  it('where the formula has no value the mean is predicted, and counted', async () => {
    const { model } = await fitted({ x: [1, 2, 3, 4, 5, 6, 7, 8], y: [0, 0.7, 1.1, 1.4, 1.6, 1.8, 1.95, 2.1] }, { known: 'y = a*log(x)' });
    const table = makeTable({ x: [1, -3, 2], y: [0, 0, 0] });
    const { mean } = model.predict(table);
    expect(mean![1]).toBeCloseTo(model.state.otherwise, 12);
    expect(talliedNotes(model.inputTally(), table).map(({ text }) => text).join()).toContain('no value in 1 row;');
  });

  it('missing=drop: a row with a missing cell has no prediction', async () => {
    const { model } = await fitted(lawful(100, 0, 0.1), { known: 'y = a*`speed m/s`^2 + b*`a-b`' }, { missing: 'drop' });
    const { mean } = model.predict(makeTable({ 'speed m/s': ['NA', 2], 'a-b': [1, 1], colour: ['red', 'red'] }));
    expect(mean![0]).toBeNaN();
    expect(mean![1]).toBeCloseTo(11, 6);
  });
});

describe('comparisons', () => {
  it('run the search only where it is named', () => {
    expect(comparedFamilies('regression').map(({ id }) => id)).not.toContain('formula');
    expect(formulaFamily.ownSeconds!(datasetFor(makeTable(lawful(20)), { target: 'y', task: 'regression', options: { seconds: 7 } }))).toBe(7);
    expect(comparedFamilies('regression', ['formula', 'linear']).map(({ id }) => id)).toEqual(['linear', 'formula']);
  });
});
