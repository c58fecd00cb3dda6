/**
 * Collects the texts that people see from the calls of `t()` and `plural()`, and writes them as l10n/bundle.l10n.json with themselves as
 * translations. `npm run l10n`; a unit test fails when the file is stale or a translation lacks one of them.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { inRoot } from './paths.mjs';
import { collectProse } from './prose.mjs';

/** Parts of the program that people see texts of; the engine's are looked up when they are shown. */
const folders = ['src/commands', 'src/lm', 'src/panels', 'src/services', 'src/views', 'webview'];
export const bundleFile = inRoot('l10n', 'bundle.l10n.json');

function sourceFiles(folder) {
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'l10n.ts')
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** Calls `visit(node, file, sourceFile)` for every node of every file that has texts. */
export function visitSources(visit, list = folders.flatMap(sourceFiles)) {
  for (const file of list) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const walk = node => {
      visit(node, file, source);
      ts.forEachChild(node, walk);
    };
    walk(source);
  }
}

const isText = node => node !== undefined && (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node));

/** The keys that a call brings; undefined for other calls. `known()` is for texts from elsewhere and brings none. */
function keysOf(call) {
  const name = ts.isIdentifier(call.expression) ? call.expression.text : undefined;
  const given = call.arguments;
  if (name === 't') return isText(given[0]) ? [given[0].text] : [];
  if (name !== 'plural' || !isText(given[1])) return undefined;
  return [`{0} ${given[1].text}`, `{0} ${isText(given[2]) ? given[2].text : `${given[1].text}s`}`];
}

/** {keys, faults}: the texts in order, and the calls whose text cannot be read. */
export function collect() {
  const keys = new Set();
  const faults = [];
  visitSources((node, file, source) => {
    if (!ts.isCallExpression(node)) return;
    const found = keysOf(node);
    for (const key of found ?? []) keys.add(key);
    if (found?.length === 0) faults.push(`${path.relative(inRoot(), file)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} t() wants a literal`);
  });
  return { keys: [...keys].sort(), faults };
}

/** The file's text for the keys. */
export function bundleText(keys) {
  return `${JSON.stringify(Object.fromEntries(keys.map(key => [key, key])), null, 2)}\n`;
}

if (process.argv[1]?.endsWith('l10n.mjs')) {
  const { keys, faults } = collect();
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else {
    writeFileSync(bundleFile, bundleText(keys));
    const chinese = JSON.parse(readFileSync(bundleFile.replace('l10n.json', 'l10n.zh-cn.json'), 'utf8'));
    const prose = collectProse().map(({ key }) => key);
    const missing = [...keys, ...prose].filter(key => !Object.hasOwn(chinese, key));
    console.log(`${keys.length} texts, and ${prose.length} templates of the engine's sentences; ${missing.length} without a Chinese translation${missing.length > 0 ? `:\n${missing.join('\n')}` : ''}`);
  }
}
