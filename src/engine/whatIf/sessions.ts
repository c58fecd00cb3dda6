/** The sessions that are kept between requests: the last few, each let go when it was not asked for a while. */
import type { WhatIfSession } from './session';

const most = 3;
/** Milliseconds. */
const keepFor = 600_000;

const kept = new Map<string, { readonly session: WhatIfSession; readonly timer: NodeJS.Timeout }>();

export function keptSession(key: string): WhatIfSession | undefined {
  const found = kept.get(key);
  if (!found) return undefined;
  // The last that was asked is the last to go.
  kept.delete(key);
  kept.set(key, found);
  found.timer.refresh();
  return found.session;
}

export function keepSession(key: string, session: WhatIfSession): void {
  forget(key);
  kept.set(key, { session, timer: setTimeout(() => forget(key), keepFor).unref() });
  for (const old of [...kept.keys()].slice(0, -most)) forget(old);
}

/** Lets go those that nobody will ask any more. Gives how many there were. */
export function forgetSessions(keys: readonly string[]): number {
  return keys.filter(forget).length;
}

function forget(key: string): boolean {
  clearTimeout(kept.get(key)?.timer);
  return kept.delete(key);
}
