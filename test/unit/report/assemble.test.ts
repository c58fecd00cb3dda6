import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import { measureCoverage } from '../../../src/engine/evaluate/coverage';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { Rng } from '../../../src/engine/math/random';
import type { Family, Model } from '../../../src/engine/models/model';
import { assembleReport } from '../../../src/engine/report/assemble';
import { assertFiniteReport, withoutNonFinite } from '../../../src/engine/report/finite';
import type { ReportInput } from '../../../src/engine/report/input';
import { orderNotes } from '../../../src/engine/report/notes';
import type { DatasetProfile } from '../../../src/protocol/profile';
import type { Weight } from '../../../src/protocol/effects';
import type { Report, Section } from '../../../src/protocol/report';
import { classData, classTarget, fitStub, makeDataset, numberColumn, numberTarget, quiet, regressionData, stubFamily } from '../evaluate/stub';

const profileOf = (data: Dataset): DatasetProfile => ({
  file: 'data.csv', bytes: 100, dialect: { format: 'csv' }, rows: data.table.rows, dropped: [], notes: [],
  columns: [...data.table.columns.map(c => c.name), data.target.name, 'id'].map(name => ({
    name, kind: name === 'id' ? 'identifier' as const : 'numeric' as const, missing: name === 'a' ? 2 : 0, distinct: 10, mean: NaN,
    ...(name === 'id' ? { note: 'every value is different' } : {}),
  })),
});

const weight = (term: string, standardised: number, rest: Partial<Weight> = {}): Weight => ({
  term, feature: term, estimate: 2 * standardised, standardError: 0.1, low: 2 * standardised - 0.2, high: 2 * standardised + 0.2,
  statistic: 20 * standardised, pValue: 0.01, standardised, standardisedLow: standardised - 0.1, standardisedHigh: standardised + 0.1, ...rest,
});

/** The stub with every capability a report can show. */
const richFamily: Family = {
  ...stubFamily,
  fit: (data, _context, rows) => Promise.resolve(enrich(fitStub(data, rows))),
};

function enrich(model: Model): Model {
  const regression = model.task === 'regression';
  return {
    ...model,
    aliased: [{ term: 'twice_a', reason: '2 × a' }],
    fitStatistics: () => [{ label: 'R²', value: 0.9 }, { label: 'F', value: NaN }, { label: 'Penalty', value: 'none' }],
    weightsInfo: { statisticName: regression ? 't' : 'z', unit: 'y per unit', method: 'Ordinary least squares', assumptions: ['Independent rows'] },
    weights: () => [
      { term: '(Intercept)', estimate: 1, low: 0, high: 2 },
      weight('a', 0.9, regression ? {} : { oddsRatio: Infinity, oddsRatioLow: 1, oddsRatioHigh: Infinity }),
      weight('b', -0.05, { vif: 40 }),
    ],
    path: {
      penalty: 'lasso', lambdas: [1, 0.1], cvMean: [2, 1], cvLow: [1, 0.5], cvHigh: [3, 1.5], lossName: 'MSE', chosen: 0.1,
      coefficients: [{ term: 'a', values: [0, 1] }], rule: 'the smallest cross-validated MSE',
    },
    effects: () => [
      { feature: 'a', kind: 'adjusted', grid: [0, 1], effect: [0.1, 0.8], low: [0, 0.7], high: [0.2, 0.9] },
      { feature: 'b', kind: 'adjusted', grid: [0, 1], effect: [0.5, 0.5], low: [NaN, 0], high: [1, 1] },
    ],
    ...(regression ? {
      predictIntervals: (table, _level, rows) => {
        const { rows: n, mean = new Float64Array() } = model.predict(table, rows);
        return { rows: n, mean, low: mean.map(m => m - 1), high: mean.map(m => m + 1), intervalKind: 'prediction interval' };
      },
    } satisfies Partial<Model> : {}),
  };
}

async function reportOf(data: Dataset, family: Family = richFamily, extra: Partial<ReportInput> = {}): Promise<Report> {
  const model = await family.fit(data, quiet());
  const evaluation = await crossValidate(family, data, data.recipe.split, quiet(), new Rng(1), model);
  const importance = evaluation && await permutationImportance(data, evaluation, quiet(), new Rng(1), model);
  const coverage = evaluation && await measureCoverage(data, evaluation, quiet(), new Rng(1));
  return assembleReport({
    recipe: data.recipe, profile: profileOf(data), dataset: data, model, evaluation, measurements: { ...(importance && { importance }), ...(coverage && { coverage }) },
    timings: { read: 0.1, total: 0.2 }, notes: [{ kind: 'guess', text: 'The target was guessed: y.' }],
    load: { rowsInFile: data.table.rows, sampled: false, dropped: [] }, ...extra,
  });
}

