/** Covariance of least squares' parameters that asks nothing of the errors' variances (MacKinnon & White 1985, HC3). */
import { cholesky, invertUpper } from '../../../math/cholesky';

/** (JᵀJ)⁻¹ (Σ jᵢ jᵢᵀ eᵢ² / (1 − hᵢ)²) (JᵀJ)⁻¹; NaN throughout where J lacks rank. */
export function sandwich(jacobian: readonly Float64Array[], errors: Float64Array): Float64Array {
  const m = jacobian.length;
  const scale = jacobian.map(column => Math.sqrt(column.reduce((sum, v) => sum + v * v, 0)) || 1);
  const gram = new Float64Array(m * m);
  const dot = (a: number, b: number): number => jacobian[a]!.reduce((sum, v, i) => sum + v * jacobian[b]![i]!, 0) / (scale[a]! * scale[b]!);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) gram[a * m + b] = dot(a, b);
  if (!(cholesky(gram, m) > 1e-12)) return new Float64Array(m * m).fill(NaN);
  const root = invertUpper(gram, m);
  const inverse = new Float64Array(m * m);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) for (let k = 0; k < m; k++) inverse[a * m + b]! += root[k * m + a]! * root[k * m + b]!;
  const middle = new Float64Array(m * m);
  const row = new Float64Array(m);
  const led = new Float64Array(m);
  for (let i = 0; i < errors.length; i++) {
    for (let a = 0; a < m; a++) row[a] = jacobian[a]![i]! / scale[a]!;
    led.fill(0);
    for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) led[a]! += inverse[a * m + b]! * row[b]!;
    const leverage = Math.min(0.999, row.reduce((sum, v, a) => sum + v * led[a]!, 0));
    const size = (errors[i]! / (1 - leverage)) ** 2;
    for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) middle[a * m + b]! += led[a]! * led[b]! * size;
  }
  return middle.map((value, at) => value / (scale[Math.floor(at / m)]! * scale[at % m]!));
}
