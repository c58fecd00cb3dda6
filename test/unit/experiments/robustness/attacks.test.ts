/** Attacks on models without a closed form: exact for sums of steps, verified for all, within the box, categories and fixed columns. */
import { describe, expect, it } from 'vitest';
import { attackerOf, attackRows } from '../../../../src/engine/experiments/robustness/attack';
import { worstCategoryChange } from '../../../../src/engine/experiments/robustness/categoryChanges';
import { GradientAttacker } from '../../../../src/engine/experiments/robustness/gradientAttack';
import { boxOf, groundOf, tableAt, type NumberCell } from '../../../../src/engine/experiments/robustness/ground';
import { truthOf } from '../../../../src/engine/experiments/robustness/heldOut';
import { Judge } from '../../../../src/engine/experiments/robustness/judge';
import { sparseFlips } from '../../../../src/engine/experiments/robustness/featureUse';
import { flippedRows, smallestFlips } from '../../../../src/engine/experiments/robustness/minimal';
import { SearchAttacker } from '../../../../src/engine/experiments/robustness/searchAttack';
import { withOutliers, withWrongLabels } from '../../../../src/engine/experiments/robustness/spoil';
import type { Dataset } from '../../../../src/engine/data/dataset';
import type { Table } from '../../../../src/engine/data/table';
import type { GradientView } from '../../../../src/engine/models/model';
import { takeRows } from '../../../../src/engine/data/rows';
import { Rng } from '../../../../src/engine/math/random';
import { classData, classTarget, codeColumn, fitStub, makeDataset, numberColumn, numberTarget, quiet, regressionData } from '../../evaluate/stub';
import { accuracies, cellAt, everyRow, family, halves, judgeFor, plantedModel } from './support';

const sizes = [0, 0.1, 0.3, 1];

/** A curved boundary in two numbers, with a category that shifts it. */
function curved(rows = 160): Dataset {
  const rng = new Rng(3);
  const a = Float64Array.from({ length: rows }, () => rng.normal());
  const b = Float64Array.from({ length: rows }, () => 100 + 20 * rng.normal());
  const c = Int32Array.from({ length: rows }, () => rng.integer(3));
  const codes = a.map((x, i) => (x * x + (b[i]! - 100) / 20 + (c[i]! - 1) + 0.3 * rng.normal() > 0.5 ? 1 : 0));
  return makeDataset([numberColumn('a', a), numberColumn('b', b), codeColumn('c', c, ['low', 'mid', 'top'])], classTarget(codes, ['no', 'yes']), { options: { ensemble: 1, hidden: '12', epochs: 40, l2: 0.001, prune: false } });
}

