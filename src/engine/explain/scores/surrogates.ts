/** Simple models that imitate the model: how much of its predictions they hold on rows that they were not fitted to. */
import { UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Table } from '../../data/table';
import { linearFamily } from '../../models/linear/family';
import { growTree, predictTree, type TreeNode, type TreeOptions } from './regressionTree';

export interface Fidelity {
  /** 1 − Σ(surrogate − model)² / Σ(model − mean)² over the test rows, added up over the outputs (Molnar 2022, ch. 8.6). */
  readonly r2: number;
  /** Share of the test rows that get the same class; classification only. */
  readonly agreement?: number;
}

export interface SurrogateInput {
  /** The sample, with the features only. */
  readonly table: Table;
  /** The model's outputs over all rows of the table, one array an output. */
  readonly outputs: readonly Float64Array[];
  readonly fitRows: Int32Array;
  readonly testRows: Int32Array;
  /** Whether the outputs make a label: the sign of the only one, or the largest of all classes. */
  readonly labels: boolean;
}

/** Leaves of the tree hold at least so many rows, and a split at least this share of the sum of squares. */
export function treeOptions(rows: number): TreeOptions {
  return { depth: 4, leafRows: Math.max(5, Math.ceil(rows / 100)), leastGain: 0.01 };
}

export interface TreeSurrogate { readonly trees: readonly TreeNode[]; readonly fidelity?: Fidelity }

/** A regression tree of at most four splits deep for each output. */
export function treeSurrogate(input: SurrogateInput): TreeSurrogate {
  const { table, outputs, fitRows, testRows } = input;
  const trees = outputs.map(f => growTree(table, Float64Array.from(fitRows, row => f[row]), fitRows, treeOptions(fitRows.length)));
  return { trees, fidelity: fidelityOf(input, trees.map(tree => predictTree(tree, table, testRows))) };
}

/** Linear regression on the features, each output by itself; undefined where it cannot be fitted. */
export async function linearSurrogate(input: SurrogateInput, dataset: Dataset, context: WorkContext): Promise<Fidelity | undefined> {
  const { table, outputs, fitRows, testRows } = input;
  const imitated: Float64Array[] = [];
  for (const values of outputs) {
    const pause = context.breathe();
    if (pause) await pause;
    const { formula: _, ...recipe } = dataset.recipe;
    const job: Dataset = {
      table, features: table.columns.map(c => c.name), target: { task: 'regression', name: 'prediction', values },
      recipe: { ...recipe, model: 'linear', task: 'regression', missing: 'impute', options: {} },
    };
    try {
      const mean = (await linearFamily.fit(job, context, fitRows)).predict(table, testRows).mean;
      if (!mean) return undefined;
      imitated.push(mean);
    } catch (error) {
      if (!UserError.is(error)) throw error;
      return undefined;
    }
  }
  return fidelityOf(input, imitated);
}

/** `imitated`: the surrogate's outputs at the test rows. Undefined where the model's predictions do not vary there. */
export function fidelityOf({ outputs, testRows, labels }: SurrogateInput, imitated: readonly Float64Array[]): Fidelity | undefined {
  let left = 0;
  let all = 0;
  outputs.forEach((f, k) => {
    let mean = 0;
    for (const row of testRows) mean += f[row] / testRows.length;
    testRows.forEach((row, i) => {
      left += (imitated[k][i] - f[row]) ** 2;
      all += (f[row] - mean) ** 2;
    });
  });
  if (!(all > 0) || !Number.isFinite(left)) return undefined;
  return { r2: 1 - left / all, ...(labels ? { agreement: labelAgreement(outputs, testRows, imitated) } : {}) };
}

/** One output: log-odds of the last class, so the sign is the class. More: the class with the largest. */
function labelAgreement(outputs: readonly Float64Array[], testRows: Int32Array, imitated: readonly Float64Array[]): number {
  const label = (at: (k: number) => number): number => {
    if (outputs.length === 1) return at(0) > 0 ? 1 : 0;
    let best = 0;
    for (let k = 1; k < outputs.length; k++) if (at(k) > at(best)) best = k;
    return best;
  };
  let same = 0;
  testRows.forEach((row, i) => { if (label(k => outputs[k][row]) === label(k => imitated[k][i])) same++; });
  return same / testRows.length;
}
