/** What a chart needs to know of the theme; no DOM, so that charts can be put together and tested anywhere. */

export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  readonly axis: string;
  readonly tooltipBackground: string;
  readonly tooltipForeground: string;
  readonly tooltipBorder: string;
  /** Colours of lines and bars, first one first. */
  readonly series: readonly string[];
  /** Of positive and of negative values. */
  readonly positive: string;
  readonly negative: string;
  readonly fontFamily: string;
  /** Pixels. */
  readonly fontSize: number;
  readonly highContrast: boolean;
}

/** Dash patterns that go with the series, so that lines differ without colour. */
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 4]];

/** The dash of a series; a colour that comes round again comes with another dash. */
export function dashOf(series: number): readonly number[] {
  return dashes[(series + Math.floor(series / dashes.length)) % dashes.length] as readonly number[];
}
