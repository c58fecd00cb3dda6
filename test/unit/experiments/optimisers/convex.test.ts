/** Optimisers on least squares and logistic regression reach the optimum of the exact solvers, gradient descent at the speed that theory says. */
import { describe, expect, it } from 'vitest';
import { ConvexProblem, convexData } from '../../../../src/engine/experiments/optimisers/convexProblem';
import { descend } from '../../../../src/engine/experiments/optimisers/descend';
import { runLbfgs } from '../../../../src/engine/experiments/optimisers/lbfgsRun';
import { curvatures, exactOptimum, hessianAt } from '../../../../src/engine/experiments/optimisers/optimum';
import type { UpdateId } from '../../../../src/engine/experiments/optimisers/updates';
import { linearFamily } from '../../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../../src/engine/models/logistic/family';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { classData, quiet, regressionData } from '../../evaluate/stub';
import { diabetes } from '../dynamics/support';

const everyRow = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);
const problemFor = (dataset: Dataset): ConvexProblem => new ConvexProblem(convexData(dataset, everyRow(dataset.table.rows), Int32Array.of(0, 1)));

/** Mean log loss of the family's own fit on its training rows. */
async function ownLogLoss(dataset: Dataset): Promise<number> {
  const { probabilities } = (await logisticFamily.fit(dataset, quiet())).predict(dataset.table);
  const { target } = dataset;
  if (target.task !== 'classification') throw new Error('classes expected');
  return target.codes.reduce((sum, code, i) => sum - Math.log(probabilities![i * target.classes.length + code]!), 0) / target.codes.length;
}

describe('the exact optimum', () => {
  it('of least squares is that of the linear model', async () => {
    const dataset = diabetes();
    const { target } = dataset;
    if (target.task !== 'regression') throw new Error('numbers expected');
    const { mean } = (await linearFamily.fit(dataset, quiet())).predict(dataset.table);
    const centre = target.values.reduce((a, b) => a + b, 0) / target.values.length;
    const total = target.values.reduce((sum, y) => sum + (y - centre) ** 2, 0);
    const rest = target.values.reduce((sum, y, i) => sum + (y - mean![i]!) ** 2, 0);
    expect((await exactOptimum(problemFor(dataset), quiet()))!.loss).toBeCloseTo(rest / total / 2, 10);
  });

  it('of two and of three classes is that of the logistic model', async () => {
    for (const classes of [['no', 'yes'], ['a', 'b', 'c']]) {
      const dataset = classData(150, classes, 3);
      expect((await exactOptimum(problemFor(dataset), quiet()))!.loss).toBeCloseTo(await ownLogLoss(dataset), 8);
    }
  });

  it('has a Hessian that agrees with differences of gradients', () => {
    const problem = problemFor(classData(60, ['a', 'b', 'c'], 2));
    const rows = everyRow(60);
    const w = Float64Array.from({ length: problem.size }, (_, k) => 0.3 * Math.sin(k + 1));
    const hessian = hessianAt(problem, w, rows);
    const [up, down] = [new Float64Array(problem.size), new Float64Array(problem.size)];
    for (let k = 0; k < problem.size; k++) {
      problem.gradient(w.map((v, j) => (j === k ? v + 1e-5 : v)), rows, up);
      problem.gradient(w.map((v, j) => (j === k ? v - 1e-5 : v)), rows, down);
      up.forEach((v, j) => expect(hessian[k * problem.size + j]).toBeCloseTo((v - down[j]!) / 2e-5, 7));
    }
  });
});

describe('every optimiser on all rows', () => {
  const rates: readonly (readonly [UpdateId, number])[] = [['gd', 0.4], ['sgd', 0.4], ['momentum', 0.1], ['nesterov', 0.1], ['adagrad', 0.5], ['adam', 0.05], ['adamw', 0.05]];
  const datasets: readonly (readonly [string, Dataset])[] = [['least squares', regressionData(60)], ['logistic regression', classData(80, ['no', 'yes'], 3)]];
  for (const [name, dataset] of datasets) {
    const problem = problemFor(dataset);
    for (const [optimiser, rate] of rates) {
      // AdamW's decay slows the end of the way to large weights.
      const tolerance = optimiser === 'adamw' ? 1e-4 : 1e-6;
      it(`${optimiser} reaches the optimum of ${name} to ${tolerance}`, async () => {
        const { loss } = (await exactOptimum(problem, quiet()))!;
        const { points, end } = await descend(problem, { optimiser, rate, passes: 2000, batchSize: problem.rows, seed: 1 }, quiet());
        expect(end).toBe('trained');
        expect(points[points.length - 1]!.train - loss).toBeGreaterThan(-1e-12);
        expect(points[points.length - 1]!.train - loss).toBeLessThan(tolerance);
      });
    }

    it(`rmsprop, whose steps do not shrink, comes near the optimum of ${name}`, async () => {
      const { loss } = (await exactOptimum(problem, quiet()))!;
      const { points } = await descend(problem, { optimiser: 'rmsprop', rate: 0.003, passes: 3000, batchSize: problem.rows, seed: 1 }, quiet());
      expect(points[points.length - 1]!.train - loss).toBeLessThan(1e-4);
    });

    it(`L-BFGS reaches the optimum of ${name} in few passes`, async () => {
      const { loss } = (await exactOptimum(problem, quiet()))!;
      const { points } = await runLbfgs(problem, 30, quiet());
      expect(points[points.length - 1]!.train - loss).toBeLessThan(1e-12);
    });
  }
});

describe('gradient descent on least squares', () => {
  it('loses the error along the flattest mode by the factor 1 − η λmin a step', async () => {
    const problem = problemFor(diabetes());
    const { smallest, largest } = (await curvatures(problem, quiet()))!;
    const { loss } = (await exactOptimum(problem, quiet()))!;
    const rate = 1 / largest;
    // Late steps: the steeper modes are gone. The loss above the optimum is quadratic in the error.
    const { points } = await descend(problem, { optimiser: 'gd', rate, passes: 2600, batchSize: 1, seed: 1 }, quiet());
    const [early, late] = [points[points.length - 10]!, points[points.length - 1]!];
    expect(((late.train - loss) / (early.train - loss)) ** (0.5 / (late.pass - early.pass))).toBeCloseTo(1 - rate * smallest, 6);
  });

  it('falls just below the learning rate 2/λmax and rises just above it', async () => {
    const problem = problemFor(diabetes());
    const { largest } = (await curvatures(problem, quiet()))!;
    const run = async (factor: number): Promise<string> =>
      (await descend(problem, { optimiser: 'gd', rate: (factor * 2) / largest, passes: 1000, batchSize: 1, seed: 1 }, quiet())).end;
    expect(await run(0.99)).toBe('trained');
    expect(await run(1.01)).toBe('diverged');
  });
});
