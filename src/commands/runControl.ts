/** `unveil.cancelRun`, `unveil.finishTraining`, `unveil.restartEngine`, `unveil.showLog`, `unveil.refreshDatasets`. */
import type { CommandHandlers } from '../contributions';
import { t } from '../services/l10n';
import { modelIn } from './arguments';
import type { Host } from './host';
import { reported } from './reported';

/** The run that is named, else the one in view, else all. */
export function cancelRun(host: Host): CommandHandlers['unveil.cancelRun'] {
  return argument => host.runs.cancel(runOf(host, argument));
}

/** The same run is asked to stop training and to go on with the best network so far. */
export function finishTraining(host: Host): CommandHandlers['unveil.finishTraining'] {
  return async argument => {
    const asked = await host.runs.finish(runOf(host, argument));
    if (asked === 0) host.notifications.inform(t('No training that could be stopped early is under way.'));
    return asked;
  };
}

function runOf(host: Host, argument: unknown): string | undefined {
  const named = modelIn(argument);
  if (named && 'id' in named) return named.id;
  const active = host.views.active?.reference;
  return active?.source === 'store' && host.runs.get(active.id) ? active.id : undefined;
}

export function restartEngine(host: Host): CommandHandlers['unveil.restartEngine'] {
  return () => reported(host, () => host.engine.restart());
}

export function showLog(host: Host): CommandHandlers['unveil.showLog'] {
  return () => host.log.show();
}

export function refreshDatasets(host: Host): CommandHandlers['unveil.refreshDatasets'] {
  return async () => (await reported(host, () => host.datasets.refresh())) ?? 0;
}
