/** Bayesian linear regression against scikit-learn 1.2.1's BayesianRidge and ARDRegression, converged (test/fixtures/reference/bayes). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { bayesFamily } from '../../../src/engine/models/bayes/family';
import type { BayesianLinearModel } from '../../../src/engine/models/bayes/models';
import { context, datasetFor, readTable, referenceFile } from '../families/support';

interface Reference { readonly intercept: number; readonly coef: number[]; readonly coef_sd: number[]; readonly noise_sd: number; readonly pred_first5: { mean: number[]; sd: number[] } }
interface Entry { readonly file: string; readonly n: number; readonly features: string[]; readonly BayesianRidge: Reference; readonly ARDRegression: Reference }

const references = JSON.parse(readFileSync(join(__dirname, '../../fixtures/reference/bayes/sklearnBayes.json'), 'utf8')) as Record<string, Entry>;
const targets: Record<string, string> = { diabetes: 'target', concrete: 'compressive_strength', auto_mpg: 'mpg' };

async function fitted(name: string, prior: string): Promise<{ model: BayesianLinearModel; table: ReturnType<typeof readTable> }> {
  const entry = references[name]!;
  const table = readTable(referenceFile(entry.file.replace('datasets/', '')));
  const dataset = datasetFor(table, { target: targets[name], features: entry.features, missing: 'drop', options: { prior } });
  return { model: (await bayesFamily.fit(dataset, context)) as BayesianLinearModel, table: dataset.table };
}

for (const [prior, name] of [['evidence', 'BayesianRidge'], ['ard', 'ARDRegression']] as const) {
  describe(`prior=${prior} against ${name}`, () => {
    for (const set of Object.keys(references)) {
      it(`agrees on ${set}: weights, their standard deviations, noise, predictions`, async () => {
        const reference = references[set]![name];
        const { model, table } = await fitted(set, prior);
        const { state } = model;
        const [b] = state.predictor.coefficients;
        const largest = Math.max(...reference.coef.map(Math.abs));
        reference.coef.forEach((w, j) => {
          expect(Math.abs(b![j]! * state.columnSd[j]! - w)).toBeLessThan(1e-6 * largest);
          expect(Math.abs((state.standardErrors![j + 1]! * state.columnSd[j]!) / reference.coef_sd[j]! - 1)).toBeLessThan(1e-4);
        });
        expect(state.sigma / reference.noise_sd).toBeCloseTo(1, 8);
        const rows = Int32Array.of(0, 1, 2, 3, 4);
        const { mean } = model.predict(table, rows);
        // scikit-learn takes the intercept as known; ours has the variance σ²/n.
        const { low, high } = model.predictIntervals(table, 0.5, rows);
        const factor = (high![0]! - low![0]!) / 2;
        const unit = factor / Math.sqrt(reference.pred_first5.sd[0]! ** 2 + reference.noise_sd ** 2 / references[set]!.n);
        reference.pred_first5.mean.forEach((m, i) => {
          expect(mean![i]! / m).toBeCloseTo(1, 7);
          const sd = Math.sqrt(reference.pred_first5.sd[i]! ** 2 + reference.noise_sd ** 2 / references[set]!.n);
          expect((high![i]! - low![i]!) / 2 / (unit * sd)).toBeCloseTo(1, 6);
        });
      });
    }
  });
}

describe('a Bayesian model', () => {
  it('comes back from its JSON with the same predictions, intervals and densities', async () => {
    const { model, table } = await fitted('diabetes', 'evidence');
    const again = bayesFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as BayesianLinearModel;
    expect(again.predictIntervals(table, 0.9)).toEqual(model.predictIntervals(table, 0.9));
    expect(again.posterior(0.9)).toEqual(model.posterior(0.9));
  });

  it('has densities that integrate to 1 and credible intervals without p-values', async () => {
    const { model } = await fitted('concrete', 'evidence');
    for (const { x, density } of model.posterior(0.95)) {
      let area = 0;
      for (let i = 1; i < x.length; i++) area += 0.5 * (density[i]! + density[i - 1]!) * (x[i]! - x[i - 1]!);
      expect(area).toBeCloseTo(1, 10);
    }
    expect(model.weightsInfo.intervalKind).toBe('credible');
    for (const weight of model.weights(0.95)) expect(weight).not.toHaveProperty('pValue');
  });

  it('means the same in another unit of the target', async () => {
    const entry = references['diabetes']!;
    const table = readTable(referenceFile('sklearn_diabetes.csv'));
    const scaled = { ...table, columns: table.columns.map(c => (c.name === 'target' && c.storage === 'number' ? { ...c, values: c.values.map(v => v * 1e9) } : c)) };
    const wanted = { target: 'target', features: entry.features, options: { prior: 'ard' } };
    const one = (await bayesFamily.fit(datasetFor(table, wanted), context)) as BayesianLinearModel;
    const other = (await bayesFamily.fit(datasetFor(scaled, wanted), context)) as BayesianLinearModel;
    one.weights(0.9).forEach((w, i) => expect(other.weights(0.9)[i]!.estimate / 1e9).toBeCloseTo(w.estimate, 6));
  });
});
