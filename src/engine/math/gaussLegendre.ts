/** Nodes and weights of Gauss–Legendre quadrature on [0, 1]: exact for polynomials of degree up to 2 n − 1. */

export interface Quadrature { readonly nodes: Float64Array; readonly weights: Float64Array }

const known = new Map<number, Quadrature>();

/** Roots of the Legendre polynomial P_n by Newton's method from Tricomi's estimates (Abramowitz & Stegun 1964, 25.4.29). */
export function gaussLegendre(n: number): Quadrature {
  let quadrature = known.get(n);
  if (!quadrature) known.set(n, (quadrature = make(n)));
  return quadrature;
}

function make(n: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      const { value, derivative } = legendre(n, x);
      slope = derivative;
      const move = value / derivative;
      x -= move;
      if (Math.abs(move) < 1e-15) break;
    }
    slope = legendre(n, x).derivative;
    nodes[n - 1 - i] = (1 + x) / 2;
    weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** P_n and its derivative at |x| < 1, by the three-term recurrence. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let before = 1;
  let value = x;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
    before = value;
    value = next;
  }
  return n === 0 ? { value: 1, derivative: 0 } : { value, derivative: (n * (x * value - before)) / (x * x - 1) };
}
