/** Attacks the models of several folds, over the cores where there are workers for it, and hands over each outcome as it comes. */
import { CancellableContext, type WorkContext } from '../../context';
import { spreadTasks } from '../runs/spread';
import { attackFold, type FoldOutcome, type FoldTask } from './oneFold';

/** Name of `attackInWorker` in the worker's table of methods. */
export const workerMethod = 'robustness';

export interface FoldLimits {
  /** performance.now() after which no further fold starts, but so many. */
  readonly until: number;
  readonly atLeast: number;
  /** The worker knows `workerMethod`. */
  readonly workers: boolean;
}

/** Same tasks, same outcomes but for the seconds, with and without workers. Else as `spreadTasks`. */
export function runFolds(tasks: readonly FoldTask[], context: WorkContext, { until, atLeast, workers }: FoldLimits, done: (fold: number, outcome: FoldOutcome) => void): Promise<void> {
  return spreadTasks({ tasks, ...(workers && { method: workerMethod }), here: task => attackFold(task, context), done }, context, { until, atLeast });
}

/** The entry of a worker. */
export function attackInWorker(task: FoldTask): Promise<FoldOutcome> {
  return attackFold(task, new CancellableContext());
}
