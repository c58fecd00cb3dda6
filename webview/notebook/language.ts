/**
 * The renderer's texts in the person's language. No host puts a table into a notebook's page, so the renderer brings its own; the page has the
 * language that VS Code was started with. Imported before all that asks for texts.
 */
import chinese from '../../l10n/bundle.l10n.zh-cn.json';
import { useTable } from '../l10n';

/** Simplified Chinese; the traditional one has no table. */
export function tableFor(language: string | undefined): Readonly<Record<string, string>> | undefined {
  return language !== undefined && /^zh(-(cn|sg|hans)\b.*)?$/i.test(language) ? chinese : undefined;
}

const table = tableFor((globalThis as { readonly navigator?: { readonly language?: string } }).navigator?.language);
if (table) useTable(table);
