/** Executes attention models with our own kernels: products of matrices in SIMD, the rest in typed arrays. */
import type { AttentionDescription } from '../network/description';
import type { DropoutMasks, LossAndGradients, NetworkData, NetworkExecutor } from '../network/executor';
import { outputGradients } from '../network/outputGradients';
import { namedParameters, type Named } from './attentionArithmetic';
import { ParameterGradients, readOutBackward, readOutKept } from './attentionBackward';
import { attentionForward } from './attentionForward';
import { OneBlockGradient } from './attentionOneBlockGradient';
import { SeveralBlocksGradient } from './attentionSeveralGradient';

/** What runs the blocks up to the vectors of [CLS] after the last attention, and back. */
export interface TrainableBlocks {
  /** x: rows × inputs. Gives rows × width; keeps what `backward` needs until the next call. */
  forward(get: Named, x: Float32Array, rows: number, dropout: DropoutMasks | undefined): Float32Array;
  /** dH: derivative by what `forward` gave; changed. Adds to the gradients, and to dX (rows × inputs) where it is wanted. */
  backward(get: Named, gradients: ParameterGradients, dH: Float32Array, dX: Float32Array | undefined): void;
}

/** Rows of a block where no gradients are wanted, and tokens of one where those of inputs are. */
const blockRows = 4096;
const blockTokens = 4096;

/** An executor of the description for the given rows. */
export function attentionExecutor(description: AttentionDescription, data: NetworkData): NetworkExecutor {
  return new AttentionExecutor(description, data);
}

class AttentionExecutor implements NetworkExecutor {
  readonly name = 'simd';
  private readonly sums: ParameterGradients;
  private readonly blocks: TrainableBlocks;

  constructor(readonly description: AttentionDescription, private readonly data: NetworkData) {
    this.sums = new ParameterGradients(description);
    this.blocks = trainableBlocks(description);
  }

  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients {
    const { description, data, sums, blocks } = this;
    const get = namedParameters(description, parameters);
    sums.clear();
    const h = blocks.forward(get, this.gather(rows, 0, rows.length), rows.length, dropout);
    const kept = readOutKept(description, get, h, rows.length, dropout?.[description.layers - 1]);
    const { loss, deltas } = outputGradients(description.head, kept.outputs, description.outputs, data.y, rows);
    blocks.backward(get, sums, readOutBackward(description, get, sums, kept, deltas, rows.length), undefined);
    return { loss, gradients: sums.arrays };
  }

  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array {
    const { outputs } = this.description;
    const result = new Float32Array(rows.length * outputs);
    // A new array: the forward pass keeps what it made of an array of parameters, and training changes their numbers.
    const now = [...parameters];
    for (let from = 0; from < rows.length; from += blockRows) {
      const count = Math.min(blockRows, rows.length - from);
      result.set(attentionForward(this.description, now, this.gather(rows, from, count), count).outputs, from * outputs);
    }
    return result;
  }

  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array {
    return attentionInputGradients(this.description, parameters, x, rows, output);
  }

  dispose(): void { /* nothing is held outside of this object */ }

  private gather(rows: Int32Array, from: number, count: number): Float32Array {
    const { x, inputs } = this.data;
    const result = new Float32Array(count * inputs);
    for (let i = 0; i < count; i++) result.set(x.subarray(rows[from + i] * inputs, (rows[from + i] + 1) * inputs), i * inputs);
    return result;
  }
}

/** ∂ output_k / ∂ x of each row: rows × inputs. */
export function attentionInputGradients(description: AttentionDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array {
  const weights = new Float32Array(rows * description.outputs);
  for (let i = 0; i < rows; i++) weights[i * description.outputs + output] = 1;
  return weightedInputGradients(description, parameters, x, rows, weights);
}

/** Σ_k weights[row, k] · ∂ output_k / ∂ x of each row: rows × inputs. */
export function weightedInputGradients(
  description: AttentionDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number, weights: Float32Array,
): Float32Array {
  const { inputs, outputs, tokens } = description;
  const result = new Float32Array(rows * inputs);
  const blocks = trainableBlocks(description);
  const unused = new ParameterGradients(description);
  const get = namedParameters(description, parameters);
  const block = Math.max(1, Math.floor(blockTokens / (tokens + 1)));
  for (let from = 0; from < rows; from += block) {
    const count = Math.min(block, rows - from);
    const h = blocks.forward(get, x.subarray(from * inputs, (from + count) * inputs), count, undefined);
    const kept = readOutKept(description, get, h, count);
    const dOutputs = weights.slice(from * outputs, (from + count) * outputs);
    blocks.backward(get, unused, readOutBackward(description, get, unused, kept, dOutputs, count), result.subarray(from * inputs, (from + count) * inputs));
  }
  return result;
}

function trainableBlocks(description: AttentionDescription): TrainableBlocks {
  return description.layers === 1 ? new OneBlockGradient(description) : new SeveralBlocksGradient(description);
}
