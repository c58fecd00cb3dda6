/**
 * What a network is, apart from what executes it: its shape as plain JSON, and the order, names and shapes of its
 * parameters. Parameters are Float32Arrays in that order; matrices are row-major, inputs × outputs.
 */

export type Activation = 'relu' | 'tanh' | 'sigmoid' | 'gelu';
export const activations: readonly Activation[] = ['relu', 'tanh', 'sigmoid', 'gelu'];

/** identity: mean of a number, loss ½ mean (f − y)². logistic: one logit. softmax: one logit a class. Losses in nats. */
export type Head = 'identity' | 'logistic' | 'softmax';

/** Fully connected layers: hᵢ = a(hᵢ₋₁ Wᵢ + bᵢ), output = h W + b (no activation). */
export interface DenseDescription {
  readonly kind: 'dense';
  readonly head: Head;
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly outputs: number;
}

/**
 * Attention over one token a feature, after FT-Transformer (Gorishniy et al. 2021). The design's columns of one feature
 * make its token: token_t = bias_t + Σ_{c of t} x_c W_c. [CLS] stands first. Each of `layers` blocks (pre-norm; the first
 * has no norm before its attention): h += O(attention(norm(h))), h += F₂(relu(norm(h) F₁)). Output: relu(norm(h_CLS)) W + b.
 */
export interface AttentionDescription {
  readonly kind: 'attention';
  readonly head: Head;
  /** Columns of the design. */
  readonly inputs: number;
  /** Token (0-based, without [CLS]) of each column of the design. */
  readonly tokenOf: readonly number[];
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly feedForward: number;
  readonly outputs: number;
  /** Every token attends to all tokens alike: the control that shows whether attention is needed. */
  readonly uniform: boolean;
}

export type NetworkDescription = DenseDescription | AttentionDescription;

export interface ParameterInfo {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether L1 and L2 penalties, and pruning, act on it: weights yes; biases, norms, token embeddings' biases no. */
  readonly penalised: boolean;
  /** Fan-in and fan-out for the initialisation of weights; absent: `fill`. */
  readonly fan?: readonly [number, number];
  readonly fill?: number;
}

/** The parameters in order. Dense: weight0, bias0, weight1, bias1, … Attention: see the names. */
export function parameterInfos(description: NetworkDescription): ParameterInfo[] {
  return description.kind === 'dense' ? denseParameters(description) : attentionParameters(description);
}

function denseParameters({ inputs, hidden, outputs }: DenseDescription): ParameterInfo[] {
  const sizes = [inputs, ...hidden, outputs];
  return sizes.slice(1).flatMap((to, i) => linear(`layer${i}`, sizes[i], to));
}

function linear(name: string, from: number, to: number): ParameterInfo[] {
  return [
    { name: `${name}.weight`, shape: [from, to], penalised: true, fan: [from, to] },
    { name: `${name}.bias`, shape: [to], penalised: false, fill: 0 },
  ];
}

function norm(name: string, width: number): ParameterInfo[] {
  return [{ name: `${name}.scale`, shape: [width], penalised: false, fill: 1 }, { name: `${name}.shift`, shape: [width], penalised: false, fill: 0 }];
}

function attentionParameters(d: AttentionDescription): ParameterInfo[] {
  const w = d.width;
  const infos: ParameterInfo[] = [
    { name: 'tokens.weight', shape: [d.inputs, w], penalised: true, fan: [w, w] },
    { name: 'tokens.bias', shape: [d.tokens, w], penalised: false, fan: [w, w] },
    { name: 'cls', shape: [w], penalised: false, fan: [w, w] },
  ];
  for (let l = 0; l < d.layers; l++) {
    if (l > 0) infos.push(...norm(`block${l}.attentionNorm`, w));
    infos.push(...linear(`block${l}.query`, w, w), ...linear(`block${l}.key`, w, w), ...linear(`block${l}.value`, w, w), ...linear(`block${l}.output`, w, w));
    infos.push(...norm(`block${l}.forwardNorm`, w), ...linear(`block${l}.forward1`, w, d.feedForward), ...linear(`block${l}.forward2`, d.feedForward, w));
  }
  infos.push(...norm('headNorm', w), ...linear('head', w, d.outputs));
  return infos;
}

/** Numbers in all parameters together. */
export function parameterCount(description: NetworkDescription): number {
  return parameterInfos(description).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
