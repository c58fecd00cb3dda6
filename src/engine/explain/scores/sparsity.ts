/** How concentrated a set of importances is: Gini's coefficient, and the effective number of features. */

/**
 * Gini sparsity of absolute values (Hurley & Rickard 2009; as a measure of explanations Chalasani et al. 2020):
 * G = Σᵢ (2i − n − 1)|a|₍ᵢ₎ / (n Σ|a|), i by rising |a|, rescaled by n/(n − 1): 0 all alike, 1 a single one not zero.
 * NaN for fewer than two values, or none that is not zero.
 */
export function giniSparsity(values: ArrayLike<number>): number {
  const sizes = Float64Array.from(values, Math.abs).sort();
  const n = sizes.length;
  const total = sizes.reduce((a, b) => a + b, 0);
  if (n < 2 || !(total > 0)) return NaN;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (2 * (i + 1) - n - 1) * sizes[i];
  return sum / (n * total) * (n / (n - 1));
}

/**
 * Effective number of features e^H, H = −Σ Pᵢ ln Pᵢ the entropy of the shares Pᵢ = |aᵢ|/Σ|a| (Bhatt, Weller & Moura 2020):
 * n when all are alike, 1 when one has everything. NaN when all are zero.
 */
export function effectiveNumber(values: ArrayLike<number>): number {
  const sizes = Float64Array.from(values, Math.abs);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (!(total > 0)) return NaN;
  let entropy = 0;
  for (const size of sizes) if (size > 0) entropy -= (size / total) * Math.log(size / total);
  return Math.exp(entropy);
}
