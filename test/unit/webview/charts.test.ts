import { describe, expect, test } from 'vitest';
import { dashOf } from '../../../webview/chartTheme';
import { lineChart } from '../../../webview/charts/lineChart';
import { rowChart, rowDomain } from '../../../webview/charts/rowChart';
import { forestRows } from '../../../webview/sections/forest';
import { nextTab } from '../../../webview/view/nextTab';
import { wideFlags } from '../../../webview/view/wideFlags';
import { theme } from './theme';

describe('the range of a row chart', () => {
  test('holds every point and interval, and the line to read against', () => {
    const { min, max, cut } = rowDomain([{ name: 'a', values: [{ value: 1, low: 0.5, high: 2 }, { value: 3, low: 2, high: 4 }] }], false, 0);
    expect(min).toBeLessThanOrEqual(0);
    expect(max).toBeGreaterThanOrEqual(4);
    expect(cut).toBe(false);
  });

  test('cuts an endless interval so that the others can be read, and says so', () => {
    const values = [{ value: 1, low: 0.5, high: 2 }, { value: 2, low: 1, high: 1e12 }, { value: 1.5, low: 1, high: 2 }];
    const { max, cut } = rowDomain([{ name: 'a', values }], false, 0);
    expect(max).toBeLessThan(100);
    expect(cut).toBe(true);
  });

  test('leaves out of a logarithmic axis what has no logarithm', () => {
    const { min, cut } = rowDomain([{ name: 'a', values: [{ value: 2, low: 0, high: Infinity }] }], true, 1);
    expect(min).toBeGreaterThan(0);
    expect(cut).toBe(true);
  });

  test('stands also without any point', () => {
    expect(rowDomain([{ name: 'a', values: [{ value: Number.NaN }] }], false)).toMatchObject({ min: 0, max: 1 });
  });
});

test('a line with two bands is drawn over them, the outer band first', () => {
  const band = { low: [0, 0], high: [2, 2] };
  const chart = lineChart(theme, [{ name: 'y', x: [0, 1], y: [1, 1], bands: [{ ...band, name: 'mean' }, { ...band, name: 'new' }] }], { x: {}, y: {} });
  expect(chart.data.datasets.map(dataset => dataset.label)).toEqual([undefined, undefined, undefined, undefined, 'y']);
});

test('names from data reach a row chart as text, and only there', () => {
  const chart = rowChart(theme, { names: ['__proto__', '<b>'], series: [{ name: 'a', values: [{ value: 1 }, { value: 2 }] }], xTitle: 'x', intervalName: '' });
  expect(chart.data.datasets).toHaveLength(1);
  expect((chart.data.datasets[0]?.data as { x: number }[]).map(point => point.x)).toEqual([1, 2]);
});

test('odds ratios are ordered by their distance from one, on the logarithmic scale', () => {
  const weight = (term: string, oddsRatio: number) => ({ term, feature: term, estimate: Math.log(oddsRatio), oddsRatio });
  expect(forestRows({ scale: 'oddsRatio' }, [weight('a', 1.1), weight('b', 0.1), weight('c', 3), { term: '(Intercept)', estimate: 1, oddsRatio: 99 }]).map(row => row.name))
    .toEqual(['b', 'c', 'a']);
});

test('lines differ by their dash when colours come round again', () => {
  expect(dashOf(0)).not.toEqual(dashOf(6));
  expect(dashOf(1)).not.toEqual(dashOf(7));
});

test('tabs move with the arrows, Home and End, and round the ends', () => {
  expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'a'].map(key => nextTab(key, 4, 5))).toEqual([0, 3, 0, 4, undefined]);
});

test('narrow cards stand in pairs, and the odd one of a run is wide', () => {
  expect(wideFlags([true, false, false, false, true, false])).toEqual([true, false, false, true, true, true]);
});
