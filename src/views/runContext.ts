/** Context keys of the runs under way, for `when` clauses. */
import * as vscode from 'vscode';
import { contextKeys } from '../contributions';
import type { Runs } from '../services/runs';

/** Sets a key only when it changes: progress comes many times a second. */
export function keepContext(runs: Runs): vscode.Disposable {
  const last = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (last.get(key) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  return runs.onDidChange(() => {
    set(contextKeys.running, runs.all.length > 0);
    set(contextKeys.canFinish, runs.canFinish);
  });
}
