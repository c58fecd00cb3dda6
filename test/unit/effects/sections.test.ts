import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { explainEffects, type EffectsResult } from '../../../src/engine/explain/explainEffects';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import type { Family, Model } from '../../../src/engine/models/model';
import { assertFiniteReport } from '../../../src/engine/report/finite';
import type { Facts } from '../../../src/engine/report/input';
import { effectSections } from '../../../src/engine/report/sectionsEffects';
import { rowSections } from '../../../src/engine/explainRow';
import type { ContributionsSection } from '../../../src/protocol/modelSections';
import type { Section } from '../../../src/protocol/report';
import type { Split } from '../../../src/protocol/recipe';
import { classTarget, makeDataset, numberTarget, quiet, regressionData, stubFamily } from '../evaluate/stub';
import { codeColumn, functionModel, normals, num, numberColumn, uniforms } from './support';

async function resultOf(data: Dataset, family: Family, split: Split = { scheme: 'kFold', folds: 5 }): Promise<{ result: EffectsResult; sections: Section[]; model: Model }> {
  const model = await family.fit(data, quiet());
  const evaluation = await crossValidate(family, data, split, quiet(), new Rng(1), model);
  const importance = evaluation && await permutationImportance(data, evaluation, quiet(), new Rng(1), model);
  const result = await explainEffects({ dataset: data, model, evaluation, importance, context: quiet(), rng: new Rng(1) });
  const facts = { dataset: data, target: data.target, level: 0.95, model, recipe: data.recipe } as unknown as Facts;
  return { result, model, sections: effectSections(result, facts) };
}

const find = <K extends Section['kind']>(sections: readonly Section[], id: string): Extract<Section, { kind: K }> =>
  sections.find(s => s.id === id) as Extract<Section, { kind: K }>;

