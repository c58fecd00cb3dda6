/** The summaries of the model files of a folder, kept as they are on disk: another window may write there too. No vscode. */
import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors';
import { modelFileSuffix } from '../protocol/modelFile';
import { t } from './l10n';
import { errorDetail, type Log } from './log';
import { parseModel, summarise, summariseInWorker, type ModelSummary } from './modelSummary';

export interface HealthyModel extends ModelSummary {
  readonly id: string;
  readonly path: string;
}

export interface DamagedModel {
  readonly id: string;
  readonly path: string;
  /** One sentence. */
  readonly damage: string;
}

export type StoredModel = HealthyModel | DamagedModel;

export function isDamaged(model: StoredModel): model is DamagedModel {
  return 'damage' in model;
}

interface Entry {
  readonly stamp: string | undefined;
  readonly model: StoredModel;
}

/** Files above this many bytes are summarised in a worker, so that no parse holds up the extension host. */
const largeFile = 1_000_000;
/** A temporary file older than this is what a crash left; a younger one may be another window's. Milliseconds. */
const abandoned = 3_600_000;
/** Two changes within this time can leave a folder with the same stamp. Milliseconds. */
const coarsest = 2000;

export class ModelIndex {
  private readonly entries = new Map<string, Entry>();
  private folderStamp: string | undefined;
  private reading: Promise<void> | undefined;

  constructor(private readonly folder: string, private readonly log: Log) {}

  /** All models by their ids; what has changed in the folder since the last look is read. */
  async all(): Promise<ReadonlyMap<string, StoredModel>> {
    this.reading ??= this.refresh().finally(() => { this.reading = undefined; });
    await this.reading;
    return new Map([...this.entries].map(([id, { model }]) => [id, model]));
  }

  /** What this window has just written itself: it need not be read. */
  set(model: StoredModel, stamp: string | undefined): void {
    this.entries.set(model.id, { stamp, model });
  }

  delete(id: string): void {
    this.entries.delete(id);
  }

  private async refresh(): Promise<void> {
    const stamp = await settledStamp(this.folder);
    if (stamp !== undefined && stamp === this.folderStamp) return;
    const before = [...this.entries.keys()];
    const found = new Set<string>();
    for (const name of await readdir(this.folder).catch((): string[] => [])) {
      if (/^\.[0-9a-f]{12}\.tmp$/.test(name)) await removeAbandoned(join(this.folder, name));
      if (!name.endsWith(modelFileSuffix)) continue;
      const id = name.slice(0, -modelFileSuffix.length);
      found.add(id);
      await this.look(id, join(this.folder, name));
    }
    // Those that came meanwhile were not looked for.
    for (const id of before) if (!found.has(id)) this.entries.delete(id);
    this.folderStamp = stamp;
  }

  private async look(id: string, path: string): Promise<void> {
    const stamp = await stampOf(path);
    if (stamp !== undefined && stamp === this.entries.get(id)?.stamp) return;
    const model = await this.read(id, path);
    // It may have been deleted, or written anew by this window, while it was read.
    const now = await stampOf(path);
    if (now === undefined) this.entries.delete(id);
    else if (now === stamp || this.entries.get(id)?.stamp !== now) this.entries.set(id, { stamp, model });
  }

  /** A file that cannot be read is a damaged model. */
  async read(id: string, path: string): Promise<StoredModel> {
    try {
      const { size } = await stat(path);
      const summary = size > largeFile
        ? await summariseInWorker(path)
        : summarise(parseModel(await readFile(path, 'utf8'), path), size);
      return { id, path, ...summary };
    } catch (error) {
      this.log.warn(`The model file ${path} is damaged. ${errorDetail(error)}`);
      return { id, path, damage: error instanceof UserError ? error.message : t('The model file cannot be read.') };
    }
  }
}

/** Other than before as soon as the file is another one; undefined where there is none. */
export async function stampOf(path: string): Promise<string | undefined> {
  return stat(path, { bigint: true }).then(({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`, () => undefined);
}

/** Undefined too while the last change is so recent that the next one may not be seen by it. */
async function settledStamp(folder: string): Promise<string | undefined> {
  const found = await stat(folder, { bigint: true }).catch(() => undefined);
  return found && Date.now() - Number(found.mtimeMs) > coarsest ? `${found.mtimeNs} ${found.ino}` : undefined;
}

async function removeAbandoned(file: string): Promise<void> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > abandoned) await unlink(file);
  } catch {
    // It was renamed meanwhile, or may not be removed: either way it is no model.
  }
}
