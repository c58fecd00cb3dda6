/** `unveil.cancelRun`, `unveil.restartEngine`, `unveil.showLog`, `unveil.refreshDatasets`. */
import type { CommandHandlers } from '../contributions';
import { modelIn } from './arguments';
import type { Host } from './host';
import { reported } from './reported';

/** The run that is named, else the one in view, else all. */
export function cancelRun(host: Host): CommandHandlers['unveil.cancelRun'] {
  return argument => {
    const named = modelIn(argument);
    if (named && 'id' in named) return host.runs.cancel(named.id);
    const active = host.views.active?.reference;
    if (active?.source === 'store' && host.runs.get(active.id)) return host.runs.cancel(active.id);
    return host.runs.cancel();
  };
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
