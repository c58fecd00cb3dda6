/** Whether a formula is taken in the linear model's place: never by luck, and not missed where it is clearly better. */
import { describe, expect, it } from 'vitest';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { fitted, mapTree, type Expression } from '../../../src/engine/formula/expression';
import { polish } from '../../../src/engine/formula/polish';
import { Rng } from '../../../src/engine/math/random';
import { decide, type Decision } from '../../../src/engine/models/formula/decide';
import type { KeptCandidate } from '../../../src/engine/models/formula/candidates';
import { formulaFamily } from '../../../src/engine/models/formula/family';
import { prepareVariables, valuesOnRows } from '../../../src/engine/models/formula/variables';
import type { FormulaModel } from '../../../src/engine/models/formula/model';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { FormulaSection } from '../../../src/protocol/formula';
import { context, datasetFor, makeTable } from '../families/support';

type Cells = Record<string, (number | string)[]>;

function drawn(rows: number, names: readonly string[], y: (x: readonly number[], noise: number) => number, seed = 3): Cells {
  const rng = new Rng(seed);
  const cells: Cells = Object.fromEntries([...names, 'y'].map(name => [name, []]));
  for (let i = 0; i < rows; i++) {
    const x = names.map(() => 3 * rng.uniform());
    names.forEach((name, k) => cells[name]!.push(x[k]!));
    cells['y']!.push(y(x, rng.normal()));
  }
  return cells;
}

/** Decides about one formula; numbers with a decimal point in its text are fitted. */
async function decided(cells: Cells, text: string, keep: readonly number[] = []): Promise<Decision> {
  const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression' });
  const prepared = prepareVariables(dataset);
  const names = prepared.variables.map(({ name }) => name);
  const sample = valuesOnRows(dataset, prepared, new Rng(1).shuffle(Int32Array.from({ length: dataset.table.rows }, (_, i) => i)));
  const free = (node: Expression): Expression => (node.kind === 'number' && !Number.isInteger(node.value) && !keep.includes(node.value) ? fitted(node.value) : node);
  const candidate: KeptCandidate = { ...polish(mapTree(parseFormula(text, names).expression, free), searchRows(sample.columns, sample.target))!, stage: 'test' };
  return decide({ dataset, sample, names, small: [candidate], largest: 20, seconds: 1.5, context });
}

/** c sin(w a + p) with the least misfit. */
function luckiestWave(a: readonly number[], target: readonly number[]): { c: number; w: number; p: number } {
  let best = { gain: -1, c: 0, w: 0, p: 0 };
  for (let w = 2.05; w < 90; w += 0.1) {
    for (let p = 0.05; p < Math.PI; p += 0.1) {
      const wave = a.map(v => Math.sin(w * v + p));
      const square = wave.reduce((all, v) => all + v * v, 0);
      const c = wave.reduce((all, v, i) => all + v * target[i]!, 0) / square;
      if (c * c * square > best.gain) best = { gain: c * c * square, c, w, p };
    }
  }
  return best;
}

describe('a formula is taken', () => {
  it('at once where it predicts rows left out far better than the linear model', async () => {
    const { better, anew } = await decided(drawn(80, ['a', 'b'], ([a, b], noise) => a! ** 3 * b! + 0.5 * noise), '1.1*a^3*b');
    expect([better, anew]).toEqual([true, undefined]);
  });

  it('where it is the linear model itself, its numbers rounded', async () => {
    const { better, judged } = await decided(drawn(60, ['a', 'b'], ([a, b], noise) => 1 + 2 * a! + b! + 0.4 * noise), '1 + 2*a + b');
    expect([better, judged!.standing]).toEqual([true, 'better']);
  });

  it('where a little better, if the search without some rows finds formulas that predict those better', async () => {
    const { better, judged, anew } = await decided(drawn(80, ['a'], ([a], noise) => a! ** 2 + 0.9 * noise), '1.1*a^2');
    expect([better, judged!.standing]).toEqual([true, 'unsure']);
    expect(anew!.formula).toBeGreaterThan(anew!.linear);
  });
});

