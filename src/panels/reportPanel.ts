/** The report panels, one a stored model: opened by commands, brought back after a reload of the window. */
import * as vscode from 'vscode';
import { reportPanelType } from '../contributions';
import type { PanelStatus } from '../protocol/panel';
import type { AnyReport } from '../protocol/report';
import type { PanelId } from '../protocol/sectionBase';
import { t } from '../services/l10n';
import type { Log } from '../services/log';
import type { ModelStore } from '../services/modelStore';
import { asUserError } from '../services/notifications';
import type { PanelTabs } from '../services/panelTabs';
import { plainText } from '../services/plainText';
import { ModelView, type ViewActions } from './modelView';
import type { ModelViews } from './modelViews';
import { findKept, isPanelId, readKept } from './storedState';

export interface ReportPanelSetup {
  readonly context: vscode.ExtensionContext;
  readonly store: ModelStore;
  readonly views: ModelViews;
  readonly log: Log;
  readonly actions: ViewActions;
  readonly tabs: PanelTabs;
}

export interface ShownModel {
  readonly name: string;
  readonly report?: AnyReport;
  readonly status: PanelStatus;
}

export class ReportPanels implements vscode.WebviewPanelSerializer {
  constructor(private readonly setup: ReportPanelSetup) {}

  /** Opens the panel of a model, or brings it to the front; at a tab when one is given. */
  open(id: string, model: ShownModel, panel?: PanelId): ModelView {
    const existing = this.setup.views.find({ source: 'store', id });
    if (existing) {
      existing.panel.reveal(undefined, false);
      existing.update(model);
      if (panel) existing.show(panel);
      return existing;
    }
    const webviewPanel = vscode.window.createWebviewPanel(
      reportPanelType, plainText(model.name, 60), { viewColumn: vscode.ViewColumn.Active, preserveFocus: false }, { enableFindWidget: true });
    return this.adopt(webviewPanel, id, model, panel ?? 'overview');
  }

  /** Opens the panel of a stored model. Throws UserError when the model is gone or damaged. */
  async openStored(id: string, panel?: PanelId): Promise<ModelView> {
    const existing = this.setup.views.find({ source: 'store', id });
    if (existing?.snapshot.report) {
      existing.panel.reveal(undefined, false);
      if (panel) existing.show(panel);
      return existing;
    }
    const { name, report } = await this.setup.store.load(id);
    return this.open(id, { name, report, status: { state: 'ready' } }, panel);
  }

  /** After a reload: the webview kept the model's id and name and the tab. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = { name: webviewPanel.title, ...readKept(state) };
    const entry = findKept(await this.setup.store.list(), kept);
    const place = entry && (await this.setup.tabs.get(entry.id));
    const tab = isPanelId(place?.tab) ? place.tab : (kept.panel ?? 'overview');
    if (!entry) {
      const status = { state: 'failed', message: t('This model was not stored, or was deleted.') } as const;
      this.adopt(webviewPanel, this.setup.store.newId(kept.name), { name: kept.name, status }, tab);
      return;
    }
    const view = this.adopt(webviewPanel, entry.id, { name: entry.name, status: { state: 'working', stage: t('Opening') } }, tab);
    try {
      const model = await this.setup.store.load(entry.id);
      view.update({ name: model.name, report: model.report, status: { state: 'ready' } });
      if (tab === 'row' && place?.row !== undefined) this.setup.actions.explainRow(view, place.row);
    } catch (error) {
      view.setStatus({ state: 'failed', message: asUserError(error).message });
    }
  }

  private adopt(webviewPanel: vscode.WebviewPanel, id: string, model: ShownModel, panel: PanelId): ModelView {
    const { context, log, actions, views, tabs } = this.setup;
    webviewPanel.iconPath = {
      light: vscode.Uri.joinPath(context.extensionUri, 'media', 'report-light.svg'),
      dark: vscode.Uri.joinPath(context.extensionUri, 'media', 'report-dark.svg'),
    };
    const moved = ({ reference, snapshot }: ModelView): void => {
      if (reference.source === 'store') void tabs.set(reference.id, { tab: snapshot.panel, ...(snapshot.row && { row: snapshot.row.row }) });
    };
    const view = new ModelView(
      webviewPanel, { source: 'store', id }, { ...model, panel }, { extensionUri: context.extensionUri, log, actions, moved });
    views.add(view);
    return view;
  }
}
