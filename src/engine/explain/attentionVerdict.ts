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

/** At most this share of random orders may do as well as a faithful one; above the other, attention is one of many. */
const rarelyMatched = 0.05;
const oftenMatched = 0.2;
/** Share of the gap of permutation importance that attention must reach. */
const enoughOfPermutation = 0.5;
/** Mean pairwise ρ below which networks of other seeds attend to other features. */
const stableSeeds = 0.5;

/** The rules, for the method's description. */
export const verdictRules = 'Faithful: at most 5 % of random orders of the features do as well in the deletion test as the order of attention, it gains at least half of what the order of permutation importance gains over their mean, and networks of other seeds agree (mean ρ of at least 0.5). No better than random: more than 20 % of random orders do as well. Mixed: all else. Attention counts as not needed where the same model trained with uniform attention has a held-out loss that is higher by no more than one standard error; weights can then be faithful to this model although another without them does as well.';

export function attentionVerdict(features: number, deletion: AttentionDeletion | undefined, uniform: UniformControl | undefined, seeds: SeedControl | undefined): Verdict {
  const needed = uniform && { needed: uniform.needed };
  const verdict = (kind: VerdictKind, words: string): Verdict => ({ kind, ...needed, words: `${words}${uniform ? ` ${uniformWords(uniform, kind)}` : ''}` });
  if (features < fewestFeatures) return verdict('undecided', 'There are too few features to tell an order of attention from a random one.');
  if (!deletion) return verdict('undecided', 'Taking all features away does not change the predictions, so no order of features can be judged.');
  const { attention, permutation } = deletion;
  const asGood = formatShare(attention.pValue);
  if (attention.pValue > oftenMatched) {
    return verdict('noBetterThanRandom', `Attention is no better than random here: in the deletion test ${asGood} of random orders of the features do as well as the order of attention.`);
  }
  const doubts = doubtsOf(attention.pValue, permutation && permutation.gap > 0 ? attention.gap / permutation.gap : undefined, seeds);
  if (doubts.length === 0) {
    const faithful = uniform && !uniform.needed ? 'The attention weights are faithful to this model, but such a model does not need them' : 'Attention is faithful by this test';
    return verdict('faithful', `${faithful}: taking features away in the order of their attention changes the predictions sooner than in a random order; only ${asGood} of random orders do as well.`);
  }
  return verdict('mixed', `The evidence is mixed: taking features away in the order of attention changes the predictions sooner than in the average random order, but ${doubts.join(', and ')}.`);
}

/** The model without attention of its own beside it, and what follows for reading the weights. */
function uniformWords(uniform: UniformControl, kind: VerdictKind): string {
  const trained = `Trained with uniform attention, the same model is ${uniformDifference(uniform)} on held-out rows`;
  if (uniform.needed) return `${trained}: attention is of use on this data.`;
  const within = uniform.rise > 0 ? ', no more than one standard error' : '';
  return kind === 'faithful'
    ? `${trained}${within}: the weights tell how this model came to its predictions, not that the data call for such weights.`
    : `${trained}${within}: attention is not needed on this data, so do not read much into the weights.`;
}

/** Held-out loss with uniform attention beside that with attention: "7.5 % worse". */
export function uniformDifference({ loss, attention, uniform }: UniformControl): string {
  const name = loss === 'rmse' ? 'RMSE' : 'log loss';
  if (!(attention > 0)) return uniform > attention ? `worse (${name} above 0)` : 'as good';
  const change = Number((100 * (uniform / attention - 1)).toPrecision(2));
  const size = Math.abs(change);
  if (size < 0.05) return `as good to 0.1 % (${name})`;
  return size >= 1000 ? `${Number((uniform / attention).toPrecision(2))} times worse (${name})` : `${size} % ${change > 0 ? 'worse' : 'better'} (${name})`;
}

function doubtsOf(pValue: number, share: number | undefined, seeds: SeedControl | undefined): string[] {
  const doubts: string[] = [];
  if (pValue > rarelyMatched) doubts.push(`${formatShare(pValue)} of random orders do as well`);
  if (share !== undefined && share < enoughOfPermutation) doubts.push('the order of attention gains less than half of what the order of permutation importance gains');
  if (seeds?.agreement && seeds.agreement.rho.value < stableSeeds) doubts.push('networks of other seeds attend to other features');
  return doubts;
}

function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
