/**
 * Trained models on disk, one *.unveil.json a model, in the folder VS Code keeps for the workspace. The list is
 * rebuilt from the files; a broken one is listed as damaged and left as it is. Deleting moves to a trash folder.
 * Windows without a workspace share a folder: each change is made under its lock, from what the file says by then.
 */
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors';
import { jsonText } from '../protocol/jsonText';
import { modelFileSuffix, type AnyModelFile } from '../protocol/modelFile';
import { writeAtomically } from './atomicWrite';
import { Emitter } from './emitter';
import { withFolderLock } from './folderLock';
import { t } from './l10n';
import type { Log } from './log';
import { isDamaged, ModelIndex, stampOf, type HealthyModel, type StoredModel } from './modelIndex';
import { parseModel, summarise } from './modelSummary';
import { inPlaceOf } from './modelVersions';

export interface DeletedModel {
  readonly id: string;
  /** When it was deleted: milliseconds since 1970. */
  readonly at: number;
  readonly path: string;
}

/** A model in memory, and its file as it was then. */
interface Cached {
  readonly model: AnyModelFile;
  /** Undefined where there was no file. */
  readonly stamp: string | undefined;
}

/** Models kept in memory after loading. */
const cacheSize = 4;
const trashDays = 30;

export class ModelStore {
  private readonly didChange = new Emitter<void>();
  private readonly index: ModelIndex;
  private trashEmptied = false;
  private readonly cache = new Map<string, Cached>();
  /** Models that are being written: who asks for one of them meanwhile gets it as it will be. */
  private readonly writing = new Map<string, Promise<void>>();
  /** Changes of the folder, one after the other. */
  private changes: Promise<unknown> = Promise.resolve();

  readonly onDidChange = this.didChange.event;

  constructor(readonly folder: string, log: Log) {
    this.index = new ModelIndex(folder, log);
  }

  /** All models, newest first. */
  async list(): Promise<readonly StoredModel[]> {
    const models = [...(await this.index.all()).values()];
    if (!this.trashEmptied) void this.emptyTrash();
    return models.sort((a, b) => createdOf(b).localeCompare(createdOf(a)) || a.id.localeCompare(b.id));
  }

  async get(id: string): Promise<StoredModel | undefined> {
    return (await this.index.all()).get(id);
  }

  /** The whole model; one that is being written is waited for. Throws UserError when it is gone or damaged. */
  async load(id: string): Promise<AnyModelFile> {
    await this.writing.get(id);
    return this.read(id);
  }

