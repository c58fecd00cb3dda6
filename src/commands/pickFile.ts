/** Which data file a command is about: the one it was called on, the one in the editor, or one that is picked. */
import * as vscode from 'vscode';
import { dataFilePattern } from '../contributions';
import { diskPath } from '../services/datasets';
import { t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { fileIn } from './arguments';
import type { Host } from './host';

/** Path on disk; undefined when the person left. Throws UserError for files that are not on disk. */
export async function chooseFile(host: Host, argument: unknown, title: string): Promise<string | undefined> {
  const named = fileIn(argument);
  if (typeof named === 'string') return named.startsWith('file:') ? vscode.Uri.parse(named).fsPath : named;
  const uri = named ?? activeDataFile() ?? (await pickWorkspaceFile(host, title));
  return uri && diskPath(uri);
}

/** The data file in the active tab, whatever editor shows it. */
function activeDataFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input as { readonly uri?: unknown } | undefined;
  const uri = input?.uri ?? vscode.window.activeTextEditor?.document.uri;
  return uri instanceof vscode.Uri && dataFilePattern.test(uri.path) ? uri : undefined;
}

interface FileItem extends vscode.QuickPickItem { readonly uri?: vscode.Uri }

async function pickWorkspaceFile(host: Host, title: string): Promise<vscode.Uri | undefined> {
  const browse: FileItem = { label: `$(folder-opened) ${t('Browse…')}`, alwaysShow: true };
  const items = host.datasets.list().then(({ files }): FileItem[] => {
    const rows: FileItem[] = files.map(uri => {
      const relative = vscode.workspace.asRelativePath(uri);
      const name = baseName(relative);
      return { label: `$(table) ${plainText(name)}`, description: plainText(relative.slice(0, -name.length - 1)), uri };
    });
    return rows.length > 0 ? [...rows, { label: '', kind: vscode.QuickPickItemKind.Separator }, browse] : [browse];
  });
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: t('Data file'), matchOnDescription: true });
  if (!chosen) return undefined;
  return chosen.uri ?? browseForFile(title);
}

export async function browseForFile(title: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title, canSelectMany: false, filters: { 'Data files': ['csv', 'tsv', 'parquet', 'gz'], 'All files': ['*'] },
  });
  return chosen?.[0];
}
