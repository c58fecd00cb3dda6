/** The forward pass of an attention model in operations of TensorFlow.js. */
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { AttentionLayout } from '../network/attentionLayout';
import type { AttentionDescription } from '../network/description';
import { normalised, product } from './attentionOps';
import type { TensorFlow } from './types';

/**
 * Parameters as the graph reads them. `table` has the weights of the layout's columns ([CLS]'s embedding is that of its
 * column of ones), then the biases of the layout's tokens (0 for [CLS]): (inputs + 1 + tokens + 1) × width.
 */
export interface GraphParameters {
  readonly table: Tensor2D;
  readonly named: ReadonlyMap<string, Tensor>;
}

/**
 * Only [CLS] reaches the output, so the last block asks for [CLS] alone. Where that block is the first too, its query is
 * the same for all rows and its keys and values are linear in the design: they are worked out for the table of
 * embeddings once a step, not for every token of every row. Both are exact.
 */
export class AttentionGraph {
  private readonly headMask: Tensor2D;
  private readonly membership: Tensor2D;

  constructor(private readonly tf: TensorFlow, private readonly description: AttentionDescription, private readonly layout: AttentionLayout) {
    const { width, heads } = description;
    const mask = new Float32Array(width * heads);
    for (let j = 0; j < width; j++) mask[j * heads + Math.floor((j * heads) / width)] = 1;
    this.headMask = tf.tensor2d(mask, [width, heads]);
    this.membership = tf.tensor2d(layout.membership, [layout.groupColumns, layout.groupTokens]);
  }

  dispose(): void {
    this.headMask.dispose();
    this.membership.dispose();
  }

  /** x: rows × (inputs + 1) in the layout's order. Outputs before the link, rows × outputs. */
  outputs(parameters: GraphParameters, x: Tensor2D, dropout?: readonly Tensor[]): Tensor2D {
    const { tf, description: { layers } } = this;
    const last = layers - 1;
    const full = layers === 1 ? undefined : this.fullBlocks(parameters, x, dropout);
    const start = full ? this.classToken(full) : tf.slice(parameters.table, [this.layout.singles, 0], [1, -1]);
    const attended = full ? this.lastAttention(parameters, full, start) : this.onlyAttention(parameters, x, start);
    let h = tf.add(start, this.linear(parameters, `block${last}.output`, attended)) as Tensor2D;
    h = tf.add(h, this.feedForward(parameters, last, h, dropout?.[last]));
    return this.linear(parameters, 'head', tf.relu(this.norm(parameters, 'headNorm', h)));
  }

  /** Attention of a model with one block: rows × width, before the output matrix. */
  private onlyAttention(parameters: GraphParameters, x: Tensor2D, start: Tensor2D): Tensor2D {
    const { tf, description: { inputs, tokens, width, heads, uniform }, layout } = this;
    const { table } = parameters;
    const values = product(tf, table, this.named(parameters, 'block0.value.weight') as Tensor2D);
    const valueBias = this.named(parameters, 'block0.value.bias');
    const own = tf.slice(values, [0, 0], [inputs + 1, width]);
    const biases = tf.slice(values, [inputs + 1, 0], [tokens + 1, width]);
    if (uniform) {
      const sum = tf.add(product(tf, x, own), tf.sum(biases, 0, true));
      return tf.add(tf.mul(sum, 1 / (tokens + 1)), valueBias) as Tensor2D;
    }
    const query = tf.mul(this.linear(parameters, 'block0.query', start), Math.sqrt(heads / width));
    const byHead = tf.mul(this.headMask, tf.reshape(query, [width, 1])) as Tensor2D;
    const weights = product(tf, table, product(tf, this.named(parameters, 'block0.key.weight') as Tensor2D, byHead));
    const attention = tf.softmax(this.scores(x, weights));
    const rows = x.shape[0];
    const ones = layout.singles + 1;
    const singles = tf.mul(tf.slice(attention, [0, 0, 0], [rows, heads, ones]), this.columnsOf(x, 0, ones)) as Tensor3D;
    let out = tf.add(this.perHead(singles, tf.slice(own, [0, 0], [ones, width])), this.perHead(attention, biases));
    if (layout.groupColumns > 0) {
      const groups = tf.slice(attention, [0, 0, ones], [rows, heads, layout.groupTokens]);
      const spread = product(tf, tf.reshape(groups, [rows * heads, layout.groupTokens]), tf.transpose(this.membership));
      const scaled = tf.mul(tf.reshape(spread, [rows, heads, layout.groupColumns]), this.columnsOf(x, ones, layout.groupColumns));
      out = tf.add(out, this.perHead(scaled as Tensor3D, tf.slice(own, [ones, 0], [layout.groupColumns, width])));
    }
    return tf.add(out, valueBias) as Tensor2D;
  }

