/**
 * <unveil-live>: the loss of a network while it trains. New points go into the chart that is there; it is put together
 * anew only when the lines or the theme change.
 */
import { Chart } from 'chart.js';
import type { LiveCurve } from '../../src/protocol/engine';
import { formatNumber, shortName, shortenSentence, visibleName } from '../format';
import { readTheme, watchTheme } from '../theme';
import './chart';
import { lineChart } from './lineChart';

export class UnveilLive extends HTMLElement {
  private current: LiveCurve | undefined;
  private chart: Chart | undefined;
  private drawnAs = '';
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
    if (!this.chart || this.drawnAs !== outline(this.current)) {
      this.rebuild();
      return;
    }
    for (const [i, { x, y }] of this.current.lines.entries()) {
      const dataset = this.chart.data.datasets[i];
      if (dataset) dataset.data = x.map((value, at) => ({ x: value, y: y[at] ?? Number.NaN }));
    }
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
    this.drawnAs = outline(this.current);
    const { lines, xTitle, yTitle } = this.current;
    this.chart = new Chart(canvas, lineChart(readTheme(), lines, { x: { title: shortName(xTitle, 60) }, y: { title: shortName(yTitle, 60) }, legend: true }));
  }
}

/** What the chart is put together from; points do not belong to it. */
function outline({ xTitle, yTitle, lines }: LiveCurve): string {
  return JSON.stringify([xTitle, yTitle, lines.map(line => line.name)]);
}

/** Where the lines are now, in words: the chart's text alternative. Not announced by itself. */
export function liveText({ title, xTitle, lines }: LiveCurve): string {
  const last = lines.map(({ name, y }) => `${visibleName(name)} ${formatNumber(y.at(-1))}`).join(', ');
  const at = Math.max(0, ...lines.map(line => line.x.at(-1) ?? 0));
  return shortenSentence(`${title}. At ${xTitle} ${formatNumber(at)}: ${last}.`);
}

if (!customElements.get('unveil-live')) customElements.define('unveil-live', UnveilLive);
