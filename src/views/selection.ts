/** What is selected in the side bar is what the inspector shows. */
import type * as vscode from 'vscode';
import { errorDetail, type Log } from '../services/log';
import type { ModelStore } from '../services/modelStore';
import type { DatasetsView } from './datasetsView';
import type { Inspector } from './inspector';
import type { ModelsView } from './modelsView';

export interface Selectable {
  readonly datasetsView: DatasetsView;
  readonly modelsView: ModelsView;
  readonly inspector: Inspector;
  readonly store: ModelStore;
  readonly log: Log;
}

export function inspectSelection({ datasetsView, modelsView, inspector, store, log }: Selectable): vscode.Disposable {
  const columns = datasetsView.tree.onDidChangeSelection(({ selection: [node] }) => {
    if (node?.kind === 'column') inspector.show({ kind: 'column', file: node.uri.fsPath, rows: node.rows, column: node.profile });
  });
  const models = modelsView.tree.onDidChangeSelection(async ({ selection: [selected] }) => {
    let node = selected;
    while (node && 'parent' in node) node = node.parent;
    if (node?.kind !== 'model') return;
    try {
      const { name, report } = await store.load(node.id);
      inspector.show({ kind: 'model', name, report });
    } catch (error) {
      log.debug(errorDetail(error));
    }
  });
  return { dispose: () => { columns.dispose(); models.dispose(); } };
}
