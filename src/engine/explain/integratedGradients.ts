/** Integrated gradients (Sundararajan, Taly & Yan 2017) of single rows of a differentiable model. */
import type { WorkContext } from '../context';
import { gaussLegendre } from '../math/gaussLegendre';
import type { GradientView } from '../models/model';

export interface IntegratedGradients {
  readonly features: readonly string[];
  /** One a feature: (x − x′) ∫ ∂F/∂x (x′ + α (x − x′)) dα, summed over the feature's columns of the design. */
  readonly values: Float64Array;
  /** F at the baseline x′, the mean of the training rows, and at the row. */
  readonly base: number;
  readonly output: number;
  /** |Σ values − (F(x) − F(x′))|: 0 for the exact integral. */
  readonly completenessError: number;
  /** Points of the quadrature. */
  readonly steps: number;
}

const stepSizes = [32, 64, 128];
/** Enough when the completeness error is below this share of |F(x) − F(x′)|. */
const tolerance = 1e-3;

/**
 * Of output `k` of a row of the design. Gauss–Legendre quadrature of 32 points along the straight line from the baseline,
 * doubled up to 128 while the completeness error is above a thousandth of the difference to be explained.
 */
export async function integratedGradients(view: GradientView, row: Float32Array, k: number, context: WorkContext): Promise<IntegratedGradients> {
  const { baseline, outputs } = view;
  const columns = baseline.length;
  const ends = new Float32Array(2 * columns);
  ends.set(baseline);
  ends.set(row, columns);
  const values = view.output(ends, 2);
  const base = values[k];
  const output = values[outputs + k];
  const { features, place } = featurePlaces(view);
  let best: IntegratedGradients | undefined;
  for (const steps of stepSizes) {
    const pause = context.breathe();
    if (pause) await pause;
    const slopes = await meanGradient(view, row, k, steps);
    const sums = new Float64Array(features.length);
    let total = 0;
    for (let c = 0; c < columns; c++) {
      const part = (row[c] - baseline[c]) * slopes[c];
      sums[place[c]] += part;
      total += part;
    }
    const completenessError = Math.abs(total - (output - base));
    if (!best || completenessError < best.completenessError) best = { features, values: sums, base, output, completenessError, steps };
    if (completenessError <= tolerance * Math.abs(output - base)) break;
  }
  return best!;
}

/** Features in the order of the design, and the place among them of each column's feature. */
export function featurePlaces(view: GradientView): { features: string[]; place: Int32Array } {
  const features = [...new Set(view.featureOf)];
  const index = new Map(features.map((name, j) => [name, j]));
  return { features, place: Int32Array.from(view.featureOf, name => index.get(name)!) };
}

/** ∫ ∂F/∂x along the line, by column. */
async function meanGradient(view: GradientView, row: Float32Array, k: number, steps: number): Promise<Float64Array> {
  const { baseline } = view;
  const columns = baseline.length;
  const { nodes, weights } = gaussLegendre(steps);
  const path = new Float32Array(steps * columns);
  for (let s = 0; s < steps; s++) for (let c = 0; c < columns; c++) path[s * columns + c] = baseline[c] + nodes[s] * (row[c] - baseline[c]);
  const gradient = await view.gradient(path, steps, k);
  const mean = new Float64Array(columns);
  for (let s = 0; s < steps; s++) for (let c = 0; c < columns; c++) mean[c] += weights[s] * gradient[s * columns + c];
  return mean;
}
