/** `unveil.exportCode`: a model as a TypeScript, Python or SQL file that needs no library. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { codeLanguages, type CodeLanguage } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import { t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { field } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, loadTargetModel } from './resolveModel';
import { fileNameOf } from './saveModelAs';

const languages: Readonly<Record<CodeLanguage, { readonly label: string; readonly detail: string; readonly ending: string }>> = {
  typescript: { label: 'TypeScript', detail: t('A function from a row to its prediction'), ending: 'ts' },
  python: { label: 'Python', detail: t('A function from a row to its prediction, standard library only'), ending: 'py' },
  sql: { label: 'SQL', detail: t('One SELECT for DuckDB from the table "data"'), ending: 'sql' },
};

export function exportCode(host: Host): CommandHandlers['unveil.exportCode'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadTargetModel(host, reference, t('be written as code'));
    const language = languageIn(argument) ?? (await askLanguage(model));
    if (language === undefined) return undefined;
    const out = field(argument, 'out', 'string') ?? (await askOut(model, language));
    if (out === undefined) return undefined;
    const table = field(argument, 'table', 'string');
    const params = { model, language, out, ...(table !== undefined && { table }) };
    await withProgress(t('Exporting {0}', plainText(model.name)), (onProgress, { token }) => host.engine.request('exportCode', params, { token, onProgress }));
    host.notifications.inform(t('The code is in {0}.', baseName(out)), [{ title: t('Open'), command: 'vscode.open', arguments: [vscode.Uri.file(out)] }]);
    return out;
  });
}

/** The language that a program names. Throws UserError for one that there is not. */
function languageIn(argument: unknown): CodeLanguage | undefined {
  const named = field(argument, 'language', 'string');
  const language = codeLanguages.find(item => item === named);
  if (named !== undefined && !language) throw new UserError('badOption', t('A model is exported as {0} or {1}, not "{2}".', codeLanguages.slice(0, -1).join(', '), codeLanguages.at(-1)!, named));
  return language;
}

async function askLanguage({ name }: ModelFile): Promise<CodeLanguage | undefined> {
  const items = codeLanguages.map(language => ({ label: languages[language].label, detail: languages[language].detail, language }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Export Model as Code: {0}', plainText(name, 60)), placeHolder: t('Language') });
  return chosen?.language;
}

async function askOut(model: ModelFile, language: CodeLanguage): Promise<string | undefined> {
  const { label, ending } = languages[language];
  const suggested = join(dirname(model.recipe.file), `${fileNameOf(model.name)}.${ending}`);
  const uri = await vscode.window.showSaveDialog({ title: t('Export Model as Code'), defaultUri: vscode.Uri.file(suggested), filters: { [label]: [ending] } });
  return uri?.fsPath;
}
