/** Sections of a clustering: the clusters, how many there are, their centres, the map and the rules; profiles and fit have files of their own. */
import type { Section } from '../../protocol/report';
import type { ReportClusters } from '../../protocol/unlabelled';
import type { Clustering } from '../unlabelled/kmeans/cluster';
import { apartText, clusterName, ruleText } from './clusterWords';
import { capitalised, countOf, formatCount, formatPercent } from './format';
import { choiceSections } from './sectionsClusterChoice';
import { clusterFitSections } from './sectionsClusterFit';
import { centresSection, profileSections } from './sectionsClusterProfiles';
import { mapGroups } from './mapGroups';

export function clusterSections(found: Clustering, clusters: ReportClusters, level: number): Section[] {
  return [
    clustersSection(found, clusters), ...choiceSections(found), ...profileSections(found, level), centresSection(found),
    ...rulesSection(found), ...mapSection(found), ...clusterFitSections(found),
  ];
}

function clustersSection({ model, profiles, silhouettes, stability, search, explained }: Clustering, { sentence, chosenBy }: ReportClusters): Section {
  const rows = model.sizes.reduce((sum, size) => sum + size, 0);
  const header = [
    { title: 'Cluster' }, { title: 'Rows', numeric: true }, { title: 'Share of the rows' }, ...(silhouettes ? [{ title: 'Mean silhouette', numeric: true }] : []),
    ...(stability ? [{ title: 'Stability' }] : []), ...(profiles.length > 0 ? [{ title: 'Set apart by', wrap: true }] : []),
  ];
  const share = model.k > 1 ? ` Knowing the cluster tells ${formatPercent(explained)} of how the rows differ (sum of squares).` : '';
  return {
    kind: 'table', id: 'clusters', panel: 'overview', title: model.k === 1 && chosenBy === 'curves' ? 'No cluster structure' : capitalised(countOf(model.k, 'cluster')),
    summary: `${sentence}${share}`,
    method: `k-means on ${countOf(rows, 'row')}: ${search.how}`,
    assumptions: model.k === 1 ? [] : ['k-means looks for round clusters of like width in the prepared columns; long, nested or very unequal ones are cut or joined.', 'Every row belongs to exactly one cluster, also a row between two.'],
    header,
    rows: model.sizes.map((size, c) => [
      clusterName(c), size, formatPercent(size / rows), ...(silhouettes ? [silhouettes.clusters[c].mean] : []),
      ...(stability ? [stability.clusters[c].verdict] : []), ...(profiles.length > 0 ? [apartText(profiles[c], 2)] : []),
    ]),
  };
}

function rulesSection({ tree }: Clustering): Section[] {
  if (!tree) return [];
  const { value, low, high } = tree.fidelity;
  return [{
    kind: 'table', id: 'clusterRules', panel: 'rules', title: 'The clusters in rules',
    summary: `${tree.depth === 1 ? 'One question' : `At most ${tree.depth} questions in a row`} name the right cluster of ${formatPercent(value)} of rows that the rules were not made from (95 % interval ${formatPercent(low)} to ${formatPercent(high)}); always naming the largest cluster would be right for ${formatPercent(tree.baseline)}.`,
    method: `Classification tree of depth ${tree.depth} on ${countOf(tree.rows, 'row')}; its depth by five-fold cross-validation, the least within one standard error of the best`,
    assumptions: ['The rules describe the clusters; they did not make them. Rows past the fidelity are in another cluster than their rule says.'],
    header: [{ title: 'Cluster' }, { title: 'Rule', wrap: true }, { title: 'Rows', numeric: true }, { title: 'Of these in the cluster' }, { title: 'Of the cluster' }],
    rows: tree.rules.map(rule => [clusterName(rule.cluster), ruleText(rule), rule.rows, formatPercent(rule.precision), formatPercent(rule.coverage)]),
  }];
}

function mapSection({ map, model }: Clustering): Section[] {
  if (!map) return [];
  const [x, y] = map.shares;
  const strongest = map.arrows[0];
  const title = (number: number, share: number): string => `Component ${number} (${formatPercent(share)} of the variance)`;
  return [{
    kind: 'map', id: 'clusterMap', panel: 'map', title: 'Map of the clusters',
    summary: `The ${countOf(model.k, 'cluster')} in the plane that shows most of how the rows differ: ${formatPercent(x + y)} of the variance.${x + y < 0.5 ? ' Clusters that overlap here may be apart in directions that the plane does not show.' : ''}${map.beyond > 0 ? ` ${countOf(map.beyond, 'row lies', 'rows lie')} far beyond the edges, at which ${map.beyond === 1 ? 'it stands' : 'they stand'} here.` : ''}${strongest ? ` The longest arrow is that of ${strongest.name}.` : ''}`,
    method: `First two principal components of the prepared columns; rows as counts in ${formatCount(map.bins)} × ${formatCount(map.bins)} cells, a cell in the colour of the cluster with most rows in it`,
    xTitle: title(1, x), yTitle: title(2, y), bins: map.bins, x: map.x, y: map.y,
    groups: mapGroups(map, map.counts.map((_, c) => clusterName(c)), map.centres), arrows: map.arrows, arrowTitle: 'weight',
  }];
}