const ids = (report: Report): string[] => report.sections.map(s => s.id);
const section = (report: Report, id: string): Section => {
  const found = report.sections.find(s => s.id === id);
  if (!found) throw new Error(`no section ${id}`);
  return found;
};

describe('a regression report', () => {
  it('fills every field and has a section of every kind', async () => {
    const report = await reportOf(regressionData(200));
    assertFiniteReport(JSON.parse(JSON.stringify(report)));
    assertFiniteReport(report);
    expect(report).toMatchObject({
      format: 'unveil-report', version: 1, model: { family: 'stub', task: 'regression', aliased: [{ term: 'twice_a' }] },
      data: { rows: 200, rowsUsed: 200 }, performance: { scheme: '5-fold cross-validation', rows: 200 },
      intervals: { kind: 'prediction', level: 0.95, rows: 200, meanWidth: 2 }, timings: { read: 0.1 },
    });
    expect(report.model.classes).toBeUndefined();
    expect(report.performance?.metrics.map(m => m.name)).toEqual(['rmse', 'mae', 'r2']);
    expect(report.importance?.[0].feature).toBe('a');
    expect(ids(report)).toEqual([
      'performance', 'predictedActual', 'residualPredicted', 'residualHistogram', 'residualQuantiles', 'fit',
      'weightsStandardised', 'weights', 'path', 'aliased', 'permutationImportance', 'permutationFall',
      'intervals', 'estimates', 'effects', 'columns',
    ]);
    expect(new Set(ids(report)).size).toBe(ids(report).length);
  });

  it('says every section in words, without markup, NaN, undefined or double spaces', async () => {
    for (const data of [regressionData(200), classData(200), classData(200, ['x', 'y', 'z'])]) {
      for (const s of (await reportOf(data)).sections) {
        const words = [s.title, s.summary, s.method, ...s.assumptions ?? []];
        for (const text of words) {
          expect(text, s.id).not.toMatch(/NaN|undefined|Infinity|null|\s{2}|^\s|\s$|–/);
          expect(text.length, s.id).toBeGreaterThan(3);
        }
        expect(s.summary, s.id).toMatch(/[.?!]$/);
      }
    }
  });

  it('states numbers in its summaries that are those of its fields', async () => {
    const report = await reportOf(regressionData(200));
    const rmse = report.performance?.metrics[0];
    const summary = section(report, 'performance').summary;
    expect(summary).toContain(`RMSE ${Number(rmse?.value.toPrecision(3))} in units of y (95 % interval ${Number(rmse?.low?.toPrecision(3))} to ${Number(rmse?.high?.toPrecision(3))})`);
    expect(summary).toContain(`on 200 held-out rows; always predicting the mean gets ${Number(rmse?.baseline?.toPrecision(3))}.`);
    expect(summary).toContain('The model is better than its baseline, the mean, by more than the differences between rows explain.');
    expect(section(report, 'weightsStandardised').summary).toBe(
      'The largest standardised weight is a: one standard deviation more of it goes with y higher by 0.9 of its standard deviations (95 % interval 0.8 to 1), the other terms held equal. Next: b (-0.05).');
    expect(section(report, 'weights').summary).toContain('The 95 % interval leaves out zero for 1 of the 2 terms beside the intercept. The variance inflation factor of b is 40');
    expect(section(report, 'estimates').summary).toBe('Clearest is a: 1.8 (95 % interval 1.6 to 2). For 1 of 2 terms the 95 % interval holds zero, which is no effect.');
    expect(section(report, 'effects').summary).toContain('Along "a" the prediction moves most: y goes from 0.1 to 0.8');
    expect(section(report, 'intervals').summary).toMatch(/of 200 held-out rows lie within their 95 % prediction interval, whose mean width is 2/);
  });

  it('gives the interval of a negative weight as that of how much lower', async () => {
    const falling: Family = {
      ...richFamily,
      fit: (data, _context, rows) => Promise.resolve({ ...enrich(fitStub(data, rows)), weights: () => [weight('a', -4.6, { standardisedLow: -6.31, standardisedHigh: -2.88 })] }),
    };
    expect(section(await reportOf(regressionData(200), falling), 'weightsStandardised').summary).toContain(
      'goes with y lower by 4.6 of its standard deviations (95 % interval 2.88 to 6.31), the other terms held equal.');
    const unsure: Family = {
      ...richFamily,
      fit: (data, _context, rows) => Promise.resolve({ ...enrich(fitStub(data, rows)), weights: () => [weight('a', -0.5, { standardisedLow: -1.25, standardisedHigh: 0.25 })] }),
    };
    expect(section(await reportOf(regressionData(200), unsure), 'weightsStandardised').summary).toContain('lower by 0.5 of its standard deviations (95 % interval -0.25 to 1.25)');
  });

  it('calls a weight of several classes a score or log-odds, as the model has it', async () => {
    const several = (outcome: 'score' | { reference: string }): Family => ({
      ...richFamily,
      fit: (data, _context, rows) => {
        const model = enrich(fitStub(data, rows));
        return Promise.resolve({ ...model, weightsInfo: { ...model.weightsInfo!, outcome }, weights: () => [weight('a', 2, { class: 'yes', standardised: 2 })] });
      },
    });
    const scores = await reportOf(classData(200), several('score'));
    expect(section(scores, 'weightsStandardised').summary).toContain('goes with the score of class "yes" before softmax higher by 2');
    expect(section(scores, 'weightsStandardised').summary).toContain("Differences between two classes' scores are log-odds of one against the other");
    expect(section(scores, 'weights')).toMatchObject({ classWords: expect.stringContaining('score of its class before softmax') as string });
    const odds = await reportOf(classData(200), several({ reference: 'no' }));
    expect(section(odds, 'weightsStandardised').summary).toContain('goes with log-odds of "yes" against "no" higher by 2');
    expect(section(odds, 'weights')).toMatchObject({ classWords: 'A weight changes the log-odds of its class against "no".' });
  });

  it('leaves out what is not a finite number instead of writing null', async () => {
    const report = await reportOf(regressionData(100));
    expect(report.effects?.[1]).not.toHaveProperty('low');
    expect(report.effects?.[1]).toHaveProperty('high');
    expect(JSON.stringify(report)).not.toMatch(/:null|,null|\[null/);
    const fit = section(report, 'fit');
    expect(fit.kind === 'fit' && fit.values.map(v => v.label)).toEqual(['R²', 'Penalty']);
  });
});

describe('a classification report', () => {
  it('has confusion, ROC, precision–recall and calibration, and odds ratios', async () => {
    const report = await reportOf(classData(300));
    assertFiniteReport(report);
    expect(report.model.classes).toEqual(['no', 'yes']);
    expect(report.intervals).toMatchObject({ kind: 'confidence', level: 0.95 });
    expect(report.intervals).not.toHaveProperty('coverage');
    expect(report.weights?.[1]).not.toHaveProperty('oddsRatio');
    expect(report.weights?.[1]).toHaveProperty('oddsRatioLow', 1);
    expect(ids(report).slice(0, 5)).toEqual(['performance', 'confusion', 'roc', 'precisionRecall', 'calibration']);
    const confusion = section(report, 'confusion');
    const counts = confusion.kind === 'confusion' ? confusion.counts.flat() : [];
    expect(counts.reduce((a, b) => a + b, 0)).toBe(300);
    const accuracy = report.performance?.metrics.find(m => m.name === 'accuracy');
    expect((counts[0] + counts[3]) / 300).toBeCloseTo(accuracy?.value ?? NaN, 10);
    expect(section(report, 'performance').summary).toMatch(/^Accuracy 0\.\d+ \(95 % interval 0\.\d+ to 0\.\d+\) on 300 held-out rows; always guessing "(no|yes)" gets 0\.\d+\. ROC AUC/);
  });

  it('says plainly when the model is no better than guessing', async () => {
    const rng = new Rng(4);
    const codes = Array.from({ length: 200 }, () => (rng.uniform() < 0.3 ? 1 : 0));
    const data = makeDataset([numberColumn('junk', codes.map(() => rng.normal()))], classTarget(codes, ['no', 'yes']));
    const report = await reportOf(data, stubFamily);
    expect(section(report, 'performance').summary).toContain('The model is no better than its baseline, the class shares');
    expect(report.performance?.versusBaseline).toEqual({ verdict: 'no better', caution: 'This model predicts no better than always guessing "no"; what it attends to explains little.', sentence: expect.stringContaining('no better') as string });
    expect(section(report, 'permutationImportance').summary).toMatch(/does not raise|cannot be told from none/);
  });

  it('draws the least frequent of very many classes together', async () => {
    const codes = Array.from({ length: 600 }, (_, i) => (i * i) % 25);
    const data = makeDataset([numberColumn('a', codes)], classTarget(codes, Array.from({ length: 25 }, (_, k) => `k${k}`)));
    const report = await reportOf(data, stubFamily);
    const confusion = section(report, 'confusion');
    if (confusion.kind !== 'confusion') throw new Error('kind');
    expect(confusion.classes.length).toBe(21);
    expect(confusion.classes[20]).toBe('(5 other classes)');
    expect(confusion.counts.flat().reduce((a, b) => a + b, 0)).toBe(600);
  });
});

describe('any report', () => {
  it('has no performance, importance or coverage when nothing was held out', async () => {
    const report = await reportOf(regressionData(100, 1, { split: { scheme: 'none' } }));
    expect(report.performance).toBeUndefined();
    expect(report.importance).toBeUndefined();
    expect(report.intervals).toMatchObject({ kind: 'confidence' });
    expect(ids(report)).toEqual(['fit', 'weightsStandardised', 'weights', 'path', 'aliased', 'intervals', 'estimates', 'effects', 'columns']);
  });

  it('names the role of every column and the reason of a dropped one', async () => {
    const data = regressionData(60, 1, { features: ['a', 'b'], dropped: [{ column: 'id', reason: 'identifier: every value is different' }], split: { scheme: 'kFold', folds: 3, groupColumn: 'junk' } });
    const report = await reportOf({ ...data, features: ['a', 'b'] });
    expect(report.data.columns.map(c => [c.name, c.role])).toEqual([['a', 'feature'], ['b', 'feature'], ['junk', 'group'], ['y', 'target'], ['id', 'dropped']]);
    expect(report.data.columns[4].note).toBe('identifier: every value is different');
    expect(section(report, 'droppedColumns').summary).toBe('1 column is left out of the features: id.');
    expect(report.notes.map(n => n.text)).toContain('1 column is not used: id (identifier: every value is different).');
  });

  it('puts sampling first, then guesses, dropped rows, imputations and columns', async () => {
    const data = regressionData(60, 1, { dropped: [{ column: 'id', reason: 'identifier' }] });
    const report = await reportOf(data, stubFamily, {
      load: { rowsInFile: 1000, sampled: true, dropped: [{ reason: 'the target is missing', rows: 4 }] },
      notes: [{ kind: 'imputed', text: 'Imputed.' }, { kind: 'evaluation', text: 'E.' }, { kind: 'guess', text: 'Guessed.' }, { kind: 'guess', text: 'Guessed.' }],
    });
    expect(report.notes.map(n => n.text)).toEqual([
      'Fitted on a random sample: 60 of 1,000 rows.', 'Guessed.', '4 rows are left out: the target is missing.', 'Imputed.', '1 column is not used: id (identifier).', 'E.',
    ]);
    expect(orderNotes([{ kind: 'information', text: 'i' }, { kind: 'sampling', text: 's' }]).map(n => n.text)).toEqual(['s', 'i']);
  });

  it('takes an outlier of 1e12 and names of markup as they are', async () => {
    const base = regressionData(120);
    const y = Float64Array.from(base.target.task === 'regression' ? base.target.values : []);
    y[5] = 1e12;
    const data = makeDataset([...base.table.columns.slice(0, 2), numberColumn('__proto__', y.map((_, i) => i))], numberTarget(y, '<b>y</b>'));
    const report = await reportOf(data, stubFamily);
    assertFiniteReport(JSON.parse(JSON.stringify(report)));
    expect(report.data.columns[2].name).toBe('__proto__');
    expect(section(report, 'predictedActual').summary).toMatch(/far outside/);
  });

  it('of two rows still says what it can', async () => {
    const data = makeDataset([numberColumn('a', [1, 2])], numberTarget([1, 2]), { split: { scheme: 'kFold', folds: 2 } });
    const report = await reportOf(data, { ...stubFamily, fit: (d, _c, rows) => Promise.resolve({ ...fitStub({ ...d, features: [] }, rows), features: ['a'] }) });
    assertFiniteReport(report);
    expect(report.performance?.metrics.map(m => m.name)).toEqual(['rmse', 'mae', 'r2']);
  });
});

it('withoutNonFinite leaves out numbers that are not finite and keeps the rest', () => {
  expect(withoutNonFinite({ a: NaN, b: [1, Infinity], c: [{ d: NaN, e: 1 }], f: 'x', g: [1, 2], h: undefined })).toEqual({ c: [{ e: 1 }], f: 'x', g: [1, 2] });
  expect(() => assertFiniteReport({ a: [{ b: NaN }] })).toThrow('report.a[0].b is NaN');
  expect(() => assertFiniteReport({ a: null })).toThrow('report.a is null');
  expect(() => assertFiniteReport({ a: new Float64Array(2) })).toThrow('typed array');
});
