/** Mean and population standard deviation of a target. */

export interface Spread { readonly mean: number; readonly sd: number }

/** Two passes; without an intercept the root mean square. */
export function spreadOf(y: Float64Array, intercept: boolean): Spread {
  let sum = 0;
  for (const v of y) sum += v / y.length;
  let rest = 0;
  for (const v of y) rest += (v - sum) / y.length;
  const mean = sum + rest;
  const centre = intercept ? mean : 0;
  let square = 0;
  for (const v of y) square += (v - centre) ** 2 / y.length;
  return { mean, sd: Math.sqrt(square) };
}
