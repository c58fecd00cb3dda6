/** Installing native TensorFlow, with stand-ins for npm: what fails or is cancelled leaves nothing behind. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { CancelToken } from '../../../src/services/engineClient';
import { Emitter } from '../../../src/services/emitter';
import { silentLog } from '../../../src/services/log';
import { TensorflowInstaller, type InstallerOptions } from '../../../src/services/tensorflowInstaller';

let storage: string;
let folder: string;
beforeEach(() => {
  storage = mkdtempSync(join(tmpdir(), 'unveil-install-test-'));
  folder = join(storage, 'globalStorage', 'tensorflow');
});
afterEach(() => rmSync(storage, { recursive: true, force: true }));

class Source {
  private readonly emitter = new Emitter<unknown>();
  readonly token: CancelToken & { isCancellationRequested: boolean } = {
    isCancellationRequested: false, onCancellationRequested: listener => this.emitter.event(listener),
  };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire(undefined);
  }
}

/** An npm that writes the package with this text in it and then runs `then`. */
function fakeNpm(text: string, then = ''): readonly [string, string] {
  const program = join(storage, 'npm.cjs');
  writeFileSync(program, `const fs = require('node:fs');
    fs.writeFileSync(${JSON.stringify(join(storage, 'arguments.json'))}, JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), env: process.env }));
    fs.mkdirSync('node_modules/@tensorflow/tfjs-node', { recursive: true });
    fs.writeFileSync('node_modules/@tensorflow/tfjs-node/package.json', ${JSON.stringify(text)});
    ${then}`);
  return [process.execPath, program];
}

const installer = (changes: Partial<InstallerOptions>): TensorflowInstaller =>
  new TensorflowInstaller({ folder, log: silentLog, probe: () => Promise.resolve({ works: true, why: '' }), ...changes });

const failure = (work: Promise<unknown>): Promise<Error> => work.then(() => { throw new Error('it did not fail'); }, (error: unknown) => error as Error);
const nothing = (): void => undefined;
const left = (): string[] => (existsSync(join(storage, 'globalStorage')) ? readdirSync(join(storage, 'globalStorage')) : []);
const installed = (): string => readFileSync(join(folder, 'node_modules', '@tensorflow', 'tfjs-node', 'package.json'), 'utf8');

describe('installing native TensorFlow', () => {
  it('has npm build it up beside its place, tries it, and then puts it there', async () => {
    const probed: string[] = [];
    const probe = (path: string) => {
      probed.push(path);
      expect(existsSync(folder)).toBe(false);
      return Promise.resolve({ works: true, why: '' });
    };
    const subject = installer({ npm: fakeNpm('new'), probe });
    expect(subject.isInstalled).toBe(false);
    await subject.install(new Source().token, nothing);
    expect(subject.isInstalled).toBe(true);
    expect(installed()).toBe('new');
    expect(left()).toEqual(['tensorflow']);
    const { cwd, args, env } = JSON.parse(readFileSync(join(storage, 'arguments.json'), 'utf8'));
    expect(args).toContain('@tensorflow/tfjs-node@4.22.0');
    expect(cwd).toContain('tensorflow.partial-');
    expect(probed).toEqual([join(cwd, 'node_modules', '@tensorflow', 'tfjs-node')]);
    expect(env).not.toHaveProperty('NODE_OPTIONS');
  });

  it('replaces what was installed, and only when the new one works', async () => {
    await installer({ npm: fakeNpm('old') }).install(new Source().token, nothing);
    const broken = installer({ npm: fakeNpm('broken'), probe: () => Promise.resolve({ works: false, why: 'cannot be loaded (no such library)' }) });
    const error = await failure(broken.install(new Source().token, nothing));
    expect(error.message).toBe('Native TensorFlow was not installed, for it does not work on this machine: it cannot be loaded (no such library).');
    expect(installed()).toBe('old');
    await installer({ npm: fakeNpm('new') }).install(new Source().token, nothing);
    expect(installed()).toBe('new');
    expect(left()).toEqual(['tensorflow']);
  });

  it('leaves nothing behind when npm fails, and tells a missing network from other causes', async () => {
    const offline = await failure(installer({ npm: fakeNpm('x', 'console.error("npm error code ENOTFOUND"); process.exit(1);') }).install(new Source().token, nothing));
    expect(offline).toBeInstanceOf(UserError);
    expect(offline.message).toBe('Native TensorFlow could not be installed: the download failed; is there a network?');
    const other = (await failure(installer({ npm: fakeNpm('x', 'console.error("gyp ERR! no compiler"); process.exit(1);') }).install(new Source().token, nothing))) as UserError;
    expect(other.message).toBe('Native TensorFlow could not be installed: npm failed; the log has its words.');
    expect(other.place.detail).toContain('no compiler');
    expect(left()).toEqual([]);
  });

  it('says that npm is missing', async () => {
    const error = await failure(installer({ npm: [join(storage, 'no-such-program')] }).install(new Source().token, nothing));
    expect(error.message).toMatch(/npm, which does it, is not on this machine/);
    expect(left()).toEqual([]);
  });

  it('ends npm and what npm started when cancelled, and leaves nothing behind', async () => {
    const pidFile = join(storage, 'pid');
    const npm = fakeNpm('x', `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      fs.writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));`);
    const source = new Source();
    const running = failure(installer({ npm }).install(source.token, nothing));
    await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), { timeout: 600_000 });
    source.cancel();
    expect(await running).toBeInstanceOf(CancelledError);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 600_000 });
    expect(left()).toEqual([]);
  });

  it('sweeps up what a killed installation left, but not what another one is building', async () => {
    const dead = `${folder}.partial-999999999`;
    const alive = `${folder}.partial-${process.ppid}`;
    for (const path of [dead, alive]) mkdirSync(path, { recursive: true });
    await installer({ npm: fakeNpm('x') }).install(new Source().token, nothing);
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(alive)).toBe(true);
  });

  it('runs once at a time', async () => {
    const subject = installer({ npm: fakeNpm('x') });
    const first = subject.install(new Source().token, nothing);
    expect((await failure(subject.install(new Source().token, nothing))).message).toBe('Native TensorFlow is being installed already.');
    await first;
  });

  it('can be taken away again', async () => {
    const subject = installer({ npm: fakeNpm('x') });
    await subject.install(new Source().token, nothing);
    await subject.remove();
    expect(subject.isInstalled).toBe(false);
    expect(left()).toEqual([]);
  });
});
