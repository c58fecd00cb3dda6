/** Which actions an error offers, at most two, by its reason. */
import { commandIds } from '../contributions';
import type { UserError } from '../protocol/errors';
import { t } from './l10n';

/** A button of a notification: a command of VS Code, or a function. */
export type Action =
  | { readonly title: string; readonly command: string; readonly arguments: readonly unknown[] }
  | { readonly title: string; readonly run: () => Promise<unknown> };

const showLog: Action = { title: t('Show Log'), command: commandIds.showLog, arguments: [] };
const restart: Action = { title: t('Restart Engine'), command: commandIds.restartEngine, arguments: [] };
const settings = (query: string): Action =>
  ({ title: t('Open Settings'), command: 'workbench.action.openSettings', arguments: [query] });

/** `file` is the data file that was worked on, where the error itself names none. */
export function errorActions(error: UserError, file = error.place.file): readonly Action[] {
  const chooseTarget: readonly Action[] =
    file === undefined ? [] : [{ title: t('Choose Another Column…'), command: commandIds.explainFile, arguments: [file] }];
  const editFormula: readonly Action[] =
    file === undefined ? [] : [{ title: t('Edit Formula…'), command: commandIds.explainFormula, arguments: [file] }];
  const openData: readonly Action[] =
    file === undefined ? [] : [{ title: t('Open File'), command: commandIds.openData, arguments: [{ file, line: error.place.line }] }];
  switch (error.reason) {
    case 'fileNotFound': return [{ title: t('Choose Another File…'), command: commandIds.explainFile, arguments: [] }, showLog];
    case 'fileChanged': return [...chooseTarget, showLog];
    case 'lacksColumns': return [...openData, showLog];
    case 'fileUnreadable': case 'notTabular': case 'emptyFile': case 'noRows': case 'malformed': return [...openData, showLog];
    case 'tooFewRows': case 'unknownColumn': case 'badTarget': case 'badFeatures': return [...chooseTarget, showLog];
    case 'badFormula': return [...editFormula, showLog];
    case 'badOption': return [settings('@ext:unveil.unveil'), showLog];
    case 'outOfMemory': return [restart, settings('unveil.engine.memoryMB')];
    case 'engineStopped': return [restart, showLog];
    case 'badModelFile': case 'cannotWrite': case 'numerical': case 'internal': return [showLog];
  }
}
