/** User settings of the VS Code under test, for the time of a spec. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Settings = Readonly<Record<string, unknown>>;

/** Takes settings over; a workbench picks them up when it is opened. Gives what takes them back, and leaves what others set meanwhile. */
export function setUserSettings(change: Settings): () => void {
  const file = join(unveilUi.home, 'user-data', 'User', 'settings.json');
  const read = (): Settings => JSON.parse(readFileSync(file, 'utf8')) as Settings;
  const write = (settings: Settings): void => writeFileSync(file, JSON.stringify(settings, null, 2));
  const before = read();
  write({ ...before, ...change });
  return () => {
    const others = Object.entries(read()).filter(([name]) => !(name in change));
    const old = Object.entries(before).filter(([name]) => name in change);
    write(Object.fromEntries([...others, ...old]));
  };
}

/** Models are compared until all are done, however slow the machine: the usual seconds would leave families out, or end a comparison that is to be cancelled. */
export const compareToTheEnd: Settings = { 'unveil.compareSeconds': 3600 };
