/** Training in this thread and over workers: same numbers, progress, cancelling, finishing, faults. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { shared } from '../../../src/engine/compute/shared';
import { closePool, lanes, startTask, useWorkers } from '../../../src/engine/compute/pool';
import { trainAll } from '../../../src/engine/compute/trainAll';
import type { Backend, TrainingJob } from '../../../src/engine/compute/network/training';
import { CancellableContext, derivedContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import type { LiveCurve } from '../../../src/protocol/engine';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { builtWorker } from './builtWorker';

let worker: { script: string; remove: () => void };
beforeAll(async () => { worker = await builtWorker(); });
afterAll(() => worker.remove());
afterEach(async () => {
  await closePool();
  useWorkers(undefined);
});

const words = { stage: 'Training network', from: 0.2, to: 0.6 };

/** y = sign of x₀ + x₁ with noise: 400 rows, the last 100 for validation. */
function makeJob(seed: number, changes: Partial<TrainingJob> = {}): TrainingJob {
  const rng = new Rng(5);
  const x = Float32Array.from({ length: 400 * 6 }, () => rng.normal());
  const y = Float32Array.from({ length: 400 }, (_, i) => (x[6 * i]! + x[6 * i + 1]! + 0.5 * rng.normal() > 0 ? 1 : 0));
  return {
    description: { kind: 'dense', head: 'logistic', inputs: 6, hidden: [16], activation: 'relu', outputs: 1 },
    data: { rows: 400, inputs: 6, x, y },
    trainRows: Int32Array.from({ length: 300 }, (_, i) => i), validationRows: Int32Array.from({ length: 100 }, (_, i) => 300 + i),
    optimiser: 'adam', learningRate: 0.01, l1: 0, l2: 1e-4, dropout: 0.1, batchSize: 32, epochs: 12, patience: 20, seed, backend: 'auto', ...changes,
  };
}

/** Trains for a very long time if nobody stops it. */
const endless = (seed: number, backend: Backend = 'auto'): TrainingJob => makeJob(seed, { epochs: 1e7, patience: 1e7, learningRate: 1e-6, backend });

interface Message { stage: string; fraction?: number; live?: LiveCurve; at: number }

function recorded(): { context: CancellableContext; messages: Message[] } {
  const messages: Message[] = [];
  return { context: new CancellableContext((stage, fraction, live) => messages.push({ stage, fraction, live, at: performance.now() })), messages };
}

describe.each(['simd', 'wasm'] as const)('training by %s', backend => {
  it('gives the same networks over workers as in this thread, in the order of the jobs', async () => {
    const jobs = [1, 2, 3].map(seed => makeJob(seed, { backend }));
    const here = await trainAll(jobs, new CancellableContext(), words);
    useWorkers(worker.script);
    const there = await trainAll(jobs, new CancellableContext(), words);
    expect(there.map(({ executor }) => executor)).toEqual([backend, backend, backend]);
    expect(there.map(({ parameters }) => parameters)).toEqual(here.map(({ parameters }) => parameters));
    expect(there.map(({ validationLoss }) => validationLoss)).toEqual(here.map(({ validationLoss }) => validationLoss));
    expect(here[0]!.parameters).not.toEqual(here[1]!.parameters);
    for (const { executor, backendReason, trainLoss } of there) {
      expect(executor).toBe(backend);
      expect(backendReason).toContain('asked for');
      expect(trainLoss).toHaveLength(12);
      expect(trainLoss.at(-1)).toBeLessThan(trainLoss[0]!);
    }
  });
});

describe('progress of training', () => {
  it('counts networks and epochs, stays between its bounds, and shows one curve a network', async () => {
    useWorkers(worker.script);
    const { context, messages } = recorded();
    await trainAll([1, 2, 3].map(seed => makeJob(seed)), context, words);
    const fractions = messages.map(({ fraction }) => fraction!);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBeGreaterThanOrEqual(0.2);
    expect(fractions.at(-1)).toBeCloseTo(0.6, 12);
    expect(messages.at(-1)!.stage).toMatch(/^Training network 3 of 3, epoch 12: validation loss 0\.\d+$/);
    expect(messages.at(-1)!.live!.lines.map(({ name, x }) => [name, x.length])).toEqual([['Network 1', 12], ['Network 2', 12], ['Network 3', 12]]);
  });

  it('shows training and validation loss of a single network, at most 5 times a second and at most 200 points', async () => {
    const { context, messages } = recorded();
    const [trained] = await trainAll([makeJob(1, { epochs: 450, patience: 450 })], context, words);
    const live = messages.at(-1)!.live!;
    expect(live.lines.map(({ name }) => name)).toEqual(['Training rows', 'Validation rows']);
    expect(live.canFinish).toBe(true);
    for (const { x, y } of live.lines) {
      expect(x).toHaveLength(200);
      expect([x[0], x.at(-1)]).toEqual([1, 450]);
      expect(y).toHaveLength(200);
    }
    expect(live.lines[1]!.y.at(-1)).toBe(trained!.validationLoss.at(-1));
    // The last message, when all is done, comes at once.
    const gaps = messages.slice(1, -1).map(({ at }, i) => at - messages[i]!.at);
    expect(Math.min(Infinity, ...gaps)).toBeGreaterThanOrEqual(199);
  });
});

