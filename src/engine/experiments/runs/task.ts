/** One run of an experiment as plain data: it can be sent to a worker. And what comes back. */
import type { OptionValue } from '../../../protocol/recipe';
import type { Dataset } from '../../data/dataset';

/** Fits one model on some rows and scores it on others. */
export interface RunTask {
  /** Numbers on shared memory where workers are used. */
  readonly dataset: Dataset;
  readonly family: string;
  /** In the place of the recipe's. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly seed: number;
}

/** What became of a run: every end has a name. */
export type RunStatus = 'scored' | 'diverged' | 'constant' | 'failed';

export interface RunOutcome {
  readonly status: RunStatus;
  /** Root mean squared error in the target's unit, or mean log loss in nats; absent where the model gave no number. */
  readonly loss?: number;
  readonly trainLoss?: number;
  /** R², or accuracy. */
  readonly skill?: number;
  /** Of the mean, or of the shares of the classes; absent where that is no number. */
  readonly baselineLoss?: number;
  /** Of the fit, on one core. */
  readonly seconds: number;
  /** Networks: passes over the training rows, and those until 95 % of the fall of the loss was done. */
  readonly epochs?: number;
  readonly settledEpochs?: number;
  /** Other families, where they tell: steps of Newton's method, rounds of boosting. */
  readonly iterations?: number;
  /** Why it failed. */
  readonly why?: string;
}
