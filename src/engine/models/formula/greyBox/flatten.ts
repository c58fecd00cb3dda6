/** Boosted terms without a step at given places: the bins on both sides of a cut there take their common mean. */
import { BoostingModel } from '../../boosting/model';
import type { BoostedTerm } from '../../boosting/state';
import type { Model } from '../../model';

export interface FlatPlace { readonly column: string; readonly at: number }

/** Cuts within this share of the range of all cuts are at the place. */
const near = 1e-5;

export function withoutSteps(model: Model, places: readonly FlatPlace[]): Model {
  if (!(model instanceof BoostingModel) || places.length === 0) return model;
  return new BoostingModel({ ...model.state, terms: model.state.terms.map(term => places.reduce(joined, term)) });
}

/** Means by training rows, so that the term stays centred. */
function joined(term: BoostedTerm, { column, at }: FlatPlace): BoostedTerm {
  const scores = Float64Array.from(term.scores);
  const errors = term.errors && Float64Array.from(term.errors);
  const sizes = term.bins.map(bins => (bins.kind === 'number' ? bins.cuts.length + 3 : bins.levels.length + 2));
  for (const [axis, bins] of term.bins.entries()) {
    if (bins.name !== column || bins.kind !== 'number') continue;
    const [first, last] = [bins.cuts[0] ?? 0, bins.cuts[bins.cuts.length - 1] ?? 0];
    const cut = bins.cuts.findIndex(value => Math.abs(value - at) <= near * (last - first || 1));
    if (cut < 0) continue;
    const stride = axis === 0 ? (sizes[1] ?? 1) : 1;
    const others = axis === 0 ? (sizes[1] ?? 1) : sizes[0]!;
    for (let other = 0; other < others; other++) {
      const left = (cut + 1) * stride + other * (axis === 0 ? 1 : sizes[1]!);
      mean(scores, term.weights, left, left + stride);
      if (errors) errors[left] = errors[left + stride] = Math.max(errors[left]!, errors[left + stride]!);
    }
  }
  return { ...term, scores, ...(errors && { errors }) };
}

function mean(scores: Float64Array, weights: ArrayLike<number>, a: number, b: number): void {
  const [wa, wb] = [weights[a] ?? 0, weights[b] ?? 0];
  const value = wa + wb > 0 ? (wa * scores[a]! + wb * scores[b]!) / (wa + wb) : (scores[a]! + scores[b]!) / 2;
  scores[a] = scores[b] = value;
}
