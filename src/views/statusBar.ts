/** The item of the status bar that is there while something runs. A click leads to the runs. */
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import { t } from '../services/l10n';
import { runStatus } from '../services/runStatus';
import type { Runs } from '../services/runs';

/** Progress is redrawn at most this often. Milliseconds. */
const redrawEvery = 250;

export function showRunsInStatusBar(runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('unveil.runs', vscode.StatusBarAlignment.Left);
  item.name = t('Unveil Runs');
  item.command = commandIds.showRuns;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    timer = undefined;
    const status = runStatus(runs.all);
    if (!status) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.spoken, role: 'button' };
    item.show();
  };
  const changed = runs.onDidChange(() => {
    // The end is shown at once, so that the item never outlives what it tells of.
    if (runs.all.length === 0) {
      clearTimeout(timer);
      draw();
    } else {
      timer ??= setTimeout(draw, redrawEvery);
    }
  });
  return vscode.Disposable.from(item, changed, { dispose: () => clearTimeout(timer) });
}
