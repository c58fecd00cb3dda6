/** A theme for tests of charts. */
import type { Theme } from '../../../webview/chartTheme';

export const theme: Theme = {
  foreground: '#000000', muted: '#666666', background: '#ffffff', grid: '#eeeeee', axis: '#999999', tooltipBackground: '#ffffff', tooltipForeground: '#000000',
  tooltipBorder: '#cccccc', series: ['#0000ff', '#ff8800'], positive: '#0000ff', negative: '#ff0000', fontFamily: 'sans-serif', fontSize: 11, highContrast: false,
};
