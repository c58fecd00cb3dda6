/** Transformations that are learned from the training rows and then applied unchanged: poly, scale, center. */

/** The functions of a formula that learn from data. */
export const learnedFunctions: ReadonlySet<string> = new Set(['poly', 'scale', 'standardize', 'center']);

export type TransformState =
  | { readonly kind: 'poly'; readonly alpha: readonly number[]; readonly norm2: readonly number[] }
  | { readonly kind: 'scale'; readonly center: number; readonly scale: number };

/**
 * Orthogonal polynomials of degree k through the three-term recurrence, equal to R's poly(x, k) to rounding
 * (Kennedy & Gentle 1980, Statistical Computing, p. 343–344: the recurrence that R's predict.poly uses).
 * alpha: k recurrence shifts; norm2: k + 2 squared norms, the first 1, the second n.
 */
export function learnPoly(x: Float64Array, degree: number): TransformState {
  const n = x.length;
  const alpha: number[] = [];
  const norm2: number[] = [1, n];
  let before = new Float64Array(n);
  let current = new Float64Array(n).fill(1);
  for (let k = 0; k < degree; k++) {
    let weighted = 0;
    for (let i = 0; i < n; i++) weighted += x[i]! * current[i]! * current[i]!;
    const shift = weighted / norm2[k + 1]!;
    const ratio = norm2[k + 1]! / norm2[k]!;
    const following = new Float64Array(n);
    let square = 0;
    for (let i = 0; i < n; i++) {
      const value = (x[i]! - shift) * current[i]! - (k === 0 ? 0 : ratio * before[i]!);
      following[i] = value;
      square += value * value;
    }
    alpha.push(shift);
    norm2.push(square);
    before = current;
    current = following;
  }
  return { kind: 'poly', alpha, norm2 };
}

export function applyPoly(x: Float64Array, state: Extract<TransformState, { kind: 'poly' }>): Float64Array[] {
  const { alpha, norm2 } = state;
  const n = x.length;
  const columns: Float64Array[] = [];
  let before = new Float64Array(n);
  let current = new Float64Array(n).fill(1);
  for (let k = 0; k < alpha.length; k++) {
    const ratio = norm2[k + 1]! / norm2[k]!;
    const following = new Float64Array(n);
    for (let i = 0; i < n; i++) following[i] = (x[i]! - alpha[k]!) * current[i]! - (k === 0 ? 0 : ratio * before[i]!);
    const norm = Math.sqrt(norm2[k + 2]!);
    columns.push(following.map(v => v / norm));
    before = current;
    current = following;
  }
  return columns;
}

/** Mean and standard deviation (divisor n - 1), as R's scale. */
export function learnScale(x: Float64Array, center: boolean, scale: boolean): TransformState {
  let sum = 0;
  for (const value of x) sum += value;
  const mean = sum / x.length;
  const middle = center ? mean : 0;
  let square = 0;
  for (const value of x) square += (value - middle) ** 2;
  const deviation = Math.sqrt(square / Math.max(1, x.length - 1));
  return { kind: 'scale', center: middle, scale: scale && deviation > 0 ? deviation : 1 };
}
