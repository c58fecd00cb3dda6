/** Mean and population standard deviation of a target. */

export interface Spread { readonly mean: number; readonly sd: number }

/** Two passes; each value is divided by itself where the sum of all would be no number. */
export function meanOf(y: Float64Array): number {
  const n = y.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += y[i];
  if (!Number.isFinite(sum)) {
    sum = 0;
    for (let i = 0; i < n; i++) sum += y[i] / n;
  } else {
    sum /= n;
  }
  let rest = 0;
  for (let i = 0; i < n; i++) rest += y[i] - sum;
  return sum + (Number.isFinite(rest) ? rest / n : 0);
}

/** Two passes; without an intercept the root mean square. In units of the largest distance: squares of tiny or huge numbers are none. */
export function spreadOf(y: Float64Array, intercept: boolean): Spread {
  const mean = meanOf(y);
  const centre = intercept ? mean : 0;
  let largest = 0;
  for (let i = 0; i < y.length; i++) largest = Math.max(largest, Math.abs(y[i] - centre));
  if (!(largest > 0 && Number.isFinite(largest))) return { mean, sd: largest };
  let square = 0;
  for (let i = 0; i < y.length; i++) square += ((y[i] - centre) / largest) ** 2;
  return { mean, sd: largest * Math.sqrt(square / y.length) };
}
