/** Permutation importance with intervals; attention weights beside it, by their name, where the model has them. */
import { html } from 'lit';
import type { Importance } from '../../src/protocol/effects';
import { rowChart, rowChartHeight } from '../charts/rowChart';
import type { RowSeries } from '../charts/rowChart';
import { formatCount, formatLevel, shortName, shortenSentence } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { moreButton, shownRows } from './controls';
import type { ChartPart, SectionRenderer } from './section';

/** Never called importance: attention says where the model looked. */
const attentionName = t('Attention weights');

export const importance: SectionRenderer<'importance'> = {
  wide: true,
  render(section, view) {
    const list = [...(view.report.importance ?? [])].sort((a, b) => size(b) - size(a));
    if (list.length === 0) return { empty: t('Importance was not measured for this model.') };
    const level = formatLevel(section.level);
    const shown = list.slice(0, shownRows(view.state, list.length));
    const hasAttention = list.some(item => item.attention);
    const bars = (name: string, xTitle: string, pick: (item: Importance) => Importance['permutation']): ChartPart => ({
      ...(hasAttention && { title: name }),
      spec: {
        label: hasAttention ? `${name}. ${section.summary}` : section.summary, height: rowChartHeight(shown.length),
        build: theme => rowChart(theme, {
          names: shown.map(item => item.feature), bars: true, zero: 0, xTitle: shortName(xTitle, 90), firstColour: name === attentionName ? 1 : 0, intervalName: t('{0} interval', level),
          series: [{ name, values: shown.map(item => pick(item) ?? { value: undefined }) } satisfies RowSeries],
        }),
      },
    });
    return {
      ...(hasAttention && { layout: 'pair' as const }),
      charts: [
        bars(t('Permutation importance'), section.unit, item => item.permutation),
        ...(hasAttention ? [bars(attentionName, t('attention weight'), item => item.attention)] : []),
      ],
      extra: html`
        <p class="key">${t('Bars: {0}, when the feature is shuffled. Lines: {1} intervals. {2} shuffles, {3} held-out rows.', shortenSentence(section.unit), level, formatCount(section.repeats), formatCount(section.rows))}</p>
        ${section.attention === undefined ? '' : html`<p class="key">${t('Attention weights: {0}', shortenSentence(section.attention))}</p>`}
        ${moreButton(view, list.length, 'features')}`,
      table: () => ({
        caption: section.title,
        columns: [
          { title: t('Feature'), format: 'name', rowHeader: true }, { title: t('Permutation importance'), format: 'number', hint: section.unit },
          { title: t('{0} low', level), format: 'number' }, { title: t('{0} high', level), format: 'number' },
          ...(hasAttention ? [
            { title: t('Attention weight'), format: 'number' as const }, { title: t('Attention low'), format: 'number' as const }, { title: t('Attention high'), format: 'number' as const },
          ] : []),
        ],
        rows: list.map(({ feature, permutation, attention }) => cells(feature, permutation?.value, permutation?.low, permutation?.high,
          ...(hasAttention ? [attention?.value, attention?.low, attention?.high] : []))),
      }),
    };
  },
};

function size(item: Importance): number {
  return item.permutation?.value ?? item.attention?.value ?? Number.NEGATIVE_INFINITY;
}
