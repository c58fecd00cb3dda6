/** How well rows fit their clusters, and whether other rows would have given the same ones. */
import type { Section } from '../../protocol/report';
import type { Clustering } from '../unlabelled/kmeans/cluster';
import { fewestRows, type Stability } from '../unlabelled/kmeans/stability';
import { clusterName } from './clusterWords';
import { countOf, formatCount, formatNumber, formatPercent, listWords } from './format';

export function clusterFitSections(found: Clustering): Section[] {
  return [...stabilitySection(found), ...silhouetteSections(found)];
}

function stabilitySection({ stability }: Clustering): Section[] {
  if (!stability) return [];
  const { mean, low, high } = stability.adjustedRand;
  return [{
    kind: 'table', id: 'clusterStability', panel: 'stability', title: 'Would other rows give the same clusters?',
    summary: `Clusterings of ${formatCount(stability.repeats)} random samples agree with this one by an adjusted Rand index of ${formatNumber(mean, 2)} (90 % of them between ${formatNumber(low, 2)} and ${formatNumber(high, 2)}; 1 is the same, 0 is chance). ${againText(stability)}`,
    method: `Bootstrap of ${countOf(stability.rows, 'row')}; each cluster’s Jaccard similarity with the most similar one of each sample (Hennig 2007): from 0.75 stable, below 0.5 dissolved; a sample without any of its rows counts as 0`,
    assumptions: ['A stable clustering is one that comes again, not one that is real: rows without clusters can be cut the same way every time.'],
    header: [{ title: 'Cluster' }, { title: 'Mean similarity', numeric: true }, { title: 'Dissolved in samples' }, { title: 'Verdict' }],
    rows: stability.clusters.map(({ jaccard, dissolved, verdict: words }, c) => [clusterName(c), jaccard, formatPercent(dissolved), words]),
  }];
}

function againText({ clusters, rows }: Stability): string {
  const few = clusters.flatMap(({ verdict }, c) => (verdict === 'too few rows' ? [clusterName(c)] : []));
  const weak = clusters.flatMap(({ verdict }, c) => (verdict === 'doubtful' || verdict === 'dissolved' ? [`${clusterName(c)} (${verdict})`] : []));
  const judged = clusters.length - few.length;
  const others = weak.length > 0 ? [`Not found again reliably: ${listWords(weak, 8)}.`]
    : judged > 0 ? [`${few.length > 0 ? 'Every larger cluster' : 'Every cluster'} is found again in most samples.`] : [];
  const fewText = `${listWords(few, 8)} ${few.length === 1 ? 'has' : 'have'} fewer than ${fewestRows} of the ${formatCount(rows)} rows that samples were drawn from, too few to judge: the same few rows are drawn again, which cannot say whether other rows would be like them.`;
  return [...others, ...(few.length > 0 ? [fewText] : [])].join(' ');
}

function silhouetteSections({ silhouettes, model }: Clustering): Section[] {
  if (!silhouettes) return [];
  const { mean, rows, clusters, doubtful } = silhouettes;
  const misplaced = clusters.reduce((sum, cluster, c) => sum + (cluster.misplaced * model.sizes[c]) / model.sizes.reduce((a, b) => a + b, 0), 0);
  const sections: Section[] = [{
    kind: 'estimates', id: 'silhouettes', panel: 'stability', title: 'How well rows fit their cluster',
    summary: `The mean silhouette is ${formatNumber(mean, 2)}: 1 is far from every other cluster, 0 between two. ${misplaced > 0 ? `${formatPercent(misplaced)} of the rows are nearer to the rows of another cluster than to those of their own.` : 'No row is nearer to the rows of another cluster than to those of its own.'}`,
    method: `Silhouettes (Rousseeuw 1987) of ${countOf(rows, 'row')}, from the distances of all pairs of them`,
    xTitle: 'Silhouette', estimateName: 'Mean silhouette', intervalName: 'range of 90 % of the rows', chooser: 'Show',
    details: [{ title: 'Median', numeric: true }, { title: 'Lowest', numeric: true }, { title: 'Nearer to another' }],
    groups: [{
      name: 'All clusters',
      items: clusters.map(({ mean: own, quantiles, misplaced: share }, c) => ({ name: clusterName(c), estimate: own, low: quantiles[1], high: quantiles[5], details: [quantiles[3], quantiles[0], formatPercent(share)] })),
    }],
  }];
  if (doubtful.length > 0) {
    sections.push({
      kind: 'table', id: 'doubtfulRows', panel: 'stability', title: 'Rows in doubt',
      summary: doubtful.length === 1 ? 'One row has a silhouette below 0.05: it lies between clusters.' : `The ${countOf(doubtful.length, 'row')} with the lowest silhouettes below 0.05, worst first: they lie between clusters.`,
      method: `Silhouettes of ${countOf(rows, 'row')}`,
      header: [{ title: 'Row of the file', numeric: true }, { title: 'Cluster' }, { title: 'Silhouette', numeric: true }],
      rows: doubtful.map(({ row, cluster, silhouette }) => [row + 1, clusterName(cluster), silhouette]),
    });
  }
  return sections;
}
