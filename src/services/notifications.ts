/** Everything the extension says in notifications: one sentence, at most two actions, details in the log. */
import * as vscode from 'vscode';
import { CancelledError, UserError } from '../protocol/errors';
import { errorActions, type Action } from './errorActions';
import { known, t } from './l10n';
import { errorDetail, type Log } from './log';
import { plainText } from './plainText';

export interface ShownNotification {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly actions: readonly string[];
}

export class Notifications {
  private readonly history: ShownNotification[] = [];
  private readonly known = new WeakSet<UserError>();

  constructor(private readonly log: Log) {}

  /** The last notifications, oldest first. */
  get shown(): readonly ShownNotification[] {
    return this.history;
  }

  /** Shows what went wrong, once an error, and gives it as a UserError. `file` is the data file that was worked on. */
  error(error: unknown, file?: string): UserError {
    const known = asUserError(error);
    if (this.known.has(known)) return known;
    this.known.add(known);
    this.log.error(errorDetail(error));
    this.show('error', known.message, errorActions(known, known.place.file ?? file));
    return known;
  }

  warn(message: string, actions: readonly Action[] = []): void {
    this.log.warn(message);
    this.show('warning', message, actions);
  }

  inform(message: string, actions: readonly Action[] = []): void {
    this.log.info(message);
    this.show('information', message, actions);
  }

  /** Asks before something that cannot be taken back easily. Gives whether `action` was chosen. */
  async confirm(question: string, detail: string, action: string): Promise<boolean> {
    const answer = await vscode.window.showWarningMessage(plainText(question, 300), { modal: true, detail }, action);
    return answer === action;
  }

  private show(severity: ShownNotification['severity'], message: string, actions: readonly Action[]): void {
    const text = plainText(known(message), 500);
    const offered = actions.slice(0, 2);
    this.history.push({ severity, message: text, actions: offered.map(action => action.title) });
    if (this.history.length > 50) this.history.shift();
    const titles = offered.map(action => action.title);
    const answer = severity === 'error' ? vscode.window.showErrorMessage(text, ...titles)
      : severity === 'warning' ? vscode.window.showWarningMessage(text, ...titles)
      : vscode.window.showInformationMessage(text, ...titles);
    // Not awaited: a command is done when its work is, not when its notification is closed.
    void answer.then(title => {
      const chosen = offered.find(action => action.title === title);
      if (!chosen) return;
      const done = 'run' in chosen ? chosen.run() : vscode.commands.executeCommand(chosen.command, ...chosen.arguments);
      done.then(undefined, (error: unknown) => this.log.debug(errorDetail(error)));
    });
  }
}

export function isCancellation(error: unknown): boolean {
  return error instanceof CancelledError || error instanceof vscode.CancellationError;
}

export function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError('internal', t('Something went wrong inside Unveil; the log has the details.'), { detail: errorDetail(error) });
}
