/** First-order optimisers on plain arrays: one step from gradients, penalties on the weights and pruning masks included. */
import { adamStep } from '../kernels/adam';
import type { ParameterInfo } from './description';
import type { OptimiserName } from './training';

export interface OptimiserSettings {
  readonly name: OptimiserName;
  /** Penalty l1 · Σ|w| on penalised parameters: a soft threshold after each step (proximal gradient). */
  readonly l1: number;
  /** Penalty ½ l2 · Σw²: part of the gradient; 'adamw' shrinks w by learning rate · l2 instead (Loshchilov & Hutter 2019). */
  readonly l2: number;
  /** 1 where a weight may differ from 0; in the order of the parameters. */
  readonly masks?: readonly (Uint8Array | undefined)[];
}

/** Steps between the flushes of moments to zero: they must not decay into slow subnormal numbers. */
const flushEvery = 256;
const negligible = 1e-20;

/**
 * Steps: adam and adamw β₁ 0.9, β₂ 0.999, ε 1e-8 (Kingma & Ba 2015); momentum 0.9 (Polyak 1964), nesterov the same with a look
 * ahead (Nesterov 1983 as in Sutskever et al. 2013); rmsprop decay 0.9 (Tieleman & Hinton 2012); adagrad (Duchi et al. 2011); sgd plain.
 */
export class Optimiser {
  private readonly first: Float32Array[];
  private readonly second: Float32Array[];
  private steps = 0;

  constructor(private readonly infos: readonly ParameterInfo[], private readonly settings: OptimiserSettings) {
    const { name } = settings;
    const zeros = (): Float32Array[] => infos.map(({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1)));
    this.first = name === 'adam' || name === 'adamw' || name === 'momentum' || name === 'nesterov' ? zeros() : [];
    this.second = name === 'adam' || name === 'adamw' || name === 'rmsprop' || name === 'adagrad' ? zeros() : [];
  }

  /** Changes `parameters` in place. */
  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[], learningRate: number): void {
    this.steps++;
    for (let i = 0; i < parameters.length; i++) {
      const { penalised } = this.infos[i];
      const l2 = penalised ? this.settings.l2 : 0;
      this.move(i, parameters[i], gradients[i], learningRate, l2);
      if (penalised && this.settings.l1 > 0) softThreshold(parameters[i], learningRate * this.settings.l1);
      const mask = this.settings.masks?.[i];
      if (mask) applyMask(parameters[i], mask);
    }
    if (this.steps % flushEvery === 0) {
      for (const moments of this.first) flush(moments);
      for (const moments of this.second) flush(moments);
    }
  }

  private move(i: number, w: Float32Array, g: Float32Array, rate: number, l2: number): void {
    switch (this.settings.name) {
      case 'adam': return adamStep(w, g, this.first[i], this.second[i], rate, l2, 0, this.steps);
      case 'adamw': return adamStep(w, g, this.first[i], this.second[i], rate, 0, rate * l2, this.steps);
      case 'momentum': return momentum(w, g, this.first[i], rate, l2);
      case 'nesterov': return nesterov(w, g, this.first[i], rate, l2);
      case 'rmsprop': return scaled(w, g, this.second[i], rate, l2, 0.9, 0.1);
      case 'adagrad': return scaled(w, g, this.second[i], rate, l2, 1, 1);
      case 'sgd': return sgd(w, g, rate, l2);
    }
  }
}

function momentum(w: Float32Array, g: Float32Array, m: Float32Array, rate: number, l2: number): void {
  for (let k = 0; k < w.length; k++) {
    const velocity = 0.9 * m[k] + g[k] + l2 * w[k];
    m[k] = velocity;
    w[k] -= rate * velocity;
  }
}

function nesterov(w: Float32Array, g: Float32Array, m: Float32Array, rate: number, l2: number): void {
  for (let k = 0; k < w.length; k++) {
    const gradient = g[k] + l2 * w[k];
    const velocity = 0.9 * m[k] + gradient;
    m[k] = velocity;
    w[k] -= rate * (gradient + 0.9 * velocity);
  }
}

/** rmsprop (old 0.9, fresh 0.1) and adagrad (1 and 1). */
function scaled(w: Float32Array, g: Float32Array, v: Float32Array, rate: number, l2: number, old: number, fresh: number): void {
  for (let k = 0; k < w.length; k++) {
    const gradient = g[k] + l2 * w[k];
    const square = old * v[k] + fresh * gradient * gradient;
    v[k] = square;
    w[k] -= (rate * gradient) / (Math.sqrt(square) + 1e-8);
  }
}

function sgd(w: Float32Array, g: Float32Array, rate: number, l2: number): void {
  for (let k = 0; k < w.length; k++) w[k] -= rate * (g[k] + l2 * w[k]);
}

function softThreshold(w: Float32Array, threshold: number): void {
  for (let k = 0; k < w.length; k++) {
    const value = w[k];
    w[k] = value > threshold ? value - threshold : value < -threshold ? value + threshold : 0;
  }
}

function applyMask(w: Float32Array, mask: Uint8Array): void {
  for (let k = 0; k < w.length; k++) if (mask[k] === 0) w[k] = 0;
}

function flush(moments: Float32Array): void {
  for (let k = 0; k < moments.length; k++) if (Math.abs(moments[k]) < negligible) moments[k] = 0;
}
