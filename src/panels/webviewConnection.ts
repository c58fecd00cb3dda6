/** Gives a webview its page and a JSON-RPC connection over postMessage. */
import { randomBytes } from 'node:crypto';
import type { Message, MessageConnection } from 'vscode-jsonrpc/node';
import * as vscode from 'vscode';
import type { Log } from '../services/log';
import { webviewHtml } from './webviewHtml';

export interface WebviewSetup {
  readonly extensionUri: vscode.Uri;
  /** Name of the bundle in dist/webview. */
  readonly bundle: 'report' | 'inspector' | 'beside';
  readonly title: string;
  readonly log: Log;
  /** Registers the handlers; the connection listens right after. */
  readonly serve: (connection: MessageConnection) => void;
}

/** Resolves when the page is set; what the page says first is answered in any case. */
export async function connectWebview(webview: vscode.Webview, setup: WebviewSetup): Promise<MessageConnection> {
  const { extensionUri, log } = setup;
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder, vscode.Uri.joinPath(extensionUri, 'media')] };
  // Loaded here: activation must not wait for it.
  const rpc = await import('vscode-jsonrpc/node');

  class Reader extends rpc.AbstractMessageReader {
    listen(callback: (message: Message) => void): vscode.Disposable {
      return webview.onDidReceiveMessage((message: unknown) => {
        if (isMessage(message)) callback(message);
      });
    }
  }
  class Writer extends rpc.AbstractMessageWriter {
    async write(message: Message): Promise<void> {
      // False while the page is hidden; it asks for a whole snapshot when it is back.
      await webview.postMessage(message);
    }

    end(): void {
      // A webview has no end to announce.
    }
  }

  const connection = rpc.createMessageConnection(new Reader(), new Writer(), {
    error: message => log.warn(`Webview: ${message}`),
    warn: message => log.warn(`Webview: ${message}`),
    info: message => log.debug(`Webview: ${message}`),
    log: message => log.debug(`Webview: ${message}`),
  });
  setup.serve(connection);
  connection.listen();
  webview.html = webviewHtml({
    title: setup.title,
    script: String(webview.asWebviewUri(vscode.Uri.joinPath(folder, `${setup.bundle}.js`))),
    // Only the report sets formulas.
    styles: [...(setup.bundle === 'report' ? ['math.css'] : []), 'report.css'].map(name => String(webview.asWebviewUri(vscode.Uri.joinPath(folder, name)))),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    language: vscode.env.language,
    ...(vscode.l10n.bundle && { translations: vscode.l10n.bundle }),
  });
  return connection;
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && (value as { jsonrpc?: unknown }).jsonrpc === '2.0';
}