  /** Attention scores of [CLS], rows × heads × (tokens + 1); `weights`: a row of the table's × heads. */
  private scores(x: Tensor2D, weights: Tensor2D): Tensor3D {
    const { tf, layout, description: { inputs, tokens, heads } } = this;
    const ones = layout.singles + 1;
    const bias = tf.reshape(tf.transpose(tf.slice(weights, [inputs + 1, 0], [tokens + 1, heads])), [1, heads, tokens + 1]);
    const single = tf.mul(this.columnsOf(x, 0, ones), tf.reshape(tf.transpose(tf.slice(weights, [0, 0], [ones, heads])), [1, heads, ones]));
    if (layout.groupTokens === 0) return tf.add(single, bias);
    return tf.add(tf.concat([single, this.groupScores(x, weights)], 2), bias);
  }

  private groupScores(x: Tensor2D, weights: Tensor2D): Tensor3D {
    const { tf, layout: { singles, groupColumns: columns, groupTokens: tokens }, description: { heads } } = this;
    const rows = x.shape[0];
    if (columns === 0) return tf.zeros([rows, heads, tokens]);
    const own = tf.reshape(tf.slice(weights, [singles + 1, 0], [columns, heads]), [columns, heads, 1]);
    const masked = tf.reshape(tf.mul(own, tf.reshape(this.membership, [columns, 1, tokens])), [columns, heads * tokens]) as Tensor2D;
    return tf.reshape(product(tf, tf.slice(x, [0, singles + 1], [rows, columns]), masked), [rows, heads, tokens]);
  }

  private columnsOf(x: Tensor2D, from: number, count: number): Tensor3D {
    return this.tf.reshape(this.tf.slice(x, [0, from], [x.shape[0], count]), [x.shape[0], 1, count]);
  }

  /** Σ_k g[row, head, k] · values[k, columns of the head]: rows × width. */
  private perHead(g: Tensor3D, values: Tensor2D): Tensor2D {
    const { tf, description: { width, heads } } = this;
    const [rows, , count] = g.shape;
    const blocks = tf.reshape(tf.mul(tf.reshape(values, [1, count, width]), tf.reshape(tf.transpose(this.headMask), [heads, 1, width])), [heads * count, width]);
    return product(tf, tf.reshape(g, [rows, heads * count]), blocks as Tensor2D);
  }

  /** All blocks but the last: rows × (tokens + 1) × width. */
  private fullBlocks(parameters: GraphParameters, x: Tensor2D, dropout?: readonly Tensor[]): Tensor3D {
    const { tf, description: { layers, tokens, width } } = this;
    const rows = x.shape[0];
    let h = tf.reshape(this.embed(parameters, x), [rows * (tokens + 1), width]) as Tensor2D;
    for (let l = 0; l < layers - 1; l++) {
      const z = l === 0 ? h : this.norm(parameters, `block${l}.attentionNorm`, h);
      h = tf.add(h, this.linear(parameters, `block${l}.output`, this.fullAttention(parameters, l, z, rows)));
      h = tf.add(h, this.feedForward(parameters, l, h, dropout?.[l]));
    }
    return tf.reshape(h, [rows, tokens + 1, width]);
  }

  /** Tokens of each row with [CLS] at its place: rows × (tokens + 1) × width. */
  private embed({ table }: GraphParameters, x: Tensor2D): Tensor3D {
    const { tf, layout: { singles, groupColumns, groupTokens, membership }, description: { inputs, tokens, width } } = this;
    const rows = x.shape[0];
    const ones = singles + 1;
    const bias = tf.reshape(tf.slice(table, [inputs + 1, 0], [tokens + 1, width]), [1, tokens + 1, width]);
    const single = tf.mul(tf.reshape(tf.slice(x, [0, 0], [rows, ones]), [rows, ones, 1]), tf.reshape(tf.slice(table, [0, 0], [ones, width]), [1, ones, width])) as Tensor3D;
    if (groupTokens === 0) return tf.add(single, bias);
    if (membership.length === 0) return tf.add(tf.concat([single, tf.zeros([rows, groupTokens, width])], 1), bias);
    const own = tf.reshape(tf.slice(table, [ones, 0], [groupColumns, width]), [groupColumns, 1, width]);
    const masked = tf.reshape(tf.mul(own, tf.reshape(this.membership, [groupColumns, groupTokens, 1])), [groupColumns, groupTokens * width]) as Tensor2D;
    const group = tf.reshape(product(tf, tf.slice(x, [0, ones], [rows, groupColumns]), masked), [rows, groupTokens, width]);
    return tf.add(tf.concat([single, group], 1), bias);
  }

