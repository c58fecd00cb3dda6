/**
 * Trained models on disk, one *.unveil.json a model, in the folder VS Code keeps for the workspace. The list is
 * rebuilt from the files; a broken one is listed as damaged and left as it is. Deleting moves to a trash folder.
 */
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors';
import { jsonText } from '../protocol/jsonText';
import { modelFileSuffix, type ModelFile } from '../protocol/modelFile';
import { writeAtomically } from './atomicWrite';
import { Emitter } from './emitter';
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

/** Files above this many bytes are summarised in a worker, so that no parse holds up the extension host. */
const largeFile = 1_000_000;
/** A temporary file older than this is what a crash left; a younger one may be another window's. Milliseconds. */
const abandoned = 3_600_000;
/** Models kept in memory after loading. */
const cacheSize = 4;
const trashDays = 30;

export class ModelStore {
  private readonly didChange = new Emitter<void>();
  private entries: Promise<Map<string, StoredModel>> | undefined;
  private readonly cache = new Map<string, ModelFile>();
  /** Changes of the folder, one after the other. */
  private changes: Promise<unknown> = Promise.resolve();

  readonly onDidChange = this.didChange.event;

  constructor(readonly folder: string, private readonly log: Log) {}

  /** All models, newest first. */
  async list(): Promise<readonly StoredModel[]> {
    const models = [...(await this.index()).values()];
    return models.sort((a, b) => createdOf(b).localeCompare(createdOf(a)) || a.id.localeCompare(b.id));
  }

  async get(id: string): Promise<StoredModel | undefined> {
    return (await this.index()).get(id);
  }

  /** The whole model. Throws UserError when it is gone or damaged. */
  async load(id: string): Promise<ModelFile> {
    const cached = this.cache.get(id);
    if (cached) return cached;
    const path = this.pathOf(id);
    const text = await readFile(path, 'utf8').catch(error => {
      throw new UserError('fileNotFound', 'The model is no longer stored; it was deleted or moved.', { file: path, detail: String(error) });
    });
    const model = parseModel(text, path);
    this.remember(id, model);
    return model;
  }

  /** An id that no model has yet, readable in a folder listing. */
  newId(name: string): string {
    const slug = name.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).toLowerCase();
    return `${slug || 'model'}-${randomBytes(4).toString('hex')}`;
  }

  /** `name`, or `name (2)` and so on when a model has it already. */
  async freeName(name: string): Promise<string> {
    const taken = new Set((await this.list()).filter(model => !isDamaged(model)).map(model => (model as HealthyModel).name));
    if (!taken.has(name)) return name;
    for (let number = 2; ; number++) {
      if (!taken.has(`${name} (${number})`)) return `${name} (${number})`;
    }
  }

  /** Stores the model under the id, in place of the one that had it. Throws UserError 'cannotWrite'. */
  put(id: string, model: ModelFile): Promise<void> {
    return this.change(() => this.write(id, model));
  }

  /**
   * Stores the model in place of the one that has the id, under the name that one has by now, and gives it as stored;
   * undefined when there is none any more. Throws UserError 'cannotWrite'.
   */
  replace(id: string, model: ModelFile): Promise<ModelFile | undefined> {
    return this.change(async () => {
      if (!(await this.has(id))) return undefined;
      const entry = (await this.index()).get(id);
      const named = entry && !isDamaged(entry) ? { ...model, name: entry.name } : model;
      await this.write(id, named);
      return named;
    });
  }

  /** Whether the model has a file, readable or not. */
  async has(id: string): Promise<boolean> {
    return access(this.pathOf(id)).then(() => true, () => false);
  }

  rename(id: string, name: string): Promise<void> {
    return this.change(async () => this.write(id, { ...(await this.load(id)), name }));
  }

  private async write(id: string, model: ModelFile): Promise<void> {
    const path = this.pathOf(id);
    const text = jsonText(model);
    // First, so that a model that cannot be written here can still be saved elsewhere.
    this.remember(id, model);
    await writeAtomically(path, text);
    (await this.index()).set(id, { id, path, ...summarise(model, text.length) });
    this.didChange.fire();
  }

  /** Moves the model to the trash; the result brings it back. */
  remove(id: string): Promise<() => Promise<void>> {
    return this.change(() => this.moveToTrash(id));
  }

  private async moveToTrash(id: string): Promise<() => Promise<void>> {
    const path = this.pathOf(id);
    const trash = join(this.folder, 'trash');
    const trashed = join(trash, `${Date.now()}-${id}${modelFileSuffix}`);
    try {
      await mkdir(trash, { recursive: true });
      await rename(path, trashed);
    } catch (error) {
      throw new UserError('cannotWrite', 'The model could not be deleted: its folder cannot be written.', { file: path, detail: String(error) });
    }
    const index = await this.index();
    const entry = index.get(id);
    index.delete(id);
    this.cache.delete(id);
    this.didChange.fire();
    return () => this.change(async () => {
      await rename(trashed, path);
      if (entry) index.set(id, entry);
      this.didChange.fire();
    });
  }

  dispose(): void {
    this.didChange.dispose();
  }

  /** Runs `work` after the changes that were asked for before. */
  private change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.changes.then(work);
    this.changes = done.catch(() => undefined);
    return done;
  }

  private pathOf(id: string): string {
    if (!/^[A-Za-z0-9._-]+$/.test(id)) throw new UserError('fileNotFound', 'There is no model of that id.');
    return join(this.folder, id + modelFileSuffix);
  }

  private remember(id: string, model: ModelFile): void {
    this.cache.delete(id);
    this.cache.set(id, model);
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= cacheSize) break;
      this.cache.delete(oldest);
    }
  }

  private index(): Promise<Map<string, StoredModel>> {
    this.entries ??= this.readFolder();
    return this.entries;
  }

  private async readFolder(): Promise<Map<string, StoredModel>> {
    const index = new Map<string, StoredModel>();
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names) {
      if (/^\.[0-9a-f]{12}\.tmp$/.test(name)) await removeAbandoned(join(this.folder, name));
      if (!name.endsWith(modelFileSuffix)) continue;
      const id = name.slice(0, -modelFileSuffix.length);
      index.set(id, await this.readEntry(id, join(this.folder, name)));
    }
    void this.emptyTrash();
    return index;
  }

  private async readEntry(id: string, path: string): Promise<StoredModel> {
    try {
      const { size } = await stat(path);
      const summary = size > largeFile
        ? await summariseInWorker(path)
        : summarise(parseModel(await readFile(path, 'utf8'), path), size);
      return { id, path, ...summary };
    } catch (error) {
      this.log.warn(`The model file ${path} is damaged. ${errorDetail(error)}`);
      return { id, path, damage: error instanceof UserError ? error.message : 'The model file cannot be read.' };
    }
  }

  private async emptyTrash(): Promise<void> {
    const trash = join(this.folder, 'trash');
    for (const name of await readdir(trash).catch(() => [])) {
      const time = Number(name.split('-', 1)[0]);
      if (time > 0 && Date.now() - time > trashDays * 86_400_000) await unlink(join(trash, name)).catch(() => undefined);
    }
  }
}

async function removeAbandoned(file: string): Promise<void> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > abandoned) await unlink(file);
  } catch {
    // It was renamed meanwhile, or may not be removed: either way it is no model.
  }
}

function createdOf(model: StoredModel): string {
  return isDamaged(model) ? '' : model.created;
}
