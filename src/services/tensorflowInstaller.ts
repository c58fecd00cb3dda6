/**
 * Installs native TensorFlow (@tensorflow/tfjs-node) into a folder of the extension's own storage with npm. It is built up
 * in a folder beside it and takes its place only when it passed its self-test: a failure leaves nothing behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CancelledError, UserError } from '../protocol/errors';
import type { CancelToken } from './engineClient';
import { t } from './l10n';
import { errorDetail, type Log } from './log';

export const tensorflowVersion = '4.22.0';
const packageName = '@tensorflow/tfjs-node';
/** What the installed folder takes on disk, roughly. */
export const tensorflowMegabytes = 400;

export interface InstallerOptions {
  /** Where it goes; need not exist. */
  readonly folder: string;
  /** Tries the package in that folder in a process of its own. `why` completes "Native TensorFlow …". */
  readonly probe: (packageFolder: string) => Promise<{ readonly works: boolean; readonly why: string }>;
  readonly log: Log;
  /** Program that installs and its first arguments; default npm of the machine. */
  readonly npm?: readonly [string, ...string[]];
}

export interface InstallProgress { readonly stage: string; readonly fraction?: number }

export class TensorflowInstaller {
  private running = false;

  constructor(private readonly options: InstallerOptions) {}

  /** Whether something is installed; whether it works is for the engine to say. */
  get isInstalled(): boolean {
    return existsSync(join(this.options.folder, 'node_modules', packageName, 'package.json'));
  }

  /** Installs, anew where it is installed already. Throws UserError with nothing changed, or CancelledError. */
  async install(token: CancelToken, report: (progress: InstallProgress) => void): Promise<void> {
    if (this.running) throw new UserError('badOption', t('Native TensorFlow is being installed already.'));
    this.running = true;
    const { folder, log } = this.options;
    const partial = `${folder}.partial-${process.pid}`;
    try {
      await removeLeftovers(folder);
      await mkdir(partial, { recursive: true });
      await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
      await this.runNpm(partial, token, report);
      report({ stage: t('Trying it out'), fraction: 0.95 });
      const { works, why } = await this.options.probe(join(partial, 'node_modules', packageName));
      if (token.isCancellationRequested) throw new CancelledError();
      if (!works) throw new UserError('internal', t('Native TensorFlow was not installed, for it does not work on this machine: it {0}.', why));
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
    } catch (error) {
      if (error instanceof UserError || error instanceof CancelledError) throw error;
      throw new UserError('cannotWrite', t('Native TensorFlow could not be put into {0}.', dirname(folder)), { file: folder, detail: errorDetail(error) });
    } finally {
      this.running = false;
      await rm(partial, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => log.warn(`${partial} could not be removed. ${errorDetail(error)}`));
    }
  }

  async remove(): Promise<void> {
    await rm(this.options.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private async runNpm(folder: string, token: CancelToken, report: (progress: InstallProgress) => void): Promise<void> {
    const [program, ...first] = this.options.npm ?? [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
    const args = [...first, 'install', '--no-audit', '--no-fund', '--omit=dev', `${packageName}@${tensorflowVersion}`];
    const windows = process.platform === 'win32';
    const child = spawn(program, args, { cwd: folder, env: npmEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], shell: windows && this.options.npm === undefined, detached: !windows });
    let tail = '';
    const collect = (chunk: unknown): void => {
      tail = (tail + String(chunk)).slice(-8192);
      this.options.log.info(`npm: ${String(chunk).trimEnd()}`);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const subscription = token.onCancellationRequested(() => endTree(child));
    const sizes = setInterval(() => void megabytes(folder).then(size => report({
      stage: t('Downloading and unpacking ({0} of about {1} MB)', Math.round(size), tensorflowMegabytes), fraction: Math.min(0.94, size / tensorflowMegabytes),
    })), 1000);
    try {
      const ended = await new Promise<number | string>(resolve => {
        child.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message));
        child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
      });
      if (token.isCancellationRequested) throw new CancelledError();
      if (ended !== 0) throw npmFailure(ended, tail);
    } finally {
      clearInterval(sizes);
      subscription.dispose();
    }
  }
}

function npmFailure(ended: number | string, tail: string): UserError {
  if (ended === 'ENOENT') {
    return new UserError('fileNotFound', t('Native TensorFlow could not be installed: npm, which does it, is not on this machine; install Node.js and try again.'));
  }
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network/i.test(tail);
  const why = offline ? t('the download failed; is there a network?') : t('npm failed; the log has its words.');
  return new UserError('internal', t('Native TensorFlow could not be installed: {0}', why), { detail: `npm ended with ${ended}\n${tail}` });
}

/** npm runs programs that download: they go with it. */
function endTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch { /* it has ended */ }
}

/** What a debugger or Electron put into the environment is not for npm. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, VSCODE_INSPECTOR_OPTIONS: _inspector, ELECTRON_RUN_AS_NODE: _electron, ...rest } = process.env;
  return rest;
}

/** Folders that an installation left when its process was killed. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = dirname(folder);
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter(item => item.startsWith(`${basename(folder)}.partial-`))) {
    const pid = Number(name.slice(name.lastIndexOf('-') + 1));
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function megabytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(entries.map(async entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return megabytes(path);
    return entry.isFile() ? stat(path).then(({ size }) => size / 1e6, () => 0) : 0;
  }));
  return sizes.reduce((sum, size) => sum + size, 0);
}
