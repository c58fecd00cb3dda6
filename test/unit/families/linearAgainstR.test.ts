import { describe, expect, it } from 'vitest';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { LinearModel } from '../../../src/engine/models/linear/model';
import { fUpper } from '../../../src/engine/math/distributions';
import { context, datasetFor, readJson, readTable, referenceFile, relative } from './support';

/** R 4.2.2, lm with treatment contrasts and complete cases: test/fixtures/reference/r/r_lm.json. */
interface Reference {
  readonly models: readonly {
    readonly id: string; readonly file: string; readonly formula: string; readonly n_used: number;
    readonly factors: Readonly<Record<string, { readonly levels: readonly string[] }>>;
    readonly coefficients: readonly {
      readonly term: string; readonly estimate: number; readonly std_error: number; readonly statistic: number;
      readonly p_value: number; readonly ci95_low: number; readonly ci95_high: number;
    }[];
    readonly residual_sd: number; readonly r2: number; readonly adj_r2: number; readonly f: number; readonly f_df: readonly [number, number];
    readonly f_p: number; readonly logLik: number; readonly AIC: number; readonly BIC: number;
    readonly first5: readonly { readonly row0: number; readonly fit: number; readonly pred_low: number; readonly pred_high: number; readonly conf_low: number }[];
  }[];
}

const reference = readJson<Reference>('r_lm.json');

describe('linear regression agrees with R lm to 1e-8 relative', () => {
  for (const model of reference.models) {
    const path = referenceFile(model.file.replace('datasets/', ''));
    it(`on ${model.id}: ${model.formula.replace(/\s+/g, ' ')}`, async () => {
      const factors = Object.keys(model.factors);
      const levels = Object.fromEntries(Object.entries(model.factors).map(([name, f]) => [name, f.levels]));
      const table = readTable(path, factors, levels);
      const dataset = datasetFor(table, { formula: model.formula, missing: 'drop', categorical: factors });
      expect(dataset.table.rows).toBe(model.n_used);
      const fitted = await linearFamily.fit(dataset, context) as LinearModel;
      const weights = fitted.weights(0.95);
      expect(weights.map(w => w.term)).toEqual(model.coefficients.map(c => c.term));
      model.coefficients.forEach((c, i) => {
        const w = weights[i];
        const scale = Math.abs(c.estimate) + c.std_error;
        expect(Math.abs(w.estimate - c.estimate) / scale).toBeLessThan(1e-10);
        expect(relative(w.standardError!, c.std_error)).toBeLessThan(1e-8);
        expect(relative(w.statistic!, c.statistic, 1e-3)).toBeLessThan(1e-8);
        expect(relative(w.pValue!, c.p_value)).toBeLessThan(1e-8);
        expect(Math.abs(w.low! - c.ci95_low) / scale).toBeLessThan(1e-8);
        expect(Math.abs(w.high! - c.ci95_high) / scale).toBeLessThan(1e-8);
      });
      const statistic = (label: string): number => fitted.fitStatistics().find(s => s.label === label)!.value as number;
      expect(relative(statistic('R²'), model.r2)).toBeLessThan(1e-10);
      expect(relative(statistic('Adjusted R²'), model.adj_r2)).toBeLessThan(1e-10);
      expect(relative(statistic('Residual standard deviation'), model.residual_sd)).toBeLessThan(1e-10);
      expect(relative(statistic('F statistic'), model.f)).toBeLessThan(1e-8);
      expect(relative(statistic('p-value of F'), model.f_p, 1e-290)).toBeLessThan(1e-8);
      expect(relative(fUpper(model.f, ...model.f_df), model.f_p, 1e-290)).toBeLessThan(1e-8);
      expect(relative(statistic('Log-likelihood'), model.logLik)).toBeLessThan(1e-10);
      expect(relative(statistic('AIC'), model.AIC)).toBeLessThan(1e-10);
      expect(relative(statistic('BIC'), model.BIC)).toBeLessThan(1e-10);
    });

    it(`predicts and bounds the first rows as R does on ${model.id}`, async () => {
      const factors = Object.keys(model.factors);
      const levels = Object.fromEntries(Object.entries(model.factors).map(([name, f]) => [name, f.levels]));
      const table = readTable(path, factors, levels);
      const dataset = datasetFor(table, { formula: model.formula, missing: 'drop', categorical: factors });
      const fitted = linearFamily.load(JSON.parse(JSON.stringify(await linearFamily.fit(dataset, context))));
      const rows = Int32Array.from(model.first5, r => r.row0);
      const { mean, low, high } = fitted.predictIntervals!(table, 0.95, rows);
      model.first5.forEach((r, i) => {
        expect(relative(mean![i], r.fit)).toBeLessThan(1e-9);
        expect(relative(low![i], r.pred_low, 1e-6 * Math.abs(r.fit))).toBeLessThan(1e-7);
        expect(relative(high![i], r.pred_high, 1e-6 * Math.abs(r.fit))).toBeLessThan(1e-7);
      });
    });
  }
});
