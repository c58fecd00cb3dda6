/** What can be said of a formula while it is typed; the engine has the last word. No vscode. */
import type { ProfileResult } from '../protocol/engine';
import { t } from '../services/l10n';

export interface FormulaProblem {
  readonly message: string;
  /** A formula with a certain problem is not accepted; with an uncertain one it is. */
  readonly isCertain: boolean;
}

type Token = { readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'sign'; readonly text: string };

const pattern = /`([^`]*)`|"([^"]*)"|'([^']*)'|([\p{L}._][\p{L}\p{N}\p{M}._]*)|(\d+\.?\d*(?:[eE][+-]?\d+)?)|(\*\*|[<>=!]=|&&|\|\||%[^%\s]*%|\S)/gu;
/** Names that R and patsy give a meaning of their own. */
const builtIn = new Set(['.', 'T', 'F', 'TRUE', 'FALSE', 'True', 'False', 'pi', 'Treatment', 'Sum', 'contr.treatment', 'contr.sum']);
const example = 'y ~ a + b';

/** The first problem of a formula on the given columns; undefined when none is seen. */
export function formulaProblem(text: string, columns: readonly string[]): FormulaProblem | undefined {
  const tokens = [...text.matchAll(pattern)].map(tokenOf);
  const message = structureProblem(tokens);
  if (message !== undefined) return { message, isCertain: true };
  const unknown = unknownName(tokens, columns);
  return unknown === undefined ? undefined : { message: t('There seems to be no column “{0}”.', unknown), isCertain: false };
}

function tokenOf([all, backquoted, double, single, name, number]: RegExpMatchArray): Token {
  if (backquoted !== undefined) return { kind: 'quoted', text: backquoted };
  if (double !== undefined || single !== undefined) return { kind: 'string', text: double ?? single ?? '' };
  if (name !== undefined) return { kind: 'name', text: name };
  return { kind: number === undefined ? 'sign' : 'number', text: all };
}

function structureProblem(tokens: readonly Token[]): string | undefined {
  const signs = tokens.filter(token => token.kind === 'sign').map(token => token.text);
  const open = signs.find(sign => ['`', '"', '\''].includes(sign));
  if (open !== undefined) return t('A {0} is not closed.', open);
  let depth = 0;
  for (const sign of signs) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    if (depth < 0) return t('There is a “)” without its “(”.');
  }
  if (depth > 0) return t('A “(” is not closed.');
  const tildes = signs.filter(sign => sign === '~').length;
  if (tildes !== 1) return tildes === 0 ? t('A formula has a “~” between the target and the terms, such as {0}.', example) : t('A formula has one “~” only.');
  const isTilde = (token: Token | undefined): boolean => token?.kind === 'sign' && token.text === '~';
  if (isTilde(tokens[0])) return t('The target before the “~” is missing, such as {0}.', example);
  const last = tokens[tokens.length - 1];
  if (isTilde(last)) return t('The terms after the “~” are missing, such as {0}.', example);
  if (last?.kind === 'sign' && last.text !== ')') return t('Something is missing after the “{0}” at the end.', last.text);
  return undefined;
}

/** A name that is no column, no function and no named argument. */
function unknownName(tokens: readonly Token[], columns: readonly string[]): string | undefined {
  const known = new Set(columns.flatMap(column => [column, nameInR(column)]));
  const found = tokens.find((token, index) => {
    if (token.kind === 'quoted') return !known.has(token.text);
    if (token.kind !== 'name' || builtIn.has(token.text)) return false;
    const next = tokens[index + 1];
    return !(next?.kind === 'sign' && (next.text === '(' || next.text === '=')) && !known.has(token.text);
  });
  return found?.text;
}

/** The name that R's read.csv would give the column. */
function nameInR(column: string): string {
  const name = column.replace(/[^\p{L}\p{N}._]/gu, '.');
  return /^(?:\p{L}|\.(?!\d))/u.test(name) ? name : `X${name}`;
}

/** The best guess of a target against the first suitable features. */
export function startingFormula({ profile, targets }: ProfileResult): string {
  const target = targets[0]?.column;
  const usable = profile.columns.filter(column => column.name !== target && ['numeric', 'categorical', 'boolean'].includes(column.kind));
  const terms = usable.slice(0, 8).map(column => quoted(column.name));
  return `${target === undefined ? '' : quoted(target)} ~ ${terms.length > 0 ? terms.join(' + ') : '1'}`;
}

function quoted(name: string): string {
  return /^[\p{L}.][\p{L}\p{N}._]*$/u.test(name) && !builtIn.has(name) ? name : `\`${name}\``;
}
