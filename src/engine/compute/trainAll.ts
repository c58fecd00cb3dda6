/** Trains networks: one in this thread, several over the cores. The same jobs give the same numbers either way. */
import { CancelledError } from '../../protocol/errors';
import { rootOf, type WorkContext } from '../context';
import { makePlan, type BackendPlan } from './backend';
import { logChoice, openExecutor } from './network/createExecutor';
import { trainNetwork } from './network/trainer';
import type { TrainedNetwork, TrainingHooks, TrainingJob } from './network/training';
import { hasWorkers, lanes, runLanes, startTask } from './pool';
import { shared } from './shared';
import { TrainingProgress, type ProgressWords } from './trainingProgress';

/** What a worker is sent, and what it says after epochs: [training loss, validation loss or NaN] of each. */
export interface TrainParams { readonly job: TrainingJob; readonly plan: BackendPlan }
export type TrainEvent = readonly (readonly [number, number])[];

/**
 * Where a person asked to stop and keep the best, the networks under way end at once, and those that come later in the
 * same run get no more epochs than these had: what is measured in folds is then the procedure of the model that is kept.
 */
const mostEpochs = new WeakMap<WorkContext, number>();

/** Trains all jobs; results in the order of the jobs. Throws CancelledError, and UserError where memory runs out. */
export async function trainAll(jobs: readonly TrainingJob[], context: WorkContext, words: ProgressWords): Promise<TrainedNetwork[]> {
  await context.breathe();
  const plans = await Promise.all(jobs.map(job => makePlan(job.backend)));
  const progress = new TrainingProgress(context, words, jobs);
  const spread = jobs.length > 1 && hasWorkers() && lanes() > 1 && !plans.some(({ order }) => order[0] === 'tensorflow');
  const start = spread ? inWorker(sharing(jobs), plans, progress) : inThisThread(jobs, plans, context, progress);
  const running = new Set<RunningJob>();
  const takeBack = finishOnRequest(context, running, progress);
  const results: TrainedNetwork[] = [];
  let over = false;
  const work = async (index: number): Promise<void> => {
    progress.started(index);
    const job = await startLimited(start, index, context);
    // Cancelled, or failed elsewhere, while this one was on its way to a worker: nobody else knows of it.
    if (over) {
      job.result.catch(() => undefined);
      job.stop();
      throw new CancelledError();
    }
    running.add(job);
    results[index] = await job.result.finally(() => running.delete(job));
    logChoice(jobs[index]!.description, results[index]!.executor, results[index]!.backendReason);
    progress.done(index);
  };
  try {
    await runLanes(jobs.length, spread ? lanes() : 1, context, work, () => {
      over = true;
      running.forEach(job => job.stop());
    });
  } finally {
    takeBack?.();
  }
  return results;
}

/** Starts a job with no more epochs than are allowed by then: a person may ask to stop while it is on its way to a worker. */
async function startLimited(start: Start, index: number, context: WorkContext): Promise<RunningJob> {
  const limit = (): number => mostEpochs.get(rootOf(context)) ?? Infinity;
  for (;;) {
    const epochs = limit();
    const job = await start(index, epochs);
    if (limit() === epochs) return job;
    job.result.catch(() => undefined);
    job.stop();
  }
}

function finishOnRequest(context: WorkContext, running: ReadonlySet<RunningJob>, progress: TrainingProgress): (() => void) | undefined {
  return context.onFinish?.(() => {
    if (running.size === 0) return;
    mostEpochs.set(rootOf(context), Math.max(1, progress.longest));
    for (const job of running) job.finish();
  });
}

interface RunningJob { readonly result: Promise<TrainedNetwork>; finish(): void; stop(): void }
type Start = (index: number, epochs: number) => Promise<RunningJob>;

function inThisThread(jobs: readonly TrainingJob[], plans: readonly BackendPlan[], context: WorkContext, progress: TrainingProgress): Start {
  return (index, epochs) => {
    let asked = false;
    const hooks: TrainingHooks = {
      epoch: (_epoch, trainLoss, validationLoss) => progress.epoch(index, trainLoss, validationLoss),
      breathe: () => context.breathe(),
      finishing: () => asked,
    };
    const result = trainOne(limited(jobs[index]!, epochs), plans[index]!, hooks);
    return Promise.resolve({ result, finish: () => { asked = true; }, stop: () => undefined });
  };
}

function inWorker(jobs: readonly TrainingJob[], plans: readonly BackendPlan[], progress: TrainingProgress): Start {
  return (index, epochs) => {
    const params: TrainParams = { job: limited(jobs[index]!, epochs), plan: plans[index]! };
    const onEvent = (event: unknown): void => {
      for (const [train, validation] of event as TrainEvent) progress.epoch(index, train, Number.isNaN(validation) ? undefined : validation);
    };
    return startTask<TrainedNetwork>({ method: 'train', params, onEvent });
  };
}

function limited(job: TrainingJob, epochs: number): TrainingJob {
  return job.epochs <= epochs ? job : { ...job, epochs };
}

/** The jobs with their data where workers see them without a copy. */
function sharing(jobs: readonly TrainingJob[]): TrainingJob[] {
  const known = new Map<TrainingJob['data'], TrainingJob['data']>();
  return jobs.map(job => {
    const { data } = job;
    if (!known.has(data)) known.set(data, { ...data, x: shared(data.x), y: shared(data.y) });
    return { ...job, data: known.get(data)! };
  });
}

/** Trains one network in the calling thread. */
export async function trainOne(job: TrainingJob, plan: BackendPlan, hooks: TrainingHooks): Promise<TrainedNetwork> {
  const { executor, reason } = await openExecutor(plan, job.description, job.data);
  try {
    return { ...await trainNetwork(job, executor, hooks), executor: executor.name, backendReason: reason };
  } finally {
    executor.dispose();
  }
}
