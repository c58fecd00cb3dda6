/** The colours and fonts of charts, read from the --vscode-* variables, and a watch over their change. */
import type { Theme } from './chartTheme';
import { tintShare, withAlpha } from './colour';

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
    grid: withAlpha(read('charts-foreground', 'foreground'), highContrast ? 0.3 : 0.13),
    axis: withAlpha(read('charts-foreground', 'foreground'), highContrast ? 1 : 0.55),
    tooltipBackground: read('editorHoverWidget-background', 'editorWidget-background', 'editor-background'),
    tooltipForeground: read('editorHoverWidget-foreground', 'foreground'),
    tooltipBorder: read('editorHoverWidget-border', 'contrastBorder', 'widget-border'),
    series: seriesNames.map(name => read(`charts-${name}`)),
    positive: read('charts-blue'),
    negative: read('charts-red'),
    fontFamily: style.fontFamily,
    fontSize: Math.max(10, Math.round((Number.parseFloat(style.fontSize) || 13) - 2)),
    highContrast,
  };
}

/** Largest share of the tint of heat cells. */
const mostHeat = 0.4;

/** Keeps the tint of heat cells so weak that the theme's text stays legible on it; some themes have pale texts. For the life of the page. */
export function keepHeatLegible(): void {
  const set = (): void => {
    const { foreground, background, positive } = readTheme();
    // On the body, whose style is not watched: it must not call itself.
    document.body.style.setProperty('--unveil-most-heat', `${Math.floor(100 * tintShare(foreground, background, positive, mostHeat))}%`);
  };
  set();
  watchTheme(set);
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
