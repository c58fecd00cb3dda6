/** The loss that a quantile minimises, and the problem that quantile regression is. */

export interface QuantileProblem {
  /** n × p, row-major, columns linearly independent; a column of ones is the intercept. */
  readonly x: Float64Array;
  readonly n: number;
  readonly p: number;
  readonly y: Float64Array;
}

/** Σ ρ_τ(yᵢ − xᵢᵀβ), ρ_τ(r) = r(τ − 1[r < 0]) (Koenker & Bassett 1978, Econometrica 46, 33–50). */
export function pinballLoss({ x, y, n, p }: QuantileProblem, tau: number, beta: Float64Array): number {
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let r = y[i];
    for (let j = 0; j < p; j++) r -= x[i * p + j] * beta[j];
    loss += r * (r < 0 ? tau - 1 : tau);
  }
  return loss;
}
