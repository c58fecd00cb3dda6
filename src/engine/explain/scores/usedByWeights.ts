/** Which features a model of weights uses: those with a weight that is not zero. Nothing is left to the rows that were sampled. */
import { throughOf } from '../../models/components/model';
import type { Model } from '../../models/model';

/** By feature; undefined for a model without weights. A level that no sampled row has counts, and so does a product's feature. */
export function usedByWeights(model: Model, features: readonly string[]): boolean[] | undefined {
  const weights = model.weights?.(0.95);
  if (!weights) return undefined;
  // Products carry the names of their features joined by colons.
  const named = new Set(weights.filter(w => w.feature !== undefined && w.estimate !== 0).map(w => `:${w.feature!}:`));
  const products = [...named];
  const uses = (feature: string): boolean => named.has(`:${feature}:`) || products.some(names => names.includes(`:${feature}:`));
  // A power or a product of a component's score uses all the columns that the components are made of.
  const { names = [], components } = throughOf(model)?.state ?? {};
  const throughScores = new Set(names.some(uses) ? components?.preparation.columns.map(column => column.name) : []);
  return features.map(feature => uses(feature) || throughScores.has(feature));
}
