/** A clustering as the upper-level field of a report. */
import type { CentreCell, ChoiceCurve, ClusterDifference, ReportClusters } from '../../protocol/unlabelled';
import type { Described } from '../unlabelled/shared/apply';
import type { Clustering } from '../unlabelled/kmeans/cluster';
import type { ClusterChoice } from '../unlabelled/kmeans/choose';
import type { FeatureProfile } from '../unlabelled/kmeans/profiles';
import { ruleText } from './clusterWords';
import { countOf } from './format';
import { dateText } from './rowCells';

export function reportClusters(found: Clustering): ReportClusters {
  const { model, choice, tree, stability } = found;
  const fit = found.silhouettes;
  return {
    k: model.k, chosenBy: choice ? 'curves' : 'given',
    sentence: choice?.sentence ?? `${countOf(model.k, 'cluster')}, as asked for.`,
    sizes: model.sizes, inertia: model.inertia, explained: found.explained, centres: found.centres.map(centre => centre.map(centreCell)),
    ...(found.profiles.length > 0 && { profiles: found.profiles.map(({ cluster, rows, features }) => ({ cluster: cluster + 1, rows, differences: features.map(difference) })) }),
    ...(choice && choice.most > 1 && { curves: curvesOf(choice) }),
    ...(fit && { silhouette: { mean: fit.mean, rows: fit.rows, clusters: fit.clusters.map(({ mean, misplaced }) => ({ mean, misplaced })) } }),
    ...(stability && { stability: { adjustedRand: stability.adjustedRand, repeats: stability.repeats, clusters: stability.clusters.map(({ jaccard, verdict }) => ({ jaccard, verdict })) } }),
    ...(tree && {
      rules: {
        fidelity: tree.fidelity, baseline: tree.baseline,
        rules: tree.rules.map(rule => ({ cluster: rule.cluster + 1, text: ruleText(rule), rows: rule.rows, precision: rule.precision, coverage: rule.coverage })),
      },
    }),
  };
}

function centreCell(cell: Described): CentreCell {
  if (cell.as === 'category') return { feature: cell.name, shares: cell.levels };
  return cell.as === 'date' ? { feature: cell.name, date: dateText(cell.value) } : { feature: cell.name, value: cell.value };
}

function difference(feature: FeatureProfile): ClusterDifference {
  const { name, effect, low, high, rest } = feature;
  const numbers = { effect, low, high, inside: feature.kind === 'level' ? feature.share : feature.mean, rest };
  return { feature: name, ...(feature.kind === 'level' && { level: feature.level }), ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== null)) };
}

function curvesOf({ gap, silhouette, calinskiHarabasz }: ClusterChoice): NonNullable<ReportClusters['curves']> {
  return {
    gap: { ...curve(gap.gaps, 1, gap.choice), errors: gap.errors },
    silhouette: curve(silhouette.values, 2, silhouette.choice, silhouette.reference),
    calinskiHarabasz: curve(calinskiHarabasz.values, 2, calinskiHarabasz.choice, calinskiHarabasz.reference),
  };
}

function curve(values: readonly (number | null)[], from: number, choice: number, reference?: readonly (number | null)[]): ChoiceCurve {
  return { ...pointsOf(values, from), choice, ...(reference && { reference: pointsOf(reference, from) }) };
}

function pointsOf(values: readonly (number | null)[], from: number): Pick<ChoiceCurve, 'k' | 'values'> {
  const points = values.flatMap((value, i) => (value === null || !Number.isFinite(value) ? [] : [{ k: from + i, value }]));
  return { k: points.map(point => point.k), values: points.map(point => point.value) };
}
