/** How much more the mean of a series varies than that of independent rows, against what is known of series that are made on the spot. */
import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/engine/checks/memory';
import { Rng } from '../../../src/engine/math/random';

const seeds = Array.from({ length: 101 }, (_, i) => i + 1);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
/** Each row is so many times the one before it, and noise. */
function series(seed: number, n: number, memory: number): Float64Array {
  const rng = new Rng(seed);
  let last = 0;
  return Float64Array.from({ length: n }, () => (last = memory * last + rng.normal()));
}

describe('the memory of a series', () => {
  it('is none where nothing varies', () => {
    expect(memoryOf(new Float64Array(60), 30)).toEqual({ inflation: 1, next: 0 });
  });

  it('is hardly any where rows are independent, also beside a trend and a change of level', () => {
    const drift = (values: Float64Array): Float64Array => values.map((v, i) => v + i / 20 + (i < 80 ? 0 : 6));
    for (const change of [(values: Float64Array) => values, drift]) {
      const found = seeds.map(seed => memoryOf(change(series(seed, 200, 0)), 80));
      expect(median(found.map(({ inflation }) => inflation))).toBeLessThan(1.1);
      expect(Math.abs(median(found.map(({ next }) => next)))).toBeLessThan(0.05);
    }
  });

  it('is that of an autoregression, (1 + φ) / (1 − φ), in short series too', () => {
    for (const [memory, n] of [[0.5, 80], [0.5, 400], [0.8, 400]] as const) {
      const found = seeds.map(seed => memoryOf(series(seed, n, memory), n / 2));
      const ratio = median(found.map(({ inflation }) => inflation)) * (1 - memory) / (1 + memory);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
      expect(Math.abs(median(found.map(({ next }) => next)) - memory)).toBeLessThan(0.1);
    }
  });

  it('makes nothing of rows that are unlike the next ones: never less than for independent rows', () => {
    for (const seed of seeds.slice(0, 20)) expect(memoryOf(series(seed, 200, -0.8), 100).inflation).toBe(1);
  });

  it('ends where it cannot be told from drift', () => {
    const found = seeds.map(seed => memoryOf(series(seed, 100, 1), 50).inflation);
    expect(Math.max(...found)).toBeLessThan(1 / 0.03 ** 2);
  });
});
