/** The interpretability scores: a radar of those with a scale of their own, all of them in words, and a table. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Score } from '../../src/protocol/report';
import { radarChart } from '../charts/radarChart';
import { formatInterval, formatLevel, formatNumber, formatShort, fullPrecision, shortenSentence } from '../format';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { ChartPart, DrawingPart, SectionOf, SectionRenderer } from './section';

/** A radar of fewer axes has no area. */
const leastAxes = 3;

export const groupTitles: Readonly<Record<Score['group'], string>> = {
  complexity: 'How complex the model is', fidelity: 'How well a simpler model follows it', faithfulness: 'How faithful the explanations are',
  stability: 'How stable the explanations are', composite: 'Our own index',
};
const groupOrder = Object.keys(groupTitles) as readonly Score['group'][];

export const scores: SectionRenderer<'scores'> = {
  wide: true,
  render(section, { report }) {
    const list = sortScores(report.scores ?? []);
    if (list.length === 0) return { empty: 'No interpretability score was measured for this model.' };
    const level = formatLevel(section.level);
    const axes = radarAxes(list);
    const radar: ChartPart = {
      title: 'At a glance',
      spec: {
        label: `Radar of ${axes.length} scores from 0 to 1, 1 the best. ${axes.map(({ name, share }) => `${name}: ${formatShort(share)}`).join('; ')}.`,
        height: 340, maxWidth: 460, build: theme => radarChart(theme, axes),
      },
    };
    const words: DrawingPart = { drawing: () => html`<div class="score-groups">${groupOrder.map(group => groupView(group, list, level))}</div>` };
    return {
      ...(axes.length >= leastAxes ? { charts: [radar, words], layout: 'aside' as const } : { charts: [words] }),
      extra: axes.length >= leastAxes ? html`
        <p class="key"><span>Radar: each axis runs from 0 in the middle to 1, the best, at the edge. Scores without such a scale are not on it.</span></p>` : '',
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
    ? [] : [{ name: shortenSentence(title), share: Math.max(0, Math.min(1, share)), remark: `Value ${formatNumber(value)}` }]));
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
            <span class="score-better">${score.better} is better</span>
          </dd>
          <dd class="score-sentence">${shortenSentence(score.sentence)}</dd>
        </div>`)}</dl>
      ${group === 'composite' ? own.map(score => html`<p class="muted">${compositeText(score)}</p>`) : own.some(score => score.low !== undefined) ? html`<p class="visually-hidden">With ${level} intervals.</p>` : ''}
    </div>`;
}

/** How the composite is made: it never stands without its parts, nor under a name that could be taken for a standard's. */
export function compositeText({ method }: Pick<Score, 'method'>): string {
  return shortenSentence(`This index is ours and no standard. ${method}`);
}

function scoresTable(section: SectionOf<'scores'>, list: readonly Score[]): TableModel {
  const level = formatLevel(section.level);
  const wrap = (value: string): { value: string; text: string; className: string } => ({ value, text: shortenSentence(value), className: 'wrap' });
  return {
    caption: section.title,
    columns: [
      { title: 'Score', format: 'name', rowHeader: true }, { title: 'Group', format: 'text' }, { title: 'Value', format: 'number' },
      { title: `${level} low`, format: 'number' }, { title: `${level} high`, format: 'number' }, { title: 'Better', format: 'text' },
      { title: 'From 0 to 1', format: 'number', hint: 'The value on a scale from 0 to 1, 1 the best, where there is one.' },
      { title: 'What it says', format: 'text', unsortable: true }, { title: 'Method', format: 'text', unsortable: true },
    ],
    rows: list.map(score => cells(
      score.title, groupTitles[score.group] ?? score.group, score.value, score.low, score.high, score.better, score.share, wrap(score.sentence), wrap(score.method))),
  };
}
