/** What a section says of a chart it wants drawn. */
import type { ChartConfiguration } from 'chart.js';
import type { Theme } from '../chartTheme';

export interface ChartSpec {
  /** The text alternative: the section's summary. */
  readonly label: string;
  /** CSS pixels. */
  readonly height: number;
  /** Axes of equal length: the chart is never wider than this many pixels. */
  readonly maxWidth?: number;
  /** What is drawn needs so many pixels: in a narrower place it scrolls sideways. */
  readonly minWidth?: number;
  build(theme: Theme): ChartConfiguration;
}
