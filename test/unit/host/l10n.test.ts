/** Every text that people see can be translated, and simplified Chinese has them all. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterEach, describe, expect, it } from 'vitest';
import { webviewHtml } from '../../../src/panels/webviewHtml';
import { fillIn, known, t, translateWith } from '../../../src/services/l10n';
import { bundleText, collect, visitSources } from '../../../scripts/tools/l10n.mjs';
import { assembled, collectProse } from '../../../scripts/tools/prose.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const table = (file: string): Record<string, string> => JSON.parse(read(file)) as Record<string, string>;
const english = table('l10n/bundle.l10n.json');
const chinese = table('l10n/bundle.l10n.zh-cn.json');
const manifest = table('package.nls.json');
const manifestChinese = table('package.nls.zh-cn.json');
const places = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place).sort();
const hasChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** What is the same in every language: names, signs, what is only filled in. */
const alike = new Set(['Lasso', 'Unveil', 'draft, for the review', '{0} / {1}']);

describe('the texts of the program', () => {
  it('stand in l10n/bundle.l10n.json as they are in the source; `npm run l10n` writes them', () => {
    const { keys, faults } = collect();
    expect(faults).toEqual([]);
    expect(read('l10n/bundle.l10n.json')).toBe(bundleText(keys));
    expect(keys.length).toBeGreaterThan(900);
  });

  it('all have a Chinese translation with the same places to fill in', () => {
    expect(Object.keys(english).filter(key => !Object.hasOwn(chinese, key))).toEqual([]);
    expect(Object.keys(english).filter(key => places(key).join() !== places(chinese[key]!).join())).toEqual([]);
    expect(Object.keys(english).filter(key => !hasChinese(chinese[key]!) && /[a-z]{3}/i.test(key.replace(/\{\d+\}/g, '')) && !alike.has(key))).toEqual([]);
  });
});

describe('the sentences of the engine', () => {
  const templates = new Set([...collectProse().map(({ key }) => key), ...assembled]);

  it('all have a Chinese translation, which fills in nothing that the English does not have', () => {
    expect(templates.size).toBeGreaterThan(4000);
    expect([...templates].filter(key => !Object.hasOwn(chinese, key))).toEqual([]);
    expect([...templates].filter(key => places(chinese[key]!).some(place => !places(key).includes(place)))).toEqual([]);
    const sentences = [...templates].filter(key => /^[A-Z].* [a-z]+ .*\.$/.test(key));
    expect(sentences.length).toBeGreaterThan(1000);
    expect(sentences.filter(key => !hasChinese(chinese[key]!))).toEqual([]);
  });

  it('have no translation without them: what is in neither list is a title that stands in the source', () => {
    const engine = ['src/engine', 'src/protocol'].flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts')).map(name => read(join(folder, name)))).join('\n');
    expect(Object.keys(chinese).filter(key => !Object.hasOwn(english, key) && !templates.has(key) && !engine.includes(`'${key}'`))).toEqual([]);
  });
});

/** Texts of package.json that people see, with where they stand. */
function manifestTexts(): { readonly place: string; readonly text: string }[] {
  const found: { place: string; text: string }[] = [];
  const seen = new Set(['title', 'description', 'markdownDescription', 'displayName', 'userDescription', 'contents', 'altText', 'enumDescriptions', 'name']);
  const walk = (value: unknown, place: string, name: string): void => {
    if (typeof value === 'string') {
      // The words of tools are for language models, which are spoken to in English.
      if (seen.has(name) && !/inputSchema|languageModelTools\.\d+\.name/.test(place)) found.push({ place, text: value });
    } else if (Array.isArray(value)) value.forEach((item, index) => walk(item, `${place}.${index}`, name));
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) walk(item, `${place}.${key}`, key);
  };
  const { contributes, displayName, description, capabilities } = JSON.parse(read('package.json')) as Record<string, unknown>;
  walk({ contributes, displayName, description, capabilities }, '', '');
  return found;
}

describe('the texts of package.json', () => {
  it('stand in package.nls.json, but for the product\'s name', () => {
    const texts = manifestTexts();
    expect(texts.length).toBeGreaterThan(90);
    expect(texts.filter(({ text }) => !/^%[\w.]+%$/.test(text) && text !== 'Unveil')).toEqual([]);
    const used = texts.map(({ text }) => text.slice(1, -1)).filter(key => key !== 'nvei');
    expect([...new Set(used)].sort()).toEqual(Object.keys(manifest).sort());
  });

  it('all have a Chinese translation that keeps their commands', () => {
    expect(Object.keys(manifestChinese)).toEqual(Object.keys(manifest));
    const links = (text: string): string[] => [...text.matchAll(/\(command:[^)]*\)/g)].map(([link]) => link).sort();
    for (const [key, text] of Object.entries(manifest)) {
      expect(links(manifestChinese[key]!), key).toEqual(links(text));
      expect(hasChinese(manifestChinese[key]!), key).toBe(true);
    }
  });
});

