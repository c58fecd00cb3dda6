/** The loss of a small dense network in double precision, with its gradient and exact products of its Hessian with vectors. */
import type { DenseDescription } from '../../compute/network/description';
import type { SymmetricProduct } from '../../math/lanczos';
import { activationOf, type ActivationMaths } from './activations';
import { headOf, type HeadMaths } from './heads';
import type { DifferentiableLoss } from './gradientFlow';
import { addProduct, addTransposedProduct, addWeightGradient, columnSums, layersOf, type Layer } from './layers';

export interface NetworkData {
  readonly rows: number;
  /** rows × inputs, row-major. */
  readonly x: Float64Array;
  /** Number to predict, 0 or 1, or index of the class: as the head wants it. */
  readonly y: Float64Array;
}

/** A loss that knows the curvature along a direction. */
export interface CurvedLoss extends DifferentiableLoss {
  loss(w: Float64Array): number;
  /** Products ∇²L(w) v, which last until the next call for the loss, the gradient or another Hessian. */
  hessianAt(w: Float64Array): SymmetricProduct;
}

/**
 * Mean loss over the rows (identity: ½ (f − y)²; logistic, softmax: −log p̂) + ½ l2 · Σ (weights, not biases)². Parameters in one
 * flat vector: weights (inputs × outputs, row-major) and biases of each layer in turn. Hessian products by the R-operator (Pearlmutter 1994):
 * the derivative of the whole gradient computation along v. relu's second derivative is taken as 0, as it is but at its kink.
 */
export class DenseLoss implements CurvedLoss {
  readonly size: number;
  readonly layers: readonly Layer[];
  private readonly activation: ActivationMaths;
  private readonly head: HeadMaths;
  /** By layer, rows × outputs: sums before the activation, activations, derivatives of the loss by the sums; and R{…} of each. */
  private readonly sums: readonly Float64Array[];
  private readonly outs: readonly Float64Array[];
  private readonly deltas: readonly Float64Array[];
  /** Slopes of the activations (filled by backward), and what their curvature puts into R{deltas} a unit of R{sums} (filled by hessianAt). */
  private readonly slopes: readonly Float64Array[];
  private readonly bends: readonly Float64Array[];
  private readonly moved: readonly { sums: Float64Array; outs: Float64Array; deltas: Float64Array }[];

  constructor(readonly description: DenseDescription, private readonly data: NetworkData, private readonly l2 = 0) {
    this.layers = layersOf(description);
    const last = this.layers[this.layers.length - 1];
    this.size = last.bias + last.outputs;
    this.activation = activationOf(description.activation);
    this.head = headOf(description.head);
    const buffers = (): Float64Array[] => this.layers.map(({ outputs }) => new Float64Array(data.rows * outputs));
    this.sums = buffers();
    this.outs = buffers();
    this.deltas = buffers();
    this.slopes = buffers();
    this.bends = buffers();
    const along = [buffers(), buffers(), buffers()];
    this.moved = this.layers.map((_, i) => ({ sums: along[0][i], outs: along[1][i], deltas: along[2][i] }));
  }

  loss(w: Float64Array): number {
    this.forward(w);
    return this.head.loss(this.sums[this.layers.length - 1], this.data.y, this.description.outputs) + this.penalty(w);
  }

  gradient(w: Float64Array, out: Float64Array): number {
    const loss = this.loss(w);
    this.backward(w);
    out.fill(0);
    this.layers.forEach((layer, i) => {
      addWeightGradient(this.inputsOf(i), this.deltas[i], this.data.rows, layer, out);
      columnSums(this.deltas[i], this.data.rows, layer, out);
      for (let k = layer.weight; k < layer.bias; k++) out[k] += this.l2 * w[k];
    });
    return loss;
  }

  hessianAt(w: Float64Array): SymmetricProduct {
    this.forward(w);
    this.backward(w);
    this.bend(w);
    return (v, out) => this.hessianProduct(w, v, out);
  }

