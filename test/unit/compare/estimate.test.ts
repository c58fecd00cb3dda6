/** Estimates from a pilot: what a run starts once is not stretched with the rows, and the boosting machine is tried rather than timed. */
import { describe, expect, it } from 'vitest';
import { estimateSeconds } from '../../../src/engine/compare/estimate';
import { makeFolds } from '../../../src/engine/evaluate/splits';
import { Rng } from '../../../src/engine/math/random';
import { boostingFamily } from '../../../src/engine/models/boosting/family';
import { linearFamily } from '../../../src/engine/models/linear/family';
import type { Family } from '../../../src/engine/models/model';
import { classData, makeDataset, numberColumn, numberTarget, quiet, regressionData } from '../evaluate/stub';

const estimate = (family: Family, dataset = regressionData(800), left = 20) =>
  estimateSeconds(family, dataset, makeFolds(dataset, dataset.recipe.split, new Rng(1)).folds, left, quiet(), new Rng(2));

describe('the estimate of a family', () => {
  it('looks again at a warm fit where the first fit of all would decide against it', async () => {
    let fits = 0;
    const starts: Family = {
      ...linearFamily, fitFolds: undefined,
      fit: async (dataset, context, rows) => {
        if (fits++ === 0) await new Promise(resolve => setTimeout(resolve, 900));
        return linearFamily.fit(dataset, context, rows);
      },
    };
    const found = await estimate(starts, regressionData(800), 15);
    expect(fits).toBe(2);
    expect(found!.atLeast).toBe(false);
    expect(found!.seconds).toBeLessThan(5);
  });

  it('takes the rows and the growth that the family names', async () => {
    const seen: number[] = [];
    const named: Family = {
      ...linearFamily, fitFolds: undefined, pilot: () => ({ rows: 77, growth: 0 }),
      fit: async (dataset, context, rows) => {
        seen.push(rows!.length);
        await new Promise(resolve => setTimeout(resolve, 100));
        return linearFamily.fit(dataset, context, rows);
      },
    };
    const { seconds } = (await estimate(named))!;
    expect(seen).toEqual([77]);
    expect(seconds).toBeGreaterThan(0.45);
    expect(seconds).toBeLessThan(5);
  });

  it('is not made for the boosting machine where its fit is cheap, and from few rows where it is not', async () => {
    expect(await estimate(boostingFamily, regressionData(2000))).toBeUndefined();
    expect(boostingFamily.pilot!(classData(3000))).toBeUndefined();
    const columns = Array.from({ length: 20 }, (_, i) => numberColumn(`x${i}`, new Float64Array(4000)));
    expect(boostingFamily.pilot!(makeDataset(columns, numberTarget(new Float64Array(4000))))).toEqual({ rows: 500, growth: 0.6 });
  });
});
