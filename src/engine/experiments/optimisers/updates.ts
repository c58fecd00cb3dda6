/** The first-order optimisers' updates in double precision: what a step does to parameters, given a gradient. */
import type { OptimiserId } from './result';

export type UpdateId = Exclude<OptimiserId, 'lbfgs'>;

/** Changes w in place. */
export type Update = (w: Float64Array, gradient: Float64Array, rate: number) => void;

/** AdamW's shrinking of weights a step, times the learning rate (its usual value). */
export const weightDecay = 0.01;

/**
 * gd and sgd: w −= η g. momentum: v = 0.9 v + g, w −= η v (Polyak 1964). nesterov: v = 0.9 v + g, w −= η (g + 0.9 v) (Nesterov 1983 as in
 * Sutskever et al. 2013). rmsprop: decay 0.9 (Tieleman & Hinton 2012). adagrad: Duchi et al. 2011. adam: β₁ 0.9, β₂ 0.999 (Kingma & Ba 2015);
 * adamw: the same, and weights shrink by η · 0.01 (Loshchilov & Hutter 2019). ε is 1e-8 throughout. `decayed`: 1 for what adamw shrinks.
 */
export function updateOf(id: UpdateId, size: number, decayed: Uint8Array): Update {
  switch (id) {
    case 'gd': case 'sgd': return plain;
    case 'momentum': return heavyBall(size, false);
    case 'nesterov': return heavyBall(size, true);
    case 'rmsprop': return scaled(size, 0.9, 0.1);
    case 'adagrad': return scaled(size, 1, 1);
    case 'adam': return adam(size);
    case 'adamw': return shrinking(adam(size), decayed);
  }
}

const epsilon = 1e-8;

function plain(w: Float64Array, g: Float64Array, rate: number): void {
  for (let k = 0; k < w.length; k++) w[k] -= rate * g[k];
}

function heavyBall(size: number, ahead: boolean): Update {
  const v = new Float64Array(size);
  return (w, g, rate) => {
    for (let k = 0; k < size; k++) {
      v[k] = 0.9 * v[k] + g[k];
      w[k] -= rate * (ahead ? g[k] + 0.9 * v[k] : v[k]);
    }
  };
}

function scaled(size: number, old: number, fresh: number): Update {
  const squares = new Float64Array(size);
  return (w, g, rate) => {
    for (let k = 0; k < size; k++) {
      squares[k] = old * squares[k] + fresh * g[k] * g[k];
      w[k] -= (rate * g[k]) / (Math.sqrt(squares[k]) + epsilon);
    }
  };
}

function adam(size: number): Update {
  const m = new Float64Array(size);
  const v = new Float64Array(size);
  let step = 0;
  return (w, g, rate) => {
    step++;
    const first = 1 - 0.9 ** step;
    const second = 1 - 0.999 ** step;
    for (let k = 0; k < size; k++) {
      m[k] = 0.9 * m[k] + 0.1 * g[k];
      v[k] = 0.999 * v[k] + 0.001 * g[k] * g[k];
      w[k] -= (rate * (m[k] / first)) / (Math.sqrt(v[k] / second) + epsilon);
    }
  };
}

function shrinking(update: Update, decayed: Uint8Array): Update {
  return (w, g, rate) => {
    for (let k = 0; k < w.length; k++) if (decayed[k] === 1) w[k] *= 1 - rate * weightDecay;
    update(w, g, rate);
  };
}
