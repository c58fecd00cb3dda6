/** Gradients with respect to the inputs against differences, and integrated gradients that add up. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/engine/data/dataset';
import type { NeuralModel } from '../../../src/engine/models/neural/model';
import { curvedNumbers, fitNeural, ringClasses } from './support';

const quick = { prune: false, ensemble: 3, epochs: 25, hidden: '12,12', activation: 'tanh', l2: 0.001 };
const rows = 6;

/** Σ_j (x_j − x′_j) ∫ ∂f/∂x_j along the straight line from the baseline, by the midpoint rule. */
async function integrated({ gradients }: NeuralModel, x: Float32Array, output: number): Promise<number[]> {
  const p = gradients.baseline.length;
  const steps = 60;
  const sums = new Array<number>(rows).fill(0);
  for (let s = 0; s < steps; s++) {
    const at = x.map((v, i) => gradients.baseline[i % p] + ((s + 0.5) / steps) * (v - gradients.baseline[i % p]));
    const gradient = await gradients.gradient(at, rows, output);
    gradient.forEach((g, i) => { sums[Math.floor(i / p)] += (g * (x[i] - gradients.baseline[i % p])) / steps; });
  }
  return sums;
}

const fitted = new Map<Dataset, Promise<NeuralModel>>();

/** Fitted once. */
function modelOf(dataset: Dataset): Promise<NeuralModel> {
  if (!fitted.has(dataset)) fitted.set(dataset, fitNeural(dataset));
  return fitted.get(dataset)!;
}

describe('gradients of an ensemble', () => {
  const cases = {
    'a number': curvedNumbers(150, quick), 'two classes': ringClasses(200, 2, quick), 'four classes': ringClasses(300, 4, quick),
    'dropout, two classes': ringClasses(200, 2, { ...quick, ensemble: 1, uncertainty: 'dropout' }), 'dropout, three classes': ringClasses(200, 3, { ...quick, ensemble: 1, uncertainty: 'dropout' }),
  };
  for (const [name, dataset] of Object.entries(cases)) {
    it(`${name}: are the slopes of its output`, async () => {
      const { gradients } = await modelOf(dataset);
      const x = gradients.design(dataset.table, Int32Array.of(0, 1, 2, 3, 4, 5));
      const p = gradients.baseline.length;
      for (let k = 0; k < gradients.outputs; k++) {
        const gradient = await gradients.gradient(x, rows, k);
        for (let j = 0; j < p; j++) {
          const moved = (by: number): Float64Array => gradients.output(x.map((v, i) => (i % p === j ? v + by : v)), rows);
          const [up, down] = [moved(0.01), moved(-0.01)];
          for (let i = 0; i < rows; i++) {
            const slope = (up[i * gradients.outputs + k] - down[i * gradients.outputs + k]) / 0.02;
            expect(Math.abs(gradient[i * p + j] - slope)).toBeLessThan(0.01 * Math.max(1, Math.abs(slope)));
          }
        }
      }
    });

    it(`${name}: integrated from the mean of the training rows they add up to the change of the output`, async () => {
      const model = await modelOf(dataset);
      const { gradients } = model;
      const x = gradients.design(dataset.table, Int32Array.of(0, 1, 2, 3, 4, 5));
      for (let k = 0; k < gradients.outputs; k++) {
        const sums = await integrated(model, x, k);
        const [base] = [gradients.output(gradients.baseline, 1)[k]];
        const output = gradients.output(x, rows);
        sums.forEach((sum, i) => {
          const change = output[i * gradients.outputs + k] - base;
          expect(Math.abs(sum - change)).toBeLessThan(1e-3 * Math.max(1, Math.abs(change)));
        });
      }
    });
  }

  it('belong to the output that is predicted: the number, the log-odds, the log-probabilities', async () => {
    const [number, two, four] = await Promise.all(Object.values(cases).map(modelOf));
    const at = Int32Array.of(3);
    const output = (model: NeuralModel, dataset: (typeof cases)['a number']): Float64Array => model.gradients.output(model.gradients.design(dataset.table, at), 1);
    expect(output(number, cases['a number'])[0]).toBeCloseTo(number.predict(cases['a number'].table, at).mean![0], 8);
    const p = two.predict(cases['two classes'].table, at).probabilities!;
    expect(output(two, cases['two classes'])[0]).toBeCloseTo(Math.log(p[1] / p[0]), 8);
    const q = four.predict(cases['four classes'].table, at).probabilities!;
    output(four, cases['four classes']).forEach((value, k) => expect(value).toBeCloseTo(Math.log(q[k]), 8));
  });
});
