/** The custom editor of model files (*.unveil.json): the same report, from a file of the person's own. */
import * as vscode from 'vscode';
import { modelEditorType } from '../contributions';
import type { EngineClient } from '../services/engineClient';
import { t } from '../services/l10n';
import { errorDetail, type Log } from '../services/log';
import { asUserError, isCancellation } from '../services/notifications';
import { baseName } from '../services/plainText';
import { ModelView, type ViewActions } from './modelView';
import type { ModelViews } from './modelViews';

export interface ModelEditorSetup {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly views: ModelViews;
  readonly log: Log;
  readonly actions: ViewActions;
}

/** Text changes closer together than this are read once. Milliseconds. */
const settleTime = 300;

/** Text documents give diff, save and revert for free; the file is only read here, and checked by the engine. */
export class ModelEditor implements vscode.CustomTextEditorProvider {
  constructor(private readonly setup: ModelEditorSetup) {}

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(modelEditorType, this, {
      supportsMultipleEditorsPerDocument: true, webviewOptions: { enableFindWidget: true },
    });
  }

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const name = baseName(document.uri.path);
    const view = new ModelView(
      panel, { source: 'file', uri: document.uri }, { name, panel: 'overview', status: { state: 'working', stage: t('Opening') } }, this.setup);
    this.setup.views.add(view);
    let timer: NodeJS.Timeout | undefined;
    const listener = vscode.workspace.onDidChangeTextDocument(event => {
      if (event.document !== document || event.contentChanges.length === 0) return;
      clearTimeout(timer);
      timer = setTimeout(() => void this.show(document, view), settleTime);
    });
    panel.onDidDispose(() => {
      clearTimeout(timer);
      listener.dispose();
    });
    void this.show(document, view);
  }

  private async show(document: vscode.TextDocument, view: ModelView): Promise<void> {
    const { version } = document;
    try {
      const model = await this.setup.engine.request('openModel', { text: document.getText(), file: document.uri.fsPath });
      if (document.version === version) view.update({ name: model.name, report: model.report, status: { state: 'ready' } });
    } catch (error) {
      // A newer text is read already; what is wrong with the old one is of no interest.
      if (isCancellation(error) || document.version !== version) return;
      this.setup.log.warn(errorDetail(error));
      view.update({ report: undefined, status: { state: 'failed', message: asUserError(error).message } });
    }
  }
}
