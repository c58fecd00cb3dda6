/**
 * What executes a network's arithmetic. Everything else (initialisation, batches, optimiser, early stopping, dropout masks)
 * is ours and the same for every executor, so that one executor checks another: same parameters and rows, same loss and
 * gradients to single precision.
 */
import type { NetworkDescription } from './description';

/** Rows that an executor is made for. `x`: rows × inputs, row-major, standardised. `y`: standardised numbers, or class codes. */
export interface NetworkData {
  readonly rows: number;
  readonly inputs: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Inverted dropout: values are 0 or 1 / (1 − rate). Dense: one array a hidden layer, batch × units. Attention: see attentionDropout. */
export type DropoutMasks = readonly Float32Array[];

export interface LossAndGradients {
  /** Mean loss of the batch, without penalties. */
  readonly loss: number;
  /** Of that mean loss, in the order of the parameters. Valid until the next call. */
  readonly gradients: readonly Float32Array[];
}

export interface NetworkExecutor {
  /** 'simd' for our own kernels, else TensorFlow.js' backend: 'tensorflow' (tfjs-node), 'wasm', 'cpu'. */
  readonly name: string;
  readonly description: NetworkDescription;
  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients | Promise<LossAndGradients>;
  /** Outputs before the head's link, rows × outputs. */
  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array | Promise<Float32Array>;
  /** ∂ output_k / ∂ x of each row of `x` (rows × inputs, any rows), same shape. */
  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array | Promise<Float32Array>;
  dispose(): void;
}
