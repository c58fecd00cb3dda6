/** What sets each cluster apart: effect sizes of numbers, shares of levels, and the centres in the columns' own units. */
import type { EstimatesSection } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import type { Clustering } from '../unlabelled/kmeans/cluster';
import type { ClusterProfile, FeatureProfile, LevelProfile, NumberProfile } from '../unlabelled/kmeans/profiles';
import type { Described } from '../unlabelled/shared/apply';
import { apartText, clusterName, sideText } from './clusterWords';
import { countOf, formatLevel, formatNumber, formatPercent } from './format';
import { dateText } from './rowCells';

/** Beside the numbers, where they are read. */
const noTests = 'These intervals are no tests: the clusters were made from the same rows so that they differ, and rows without clusters, cut the same way, would differ too.';

/** Items of a cluster that are listed at most. */
const mostItems = 60;

export function profileSections({ profiles, profileCaveat }: Clustering, level: number): Section[] {
  if (profiles.length === 0) return [];
  const base = {
    kind: 'estimates', panel: 'profiles', chooser: 'Cluster', intervalName: `${formatLevel(level)} interval`, assumptions: [profileCaveat],
  } as const;
  const numbers = groups(profiles, (feature): feature is NumberProfile => feature.kind !== 'level', numberItem);
  const levels = groups(profiles, (feature): feature is LevelProfile => feature.kind === 'level', levelItem);
  const words = profiles.map(profile => `${clusterName(profile.cluster)} (${countOf(profile.rows, 'row')}): ${apartText(profile)}.`);
  const sections: Section[] = [];
  if (numbers) {
    sections.push({
      ...base, id: 'profileNumbers', title: 'What sets each cluster apart',
      summary: `Each cluster’s mean against that of all other rows. ${noTests} ${words.join(' ')}`,
      method: 'Hedges’ g: difference of the means in pooled standard deviations, missing cells left aside (Hedges & Olkin 1985)',
      xTitle: 'Mean of the cluster less that of the other rows, in standard deviations', estimateName: 'Hedges’ g',
      details: [{ title: 'Mean inside' }, { title: 'Mean of the other rows' }], groups: numbers,
    });
  }
  if (levels) {
    sections.push({
      ...base, id: 'profileLevels', title: numbers ? 'Levels that set each cluster apart' : 'What sets each cluster apart',
      summary: `How much commoner a level is in the cluster than among all other rows. ${noTests}${numbers ? '' : ` ${words.join(' ')}`}`,
      method: 'Difference of two shares with Newcombe’s interval (1998)',
      xTitle: 'Share in the cluster less that of the other rows', estimateName: 'Difference of the shares',
      details: [{ title: 'Share inside' }, { title: 'Share of the other rows' }, { title: 'Cohen’s h', numeric: true }], groups: levels,
    });
  }
  return sections;
}

type Item = EstimatesSection['groups'][number]['items'][number];

/** Undefined where no cluster has such features. */
function groups<F extends FeatureProfile>(profiles: readonly ClusterProfile[], own: (feature: FeatureProfile) => feature is F, item: (feature: F) => Item): EstimatesSection['groups'] | undefined {
  const all = profiles.map(({ cluster, rows, features }) => ({ name: `${clusterName(cluster)} (${countOf(rows, 'row')})`, items: features.filter(own).slice(0, mostItems).map(item) }));
  return all.some(({ items }) => items.length > 0) ? all : undefined;
}

function numberItem(feature: NumberProfile): Item {
  const { name, effect, low, high } = feature;
  return {
    name, ...(effect !== null && { estimate: effect }), ...(low !== null && high !== null && { low, high }),
    details: [sideText(feature, 'inside'), sideText(feature, 'rest')],
  };
}

function levelItem(feature: LevelProfile): Item {
  const { name, level, difference, low, high, effect } = feature;
  return { name: `${name} = ${level}`, estimate: difference, low, high, details: [sideText(feature, 'inside'), sideText(feature, 'rest'), effect] };
}

export function centresSection({ centres, model }: Clustering): Section {
  const columns = centres[0] ?? [];
  return {
    kind: 'table', id: 'centres', panel: model.k === 1 ? 'overview' : 'profiles', title: model.k === 1 ? 'The centre' : 'Centres of the clusters',
    summary: 'The middle of each cluster in the columns’ own units: means of numbers and dates, shares of levels, with missing cells filled in (so a mean can differ a little from that of the cells that are there, under “What sets each cluster apart”). No row need look like that.',
    method: 'Means of the rows of each cluster, missing cells filled in as for the clustering',
    header: [{ title: 'Column' }, ...centres.map((_, c) => ({ title: clusterName(c) }))],
    rows: columns.map((column, j) => [column.name, ...centres.map(centre => centreText(centre[j]))]),
  };
}

function centreText(cell: Described): string {
  if (cell.as !== 'category') return cell.as === 'date' ? dateText(cell.value).slice(0, 10) : formatNumber(cell.value);
  const common = [...cell.levels].sort((a, b) => b.share - a.share).filter(({ share }) => share >= 0.05).slice(0, 3);
  return common.map(({ level, share }) => `${level} ${formatPercent(share)}`).join(', ');
}
