/** Entry of a worker thread: trains networks, boosts bags, searches formulas, finds clusters and runs experiments for engine/compute/pool.ts. */
import { worker, workerEmit } from 'workerpool';

import { CancelledError } from '../protocol/errors';
import type { TaskOutcome } from './compute/pool';
import { trainOne, type TrainEvent, type TrainParams } from './compute/trainAll';
import { runLane, type LaneTask } from './formula/recover';
import { runInWorker as generaliseInWorker, type StudyTask } from './experiments/generalisation/task';
import { descentInWorker, type DescentTask } from './experiments/optimisers/runs';
import type { FoldTask } from './experiments/robustness/oneFold';
import { attackInWorker } from './experiments/robustness/runFolds';
import { runInWorker } from './experiments/runs/runAll';
import type { RunTask } from './experiments/runs/task';
import { toUserError } from './faults';
import { boostBag, type BagTask } from './models/boosting/runBags';
import { runClusterTask, type ClusterTask } from './unlabelled/kmeans/tasks';

/** Milliseconds between two messages to the main thread. */
const every = 50;

worker({
  train: (params: TrainParams, flag: Int32Array) => outcome(async () => {
    const sender = new EpochSender();
    const trained = await trainOne(params.job, params.plan, {
      epoch: (_epoch, trainLoss, validationLoss) => sender.add(trainLoss, validationLoss ?? NaN),
      breathe: () => undefined,
      finishing: () => Atomics.load(flag, 0) !== 0,
    });
    sender.send();
    return trained;
  }),
  formula: (params: LaneTask, flag: Int32Array) => outcome(() => {
    const lane = runLane(params, () => Atomics.load(flag, 0) !== 0, best => void workerEmit(best));
    for (;;) {
      const step = lane.next();
      if (step.done) return Promise.resolve(step.value);
    }
  }),
  boost: (params: BagTask) => outcome(() => Promise.resolve(boostBag(params))),
  clusters: (params: ClusterTask) => outcome(() => Promise.resolve(runClusterTask(params))),
  robustness: (params: FoldTask) => outcome(() => attackInWorker(params)),
  descent: (params: DescentTask) => outcome(() => descentInWorker(params)),
  generalisation: (params: StudyTask) => outcome(() => generaliseInWorker(params)),
  experiment: (params: RunTask) => outcome(() => runInWorker(params)),
});

/** Collects the losses of epochs, of which a small network has hundreds a second. */
class EpochSender {
  private waiting: [number, number][] = [];
  private last = 0;

  add(trainLoss: number, validationLoss: number): void {
    this.waiting.push([trainLoss, validationLoss]);
    if (performance.now() - this.last >= every) this.send();
  }

  send(): void {
    if (this.waiting.length === 0) return;
    const event: TrainEvent = this.waiting;
    workerEmit(event);
    this.waiting = [];
    this.last = performance.now();
  }
}

async function outcome(work: () => Promise<unknown>): Promise<TaskOutcome> {
  try {
    return { result: await work() };
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { fault: toUserError(error).toData() };
  }
}