  /** z: (rows · (tokens + 1)) × width; the same shape, before the output matrix. */
  private fullAttention(parameters: GraphParameters, l: number, z: Tensor2D, rows: number): Tensor2D {
    const { tf, description: { heads, width, tokens, uniform } } = this;
    const count = tokens + 1;
    const values = this.linear(parameters, `block${l}.value`, z);
    if (uniform) {
      const mean = tf.mean(tf.reshape(values, [rows, count, width]), 1, true);
      return tf.reshape(tf.mul(mean, tf.ones([1, count, 1])), [rows * count, width]);
    }
    const split = (t: Tensor2D): Tensor4D => tf.transpose(tf.reshape(t, [rows, count, heads, width / heads]) as Tensor4D, [0, 2, 1, 3]);
    const query = split(tf.mul(this.linear(parameters, `block${l}.query`, z), Math.sqrt(heads / width)));
    const attention = tf.softmax(tf.matMul(query, split(this.linear(parameters, `block${l}.key`, z)), false, true));
    return tf.reshape(tf.transpose(tf.matMul(attention, split(values)), [0, 2, 1, 3]), [rows * count, width]);
  }

  private classToken(h: Tensor3D): Tensor2D {
    const [rows, , width] = h.shape;
    return this.tf.reshape(this.tf.slice(h, [0, this.layout.singles, 0], [rows, 1, width]), [rows, width]);
  }

  /** Attention of [CLS] in the last of several blocks: rows × width, before the output matrix. */
  private lastAttention(parameters: GraphParameters, h: Tensor3D, start: Tensor2D): Tensor2D {
    const { tf, description: { layers, heads, width, tokens, uniform } } = this;
    const l = layers - 1;
    const rows = h.shape[0];
    const count = tokens + 1;
    const z = this.norm(parameters, `block${l}.attentionNorm`, tf.reshape(h, [rows * count, width]));
    const values = tf.reshape(this.linear(parameters, `block${l}.value`, z), [rows, count, width]);
    if (uniform) return tf.mean(values, 1);
    const query = tf.mul(this.linear(parameters, `block${l}.query`, this.norm(parameters, `block${l}.attentionNorm`, start)), Math.sqrt(heads / width));
    const keys = tf.reshape(this.linear(parameters, `block${l}.key`, z), [rows, count, width]);
    const pointwise = tf.reshape(tf.mul(keys, tf.reshape(query, [rows, 1, width])), [rows * count, width]) as Tensor2D;
    const scores = tf.transpose(tf.reshape(product(tf, pointwise, this.headMask), [rows, count, heads]), [0, 2, 1]);
    const attention = tf.reshape(tf.transpose(tf.softmax(scores), [0, 2, 1]), [rows * count, heads]) as Tensor2D;
    const spread = tf.reshape(product(tf, attention, tf.transpose(this.headMask)), [rows, count, width]);
    return tf.sum(tf.mul(spread, values), 1);
  }

  private feedForward(parameters: GraphParameters, l: number, h: Tensor2D, mask?: Tensor): Tensor2D {
    const { tf } = this;
    const hidden = tf.relu(this.linear(parameters, `block${l}.forward1`, this.norm(parameters, `block${l}.forwardNorm`, h)));
    return this.linear(parameters, `block${l}.forward2`, mask ? tf.mul(hidden, mask) : hidden);
  }

  private norm(parameters: GraphParameters, name: string, h: Tensor2D): Tensor2D {
    const { tf } = this;
    return tf.add(tf.mul(normalised(tf, h), this.named(parameters, `${name}.scale`)), this.named(parameters, `${name}.shift`));
  }

  private linear(parameters: GraphParameters, name: string, h: Tensor2D): Tensor2D {
    const { tf } = this;
    return tf.add(product(tf, h, this.named(parameters, `${name}.weight`) as Tensor2D), this.named(parameters, `${name}.bias`));
  }

  private named({ named }: GraphParameters, name: string): Tensor {
    return named.get(name)!;
  }
}
