/** Bayesian logistic regression: Laplace's approximation, the evidence, and the check by NUTS. */
import { describe, expect, it } from 'vitest';

import { effectiveSampleSize, rHat } from '../../../src/engine/math/chains';
import { nuts } from '../../../src/engine/math/nuts';
import { Rng } from '../../../src/engine/math/random';
import { bayesFamily } from '../../../src/engine/models/bayes/family';
import { fitBayesianLogistic } from '../../../src/engine/models/bayes/fitLogistic';
import { laplaceFit } from '../../../src/engine/models/bayes/laplace';
import type { BayesianLogisticModel } from '../../../src/engine/models/bayes/models';
import type { Dataset } from '../../../src/engine/data/dataset';
import { prepareRows } from '../../../src/engine/models/shared/prepared';
import { context, datasetFor, makeTable, readTable, referenceFile } from '../families/support';

const birth = { target: 'low', task: 'classification' as const, features: ['age', 'lwt', 'ptl', 'ui'], positive: '1' };

async function posteriorOf(prior: 'evidence' | 'ard' = 'evidence') {
  const dataset = datasetFor(readTable(referenceFile('MASS_birthwt.csv')), birth);
  if (dataset.target.task !== 'classification') throw new Error('task');
  const { encoding, design } = prepareRows(dataset);
  return fitBayesianLogistic({ target: 'low', classes: dataset.target.classes, encoding, table: dataset.table, design }, dataset.target.codes, prior, 'evidence', context);
}

describe('the most probable weights', () => {
  it('are those of scikit-learn 1.2.1 (LogisticRegression, C = 1/λ, standardised columns) at a fixed prior', async () => {
    const { problem, data } = await posteriorOf();
    const expected: Record<string, number[]> = JSON.parse('{"0.5": [-0.8505933205051787, -0.24789905441119514, -0.29658728642307375, 0.3423438935907912, 0.21795175968989391], "5.0": [-0.8408202856811092, -0.21909010777939736, -0.2659017572862111, 0.30800627446039675, 0.2058952109559981]}');
    for (const [lambda, weights] of Object.entries(expected)) {
      const fixed = { ...problem, ratio: problem.ratio.map(() => 0), fixed: problem.ratio.map(r => Number(lambda) * r) };
      const fit = (await laplaceFit(fixed, context))!;
      weights.slice(1).forEach((w, k) => {
        // Coefficient in scaled columns → per standard deviation.
        const sd = Math.sqrt(problem.ratio[k + 1]!);
        expect(fit.beta[k + 1]! * sd).toBeCloseTo(w, 5);
      });
      expect(data.kept.length).toBe(4);
    }
  });
});

describe('the strength of the prior', () => {
  it('is where the approximate evidence is stationary', async () => {
    const { problem, fit } = await posteriorOf();
    expect(fit.converged).toBe(true);
    const at = async (lambda: number): Promise<number> => {
      const fixed = { ...problem, ratio: problem.ratio.map(() => 0), fixed: problem.ratio.map((r, j) => lambda * r + problem.fixed[j]!) };
      const found = (await laplaceFit(fixed, context))!;
      return found.logEvidence + 0.5 * problem.ratio.reduce((s, r) => s + (r > 0 ? Math.log(lambda * r) : 0), 0);
    };
    const lambda = fit.widths![0]!.value ** -2;
    const [low, best, high] = await Promise.all([at(lambda * 0.8), at(lambda), at(lambda * 1.25)]);
    // MacKay's update neglects how the curvature moves with λ, so the maximum is met to that order only.
    expect(best).toBeGreaterThan(low - 0.02);
    expect(best).toBeGreaterThan(high - 0.02);
    expect(best).toBeCloseTo(fit.logEvidence!, 6);
  });

  it('keeps weights finite where the classes are separated', async () => {
    const x = Array.from({ length: 40 }, (_, i) => i);
    const model = await bayesFamily.fit(datasetFor(makeTable({ x, y: x.map(v => (v < 20 ? 'a' : 'b')) }), { target: 'y', task: 'classification' }), context);
    for (const weight of model.weights!(0.95)) {
      expect(Number.isFinite(weight.estimate)).toBe(true);
      expect(weight.low!).toBeLessThan(weight.high!);
    }
  });

  it('takes out the features that say nothing, with relevance determination', async () => {
    const rng = new Rng(3);
    const columns: Record<string, (number | string)[]> = {};
    for (const name of ['a', 'b', 'c', 'd']) columns[name] = Array.from({ length: 500 }, () => rng.normal());
    columns['y'] = (columns['a'] as number[]).map(a => (rng.uniform() < 1 / (1 + Math.exp(-2 * a)) ? 'yes' : 'no'));
    const model = await bayesFamily.fit(datasetFor(makeTable(columns), { target: 'y', task: 'classification', options: { prior: 'ard', hyper: 'evidence' } }), context);
    const sizes = Object.fromEntries(model.weights!(0.9).slice(1).map(w => [w.term, Math.abs(w.estimate)]));
    expect(sizes['a']).toBeGreaterThan(1.5);
    const noise = [sizes['b']!, sizes['c']!, sizes['d']!].sort((p, q) => p - q);
    expect(noise[2]).toBeLessThan(0.2);
    expect(noise[1]).toBeLessThan(1e-3);
  });
});

