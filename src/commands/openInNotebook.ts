/** `unveil.openInNotebook`: a notebook with the report as its output and the code that repeats the run. */
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import type { Notebook } from '../protocol/notebook';
import { writeAtomically } from '../services/atomicWrite';
import { t } from '../services/l10n';
import { plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { dataFileOf } from '../services/recipeRequest';
import { field } from './arguments';
import type { Host } from './host';
import { notebookData } from './notebookData';
import { reported } from './reported';
import { chooseModel, loadModel } from './resolveModel';

/** The type of notebook that VS Code's own extension for .ipynb brings. */
const notebookType = 'jupyter-notebook';

export function openInNotebook(host: Host): CommandHandlers['unveil.openInNotebook'] {
  return argument => reported(host, async () => {
    const reference = await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadModel(host, reference);
    const file = resolve(dataFileOf(model.recipe, reference.source === 'file' ? reference.uri.fsPath : undefined));
    // The notebook says nothing of parameters, and they are the bulk of a model.
    const { conformal: _conformal, fitted: _fitted, ...light } = model;
    const params = { model: { ...light, parameters: {} } as typeof model, file, program: resolve(__dirname, 'cli.js'), node: process.execPath };
    const notebook = await withProgress(t('Opening {0} in a notebook', plainText(model.name)), (onProgress, { token }) => host.engine.request('notebook', params, { token, onProgress }));
    const out = field(argument, 'out', 'string');
    if (out === undefined) return open(notebook);
    await writeAtomically(out, `${JSON.stringify(notebook, undefined, 1)}\n`);
    return out;
  });
}

/** An untitled notebook; its JSON as a text where the extension for notebooks is switched off. */
async function open(notebook: Notebook): Promise<string> {
  if (vscode.extensions.getExtension('vscode.ipynb')) {
    const { cells, metadata } = notebookData(notebook);
    const empty = new vscode.NotebookData([]);
    empty.metadata = metadata;
    const document = await vscode.workspace.openNotebookDocument(notebookType, empty);
    // By an edit: VS Code loses the bytes of outputs that a new notebook is opened with.
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, [vscode.NotebookEdit.replaceCells(new vscode.NotebookRange(0, document.cellCount), cells)]);
    await vscode.workspace.applyEdit(edit);
    await vscode.window.showNotebookDocument(document);
    return String(document.uri);
  }
  const document = await vscode.workspace.openTextDocument({ language: 'json', content: JSON.stringify(notebook, undefined, 1) });
  await vscode.window.showTextDocument(document);
  return String(document.uri);
}
