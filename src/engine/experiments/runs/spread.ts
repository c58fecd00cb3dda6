/** Runs tasks over the workers, as many as the time allows, and hands over each outcome as it comes. */
import { CancelledError } from '../../../protocol/errors';
import { hasWorkers, lanes, runLanes, startTask, type RunningTask } from '../../compute/pool';
import type { WorkContext } from '../../context';

export interface RunLimits {
  /** performance.now() after which no further task starts; absent: none. */
  readonly until?: number;
  /** Tasks that start whatever the time; absent: none. */
  readonly atLeast?: number;
}

export interface Spread<Task, Outcome> {
  readonly tasks: readonly Task[];
  /** Name in the worker's table of methods; absent: everything runs in this thread. */
  readonly method?: string;
  /** The same without a worker. */
  here(task: Task): Promise<Outcome>;
  done(index: number, outcome: Outcome): void;
}

/**
 * Starts the tasks in their order. Ends early where the time is over or the person asks to keep what there is: then some tasks were not run.
 * Throws CancelledError.
 */
export async function spreadTasks<Task, Outcome>({ tasks, method, here, done }: Spread<Task, Outcome>, context: WorkContext, limits: RunLimits): Promise<void> {
  const atOnce = method !== undefined && hasWorkers() ? lanes() : 1;
  const running = new Set<RunningTask<Outcome>>();
  let over = false;
  let started = 0;
  const inWorker = async (params: Task): Promise<Outcome> => {
    const task = await startTask<Outcome>({ method: method!, params });
    // Cancelled, or failed elsewhere, while this one was on its way to a worker: nobody else knows of it.
    if (over) {
      task.result.catch(() => undefined);
      task.stop();
      throw new CancelledError();
    }
    running.add(task);
    return task.result.finally(() => running.delete(task));
  };
  const work = async (index: number): Promise<void> => {
    const mayStart = started < (limits.atLeast ?? 0) || (!context.finishing?.() && performance.now() < (limits.until ?? Infinity));
    if (!mayStart) return;
    started++;
    done(index, atOnce > 1 ? await inWorker(tasks[index]!) : await here(tasks[index]!));
  };
  await runLanes(tasks.length, atOnce, context, work, () => {
    over = true;
    running.forEach(task => task.stop());
  });
}