describe('three classes', () => {
  it('have weights for every class, credible intervals, and come back from JSON', async () => {
    const dataset = datasetFor(readTable(referenceFile('sklearn_iris.csv')), { target: 'target', task: 'classification', categorical: ['target'] });
    const model = await bayesFamily.fit(dataset, context);
    expect(new Set(model.weights!(0.9).map(w => w.class)).size).toBe(3);
    const { probabilities } = model.predict(dataset.table);
    const codes = dataset.target.task === 'classification' ? dataset.target.codes : new Int32Array();
    let right = 0;
    codes.forEach((c, i) => { const row = probabilities!.subarray(3 * i, 3 * i + 3); if (row.indexOf(Math.max(...row)) === c) right++; });
    expect(right / codes.length).toBeGreaterThan(0.94);
    const again = bayesFamily.load(JSON.parse(JSON.stringify(model.toJSON())));
    expect(again.predict(dataset.table)).toEqual(model.predict(dataset.table));
    expect(again.effects!(0.9)).toEqual(model.effects!(0.9));
  });
});

describe('weights of three classes', () => {
  const noisy = (): Dataset => {
    const rng = new Rng(11);
    const x = Array.from({ length: 150 }, () => rng.normal());
    const z = Array.from({ length: 150 }, () => 3 + 2 * rng.normal());
    const y = x.map(v => ['a', 'b', 'c'][Math.min(2, Math.max(0, Math.round(1 + 0.8 * v + rng.normal())))]!);
    return datasetFor(makeTable({ x, z, y }), { target: 'y', task: 'classification' });
  };

  it('are against the mean of the classes: they and their intervals do not hold the shift that is common to all', async () => {
    const choices: readonly Record<string, string>[] = [{}, { prior: 'ard' }, { hyper: 'evidence' }];
    for (const options of choices) {
      const dataset = noisy();
      const model = await bayesFamily.fit({ ...dataset, recipe: { ...dataset.recipe, options } }, context) as BayesianLogisticModel;
      for (const term of ['(Intercept)', 'x', 'z']) {
        const own = model.weights(0.9).filter(w => w.term === term);
        expect(own.reduce((s, w) => s + w.estimate, 0)).toBeCloseTo(0, 9);
        for (const weight of own) {
          expect(weight).not.toHaveProperty('oddsRatio');
          expect(weight).not.toHaveProperty('oddsRatioLow');
        }
      }
      // The covariance of the weights of a term sums to 0 in each row: the classes' sum is 0 for certain.
      const { lower } = model.state.jointCovariance!;
      const at = (a: number, b: number): number => lower[(Math.max(a, b) * (Math.max(a, b) + 1)) / 2 + Math.min(a, b)]!;
      for (let a = 0; a < 9; a++) for (let i = 0; i < 3; i++) expect(Math.abs(at(a, i) + at(a, 3 + i) + at(a, 6 + i))).toBeLessThan(1e-9);
      expect(model.weightsInfo.unit).toContain('against the mean of all classes');
    }
  });

  it('keep their posterior in their JSON', async () => {
    const dataset = noisy();
    const model = (await bayesFamily.fit(dataset, context)) as BayesianLogisticModel;
    const again = bayesFamily.load(JSON.parse(JSON.stringify(model.toJSON()))) as BayesianLogisticModel;
    expect(again.weights(0.8)).toEqual(model.weights(0.8));
    expect(again.posterior(0.8)).toEqual(model.posterior(0.8));
    expect(again.weightsInfo).toEqual(model.weightsInfo);
  });
});

