/** What an exported page needs to be in the person's language: the texts of the page, and those of the engine for its report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PageLanguage } from '../protocol/engine';

/** Fragments of the engine that the page looks up, too: kinds, roles and titles. */
const shortest = 24;

/** Undefined in English, and where there is no translation. */
export async function pageLanguage(extension: string): Promise<PageLanguage | undefined> {
  const { bundle } = vscode.l10n;
  if (!bundle) return undefined;
  const ofPage = JSON.parse(await readFile(join(extension, 'l10n', 'bundle.l10n.json'), 'utf8')) as Record<string, string>;
  const page = Object.fromEntries(Object.entries(bundle).filter(([key]) => Object.hasOwn(ofPage, key) || (key.length <= shortest && !key.includes('{'))));
  return { tag: vscode.env.language, page, prose: bundle };
}
