/** `unveil.showRuns`: the runs under way, where they are shown, and how to end them. The status bar leads here. */
import * as vscode from 'vscode';
import { commandIds, type CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { plainText } from '../services/plainText';
import { stageText } from '../services/runStatus';
import type { Run } from '../services/runs';
import type { Host } from './host';

interface RunItem extends vscode.QuickPickItem { readonly act?: () => Promise<unknown> | unknown }

export function showRuns(host: Host): CommandHandlers['unveil.showRuns'] {
  return async () => {
    const runs = host.runs.all;
    if (runs.length === 0) {
      host.notifications.inform(t('Nothing is running.'));
      return 0;
    }
    const items = runs.flatMap((run): RunItem[] => [
      { label: plainText(run.name, 80), kind: vscode.QuickPickItemKind.Separator },
      ...panelItem(host, run),
      ...(run.progress.live?.canFinish ? [{ label: `$(check) ${t('Stop Training and Keep the Best')}`, act: () => vscode.commands.executeCommand(commandIds.finishTraining, run.id) }] : []),
      { label: `$(debug-stop) ${t('Cancel')}`, description: stageText(run), act: () => host.runs.cancel(run.id) },
    ]);
    const chosen = await vscode.window.showQuickPick(items, { title: t('Running Now'), placeHolder: t('What to do with it') });
    await chosen?.act?.();
    return runs.length;
  };
}

/** The panel that shows the run, which may have no report yet; none where it was closed. */
function panelItem(host: Host, run: Run): RunItem[] {
  const view = host.views.find({ source: 'store', id: run.id });
  return view ? [{ label: `$(go-to-file) ${t('Show the Panel')}`, description: stageText(run), act: () => view.panel.reveal(undefined, false) }] : [];
}
