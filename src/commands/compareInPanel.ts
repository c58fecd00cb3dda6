/** A comparison of model families beside a model that can be read meanwhile: its rows appear in that model's report. */
import * as vscode from 'vscode';
import type { ModelView } from '../panels/modelView';
import type { CompareResult, ProgressEvent } from '../protocol/engine';
import { explainsTarget } from '../protocol/modelFile';
import type { RunRequest } from '../protocol/recipe';
import { reportsTarget } from '../protocol/report';
import { cutShort, withComparison } from '../services/comparisons';
import { t } from '../services/l10n';
import { isCancellation } from '../services/notifications';
import type { Host } from './host';

export interface ComparedRun {
  /** Of the stored model whose report gets the comparison. */
  readonly id: string;
  readonly name: string;
  /** As the model was asked for; which model is not part of it. */
  readonly request: RunRequest;
  readonly view: ModelView;
}

/** Gives the comparison, undefined when it was cancelled: by a command, by closing the panel, or by another run of the model. Never throws. */
export async function compareInPanel(host: Host, { id, name, request, view }: ComparedRun): Promise<CompareResult | undefined> {
  const cancellation = new vscode.CancellationTokenSource();
  const run = host.runs.start({ id, name, progress: { stage: t('Comparing models') }, cancel: () => cancellation.cancel() });
  // Nobody waits for what is compared for a panel that is closed.
  const closed = view.panel.onDidDispose(() => cancellation.cancel());
  const ownsView = (): boolean => host.runs.isCurrent(run) && view.reference.source === 'store' && view.reference.id === id;
  let last: CompareResult | undefined;
  const onProgress = ({ stage, fraction, comparison }: ProgressEvent): void => {
    host.runs.progress(run, { stage, ...(fraction !== undefined && { fraction }) });
    if (comparison) last = comparison;
    if (!ownsView()) return;
    if (comparison) showRows(view, comparison);
    view.update({ comparing: { stage, ...(fraction !== undefined && { fraction }) } });
  };
  try {
    last = await host.engine.request('compare', forAll(host, request), { token: cancellation.token, onProgress });
    return last;
  } catch (error) {
    last &&= cutShort(last);
    if (!isCancellation(error)) host.notifications.error(error, request.file);
    return undefined;
  } finally {
    closed.dispose();
    if (ownsView()) {
      if (last) showRows(view, last);
      view.update({ comparing: undefined });
    }
    if (last && host.runs.isCurrent(run)) await keep(host, id, last);
    host.runs.end(run);
    cancellation.dispose();
  }
}

/** The row that was explained and the peers stay: the model is the same. */
function showRows(view: ModelView, result: CompareResult): void {
  const { report, row, peers } = view.snapshot;
  if (report && reportsTarget(report)) view.update({ report: withComparison(report, result), row, peers });
}

/** A model that was deleted meanwhile stays deleted. */
async function keep(host: Host, id: string, result: CompareResult): Promise<void> {
  try {
    const model = await host.store.load(id);
    if (explainsTarget(model)) await host.store.replace(id, { ...model, report: withComparison(model.report, result) });
  } catch (error) {
    host.log.warn(`The comparison could not be stored. ${String(error)}`);
  }
}

/** Options belong to the model that was chosen; what computes networks is a setting of its own. */
function forAll(host: Host, { model: _model, options: _options, detail: _detail, rows: _rows, ...request }: RunRequest): RunRequest {
  const backend = host.settings.get('backend');
  return { ...request, compare: request.compare ?? {}, ...(backend !== 'auto' && { options: { backend } }) };
}
