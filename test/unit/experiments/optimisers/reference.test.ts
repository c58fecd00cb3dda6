/** Steps and end losses against scikit-learn 1.2.1, and against the papers' formulas in numpy (test/fixtures/reference/optimisers, with the script). */
import { describe, expect, it } from 'vitest';
import type { DenseDescription } from '../../../../src/engine/compute/network/description';
import { createExecutor } from '../../../../src/engine/compute/network/createExecutor';
import { ConvexProblem } from '../../../../src/engine/experiments/optimisers/convexProblem';
import { runLbfgs } from '../../../../src/engine/experiments/optimisers/lbfgsRun';
import { exactOptimum } from '../../../../src/engine/experiments/optimisers/optimum';
import { updateOf, type UpdateId } from '../../../../src/engine/experiments/optimisers/updates';
import reference from '../../../fixtures/reference/optimisers/optimisers.json';
import { quiet } from '../../evaluate/stub';

const { steps, data, plainSgd, networks, endLosses } = reference;
const rows = data.x.length;

function problemFor(head: 'identity' | 'logistic' | 'softmax'): ConvexProblem {
  const y = head === 'identity' ? data.y : head === 'logistic' ? data.two : data.three;
  return new ConvexProblem({ x: Float64Array.from(data.x.flatMap(row => [...row, 1])), y: Float64Array.from(y), columns: 5, training: rows, head, outputs: head === 'softmax' ? 3 : 1 });
}

describe('forty steps on gradients that follow the parameters', () => {
  const all = Object.entries({ ...steps.scikitLearn, ...steps.papers }) as [UpdateId, number[]][];
  for (const [id, expected] of all) {
    it(`of ${id} end where ${id in steps.scikitLearn ? 'scikit-learn' : 'the paper’s formula'} does, to 1e-12`, () => {
      const w = Float64Array.of(0.3, -0.7, 0.1);
      const update = updateOf(id, 3, Uint8Array.of(1, 1, 1));
      for (let k = 0; k < steps.count; k++) update(w, w.map((value, j) => Math.cos(k + j) * value + 0.1 * (j + 1) * (-1) ** k), steps.rate);
      expected.forEach((value, j) => expect(Math.abs(w[j]! - value)).toBeLessThan(1e-12));
    });
  }
});

describe('SGD with one row a step in the order of the rows', () => {
  for (const [head, name] of [['identity', 'regression'], ['logistic', 'classes']] as const) {
    it(`ends with the weights of scikit-learn's for ${name}, to 1e-12`, () => {
      const problem = problemFor(head);
      const w = problem.start.slice();
      const gradient = new Float64Array(problem.size);
      const update = updateOf('sgd', problem.size, problem.weights);
      for (let pass = 0; pass < plainSgd.passes; pass++) {
        for (let i = 0; i < rows; i++) {
          problem.gradient(w, Int32Array.of(i), gradient);
          update(w, gradient, plainSgd.rate);
        }
      }
      plainSgd[name].forEach((value, j) => expect(Math.abs(w[j]! - value)).toBeLessThan(1e-12));
    });
  }
});

describe('a network in batches of a fixed order', () => {
  const description = (head: DenseDescription['head']): DenseDescription =>
    ({ kind: 'dense', head, inputs: 4, hidden: [networks.hidden], activation: 'tanh', outputs: head === 'softmax' ? 3 : 1 });
  for (const [head, name] of [['identity', 'regression'], ['softmax', 'classes']] as const) {
    for (const [id, { start, end }] of Object.entries(networks[name]) as [UpdateId, { start: number[]; end: number[] }][]) {
      it(`has after five passes of ${id} the weights of scikit-learn's for ${name}, to single precision`, async () => {
        const y = Float32Array.from(name === 'regression' ? data.y : data.three);
        const { executor } = await createExecutor(description(head), { rows, inputs: 4, x: Float32Array.from(data.x.flat()), y }, 'cpu');
        const w = Float64Array.from(start);
        const update = updateOf(id, w.length, new Uint8Array(w.length));
        const sizes = [12, 3, head === 'softmax' ? 9 : 3, head === 'softmax' ? 3 : 1];
        const parts = (): Float32Array[] => sizes.map((size, k) => Float32Array.from(w.subarray(sizes.slice(0, k).reduce((a, b) => a + b, 0)).subarray(0, size)));
        for (let step = 0; step < (networks.passes * rows) / networks.batch; step++) {
          const from = (step * networks.batch) % rows;
          const { gradients } = await executor.gradients(parts(), Int32Array.from({ length: networks.batch }, (_, i) => from + i));
          update(w, Float64Array.from(gradients.flatMap(values => [...values])), networks.rate);
        }
        executor.dispose();
        end.forEach((value, j) => expect(Math.abs(w[j]! - value)).toBeLessThan(1e-5));
      });
    }
  }
});

describe('L-BFGS and the exact optimum', () => {
  for (const [head, expected] of [['identity', endLosses.leastSquares], ['logistic', endLosses.twoClasses], ['softmax', endLosses.threeClasses]] as const) {
    it(`of ${head} have the end loss of scikit-learn's, to 1e-10`, async () => {
      const problem = problemFor(head);
      const { points } = await runLbfgs(problem, 200, quiet());
      expect(Math.abs(points[points.length - 1]!.train - expected)).toBeLessThan(1e-10);
      expect(Math.abs((await exactOptimum(problem, quiet()))!.loss - expected)).toBeLessThan(1e-10);
    });
  }
});
