/** From linear predictors to class probabilities. */

/** 1 / (1 + e^(−η)) without overflow. */
export function sigmoid(eta: number): number {
  if (eta >= 0) return 1 / (1 + Math.exp(-eta));
  const e = Math.exp(eta);
  return e / (1 + e);
}

/**
 * rows × classes, row-major. One predictor: the odds of the last of two classes. Several: softmax over the classes, a
 * class without a predictor having η = 0.
 */
export function classProbabilities(etas: readonly Float64Array[], outcomes: readonly number[], classes: number): Float64Array {
  const n = etas[0].length;
  const out = new Float64Array(n * classes);
  if (etas.length === 1 && classes === 2) {
    const [eta] = etas;
    for (let i = 0; i < n; i++) {
      // The smaller probability keeps its digits; NaN passes through.
      const e = Math.exp(-Math.abs(eta[i]));
      const larger = 1 / (1 + e);
      const smaller = e * larger;
      const positive = eta[i] > 0 ? 1 : 0;
      out[2 * i + positive] = larger;
      out[2 * i + 1 - positive] = smaller;
    }
    return out;
  }
  const row = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    row.fill(0);
    for (let k = 0; k < etas.length; k++) row[outcomes[k]] = etas[k][i];
    let largest = row[0];
    for (let c = 1; c < classes; c++) if (row[c] > largest) largest = row[c];
    let sum = 0;
    for (let c = 0; c < classes; c++) { row[c] = Math.exp(row[c] - largest); sum += row[c]; }
    for (let c = 0; c < classes; c++) out[i * classes + c] = row[c] / sum;
  }
  return out;
}
