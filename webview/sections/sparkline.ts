/** Small pictures of a column's distribution for tables and the inspector, as inline SVG. */
import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { ColumnProfile } from '../../src/protocol/profile';
import { formatCount, formatNumber, plural, shortName } from '../format';
import { t } from '../l10n';

export interface SparkSize { readonly width: number; readonly height: number }

/** A histogram, or bars of the most frequent levels; nothing when the column has neither. */
export function sparkline(column: ColumnProfile, { width, height }: SparkSize): TemplateResult | '' {
  const counts = barCounts(column);
  if (counts.length === 0) return '';
  const most = Math.max(...counts, 1);
  const step = width / counts.length;
  const gap = Math.min(1, step * 0.2);
  return html`<svg class="spark" role="img" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}
    preserveAspectRatio="none" aria-label=${distributionText(column)} focusable="false">
    ${counts.map((count, i) => {
      const size = count === 0 ? 0 : Math.max(1, (count / most) * height);
      return svg`<rect x=${i * step} y=${height - size} width=${Math.max(0.5, step - gap)} height=${size}></rect>`;
    })}
  </svg>`;
}

/** The distribution in words. */
export function distributionText({ histogram, levels, quantiles }: ColumnProfile): string {
  if (histogram && histogram.length > 0) {
    const top = histogram.reduce((a, b) => (b.count > a.count ? b : a));
    const ends = quantiles && quantiles.length > 1 ? t('; from {0} to {1}', formatNumber(quantiles[0]?.value), formatNumber(quantiles[quantiles.length - 1]?.value)) : '';
    return t('Histogram of {0}, most values between {1} and {2}{3}', plural(histogram.length, 'bin'), formatNumber(top.low), formatNumber(top.high), ends);
  }
  if (levels && levels.length > 0) {
    return t('Most frequent: {0}', levels.slice(0, 3).map(({ level, count }) => `${shortName(level, 20)} (${formatCount(count)})`).join(', '));
  }
  return t('No distribution');
}

function barCounts({ histogram, levels }: ColumnProfile): readonly number[] {
  if (histogram && histogram.length > 0) return histogram.map(bin => bin.count);
  return (levels ?? []).slice(0, 20).map(level => level.count);
}
