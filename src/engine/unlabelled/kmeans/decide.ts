/** One number of clusters out of three choices, and the words for it. */
import type { ClusterChoice } from './choose';
import { firstAboveOne, type GapCurve } from './gap';

/**
 * 'groups': k > 1. 'none': splitting gains no more than in rows without clusters. 'scattered': it gains more, but no number of clusters is
 * a peak of the gap or has clusters that are all apart. 'continuum': the curves choose several, but they are pieces of one.
 */
export type Verdict = 'groups' | 'none' | 'scattered' | 'continuum';

const checks = 'Where no neighbouring two of the clusters have fewer rows between them than within them (dip test at 1 %), they are pieces of one continuum and not counted.';
const ofNumbers = `If the gap statistic chooses one cluster, there is no structure; otherwise the number that two of the three curves choose, and the silhouette’s where all differ. ${checks}`;
const ofLumps = `${ofNumbers} Rows come in lumps here, because of categories, numbers of few values or cells that were filled in; every curve is therefore measured against rows without clusters that have the same lumps, and its choice is the first number that the next does not better by more than its error.`;

export interface Circumstances {
  /** Largest number tried. */
  readonly most: number;
  /** The choices were made against rows with the same lumps. */
  readonly lumps?: boolean;
  /** There are no more different rows than `most`, or hardly more. */
  readonly exhausted?: boolean;
  /** Whether the gap statistic's choice stands whatever the others say. */
  readonly insisting?: boolean;
  /** So many clusters were found to be one continuum. */
  readonly pieces?: number;
}

/** `silhouette`, `calinskiHarabasz`: their choices. */
export function decide(
  gap: Pick<GapCurve, 'choice' | 'settled' | 'gaps' | 'errors'>, silhouette: number, calinskiHarabasz: number, { most, lumps = false, exhausted = false, insisting = false, pieces }: Circumstances,
): Pick<ClusterChoice, 'k' | 'verdict' | 'rule' | 'sentence'> {
  const rule = lumps ? ofLumps : ofNumbers;
  if (pieces !== undefined) {
    return { k: 1, verdict: 'continuum', rule, sentence: `There is no cluster structure here: the curves would cut the rows in ${pieces}, but no neighbouring two of these have fewer rows between them than within them. They are pieces of one continuum, which may be stretched or bent (--k ${pieces} cuts it nevertheless).` };
  }
  if (gap.choice === 1) return { k: 1, rule, ...noneOf(gap, most, lumps) };
  const k = insisting || gap.choice === calinskiHarabasz ? gap.choice : silhouette;
  const by = [['the gap statistic', gap.choice], ['the silhouette', silhouette], ['the Caliński–Harabasz index', calinskiHarabasz]] as const;
  const agreeing = by.filter(([, choice]) => choice === k).map(([name]) => name);
  const others = by.filter(([, choice]) => choice !== k).map(([name, choice]) => `${name} ${choice}`);
  const end = !gap.settled ? ` The gap statistic was still growing at the largest number tried, ${most} (--most)${k === most ? `: there are at least ${k}` : ''}.`
    : k === most && k > 2 ? ` ${most} is the largest number tried (--most); more may do as well.` : '';
  const sentence = `${k} clusters: chosen by ${joined(agreeing)}${others.length > 0 ? ` (${joined(others)})` : ''}.${exhausted ? '' : end}`;
  return { k, verdict: 'groups', rule, sentence };
}

function noneOf({ gaps, errors }: Pick<GapCurve, 'gaps' | 'errors'>, most: number, lumps: boolean): Pick<ClusterChoice, 'verdict' | 'sentence'> {
  const without = `rows without clusters${lumps ? ', but with the same lumps,' : ''}`;
  if (most === 1) return { verdict: 'none', sentence: 'There are too few different rows to look for clusters in.' };
  const from = firstAboveOne(gaps, errors);
  if (from === 0) {
    return { verdict: 'none', sentence: `There is no cluster structure here: the gap statistic finds that splitting the rows brings them no closer together than splitting ${without} would (up to ${most} clusters tried, --most).` };
  }
  return {
    verdict: 'scattered',
    sentence: `There are no compact groups here: ${from} clusters or more do bring the rows closer together than they would ${without}, but no number up to ${most} (--most) stands out by that, nor are the clusters of any all apart from each other. Long tails, rows far from all others and bent or nested shapes look like that.`,
  };
}

function joined(parts: readonly string[]): string {
  return parts.length <= 1 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}
