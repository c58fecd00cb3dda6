/**
 * Collects the sentences that the engine writes, as the keys of their translations: a template's places become {0}, {1} …, and texts
 * that are put together with + are one template. src/protocol/prose.ts finds the template of a sentence again when it is shown.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { inRoot } from './paths.mjs';

/** What people never read: code that is written for other languages, schemas, and words for language models. */
const left = /^src\/engine\/(export\/(print|literals|lower|spelling|sqlNames|\w*Runtime|builder|design|link|\w*Program\.)|math\/|notebook\/|card\/|compute\/kernels\/|formula\/(print\/|expression|grammar))|^src\/protocol\/(prose\w*|jsonText)\.ts$|\.d\.ts$/;
/** Where words are what names of columns are looked for by. */
const listsOfNames = /data\/(target|kinds)\.ts$/;
const folders = ['src/engine', 'src/protocol'];

function sourceFiles() {
  return folders.flatMap(folder => readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => path.relative(inRoot(), path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join('/')))
    .filter(file => !left.test(file)).sort();
}

const isPlain = node => ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
const isText = node => isPlain(node) || ts.isTemplateExpression(node);
const isSum = node => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** The parts of a text: strings, and the nodes of what is filled in. */
function partsOf(node) {
  if (ts.isParenthesizedExpression(node) && (isSum(node.expression) || isText(node.expression))) return partsOf(node.expression);
  if (isPlain(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.flatMap(span => [span.expression, span.literal.text])];
  if (isSum(node)) return [...partsOf(node.left), ...partsOf(node.right)];
  return [node];
}

const hasText = node => isText(node) || (isSum(node) && (hasText(node.left) || hasText(node.right)))
  || (ts.isParenthesizedExpression(node) && hasText(node.expression));

/** {key, places}: the template with {0}, {1} …, and the source of each place. */
function templateOf(node, source) {
  const places = [];
  const key = partsOf(node).map(part => {
    if (typeof part === 'string') return part;
    places.push(part.getText(source).replace(/\s+/g, ' '));
    return `{${places.length - 1}}`;
  }).join('');
  return { key: key.trim(), places };
}

/** Properties and constants whose single words are shown, too. */
const shownNames = /^(title|[xy]Title|label|summary|method|headline|subtitle|band|bandName|intervalName|estimateName|lossName|classWords|down|across|arrowTitle|unit|text|why|reason|note|hint|what|words|verb|noun|sentence|caution|stage)$|(Words|Names|Titles|Texts|Labels|Verbs|Stages)$/;

function isShownWord(node) {
  const { parent } = node;
  if (ts.isConditionalExpression(parent) && parent.condition !== node) return isShownWord(parent);
  if (ts.isParenthesizedExpression(parent)) return isShownWord(parent);
  if (ts.isTemplateSpan(parent)) return true;
  if (ts.isArrayLiteralExpression(parent)) return isShownWord(parent);
  if (ts.isPropertyAssignment(parent) && parent.initializer === node) {
    const name = parent.name.getText().replace(/'/g, '');
    return shownNames.test(name) || (ts.isObjectLiteralExpression(parent.parent) && isShownWord(parent.parent));
  }
  if (ts.isSatisfiesExpression?.(parent) || ts.isAsExpression(parent)) return isShownWord(parent);
  return ts.isVariableDeclaration(parent) && shownNames.test(parent.name.getText());
}

const isWord = text => /^[A-Za-z][A-Za-z’'-]+$/.test(text) && !/[a-z][A-Z]|^[A-Z]{5,}$/.test(text);
/** Two words at least, and no code. */
function isProse(text) {
  const bare = text.replace(/\{\d+\}/g, '#');
  if (/CASE WHEN|read_(csv|parquet)|approx_|options\.#|CAST\(|\bFROM \w|=>|\bconst |\bSELECT |\breturn |<\/|;\s*$|^\s*[.#][a-z-]+\s*\{|::|\$\{|\\[a-z]+\{|^\/\^|\bdef |\bimport /.test(bare)) return false;
  return / /.test(bare) && (/[A-Za-z]{2,}[^A-Za-z0-9]*[ (][^A-Za-z0-9]*[A-Za-z]/.test(bare) || /#[^A-Za-z]* [a-z]{2,}|[A-Za-z]{2,},? ?[^A-Za-z]*#/.test(bare));
}

/** Errors of the program itself, comparisons, keys, types and file names are not read by people. */
function isOutside(node) {
  const { parent } = node;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return true;
  if (ts.isNewExpression(node) && /^(Error|TypeError|RangeError)$/.test(node.expression.getText())) return true;
  if (ts.isCallExpression(node) && /(^|\.)(run|exec|query|all|prepare|test|match|split|join|log|warn|debug)$/.test(node.expression.getText()) && !node.arguments.some(argument => hasText(argument) && !isText(argument))) return /(run|exec|query|all|prepare|log|debug)$/.test(node.expression.getText());
  return parent !== undefined && ts.isElementAccessExpression(parent) && parent.argumentExpression === node;
}

/** Functions that put a number before a word, and its plural where that is not the word with an s. */
const counting = /^(countOf|count|countWords)$/;

/** The words of a counting call as templates, "{0} row" and "{0} rows"; undefined for other calls. */
function countedOf(node, source) {
  if (!ts.isCallExpression(node) || !counting.test(node.expression.getText(source))) return undefined;
  const words = node.arguments.slice(1).filter(hasText).map(word => templateOf(word, source));
  const [one, many = one && { ...one, key: `${one.key}s` }] = words;
  if (!one) return undefined;
  const shift = key => `{0} ${key.replace(/\{(\d+)\}/g, (_, place) => `{${Number(place) + 1}}`)}`;
  return [one, many].map(({ key, places }) => ({ key: shift(key), places: ['a number', ...places] }));
}

/** [{key, places, file}], each key once, in the order of the source. */
export function collectProse() {
  const found = new Map();
  for (const file of sourceFiles()) {
    const source = ts.createSourceFile(file, readFileSync(inRoot(file), 'utf8'), ts.ScriptTarget.Latest, true);
    const add = node => {
      const { key, places } = templateOf(node, source);
      if (found.has(key) || !(isProse(key) || (isWord(key) && !listsOfNames.test(file) && isShownWord(node)))) return;
      found.set(key, { key, places, file });
    };
    const walk = node => {
      if (isOutside(node)) return;
      const counted = countedOf(node, source);
      if (counted) {
        for (const { key, places } of counted) if (!found.has(key)) found.set(key, { key, places, file });
        walk(node.arguments[0]);
        return;
      }
      if (hasText(node) && !(node.parent && hasText(node.parent) && !ts.isTemplateSpan(node.parent))) add(node);
      ts.forEachChild(node, walk);
    };
    walk(source);
  }
  return [...found.values()];
}

/** Templates of sentences whose parts stand apart in the source. */
export const assembled = JSON.parse(readFileSync(inRoot('scripts', 'tools', 'assembledProse.json'), 'utf8'));
