/** Delta-method variance of the logit of one class's probability in a multinomial model. */
import type { JointCovariance } from './jointCovariance';
import type { LogisticState } from './state';

/**
 * ∂ logit p_c / ∂η_k is 1 for k = c and −p_k / (1 − p_c) else; Var = Σ_k Σ_l δ_k δ_l xᵀ V_kl x, x with the intercept's 1.
 * x is taken about the covariance's centre. The design row is data[j·stride + i].
 */
export function logitVariance(
  state: LogisticState, { lower, centre }: JointCovariance, data: Float64Array, i: number, stride: number, probabilities: Float64Array, c: number,
): number {
  const p = state.columnSd.length;
  const m = p + 1;
  const size = state.outcomes.length * m;
  const gradient = new Float64Array(size);
  const rest = 1 - probabilities[c];
  if (!(rest > 0)) return 0;
  state.outcomes.forEach((outcome, k) => {
    const delta = outcome === c ? 1 : -probabilities[outcome] / rest;
    gradient[k * m] = state.encoding.intercept ? delta : 0;
    for (let j = 0; j < p; j++) gradient[k * m + j + 1] = delta * (data[j * stride + i] - centre[j]);
  });
  let sum = 0;
  let at = 0;
  for (let a = 0; a < size; a++) {
    let inner = 0;
    for (let b = 0; b < a; b++) inner += lower[at++] * gradient[b];
    sum += gradient[a] * (2 * inner + lower[at++] * gradient[a]);
  }
  return Math.max(0, sum);
}
