/** One training as plain data that can be sent to a worker, and the running of many of them over the cores. */
import { CancellableContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { spreadTasks, type RunLimits } from '../runs/spread';
import { ConvexProblem, convexData } from './convexProblem';
import { descend } from './descend';
import { runLbfgs } from './lbfgsRun';
import { neuralProblem } from './neuralProblem';
import { fewEnough, type OptimisationProblem, type OptimisedFamily } from './problem';
import type { OptimiserId, Trajectory } from './result';

export interface DescentTask {
  /** Numbers on shared memory where workers are used. */
  readonly dataset: Dataset;
  readonly family: OptimisedFamily;
  readonly optimiser: OptimiserId;
  /** Nothing to L-BFGS. */
  readonly rate: number;
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly passes: number;
  readonly batchSize: number;
  /** Of the start and of the order of the rows: the same for all optimisers on a fold. */
  readonly seed: number;
}

export interface DescentOutcome extends Trajectory {
  readonly parameters: number;
  /** Of the whole run, the looks at the losses included. */
  readonly took: number;
}

export type ProblemInput = Pick<DescentTask, 'dataset' | 'family' | 'train' | 'test' | 'seed'>;

export async function problemOf({ dataset, family, train: all, test, seed }: ProblemInput): Promise<OptimisationProblem> {
  const train = fewEnough(all, seed);
  return family === 'neural' ? neuralProblem(dataset, train, test, seed) : new ConvexProblem(convexData(dataset, train, test));
}

export async function runDescent(task: DescentTask, context: WorkContext): Promise<DescentOutcome> {
  const from = performance.now();
  const problem = await problemOf(task);
  try {
    const { optimiser, rate, passes, batchSize, seed } = task;
    const found = optimiser === 'lbfgs' ? await runLbfgs(problem, passes, context) : await descend(problem, { optimiser, rate, passes, batchSize, seed }, context);
    return { ...found, parameters: problem.size, took: (performance.now() - from) / 1000 };
  } finally {
    problem.dispose();
  }
}

/** The entry of a worker: the method 'descent'. */
export function descentInWorker(task: DescentTask): Promise<DescentOutcome> {
  return runDescent(task, new CancellableContext());
}

/** As `spreadTasks`. */
export function runDescents(tasks: readonly DescentTask[], context: WorkContext, limits: RunLimits, done: (index: number, outcome: DescentOutcome) => void): Promise<void> {
  return spreadTasks({ tasks, method: 'descent', here: task => runDescent(task, context), done }, context, limits);
}
