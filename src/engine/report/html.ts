/**
 * The self-contained HTML report: one file with script, style sheet and model inside, which opens offline, asks for
 * nothing from anywhere, and shows the same as the panel in VS Code.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { PageLanguage } from '../../protocol/engine';
import { explainsTarget, type AnyModelFile } from '../../protocol/modelFile';
import { proseOf } from '../../protocol/prose';
import type { AnyReport } from '../../protocol/report';
import { inLanguage } from '../../protocol/reportProse';

export interface ReportAssets {
  /** Text of dist/webview/offline.js. */
  readonly script: string;
  /** Text of dist/webview/report.css. */
  readonly css: string;
  /** What sets formulas, where the report has one: texts of dist/webview/math.js and math.css, fonts included. */
  readonly math?: { readonly script: string; readonly css: string };
}

/** Whether a report has a formula to be set. */
export function hasFormula({ sections }: Pick<AnyReport, 'sections'>): boolean {
  return sections.some(({ kind }) => kind === 'formula');
}

/** The whole page as text, to be written as UTF-8. Its policy lets run and style only what this function put in. */
export function reportHtml(english: AnyModelFile, assets: ReportAssets, language?: PageLanguage): string {
  const model = language ? { ...english, report: inLanguage(english.report, proseOf(language.prose)) } as AnyModelFile : english;
  const scripts = [...(assets.math ? [assets.math.script] : []), assets.script].map(inScript);
  const css = `${assets.math ? `${assets.math.css}\n` : ''}${assets.css}`.replace(/\r\n?/g, '\n').replace(/<\/style/gi, '<\\/style');
  const policy = [
    "default-src 'none'", `script-src ${scripts.map(script => `'${digest(script)}'`).join(' ')}`, `style-src '${digest(css)}'`, "img-src data:", "font-src data:", "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language?.tag ?? 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Unveil">
<title>${escapeHtml(pageTitle(model))}</title>
<style>${css}</style>
</head>
<body class="vscode-light">
<div id="unveil-root"><noscript>This report is drawn by a script inside this file; allow scripts to read it.</noscript></div>
${language ? `<script type="application/json" id="unveil-l10n">${jsonForScript(language.page)}</script>\n` : ''}<script type="application/json" id="unveil-model">${jsonForScript(shown(model))}</script>
${scripts.map(script => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

/**
 * What the page needs of a model: no parameters, no folder of the machine that it was made on, and no effects of the kind `shape`, which
 * stand in the section that draws them.
 */
function shown({ name, created, report }: AnyModelFile): { readonly name: string; readonly created: string; readonly report: object } {
  const { effects, ...rest } = report;
  const drawn = effects?.filter(effect => effect.kind !== 'shape');
  return { name, created, report: { ...rest, ...(drawn && { effects: drawn }), recipe: { ...report.recipe, file: basename(report.recipe.file) } } };
}

/** JSON that can stand inside a script element: no character in it can end the element or start a comment. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026')
    .replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029');
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

function pageTitle(model: AnyModelFile): string {
  const { name, report } = model;
  const of = explainsTarget(model) ? ` of ${shorten(model.recipe.target)}` : '';
  return `${shorten(name)} – ${report.model.title}${of}`.replace(/[\u0000-\u001f\u007f]/g, ' ');
}

function shorten(text: string): string {
  const characters = Array.from(text.slice(0, 200));
  return characters.length <= 80 ? characters.join('') : `${characters.slice(0, 79).join('')}…`;
}

/** Script text that an HTML parser reads as it is: its line ends, and nothing that ends or comments out the element. */
function inScript(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '\\x3c!--');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
