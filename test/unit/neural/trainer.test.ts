/** The training loop on an executor whose arithmetic is seen at a glance: plain loops in double precision. */
import { describe, expect, it } from 'vitest';
import type { NetworkData, NetworkExecutor } from '../../../src/engine/compute/network/executor';
import type { DenseDescription } from '../../../src/engine/compute/network/description';
import { trainNetwork } from '../../../src/engine/compute/network/trainer';
import type { TrainingHooks, TrainingJob } from '../../../src/engine/compute/network/training';
import { Rng } from '../../../src/engine/math/random';

const description: DenseDescription = { kind: 'dense', head: 'identity', inputs: 2, hidden: [], activation: 'relu', outputs: 1 };
const quiet: TrainingHooks = { breathe: () => undefined, finishing: () => false };

/** y = 2 x₀ − x₁ + 1 + noise. */
function lineData(rows: number, noise: number): NetworkData {
  const rng = new Rng(4);
  const x = Float32Array.from({ length: 2 * rows }, () => rng.normal());
  return { rows, inputs: 2, x, y: Float32Array.from({ length: rows }, (_, i) => 2 * x[2 * i] - x[2 * i + 1] + 1 + noise * rng.normal()) };
}

/** A network without hidden layers is linear regression: f = x W + b. `later`: answers with promises. */
function linearExecutor({ x, y }: NetworkData, later = false): NetworkExecutor & { seen: number[][]; masks: number } {
  const outputs = ([w, b]: readonly Float32Array[], rows: Int32Array): Float32Array => Float32Array.from(rows, r => x[2 * r] * w[0] + x[2 * r + 1] * w[1] + b[0]);
  const answer = <T>(value: T): T | Promise<T> => (later ? Promise.resolve(value) : value);
  const executor = {
    name: 'by hand', description, seen: [] as number[][], masks: 0, dispose: () => undefined,
    gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: unknown) {
      executor.seen.push(Array.from(rows));
      if (dropout) executor.masks++;
      const g = [0, 0, 0];
      let loss = 0;
      outputs(parameters, rows).forEach((f, i) => {
        const error = f - y[rows[i]];
        loss += (0.5 * error * error) / rows.length;
        [x[2 * rows[i]], x[2 * rows[i] + 1], 1].forEach((v, k) => { g[k] += (error * v) / rows.length; });
      });
      return answer({ loss, gradients: [Float32Array.of(g[0], g[1]), Float32Array.of(g[2])] });
    },
    outputs: (parameters: readonly Float32Array[], rows: Int32Array) => answer(outputs(parameters, rows)),
    inputGradients: () => new Float32Array(0),
  };
  return executor;
}

function jobFor(data: NetworkData, changes: Partial<TrainingJob> = {}): TrainingJob {
  const rows = Int32Array.from({ length: data.rows }, (_, i) => i);
  return {
    description, data, trainRows: rows.subarray(0, 80), validationRows: rows.subarray(80), optimiser: 'adam', learningRate: 0.05, l1: 0, l2: 0, dropout: 0,
    batchSize: 16, epochs: 200, patience: 10, seed: 7, backend: 'auto', ...changes,
  };
}

