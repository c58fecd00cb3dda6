/** The words, plots and tables of conformal intervals in a report. */
import { describe, expect, it } from 'vitest';

import { assertFiniteReport } from '../../../src/engine/report/finite';
import type { Facts } from '../../../src/engine/report/input';
import { conformalSections, withConformal } from '../../../src/engine/report/sectionsConformal';
import { Rng } from '../../../src/engine/math/random';
import { binomialCdf, binomialQuantile } from '../../../src/engine/uncertainty/binomial';
import type { Section } from '../../../src/protocol/report';
import { dataOf, run, tableOf, type Draw, type Run } from './simulated';

const fan: Draw = rng => {
  const x = rng.uniform();
  return { x, y: 10 * x + (0.1 + 2 * x) * rng.normal() };
};
const three: Draw = rng => {
  const x = rng.normal();
  return { x, y: ['low', 'mid', 'high'][Math.max(0, Math.min(2, Math.round(x + 0.7 * rng.normal() + 1)))] };
};

/** What the producers read of the facts. */
function factsOf({ dataset, evaluation, model }: Run): Facts {
  const { recipe, target } = dataset;
  return { recipe: { ...recipe, split: { scheme: 'kFold', folds: 5 } }, dataset, evaluation, model, measured: evaluation, target, level: recipe.level } as unknown as Facts;
}

const find = (sections: readonly Section[], id: string): Section => sections.find(section => section.id === id)!;

