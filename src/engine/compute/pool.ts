/**
 * Worker threads for work that takes all cores: created at the first task, kept warm, gone with the process. A task is
 * a method of engine/worker.ts with plain parameters; it can send events, be asked to finish, and be cancelled.
 */
import { availableParallelism } from 'node:os';
import type { Pool } from 'workerpool';

import { CancelledError, UserError, type ErrorData } from '../../protocol/errors';
import type { WorkContext } from '../context';

/** What a worker gives back: errors that a person can mend cross as data. */
export type TaskOutcome = { readonly result: unknown } | { readonly fault: ErrorData };

export interface Task {
  /** Name in the worker's table of methods. */
  readonly method: string;
  readonly params: unknown;
  onEvent?(event: unknown): void;
}

export interface RunningTask<Result> {
  readonly result: Promise<Result>;
  /** Asks the task to come to an end and give what it has. */
  finish(): void;
  /** Ends the worker. */
  stop(): void;
}

let script: string | undefined;
let pool: Promise<Pool> | undefined;

/** Path of the built engine/worker.ts; without it everything runs in the calling thread. */
export function useWorkers(path: string | undefined): void {
  script = path;
}

export function hasWorkers(): boolean {
  return script !== undefined;
}

/** Tasks that run at once. */
export function lanes(): number {
  return availableParallelism();
}

async function thePool(): Promise<Pool> {
  pool ??= import('workerpool').then(library => library.pool(script!, {
    workerType: 'thread', maxWorkers: lanes(),
    // A worker that computes does not listen: it is ended after this long. Milliseconds.
    workerTerminateTimeout: 100,
  }));
  return pool;
}

/** Ends the workers; the next task starts new ones. */
export async function closePool(): Promise<void> {
  const closing = pool;
  pool = undefined;
  await (await closing)?.terminate(true);
}

/** Sends a task to the next free worker. */
export async function startTask<Result>(task: Task): Promise<RunningTask<Result>> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const running = (await thePool()).exec(task.method, [task.params, flag], { on: event => task.onEvent?.(event) });
  const result = new Promise<Result>((resolve, reject) => {
    running.then(
      outcome => ('fault' in (outcome as TaskOutcome) ? reject(UserError.fromData((outcome as { fault: ErrorData }).fault)) : resolve((outcome as { result: Result }).result)),
      error => reject(workerError(error)),
    );
  });
  return { result, finish: () => void Atomics.store(flag, 0, 1), stop: () => void running.cancel() };
}

function workerError(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === 'CancellationError' || /^(Worker terminated|Pool terminated)$/.test(message)) return new CancelledError();
  if (/memory/i.test(message)) {
    return new UserError('outOfMemory', 'A worker ran out of memory; use fewer rows or columns or a smaller network.', { detail: message });
  }
  return new UserError('internal', 'A worker of the engine ended unexpectedly, which stopped the run.', { detail: message });
}

/**
 * Runs `count` pieces of work, at most `atOnce` at a time, in the order of their index. Ends with the first error or when
 * the context is cancelled; `stop` is called in any case, and no further piece starts.
 */
export async function runLanes(
  count: number, atOnce: number, context: WorkContext, work: (index: number) => Promise<void>, stop: () => void,
): Promise<void> {
  let next = 0;
  let ended = false;
  const lane = async (): Promise<void> => {
    while (!ended && next < count) await work(next++);
  };
  let takeBack: (() => void) | undefined;
  const cancelled = new Promise<never>((_resolve, reject) => {
    takeBack = context.onCancel(() => reject(new CancelledError()));
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane)), cancelled]);
  } finally {
    ended = true;
    takeBack?.();
    stop();
  }
}
