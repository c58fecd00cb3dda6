/** Panels of models side by side and of histories: opened by commands, made anew after a reload of the window. */
import type { MessageConnection } from 'vscode-jsonrpc/node';
import * as vscode from 'vscode';
import { besidePanelType } from '../contributions';
import type { BesideSnapshot } from '../protocol/besidePanel';
import { t } from '../services/l10n';
import { errorDetail, type Log } from '../services/log';
import { asUserError } from '../services/notifications';
import { plainText } from '../services/plainText';
import { connectWebview } from './webviewConnection';

/** What a panel shows, without what it is about. */
export type BesideContent = Pick<BesideSnapshot, 'models' | 'drawn'>;

export interface BesideActions {
  /** Compares the models, or tells the history, anew. */
  content(kind: BesideSnapshot['kind'], references: readonly string[]): Promise<BesideContent>;
  open(reference: string): void;
}

interface OpenPanel { readonly panel: vscode.WebviewPanel; snapshot: BesideSnapshot; connection?: MessageConnection }

export class BesidePanels implements vscode.WebviewPanelSerializer {
  private readonly panels = new Set<OpenPanel>();
  private actions: BesideActions | undefined;
  private last: OpenPanel | undefined;

  constructor(private readonly extensionUri: vscode.Uri, private readonly log: Log) {}

  /** What the panels are shown by; set once, when the commands are there. */
  use(actions: BesideActions): void {
    this.actions = actions;
  }

  /** What the panel that was shown last says; undefined when it is closed. */
  get snapshot(): BesideSnapshot | undefined {
    return this.last?.snapshot;
  }

  /** Shows the content in the panel of these models, or in a new one. */
  show(kind: BesideSnapshot['kind'], references: readonly string[], content: BesideContent): void {
    const same = [...this.panels].find(({ snapshot }) => snapshot.kind === kind && snapshot.references.join('\n') === references.join('\n'));
    if (same) {
      this.last = same;
      this.update(same, { kind, references, ...content });
      same.panel.reveal(undefined, false);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      besidePanelType, titleOf({ kind, references, ...content }), { viewColumn: vscode.ViewColumn.Active, preserveFocus: false }, { enableFindWidget: true });
    this.adopt(panel, { kind, references, ...content });
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { kind, references } = (state ?? {}) as { readonly [field: string]: unknown };
    const known = (kind === 'models' || kind === 'history') && Array.isArray(references) && references.every(reference => typeof reference === 'string');
    const about: Pick<BesideSnapshot, 'kind' | 'references'> = known ? { kind, references: references as string[] } : { kind: 'models', references: [] };
    const open = this.adopt(panel, { ...about, models: [] });
    try {
      if (!known || !this.actions) throw new Error('nothing is known of the panel');
      this.update(open, { ...about, ...(await this.actions.content(about.kind, about.references)) });
    } catch (error) {
      this.log.warn(errorDetail(error));
      this.update(open, { ...about, models: [], failed: known ? asUserError(error).message : t('It is not known which models this panel showed.') });
    }
  }

  private update(open: OpenPanel, snapshot: BesideSnapshot): void {
    open.snapshot = snapshot;
    if (!this.panels.has(open)) return;
    open.panel.title = titleOf(snapshot);
    void open.connection?.sendNotification('snapshot', snapshot).catch(() => undefined);
  }

  private adopt(panel: vscode.WebviewPanel, snapshot: BesideSnapshot): OpenPanel {
    const open: OpenPanel = { panel, snapshot };
    this.panels.add(open);
    this.last = open;
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extensionUri, 'media', 'report-light.svg'), dark: vscode.Uri.joinPath(this.extensionUri, 'media', 'report-dark.svg'),
    };
    panel.onDidDispose(() => {
      this.panels.delete(open);
      if (this.last === open) this.last = undefined;
      open.connection?.dispose();
    });
    void this.connect(open);
    return open;
  }

  private async connect(open: OpenPanel): Promise<void> {
    try {
      open.connection = await connectWebview(open.panel.webview, {
        extensionUri: this.extensionUri, bundle: 'beside', title: open.panel.title, log: this.log, serve: connection => this.serve(connection, open),
      });
    } catch (error) {
      // The panel can be closed while it opens.
      this.log.warn(`The panel could not be opened. ${errorDetail(error)}`);
    }
  }

  private serve(connection: MessageConnection, open: OpenPanel): void {
    connection.onRequest('ready', () => open.snapshot);
    connection.onRequest('open', ({ place }: { place: number }) => {
      const model = open.snapshot.models[place];
      if (model) this.actions?.open(model.reference);
      return null;
    });
    connection.onRequest('copyText', async ({ text }: { text: string }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    });
  }
}

function titleOf({ kind, models }: BesideSnapshot): string {
  const names = models.map(({ name }) => plainText(name, 30));
  if (names.length === 0) return kind === 'history' ? t('History') : t('Models Side by Side');
  if (kind === 'history') return t('History: {0}', names[0]!);
  return names.length === 2 ? t('{0} and {1}', names[0]!, names[1]!) : t('{0} and {1} more', names[0]!, names.length - 1);
}
