/** Arithmetic on the quadratic bowl of a linear problem: loss, gradient, and coordinates along its modes. */
import { listed, type DifferentiableLoss } from './gradientFlow';
import type { LinearProblem } from './linearProblem';

/** The loss as gradient flow and gradient descent see it: gradient H w − b, which is that over all rows. */
export function quadraticLoss({ hessian, b, half, size }: Pick<LinearProblem, 'hessian' | 'b' | 'half' | 'size'>): DifferentiableLoss {
  return {
    size,
    gradient: (w, out) => {
      let loss = half;
      for (let i = 0; i < size; i++) {
        let sum = 0;
        const row = i * size;
        for (let j = 0; j < size; j++) sum += hessian[row + j] * w[j];
        loss += w[i] * (0.5 * sum - b[i]);
        out[i] = sum - b[i];
      }
      return loss;
    },
  };
}

/** Coordinates of w − minimum along the modes. */
export function modeCoordinates({ vectors, minimum, size }: LinearProblem, w: Float64Array): Float64Array {
  return Float64Array.from({ length: size }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += vectors[k * size + i] * (w[i] - minimum[i]);
    return sum;
  });
}

/** w = minimum + Σ coordinate · mode. */
export function fromModes({ vectors, minimum, size }: LinearProblem, coordinates: ArrayLike<number>): Float64Array {
  const w = minimum.slice();
  for (let k = 0; k < size; k++) for (let i = 0; i < size; i++) w[i] += coordinates[k] * vectors[k * size + i];
  return w;
}

/** The exact gradient flow, w(t) = w* + e^{−Ht}(w₀ − w*). */
export function exactFlow(problem: LinearProblem, start: Float64Array): (t: number) => Float64Array {
  const from = modeCoordinates(problem, start);
  return t => fromModes(problem, from.map((value, k) => value * Math.exp(-problem.values[k] * t)));
}

export interface ModeName {
  /** "bmi and s5". */
  readonly name: string;
  /** Shares of the direction's squared length by column of the data, largest first, those above 5 %, at most 5. */
  readonly features: readonly { readonly feature: string; readonly share: number }[];
}

/** Names a mode by the features that make up most of it: as many as it takes for three quarters, at most three. */
export function nameMode({ vectors, features, size }: LinearProblem, k: number): ModeName {
  const shares = new Map<string, number>();
  for (let i = 0; i < size; i++) shares.set(features[i], (shares.get(features[i]) ?? 0) + vectors[k * size + i] ** 2);
  const sorted = [...shares].sort((a, b) => b[1] - a[1]);
  const named: string[] = [];
  let covered = 0;
  for (const [feature, share] of sorted) {
    if (covered >= 0.75 || named.length === 3) break;
    named.push(feature);
    covered += share;
  }
  return {
    name: listed(named), features: sorted.filter(([, share], i) => i < 5 && (share > 0.05 || i === 0)).map(([feature, share]) => ({ feature, share })),
  };
}