describe('training', () => {
  it('finds the line behind the data and stops when patience ends', async () => {
    const data = lineData(100, 0.1);
    const trained = await trainNetwork(jobFor(data), linearExecutor(data), quiet);
    expect(trained.stopped).toBe('patience');
    expect(trained.parameters[0][0]).toBeCloseTo(2, 1);
    expect(trained.parameters[0][1]).toBeCloseTo(-1, 1);
    expect(trained.parameters[1][0]).toBeCloseTo(1, 1);
    expect(trained.validationLoss[trained.bestEpoch]).toBe(Math.min(...trained.validationLoss));
    expect(trained.executor).toBe('by hand');
  });

  it('keeps the parameters of the best epoch, not of the last', async () => {
    const data = lineData(100, 0.5);
    const executor = linearExecutor(data);
    const job = jobFor(data, { epochs: 60, patience: 60, learningRate: 0.3, optimiser: 'rmsprop' });
    const trained = await trainNetwork(job, executor, quiet);
    const errors = Array.from(executor.outputs(trained.parameters, job.validationRows) as Float32Array, (f, i) => 0.5 * (f - data.y[80 + i]) ** 2);
    expect(trained.stopped).toBe('epochs');
    expect(errors.reduce((a, b) => a + b, 0) / 20).toBeCloseTo(trained.validationLoss[trained.bestEpoch], 6);
  });

  it('gives the same numbers for a seed, whether the executor answers at once or later, and others for another seed', async () => {
    const data = lineData(100, 0.1);
    const [one, two, other] = await Promise.all([
      trainNetwork(jobFor(data), linearExecutor(data), quiet), trainNetwork(jobFor(data), linearExecutor(data, true), quiet),
      trainNetwork(jobFor(data, { seed: 8 }), linearExecutor(data), quiet),
    ]);
    expect(two.parameters).toEqual(one.parameters);
    expect(two.validationLoss).toEqual(one.validationLoss);
    expect(other.parameters).not.toEqual(one.parameters);
  });

  it('passes over each training row once an epoch, in another order each time, and never over validation rows', async () => {
    const data = lineData(100, 0.1);
    const executor = linearExecutor(data);
    await trainNetwork(jobFor(data, { epochs: 2 }), executor, quiet);
    const epochs = [executor.seen.slice(0, 5).flat(), executor.seen.slice(5).flat()];
    for (const seen of epochs) expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i));
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('notices divergence and keeps finite parameters', async () => {
    const data = lineData(100, 0.1);
    const trained = await trainNetwork(jobFor(data, { optimiser: 'sgd', learningRate: 1e6 }), linearExecutor(data), quiet);
    expect(trained.stopped).toBe('diverged');
    expect(trained.parameters.every(values => values.every(Number.isFinite))).toBe(true);
  });

  it('stops when asked and keeps the best so far', async () => {
    const data = lineData(100, 0.1);
    let epochs = 0;
    const trained = await trainNetwork(jobFor(data), linearExecutor(data), { ...quiet, epoch: () => { epochs++; }, finishing: () => epochs >= 3 });
    expect(trained.stopped).toBe('asked');
    expect(trained.trainLoss.length).toBeLessThanOrEqual(4);
  });

  it('without validation rows runs all epochs and keeps the last parameters', async () => {
    const data = lineData(100, 0.1);
    const trained = await trainNetwork(jobFor(data, { validationRows: new Int32Array(0), epochs: 30 }), linearExecutor(data), quiet);
    expect(trained.stopped).toBe('epochs');
    expect(trained.validationLoss).toEqual([]);
    expect(trained.bestEpoch).toBe(29);
  });

  it('starts from given parameters, never ends worse than them, and keeps pruned weights at 0', async () => {
    const data = lineData(100, 0.1);
    const initial = [Float32Array.of(2, -1), Float32Array.of(1)];
    const warm = await trainNetwork(jobFor(data, { initial, learningRate: 1, epochs: 3 }), linearExecutor(data), quiet);
    expect(warm.parameters[0][0]).toBeCloseTo(2, 1);
    const masked = await trainNetwork(jobFor(data, { initial, masks: [Uint8Array.of(1, 0), undefined] }), linearExecutor(data), quiet);
    expect(masked.parameters[0][1]).toBe(0);
    expect(initial[0][1]).toBe(-1);
  });

  it('an L1 penalty makes the weight of noise exactly 0', async () => {
    const data = lineData(100, 0.1);
    const noisy = { ...data, y: data.y.map((v, i) => v + data.x[2 * i + 1]) };
    const trained = await trainNetwork(jobFor(noisy, { l1: 0.1, optimiser: 'sgd', epochs: 100, patience: 100 }), linearExecutor(noisy), quiet);
    expect(trained.parameters[0][1]).toBe(0);
    expect(trained.parameters[0][0]).toBeGreaterThan(1.7);
  });

  it('passes masks to the executor where there is dropout', async () => {
    const data = lineData(100, 0.1);
    const executor = linearExecutor(data);
    await trainNetwork(jobFor(data, { dropout: 0.2, epochs: 1 }), executor, quiet);
    expect(executor.masks).toBe(5);
  });
});
