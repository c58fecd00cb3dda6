/** Where the texts beside the points of a chart stand: over neither its rim nor the names beside its axis. */
import { describe, expect, it } from 'vitest';
import type { Theme } from '../../../webview/chartTheme';
import { pointLabels, type PointLabel } from '../../../webview/charts/pointLabels';

const theme = { background: '#fff', foreground: '#111', muted: '#777', fontFamily: 'x', fontSize: 10 } as unknown as Theme;

/** Ten pixels a letter, in a chart of 400 pixels whose axes are between 100 and 380. Gives each text with its left and right end. */
function ends(labels: readonly PointLabel[]): Record<string, [number, number]> {
  const written: Record<string, [number, number]> = {};
  const ctx = {
    textAlign: '', save: () => undefined, restore: () => undefined, strokeText: () => undefined, measureText: (text: string) => ({ width: 10 * text.length }),
    fillText(text: string, x: number) { written[text] = this.textAlign === 'right' ? [x - 10 * text.length, x] : [x, x + 10 * text.length]; },
  };
  const scale = { getPixelForValue: (value: number) => value };
  (pointLabels(theme, labels) as unknown as { afterDatasetsDraw(chart: unknown): void })
    .afterDatasetsDraw({ ctx, width: 400, chartArea: { left: 100, right: 380, top: 0, bottom: 200 }, scales: { x: scale, y: scale } });
  return written;
}

describe('texts beside points', () => {
  it('stand beside their point', () => {
    expect(ends([{ x: 200, y: 10, text: 'right' }, { x: 300, y: 30, text: 'left', side: 'left' }])).toEqual({ right: [206, 256], left: [254, 294] });
  });

  it('turn to the left at the right edge', () => {
    expect(ends([{ x: 370, y: 10, text: 'long one' }])).toEqual({ 'long one': [284, 364] });
  });

  it('keep off the names beside the axis, and on the canvas', () => {
    expect(ends([{ x: 110, y: 10, text: '-1.25', side: 'left' }])['-1.25']![0]).toBeGreaterThanOrEqual(100);
    expect(ends([{ x: 390, y: 10, text: '+4', side: 'right' }])['+4']![1]).toBeLessThanOrEqual(400);
  });

  it('are left out where their point is outside the axes', () => {
    expect(ends([{ x: 200, y: 300, text: 'below' }, { x: 200, y: 50, text: '' }])).toEqual({});
  });
});
