/** Entry of the extension: builds the services, views and panels and registers them. Composition only. */
import './language';
import * as vscode from 'vscode';
import { UnveilApi } from './api';
import type { Host } from './commands/host';
import { besideContent, openBeside } from './commands/compareReports';
import { registerCommands } from './commands/register';
import { loadModel } from './commands/resolveModel';
import { besidePanelType, reportPanelType, settingsSection, viewIds } from './contributions';
import { registerTools } from './lm/registerTools';
import { BesidePanels } from './panels/besidePanels';
import { ModelContext } from './panels/modelContext';
import { ModelEditor } from './panels/modelEditor';
import { ModelViews } from './panels/modelViews';
import type { ViewActions } from './panels/modelView';
import { runApplyFix as applyFix, runEditModel as editModel, runExplainFamily as explainFamily, runExplainRow as explainRow, runPanelAction as act } from './panels/panelActions';
import { PeerPoints } from './panels/peerPoints';
import { WhatIfAnswers } from './panels/whatIfAnswers';
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
import { showRunsInStatusBar } from './views/statusBar';

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
  const requests: Host['requests'] = new Map();
  const peers = new PeerPoints(store, views, log);
  const modelContext = new ModelContext(views, requests);
  const reportChanged: ViewActions['reportChanged'] = view => {
    modelContext.refresh();
    void peers.refresh(view);
  };
  const whatIf = new WhatIfAnswers(engine, reference => loadModel(host, reference), log);
  const actions: ViewActions = { act, applyFix, editModel, explainRow, explainFamily, reportChanged, whatIf: (view, ask) => whatIf.ask(view, ask) };
  const panels = new ReportPanels({ context, store, views, log, actions, tabs: new PanelTabs(storage.fsPath, log) });
  const beside = new BesidePanels(extensionUri, log);
  const datasetsView = new DatasetsView(datasets, log, () => engine.warm());
  const modelsView = new ModelsView(store, runs);
  const inspector = new Inspector(extensionUri, log);
  const examples = { bundled: vscode.Uri.joinPath(extensionUri, 'examples').fsPath, storage: vscode.Uri.joinPath(context.globalStorageUri, 'examples').fsPath };
  const host: Host = {
    log, settings, notifications, engine, tensorflow, datasets, store, runs, views, panels, beside, datasetsView, modelsView, inspector, requests, examples, version: String(context.extension.packageJSON.version), folder: context.extensionUri.fsPath,
  };
  beside.use({ content: (kind, references) => besideContent(host, kind, references), open: reference => void openBeside(host, reference) });
  context.subscriptions.push(
    log, engine, datasets, store, runs, views, peers, modelContext, datasetsView, modelsView,
    registerCommands(host), registerTools(host),
    new ModelEditor({ extensionUri, engine, views, log, actions }).register(),
    vscode.window.registerWebviewPanelSerializer(reportPanelType, panels),
    vscode.window.registerWebviewPanelSerializer(besidePanelType, beside),
    vscode.window.registerWebviewViewProvider(viewIds.inspector, inspector),
    inspectSelection(host), keepContext(runs), showRunsInStatusBar(runs),
    engine.onDidCrash(error => { if (engine.pending === 0) notifications.error(error); }),
  );
  return new UnveilApi(host, host.version);
}
