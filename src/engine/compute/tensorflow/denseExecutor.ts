/** Executes dense networks by TensorFlow.js: loss by its operations, gradients by its automatic differentiation. */
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';

import type { DenseDescription } from '../network/description';
import { parameterInfos } from '../network/description';
import type { DropoutMasks, LossAndGradients, NetworkData, NetworkExecutor } from '../network/executor';
import { product } from './attentionOps';
import type { TensorFlow } from './types';
import { useBackend } from './useBackend';

/** Rows of one forward pass: bounds the memory of outputs of many rows. */
const chunk = 4096;

/** `name`: the backend that `tf` was started with. No tensor outlives a call. */
export function tensorflowDense(tf: TensorFlow, name: string, description: DenseDescription, data: NetworkData): NetworkExecutor {
  return new TensorflowDense(tf, name, description, data);
}

class TensorflowDense implements NetworkExecutor {
  private readonly shapes: readonly (readonly number[])[];

  constructor(private readonly tf: TensorFlow, readonly name: string, readonly description: DenseDescription, private readonly data: NetworkData) {
    this.shapes = parameterInfos(description).map(({ shape }) => shape);
  }

  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients {
    const { tf } = this;
    useBackend(tf, this.name);
    return tf.tidy(() => {
      const x = this.batch(rows);
      const y = this.targets(rows);
      const masks = dropout?.map((mask, i) => tf.tensor2d(mask, [rows.length, this.description.hidden[i]!]));
      const meanLoss = (...weights: Tensor[]) => this.loss(this.forward(weights, x, masks), y) as Scalar;
      const { value, grads } = tf.valueAndGrads(meanLoss)(this.tensors(parameters));
      return { loss: value.dataSync()[0]!, gradients: grads.map(gradient => gradient.dataSync<'float32'>()) };
    });
  }

  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array {
    const { tf } = this;
    useBackend(tf, this.name);
    const result = new Float32Array(rows.length * this.description.outputs);
    tf.tidy(() => {
      const weights = this.tensors(parameters);
      for (let from = 0; from < rows.length; from += chunk) {
        const part = tf.tidy(() => this.forward(weights, this.batch(rows.subarray(from, from + chunk))).dataSync<'float32'>());
        result.set(part, from * this.description.outputs);
      }
    });
    return result;
  }

  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array {
    const { tf } = this;
    const { inputs, outputs } = this.description;
    useBackend(tf, this.name);
    const result = new Float32Array(rows * inputs);
    tf.tidy(() => {
      const weights = this.tensors(parameters);
      const chosen = tf.tensor2d(Float32Array.from({ length: outputs }, (_, k) => (k === output ? 1 : 0)), [1, outputs]);
      for (let from = 0; from < rows; from += chunk) {
        const count = Math.min(chunk, rows - from);
        const values = x.slice(from * inputs, (from + count) * inputs);
        // Rows do not mix, so the gradient of the sum over rows holds the gradient of each.
        const sum = (part: Tensor) => tf.sum(tf.mul(this.forward(weights, part as Tensor2D), chosen)) as Scalar;
        result.set(tf.tidy(() => tf.grad(sum)(tf.tensor2d(values, [count, inputs])).dataSync<'float32'>()), from * inputs);
      }
    });
    return result;
  }

  dispose(): void { /* nothing outlives a call */ }

  private tensors(parameters: readonly Float32Array[]): Tensor[] {
    return parameters.map((values, i) => this.tf.tensor(values, this.shapes[i] as number[]));
  }

  /** The rows' inputs, gathered here: rows × inputs. */
  private batch(rows: Int32Array): Tensor2D {
    const { x, inputs } = this.data;
    const values = new Float32Array(rows.length * inputs);
    for (let i = 0; i < rows.length; i++) values.set(x.subarray(rows[i]! * inputs, (rows[i]! + 1) * inputs), i * inputs);
    return this.tf.tensor2d(values, [rows.length, inputs]);
  }

  /** rows × outputs: the numbers, or 1 at the row's class. */
  private targets(rows: Int32Array): Tensor2D {
    const { head, outputs } = this.description;
    const values = new Float32Array(rows.length * outputs);
    for (let i = 0; i < rows.length; i++) {
      const y = this.data.y[rows[i]!]!;
      if (head === 'softmax') values[i * outputs + y] = 1;
      else values[i] = y;
    }
    return this.tf.tensor2d(values, [rows.length, outputs]);
  }

  private forward(weights: readonly Tensor[], x: Tensor2D, masks?: readonly Tensor2D[]): Tensor2D {
    const { tf } = this;
    const layers = weights.length / 2;
    let h: Tensor2D = x;
    for (let l = 0; l < layers; l++) {
      h = tf.add(product(tf, h, weights[2 * l] as Tensor2D), weights[2 * l + 1]!);
      if (l === layers - 1) break;
      h = this.activate(h);
      if (masks) h = tf.mul(h, masks[l]!);
    }
    return h;
  }

  private activate(z: Tensor2D): Tensor2D {
    const { tf } = this;
    switch (this.description.activation) {
      case 'relu': return tf.relu(z);
      case 'tanh': return tf.tanh(z);
      case 'sigmoid': return tf.sigmoid(z);
      case 'gelu': {
        // Hendrycks & Gimpel (2016): ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))).
        const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(z, tf.mul(0.044715, tf.mul(z, tf.mul(z, z)))));
        return tf.mul(tf.mul(0.5, z), tf.add(1, tf.tanh(inner)));
      }
    }
  }

  /** Mean loss over the rows, stable for large outputs. */
  private loss(f: Tensor2D, y: Tensor2D): Tensor {
    const { tf } = this;
    switch (this.description.head) {
      case 'identity': return tf.mul(0.5, tf.mean(tf.square(tf.sub(f, y))));
      case 'logistic': return tf.mean(tf.sub(tf.softplus(f), tf.mul(y, f)));
      case 'softmax': return tf.mean(tf.sub(tf.logSumExp(f, 1), tf.sum(tf.mul(f, y), 1)));
    }
  }
}
