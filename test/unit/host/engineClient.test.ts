/** The engine client against a stand-in process. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../../src/protocol/engine';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { EngineClient, exitError, type CancelToken, type RunningRequest } from '../../../src/services/engineClient';
import { Emitter } from '../../../src/services/emitter';
import { silentLog } from '../../../src/services/log';

const program = fileURLToPath(new URL('./fakeEngine.mjs', import.meta.url));

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

let engine: EngineClient;
beforeEach(() => { engine = new EngineClient({ program, memoryMB: () => 256, log: silentLog }); });
afterEach(() => engine.dispose());

const pidOf = async (file: string): Promise<number> => {
  const { profile } = await engine.request('profile', { file });
  return (profile as unknown as { pid: number }).pid;
};
const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, error => error);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the engine client', () => {
  it('starts one process at the first request and keeps it', async () => {
    expect(await engine.pid()).toBeUndefined();
    const first = await pidOf('a');
    expect(await pidOf('b')).toBe(first);
    expect(await engine.pid()).toBe(first);
    expect(engine.pending).toBe(0);
  });

  it('passes progress of a request to its caller only', async () => {
    const stages: ProgressEvent[] = [];
    await engine.request('profile', { file: 'progress' }, { onProgress: progress => stages.push(progress) });
    await engine.request('profile', { file: 'progress' });
    expect(stages).toEqual([{ stage: 'Reading', fraction: 0.5 }]);
  });

  it('passes a live curve on, and asks to finish the very request that it is told to', async () => {
    let running: RunningRequest | undefined;
    const events: ProgressEvent[] = [];
    const other = pidOf('finishable');
    const request = engine.request('profile', { file: 'finishable' }, { onStart: started => { running = started; }, onProgress: event => events.push(event) });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events[0]?.live).toMatchObject({ canFinish: true, lines: [{ y: [0.5] }] });
    await vi.waitFor(async () => expect(await running!.finish()).toBe(true));
    expect(await request).toMatchObject({ targets: [] });
    expect(await running!.finish()).toBe(false);
    expect(await Promise.race([other, new Promise(resolve => setTimeout(() => resolve('waits'), 50))])).toBe('waits');
    const ended = errorOf(other);
    engine.dispose();
    expect(await ended).toBeInstanceOf(CancelledError);
    expect(await running!.finish()).toBe(false);
  });

  it('rebuilds a UserError with its place', async () => {
    const error = await errorOf(engine.request('profile', { file: 'userError' }));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).toData()).toMatchObject({ reason: 'noRows', message: 'No rows.', file: '/data/a.csv', line: 3 });
  });

  it('calls any other error a fault of ours, in one sentence', async () => {
    const error = (await errorOf(engine.request('profile', { file: 'fault' }))) as UserError;
    expect(error.reason).toBe('internal');
    expect(error.message).not.toMatch(/\n| at /);
  });

  it('cancels a request that listens, and keeps the process', async () => {
    const first = await pidOf('a');
    const source = new Source();
    const request = errorOf(engine.request('profile', { file: 'cancellable' }, { token: source.token }));
    await pidOf('b');
    source.cancel();
    expect(await request).toBeInstanceOf(CancelledError);
    expect(await pidOf('c')).toBe(first);
  });

  it('ends a stuck process within a second of the cancellation, and starts another for the next request', async () => {
    const first = await pidOf('a');
    const source = new Source();
    const request = errorOf(engine.request('profile', { file: 'stuck' }, { token: source.token }));
    await new Promise(resolve => setTimeout(resolve, 100));
    const cancelled = performance.now();
    source.cancel();
    expect(await request).toBeInstanceOf(CancelledError);
    const waited = performance.now() - cancelled;
    expect(waited).toBeGreaterThan(700);
    expect(await pidOf('b')).not.toBe(first);
    expect(isAlive(first)).toBe(false);
  });

  it('sends requests of others again when a stuck process had to end', async () => {
    const first = await pidOf('a');
    const source = new Source();
    const slow = pidOf('slow');
    const stuck = errorOf(engine.request('profile', { file: 'stuck' }, { token: source.token }));
    await new Promise(resolve => setTimeout(resolve, 50));
    source.cancel();
    expect(await stuck).toBeInstanceOf(CancelledError);
    expect(await slow).not.toBe(first);
  });

  it('says in one sentence that the process ended, rejects what was under way, and recovers', async () => {
    const never = errorOf(engine.request('profile', { file: 'never' }));
    const error = (await errorOf(engine.request('profile', { file: 'exit' }))) as UserError;
    expect(error.reason).toBe('engineStopped');
    expect(error.message).toBe('The engine stopped unexpectedly (exit code 3); saved models are unharmed.');
    expect(((await never) as UserError).reason).toBe('engineStopped');
    expect(await pidOf('a')).toBeGreaterThan(0);
  });

  it('tells an exhausted heap from other ends', async () => {
    const error = (await errorOf(engine.request('profile', { file: 'heap' }))) as UserError;
    expect(error.reason).toBe('outOfMemory');
    expect(error.place.detail).toContain('heap out of memory');
  });

  it('survives a process that is killed from outside, and says so once', async () => {
    const crashes: UserError[] = [];
    engine.onDidCrash(error => crashes.push(error));
    const pid = await pidOf('a');
    const never = errorOf(engine.request('profile', { file: 'never' }));
    await new Promise(resolve => setTimeout(resolve, 50));
    process.kill(pid, 'SIGKILL');
    expect(((await never) as UserError).reason).toBe('engineStopped');
    expect(crashes).toHaveLength(1);
    expect(await pidOf('b')).not.toBe(pid);
  });

  it('restarts on demand: runs under way fail with one sentence, the next process answers', async () => {
    const first = await pidOf('a');
    const never = errorOf(engine.request('profile', { file: 'never' }));
    await new Promise(resolve => setTimeout(resolve, 50));
    const second = await engine.restart();
    expect(second).not.toBe(first);
    expect(((await never) as UserError).message).toBe('The engine was restarted, which stopped the run.');
    expect(await pidOf('b')).toBe(second);
  });

  it('asks nothing of the engine once the token is cancelled', async () => {
    const source = new Source();
    source.cancel();
    expect(await errorOf(engine.request('profile', { file: 'a' }, { token: source.token }))).toBeInstanceOf(CancelledError);
    expect(await engine.pid()).toBeUndefined();
  });

  it('says in one sentence that the program cannot start', async () => {
    const broken = new EngineClient({ program: '/nowhere/engine.js', memoryMB: () => 256, log: silentLog });
    const error = (await errorOf(broken.request('ping', {}))) as UserError;
    expect(error.reason).toBe('engineStopped');
    broken.dispose();
  });

  it('tries again after a start that failed', async () => {
    let faults = 1;
    const memoryMB = (): number => {
      if (faults-- > 0) throw new Error('no memory setting');
      return 256;
    };
    const flaky = new EngineClient({ program, memoryMB, log: silentLog });
    const error = (await errorOf(flaky.request('ping', {}))) as UserError;
    expect(error).toMatchObject({ reason: 'engineStopped', message: 'The engine could not be started.' });
    expect(await flaky.pid()).toBeUndefined();
    expect((await flaky.request('ping', {})).pid).toBe(await flaky.pid());
    flaky.dispose();
  });

  it('removes the temporary folder of a process that it killed, and no other', async () => {
    const pid = await pidOf('a');
    const own = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith(`unveil-${pid}-`));
    const other = mkdtempSync(join(tmpdir(), `unveil-${pid}0-`));
    const source = new Source();
    const request = errorOf(engine.request('profile', { file: 'temporary' }, { token: source.token }));
    await vi.waitFor(() => expect(own()).toHaveLength(1));
    source.cancel();
    expect(await request).toBeInstanceOf(CancelledError);
    await vi.waitFor(() => expect(own()).toEqual([]));
    expect(existsSync(other)).toBe(true);
    rmSync(other, { recursive: true });
  });

  it('ends an idle process and starts another when needed', async () => {
    const idle = new EngineClient({ program, memoryMB: () => 256, log: silentLog, idleTime: 50 });
    await idle.request('ping', {});
    const first = await idle.pid();
    while ((await idle.pid()) !== undefined) await new Promise(resolve => setTimeout(resolve, 20));
    const { pid } = await idle.request('ping', {});
    expect(pid).not.toBe(first);
    idle.dispose();
  });

  it('leaves no process behind when disposed', async () => {
    const pid = await pidOf('a');
    engine.dispose();
    while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 10));
    expect(await errorOf(engine.request('ping', {}))).toBeInstanceOf(CancelledError);
  });

  it('names a kill from outside as such', () => {
    const error = exitError({ code: null, signal: 'SIGKILL', tail: '' }) as UserError;
    expect(error.message).toContain('stopped from outside');
  });
});
