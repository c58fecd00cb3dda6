/** Progress of one piece of work in a notification that appears only when the work lasts, with cancel. */
import * as vscode from 'vscode';
import type { ProgressEvent } from '../protocol/engine';
import { known } from './l10n';
import { plainText } from './plainText';

/** Work shorter than this shows nothing. Milliseconds. */
const patience = 500;

/**
 * Runs `work` with a cancellation source of its own. `report` shows a stage; cancelling in the notification
 * cancels the source. The notification goes when the work ends.
 */
export async function withProgress<T>(
  title: string,
  work: (report: (progress: ProgressEvent) => void, cancellation: vscode.CancellationTokenSource) => Promise<T>,
  cancellation = new vscode.CancellationTokenSource(),
): Promise<T> {
  let last: ProgressEvent | undefined;
  let show: ((progress: ProgressEvent) => void) | undefined;
  const running = work(progress => {
    last = progress;
    show?.(progress);
  }, cancellation);
  const ended = running.then(() => undefined, () => undefined);
  const timer = setTimeout(() => {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: plainText(title, 80) };
    void vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => cancellation.cancel());
      let shown = 0;
      show = ({ stage, fraction }) => {
        const percent = Math.round((fraction ?? 0) * 100);
        progress.report({ message: plainText(known(stage), 80), increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      };
      if (last) show(last);
      return ended;
    });
  }, patience);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
    cancellation.dispose();
  }
}
