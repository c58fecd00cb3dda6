/** The inspector: a small webview of the column or model that is selected in the side bar. */
import type { MessageConnection } from 'vscode-jsonrpc/node';
import * as vscode from 'vscode';
import type { InspectorSnapshot } from '../protocol/panel';
import { connectWebview } from '../panels/webviewConnection';
import { t } from '../services/l10n';
import { errorDetail, type Log } from '../services/log';

export class Inspector implements vscode.WebviewViewProvider {
  private connection: MessageConnection | undefined;
  private view: vscode.WebviewView | undefined;
  private current: InspectorSnapshot = { kind: 'nothing' };

  constructor(private readonly extensionUri: vscode.Uri, private readonly log: Log) {}

  get snapshot(): InspectorSnapshot {
    return this.current;
  }

  show(snapshot: InspectorSnapshot): void {
    this.current = snapshot;
    if (this.view?.visible) void this.connection?.sendNotification('snapshot', snapshot).catch(() => undefined);
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    this.view = view;
    view.onDidDispose(() => {
      this.view = undefined;
      this.connection?.dispose();
      this.connection = undefined;
    });
    try {
      this.connection = await connectWebview(view.webview, {
        extensionUri: this.extensionUri,
        bundle: 'inspector',
        title: t('Inspector'),
        log: this.log,
        serve: connection => {
          connection.onRequest('ready', () => this.current);
          connection.onRequest('copyText', async ({ text }: { text: string }) => {
            await vscode.env.clipboard.writeText(text);
            return null;
          });
        },
      });
    } catch (error) {
      this.log.warn(`The inspector could not be opened. ${errorDetail(error)}`);
    }
  }
}
