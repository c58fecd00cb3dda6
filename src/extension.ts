/** Entry of the extension: builds the services, views and panels and registers them. Composition only. */
import * as vscode from 'vscode';
import { UnveilApi } from './api';
import type { Host } from './commands/host';
import { registerCommands } from './commands/register';
import { contextKeys, reportPanelType, settingsSection, viewIds } from './contributions';
import { ModelEditor } from './panels/modelEditor';
import { ModelViews } from './panels/modelViews';
import { runPanelAction as act } from './panels/panelActions';
import { ReportPanels } from './panels/reportPanel';
import { Datasets } from './services/datasets';
import { EngineClient } from './services/engineClient';
import { ModelStore } from './services/modelStore';
import { Notifications } from './services/notifications';
import { PanelTabs } from './services/panelTabs';
import { Runs } from './services/runs';
import { Settings } from './services/settings';
import { DatasetsView } from './views/datasetsView';
import { Inspector } from './views/inspector';
import { ModelsView } from './views/modelsView';
import { inspectSelection } from './views/selection';

export function activate(context: vscode.ExtensionContext): UnveilApi {
  const { extensionUri } = context;
  const log = vscode.window.createOutputChannel('Unveil', { log: true });
  const settings = new Settings(() => vscode.workspace.getConfiguration(settingsSection));
  const notifications = new Notifications(log);
  const program = vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath;
  const engine = new EngineClient({ program, memoryMB: () => settings.get('engine.memoryMB'), log });
  const datasets = new Datasets(engine, settings, log);
  const storage = context.storageUri ?? context.globalStorageUri;
  const store = new ModelStore(vscode.Uri.joinPath(storage, 'models').fsPath, log);
  const runs = new Runs();
  const views = new ModelViews();
  const panels = new ReportPanels({ context, store, views, log, act, tabs: new PanelTabs(storage.fsPath, log) });
  const datasetsView = new DatasetsView(datasets, log, () => engine.warm());
  const modelsView = new ModelsView(store, runs);
  const inspector = new Inspector(extensionUri, log);
  const requests: Host['requests'] = new Map();
  const host: Host = {
    log, settings, notifications, engine, datasets, store, runs, views, panels, datasetsView, modelsView, inspector, requests,
  };
  context.subscriptions.push(
    log, engine, datasets, store, runs, views, datasetsView, modelsView,
    registerCommands(host),
    new ModelEditor({ extensionUri, engine, views, log, act }).register(),
    vscode.window.registerWebviewPanelSerializer(reportPanelType, panels),
    vscode.window.registerWebviewViewProvider(viewIds.inspector, inspector),
    inspectSelection(host),
    runs.onDidChange(() => void vscode.commands.executeCommand('setContext', contextKeys.running, runs.all.length > 0)),
    engine.onDidCrash(error => { if (engine.pending === 0) notifications.error(error); }),
  );
  return new UnveilApi(host, String(context.extension.packageJSON.version));
}
