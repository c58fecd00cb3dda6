/** The page of every webview: one script, its style sheets, and a policy that allows nothing else. */
import { t } from '../services/l10n';

export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly styles: readonly string[];
  readonly cspSource: string;
  readonly nonce: string;
  /** Language of the texts, and their translations by the English texts; absent in English. */
  readonly language?: string;
  readonly translations?: Readonly<Record<string, string>>;
}

/**
 * `default-src 'none'` forbids the network and inline scripts. Styles come from our own folder; libraries use
 * constructed style sheets and the style object, which the policy does not concern. The fonts of formulas stand in the style sheet.
 */
export function webviewHtml({ title, script, styles, cspSource, nonce, language, translations }: PageParts): string {
  const policy = [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${cspSource}`, `img-src ${cspSource} data:`, `font-src ${cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(translations ? language ?? 'en' : 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${styles.map(style => `<link rel="stylesheet" href="${escapeHtml(style)}">`).join('\n')}
</head>
<body>
<noscript>${escapeHtml(t('Unveil needs scripts in webviews to show a report.'))}</noscript>
${translations ? `<script type="application/json" id="unveil-l10n">${jsonForPage(translations)}</script>\n` : ''}<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

/** JSON that cannot end its element, whatever it holds; scripts of this type are data, which the policy leaves alone. */
function jsonForPage(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
