/** Gradients of a differentiable model over many rows: saliency and mean absolute integrated gradients by feature. */
import type { WorkContext } from '../context';
import type { Table } from '../data/table';
import type { GradientView } from '../models/model';
import { featurePlaces, integratedGradients } from './integratedGradients';

export interface MeanOverRows { readonly value: number; readonly standardError: number }

export interface GradientSummary {
  /** Largest mean absolute integrated gradient first. */
  readonly features: readonly {
    readonly feature: string;
    /** Mean over rows (and outputs) of the length of ∂F/∂x over the feature's standardised columns (Simonyan et al. 2014). */
    readonly saliency: MeanOverRows;
    /** Mean over rows (and outputs) of |integrated gradient|. */
    readonly integrated: MeanOverRows;
  }[];
  readonly rows: number;
  readonly outputs: number;
  /** Largest completeness error of all rows, and the mean |F(x) − F(baseline)| that it compares with. */
  readonly completenessError: number;
  readonly meanDifference: number;
  /** Most points of a quadrature. */
  readonly steps: number;
}

/** Of the given rows of a table; `outputs`: which of the view's outputs. Rows without finite gradients are left out. */
export async function gradientSummary(
  view: GradientView, table: Table, rows: Int32Array, outputs: readonly number[], context: WorkContext,
): Promise<GradientSummary | undefined> {
  const design = view.design(table, rows);
  const columns = view.baseline.length;
  const { features, place } = featurePlaces(view);
  const saliency = features.map(() => new Float64Array(rows.length));
  const integrated = features.map(() => new Float64Array(rows.length));
  let completenessError = 0;
  let difference = 0;
  let steps = 0;
  for (const k of outputs) {
    const gradient = await view.gradient(design, rows.length, k);
    for (let i = 0; i < rows.length; i++) {
      lengths(gradient.subarray(i * columns, (i + 1) * columns), place, features.length).forEach((v, j) => (saliency[j][i] += v / outputs.length));
      const found = await integratedGradients(view, design.slice(i * columns, (i + 1) * columns), k, context);
      found.values.forEach((v, j) => (integrated[j][i] += Math.abs(v) / outputs.length));
      completenessError = Math.max(completenessError, found.completenessError);
      difference += Math.abs(found.output - found.base);
      steps = Math.max(steps, found.steps);
    }
  }
  const summary = features.map((feature, j) => ({ feature, saliency: meanOverRows(saliency[j]), integrated: meanOverRows(integrated[j]) }))
    .filter(item => Number.isFinite(item.saliency.value) && Number.isFinite(item.integrated.value))
    .sort((a, b) => b.integrated.value - a.integrated.value);
  if (summary.length === 0) return undefined;
  return { features: summary, rows: rows.length, outputs: outputs.length, completenessError, meanDifference: difference / (rows.length * outputs.length), steps };
}

/** Euclidean length of the gradient over the columns of each feature. */
function lengths(gradient: Float32Array, place: Int32Array, features: number): Float64Array {
  const squares = new Float64Array(features);
  for (let c = 0; c < gradient.length; c++) squares[place[c]] += gradient[c] ** 2;
  return squares.map(Math.sqrt);
}

function meanOverRows(values: Float64Array): MeanOverRows {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  const value = finite.reduce((s, v) => s + v, 0) / n;
  return { value, standardError: n > 1 ? Math.sqrt(finite.reduce((s, v) => s + (v - value) ** 2, 0) / (n - 1) / n) : NaN };
}
