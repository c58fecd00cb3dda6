/**
 * The tab each report panel was at, in a small file: a browser that reloads at once would lose what VS Code keeps
 * in memory. Losing this file costs nothing but the tab.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './atomicWrite';
import { errorDetail, type Log } from './log';

const mostRemembered = 50;
/** Changes closer together than this are written once. Milliseconds. */
const settleTime = 50;

export class PanelTabs {
  private readonly file: string;
  private tabs: Promise<Map<string, string>> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(folder: string, private readonly log: Log) {
    this.file = join(folder, 'tabs.json');
  }

  async get(id: string): Promise<string | undefined> {
    return (await this.all()).get(id);
  }

  async set(id: string, tab: string): Promise<void> {
    const tabs = await this.all();
    tabs.delete(id);
    tabs.set(id, tab);
    for (const oldest of tabs.keys()) {
      if (tabs.size <= mostRemembered) break;
      tabs.delete(oldest);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      writeAtomically(this.file, JSON.stringify([...tabs])).catch((error: unknown) => this.log.debug(errorDetail(error)));
    }, settleTime);
  }

  private all(): Promise<Map<string, string>> {
    this.tabs ??= this.read();
    return this.tabs;
  }

  private async read(): Promise<Map<string, string>> {
    try {
      const entries: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      const valid = Array.isArray(entries) ? entries.filter((entry): entry is [string, string] => (
        Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'string')) : [];
      return new Map(valid);
    } catch {
      return new Map();
    }
  }
}
