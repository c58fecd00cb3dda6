/**
 * <unveil-live>: the loss of networks while they train. New points and new lines go into the chart that is there; only
 * another theme puts it together anew.
 */
import { Chart } from 'chart.js';
import type { ChartConfiguration } from 'chart.js';
import type { LiveCurve } from '../../src/protocol/engine';
import type { Theme } from '../chartTheme';
import { formatNumber, shortName, shortenSentence, visibleName } from '../format';
import { t } from '../l10n';
import { readTheme, watchTheme } from '../theme';
import './chart';
import { lineChart } from './lineChart';

export class UnveilLive extends HTMLElement {
  private current: LiveCurve | undefined;
  private chart: Chart | undefined;
  private theme: Theme | undefined;
  private endWatch: (() => void) | undefined;

  set curve(curve: LiveCurve) {
    if (curve === this.current) return;
    this.current = curve;
    if (this.isConnected) this.draw();
  }

  connectedCallback(): void {
    this.endWatch = watchTheme(() => this.rebuild());
    this.draw();
  }

  disconnectedCallback(): void {
    this.endWatch?.();
    this.chart?.destroy();
    this.chart = undefined;
  }

  private draw(): void {
    if (!this.current) return;
    if (!this.chart || !this.theme) {
      this.rebuild();
      return;
    }
    const { data, options } = liveChart(this.theme, this.current);
    this.chart.data = data;
    if (options) this.chart.options = options;
    this.chart.canvas.setAttribute('aria-label', liveText(this.current));
    this.chart.update('none');
  }

  private rebuild(): void {
    if (!this.current) return;
    this.chart?.destroy();
    const box = document.createElement('div');
    box.className = 'chart-box live';
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', liveText(this.current));
    box.append(canvas);
    this.replaceChildren(box);
    this.theme = readTheme();
    this.chart = new Chart(canvas, liveChart(this.theme, this.current));
  }
}

function liveChart(theme: Theme, { lines, xTitle, yTitle }: LiveCurve): ChartConfiguration {
  return lineChart(theme, lines, { x: { title: shortName(xTitle, 60) }, y: { title: shortName(yTitle, 60) }, legend: true });
}

/** Where the lines are now, in words: the chart's text alternative. Not announced by itself. */
export function liveText({ title, xTitle, lines }: LiveCurve): string {
  const last = lines.map(({ name, y }) => `${visibleName(name)} ${formatNumber(y.at(-1))}`).join(', ');
  const at = Math.max(0, ...lines.map(line => line.x.at(-1) ?? 0));
  return shortenSentence(t('{0}. At {1} {2}: {3}.', title, xTitle, formatNumber(at), last));
}

if (!customElements.get('unveil-live')) customElements.define('unveil-live', UnveilLive);
