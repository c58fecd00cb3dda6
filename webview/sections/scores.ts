/** The interpretability scores: a radar of those with a scale of their own, all of them in words, and a table. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Score } from '../../src/protocol/measures';
import { radarChart } from '../charts/radarChart';
import { formatInterval, formatLevel, formatNumber, formatShort, fullPrecision, shortenSentence } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { ChartPart, DrawingPart, SectionOf, SectionRenderer } from './section';

/** A radar of fewer axes has no area. */
const leastAxes = 3;

export const groupTitles: Readonly<Record<Score['group'], string>> = {
  complexity: t('How complex the model is'), fidelity: t('How well a simpler model follows it'), faithfulness: t('How faithful the explanations are'),
  stability: t('How stable the explanations are'), composite: t('Our own index'),
};
const groupOrder = Object.keys(groupTitles) as readonly Score['group'][];

export const scores: SectionRenderer<'scores'> = {
  wide: true,
  render(section, { report }) {
    const list = sortScores(report.scores ?? []);
    if (list.length === 0) return { empty: t('No interpretability score was measured for this model.') };
    const level = formatLevel(section.level);
    const axes = radarAxes(list);
    const radar: ChartPart = {
      title: t('At a glance'),
      spec: {
        label: t('Radar of {0} scores from 0 to 1, 1 the best. {1}.', axes.length, axes.map(({ name, share }) => `${name}: ${formatShort(share)}`).join('; ')),
        height: 340, maxWidth: 460, build: theme => radarChart(theme, axes),
      },
    };
    const words: DrawingPart = { drawing: () => html`<div class="score-groups">${groupOrder.map(group => groupView(group, list, level))}</div>` };
    return {
      ...(axes.length >= leastAxes ? { charts: [radar, words], layout: 'aside' as const } : { charts: [words] }),
      extra: axes.length >= leastAxes ? html`
        <p class="key"><span>${t('Radar: each axis runs from 0 in the middle to 1, the best, at the edge. Scores without such a scale are not on it.')}</span></p>` : '',
      table: () => scoresTable(section, list),
    };
  },
};

/** By group, in the order given within each; the composite last. */
export function sortScores(list: readonly Score[]): readonly Score[] {
  const rank = ({ group }: Score): number => (groupOrder.includes(group) ? groupOrder.indexOf(group) : groupOrder.length);
  return [...list].sort((a, b) => rank(a) - rank(b));
}

/** The parts that have a share; the composite is made of them and has no axis. */
export function radarAxes(list: readonly Score[]): readonly { readonly name: string; readonly share: number; readonly remark: string }[] {
  return list.filter(score => score.group !== 'composite').flatMap(({ title, share, value }) => (share === undefined || !Number.isFinite(share)
    ? [] : [{ name: shortenSentence(title), share: Math.max(0, Math.min(1, share)), remark: t('Value {0}', formatNumber(value)) }]));
}

function groupView(group: Score['group'], list: readonly Score[], level: string): TemplateResult | '' {
  const own = list.filter(score => score.group === group);
  if (own.length === 0) return '';
  return html`
    <div class=${group === 'composite' ? 'score-group composite' : 'score-group'}>
      <h3>${groupTitles[group]}</h3>
      <dl>${own.map(score => html`
        <div>
          <dt>${shortenSentence(score.title)}</dt>
          <dd class="score-line">
            <span class="score-value" title=${fullPrecision(score.value)}>${formatNumber(score.value)}</span>
            ${score.low == null || score.high == null ? '' : html`<span class="muted">${formatInterval(score.low, score.high)}</span>`}
            <span class="score-better">${t('{0} is better', score.better)}</span>
          </dd>
          <dd class="score-sentence">${shortenSentence(score.sentence)}</dd>
        </div>`)}</dl>
      ${group === 'composite' ? own.map(score => html`<p class="muted">${compositeText(score)}</p>`) : own.some(score => score.low !== undefined) ? html`<p class="visually-hidden">${t('With {0} intervals.', level)}</p>` : ''}
    </div>`;
}

/** How the composite is made: it never stands without its parts, nor under a name that could be taken for a standard's. */
export function compositeText({ method }: Pick<Score, 'method'>): string {
  return shortenSentence(t('This index is ours and no standard. {0}', method));
}

function scoresTable(section: SectionOf<'scores'>, list: readonly Score[]): TableModel {
  const level = formatLevel(section.level);
  const wrap = (value: string): { value: string; text: string; className: string } => ({ value, text: shortenSentence(value), className: 'wrap' });
  return {
    caption: section.title,
    columns: [
      { title: t('Score'), format: 'name', rowHeader: true }, { title: t('Group'), format: 'text' }, { title: t('Value'), format: 'number' },
      { title: t('{0} low', level), format: 'number' }, { title: t('{0} high', level), format: 'number' }, { title: t('Better'), format: 'text' },
      { title: t('From 0 to 1'), format: 'number', hint: t('The value on a scale from 0 to 1, 1 the best, where there is one.') },
      { title: t('What it says'), format: 'text', unsortable: true }, { title: t('Method'), format: 'text', unsortable: true },
    ],
    rows: list.map(score => cells(
      score.title, groupTitles[score.group] ?? score.group, score.value, score.low, score.high, score.better, score.share, wrap(score.sentence), wrap(score.method))),
  };
}
