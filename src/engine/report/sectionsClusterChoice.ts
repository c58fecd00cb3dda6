/** Why so many clusters: three curves over their number, each with its own choice marked. */
import type { CurveSection } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { Clustering } from '../unlabelled/kmeans/cluster';
import type { ClusterChoice } from '../unlabelled/kmeans/choose';
import { countOf, formatCount } from './format';

export function choiceSections({ choice }: Clustering): Section[] {
  if (!choice || choice.most < 2) return [];
  return [gapSection(choice), silhouetteSection(choice), calinskiSection(choice)];
}

type Parts = Pick<CurveSection, 'id' | 'title' | 'summary' | 'method' | 'yTitle'> & Partial<Pick<CurveSection, 'assumptions' | 'bandName'>>;

interface Beside {
  readonly errors?: readonly number[];
  /** The same of rows without clusters. */
  readonly reference?: readonly (number | null)[] | undefined;
}

/** A curve over k with a mark at its choice. */
function curve(parts: Parts, name: string, from: number, values: readonly (number | null)[], choice: number, { errors, reference }: Beside = {}): Section {
  const pointsOf = (own: readonly (number | null)[]): { k: number; value: number; error: number }[] =>
    own.flatMap((value, i) => (value === null || !Number.isFinite(value) ? [] : [{ k: from + i, value, error: errors?.[i] ?? 0 }]));
  const [points, others] = [pointsOf(values), pointsOf(reference ?? [])];
  const ends = [...points, ...others].flatMap(({ value, error }) => [value - error, value + error]);
  const mark = { name: `Its choice: ${choice}`, x: [choice, choice], y: [Math.min(...ends), Math.max(...ends)], reference: true };
  return {
    kind: 'curve', panel: 'overview', xTitle: 'Number of clusters', wholeX: true, ...parts,
    lines: [
      { name, x: points.map(p => p.k), y: points.map(p => p.value), ...(errors && { low: points.map(p => p.value - p.error), high: points.map(p => p.value + p.error) }) },
      ...(points.length > 0 && choice >= from ? [mark] : []),
      ...(others.length > 0 ? [{ name: 'Rows without clusters', x: others.map(p => p.k), y: others.map(p => p.value) }] : []),
    ],
  };
}

function gapSection({ gap, rule, most, verdict }: ClusterChoice): Section {
  const found = verdict === 'none' ? 'No number of clusters brings the rows closer together than it would rows without clusters: the gap statistic chooses 1.'
    : verdict === 'scattered' ? 'The gap is larger than that of one cluster at some numbers, but none is a peak, and at none are all clusters apart from each other: the choice is 1.'
      : `The gap statistic chooses ${gap.choice}${gap.settled ? ': the next number does not better it by more than its error, or has clusters that are not all apart.' : `, and was still growing at the largest number tried, ${most}.`}${verdict === 'continuum' ? ' But the clusters are pieces of one continuum: no neighbouring two have fewer rows between them than within them.' : ''}`;
  return curve({
    id: 'gap', title: 'How many clusters: gap statistic', summary: `${found} ${rule}`, yTitle: 'Gap', bandName: '± one standard error',
    method: `Gap statistic (Tibshirani, Walther & Hastie 2001) on ${countOf(gap.rows, 'row')} against ${countOf(gap.references, 'data set')} without clusters: numbers uniform along their principal axes, categories and numbers of few values drawn from the rows by themselves, the same cells missing and filled in`,
  }, 'Gap', 1, gap.gaps, gap.choice, { errors: gap.errors });
}

function silhouetteSection({ silhouette }: ClusterChoice): Section {
  return curve({
    id: 'silhouetteCurve', title: 'How many clusters: silhouette', yTitle: 'Mean silhouette',
    summary: silhouette.reference ? againstText('mean silhouette', silhouette.choice)
      : `The mean silhouette is largest for ${countOf(silhouette.choice, 'cluster')}: there the rows are nearest to their own cluster beside the next one. It cannot choose 1.`,
    method: `Mean silhouette (Rousseeuw 1987) of ${formatCount(silhouette.rows)} rows`,
  }, 'Mean silhouette', 2, silhouette.values, silhouette.choice, { reference: silhouette.reference });
}

function calinskiSection({ calinskiHarabasz }: ClusterChoice): Section {
  return curve({
    id: 'calinskiHarabasz', title: 'How many clusters: Caliński–Harabasz', yTitle: 'Index',
    summary: calinskiHarabasz.reference ? againstText('index', calinskiHarabasz.choice)
      : `The index is largest for ${countOf(calinskiHarabasz.choice, 'cluster')}: there the centres are farthest apart beside the spread within. It cannot choose 1.`,
    method: `Variance between the clusters by variance within (Caliński & Harabasz 1974), of ${formatCount(calinskiHarabasz.rows)} rows`,
  }, 'Caliński–Harabasz index', 2, calinskiHarabasz.values, calinskiHarabasz.choice, { reference: calinskiHarabasz.reference });
}

function againstText(name: string, choice: number): string {
  return `Rows come in lumps here, and with every lump that is split off the ${name} grows even without clusters (line “Rows without clusters”). The lead over that is largest, or within its error of it at a smaller number, for ${countOf(choice, 'cluster')}. It cannot choose 1.`;
}
