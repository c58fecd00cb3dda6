/** Which features a model of weights uses: those with a weight that is not zero. Nothing is left to the rows that were sampled. */
import type { Model } from '../../models/model';

/** By feature; undefined for a model without weights. A level that no sampled row has counts, and so does a product's feature. */
export function usedByWeights(model: Model, features: readonly string[]): boolean[] | undefined {
  const weights = model.weights?.(0.95);
  if (!weights) return undefined;
  // Products carry the names of their features joined by colons.
  const named = new Set(weights.filter(w => w.feature !== undefined && w.estimate !== 0).map(w => `:${w.feature!}:`));
  const products = [...named];
  return features.map(feature => named.has(`:${feature}:`) || products.some(names => names.includes(`:${feature}:`)));
}