  private async read(id: string): Promise<AnyModelFile> {
    const path = this.pathOf(id);
    // Another window may have written the file since.
    const stamp = await stampOf(path);
    const cached = this.cache.get(id);
    if (cached && cached.stamp === stamp) return cached.model;
    const text = await readFile(path, 'utf8').catch(error => {
      throw new UserError('fileNotFound', t('The model is no longer stored; it was deleted or moved.'), { file: path, detail: String(error) });
    });
    const model = parseModel(text, path);
    this.remember(id, model, stamp);
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
  put(id: string, model: AnyModelFile): Promise<void> {
    // At once, so that a model that cannot be written here can still be saved elsewhere.
    this.remember(id, model, undefined);
    return this.whileWriting(id, this.change(() => this.write(id, model)));
  }

  /**
   * Stores the model in place of the one that has the id, with the name, note and tags that one has by now, and gives it as stored; a model
   * that was trained anew keeps what it replaced as an earlier version. Undefined when there is none any more. Throws UserError 'cannotWrite'.
   */
  replace<M extends AnyModelFile>(id: string, model: M): Promise<M | undefined> {
    return this.whileWriting(id, this.change(async () => {
      if (!(await this.has(id))) return undefined;
      const replaced = await this.read(id).catch(() => undefined);
      const next = replaced ? inPlaceOf(replaced, model) : model;
      await this.write(id, next);
      return next;
    }));
  }

  private whileWriting<T>(id: string, change: Promise<T>): Promise<T> {
    const written = change.then(() => undefined, () => undefined).then(() => {
      if (this.writing.get(id) === written) this.writing.delete(id);
    });
    this.writing.set(id, written);
    return change;
  }

  /** Whether the model has a file, readable or not. */
  async has(id: string): Promise<boolean> {
    return access(this.pathOf(id)).then(() => true, () => false);
  }

  rename(id: string, name: string): Promise<void> {
    return this.change(async () => this.write(id, { ...(await this.read(id)), name }));
  }

  /** Changes what a person wrote about the model; an empty note and no tags are left out of its file. */
  annotate(id: string, change: { readonly note?: string; readonly tags?: readonly string[] }): Promise<void> {
    return this.change(async () => {
      const { note: oldNote, tags: oldTags, ...model } = await this.read(id);
      const { note = oldNote ?? '', tags = oldTags ?? [] } = change;
      await this.write(id, { ...model, ...(note.trim() !== '' && { note }), ...(tags.length > 0 && { tags }) } as AnyModelFile);
    });
  }

  private async write(id: string, model: AnyModelFile): Promise<void> {
    const path = this.pathOf(id);
    const text = jsonText(model);
    // First, so that a model that cannot be written here can still be saved elsewhere.
    this.remember(id, model, await stampOf(path));
    await writeAtomically(path, text);
    const stamp = await stampOf(path);
    this.remember(id, model, stamp);
    this.index.set({ id, path, ...summarise(model, Buffer.byteLength(text)) }, stamp);
    this.didChange.fire();
  }

  /** Moves the model to the trash; the result brings it back. */
  remove(id: string): Promise<() => Promise<void>> {
    return this.change(() => this.moveToTrash(id));
  }

  private async moveToTrash(id: string): Promise<() => Promise<void>> {
    const path = this.pathOf(id);
    const trashed = join(this.trash, `${Date.now()}-${id}${modelFileSuffix}`);
    try {
      await mkdir(this.trash, { recursive: true });
      await rename(path, trashed);
    } catch (error) {
      if (!(await this.has(id))) throw new UserError('fileNotFound', t('The model is no longer stored.'), { file: path, detail: String(error) });
      throw new UserError('cannotWrite', t('The model could not be deleted: its folder cannot be written.'), { file: path, detail: String(error) });
    }
    this.index.delete(id);
    this.cache.delete(id);
    this.didChange.fire();
    return () => this.restore(id);
  }

  /** Deleted models that can be brought back, the last one first; one that was deleted twice is there once. */
  async deleted(): Promise<readonly DeletedModel[]> {
    const found = new Map<string, DeletedModel>();
    for (const name of await readdir(this.trash).catch((): string[] => [])) {
      const [, time, id] = /^(\d+)-(.+)\.unveil\.json$/.exec(name) ?? [];
      if (time === undefined || id === undefined) continue;
      const at = Number(time);
      if ((found.get(id)?.at ?? 0) <= at) found.set(id, { id, at, path: join(this.trash, name) });
    }
    return [...found.values()].sort((a, b) => b.at - a.at);
  }

  /** Name of a deleted model, from its file in the trash; its id where that cannot be read. */
  async nameOfDeleted({ id, path }: DeletedModel): Promise<string> {
    const model = await this.index.read(id, path);
    return isDamaged(model) ? id : model.name;
  }

  /** Brings a deleted model back as it was. Throws UserError when it is no longer in the trash, or when another one has its place. */
  restore(id: string): Promise<void> {
    return this.change(async () => {
      const path = this.pathOf(id);
      const found = (await this.deleted()).find(model => model.id === id);
      if (!found) throw new UserError('fileNotFound', t('The deleted model is no longer there.'), { file: path });
      if (await this.has(id)) throw new UserError('cannotWrite', t('The model is there already.'), { file: path });
      await rename(found.path, path).catch((error: unknown) => {
        throw new UserError('cannotWrite', t('The model could not be brought back: its folder cannot be written.'), { file: path, detail: String(error) });
      });
      // A list that is being read just now may have passed its place.
      this.index.set(await this.index.read(id, path), await stampOf(path));
      this.didChange.fire();
    });
  }

  dispose(): void {
    this.didChange.dispose();
  }

  /** Runs `work` after the changes that were asked for before, and while no other window changes anything. */
  private change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.changes.then(() => withFolderLock(this.folder, work));
    this.changes = done.catch(() => undefined);
    return done;
  }

  private get trash(): string {
    return join(this.folder, 'trash');
  }

  private pathOf(id: string): string {
    if (!/^[A-Za-z0-9._-]+$/.test(id)) throw new UserError('fileNotFound', t('There is no model of that id.'));
    return join(this.folder, id + modelFileSuffix);
  }

  private remember(id: string, model: AnyModelFile, stamp: string | undefined): void {
    this.cache.delete(id);
    this.cache.set(id, { model, stamp });
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= cacheSize) break;
      this.cache.delete(oldest);
    }
  }

  private async emptyTrash(): Promise<void> {
    this.trashEmptied = true;
    for (const name of await readdir(this.trash).catch((): string[] => [])) {
      const time = Number(name.split('-', 1)[0]);
      if (time > 0 && Date.now() - time > trashDays * 86_400_000) await unlink(join(this.trash, name)).catch(() => undefined);
    }
  }
}

function createdOf(model: StoredModel): string {
  return isDamaged(model) ? '' : model.created;
}
