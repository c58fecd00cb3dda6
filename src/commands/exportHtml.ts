/** `unveil.exportHtml`: the report as one HTML file that opens anywhere. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { pageLanguage } from '../services/pageLanguage';
import { baseName } from '../services/plainText';
import { withProgress } from '../services/progress';
import { field } from './arguments';
import type { Host } from './host';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';
import { fileNameOf } from './saveModelAs';

export function exportHtml(host: Host): CommandHandlers['unveil.exportHtml'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadModel(host, reference);
    const out = field(argument, 'out', 'string') ?? (await askOut(join(dirname(model.recipe.file), `${fileNameOf(model.name)}.html`)));
    if (out === undefined) return undefined;
    const language = await pageLanguage(host.folder);
    await withProgress(t('Exporting {0}', model.name), (onProgress, { token }) =>
      host.engine.request('exportHtml', { model, out, ...(language && { language }) }, { token, onProgress }));
    host.notifications.inform(t('The report is in {0}.', baseName(out)), [
      { title: t('Reveal in Explorer'), command: 'revealInExplorer', arguments: [vscode.Uri.file(out)] }]);
    return out;
  });
}

async function askOut(suggested: string): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({ title: t('Export Report'), defaultUri: vscode.Uri.file(suggested), filters: { HTML: ['html'] } });
  return uri?.fsPath;
}