describe('where the data say little', () => {
  const weak = (options: Record<string, string | number>): Dataset => {
    const rng = new Rng(4);
    const columns: Record<string, (number | string)[]> = {};
    for (const name of ['a', 'b']) columns[name] = Array.from({ length: 80 }, () => rng.normal());
    columns['y'] = Array.from({ length: 80 }, () => (rng.uniform() < 0.5 ? 'no' : 'yes'));
    return datasetFor(makeTable(columns), { target: 'y', task: 'classification', options });
  };

  it('intervals stay as wide as the likelihood is blunt, with one width and with one for each weight', async () => {
    for (const prior of ['evidence', 'ard']) {
      const model = await bayesFamily.fit(weak({ prior }), context);
      // A weight's standard error by maximum likelihood is 2/√80 = 0.22 here.
      for (const weight of model.weights!(0.9).slice(1)) expect(weight.high! - weight.low!).toBeGreaterThan(0.2);
    }
  });

  it('a weight that the evidence holds at 0 has no interval, and a note says so', async () => {
    const model = await bayesFamily.fit(weak({ prior: 'ard', hyper: 'evidence' }), context);
    const held = model.weights!(0.9).slice(1).filter(w => w.low === undefined);
    expect(held.length).toBeGreaterThan(0);
    expect(model.notes.some(note => note.text.includes(held[0]!.term) && note.text.includes('has no interval'))).toBe(true);
    for (const weight of model.weights!(0.9)) if (weight.low !== undefined) expect(weight.high! - weight.low).toBeGreaterThan(0.01);
  });

  it('NUTS samples the posterior with the width integrated out, as the approximation has it', async () => {
    for (const prior of ['evidence', 'ard']) {
      const model = (await bayesFamily.fit(weak({ prior, check: 'nuts', draws: 500 }), context)) as BayesianLogisticModel;
      for (const w of model.check!.weights) {
        expect(Math.abs(w.mean - w.laplaceMean)).toBeLessThan(0.25 * w.laplaceSd);
        expect(w.sd / w.laplaceSd).toBeGreaterThan(0.85);
        expect(w.sd / w.laplaceSd).toBeLessThan(1.15);
      }
      expect(model.inside()[0]!.method).toContain('width integrated out');
    }
  });

  it('a model of an older version, which held the width, is still read', async () => {
    const model = (await bayesFamily.fit(weak({ hyper: 'evidence' }), context)) as BayesianLogisticModel;
    const { hyper: _hyper, ...old } = model.toJSON() as Record<string, unknown>;
    const again = bayesFamily.load(JSON.parse(JSON.stringify(old))) as BayesianLogisticModel;
    expect(again.weights(0.9)).toEqual(model.weights(0.9));
    expect(again.weightsInfo.assumptions.join(' ')).toContain('taken as certain');
    expect(() => bayesFamily.load({ ...old, mixtures: [null] })).toThrow('damaged');
  });
});