describe.each(['in this thread', 'over workers'] as const)('stopping %s', where => {
  it('ends with CancelledError when cancelled, and disturbs no later training', async () => {
    if (where === 'over workers') useWorkers(worker.script);
    const { context, messages } = recorded();
    const running = trainAll([endless(1), endless(2)], context, words).then(() => undefined, (error: unknown) => error);
    await vi.waitFor(() => expect(messages.some(({ live }) => live)).toBe(true), { timeout: 600_000 });
    context.cancel();
    expect(await running).toBeInstanceOf(CancelledError);
    useWorkers(undefined);
    expect(await trainAll([makeJob(1)], new CancellableContext(), words)).toHaveLength(1);
  });

  it('cancelled while jobs are on their way, leaves no job running', async () => {
    if (where === 'over workers') useWorkers(worker.script);
    const context = new CancellableContext(() => context.cancel());
    const jobs = Array.from({ length: 2 * lanes() }, (_, seed) => endless(seed));
    await expect(trainAll(jobs, context, words)).rejects.toBeInstanceOf(CancelledError);
    // Were one of them still running, it would hold a worker for good, and these would wait for ever.
    const after = Array.from({ length: 2 * lanes() }, (_, seed) => makeJob(seed));
    expect(await trainAll(after, new CancellableContext(), words)).toHaveLength(after.length);
  });

  it('keeps the best so far when asked to finish, and gives later networks no more epochs', async () => {
    if (where === 'over workers') useWorkers(worker.script);
    const { context, messages } = recorded();
    const first = where === 'over workers' ? lanes() : 1;
    const jobs = Array.from({ length: first + 2 }, (_, seed) => endless(seed));
    const running = trainAll(jobs, context, words);
    await vi.waitFor(() => expect(messages.some(({ live }) => (live?.lines[0]?.x.at(-1) ?? 0) > 3)).toBe(true), { timeout: 600_000 });
    context.finish();
    const trained = await running;
    const most = Math.max(...trained.slice(0, first).map(({ trainLoss }) => trainLoss.length));
    for (const { stopped } of trained.slice(0, first)) expect(stopped).toBe('asked');
    for (const { stopped, trainLoss } of trained.slice(first)) {
      expect(stopped).toBe('epochs');
      expect(trainLoss.length).toBeGreaterThan(1);
      expect(trainLoss.length).toBeLessThanOrEqual(most);
    }
    const [later] = await trainAll([endless(5)], context, words);
    expect(later!.trainLoss.length).toBe(trained.at(-1)!.trainLoss.length);
    // Refits of the same run, whose progress is told otherwise, are cut short as well.
    const [refit] = await trainAll([endless(6)], derivedContext(context, () => undefined), words);
    expect(refit!.trainLoss.length).toBe(later!.trainLoss.length);
  });
});

describe('workers', () => {
  it('see shared numbers without a copy', () => {
    const values = Float32Array.of(1, 2, 3);
    const once = shared(values);
    expect(once.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...once]).toEqual([1, 2, 3]);
    expect(shared(once)).toBe(once);
  });

  it('that die end the run with one clear sentence, and are replaced', async () => {
    const script = join(dirname(worker.script), 'dying.js');
    writeFileSync(script, `const { parentPort } = require('node:worker_threads');
      parentPort.postMessage('ready');
      parentPort.on('message', () => process.exit(7));`);
    useWorkers(script);
    const error = await trainAll([makeJob(1), makeJob(2)], new CancellableContext(), words).then(() => undefined, (fault: unknown) => fault);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe('A worker of the engine ended unexpectedly, which stopped the run.');
    await closePool();
    useWorkers(worker.script);
    expect(await trainAll([makeJob(1), makeJob(2)], new CancellableContext(), words)).toHaveLength(2);
  });

  it('say what is wrong in a task', async () => {
    useWorkers(worker.script);
    const job = { ...makeJob(1), description: { kind: 'nonsense' } };
    const task = await startTask({ method: 'train', params: { job, plan: { order: ['simd'], reason: '' } } });
    await expect(task.result).rejects.toBeInstanceOf(UserError);
  });
});
