/** Refits on resampled rows: how many there are is counted by cost, never by the clock, so that the same seed gives the same numbers. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resampledRefits } from '../../../src/engine/explain/scores/refits';
import { refitsWithin } from '../../../src/engine/explain/scores/sizes';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { context, datasetFor, makeTable } from '../families/support';
import { functionModel } from './functionModel';

afterEach(() => { vi.restoreAllMocks(); });

describe('refits on resampled rows', () => {
  it('are as many on a slow machine as on a fast one', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now += 40_000);
    const a = Array.from({ length: 40 }, (_, i) => Math.sin(i));
    const dataset = datasetFor(makeTable({ a, y: a.map((v, i) => v + (i % 3)) }), { target: 'y', task: 'regression' });
    const refits = await resampledRefits(linearFamily, dataset, { count: 8, size: 40, replace: true, together: false }, new Rng(1), context);
    expect(refits).toHaveLength(8);
  });

  it('are fewer where a fit takes many multiplications, never fewer than three', () => {
    const names = (count: number): string[] => Array.from({ length: count }, (_, j) => `x${j}`);
    expect(refitsWithin(functionModel(() => 0, names(20)), 4000, 20)).toBe(20);
    expect(refitsWithin(functionModel(() => 0, names(1000)), 1000, 5)).toBe(5);
    expect(refitsWithin(functionModel(() => 0, names(1000)), 4000, 20)).toBe(3);
    expect(refitsWithin(functionModel(() => 0, names(5000)), 4000, 2)).toBe(2);
  });
});
