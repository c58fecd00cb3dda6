/** Outputs of a trained attention model, and where it attended, synchronously and without TensorFlow.js. */
import type { AttentionDescription } from '../network/description';
import { feedForward, layerNorm, linear, namedParameters, relu, type Named } from './attentionArithmetic';
import { OneBlock } from './attentionOneBlock';
import { SeveralBlocks } from './attentionSeveralBlocks';

export interface ForwardOptions {
  /** Give `attention`. */
  readonly attention?: boolean;
  /** Give `pairs`. */
  readonly pairs?: boolean;
  /** Give `last`. */
  readonly last?: boolean;
}

export interface AttentionOutputs {
  /** rows × outputs, before the link. */
  readonly outputs: Float32Array;
  /**
   * rows × (tokens + 1), [CLS] first, rows sum to 1, mean over heads. One layer: the row of [CLS]. More: its rollout over
   * the layers with A = ½ W + ½ I (Abnar & Zuidema 2020).
   */
  readonly attention?: Float32Array;
  /**
   * Sum over rows of what each token attends to: (tokens + 1) × (tokens + 1), [CLS] first, mean over heads and over all
   * layers but the last, where only the question of [CLS] reaches the output. Absent for models of one layer.
   */
  readonly pairs?: Float64Array;
  /** rows × width: what goes into the last layer of weights. */
  readonly last?: Float32Array;
}

/** What runs the blocks up to the vector of [CLS] after the last attention. */
export interface Blocks {
  /** Rows worked on together. */
  readonly blockRows: number;
  /** Adds to `pairs`; writes rows × (tokens + 1) to `attention` from `place` on. Gives rows × width before the last feed-forward part. */
  classVectors(x: Float32Array, from: number, rows: number, attention: Float32Array | undefined, pairs: Float64Array | undefined): Float32Array;
}

const prepared = new WeakMap<readonly Float32Array[], { readonly description: AttentionDescription; readonly blocks: Blocks }>();

/**
 * x: rows × inputs, row-major, as the model was trained on; zeros in it (dummy columns) cost nothing. What depends on the
 * parameters alone is kept for the next call with the same array of parameters, whose numbers must not change.
 */
export function attentionForward(
  description: AttentionDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number, options: ForwardOptions = {},
): AttentionOutputs {
  const get = namedParameters(description, parameters);
  const blocks = blocksOf(description, parameters, get);
  const { tokens, outputs, layers, width } = description;
  const result = new Float32Array(rows * outputs);
  const attention = options.attention ? new Float32Array(rows * (tokens + 1)) : undefined;
  const pairs = options.pairs && layers > 1 ? new Float64Array((tokens + 1) ** 2) : undefined;
  const last = options.last ? new Float32Array(rows * width) : undefined;
  for (let from = 0; from < rows; from += blocks.blockRows) {
    const count = Math.min(blocks.blockRows, rows - from);
    const h = blocks.classVectors(x, from, count, attention, pairs);
    const active = activate(description, get, h, count);
    last?.set(active, from * width);
    result.set(linear(active, count, width, get('head.weight'), get('head.bias')), from * outputs);
  }
  return { outputs: result, ...(attention && { attention }), ...(pairs && { pairs }), ...(last && { last }) };
}

function blocksOf(description: AttentionDescription, parameters: readonly Float32Array[], get: Named): Blocks {
  const known = prepared.get(parameters);
  if (known?.description === description) return known.blocks;
  const blocks = description.layers === 1 ? new OneBlock(description, get) : new SeveralBlocks(description, get);
  prepared.set(parameters, { description, blocks });
  return blocks;
}

/** From the vectors of [CLS] after the last attention to what goes into the last layer of weights. Changes `h`. */
function activate(description: AttentionDescription, get: Named, h: Float32Array, rows: number): Float32Array {
  feedForward(description, get, description.layers - 1, h, rows);
  return relu(layerNorm(h, rows, get('headNorm.scale'), get('headNorm.shift')));
}
