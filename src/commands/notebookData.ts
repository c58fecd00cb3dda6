/** A notebook's JSON as VS Code's own notebook, as its ipynb extension would read it from a file. */
import * as vscode from 'vscode';
import type { CodeCell, Lines, MarkdownCell, Notebook, ReportOutput } from '../protocol/notebook';

export function notebookData({ cells, metadata, nbformat, nbformat_minor }: Notebook): vscode.NotebookData {
  const data = new vscode.NotebookData(cells.map(cell => (cell.cell_type === 'markdown' ? markdownCell(cell) : codeCell(cell, metadata.language_info.name))));
  data.metadata = { cells: [], metadata, nbformat, nbformat_minor };
  return data;
}

const textOf = (lines: Lines): string => lines.join('');

function markdownCell({ id, metadata, source }: MarkdownCell): vscode.NotebookCellData {
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, textOf(source), 'markdown');
  cell.metadata = { id, metadata };
  return cell;
}

function codeCell({ id, metadata, source, outputs }: CodeCell, language: string): vscode.NotebookCellData {
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, textOf(source), language);
  cell.metadata = { id, metadata, execution_count: null };
  cell.outputs = outputs.map(output);
  return cell;
}

function output({ data, metadata, output_type: outputType }: ReportOutput): vscode.NotebookCellOutput {
  const items = Object.entries(data).map(([mime, value]) => (mime.endsWith('+json')
    ? vscode.NotebookCellOutputItem.text(JSON.stringify(value), mime)
    : vscode.NotebookCellOutputItem.text(textOf(value as Lines), mime)));
  return new vscode.NotebookCellOutput(items, { outputType, metadata });
}
