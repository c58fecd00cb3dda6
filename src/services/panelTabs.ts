/**
 * The tab each report panel was at, and the data row it explained, in a small file: a browser that reloads at once would lose what VS Code keeps
 * in memory. Losing this file costs nothing but the tab.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './atomicWrite';
import { errorDetail, type Log } from './log';

export interface PanelPlace {
  readonly tab: string;
  /** 1-based data row. */
  readonly row?: number;
}

const mostRemembered = 50;
/** Changes closer together than this are written once. Milliseconds. */
const settleTime = 50;

export class PanelTabs {
  private readonly file: string;
  private tabs: Promise<Map<string, PanelPlace>> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(folder: string, private readonly log: Log) {
    this.file = join(folder, 'tabs.json');
  }

  async get(id: string): Promise<PanelPlace | undefined> {
    return (await this.all()).get(id);
  }

  async set(id: string, place: PanelPlace): Promise<void> {
    const tabs = await this.all();
    tabs.delete(id);
    tabs.set(id, place);
    for (const oldest of tabs.keys()) {
      if (tabs.size <= mostRemembered) break;
      tabs.delete(oldest);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      writeAtomically(this.file, JSON.stringify([...tabs].map(([key, { tab, row }]) => (row === undefined ? [key, tab] : [key, tab, row])))).catch((error: unknown) => this.log.debug(errorDetail(error)));
    }, settleTime);
  }

  private all(): Promise<Map<string, PanelPlace>> {
    this.tabs ??= this.read();
    return this.tabs;
  }

  private async read(): Promise<Map<string, PanelPlace>> {
    try {
      const entries: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      return new Map(Array.isArray(entries) ? entries.flatMap(readEntry) : []);
    } catch {
      return new Map();
    }
  }
}

function readEntry(entry: unknown): [string, PanelPlace][] {
  if (!Array.isArray(entry)) return [];
  const [id, tab, row] = entry as unknown[];
  if (typeof id !== 'string' || typeof tab !== 'string') return [];
  return [[id, { tab, ...(typeof row === 'number' && Number.isSafeInteger(row) && row >= 1 && { row }) }]];
}