describe('sections of conformal intervals', () => {
  it('say what is promised, what was measured on which rows, and what it does not mean', async () => {
    const done = await run(dataOf(tableOf(fan, 300, new Rng(1)), 'regression', 0.9), 'auto');
    const sections = conformalSections(done.result, factsOf(done));
    expect(() => assertFiniteReport(sections)).not.toThrow();
    expect(sections.map(section => `${section.kind} ${section.id}`)).toEqual(['fit conformal', 'curve intervalCalibration', 'curve intervalWidths', 'table intervalTenths']);
    const meaning = find(sections, 'conformal');
    expect(meaning.summary).toMatch(/^A conformal interval goes with each prediction: it holds the y of at least 77\.6 % of new rows, and of close to 90 % of them as a rule, however wrong the model is, as long as new rows come from the same source as these\. Of 300 held-out rows that had no part in its calibration it held \d\d(\.\d)? % \(90 % interval/);
    expect(meaning.assumptions!.join(' ')).toContain('marginal coverage');
    expect(meaning.assumptions!.join(' ')).toContain('exchangeable');
    expect(meaning.method).toContain('CV+ with 5 fold models, calibrated on 300 held-out rows');
  });

  it('draw the calibration of every kind of interval against the diagonal with a binomial band', async () => {
    const done = await run(dataOf(tableOf(fan, 300, new Rng(1)), 'regression', 0.9), 'cqr');
    const plot = find(conformalSections(done.result, factsOf(done)), 'intervalCalibration');
    if (plot.kind !== 'curve') throw new Error('a curve');
    expect(plot.unitSquare).toBe(true);
    expect(plot.lines.map(line => line.name)).toEqual(['Conformalised quantiles', 'CV+', 'Prediction intervals of the model', 'As promised']);
    const promised = plot.lines.at(-1)!;
    expect(promised.reference).toBe(true);
    expect(promised.x).toEqual(promised.y);
    promised.x.forEach((level, i) => {
      expect(promised.low![i]).toBeLessThan(level);
      expect(promised.high![i]).toBeGreaterThan(level);
      expect(binomialCdf(Math.round(promised.high![i] * 300), 300, level)).toBeGreaterThanOrEqual(0.95);
    });
  });

  it('show adaptive widths that grow with the prediction beside the constant ones', async () => {
    const done = await run(dataOf(tableOf(fan, 600, new Rng(1)), 'regression', 0.9), 'auto');
    const widths = find(conformalSections(done.result, factsOf(done)), 'intervalWidths');
    if (widths.kind !== 'curve') throw new Error('a curve');
    const [constant, adaptive] = widths.lines;
    expect(Math.max(...constant.y) / Math.min(...constant.y)).toBeLessThan(1.2);
    expect(adaptive.y[9] / adaptive.y[0]).toBeGreaterThan(3);
  });

  it('of classes tell the size of sets and how often each class is held', async () => {
    const done = await run(dataOf(tableOf(three, 300, new Rng(1)), 'classification', 0.9), 'auto');
    const sections = conformalSections(done.result, factsOf(done));
    expect(() => assertFiniteReport(sections)).not.toThrow();
    expect(sections.map(section => section.id)).toEqual(['conformal', 'intervalCalibration', 'setClasses']);
    expect(find(sections, 'conformal').summary).toMatch(/A set has [\d.]+ of 3 classes on average; [\d.]+ % of the sets name a single class\./);
    const table = find(sections, 'setClasses');
    expect(table.kind === 'table' && table.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(300);
  });

  it('say that an infinite interval holds everything, in the place of a guarantee of less', async () => {
    const done = await run(dataOf(tableOf(fan, 15, new Rng(1)), 'regression', 0.95), 'auto');
    const meaning = find(conformalSections(done.result, factsOf(done)), 'conformal');
    const guarantee = meaning.kind === 'fit' ? meaning.values.find(value => value.label === 'Guaranteed coverage') : undefined;
    expect(guarantee).toEqual({ label: 'Guaranteed coverage', value: '100 %, and worth nothing', hint: 'An interval from −∞ to ∞ holds every value' });
    expect(withConformal(undefined, done.result)!.conformal!.guarantee).toBe(1);
  });

  it('of a split have the width that new rows get: twice the quantile of all calibration rows', async () => {
    const done = await run(dataOf(tableOf(fan, 120, new Rng(2)), 'regression', 0.9), 'split');
    const { low, high } = done.predictor.intervals(done.dataset.table, 0.9, Int32Array.from([0, 1]));
    const { conformal } = withConformal(undefined, done.result)!;
    expect(conformal!.meanWidth).toBeCloseTo(high[0] - low[0], 4); // a model file rounds scores up to seven digits
    expect(done.result.delivered.measured?.meanWidth).not.toBeCloseTo(high[0] - low[0], 3);
    expect(find(conformalSections(done.result, factsOf(done)), 'conformal').summary).toContain(`Its mean width is ${Number((high[0] - low[0]).toPrecision(3))} `);
  });

  it('name what fold models took over from the model of all rows, which the guarantee does not strictly allow', async () => {
    const done = await run(dataOf(tableOf(fan, 100, new Rng(1)), 'regression', 0.9), 'auto');
    const words = (evaluation: Run['evaluation']): string => find(conformalSections(done.result, factsOf({ ...done, evaluation })), 'conformal').assumptions!.join(' ');
    expect(words({ ...done.evaluation, takenFromAllRows: 'the penalty l2' })).toContain('took over the penalty l2, which was chosen on all rows, calibration rows among them');
    expect(words(done.evaluation)).not.toContain('took over');
  });

  it('say why intervals are infinite, and are absent where nothing was made', async () => {
    const done = await run(dataOf(tableOf(fan, 15, new Rng(1)), 'regression', 0.95), 'auto');
    const sections = conformalSections(done.result, factsOf(done));
    expect(find(sections, 'conformal').summary).toBe('The conformal interval of every row reaches from −∞ to ∞: a finite interval at 95 % needs at least 19 calibration rows and there are 15 calibration rows.');
    expect(() => assertFiniteReport(sections)).not.toThrow();
    expect(withConformal(undefined, done.result)!.conformal!.infinite).toBe(true);
    expect(conformalSections(undefined, factsOf(done))).toEqual([]);
  });

  it('stand in the summary beside the intervals of the model, or for them where it has none', async () => {
    const done = await run(dataOf(tableOf(fan, 300, new Rng(1)), 'regression', 0.9), 'split', { scheme: 'holdout', share: 0.3 });
    const own = withConformal({ kind: 'prediction', level: 0.9, method: 'own', coverage: 0.88 }, done.result)!;
    expect(own).toMatchObject({ kind: 'prediction', coverage: 0.88, conformal: { guarantee: 0.9, rows: 90 } });
    const alone = withConformal(undefined, done.result)!;
    expect(alone).toMatchObject({ kind: 'conformal', level: 0.9 });
    expect(alone.coverage).toBe(alone.conformal!.coverage);
    expect(alone.method).toBe('Split conformal, calibrated on 90 held-out rows');
    expect(withConformal(undefined, undefined)).toBeUndefined();
  });
});

describe('binomial quantiles', () => {
  it('agree with sums of the probabilities', () => {
    for (const [n, p] of [[5, 0.3], [40, 0.9], [200, 0.5]] as const) {
      let cumulated = 0;
      let term = (1 - p) ** n;
      for (let k = 0; k <= n; k++) {
        cumulated += term;
        expect(binomialCdf(k, n, p)).toBeCloseTo(cumulated, 10);
        term *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      const k = binomialQuantile(0.05, n, p);
      expect(binomialCdf(k, n, p)).toBeGreaterThanOrEqual(0.05);
      expect(binomialCdf(k - 1, n, p)).toBeLessThan(0.05);
    }
  });
});
