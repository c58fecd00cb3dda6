/** The built engine process as the host speaks to it, training a network: curve, early end, log. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveCurve } from '../../../src/protocol/engine';
import { EngineClient, type RunningRequest } from '../../../src/services/engineClient';
import { silentLog } from '../../../src/services/log';
import { examples, root } from './run';

let engine: EngineClient;
const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  engine = new EngineClient({ program: join(root, 'dist', 'engine.js'), memoryMB: () => 512, log: { ...silentLog, info: line => said.push(line) } });
});
afterEach(() => engine.dispose());

/** Would train for hours if nobody stopped it. */
const endless = {
  file: join(examples, 'penguins.csv'), target: 'species', model: 'neural', split: { scheme: 'none' }, detail: 'brief',
  options: { epochs: 100000, patience: 100000, learningRate: 1e-5 },
} as const;

describe('the engine process', () => {
  it('sends the curve of the loss while a network trains, and keeps the best when asked to finish', async () => {
    let running: RunningRequest | undefined;
    let asked: Promise<boolean> | undefined;
    let first: LiveCurve | undefined;
    const { model } = await engine.request('explain', endless, {
      onStart: item => { running = item; },
      onProgress: ({ live }) => {
        first ??= live;
        if (live?.canFinish && live.lines[0]!.x.at(-1)! > 5) asked ??= running!.finish();
      },
    });
    expect(await asked).toBe(true);
    expect(first).toMatchObject({ xTitle: 'Epoch', yTitle: 'Cross-entropy (nats)', canFinish: true });
    expect(model.report.model.family).toBe('neural');
    expect(said.join('\n')).toMatch(/Networks of the kind dense are computed by own SIMD kernels\. Native TensorFlow is /);
    expect(await running!.finish()).toBe(false);
  });

  it('says why native TensorFlow does not work', async () => {
    expect(await engine.request('probeTensorflow', { folder: join(root, 'no-such-folder') })).toEqual({ works: false, why: expect.stringContaining('Cannot find module') });
  });
});
