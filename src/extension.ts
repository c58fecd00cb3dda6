/** Entry of the extension: builds the services, views and panels and registers them. Composition only. */
import * as vscode from 'vscode';
import { UnveilApi } from './api';
import type { Host } from './commands/host';
import { registerCommands } from './commands/register';
import { reportPanelType, settingsSection, viewIds } from './contributions';
import { ModelEditor } from './panels/modelEditor';
import { ModelViews } from './panels/modelViews';
import type { ViewActions } from './panels/modelView';
import { runEditModel as editModel, runExplainFamily as explainFamily, runExplainRow as explainRow, runPanelAction as act } from './panels/panelActions';
import { PeerPoints } from './panels/peerPoints';
import { ReportPanels } from './panels/reportPanel';
import { Datasets } from './services/datasets';
import { EngineClient } from './services/engineClient';
import { ModelStore } from './services/modelStore';
import { Notifications } from './services/notifications';
import { PanelTabs } from './services/panelTabs';
import { Runs } from './services/runs';
import { Settings } from './services/settings';
import { TensorflowInstaller } from './services/tensorflowInstaller';
import { DatasetsView } from './views/datasetsView';
import { Inspector } from './views/inspector';
import { ModelsView } from './views/modelsView';
import { keepContext } from './views/runContext';
import { inspectSelection } from './views/selection';

export function activate(context: vscode.ExtensionContext): UnveilApi {
  const { extensionUri } = context;
  const log = vscode.window.createOutputChannel('Unveil', { log: true });
  const settings = new Settings(() => vscode.workspace.getConfiguration(settingsSection));
  const notifications = new Notifications(log);
  const program = vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath;
  const nativeFolder = vscode.Uri.joinPath(context.globalStorageUri, 'tensorflow').fsPath;
  const engine = new EngineClient({ program, memoryMB: () => settings.get('engine.memoryMB'), log, environment: { UNVEIL_TENSORFLOW: nativeFolder } });
  const probe = (folder: string) => engine.request('probeTensorflow', { folder });
  const tensorflow = new TensorflowInstaller({ folder: nativeFolder, probe, log });
  const datasets = new Datasets(engine, settings, log);
  const storage = context.storageUri ?? context.globalStorageUri;
  const store = new ModelStore(vscode.Uri.joinPath(storage, 'models').fsPath, log);
  const runs = new Runs();
  const views = new ModelViews();
  const peers = new PeerPoints(store, views, log);
  const actions: ViewActions = { act, editModel, explainRow, explainFamily, reportChanged: view => void peers.refresh(view) };
  const panels = new ReportPanels({ context, store, views, log, actions, tabs: new PanelTabs(storage.fsPath, log) });
  const datasetsView = new DatasetsView(datasets, log, () => engine.warm());
  const modelsView = new ModelsView(store, runs);
  const inspector = new Inspector(extensionUri, log);
  const requests: Host['requests'] = new Map();
  const host: Host = {
    log, settings, notifications, engine, tensorflow, datasets, store, runs, views, panels, datasetsView, modelsView, inspector, requests,
  };
  context.subscriptions.push(
    log, engine, datasets, store, runs, views, peers, datasetsView, modelsView,
    registerCommands(host),
    new ModelEditor({ extensionUri, engine, views, log, actions }).register(),
    vscode.window.registerWebviewPanelSerializer(reportPanelType, panels),
    vscode.window.registerWebviewViewProvider(viewIds.inspector, inspector),
    inspectSelection(host),
    keepContext(runs),
    engine.onDidCrash(error => { if (engine.pending === 0) notifications.error(error); }),
  );
  return new UnveilApi(host, String(context.extension.packageJSON.version));
}