  private hessianProduct(w: Float64Array, v: Float64Array, out: Float64Array): void {
    this.forwardAlong(w, v);
    this.backwardAlong(w, v);
    out.fill(0);
    const { rows } = this.data;
    this.layers.forEach((layer, i) => {
      addWeightGradient(this.inputsOf(i), this.moved[i].deltas, rows, layer, out);
      if (i > 0) addWeightGradient(this.moved[i - 1].outs, this.deltas[i], rows, layer, out);
      columnSums(this.moved[i].deltas, rows, layer, out);
      for (let k = layer.weight; k < layer.bias; k++) out[k] += this.l2 * v[k];
    });
  }

  private inputsOf(i: number): Float64Array {
    return i === 0 ? this.data.x : this.outs[i - 1];
  }

  private penalty(w: Float64Array): number {
    if (this.l2 === 0) return 0;
    let sum = 0;
    for (const { weight, bias } of this.layers) for (let k = weight; k < bias; k++) sum += w[k] * w[k];
    return 0.5 * this.l2 * sum;
  }

  private forward(w: Float64Array): void {
    this.layers.forEach((layer, i) => {
      const sums = this.sums[i];
      sums.fill(0);
      addProduct(this.inputsOf(i), w, this.data.rows, layer, sums, true);
      if (i + 1 < this.layers.length) for (let k = 0; k < sums.length; k++) this.outs[i][k] = this.activation.value(sums[k]);
    });
  }

  private backward(w: Float64Array): void {
    const last = this.layers.length - 1;
    this.head.slope(this.sums[last], this.data.y, this.description.outputs, this.deltas[last]);
    for (let i = last; i > 0; i--) {
      const below = this.deltas[i - 1];
      below.fill(0);
      addTransposedProduct(this.deltas[i], w, this.data.rows, this.layers[i], below);
      const slopes = this.slopes[i - 1];
      for (let k = 0; k < below.length; k++) below[k] *= slopes[k] = this.activation.slope(this.sums[i - 1][k], this.outs[i - 1][k]);
    }
  }

  /** ∂ loss / ∂ activation · second derivative of the activation. */
  private bend(w: Float64Array): void {
    for (let i = this.layers.length - 1; i > 0; i--) {
      const bends = this.bends[i - 1].fill(0);
      addTransposedProduct(this.deltas[i], w, this.data.rows, this.layers[i], bends);
      for (let k = 0; k < bends.length; k++) bends[k] *= this.activation.curve(this.sums[i - 1][k], this.outs[i - 1][k]);
    }
  }

  /** R{sums} and R{outs}: how they move when w moves along v. */
  private forwardAlong(w: Float64Array, v: Float64Array): void {
    this.layers.forEach((layer, i) => {
      const { sums, outs } = this.moved[i];
      sums.fill(0);
      addProduct(this.inputsOf(i), v, this.data.rows, layer, sums, true);
      if (i > 0) addProduct(this.moved[i - 1].outs, w, this.data.rows, layer, sums, false);
      if (i + 1 < this.layers.length) for (let k = 0; k < sums.length; k++) outs[k] = this.slopes[i][k] * sums[k];
    });
  }

  private backwardAlong(w: Float64Array, v: Float64Array): void {
    const { rows } = this.data;
    const last = this.layers.length - 1;
    this.head.curve(this.sums[last], this.moved[last].sums, this.description.outputs, this.moved[last].deltas);
    for (let i = last; i > 0; i--) {
      const { deltas: below, sums } = this.moved[i - 1];
      below.fill(0);
      addTransposedProduct(this.moved[i].deltas, w, rows, this.layers[i], below);
      addTransposedProduct(this.deltas[i], v, rows, this.layers[i], below);
      const slopes = this.slopes[i - 1];
      const bends = this.bends[i - 1];
      for (let k = 0; k < below.length; k++) below[k] = below[k] * slopes[k] + bends[k] * sums[k];
    }
  }
}