describe('the effects of a run', () => {
  it('of a linear model are curves with bands and exact contributions on held-out rows, and no pairs', async () => {
    const { result, sections } = await resultOf(regressionData(300), linearFamily);
    expect(sections.map(s => s.id)).toEqual(['partialDependence', 'accumulatedEffects', 'meanContributions']);
    expect(sections.every(s => s.panel === 'effects')).toBe(true);
    assertFiniteReport(sections);
    assertFiniteReport(result.effects);
    const mean = find<'contributions'>(sections, 'meanContributions');
    expect(mean.items.map(i => i.feature)).toEqual(['a', 'b', 'junk']);
    // E |3 a| = 3 √(2/π) = 2.39.
    expect(Math.abs(mean.items[0].contribution - 2.39)).toBeLessThan(0.25);
    expect(mean.items[0].low).toBeLessThan(mean.items[0].contribution);
    expect(mean.residual).toBeLessThan(1e-9);
    expect(mean.method).toMatch(/300 held-out rows, each explained by a model that did not see it.*exact.*corrected resampled t over the 5 folds/);
    expect(sections[0].summary).toMatch(/^Set to each of its values in all rows, "a" moves the mean prediction most/);
    expect(sections[0].method).toMatch(/all 300 rows.*grouped jackknife of the curves of 5 fold models/);
  });

  it('without held-out rows have no bands, and say that the rows were fitted on', async () => {
    const { result, sections } = await resultOf(regressionData(200), linearFamily, { scheme: 'none' });
    expect(result.effects.every(e => e.low === undefined)).toBe(true);
    expect(find(sections, 'partialDependence').method).not.toMatch(/Bands/);
    expect(find(sections, 'meanContributions').method).toMatch(/the 200 rows that the model was fitted on.*t over the rows/);
  });

  it('of a model without parts are sampled, with the pairs that act together as heat maps', async () => {
    const n = 300;
    const columns = ['a', 'b', 'c'].map((name, j) => numberColumn(name, normals(n, j + 1)));
    const model = functionModel(['a', 'b', 'c'], row => 2 * num(row, 'a') + num(row, 'b') * num(row, 'c'));
    const family: Family = { ...stubFamily, fit: () => Promise.resolve(model) };
    const data = makeDataset(columns, numberTarget(normals(n, 9)));
    const { sections, result } = await resultOf(data, family);
    expect(result.contributions!.exact).toBe(false);
    expect(result.contributions!.residual).toBeLessThan(1e-9);
    const heat = find<'heatmap'>(sections, 'interactions');
    expect(heat.matrices.map(m => [m.yTitle, m.xTitle, m.diverging])).toEqual([['b', 'c', true]]);
    expect(heat.matrices[0].values.length).toBe(heat.matrices[0].rows.length);
    expect(heat.matrices[0].values[0].length).toBe(heat.matrices[0].columns.length);
    // Share of Var = 4 + 1.
    expect(heat.summary).toMatch(/Strongest together are "b" and "c": their interaction makes up (1[6-9]|2[0-5])(\.\d)? % of the variance/);
  });

  it('of three classes are one curve a class, and mean contributions over the classes', async () => {
    const n = 240;
    const a = normals(n, 1);
    const data = makeDataset([numberColumn('a', a), numberColumn('b', normals(n, 2))], classTarget(a.map((v, i) => (v + normals(n, 3)[i] > 0.7 ? 2 : v > -0.4 ? 1 : 0)), ['u', 'v', 'w']));
    const { sections } = await resultOf(data, logisticFamily);
    assertFiniteReport(sections);
    expect(find(sections, 'meanContributions').method).toMatch(/mean over the 3 classes/);
    expect(find<'contributions'>(sections, 'meanContributions').unit).toBe('score of the class before softmax');
    expect(find(sections, 'meanContributions').method).toMatch(/Score of a class before softmax: ln p less the mean of ln p over the classes/);
  });

  it('of eight classes say which six of them have curves', async () => {
    const n = 320;
    const a = normals(n, 4);
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    // Classes 0 and 1 are the rarest.
    const codes = Int32Array.from({ length: n }, (_, i) => (i < 10 ? 0 : i < 25 ? 1 : 2 + (i % 6)));
    const { sections } = await resultOf(makeDataset([numberColumn('a', a.map((v, i) => v + codes[i] / 3))], classTarget(codes, names)), logisticFamily, { scheme: 'none' });
    for (const id of ['partialDependence', 'accumulatedEffects']) {
      expect(find(sections, id).method).toMatch(/Of 8 classes the 6 commonest have curves: c, d, e, f, g and h\./);
    }
  });

  it('name a share above 100 % as what cancels out', async () => {
    const n = 200;
    const columns = ['a', 'b'].map((name, j) => numberColumn(name, normals(n, j + 1)));
    const model = functionModel(['a', 'b'], row => num(row, 'a') * num(row, 'b'));
    const data = makeDataset(columns, numberTarget(normals(n, 9)));
    const { result } = await resultOf(data, { ...stubFamily, fit: () => Promise.resolve(model) });
    const facts = { dataset: data, target: data.target, level: 0.95, model, recipe: data.recipe } as unknown as Facts;
    const odd = { ...result, pairs: { ...result.pairs!, pairs: result.pairs!.pairs.map(pair => ({ ...pair, share: 1.4 })) } };
    expect(find(effectSections(odd, facts), 'interactions').summary).toMatch(/makes up over 100 %, which other effects cancel in part, of the variance/);
  });

  it('are there for odd but legal data: a constant feature, one feature, few rows, missing cells, separable classes', async () => {
    const n = 12;
    const x = normals(n, 1);
    const cases: [Dataset, Family][] = [
      [makeDataset([numberColumn('x', x)], numberTarget(normals(n, 2))), linearFamily],
      [makeDataset([numberColumn('x', x), numberColumn('k', x.map(() => 3))], numberTarget(normals(n, 2))), linearFamily],
      [makeDataset([numberColumn('x', x.map((v, i) => (i % 3 === 0 ? NaN : v))), codeColumn('g', x.map((_, i) => (i % 4) - 1), ['a', 'b', 'c'])], numberTarget(normals(n, 2))), linearFamily],
      [makeDataset([numberColumn('x', x)], classTarget(x.map(v => (v > 0 ? 1 : 0)), ['no', 'yes'])), logisticFamily],
      [makeDataset([numberColumn('x', x)], numberTarget(x.map(() => 7))), linearFamily],
    ];
    for (const [data, family] of cases) {
      const { sections, result } = await resultOf(data, family, { scheme: 'kFold', folds: 3 });
      assertFiniteReport(sections);
      assertFiniteReport(result.effects);
      expect(find(sections, 'partialDependence')).toBeDefined();
    }
  });
});

