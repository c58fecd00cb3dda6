/** Executes attention models with TensorFlow.js: loss, gradients and outputs of batches, on whatever backend it runs. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { arrangeRows, attentionLayout, type AttentionLayout } from '../network/attentionLayout';
import { parameterInfos, type AttentionDescription, type ParameterInfo } from '../network/description';
import type { DropoutMasks, LossAndGradients, NetworkData, NetworkExecutor } from '../network/executor';
import { outputGradients } from '../network/outputGradients';
import { AttentionGraph, type GraphParameters } from './attentionGraph';
import type { TensorFlow } from './types';

/** Rows that are worked out together where no gradient of the parameters is wanted. */
const blockRows = 2048;
/** Numbers in one intermediate array that a block of rows may need. */
const blockNumbers = 8e6;
/** tokens.weight, tokens.bias and cls: the graph has them in one table. */
const tableParameters = 3;

/** An executor of the description for the given rows. `name`: that of the backend. The backend of `tf` must be ready. */
export function tensorflowAttention(tf: TensorFlow, name: string, description: AttentionDescription, data: NetworkData): NetworkExecutor {
  return new TensorflowAttention(tf, name, description, data);
}

class TensorflowAttention implements NetworkExecutor {
  private readonly layout: AttentionLayout;
  private readonly graph: AttentionGraph;
  private readonly infos: readonly ParameterInfo[];
  private readonly results: Float32Array[];

  constructor(private readonly tf: TensorFlow, readonly name: string, readonly description: AttentionDescription, private readonly data: NetworkData) {
    this.layout = attentionLayout(description);
    this.graph = new AttentionGraph(tf, description, this.layout);
    this.infos = parameterInfos(description);
    this.results = this.infos.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1)));
  }

  dispose(): void {
    this.graph.dispose();
  }

  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients {
    const { tf } = this;
    let loss = NaN;
    tf.tidy(() => {
      const x = this.design(this.data.x, rows, 0, rows.length);
      const masks = dropout?.map((mask, l) => tf.tensor2d(mask, this.maskShape(l, rows.length)));
      const uploaded = this.upload(parameters);
      // A parameter without an effect (keys of uniform attention) has no gradient: `gradients` of the engine allows that.
      const { grads } = tf.engine().gradients(() => {
        const outputs = this.graph.outputs(this.named(uploaded), x, masks);
        return this.lossOf(outputs, rows, value => { loss = value; });
      }, uploaded, undefined, true);
      grads.forEach((gradient: Tensor | null | undefined, i) => this.download(gradient ?? undefined, i));
    });
    return { loss, gradients: this.results };
  }

  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array {
    const { tf, description: { outputs } } = this;
    const result = new Float32Array(rows.length * outputs);
    tf.tidy(() => {
      const uploaded = this.named(this.upload(parameters));
      this.eachBlock(rows.length, (from, count) => {
        const block = tf.tidy(() => this.graph.outputs(uploaded, this.design(this.data.x, rows, from, count)).dataSync());
        result.set(block, from * outputs);
      });
    });
    return result;
  }

  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array {
    const { tf, description: { inputs } } = this;
    const result = new Float32Array(rows * inputs);
    tf.tidy(() => {
      const uploaded = this.named(this.upload(parameters));
      this.eachBlock(rows, (from, count) => {
        tf.tidy(() => {
          const design = this.design(x, undefined, from, count);
          const sum = (given: Tensor): Tensor => tf.sum(tf.slice(this.graph.outputs(uploaded, given as Tensor2D), [0, output], [count, 1]));
          this.scatterColumns(tf.grad(sum)(design).dataSync() as Float32Array, result, from, count);
        });
      });
    });
    return result;
  }

  private eachBlock(rows: number, use: (from: number, count: number) => void): void {
    const { inputs, tokens, width, heads, layers } = this.description;
    const perRow = layers === 1 ? heads * (inputs + tokens + 2) : (tokens + 1) * Math.max(width, heads * (tokens + 1));
    const block = Math.max(1, Math.min(blockRows, Math.floor(blockNumbers / perRow)));
    for (let from = 0; from < rows; from += block) use(from, Math.min(block, rows - from));
  }

  private design(x: Float32Array, rows: Int32Array | undefined, from: number, count: number): Tensor2D {
    const { inputs } = this.description;
    return this.tf.tensor2d(arrangeRows(this.layout, x, inputs, rows, from, count), [count, inputs + 1]);
  }

  /** Gradients of the layout's columns into the places of the design's. */
  private scatterColumns(values: Float32Array, result: Float32Array, from: number, count: number): void {
    const { inputs } = this.description;
    const { columns } = this.layout;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= inputs; j++) if (columns[j] >= 0) result[(from + i) * inputs + columns[j]] = values[i * (inputs + 1) + j];
    }
  }

  private maskShape(l: number, rows: number): [number, number] {
    const { layers, tokens, feedForward } = this.description;
    return [l === layers - 1 ? rows : rows * (tokens + 1), feedForward];
  }

  /** The table, then every other parameter. */
  private upload(parameters: readonly Float32Array[]): Tensor[] {
    const { inputs, tokens, width } = this.description;
    const table = this.tf.tensor2d(this.tableOf(parameters), [inputs + tokens + 2, width]);
    return [table, ...parameters.slice(tableParameters).map((values, i) => this.tf.tensor(values, [...this.infos[i + tableParameters].shape]))];
  }

  private named(uploaded: readonly Tensor[]): GraphParameters {
    return { table: uploaded[0] as Tensor2D, named: new Map(uploaded.slice(1).map((tensor, i) => [this.infos[i + tableParameters].name, tensor])) };
  }

  private tableOf([weight, bias, cls]: readonly Float32Array[]): Float32Array {
    const { columns, tokens } = this.layout;
    const { width } = this.description;
    const table = new Float32Array((columns.length + tokens.length) * width);
    columns.forEach((c, j) => table.set(c < 0 ? cls : weight.subarray(c * width, (c + 1) * width), j * width));
    tokens.forEach((t, j) => { if (t >= 0) table.set(bias.subarray(t * width, (t + 1) * width), (columns.length + j) * width); });
    return table;
  }

  /** The gradient of what was uploaded at place `i`, into `results`. */
  private download(gradient: Tensor | undefined, i: number): void {
    const values = gradient?.dataSync() as Float32Array | undefined;
    if (i > 0) {
      const result = this.results[i - 1 + tableParameters];
      if (values) result.set(values);
      else result.fill(0);
      return;
    }
    const { columns, tokens } = this.layout;
    const { width } = this.description;
    const [weight, bias, cls] = this.results;
    const row = (j: number): Float32Array => values!.subarray(j * width, (j + 1) * width);
    columns.forEach((c, j) => (c < 0 ? cls.set(row(j)) : weight.set(row(j), c * width)));
    tokens.forEach((t, j) => { if (t >= 0) bias.set(row(columns.length + j), t * width); });
  }

  /** The mean loss as a node of the graph; worked out in double precision here, as for every executor. */
  private lossOf(outputs: Tensor2D, rows: Int32Array, tell: (loss: number) => void): Tensor {
    const { tf, description: { head, outputs: width }, data: { y } } = this;
    return tf.customGrad((...args) => {
      const values = (args[0] as Tensor).dataSync<'float32'>();
      const { loss, deltas } = outputGradients(head, values, width, y, rows);
      tell(loss);
      return { value: tf.scalar(loss), gradFunc: () => tf.tensor2d(deltas, [rows.length, width]) };
    })(outputs);
  }
}