describe('NUTS', () => {
  it('lets a cancel through within a long path', async () => {
    let breaths = 0;
    const stop = new Error('cancelled');
    const impatient = { ...context, progress: () => {}, onCancel: () => () => {}, breathe: () => { if (++breaths > 200) throw stop; } };
    let evaluations = 0;
    // A flat density never turns: a single transition would be 2^10 steps.
    const flat = { dimension: 1, evaluate: (_q: Float64Array, g: Float64Array) => { evaluations++; g[0] = 0; return 0; } };
    await expect(nuts(flat, Float64Array.of(0), { warmup: 1, draws: 1 }, new Rng(1), impatient)).rejects.toBe(stop);
    expect(evaluations).toBeLessThan(300);
  });

  it('draws from a correlated normal with its means, variances and correlation', async () => {
    const [a, b, r] = [1, 2, 0.8];
    const det = 1 - r * r;
    const density = {
      dimension: 2,
      evaluate(q: Float64Array, g: Float64Array) {
        const [u, v] = [(q[0]! - 3) / a, (q[1]! + 1) / b];
        g[0] = -(u - r * v) / det / a;
        g[1] = -(v - r * u) / det / b;
        return -0.5 * (u * u - 2 * r * u * v + v * v) / det;
      },
    };
    const chains = [];
    for (let c = 0; c < 4; c++) chains.push(await nuts(density, Float64Array.of(c, -c), { warmup: 300, draws: 1500 }, new Rng(c), context));
    const first = chains.map(c => c.draws.filter((_, i) => i % 2 === 0));
    const second = chains.map(c => c.draws.filter((_, i) => i % 2 === 1));
    const all = (parts: Float64Array[]) => parts.flatMap(p => Array.from(p));
    const mean = (v: number[]) => v.reduce((s, x) => s + x, 0) / v.length;
    const [x, y] = [all(first), all(second)];
    const spread = (v: number[], w: number[]) => { const [a0, b0] = [mean(v), mean(w)]; return mean(v.map((k, i) => (k - a0) * (w[i]! - b0))); };
    const sd = (v: number[]) => Math.sqrt(spread(v, v));
    expect(mean(x)).toBeCloseTo(3, 0.7);
    expect(mean(y)).toBeCloseTo(-1, 0.5);
    expect(sd(x)).toBeGreaterThan(0.94);
    expect(sd(x)).toBeLessThan(1.06);
    expect(sd(y) / 2).toBeGreaterThan(0.94);
    expect(sd(y) / 2).toBeLessThan(1.06);
    expect(spread(x, y) / sd(x) / sd(y)).toBeCloseTo(0.8, 1);
    expect(rHat(first)).toBeLessThan(1.01);
    expect(effectiveSampleSize(first)).toBeGreaterThan(1000);
  });

  it('R̂ tells chains that do not agree, and autocorrelated chains have fewer effective draws', () => {
    const rng = new Rng(1);
    const normal = (shift: number) => Float64Array.from({ length: 500 }, () => shift + rng.normal());
    expect(rHat([normal(0), normal(0)])).toBeLessThan(1.02);
    expect(rHat([normal(0), normal(1)])).toBeGreaterThan(1.1);
    expect(effectiveSampleSize([normal(0), normal(0)])).toBeGreaterThan(700);
    const walk = (): Float64Array => { let v = 0; return Float64Array.from({ length: 500 }, () => (v = 0.9 * v + rng.normal())); };
    // (1 − φ)/(1 + φ) of the draws: 53 of 1,000 for φ = 0.9.
    expect(effectiveSampleSize([walk(), walk()])).toBeLessThan(150);
  });

  it('agrees with Laplace on a well-determined posterior, and says so', async () => {
    const dataset = datasetFor(readTable(referenceFile('MASS_birthwt.csv')), { ...birth, options: { check: 'nuts', draws: 400 } });
    const model = (await bayesFamily.fit(dataset, context)) as BayesianLogisticModel;
    const { check } = model;
    expect(check!.weights.every(w => w.rHat < 1.02)).toBe(true);
    expect(check!.weights.filter(w => w.disagrees)).toEqual([]);
    expect(model.inside()[0]!.summary).toContain('agree on every weight');
    expect(model.posterior(0.9)[0]!.other!.name).toBe('NUTS');
  });

  it('finds where the normal approximation is off: separated classes', async () => {
    const x = Array.from({ length: 12 }, (_, i) => i);
    const dataset = datasetFor(makeTable({ x, y: x.map(v => (v < 6 ? 'a' : 'b')) }), { target: 'y', task: 'classification', options: { check: 'nuts', draws: 400 } });
    const model = (await bayesFamily.fit(dataset, context)) as BayesianLogisticModel;
    expect(model.check!.weights.some(w => w.disagrees)).toBe(true);
    expect(model.notes.some(note => note.text.includes('disagree'))).toBe(true);
  });
});