describe('projected gradient ascent on a network', () => {
  it('claims only flips that predicting confirms, within the box and the training range, and accuracy never rises with the size', async () => {
    const dataset = curved();
    const { train, test } = halves(160);
    const model = await family('neural').fit(dataset, quiet(), train);
    const judge = judgeFor(dataset, model, train, test);
    const attacker = attackerOf(judge);
    expect(attacker).toBeInstanceOf(GradientAttacker);
    const run = await attackRows(judge, attacker, sizes, new Rng(1), quiet());
    for (const line of [run.numbers, run.withCategory!, run.signStep!]) {
      const found = accuracies(line);
      for (let k = 1; k < found.length; k++) expect(found[k]!).toBeLessThanOrEqual(found[k - 1]!);
    }
    expect(accuracies(run.numbers)[3]!).toBeLessThan(accuracies(run.numbers)[0]! - 0.2);
    const flipped = flippedRows(run.worst);
    // Predicted by the model itself, from a table of the changed rows.
    const all = everyRow(judge.ground);
    const { probabilities } = model.predict(tableAt(judge.ground, run.worst.cells, all));
    for (const row of flipped) {
      const truth = dataset.target.task === 'classification' ? dataset.target.codes[test[row]!]! : -1;
      expect(probabilities![2 * row + 1 - truth]!).toBeGreaterThanOrEqual(0.5);
      for (const name of ['a', 'b']) {
        const j = judge.ground.columns.findIndex(column => column.name === name);
        const { low, high, deviation } = judge.ground.columns[j] as NumberCell;
        const [before, after] = [cellAt(judge.ground, judge.ground.start, row, name), cellAt(judge.ground, run.worst.cells, row, name)];
        expect(Math.abs(after - before)).toBeLessThanOrEqual(run.worst.first[row]! * deviation * (1 + 1e-9));
        expect(after).toBeGreaterThanOrEqual(Math.min(low, before));
        expect(after).toBeLessThanOrEqual(Math.max(high, before));
      }
      expect(cellAt(judge.ground, run.worst.cells, row, 'c')).toBe(cellAt(judge.ground, judge.ground.start, row, 'c'));
    }
    // What the sparest attacks and the nearest places claim is confirmed too.
    const sparse = await sparseFlips(judge, attacker, run.worst, 1, new Rng(1), quiet());
    expect(sparse.which).toEqual(flipped);
    expect(judge.of(sparse.cells, sparse.which).wrong.every(flag => flag === 1)).toBe(true);
    const nearest = smallestFlips(judge, run.worst);
    for (const row of flipped) expect(nearest[row]!).toBeLessThanOrEqual(run.worst.first[row]! * (1 + 1e-9));
  });

  it('carries gradients back through powers of the columns', async () => {
    const dataset = curved();
    const squares = { ...dataset, recipe: { ...dataset.recipe, options: { ...dataset.recipe.options, polynomial: 2 } } };
    const { train, test } = halves(160);
    const model = await family('neural').fit(squares, quiet(), train);
    const judge = judgeFor(squares, model, train, test);
    const gradient = accuracies((await attackRows(judge, new GradientAttacker(judge, model.gradients!), sizes, new Rng(1), quiet())).numbers);
    const search = accuracies((await attackRows(judge, new SearchAttacker(judge), sizes, new Rng(1), quiet())).numbers);
    gradient.forEach((value, k) => expect(Math.abs(value - search[k]!)).toBeLessThanOrEqual(0.05));
  });

  it('raises the error of a regression in both directions as far as the search does', async () => {
    const dataset = regressionData(150, 2, { options: { ensemble: 1, hidden: '8', epochs: 30, l2: 0.001, prune: false } });
    const { train, test } = halves(150);
    const model = await family('neural').fit(dataset, quiet(), train);
    const judge = judgeFor(dataset, model, train, test);
    const mean = (losses: Float64Array): number => losses.reduce((a, b) => a + b, 0) / losses.length;
    const gradient = (await attackRows(judge, attackerOf(judge), [0, 0.3], new Rng(1), quiet())).numbers.map(mean);
    const search = (await attackRows(judge, new SearchAttacker(judge), [0, 0.3], new Rng(1), quiet())).numbers.map(mean);
    expect(gradient[1]!).toBeGreaterThan(1.5 * gradient[0]!);
    expect(gradient[1]! / search[1]!).toBeCloseTo(1, 2);
  });
});

describe('an attack that a slope leads astray', () => {
  // Log-odds of yes: from 0 they fall slowly to the right, never below 0.5; behind a ridge at -0.1 they fall to below 0.
  const logit = (x: number): number => (x > -0.1 ? 1 - 0.5 * x : 1.05 + 5 * (x + 0.1));
  const slope = (x: number): number => (x > -0.1 ? -0.5 : 5);
  const rows = 60;
  const x = Float64Array.from({ length: rows }, (_, i) => (i >= 36 ? 0 : i % 2 === 0 ? -1 : 1));
  const dataset = makeDataset([numberColumn('x', x)], classTarget(new Int32Array(rows).fill(1), ['no', 'yes']));
  const { train, test } = halves(rows);
  const judge = judgeFor(dataset, plantedModel(['x'], cells => logit(Number(cells['x']))), train, test);
  const cellsOf = (table: Table): Float64Array => (table.columns[0] as { values: Float64Array }).values;
  const view: GradientView = {
    featureOf: ['x'], outputs: 1, baseline: Float32Array.of(0), design: table => Float32Array.from(cellsOf(table)),
    output: design => Float64Array.from(design, logit), gradient: design => Float32Array.from(design, slope),
  };
  const flips = async (attacker: GradientAttacker): Promise<number> => flippedRows((await attackRows(judge, attacker, [0, 1], new Rng(1), quiet())).worst).length;

  it('finds the flip from a random start, and not from the row itself', async () => {
    expect(await flips(new GradientAttacker(judge, view, { steps: 20, starts: 0 }))).toBe(0);
    expect(await flips(new GradientAttacker(judge, view))).toBeGreaterThan(test.length / 2);
  });
});

