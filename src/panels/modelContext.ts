/** Context keys of the reports in view, for `when` clauses and the walkthrough: whether the model has no target, and whether there was a report. */
import * as vscode from 'vscode';
import { contextKeys } from '../contributions';
import { isExperiment, isTargetless, type AnyRequest } from '../protocol/recipe';
import { reportsTarget } from '../protocol/report';
import type { ModelView } from './modelView';
import type { ModelViews } from './modelViews';

/** Kept apart from the views, so that a report that replaces another in the same view can tell as well. */
export class ModelContext {
  private last: boolean | undefined;
  private reported = false;
  private readonly subscription: { dispose(): void };

  /** `requests`: by model id, of the runs of this session, for a view whose run has no report yet. */
  constructor(private readonly views: ModelViews, private readonly requests: ReadonlyMap<string, AnyRequest>) {
    this.subscription = views.onDidChange(() => this.refresh());
  }

  /** Sets the key only when it changes. A view that lost the focus to what is no report leaves it as it is: menus ask for both. */
  refresh(): void {
    const view = this.views.recent;
    this.tellReported(view);
    const now = view !== undefined && isWithoutTarget(view, this.requests);
    if (now === this.last) return;
    this.last = now;
    void vscode.commands.executeCommand('setContext', contextKeys.withoutTarget, now);
  }

  /** Once, for good. */
  private tellReported(view: ModelView | undefined): void {
    if (this.reported || !view?.snapshot.report) return;
    this.reported = true;
    void vscode.commands.executeCommand('setContext', contextKeys.reported, true);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

function isWithoutTarget({ snapshot: { report }, reference }: ModelView, requests: ReadonlyMap<string, AnyRequest>): boolean {
  if (report) return !reportsTarget(report);
  const request = reference.source === 'store' ? requests.get(reference.id) : undefined;
  return request !== undefined && (isTargetless(request) || isExperiment(request));
}
