/**
 * The colours of an HTML report outside VS Code: the values of VS Code's default themes under the same variable names,
 * chosen by the body's class as in VS Code. This is the only place where colours are written out.
 */

const light = {
  'foreground': '#3b3b3b', 'descriptionForeground': '#5f5f5f', 'errorForeground': '#c72e0f', 'focusBorder': '#005fb8',
  'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', 'editorWidget-background': '#f8f8f8', 'widget-border': '#e5e5e5',
  'panel-border': '#e5e5e5', 'editorHoverWidget-background': '#f8f8f8', 'editorHoverWidget-foreground': '#3b3b3b', 'editorHoverWidget-border': '#c8c8c8',
  'textLink-foreground': '#005fb8', 'textLink-activeForeground': '#005fb8', 'panelTitle-activeForeground': '#3b3b3b', 'panelTitle-activeBorder': '#005fb8',
  'panelTitle-inactiveForeground': '#5f5f5f', 'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-border': '#cecece',
  'input-placeholderForeground': '#6b6b6b', 'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece',
  'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc',
  'list-hoverBackground': '#f2f2f2', 'badge-background': '#cccccc', 'badge-foreground': '#3b3b3b', 'editorWarning-foreground': '#bf8803',
  'editorInfo-foreground': '#1a85ff', 'charts-foreground': '#3b3b3b', 'charts-lines': '#3b3b3b80', 'charts-red': '#e51400', 'charts-blue': '#1a85ff',
  'charts-yellow': '#bf8803', 'charts-orange': '#d18616', 'charts-green': '#388a34', 'charts-purple': '#652d90',
};

const dark: typeof light = {
  'foreground': '#cccccc', 'descriptionForeground': '#9d9d9d', 'errorForeground': '#f85149', 'focusBorder': '#0078d4',
  'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', 'editorWidget-background': '#202020', 'widget-border': '#313131',
  'panel-border': '#2b2b2b', 'editorHoverWidget-background': '#202020', 'editorHoverWidget-foreground': '#cccccc', 'editorHoverWidget-border': '#454545',
  'textLink-foreground': '#4daafc', 'textLink-activeForeground': '#4daafc', 'panelTitle-activeForeground': '#cccccc', 'panelTitle-activeBorder': '#0078d4',
  'panelTitle-inactiveForeground': '#9d9d9d', 'input-background': '#313131', 'input-foreground': '#cccccc', 'input-border': '#3c3c3c',
  'input-placeholderForeground': '#989898', 'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c',
  'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c',
  'list-hoverBackground': '#2a2d2e', 'badge-background': '#616161', 'badge-foreground': '#f8f8f8', 'editorWarning-foreground': '#cca700',
  'editorInfo-foreground': '#3794ff', 'charts-foreground': '#cccccc', 'charts-lines': '#cccccc80', 'charts-red': '#f14c4c', 'charts-blue': '#3794ff',
  'charts-yellow': '#cca700', 'charts-orange': '#d18616', 'charts-green': '#89d185', 'charts-purple': '#b180d7',
};

const contrastDark: Partial<typeof light> = {
  'foreground': '#ffffff', 'descriptionForeground': '#ffffff', 'editor-background': '#000000', 'editor-foreground': '#ffffff',
  'panelTitle-activeForeground': '#ffffff', 'panelTitle-inactiveForeground': '#ffffff', 'panelTitle-activeBorder': '#f38518', 'focusBorder': '#f38518',
  'textLink-foreground': '#21a6ff', 'widget-border': '#6fc3df', 'panel-border': '#6fc3df', 'input-background': '#000000', 'input-foreground': '#ffffff',
  'input-border': '#6fc3df', 'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df',
  'editorHoverWidget-background': '#0c141f', 'editorHoverWidget-foreground': '#ffffff', 'editorHoverWidget-border': '#6fc3df', 'charts-lines': '#ffffff80',
  'list-hoverBackground': '#000000', 'badge-background': '#000000', 'badge-foreground': '#ffffff', 'button-secondaryBackground': '#000000',
  'button-secondaryForeground': '#ffffff', 'editorWarning-foreground': '#ffd370',
};

const contrastLight: Partial<typeof light> = {
  'foreground': '#292929', 'descriptionForeground': '#292929', 'editor-foreground': '#292929', 'panelTitle-activeBorder': '#b5200d',
  'panelTitle-activeForeground': '#292929', 'panelTitle-inactiveForeground': '#292929', 'focusBorder': '#006bbd', 'textLink-foreground': '#0f4a85',
  'widget-border': '#0f4a85', 'panel-border': '#0f4a85', 'input-border': '#0f4a85', 'dropdown-border': '#0f4a85', 'charts-lines': '#29292980',
  'list-hoverBackground': '#ffffff', 'editorWarning-foreground': '#895503', 'charts-green': '#374e06', 'charts-red': '#b5200d', 'charts-orange': '#0f4a85',
};

export type OfflineTheme = 'vscode-light' | 'vscode-dark' | 'vscode-high-contrast' | 'vscode-high-contrast-light';

const fonts = {
  'font-family': 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Ubuntu, "DejaVu Sans", sans-serif', 'font-size': '13px',
  'editor-font-family': 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
};

/** The variables of all four themes as one style sheet. */
export function offlineStyles(): string {
  return [
    rule('body', { ...fonts, ...light }),
    rule('body.vscode-dark', dark),
    rule('body.vscode-high-contrast', { ...dark, ...contrastDark, contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518' }),
    rule('body.vscode-high-contrast-light', { ...light, ...contrastLight, contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd' }),
  ].join('\n');
}

function rule(selector: string, values: Readonly<Record<string, string>>): string {
  const declarations = Object.entries(values).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `${selector} { ${declarations.join(' ')} }`;
}