describe('a sum of steps', () => {
  it('is brought to the worst that a fine grid over the box finds, exactly', async () => {
    const dataset = classData(120, ['no', 'yes'], 5, { options: { pairs: 0, bags: 2, rounds: 60 } });
    const { train, test } = halves(120);
    const model = await family('ebm').fit(dataset, quiet(), train);
    const judge = judgeFor(dataset, model, train, test);
    const attacker = attackerOf(judge);
    expect(attacker.method).toBe('exact');
    const { worst } = await attackRows(judge, attacker, [0, 0.4], new Rng(1), quiet());
    const p = judge.ground.columns.length;
    for (const row of everyRow(judge.ground).filter(i => worst.first[i] !== 0).slice(0, 12)) {
      const places = [0, 1].map(j => {
        const [low, high] = boxOf(judge.ground, row, j, 0.4);
        return Array.from({ length: 80 }, (_, k) => low + ((high - low) * k) / 79);
      });
      const cells = Float64Array.from(places[0]!.flatMap(a => places[1]!.flatMap(b => [a, b])));
      const found = Math.max(...judge.of(cells, new Int32Array(cells.length / p).fill(row)).harm);
      expect(worst.harm[row]!).toBeGreaterThanOrEqual(found - 1e-12);
    }
  });
});

describe('three classes and a linear model', () => {
  it('are attacked exactly: no search and no gradient does worse, numbers and one category', async () => {
    const rng = new Rng(12);
    const base = classData(150, ['p', 'q', 'r'], 7, { options: { penalty: 'ridge', lambda: 0.1 } });
    const c = codeColumn('c', Array.from({ length: 150 }, () => rng.integer(3)), ['u', 'v', 'w']);
    const dataset = { ...base, table: { rows: 150, columns: [...base.table.columns, c] }, features: [...base.features, 'c'] };
    const { train, test } = halves(150);
    const judge = judgeFor(dataset, await family('logistic').fit(dataset, quiet(), train), train, test);
    const exact = await attackRows(judge, attackerOf(judge), sizes, new Rng(1), quiet());
    const search = await attackRows(judge, new SearchAttacker(judge), sizes, new Rng(1), quiet());
    expect(exact.method).toBe('exact');
    expect(accuracies(exact.numbers)[3]!).toBeLessThan(accuracies(exact.numbers)[0]!);
    sizes.forEach((_, k) => exact.numbers[k]!.forEach((loss, row) => {
      expect(loss).toBeGreaterThanOrEqual(search.numbers[k]![row]!);
      expect(exact.withCategory![k]![row]!).toBeGreaterThanOrEqual(search.withCategory![k]![row]!);
    }));
  });
});

describe('any other model', () => {
  it('is searched without gradients: a clipped linear model comes to its exact worst case', async () => {
    const dataset = regressionData(120, 4);
    const { train, test } = halves(120);
    const model = fitStub(dataset, train);
    const judge = judgeFor(dataset, model, train, test, { bounded: false });
    expect(attackerOf(judge).method).toBe('search');
    const { worst } = await attackRows(judge, attackerOf(judge), [0, 0.2], new Rng(1), quiet());
    const clean = judge.of(judge.ground.start, everyRow(judge.ground)).harm;
    // |r| + ε Σ |w_j| sd_j, the weights from predictions one unit apart.
    const zero = { rows: 4, columns: ['a', 'b', 'junk'].map((name, j) => numberColumn(name, [0, 1, 2, 3].map(i => (i === j + 1 ? 1 : 0)))) };
    const [base, ...moved] = Array.from(model.predict(zero).mean!);
    const reach = judge.ground.columns.reduce((sum, column, j) => sum + Math.abs(moved[j]! - base!) * (column as NumberCell).deviation, 0);
    worst.harm.forEach((harm, row) => expect(harm).toBeCloseTo(clean[row]! + 0.2 * reach, 8));
  });
});

