/**
 * <unveil-chart>: one Chart.js canvas with its text alternative. Draws at once when it gets its specification, again
 * when the theme changes, and says so in one sentence when drawing fails. Only the used parts of Chart.js are registered.
 */
import {
  BarController, BarElement, CategoryScale, Chart, Filler, Interaction, Legend, LinearScale, LineController, LineElement,
  LogarithmicScale, PointElement, RadarController, RadialLinearScale, ScatterController, Tooltip,
} from 'chart.js';
import {
  BarWithErrorBar, BarWithErrorBarsController, PointWithErrorBar, ScatterWithErrorBarsController,
} from 'chartjs-chart-error-bars';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import annotationPlugin from 'chartjs-plugin-annotation';
import { t } from '../l10n';
import { readTheme, watchTheme } from '../theme';
import { binsMode, itemsAt } from './binsMode';
import type { BinsChart } from './binsMode';
import type { ChartSpec } from './spec';

Chart.register(
  BarController, BarElement, CategoryScale, Filler, Legend, LinearScale, LineController, LineElement, LogarithmicScale,
  PointElement, RadarController, RadialLinearScale, ScatterController, Tooltip, BarWithErrorBar, BarWithErrorBarsController, PointWithErrorBar,
  ScatterWithErrorBarsController, MatrixController, MatrixElement, annotationPlugin,
);

Object.assign(Interaction.modes, { [binsMode]: (chart: BinsChart, event: { readonly x: number | null }) => itemsAt(chart, event) });

export class UnveilChart extends HTMLElement {
  private currentSpec: ChartSpec | undefined;
  private chart: Chart | undefined;
  private endWatch: (() => void) | undefined;

  set spec(spec: ChartSpec) {
    this.currentSpec = spec;
    if (this.isConnected) this.draw();
  }

  connectedCallback(): void {
    this.endWatch = watchTheme(() => this.draw());
    this.draw();
  }

  disconnectedCallback(): void {
    this.endWatch?.();
    this.chart?.destroy();
    this.chart = undefined;
  }

  /** Fits the canvas to its box now; used before printing, when no resize event comes in time. */
  fit(): void {
    this.chart?.resize();
  }

  private draw(): void {
    const spec = this.currentSpec;
    if (!spec) return;
    this.chart?.destroy();
    this.chart = undefined;
    const box = document.createElement('div');
    box.className = 'chart-box';
    box.style.height = `${spec.height}px`;
    if (spec.maxWidth !== undefined) box.style.maxWidth = `${spec.maxWidth}px`;
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', spec.label);
    box.append(canvas);
    this.replaceChildren(spec.minWidth === undefined ? box : scrolling(box, spec.minWidth));
    try {
      this.chart = new Chart(canvas, spec.build(readTheme()));
    } catch (error) {
      console.error(error);
      const sentence = document.createElement('p');
      sentence.className = 'section-fault';
      sentence.textContent = t('This chart could not be drawn; its numbers are in the table.');
      this.replaceChildren(sentence);
    }
  }
}

/** A wide chart in a place of its own to scroll in, also by keyboard. */
function scrolling(box: HTMLElement, minWidth: number): HTMLElement {
  const place = document.createElement('div');
  place.className = 'chart-scroll';
  place.tabIndex = 0;
  place.setAttribute('role', 'group');
  place.setAttribute('aria-label', 'Wide chart; scrolls sideways');
  box.style.minWidth = `${minWidth}px`;
  place.append(box);
  return place;
}

if (!customElements.get('unveil-chart')) customElements.define('unveil-chart', UnveilChart);
