import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Notebook } from '../../src/protocol/notebook';
import { eventually, run, stored, workspacePath } from './host';

const mime = 'application/vnd.unveil.report+json';

function jsonOf({ data }: vscode.NotebookCellOutputItem): unknown {
  return JSON.parse(new TextDecoder().decode(data));
}

describe('Open in Notebook', () => {
  let id: string | undefined;

  before(async () => {
    id = await run('unveil.explainFile', { file: workspacePath('quote\'s "double".csv'), target: 'target', model: 'logistic', detail: 'brief', prompt: false });
  });
  after(async () => {
    // Nobody is there to say whether an unsaved notebook is to be kept.
    for (const document of vscode.workspace.notebookDocuments.filter(one => one.isDirty || one.isUntitled)) {
      await vscode.window.showNotebookDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function shownNotebook(address: string | undefined): vscode.NotebookDocument {
    const found = vscode.workspace.notebookDocuments.find(({ uri }) => String(uri) === address);
    assert.ok(found, `${address} is not among ${vscode.workspace.notebookDocuments.map(({ uri }) => String(uri)).join(', ')}`);
    return found;
  }

  it('opens an untitled notebook whose output is the report, and whose code names the program and the file', async () => {
    const { report, name } = await stored(id);
    const document = shownNotebook(await run('unveil.openInNotebook', { id: id! }));
    assert.equal(document.notebookType, 'jupyter-notebook');
    assert.ok(document.isUntitled);
    await eventually('the notebook in front', () => vscode.window.activeNotebookEditor?.notebook === document);
    const [about, code] = document.getCells() as [vscode.NotebookCell, vscode.NotebookCell];
    assert.equal(about.kind, vscode.NotebookCellKind.Markup);
    assert.ok(about.document.getText().includes(name.slice(0, 10)), about.document.getText());
    assert.equal(code.document.languageId, 'python');
    assert.ok(code.document.getText().includes(`data = ${JSON.stringify(workspacePath('quote\'s "double".csv'))}`), code.document.getText());
    assert.match(code.document.getText(), /program = ".*cli\.js"/);
    const [output] = code.outputs;
    assert.deepEqual(output?.items.map(item => item.mime), [mime, 'text/plain']);
    assert.deepEqual(jsonOf(output!.items[0]!), report);
  });

  it('writes the same notebook to a file, which VS Code opens with the same cells', async () => {
    const out = workspacePath('iris.ipynb');
    assert.equal(await run('unveil.openInNotebook', { id: id!, out }), out);
    const written = JSON.parse(readFileSync(out, 'utf8')) as Notebook;
    assert.deepEqual([written.nbformat, written.nbformat_minor, written.cells.length], [4, 5, 2]);
    const document = await vscode.workspace.openNotebookDocument(vscode.Uri.file(out));
    const untitled = shownNotebook(await run('unveil.openInNotebook', { id: id! }));
    assert.deepEqual(document.getCells().map(cell => cell.document.getText()), untitled.getCells().map(cell => cell.document.getText()));
    assert.deepEqual(document.cellAt(1).outputs[0]?.items.map(item => item.mime), untitled.cellAt(1).outputs[0]?.items.map(item => item.mime));
    assert.deepEqual(jsonOf(document.cellAt(1).outputs[0]!.items[0]!), (await stored(id)).report);
  });

  it('does the same for what has no target', async () => {
    const clusters = await run('unveil.findClusters', { file: workspacePath('iris.csv'), options: { k: 2 }, prompt: false });
    const document = shownNotebook(await run('unveil.openInNotebook', { id: clusters! }));
    assert.ok(document.cellAt(1).document.getText().includes('"cluster", data, "--recipe"'));
    assert.deepEqual(document.cellAt(1).outputs[0]?.items.map(item => item.mime), [mime, 'text/plain']);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
