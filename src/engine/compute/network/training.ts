/** One training job as plain data: it can be sent to a worker. */
import type { NetworkDescription } from './description';
import type { NetworkData } from './executor';

export type OptimiserName = 'adam' | 'adamw' | 'sgd' | 'momentum' | 'nesterov' | 'rmsprop' | 'adagrad';

/** 'auto' is resolved by engine/compute: see there. */
export type Backend = 'auto' | 'tensorflow' | 'wasm' | 'cpu' | 'simd';

export interface TrainingJob {
  readonly description: NetworkDescription;
  /** Arrays on SharedArrayBuffers where workers are used: never copied. */
  readonly data: NetworkData;
  readonly trainRows: Int32Array;
  /** Rows that early stopping watches; empty: all epochs are run and the last parameters kept. */
  readonly validationRows: Int32Array;
  /** Start from these (pruning, warm start) instead of a random initialisation. */
  readonly initial?: readonly Float32Array[];
  /** 1 where a weight may differ from 0, in the order of the parameters. */
  readonly masks?: readonly (Uint8Array | undefined)[];
  readonly optimiser: OptimiserName;
  readonly learningRate: number;
  readonly l1: number;
  readonly l2: number;
  readonly dropout: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  readonly seed: number;
  readonly backend: Backend;
}

export interface TrainedNetwork {
  /** Of the best epoch by validation loss, else of the last. */
  readonly parameters: readonly Float32Array[];
  /** 0-based index into the history. */
  readonly bestEpoch: number;
  /** Mean loss by epoch (without penalties): on the training rows as they were trained on, and on the validation rows. */
  readonly trainLoss: readonly number[];
  readonly validationLoss: readonly number[];
  readonly stopped: 'patience' | 'epochs' | 'asked' | 'diverged';
  /** Name of the executor that did it, and why it and no other. */
  readonly executor: string;
  readonly backendReason: string;
  readonly seconds: number;
}

export interface TrainingHooks {
  /** After each epoch. */
  epoch?(epoch: number, trainLoss: number, validationLoss: number | undefined): void;
  /** Awaited between steps; throws CancelledError. */
  breathe(): Promise<void> | void;
  /** True once the person asked to stop and keep the best. */
  finishing(): boolean;
}
