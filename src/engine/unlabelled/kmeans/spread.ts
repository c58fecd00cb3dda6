/** Sends work on clusterings to the worker threads; same numbers as in the calling thread. */
import { hasWorkers, lanes, runLanes, startTask, type RunningTask } from '../../compute/pool';
import type { WorkContext } from '../../context';
import type { TeamResult, TeamTask } from './tasks';

/** All tasks of the worker's method `method` in order, over the cores. */
export async function inWorkers<Result>(method: string, tasks: readonly unknown[], context: WorkContext, done?: () => void): Promise<Result[]> {
  const results: Result[] = [];
  const running = new Set<RunningTask<Result>>();
  let ended = false;
  await runLanes(tasks.length, lanes(), context, async index => {
    const job = await startTask<Result>({ method, params: tasks[index] });
    running.add(job);
    if (ended) job.stop();
    results[index] = await job.result.finally(() => running.delete(job));
    done?.();
  }, () => {
    ended = true;
    running.forEach(job => job.stop());
  });
  return results;
}

/** Whether there are several threads to spread work over. */
export function canSpread(): boolean {
  return hasWorkers() && lanes() > 1;
}

/** Only one team at a time: its members wait for each other, and two teams could each hold what the other waits for. */
let teams: Promise<unknown> = Promise.resolve();

/** Runs the members of a team at once; the first one's result, which is everybody's. */
export async function runTeam(tasks: readonly TeamTask[], context: WorkContext): Promise<TeamResult> {
  const before = teams;
  let free: () => void = () => undefined;
  teams = new Promise<void>(resolve => { free = resolve; });
  try {
    await before;
    await context.breathe();
    const results = await inWorkers<TeamResult>('clusters', tasks, context);
    return results[0];
  } finally {
    // Members that are still waiting in the barrier give up.
    Atomics.store(tasks[0].memory.state, 2, 1);
    free();
  }
}

