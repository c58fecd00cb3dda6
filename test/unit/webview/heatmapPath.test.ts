/** The path over a heat map: a dot at each place, over a rim that tells it from the cells. */
import { describe, expect, it } from 'vitest';
import type { Theme } from '../../../webview/chartTheme';
import { heatmapChart } from '../../../webview/charts/heatmapChart';

const theme = { background: '#ffffff', foreground: '#111111', positive: '#0000ff', negative: '#ff0000', muted: '#777777', grid: '#dddddd', axis: '#999999', fontFamily: 'x', fontSize: 10 } as unknown as Theme;
const matrix = { xTitle: 'x', yTitle: 'y', rows: ['a', 'b'], columns: ['c', 'd', 'e'], values: [[1, 2, 3], [4, 5, 6]], diverging: false };

interface Plugin { id: string; afterDatasetsDraw(chart: unknown): void }
const plugins = (chart: unknown): Plugin[] => ((chart as { plugins?: Plugin[] }).plugins ?? []).filter(plugin => plugin.id === 'unveilPathDots');

describe('a path over a heat map', () => {
  it('is drawn as dots centred on its places', () => {
    const drawn: [string, number, number, number][] = [];
    const ctx = {
      fillStyle: '', save: () => undefined, restore: () => undefined,
      fillRect(x: number, y: number, width: number, height: number) { drawn.push([this.fillStyle, x + width / 2, y + height / 2, width]); },
    };
    const scale = { getPixelForValue: (value: number) => 100 * value };
    const [dots] = plugins(heatmapChart(theme, { ...matrix, path: { columns: [0, 1.5], rows: [1, 0.25] } }));
    dots!.afterDatasetsDraw({ ctx, chartArea: {}, scales: { x: scale, y: scale } });
    expect(drawn.filter(([colour]) => colour === theme.foreground)).toEqual([[theme.foreground, 0, 100, 3], [theme.foreground, 150, 25, 3]]);
    expect(drawn.filter(([colour]) => colour === theme.background).map(([, x, y]) => [x, y])).toEqual([[0, 100], [150, 25]]);
  });

  it('is not there where the matrix has none', () => {
    expect(plugins(heatmapChart(theme, matrix))).toEqual([]);
  });
});
