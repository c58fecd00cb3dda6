/**
 * The texts of the page in the person's language: `t('Show {0} more', count)`. The host puts one table into the page
 * (src/panels/webviewHtml.ts), with the English texts as keys; an HTML file has none and stays English. `npm run l10n` collects the calls.
 */

import { proseOf, type Prose } from '../src/protocol/prose';
import { inLanguage } from '../src/protocol/reportProse';

type Part = string | number;
type Table = Readonly<Record<string, string>>;

/** Id of the element that holds the table as JSON. */
const tableId = 'unveil-l10n';

/** The part of `document` that is asked: tests have none, and are compiled without a browser's types. */
interface Page { getElementById(id: string): { readonly textContent: string | null } | null }

function readTable(): Table {
  const text = (globalThis as { readonly document?: Page }).document?.getElementById?.(tableId)?.textContent;
  if (!text) return {};
  try {
    return JSON.parse(text) as Table;
  } catch (error) {
    console.error(error);
    return {};
  }
}

let table: Table = readTable();
let say: Prose = proseOf(table);

/** For tests: another table. */
export function useTable(next: Table): void {
  table = next;
  say = proseOf(next);
}

/** `text` has to be a literal: it is the key of the translation. {0}, {1} … are filled in. */
export function t(text: string, ...parts: readonly Part[]): string {
  const found = Object.hasOwn(table, text) ? table[text]! : text;
  return found.replace(/\{(\d+)\}/g, (place, index: string) => String(parts[Number(index)] ?? place));
}

/** The translation of a text that the engine wrote, such as the title of a section; the text itself where there is none. */
export function known(text: string): string {
  return say(text);
}

/** A report, or an answer about a model, with its sentences in the person's language. */
export function shownIn<T>(value: T): T {
  return Object.keys(table).length === 0 ? value : inLanguage(value, say);
}
