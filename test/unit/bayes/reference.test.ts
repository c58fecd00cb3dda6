/** Bayesian linear regression against scikit-learn 1.2.1's BayesianRidge and ARDRegression, converged (test/fixtures/reference/bayes). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { bayesFamily } from '../../../src/engine/models/bayes/family';
import type { BayesianLinearModel } from '../../../src/engine/models/bayes/models';
import { Rng } from '../../../src/engine/math/random';
import { context, datasetFor, makeTable, readTable, referenceFile } from '../families/support';

interface Reference { readonly intercept: number; readonly coef: number[]; readonly coef_sd: number[]; readonly noise_sd: number; readonly pred_first5: { mean: number[]; sd: number[] } }
interface Entry { readonly file: string; readonly n: number; readonly features: string[]; readonly BayesianRidge: Reference; readonly ARDRegression: Reference }

const references = JSON.parse(readFileSync(join(__dirname, '../../fixtures/reference/bayes/sklearnBayes.json'), 'utf8')) as Record<string, Entry>;
const targets: Record<string, string> = { diabetes: 'target', concrete: 'compressive_strength', auto_mpg: 'mpg' };

async function fitted(name: string, prior: string, hyper = 'integrate'): Promise<{ model: BayesianLinearModel; table: ReturnType<typeof readTable> }> {
  const entry = references[name]!;
  const table = readTable(referenceFile(entry.file.replace('datasets/', '')));
  const dataset = datasetFor(table, { target: targets[name], features: entry.features, missing: 'drop', options: { prior, hyper } });
  return { model: (await bayesFamily.fit(dataset, context)) as BayesianLinearModel, table: dataset.table };
}

for (const [prior, name] of [['evidence', 'BayesianRidge'], ['ard', 'ARDRegression']] as const) {
  describe(`prior=${prior}, hyper=evidence against ${name}`, () => {
    for (const set of Object.keys(references)) {
      it(`agrees on ${set}: weights, their standard deviations, noise, predictions`, async () => {
        const reference = references[set]![name];
        const { model, table } = await fitted(set, prior, 'evidence');
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

  it('has the mean and the variance of a posterior summed over widths and noises, where one weight lets it be summed', async () => {
    const rng = new Rng(2);
    const n = 25;
    const x = Array.from({ length: n }, () => rng.normal());
    const y = x.map(v => 0.3 * v + rng.normal());
    const model = (await bayesFamily.fit(datasetFor(makeTable({ x, y }), { target: 'y' }), context)) as BayesianLinearModel;
    const mean = (v: number[]): number => v.reduce((s, u) => s + u, 0) / n;
    const [mx, my] = [mean(x), mean(y)];
    const sd = Math.sqrt(mean(x.map(v => (v - mx) ** 2)));
    const zy = x.reduce((s, v, i) => s + ((v - mx) / sd) * (y[i]! - my), 0);
    const yy = y.reduce((s, v) => s + (v - my) ** 2, 0);
    // Plain sums over (w, ln τ) with σ integrated by hand: ∫ σ^−(n+1) exp(−(SSE + w²/τ²)/2σ²) dσ ∝ (SSE + w²/τ²)^(−n/2).
    let [total, first, second] = [0, 0, 0];
    for (let u = -9; u < 6; u += 0.03) {
      const tau = Math.exp(u);
      const prior = tau * (1 + tau ** 2 / 4) ** -2.5;
      // w is spread over its own conditional posterior, so that narrow widths are met too.
      const centre = zy / (n + tau ** -2);
      const width = Math.sqrt(yy / n / (n + tau ** -2));
      for (let t = -12; t <= 12; t += 0.05) {
        const w = centre + t * width;
        const weight = width * (prior / tau) * ((yy - 2 * w * zy + n * w * w + (w / tau) ** 2) / yy) ** (-n / 2);
        total += weight;
        first += weight * w;
        second += weight * w * w;
      }
    }
    const expected = { mean: first / total, sd: Math.sqrt(second / total - (first / total) ** 2) };
    const [, found] = model.weights(0.9);
    expect((found!.estimate * sd) / expected.mean).toBeCloseTo(1, 2);
    expect((found!.standardError! * sd) / expected.sd).toBeCloseTo(1, 2);
  });

  it('gives weights that relevance determination took out by the evidence no interval', async () => {
    const rng = new Rng(8);
    const columns: Record<string, number[]> = {};
    for (const name of ['a', 'b', 'c', 'd']) columns[name] = Array.from({ length: 60 }, () => rng.normal());
    columns['y'] = columns['a']!.map(v => 3 * v + 0.6 * rng.normal());
    const fit = async (hyper: string) => (await bayesFamily.fit(datasetFor(makeTable(columns), { target: 'y', options: { prior: 'ard', hyper } }), context)).weights!(0.9).slice(1);
    const removed = (await fit('evidence')).filter(w => w.estimate === 0);
    expect(removed.length).toBeGreaterThan(0);
    for (const weight of removed) expect(weight.low).toBeUndefined();
    for (const weight of await fit('integrate')) expect(weight.high! - weight.low!).toBeGreaterThan(0.05);
  });
});
