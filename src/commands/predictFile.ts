/** `unveil.predictFile`: a model's predictions for the rows of a data file, written as CSV. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { dataFilePattern, type CommandHandlers } from '../contributions';
import { baseName } from '../services/plainText';
import { withProgress } from '../services/progress';
import { field, fileIn, modelIn } from './arguments';
import type { Host } from './host';
import { browseForFile, chooseFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, loadModel, pickModel } from './resolveModel';
import { countText } from '../views/columnText';

const title = 'Predict for a File';

export function predictFile(host: Host): CommandHandlers['unveil.predictFile'] {
  return argument => reported(host, async () => {
    const data: unknown = isData(argument) ? argument : undefined;
    // Called on a data file the model is the open question, called on a model the file is.
    const reference = data !== undefined && modelIn(argument) === undefined ? await pickModel(host, title) : await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadModel(host, reference);
    const file = data === undefined ? await askFile(host) : await chooseFile(host, data, title);
    if (file === undefined) return undefined;
    const out = field(argument, 'out', 'string') ?? (await askOut(file));
    if (out === undefined) return undefined;
    const asked = field(argument, 'intervals', 'string');
    const intervals = asked === 'model' || asked === 'conformal' ? asked : field(argument, 'out', 'string') === undefined && model.conformal ? await askIntervals() : undefined;
    if (intervals === null) return undefined;
    const level = field(argument, 'level', 'number');
    const { rows, notes } = await withProgress(`Predicting ${baseName(file)}`, (onProgress, { token }) =>
      host.engine.request('predict', { model, file, out, ...(level !== undefined && { level }), ...(intervals && { intervals }) }, { token, onProgress }));
    host.notifications.inform(`${countText(rows)} predictions are in ${baseName(out)}.`, [
      { title: 'Open Predictions', command: 'vscode.open', arguments: [vscode.Uri.file(out)] }]);
    return { out, rows, notes: notes.map(note => note.text) };
  });
}

/** Whether the argument names a data file. */
function isData(argument: unknown): boolean {
  const file = fileIn(argument);
  return file !== undefined && (typeof argument !== 'string' || dataFilePattern.test(argument));
}

async function askFile(host: Host): Promise<string | undefined> {
  const { files } = await host.datasets.list();
  if (files.length > 0) return chooseFile(host, undefined, title);
  return (await browseForFile(title))?.fsPath;
}

/** Undefined: the model's own where it has them; null: the question was left. */
async function askIntervals(): Promise<'conformal' | undefined | null> {
  const own = { label: 'Intervals of the model', detail: 'Where the model has its own; conformal ones otherwise', value: undefined };
  const conformal = { label: 'Conformal intervals or sets', detail: 'Hold at least the promised share of new rows, whatever the model', value: 'conformal' as const };
  const choice = await vscode.window.showQuickPick([own, conformal], { title: `${title}: Intervals` });
  return choice ? choice.value : null;
}

async function askOut(file: string): Promise<string | undefined> {
  const suggested = join(dirname(file), `${baseName(file).replace(dataFilePattern, '')}-predictions.csv`);
  const uri = await vscode.window.showSaveDialog({ title: 'Save Predictions', defaultUri: vscode.Uri.file(suggested), filters: { CSV: ['csv'] } });
  return uri?.fsPath;
}