describe('the linear model is kept', () => {
  it('where a formula was fitted to luck: its shape was chosen on the rows that judge it', async () => {
    const cells = drawn(60, ['a'], ([a], noise) => 0.43 + 1.13 * a! + noise, 1);
    const a = cells['a'] as number[];
    let residual = (cells['y'] as number[]).map((y, i) => y - a[i]!);
    const keep: number[] = [];
    let text = '0.01 + 1.01*a';
    // The waves among very many that the noise looks like most.
    for (let k = 0; k < 3; k++) {
      const { c, w, p } = luckiestWave(a, residual);
      residual = residual.map((r, i) => r - c * Math.sin(w * a[i]! + p));
      keep.push(w, p);
      text += ` + ${c}*sin(${w}*a + ${p})`;
    }
    const { better, judged, anew } = await decided(cells, text, keep);
    expect(judged!.formula).toBeGreaterThan(judged!.linear + 0.05);
    expect(judged!.standing).toBe('unsure');
    expect(anew).toBeDefined();
    expect(better).toBe(false);
  });

  it('where a column is missing in a formula that predicts no better', async () => {
    const { better } = await decided(drawn(50, ['a', 'b'], ([a, b], noise) => a! + 0.6 * b! + noise), '1.1*a + 0.9');
    expect(better).toBe(false);
  });

  it('and then predicts exactly as the linear model does', async () => {
    const cells = drawn(40, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], (x, noise) => x.reduce((all, v, k) => all + (1 + 0.2 * k) * v, 0) + 2 * noise);
    const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 0.8 } });
    const model = (await formulaFamily.fit(dataset, context)) as FormulaModel;
    expect(model.linear).toBeDefined();
    const linear = await linearFamily.fit({ ...dataset, recipe: { ...dataset.recipe, options: {} } }, context);
    expect(model.predict(dataset.table)).toEqual(linear.predict(dataset.table));
  });
});

describe('the verdict', () => {
  it('calls a linear model of few nodes compact, and one of many none', async () => {
    const cells = drawn(40, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], (x, noise) => x.reduce((all, v, k) => all + (1 + 0.2 * k) * v, 0) + 2 * noise);
    const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 0.5, largest: 60 } });
    const linear = (await formulaFamily.fit(dataset, context)) as FormulaModel;
    const [section] = linear.inside(0.95) as [FormulaSection];
    expect(section.verdict).toBe('compact');
    const strict = { ...dataset, recipe: { ...dataset.recipe, options: { seconds: 0.5, largest: 12 } } };
    const [other] = ((await formulaFamily.fit(strict, context)) as FormulaModel).inside(0.95) as [FormulaSection];
    expect(other.verdict).toBe('none');
    expect(other.summary).toMatch(/^No compact formula explains this\..* with \d+ nodes it is no compact one\.$/);
  });
});

describe('rows of which none is complete', () => {
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const cells: Cells = { a: rows.map(i => (i % 2 ? 'NA' : i)), b: rows.map(i => (i % 2 ? i : 'NA')), y: rows.map(i => 2 * i) };

  it('are refused in one sentence', async () => {
    const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 0.5 } });
    await expect(formulaFamily.fit(dataset, context)).rejects.toThrow(/^None of the 40 rows has a value in all of the columns that formulas are made of \(a, b\): leave out the columns with the most missing cells\.$/);
    await expect(linearFamily.fit(dataset, context, new Int32Array(0))).rejects.toThrow('No row is left to explain "y" with.');
  });

  it('leave a fold to the linear model', async () => {
    const whole = { a: [...cells['a']!, ...rows], b: [...cells['b']!, ...rows.map(i => (i * 7) % 11)], y: [...cells['y']!, ...rows] };
    const dataset = datasetFor(makeTable(whole), { target: 'y', task: 'regression', options: { seconds: 0.5 } });
    const [model] = await formulaFamily.fitFolds!(dataset, [Int32Array.from(rows)], context);
    const { mean } = model!.predict(dataset.table);
    expect(mean!.every(Number.isFinite)).toBe(true);
  });
});
