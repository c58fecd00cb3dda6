/** `unveil.predictFile`: a model's predictions for the rows of a data file, written as CSV. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { commandIds, dataFilePattern, type CommandHandlers } from '../contributions';
import { explainsTarget, type AnyModelFile } from '../protocol/modelFile';
import type { AnyRecipe } from '../protocol/recipe';
import type { Action } from '../services/errorActions';
import { known, t } from '../services/l10n';
import { baseName } from '../services/plainText';
import { withProgress } from '../services/progress';
import { countText } from '../views/columnText';
import { field, fileIn, modelIn } from './arguments';
import type { Host } from './host';
import { browseForFile, chooseFile } from './pickFile';
import { reported } from './reported';
import { chooseModel, loadModel, pickModel } from './resolveModel';

const title = t('Predict for a File');
/** What a model adds to the rows of a file. */
const added: Readonly<Record<AnyRecipe['task'], string>> = { regression: 'predictions', classification: 'predictions', clustering: 'clusters', components: 'scores', decisions: 'actions', experiment: '' };

/** The same in the person's language; `added` goes into names of files. */
const words: Readonly<Record<AnyRecipe['task'], string>> = { regression: t('predictions'), classification: t('predictions'), clustering: t('clusters'), components: t('scores'), decisions: t('actions'), experiment: '' };

export function predictFile(host: Host): CommandHandlers['unveil.predictFile'] {
  return argument => reported(host, async () => {
    const data: unknown = isData(argument) ? argument : undefined;
    // Called on a data file the model is the open question, called on a model the file is.
    const reference = data !== undefined && modelIn(argument) === undefined ? await pickModel(host, title) : await chooseModel(host, argument);
    if (!reference) return undefined;
    const model = await loadModel(host, reference);
    const file = data === undefined ? await askFile(host) : await chooseFile(host, data, title);
    if (file === undefined) return undefined;
    const given = field(argument, 'out', 'string');
    const out = given ?? (await askOut(host, model, file));
    if (out === undefined) return undefined;
    const asked = field(argument, 'intervals', 'string');
    const intervals = asked === 'model' || asked === 'conformal' ? asked : given === undefined && model.conformal ? await askIntervals() : undefined;
    if (intervals === null) return undefined;
    const level = field(argument, 'level', 'number');
    const contributions = field(argument, 'contributions', 'number');
    const { rows, notes } = await withProgress(t('Predicting {0}', baseName(file)), (onProgress, { token }) =>
      host.engine.request('predict', { model, file, out, ...(level !== undefined && { level }), ...(intervals && { intervals }), ...(contributions !== undefined && { contributions }) }, { token, onProgress }));
    const done = explainsTarget(model) ? t('{0} predictions are in {1}.', countText(rows), baseName(out))
      : t('{0} rows with their {1} are in {2}.', countText(rows), words[model.recipe.task], baseName(out));
    tellNotes(host, done, notes.map(note => note.text), { title: explainsTarget(model) ? t('Open Predictions') : t('Open File'), command: 'vscode.open', arguments: [vscode.Uri.file(out)] });
    return { out, rows, notes: notes.map(note => note.text) };
  });
}

/** What was missing, unseen or left out of the file, beside that it is done; all of it is in the log. */
function tellNotes({ notifications, log }: Host, done: string, notes: readonly string[], open: Action): void {
  const [first, ...rest] = notes;
  if (first === undefined) return notifications.inform(done, [open]);
  for (const note of notes) log.info(note);
  const more = rest.length > 0 ? ` ${t('The log has {0} more notes.', rest.length)}` : '';
  notifications.inform(`${done} ${known(first)}${more}`, [open, { title: t('Show Log'), command: commandIds.showLog, arguments: [] }]);
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
  const own = { label: t('Intervals of the model'), detail: t('Where the model has its own; conformal ones otherwise'), value: undefined };
  const conformal = { label: t('Conformal intervals or sets'), detail: t('Hold at least the promised share of new rows, whatever the model'), value: 'conformal' as const };
  const choice = await vscode.window.showQuickPick([own, conformal], { title: t('{0}: Intervals', title) });
  return choice ? choice.value : null;
}

/** Where to save; a file that the model cannot read is refused before. */
async function askOut(host: Host, model: AnyModelFile, file: string): Promise<string | undefined> {
  await withProgress(t('Reading {0}', baseName(file)), (onProgress, { token }) => host.engine.request('requirePredictable', { model, file }, { token, onProgress }));
  const suggested = join(dirname(file), `${baseName(file).replace(dataFilePattern, '')}-${added[model.recipe.task]}.csv`);
  const uri = await vscode.window.showSaveDialog({ title: t('Save as CSV'), defaultUri: vscode.Uri.file(suggested), filters: { CSV: ['csv'] } });
  return uri?.fsPath;
}
