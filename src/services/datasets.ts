/** The data files of the workspace and their profiles, which are kept until a file changes. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { dataFileGlob, dataFilePattern } from '../contributions';
import type { ProfileResult } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { CancelToken, EngineClient, RequestOptions } from './engineClient';
import { Emitter } from './emitter';
import { t } from './l10n';
import type { Log } from './log';
import { baseName } from './plainText';
import type { Settings } from './settings';

interface CachedProfile {
  readonly stamp: string;
  readonly result: Promise<ProfileResult>;
}

export interface FileList {
  readonly files: readonly vscode.Uri[];
  /** There are more files than the setting lists. */
  readonly limited: boolean;
}

export class Datasets {
  private readonly didChange = new Emitter<void>();
  private readonly profiles = new Map<string, CachedProfile>();
  private readonly outside = new Map<string, vscode.Uri>();
  private found: Promise<FileList> | undefined;
  private watcher: vscode.FileSystemWatcher | undefined;
  private changeTimer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.didChange.event;

  constructor(private readonly engine: EngineClient, private readonly settings: Settings, private readonly log: Log) {}

  /** Data files of the workspace in the order of their paths, then files from elsewhere that were used in this session. */
  async list(): Promise<FileList> {
    this.found ??= this.find();
    const { files, limited } = await this.found;
    const known = new Set(files.map(String));
    return { files: [...files, ...[...this.outside.values()].filter(uri => !known.has(String(uri)))], limited };
  }

  /** Looks for files anew. Gives their number. */
  async refresh(): Promise<number> {
    this.found = undefined;
    this.profiles.clear();
    const { files } = await this.list();
    this.didChange.fire();
    return files.length;
  }

  /** The profile of a file, from memory while the file is unchanged. Throws UserError or CancelledError. */
  async profile(file: string, options: RequestOptions = {}): Promise<ProfileResult> {
    const stamp = await stampOf(file);
    const cached = this.profiles.get(file);
    if (cached?.stamp === stamp) return waitFor(cached.result, options.token);
    const result = this.engine.request('profile', { file }, options);
    this.profiles.set(file, { stamp, result });
    result.then(
      () => this.rememberOutside(file),
      () => { if (this.profiles.get(file)?.result === result) this.profiles.delete(file); },
    );
    return result;
  }

  /** The profile when it is known already, without asking the engine. */
  async knownProfile(file: string): Promise<ProfileResult | undefined> {
    return this.profiles.get(file)?.result.catch(() => undefined);
  }

  dispose(): void {
    clearTimeout(this.changeTimer);
    this.watcher?.dispose();
    this.didChange.dispose();
  }

  private async find(): Promise<FileList> {
    if (!vscode.workspace.workspaceFolders?.length) return { files: [], limited: false };
    this.watch();
    const limit = this.settings.get('datasets.limit');
    const found = await vscode.workspace.findFiles(dataFileGlob, this.settings.get('datasets.exclude') || undefined, limit + 1);
    const files = found.slice(0, limit).sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }));
    this.log.debug(`${files.length} data files in the workspace.`);
    return { files, limited: found.length > limit };
  }

  private watch(): void {
    if (this.watcher) return;
    this.watcher = vscode.workspace.createFileSystemWatcher(dataFileGlob);
    this.watcher.onDidCreate(() => this.scheduleChange(true));
    this.watcher.onDidDelete(uri => {
      this.profiles.delete(uri.fsPath);
      this.scheduleChange(true);
    });
    this.watcher.onDidChange(uri => {
      if (this.profiles.delete(uri.fsPath)) this.scheduleChange(false);
    });
  }

  /** One event for a burst of changes, such as a checkout. */
  private scheduleChange(listChanged: boolean): void {
    if (listChanged) this.found = undefined;
    clearTimeout(this.changeTimer);
    this.changeTimer = setTimeout(() => this.didChange.fire(), 300);
  }

  private async rememberOutside(file: string): Promise<void> {
    const uri = vscode.Uri.file(file);
    if (vscode.workspace.getWorkspaceFolder(uri) || this.outside.has(String(uri))) return;
    this.outside.set(String(uri), uri);
    this.didChange.fire();
  }
}

export function isDataFile(uri: vscode.Uri): boolean {
  return dataFilePattern.test(uri.path);
}

/** The path of a file on disk. Throws UserError for files that only exist in a virtual workspace. */
export function diskPath(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new UserError('fileUnreadable', t('“{0}” is not on this disk ({1}:); save a copy in a folder and use that.', baseName(uri.path), uri.scheme));
}

/** Changes whenever the file does. */
async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(file);
    return `${mtimeMs} ${size}`;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UserError('fileNotFound', t('There is no file “{0}” any more.', baseName(file)), { file });
    throw new UserError('fileUnreadable', t('“{0}” cannot be read: permission was refused.', baseName(file)), { file, detail: String(error) });
  }
}

/** The result of work that someone else started; our cancellation ends our waiting only. */
async function waitFor<T>(result: Promise<T>, token: CancelToken | undefined): Promise<T> {
  if (!token) return result;
  return new Promise<T>((resolve, reject) => {
    const subscription = token.onCancellationRequested(() => reject(new vscode.CancellationError()));
    result.then(resolve, reject).finally(() => subscription.dispose());
  });
}
