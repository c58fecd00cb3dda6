/** Principal components as text for a terminal: their shares, which to keep, and what they are made of. */
import { formatNumber, formatPercent } from '../engine/report/format';
import type { TargetlessReport } from '../protocol/report';
import type { ReportComponents } from '../protocol/unlabelled';
import { foundText } from './exploreText';
import { textTable } from './output';

const mostComponents = 20;
const mostLoadings = 12;

export function componentsText(report: TargetlessReport): string {
  const { components } = report;
  if (!components) return foundText(report, []);
  return foundText(report, [`${components.sentence}\n`, sharesText(components), ...loadingsTexts(components)]);
}

function sharesText({ variances, shares, thresholds, keep, components }: ReportComponents): string {
  let sum = 0;
  const rows = variances.slice(0, mostComponents).map((variance, c) => {
    sum += shares[c] ?? 0;
    const own = components[c];
    return [
      String(c + 1), formatNumber(variance), formatPercent(shares[c] ?? 0), own ? `${formatPercent(own.shareLow)} to ${formatPercent(own.shareHigh)}` : '', formatPercent(sum),
      thresholds[c] === undefined ? '' : formatNumber(thresholds[c]), c < keep ? 'kept' : '',
    ];
  });
  const more = variances.length > mostComponents ? `… and ${variances.length - mostComponents} more components\n` : '';
  return `Components\n${textTable(['component', 'variance', 'share', '95 % interval', 'together', 'limit by chance', ''], rows, [true, true, true, true, true, true, false])}${more}`;
}

function loadingsTexts({ components, scaling, keep }: ReportComponents): string[] {
  return components.slice(0, Math.max(1, keep)).map(({ loadings }, c) => {
    const sorted = [...loadings].sort((a, b) => Math.abs(b.loading) - Math.abs(a.loading));
    const rows = sorted.slice(0, mostLoadings).map(({ term, loading, low, high }) => [term, formatNumber(loading, 3), `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`]);
    const more = sorted.length > mostLoadings ? `… and ${sorted.length - mostLoadings} more columns (--json or --html has them all)\n` : '';
    return `Component ${c + 1}: loadings${scaling === 'standardised' ? ' (correlations)' : ''}\n${textTable(['column', 'loading', '95 % interval'], rows, [false, true, true])}${more}`;
  });
}
