/** The page of every webview: one script, one style sheet, and a policy that allows nothing else. */

export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  readonly cspSource: string;
  readonly nonce: string;
}

/**
 * `default-src 'none'` forbids the network and inline scripts. Styles come from our own folder; libraries use
 * constructed style sheets and the style object, which the policy does not concern. The fonts of formulas stand in the style sheet.
 */
export function webviewHtml({ title, script, style, cspSource, nonce }: PageParts): string {
  const policy = [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${cspSource}`, `img-src ${cspSource} data:`, `font-src ${cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(style)}">
</head>
<body>
<noscript>Unveil needs scripts in webviews to show a report.</noscript>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