describe('gradients of a run', () => {
  it('are a table of saliency and integrated gradients that prints the completeness error', async () => {
    const n = 150;
    const columns = ['a', 'b'].map((name, j) => numberColumn(name, normals(n, j + 1)));
    const values = columns.map(c => (c as { values: Float64Array }).values);
    const f = (x: ArrayLike<number>, i: number): number => x[2 * i] ** 2 + 3 * x[2 * i + 1];
    const model: Model = {
      ...functionModel(['a', 'b'], row => num(row, 'a') ** 2 + 3 * num(row, 'b')),
      gradients: {
        featureOf: ['a', 'b'], outputs: 1, baseline: Float32Array.of(0, 0),
        design: (_table, rows) => Float32Array.from([...rows!].flatMap(i => [values[0][i], values[1][i]])),
        output: (x, rows) => Float64Array.from({ length: rows }, (_, i) => f(x, i)),
        gradient: (x, rows) => Float32Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 2 * x[at] : 3)),
      },
    };
    const { sections } = await resultOf(makeDataset(columns, numberTarget(normals(n, 9))), { ...stubFamily, fit: () => Promise.resolve(model) });
    const table = find<'table'>(sections, 'gradients');
    expect(table.panel).toBe('importance');
    expect(table.rows.map(r => r[0])).toEqual(['b', 'a']);
    expect(table.rows[0][1]).toBe(3);
    expect(table.summary).toMatch(/completeness error/);
    const explained = await rowSections({ dataset: makeDataset(columns, numberTarget(normals(n, 9))), model, rows: [3], context: quiet(), rng: new Rng(1) });
    const row = find<'contributions'>(explained.sections, 'rowGradients3');
    expect(row.items.find(i => i.feature === 'b')!.contribution).toBeCloseTo(3 * values[1][2], 4);
    expect(row.residual).toBeLessThan(1e-4);
  });
});

describe('the rows of a run', () => {
  const n = 60;
  const a = normals(n, 1);
  const columns = [numberColumn('a', a.map((v, i) => (i === 7 ? NaN : v))), codeColumn('g', uniforms(n, 2).map(u => (u > 0 ? 1 : 0)), ['no', 'yes'])];
  const data: Dataset = { ...makeDataset(columns, numberTarget(a.map(v => 2 * v + 1))), sourceRows: Int32Array.from({ length: n }, (_, i) => 2 * i) };

  it('are explained by what adds up to their prediction; rows that are not there are named', async () => {
    const model = await linearFamily.fit(data, quiet());
    const { sections, notes } = await rowSections({ dataset: data, model, rows: [1, 15, 2, 999], context: quiet(), rng: new Rng(1) });
    expect(notes.map(note => note.text)).toEqual([2, 999].map(row => `Row ${row} is not explained: it is not among the rows that the model was fitted on.`));
    expect(new Set(sections.map(s => s.id)).size).toBe(sections.length);
    expect(sections.every(s => s.panel === 'row')).toBe(true);
    const waterfall = find<'contributions'>(sections, 'rowContributions15') as ContributionsSection;
    const { mean } = model.predict(data.table, Int32Array.of(7));
    expect(waterfall.output).toBe(mean![0]);
    expect(Math.abs(waterfall.base + waterfall.items.reduce((s, i) => s + i.contribution, 0) - waterfall.output)).toBeLessThan(1e-9);
    expect(waterfall.residual).toBeLessThan(1e-9);
    expect(waterfall.items.find(i => i.feature === 'a')!.value).toBe('(missing)');
    const prediction = find<'fit'>(sections, 'rowPrediction1');
    expect(prediction.values.find(v => v.label === 'Actual y')!.value).toBe(2 * a[0] + 1);
    const curve = find<'curve'>(sections, 'rowCurve1x1');
    expect(curve.lines.map(l => l.name)).toEqual(['This row', 'Mean']);
    assertFiniteReport(sections);
  });

  it('that an incomplete cell keeps from being predicted are said so', async () => {
    const withHole = makeDataset(columns, numberTarget(a), { missing: 'drop' });
    const model = await linearFamily.fit(withHole, quiet(), Int32Array.from({ length: n - 1 }, (_, i) => (i < 7 ? i : i + 1)));
    const { sections, notes } = await rowSections({ dataset: withHole, model, rows: [8], context: quiet(), rng: new Rng(1) });
    expect(sections).toEqual([]);
    expect(notes[0].text).toBe('Row 8 cannot be explained: its cell of a is missing, and the model leaves incomplete rows out.');
  });
});
