/** Words and numbers beside points of a chart: values of a waterfall, names of models. */
import type { Theme } from '../chartTheme';
import type { Options } from './options';
import type { DrawnChart } from './pen';

/** Text at points of the chart: value labels, names of points. Empty texts and points outside the axes are left out. */
export interface PointLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Where the text stands of its point; 'auto' is to the right, or to the left at the right edge. */
  readonly side?: 'left' | 'right' | 'auto';
  /** Pixels above the point's own height, away from its error bars. */
  readonly lift?: number;
  readonly muted?: boolean;
}

/** A plugin for one chart that writes the labels, with a halo of the background so that lines do not cross them. */
export function pointLabels(theme: Theme, labels: readonly PointLabel[], distance = 6): Options {
  return {
    id: 'unveilPointLabels',
    afterDatasetsDraw({ ctx, chartArea, scales, width = Infinity }: DrawnChart) {
      ctx.save();
      ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
      ctx.textBaseline = 'middle';
      ctx.lineWidth = 3;
      ctx.lineJoin = 'round';
      ctx.strokeStyle = theme.background;
      for (const { x, y, text, side = 'auto', lift = 0, muted } of labels) {
        const left = scales['x']?.getPixelForValue(x) ?? Number.NaN;
        const top = scales['y']?.getPixelForValue(y) ?? Number.NaN;
        if (text === '' || !Number.isFinite(left) || !Number.isFinite(top) || top < chartArea.top - 4 || top > chartArea.bottom + 4) continue;
        const long = ctx.measureText(text).width;
        const toLeft = side === 'left' || (side === 'auto' && left + distance + long > chartArea.right);
        // Nothing is drawn beyond the canvas, nor over the names beside the axis.
        const at = toLeft ? Math.max(left - distance, chartArea.left + long + 2) : Math.min(left + distance, width - long - 2);
        ctx.textAlign = toLeft ? 'right' : 'left';
        ctx.fillStyle = muted ? theme.muted : theme.foreground;
        ctx.strokeText(text, at, top - lift);
        ctx.fillText(text, at, top - lift);
      }
      ctx.restore();
    },
  };
}
