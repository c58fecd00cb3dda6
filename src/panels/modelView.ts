/** One model shown in a webview, as a panel or as an editor: keeps the snapshot and passes on what is asked there. */
import type { MessageConnection } from 'vscode-jsonrpc/node';
import * as vscode from 'vscode';
import type { ModelEdit } from '../protocol/engine';
import type { PanelAction, PanelSnapshot, PanelStatus } from '../protocol/panel';
import type { PanelId } from '../protocol/sectionBase';
import type { WhatIfAnswer, WhatIfFailure, WhatIfQuestion } from '../protocol/whatIf';
import { errorDetail, type Log } from '../services/log';
import { plainText } from '../services/plainText';
import { connectWebview } from './webviewConnection';

/** Where a model is: in the store under an id, or in a file of the person's own. */
export type ModelReference = { readonly source: 'store'; readonly id: string } | { readonly source: 'file'; readonly uri: vscode.Uri };

export function referenceKey(reference: ModelReference): string {
  return reference.source === 'store' ? reference.id : String(reference.uri);
}

function ofReference(reference: ModelReference): Pick<PanelSnapshot, 'source' | 'id'> {
  return { source: reference.source, id: reference.source === 'store' ? reference.id : undefined };
}

/** What is done when something is asked for in a view, or when it shows another report. */
export interface ViewActions {
  act(view: ModelView, action: PanelAction): void;
  explainRow(view: ModelView, row: number): void;
  whatIf(view: ModelView, ask: WhatIfQuestion): Promise<WhatIfAnswer | WhatIfFailure>;
  explainFamily(view: ModelView, family: string): void;
  applyFix(view: ModelView, place: number): unknown;
  editModel(view: ModelView, edit: ModelEdit): void;
  reportChanged(view: ModelView): void;
}

export interface ModelViewSetup {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  readonly actions: ViewActions;
  /** Told when another tab is in front, or another row is asked for. */
  readonly moved?: (view: ModelView) => void;
}

/** Snapshots are whole, so that stages of a run and live curves are sent at most this often. Milliseconds. */
const sendEvery = 200;

export class ModelView {
  private connection: MessageConnection | undefined;
  private sendTimer: NodeJS.Timeout | undefined;
  private lastSent = 0;
  private closed = false;
  private current: PanelSnapshot;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private ref: ModelReference,
    initial: Pick<PanelSnapshot, 'name' | 'panel' | 'status' | 'report'>,
    private readonly setup: ModelViewSetup,
  ) {
    this.current = { ...initial, ...ofReference(ref) };
    panel.onDidDispose(() => {
      this.closed = true;
      clearTimeout(this.sendTimer);
      this.connection?.dispose();
      this.connection = undefined;
    });
    void this.connect();
    if (initial.report) setup.actions.reportChanged(this);
  }

  get isClosed(): boolean {
    return this.closed;
  }

  get reference(): ModelReference {
    return this.ref;
  }

  get snapshot(): PanelSnapshot {
    return this.current;
  }

  /** Changes what is shown; stages of a run are thinned out, everything else is sent at once. */
  update(change: Partial<Omit<PanelSnapshot, 'source' | 'id'>>, reference = this.ref): void {
    const { status, report, row, comparing } = this.current;
    const newReport = 'report' in change && change.report !== report;
    this.ref = reference;
    // A row was explained by the model that was shown then, and peers are those of its report.
    this.current = { ...this.current, ...(newReport && { row: undefined, peers: undefined }), ...change, ...ofReference(reference) };
    if (this.closed) return;
    if (this.ref.source === 'store') this.panel.title = plainText(this.current.name, 60);
    const stageOnly = Object.keys(change).length === 1
      && ((status.state === 'working' && change.status?.state === 'working') || (comparing !== undefined && change.comparing !== undefined));
    this.send(stageOnly);
    if (this.current.row?.row !== row?.row) this.setup.moved?.(this);
    if (newReport && change.report) this.setup.actions.reportChanged(this);
  }

  setStatus(status: PanelStatus): void {
    this.update({ status });
  }

  /** Moves to a tab. */
  show(panel: PanelId): void {
    this.current = { ...this.current, panel };
    this.setup.moved?.(this);
    if (this.panel.visible) void this.connection?.sendNotification('show', { panel }).catch(() => undefined);
  }

  private async connect(): Promise<void> {
    try {
      this.connection = await connectWebview(this.panel.webview, {
        extensionUri: this.setup.extensionUri,
        bundle: 'report',
        title: this.current.name,
        log: this.setup.log,
        serve: connection => this.serve(connection),
      });
    } catch (error) {
      // The panel can be closed while it opens.
      this.setup.log.warn(`The panel could not be opened. ${errorDetail(error)}`);
    }
  }

  private serve(connection: MessageConnection): void {
    connection.onRequest('ready', () => this.current);
    connection.onRequest('action', ({ action }: { action: PanelAction }) => {
      this.setup.actions.act(this, action);
      return null;
    });
    connection.onRequest('explainRow', ({ row }: { row: number }) => {
      this.setup.actions.explainRow(this, row);
      return null;
    });
    connection.onRequest('whatIf', ({ ask }: { ask: WhatIfQuestion }) => this.setup.actions.whatIf(this, ask));
    connection.onRequest('explainFamily', ({ family }: { family: string }) => {
      this.setup.actions.explainFamily(this, family);
      return null;
    });
    connection.onRequest('applyFix', ({ place }: { place: number }) => {
      this.setup.actions.applyFix(this, place);
      return null;
    });
    connection.onRequest('editModel', ({ edit }: { edit: ModelEdit }) => {
      this.setup.actions.editModel(this, edit);
      return null;
    });
    connection.onRequest('panelChanged', ({ panel }: { panel: PanelId }) => {
      this.current = { ...this.current, panel };
      this.setup.moved?.(this);
      return null;
    });
    connection.onRequest('copyText', async ({ text }: { text: string }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    });
  }

  private send(mayWait: boolean): void {
    clearTimeout(this.sendTimer);
    const wait = mayWait ? Math.max(0, this.lastSent + sendEvery - Date.now()) : 0;
    if (wait > 0) {
      this.sendTimer = setTimeout(() => this.sendNow(), wait);
    } else {
      this.sendNow();
    }
  }

  private sendNow(): void {
    this.lastSent = Date.now();
    if (this.closed) return;
    if (this.panel.visible) void this.connection?.sendNotification('snapshot', this.current).catch(() => undefined);
  }
}
