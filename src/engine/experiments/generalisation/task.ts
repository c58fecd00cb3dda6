/** One run of the study as plain data, which can be sent to a worker: a fit with the losses of other rows, or two sides told apart. */
import { CancelledError, UserError } from '../../../protocol/errors';
import { CancellableContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { studiedFamily } from './fitting';
import { rowLosses } from './losses';
import { fitWeighted } from './reweigh';
import { measureShift, type DomainClassifier, type MeasuredShift } from './shift';
import { sumsOf, type WeightedSums } from './weighting';

/** Name of `runInWorker` in the worker's table of methods. */
export const workerMethod = 'generalisation';

interface Run {
  /** Of its own among all runs of the study. */
  readonly key: string;
  /** Numbers on shared memory where workers are used. */
  readonly dataset: Dataset;
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface FitTask extends Run {
  readonly kind: 'fit';
  readonly family: string;
  /** Of the training rows. */
  readonly weights?: Float64Array;
}

/** Fits and keeps nothing of the losses but sums with the density ratios of the test rows. */
export interface WeighTask extends Run {
  readonly kind: 'weigh';
  readonly family: string;
  readonly ratios: Float64Array;
}

/** Tells `test` from `train` by the features. */
export interface ShiftTask extends Run {
  readonly kind: 'shift';
  readonly classifier: DomainClassifier;
}

export type StudyTask = FitTask | WeighTask | ShiftTask;

export interface StudyOutcome {
  /** Of the test rows; NaN where the model gave no number. */
  readonly losses?: Float64Array;
  readonly sums?: WeightedSums;
  readonly shift?: MeasuredShift;
  /** Why it failed. */
  readonly why?: string;
}

/** What a person could mend is the outcome `why`. Throws CancelledError. A request to finish does not reach the fit: no training is cut short. */
export async function runTask(task: StudyTask, parent: WorkContext): Promise<StudyOutcome> {
  const context: WorkContext = { progress: () => undefined, breathe: () => parent.breathe(), onCancel: listener => parent.onCancel(listener) };
  try {
    return await outcomeOf(task, context);
  } catch (error) {
    if (error instanceof CancelledError || !UserError.is(error)) throw error;
    return { why: error.message };
  }
}

async function outcomeOf(task: StudyTask, context: WorkContext): Promise<StudyOutcome> {
  const { dataset, train, test } = task;
  if (task.kind === 'shift') return { shift: await measureShift(dataset, train, test, task.classifier, context) };
  const family = studiedFamily(task.family);
  const weights = task.kind === 'fit' ? task.weights : undefined;
  const model = weights ? await fitWeighted(family, dataset, train, weights, context) : await family.fit(dataset, context, train);
  const losses = rowLosses(dataset, model, test);
  return task.kind === 'weigh' ? { sums: sumsOf({ losses, ratios: task.ratios }) } : { losses };
}

/** The entry of a worker. */
export function runInWorker(task: StudyTask): Promise<StudyOutcome> {
  return runTask(task, new CancellableContext());
}
