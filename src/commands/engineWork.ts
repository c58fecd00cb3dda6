/** The work of a run: one request to the engine, with its progress in the panel and in a notification. */
import type { EngineMethods, ProgressEvent } from '../protocol/engine';
import { withProgress } from '../services/progress';
import type { Host } from './host';
import type { RunTools } from './runInPanel';

/** Gives the engine's answer. Throws UserError, CancelledError. */
export function engineWork<Method extends keyof EngineMethods>(
  { engine }: Host, title: string, method: Method, params: EngineMethods[Method][0], { cancellation, onProgress, onStart }: RunTools,
): Promise<EngineMethods[Method][1]> {
  return withProgress(title, report => {
    const both = (progress: ProgressEvent): void => {
      report(progress);
      onProgress(progress);
    };
    return engine.request(method, params, { token: cancellation.token, onStart, onProgress: both });
  }, cancellation);
}
