/** `unveil.explainRow`: what the prediction of one data row is made of, shown on the panel of one row. */
import * as vscode from 'vscode';
import type { CommandHandlers } from '../contributions';
import type { ModelReference, ModelView } from '../panels/modelView';
import type { ExplainRowResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import { isSameModel } from '../services/comparisons';
import { t } from '../services/l10n';
import { errorDetail } from '../services/log';
import { asUserError, isCancellation } from '../services/notifications';
import { plainText } from '../services/plainText';
import { withProgress } from '../services/progress';
import { requestFrom } from '../services/recipeRequest';
import { countText } from '../views/columnText';
import { field, isFromProgram } from './arguments';
import type { Host } from './host';
import { show } from './openModel';
import { reported } from './reported';
import { chooseModel, loadTargetModel } from './resolveModel';

export function explainRow(host: Host): CommandHandlers['unveil.explainRow'] {
  return async argument => {
    const asked = await reported(host, async () => {
      const reference = await chooseModel(host, argument);
      if (!reference) return undefined;
      const model = await loadTargetModel(host, reference, t('explain a row'));
      const row = field(argument, 'row', 'number') ?? (await askRow(model));
      if (row === undefined) return undefined;
      if (!Number.isSafeInteger(row) || row < 1) throw new UserError('badOption', t('A data row is a whole number from 1 on.'));
      // Asked for in the panel: it is in view, and must not take the focus from another.
      if (field(argument, 'inPanel', 'boolean') !== true) await show(host, reference, 'row');
      return { reference, model, row };
    });
    if (!asked) return undefined;
    try {
      return await answerRow(host, asked.reference, asked.model, asked.row);
    } catch (error) {
      // The panel says what went wrong; only a program is told besides.
      if (isFromProgram(argument)) throw error;
      return undefined;
    }
  };
}

async function askRow({ name, report }: ModelFile): Promise<number | undefined> {
  const { rows } = report.data;
  const text = await vscode.window.showInputBox({
    title: t('Explain One Row: {0}', plainText(name, 60)),
    prompt: t('Number of the data row, 1 to {0}; the header is not counted.', countText(rows)),
    value: '1',
    validateInput: value => (/^\s*\d+\s*$/.test(value) && Number(value) >= 1 && Number(value) <= rows ? undefined : t('Write a whole number from 1 to {0}.', countText(rows))),
  });
  return text === undefined ? undefined : Number(text);
}

/** The question that is open in a view; the next one ends it. */
const open = new WeakMap<ModelView, vscode.CancellationTokenSource>();

/** Asks the engine and shows its answer, or why there is none, in the model's view. Throws UserError. */
async function answerRow(host: Host, reference: ModelReference, model: ModelFile, row: number): Promise<ExplainRowResult | undefined> {
  const view = host.views.find(reference);
  const cancellation = new vscode.CancellationTokenSource();
  if (view) {
    open.get(view)?.cancel();
    open.set(view, cancellation);
    view.panel.onDidDispose(() => cancellation.cancel());
  }
  const report = view?.snapshot.report;
  const tell = (answer: { readonly sections?: ExplainRowResult['sections']; readonly failed?: string } | undefined): void => {
    // A later question, or another model, has taken the place; rows of a comparison have not.
    if (!view || view.isClosed || open.get(view) !== cancellation || !isSameModel(view.snapshot.report, report)) return;
    view.update({ row: answer && { row, ...answer } });
  };
  tell({});
  try {
    const { file } = requestFrom(model.recipe, reference.source === 'file' ? reference.uri.fsPath : undefined);
    const result = await withProgress(t('Explaining row {0} of {1}', countText(row), model.name), (onProgress, { token }) =>
      host.engine.request('explainRow', { model, file, row }, { token, onProgress }), cancellation);
    tell({ sections: result.sections });
    return result;
  } catch (error) {
    if (isCancellation(error)) {
      tell(undefined);
      return undefined;
    }
    const known = asUserError(error);
    host.log.warn(errorDetail(error));
    tell({ failed: known.message });
    throw known;
  }
}
