/** Data sets for the tests of dynamics: real ones, and made ones with known correlation. */
import type { WorkContext } from '../../../../src/engine/context';
import type { Dataset } from '../../../../src/engine/data/dataset';
import { flowOf, type LinearFlowResult } from '../../../../src/engine/experiments/dynamics/linearFlow';
import { assembleProblem, linearProblemOf, type LinearProblem, type LinearProblemOptions } from '../../../../src/engine/experiments/dynamics/linearProblem';
import { momentumOf, type MomentumOptions, type MomentumResult } from '../../../../src/engine/experiments/dynamics/momentum';
import { dynamicsOf, type NetworkDynamicsOptions, type NetworkDynamicsResult } from '../../../../src/engine/experiments/dynamics/networkDynamics';
import { networkProblemOf, type NetworkProblemOptions } from '../../../../src/engine/experiments/dynamics/networkProblem';
import { Rng } from '../../../../src/engine/math/random';
import { context, datasetFor, readTable, referenceFile } from '../../families/support';

export function diabetes(): Dataset {
  return datasetFor(readTable(referenceFile('sklearn_diabetes.csv')), { target: 'target' });
}

export function realProblems(): [string, Dataset][] {
  const open = (file: string, target: string, features?: string[]): Dataset => datasetFor(readTable(referenceFile(file)), { target, features });
  return [
    ['diabetes', diabetes()],
    ['concrete', open('modeldata_concrete.csv', 'compressive_strength')],
    ['mtcars', open('mtcars.csv', 'mpg', ['cyl', 'disp', 'hp', 'drat', 'wt', 'qsec', 'gear', 'carb'])],
    ['penguins', open('palmer_penguins.csv', 'body_mass_g', ['species', 'island', 'bill_length_mm', 'flipper_length_mm', 'sex'])],
    ['longley', open('longley.csv', 'Employed')],
  ];
}

/** Equally correlated standard normal columns, y = Σ ± x + noise. */
export async function madeProblem(rows: number, size: number, correlation: number, ridge: number, noise = 1): Promise<LinearProblem> {
  const rng = new Rng(size);
  const data = new Float64Array(rows * size);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const common = rng.normal();
    for (let j = 0; j < size; j++) {
      const x = Math.sqrt(correlation) * common + Math.sqrt(1 - correlation) * rng.normal();
      data[j * rows + i] = x;
      y[i] += j % 2 === 0 ? x : -x;
    }
    y[i] += noise * rng.normal();
  }
  const names = Array.from({ length: size }, (_, j) => `x${j + 1}`);
  return assembleProblem({ rows, data, names, features: names }, y, ridge, [], context);
}

export async function linearFlow(dataset: Dataset, options: LinearProblemOptions, context: WorkContext): Promise<LinearFlowResult> {
  return flowOf(await linearProblemOf(dataset, options, context), dataset.recipe.seed, context);
}

export async function momentumDynamics(dataset: Dataset, options: MomentumOptions, context: WorkContext): Promise<MomentumResult> {
  return momentumOf(await linearProblemOf(dataset, {}, context), options, dataset.recipe.seed, context);
}

export async function networkDynamics(dataset: Dataset, options: NetworkProblemOptions & NetworkDynamicsOptions, context: WorkContext): Promise<NetworkDynamicsResult> {
  return dynamicsOf(networkProblemOf(dataset, options), options, dataset.recipe.seed, context);
}