describe('categories', () => {
  const features = ['x', 'c', 'd'];
  const effect: Record<string, number> = { red: 0, green: -1, blue: 2, off: 0, on: -2.5 };
  const model = plantedModel(features, cells => Number(cells['x']) + (effect[String(cells['c'])] ?? 0) + (effect[String(cells['d'])] ?? 0));
  const columns = [numberColumn('x', [1.5, 1.5, -1, 0.5, 3, -3]), codeColumn('c', [0, 1, 0, 2, 1, 0], ['red', 'green', 'blue']), codeColumn('d', [0, 0, 1, -1, 0, 1], ['off', 'on'])];
  const dataset = makeDataset(columns, classTarget([1, 0, 0, 1, 1, 0], ['no', 'yes']));
  const all = Int32Array.from({ length: 6 }, (_, i) => i);

  it('are changed to their worst level, one at a time, missing ones not at all', () => {
    const judge = judgeFor(dataset, model, all, all);
    const { cells, flips } = worstCategoryChange(judge, judge.ground.start, all);
    const after = Array.from(all, row => [cellAt(judge.ground, cells, row, 'c'), cellAt(judge.ground, cells, row, 'd')]);
    // Truth yes: down by "on" (−2.5), else by "green"; truth no: up by "blue" or "off", whichever gains more.
    expect(after).toEqual([[0, 1], [2, 0], [0, 0], [1, -1], [1, 1], [0, 0]]);
    // Row 0: 1.5 − 2.5 < 0 flips by d alone, and 1.5 − 1 > 0 not by c. Row 2: −1 − 2.5 + 2.5 < 0 does not flip.
    expect(Array.from(flips.subarray(0, 3))).toEqual([0, 0, 1]);
    expect(Array.from(flips.subarray(6, 9))).toEqual([0, 0, 0]);
  });

  it('come into an attack at size 0 already, and never more than one of them', async () => {
    const judge = judgeFor(dataset, model, all, all);
    const run = await attackRows(judge, attackerOf(judge), [0, 0.2, 0.6], new Rng(1), quiet());
    expect(accuracies(run.withCategory!)[0]!).toBeLessThan(accuracies(run.numbers)[0]!);
    run.withCategory!.forEach((line, k) => line.forEach((loss, row) => expect(loss).toBeGreaterThanOrEqual(run.numbers[k]![row]!)));
  });
});

describe('columns that cannot be changed', () => {
  it('stay as they are, numbers and categories', async () => {
    const dataset = curved();
    const { train, test } = halves(160);
    const model = await family('neural').fit(dataset, quiet(), train);
    const judge = judgeFor(dataset, model, train, test, { immutable: ['b', 'c'] });
    expect(judge.ground.columns.map(({ name }) => name)).toEqual(['a']);
    const { worst, withCategory } = await attackRows(judge, attackerOf(judge), [0, 1], new Rng(1), quiet());
    expect(withCategory).toBeUndefined();
    expect(flippedRows(worst).length).toBeGreaterThan(0);
    const after = tableAt(judge.ground, worst.cells, everyRow(judge.ground));
    const before = takeRows(dataset.table, test);
    for (const name of ['b', 'c']) expect(after.columns.find(column => column.name === name)).toEqual(before.columns.find(column => column.name === name));
  });

  it('and missing cells stay missing', async () => {
    const dataset = regressionData(100);
    const [first] = dataset.table.columns;
    if (first!.storage === 'number') first!.values[70] = NaN;
    const { train, test } = halves(100);
    const model = await family('linear').fit(dataset, quiet(), train);
    const ground = groundOf(dataset, { features: model.features, train, rows: test, immutable: [] });
    const { worst } = await attackRows(new Judge(model, ground, truthOf(dataset, test)), attackerOf(new Judge(model, ground, truthOf(dataset, test))), [0, 0.5], new Rng(1), quiet());
    expect(cellAt(ground, worst.cells, 10, 'a')).toBeNaN();
    expect(Number.isFinite(worst.harm[10]!)).toBe(true);
  });
});

describe('spoiled training rows', () => {
  const train = Int32Array.from({ length: 80 }, (_, i) => i);

  it('have as many outliers, ten deviations up, as were asked for, and none among the held-out', () => {
    const dataset = makeDataset([numberColumn('a', Array.from({ length: 100 }, (_, i) => i))], numberTarget(Array.from({ length: 100 }, (_, i) => i % 2)));
    const { target } = withOutliers(dataset, train, 0.1, new Rng(1));
    const values = target.task === 'regression' ? target.values : new Float64Array();
    expect(values.filter((value, i) => value !== i % 2)).toHaveLength(8);
    expect(values.filter(value => value > 1).every(value => value === 5 || value === 6)).toBe(true);
    expect(values.subarray(80).every((value, i) => value === i % 2)).toBe(true);
  });

  it('have wrong classes in the share asked for', () => {
    const dataset = makeDataset([numberColumn('a', new Float64Array(100))], classTarget(new Int32Array(100).map((_, i) => i % 3), ['p', 'q', 'r']));
    const { target } = withWrongLabels(dataset, train, 0.25, new Rng(2));
    const codes = target.task === 'classification' ? target.codes : new Int32Array();
    expect(codes.filter((code, i) => code !== i % 3)).toHaveLength(20);
    expect(codes.subarray(80).every((code, i) => code === (i + 80) % 3)).toBe(true);
  });
});
