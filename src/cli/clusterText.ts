/** A clustering as text for a terminal: how many and why, what sets each apart, the rules, how sure. */
import { formatCount, formatNumber, formatPercent } from '../engine/report/format';
import type { TargetlessReport } from '../protocol/report';
import type { CentreCell, ChoiceCurve, ClusterDifference, ReportClusters } from '../protocol/unlabelled';
import { foundText } from './exploreText';
import { textTable } from './output';

/** Columns whose difference is told of each cluster. */
const mostTold = 4;
const mostColumns = 30;

export function clusterText(report: TargetlessReport): string {
  const { clusters } = report;
  if (!clusters) return foundText(report, []);
  const filled = report.notes.some(({ kind }) => kind === 'imputed');
  return foundText(report, [`${clusters.sentence}\n`, sizesText(clusters), curvesText(clusters), apartText(clusters, filled), rulesText(clusters), centresText(clusters, filled)]);
}

function sizesText({ sizes, explained, silhouette, stability, k }: ReportClusters): string {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const lines = sizes.map((size, c) => [
    String(c + 1), formatCount(size), formatPercent(size / rows),
    ...(silhouette ? [formatNumber(silhouette.clusters[c]?.mean ?? NaN, 2)] : []), ...(stability ? [stability.clusters[c]?.verdict ?? ''] : []),
  ]);
  const header = ['cluster', 'rows', 'share', ...(silhouette ? ['silhouette'] : []), ...(stability ? ['stability'] : [])];
  const words = [
    ...(k > 1 ? [`Between the clusters lies ${formatPercent(explained)} of the sum of squares.`] : []),
    ...(stability ? [`Bootstrap samples agree by an adjusted Rand index of ${formatNumber(stability.adjustedRand.mean, 2)} (${formatNumber(stability.adjustedRand.low, 2)} to ${formatNumber(stability.adjustedRand.high, 2)}).`] : []),
  ];
  return `${textTable(header, lines, [true, true, true, true, false])}${words.map(line => `${line}\n`).join('')}`;
}

/** The three curves side by side, each choice marked; where it is made against rows without clusters, the lead over these beside it. */
function curvesText({ curves }: ReportClusters): string {
  if (!curves) return '';
  const { gap, silhouette, calinskiHarabasz } = curves;
  const cell = (curve: ChoiceCurve, values: Pick<ChoiceCurve, 'k' | 'values'>, k: number, marked: boolean): string => {
    const value = values.values[values.k.indexOf(k)];
    // What has no number is past all numbers: nothing is left within.
    const text = value !== undefined ? formatNumber(value, 4) : k > 1 ? '∞' : '';
    return `${text}${marked && curve.choice === k ? ' *' : '  '}`;
  };
  const against = silhouette.reference !== undefined && calinskiHarabasz.reference !== undefined;
  const rows = gap.k.map(k => [
    String(k), cell(gap, gap, k, true),
    ...[silhouette, calinskiHarabasz].flatMap(curve => (against ? [cell(curve, curve, k, false).trim(), k > 1 && curve.reference ? cell(curve, curve.reference, k, true) : ''] : [cell(curve, curve, k, true)])),
  ]);
  const header = against ? ['k', 'gap  ', 'silhouette', 'without clusters  ', 'Caliński–Harabasz', 'without clusters  '] : ['k', 'gap  ', 'silhouette  ', 'Caliński–Harabasz  '];
  const why = against ? 'Each * is where the lead over rows without clusters (the column beside it) is largest, or within its error of that at a smaller number.\n'
    : 'The gap’s * is the first number that the next does not better by more than its error, not the largest gap.\n';
  return `How many clusters (* the choice of each)\n${textTable(header, rows, header.map(() => true))}${why}`;
}

function apartText({ profiles, centres }: ReportClusters, filled: boolean): string {
  if (!profiles) return '';
  const dates = new Set(centres[0]?.filter(cell => 'date' in cell).map(cell => cell.feature));
  const rows = profiles.flatMap(({ cluster, differences }) => differences.slice(0, mostTold).map((difference, i) => [
    i === 0 ? String(cluster) : '', difference.level === undefined ? difference.feature : `${difference.feature} = ${difference.level}`,
    valueText(difference, difference.inside, dates), valueText(difference, difference.rest, dates), difference.effect === undefined ? '' : formatNumber(difference.effect, 3),
  ]));
  return `What sets each cluster apart (${filled ? 'means of the cells that are there, without filled-in ones; ' : ''}effect: Hedges’ g, of levels Cohen’s h)\n${textTable(['cluster', 'column', 'inside', 'other rows', 'effect'], rows, [true, false, true, true, true])}`;
}

/** `dates`: features whose numbers are milliseconds. */
function valueText({ feature, level }: ClusterDifference, value: number | undefined, dates: ReadonlySet<string>): string {
  if (value === undefined) return '';
  if (dates.has(feature)) return new Date(value).toISOString().slice(0, 10);
  return level === undefined ? formatNumber(value) : formatPercent(value);
}

function rulesText({ rules }: ReportClusters): string {
  if (!rules) return '';
  const rows = rules.rules.map(rule => [String(rule.cluster), rule.text, formatCount(rule.rows), formatPercent(rule.precision)]);
  const { value, low, high } = rules.fidelity;
  return `Rules (right for ${formatPercent(value)} of left-out rows, ${formatPercent(low)} to ${formatPercent(high)})\n${textTable(['cluster', 'rule', 'rows', 'of these in it'], rows, [true, false, true, true], 100)}`;
}

function centresText({ centres }: ReportClusters, filled: boolean): string {
  const [first = []] = centres;
  const rows = first.slice(0, mostColumns).map(({ feature }, j) => [feature, ...centres.slice(0, 8).map(centre => cellText(centre[j]))]);
  const more = first.length > mostColumns || centres.length > 8 ? '… more in --json or --html\n' : '';
  return `Centres${filled ? ' (with missing cells filled in)' : ''}\n${textTable(['column', ...centres.slice(0, 8).map((_, c) => `cluster ${c + 1}`)], rows, [false, ...centres.map(() => true)])}${more}`;
}

function cellText(cell: CentreCell | undefined): string {
  if (!cell) return '';
  if ('value' in cell) return formatNumber(cell.value);
  if ('date' in cell) return cell.date.slice(0, 10);
  const [most] = [...cell.shares].sort((a, b) => b.share - a.share);
  return most ? `${most.level} ${formatPercent(most.share)}` : '';
}
