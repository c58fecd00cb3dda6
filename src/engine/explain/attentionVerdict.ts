/** What the deletion curves and the controls say about attention, by fixed rules, in words. */
import type { SeedControl, UniformControl } from './attentionControls';
import type { AttentionDeletion } from './attentionDeletion';
import { fewestFeatures } from './attentionAgreement';

export type VerdictKind = 'faithful' | 'noBetterThanRandom' | 'mixed' | 'undecided';

export interface Verdict {
  readonly kind: VerdictKind;
  /** False: uniform attention does as well. Absent: not compared. */
  readonly needed?: boolean;
  /** Whole sentences. */
  readonly words: string;
}

/** Standard deviations of the random orders' areas that an order must be better by. */
const clearlyBetter = 1.645;
/** Share of the gap of permutation importance that attention must reach. */
const enoughOfPermutation = 0.5;
/** Mean pairwise ρ below which networks of other seeds attend to other features. */
const stableSeeds = 0.5;

/** The rules, for the method's description. */
export const verdictRules = 'Faithful: deletion by attention is better than 95 % of random orders (its area lies 1.645 standard deviations below their mean), reaches half of what the order of permutation importance gains over them, and networks of other seeds agree (mean ρ of at least 0.5). No better than random: its area is not below the mean of the random orders by more than one of their standard deviations. Mixed: all else. Attention counts as not needed where uniform attention raises the held-out loss by no more than one standard error.';

export function attentionVerdict(features: number, deletion: AttentionDeletion | undefined, uniform: UniformControl | undefined, seeds: SeedControl | undefined): Verdict {
  const needed = uniform && { needed: uniform.needed };
  const unneeded = uniform && !uniform.needed
    ? ' Attention is not needed on this data: the model with uniform attention does as well, so do not read much into the weights.' : '';
  const verdict = (kind: VerdictKind, words: string): Verdict => ({ kind, ...needed, words: words + unneeded });
  if (features < fewestFeatures) return verdict('undecided', 'There are too few features to tell an order of attention from a random one.');
  if (!deletion) return verdict('undecided', 'Taking all features away does not change the predictions, so no order of features can be judged.');
  const { attention, permutation } = deletion;
  if (attention.deviations <= 1) {
    return verdict('noBetterThanRandom', 'Attention is no better than random here: taking features away in the order of their attention changes the predictions no sooner than in a random order.');
  }
  const doubts = doubtsOf(attention.deviations, permutation && permutation.gap > 0 ? attention.gap / permutation.gap : undefined, seeds);
  if (doubts.length === 0) {
    return verdict('faithful', 'Attention is faithful by this test: taking features away in the order of their attention changes the predictions sooner than in nearly all random orders.');
  }
  return verdict('mixed', `The evidence is mixed: the order of attention is better than the average random order, but ${doubts.join(', and ')}.`);
}

function doubtsOf(deviations: number, share: number | undefined, seeds: SeedControl | undefined): string[] {
  const doubts: string[] = [];
  if (deviations < clearlyBetter) doubts.push('not better than 95 % of them');
  if (share !== undefined && share < enoughOfPermutation) doubts.push('it gains less than half of what the order of permutation importance gains');
  if (seeds?.agreement && seeds.agreement.rho.value < stableSeeds) doubts.push('networks of other seeds attend to other features');
  return doubts;
}
