/** The colours and fonts of charts, read from the --vscode-* variables, and a watch over their change. */

export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  readonly axis: string;
  readonly emphasis: string;
  readonly tooltipBackground: string;
  readonly tooltipForeground: string;
  readonly tooltipBorder: string;
  /** Colours of lines and bars, first one first. */
  readonly series: readonly string[];
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

const seriesNames = ['blue', 'orange', 'purple', 'green', 'red', 'yellow'];

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return style.color;
  };
  const highContrast = document.body.classList.contains('vscode-high-contrast')
    || document.body.classList.contains('vscode-high-contrast-light');
  return {
    foreground: read('editor-foreground', 'foreground'),
    muted: highContrast ? read('foreground') : read('descriptionForeground', 'foreground'),
    background: read('editor-background'),
    grid: read('chart-guide', 'editorIndentGuide-background1', 'widget-border', 'panel-border', 'charts-lines'),
    axis: read('charts-lines', 'foreground'),
    emphasis: read('charts-orange', 'focusBorder'),
    tooltipBackground: read('editorHoverWidget-background', 'editorWidget-background', 'editor-background'),
    tooltipForeground: read('editorHoverWidget-foreground', 'foreground'),
    tooltipBorder: read('editorHoverWidget-border', 'contrastBorder', 'widget-border'),
    series: seriesNames.map(name => read(`charts-${name}`)),
    fontFamily: style.fontFamily,
    fontSize: Math.max(10, Math.round((Number.parseFloat(style.fontSize) || 13) - 2)),
    highContrast,
  };
}

/** Calls back once per change of theme; returns the function that ends the watch. */
export function watchTheme(changed: () => void): () => void {
  let pending = false;
  const observer = new MutationObserver(() => {
    if (pending) return;
    pending = true;
    queueMicrotask(() => {
      pending = false;
      changed();
    });
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}
