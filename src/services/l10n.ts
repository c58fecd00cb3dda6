/**
 * The texts that people see, in their language: `t('Reading {0}…', name)`. VS Code's own `l10n.t` does the work once extension.ts
 * has handed it over; without it the English text is filled in. `npm run l10n` collects the calls. No vscode.
 */

import { proseOf, type Prose } from '../protocol/prose';
import type { ProseTable } from '../protocol/proseTemplates';

type Part = string | number | boolean;
type Translator = (text: string, ...parts: Part[]) => string;

/** The text with {0}, {1} … filled in. A place without a part stays as it is. */
export function fillIn(text: string, ...parts: readonly Part[]): string {
  return text.replace(/\{(\d+)\}/g, (place, index: string) => String(parts[Number(index)] ?? place));
}

let translate: Translator = fillIn;
let say: Prose = proseOf({});

/** Takes effect for texts that are asked for afterwards. `table`: of the sentences of the engine. */
export function translateWith(translator: Translator, table: ProseTable = {}): void {
  translate = translator;
  say = proseOf(table);
}

/** The translation of a text that the engine wrote, such as a stage or an error; the text itself where there is none. */
export function known(text: string): string {
  return say(text);
}

/** `text` has to be a literal: it is the key of the translation. */
export function t(text: string, ...parts: Part[]): string {
  return translate(text, ...parts);
}