/** Names of properties and calls whose texts VS Code shows. */
const shownProperties = new Set(['title', 'placeHolder', 'placeholder', 'busyPlaceholder', 'prompt', 'label', 'detail', 'description', 'tooltip', 'message', 'stage']);
const shownCalls = /(^|\.)(showInformationMessage|showWarningMessage|showErrorMessage|inform|warn|confirm|withProgress|setStatusBarMessage|chooseFile|browseForFile|pickModel|loadTargetModel)$/;
/** Parts of requests to the engine, an example of a formula, names of nodes that are translated where they are drawn, and words for the log. */
const noTexts = new Set(['full', 'quick', 'y ~ a + b + a:b', 'Features', 'Metrics', 'npm ended with \n']);
/** Names of things that every language writes so, and what is no text. */
const names = /^(\$\([\w~-]+\) ?|[\s·:,;()[\]{}0-9%.…/→–—-]|Unveil|TypeScript|Python|SQL|HTML|LaTeX|Excel|λ|ROC|AUC|RMSE|MAE|F1|R²|MB|ms|p)*$/;

function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isTemplateExpression(node) ? [node.head.text, ...node.templateSpans.map(span => span.literal.text)].join('') : undefined;
}

/** The texts that are shown as they stand in the source, as "file:line text". */
function untranslated(): string[] {
  const found: string[] = [];
  visitSources((node: ts.Node, file: string, source: ts.SourceFile) => {
    const text = literalText(node);
    if (text === undefined || names.test(text) || noTexts.has(text) || !isShown(node)) return;
    found.push(`${file.slice(root.length)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${text}`);
  });
  return found;
}

/** Whether the literal reaches a property or a call of the lists, through conditions and fallbacks only. */
function isShown(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent) && parent.condition !== node || ts.isParenthesizedExpression(parent)) return isShown(parent);
  if (ts.isBinaryExpression(parent)) return (parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken || parent.operatorToken.kind === ts.SyntaxKind.BarBarToken || parent.operatorToken.kind === ts.SyntaxKind.PlusToken) && isShown(parent);
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && shownProperties.has(parent.name.getText());
  if (ts.isCallExpression(parent)) return parent.expression !== node && shownCalls.test(parent.expression.getText()) && !/\blog\.\w+$/.test(parent.expression.getText());
  return ts.isNewExpression(parent) && parent.expression.getText() === 'UserError' && parent.arguments?.[1] === node;
}

/** Words between the tags of a page's templates, and in the attributes that are read out, as "file:line text". */
function untranslatedMarkup(): string[] {
  const found: string[] = [];
  visitSources((node: ts.Node, file: string, source: ts.SourceFile) => {
    if (!ts.isTaggedTemplateExpression(node) || !['html', 'svg'].includes(node.tag.getText())) return;
    const { template } = node;
    const markup = ts.isTemplateExpression(template) ? [template.head.text, ...template.templateSpans.map(span => span.literal.text)].join('\u0000') : template.text;
    const texts = [...markup.replace(/<!--.*?-->/gs, '').split(/<[^>]*>/), ...[...markup.matchAll(/\s(?:aria-label|title|placeholder|alt)="([^"]*)"/g)].map(([, text]) => text!)];
    for (const text of texts.flatMap(part => part.split('\u0000')).map(part => part.trim())) {
      if (/[a-z]{2}/i.test(text) && !names.test(text)) found.push(`${file.slice(root.length)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${text}`);
    }
  });
  return found;
}

describe('a text in the source that people see', () => {
  it('goes through t()', () => {
    expect(untranslated()).toEqual([]);
  });

  it('goes through t() where it stands in the markup of a page', () => {
    expect(untranslatedMarkup()).toEqual([]);
  });
});

describe('t()', () => {
  afterEach(() => translateWith(fillIn));

  it('fills in, and leaves a place without a part as it is', () => {
    expect(t('{1} of {0}, {2}', 'a', 7)).toBe('7 of a, {2}');
  });

  it('asks the translator, texts of the engine too', () => {
    translateWith((text, ...parts) => fillIn(chinese[text] ?? text, ...parts), chinese);
    expect(t('Reading {0}…', 'a.csv')).toBe('正在读取 a.csv…');
    expect(known('Confusion matrix')).toBe('混淆矩阵');
    expect(known('A sentence that nobody translated.')).toBe('A sentence that nobody translated.');
  });
});

describe('the page of a webview', () => {
  const parts = { title: 'x', script: 's.js', styles: [], cspSource: 'c', nonce: 'n' };

  it('brings the translations as data that cannot end its element, and names the language', () => {
    const page = webviewHtml({ ...parts, language: 'zh-cn', translations: { 'a</script><b>': '一' } });
    expect(page).toContain('<html lang="zh-cn">');
    const data = /<script type="application\/json" id="unveil-l10n">(.*?)<\/script>/.exec(page)![1]!;
    expect(JSON.parse(data)).toEqual({ 'a</script><b>': '一' });
    expect(data).not.toContain('<');
  });

  it('brings none in English', () => {
    expect(webviewHtml(parts)).not.toContain('unveil-l10n');
    expect(webviewHtml({ ...parts, language: 'fr' })).toContain('<html lang="en">');
  });
});
