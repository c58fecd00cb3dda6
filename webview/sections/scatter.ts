/** Accuracy against interpretability: one point a model, the own one marked, other stored models of the data beside it. */
import { html } from 'lit';
import type { Peer } from '../../src/protocol/panel';
import { paretoFront } from '../charts/pareto';
import { scatterChart } from '../charts/scatterChart';
import type { ScatterPoint } from '../charts/scatterChart';
import { formatCount, shortName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { SectionOf, SectionRenderer, SectionView } from './section';

type Scatter = SectionOf<'scatter'>;

export const scatter: SectionRenderer<'scatter'> = {
  wide: true,
  render(section, view) {
    const points = scatterPoints(section, view);
    if (points.length === 0) return { empty: t('There is no model to place here.') };
    const front = paretoFront(points, section.xBetter, section.yBetter);
    const [xTitle, yTitle] = [section.xTitle, section.yTitle].map(title => shortName(title, 80)) as [string, string];
    return {
      charts: [{
        spec: {
          label: `${section.summary} ${points.length === 1 ? t('One model') : t('{0} models, {1} of them on the Pareto front', formatCount(points.length), formatCount(front.length))}.`,
          height: 380, maxWidth: 860,
          build: theme => scatterChart(theme, { points, xTitle: t('{0} ({1} is better)', xTitle, section.xBetter), yTitle: t('{0} ({1} is better)', yTitle, section.yBetter), xBetter: section.xBetter, yBetter: section.yBetter }),
        },
      }],
      extra: html`
        <p class="key">${points.length === 1
          ? html`<span>${t('This is the only model of these data so far. Each further model of the same file, target and task adds a point.')}</span>`
          : html`<span>${t('Models on the dashed line are beaten by none in both directions at once. Other points are the stored models of the same file, target and task.')}</span>`}</p>`,
      table: () => ({
        caption: section.title,
        columns: [
          { title: t('Model'), format: 'name', rowHeader: true }, { title: xTitle, format: 'number' }, { title: t('low'), copyTitle: `${xTitle} low`, format: 'number' },
          { title: t('high'), copyTitle: `${xTitle} high`, format: 'number' }, { title: yTitle, format: 'number' },
          { title: t('low'), copyTitle: `${yTitle} low`, format: 'number' }, { title: t('high'), copyTitle: `${yTitle} high`, format: 'number' }, { title: t('On the front'), format: 'text' },
        ],
        rows: points.map((point, index) => cells(
          point.own ? t('{0} (this model)', point.name) : point.name, point.x, point.xLow, point.xHigh, point.y, point.yLow, point.yHigh, front.includes(index) ? 'yes' : 'no')),
      }),
    };
  },
};

/** The section's points and the peers that have its metric and its score. */
export function scatterPoints(section: Scatter, { report, peers = [] }: Pick<SectionView, 'report' | 'peers'>): readonly ScatterPoint[] {
  const metricIsX = isMetricOnX(section, report.performance?.metrics.find(metric => metric.name === section.metric)?.value);
  const fitting = peers.filter(({ metric, interpretability }) => metric.name === section.metric && interpretability.name === section.score);
  return [...section.points, ...fitting.map(peer => peerPoint(peer, metricIsX))];
}

/** Whether the metric stands on the x axis: told by the own point, which has its value on one of the two. */
function isMetricOnX({ points }: Scatter, value: number | undefined): boolean {
  const own = points.find(point => point.own) ?? points[0];
  return own !== undefined && value !== undefined && Math.abs(own.x - value) < Math.abs(own.y - value);
}

function peerPoint({ name, metric, interpretability }: Peer, metricIsX: boolean): ScatterPoint {
  const [x, y] = metricIsX ? [metric, interpretability] : [interpretability, metric];
  return { name, x: x.value, xLow: x.low, xHigh: x.high, y: y.value, yLow: y.low, yHigh: y.high };
}
