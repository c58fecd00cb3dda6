/** Who is left behind where time is short: the worse settings, never the usual one. */
import { describe, expect, it } from 'vitest';
import { repeatedFolds } from '../../../../src/engine/experiments/runs/folds';
import type { RunOutcome } from '../../../../src/engine/experiments/runs/task';
import { measureSettings } from '../../../../src/engine/experiments/sensitivity/measure';
import { families } from '../../../../src/engine/models/families';
import { quiet, regressionData } from '../../evaluate/stub';

describe('settings that the time does not hold', () => {
  it('are the worst of the first fold, and the usual one stays though it was the worst of all', async () => {
    const dataset = regressionData(60);
    const settings = [{}, ...[0, 1, 2, 3, 4, 5].map(l2 => ({ l2 }))];
    // Each run of the first fold took a thousand seconds, so that later folds do not fit into the hundred there are; the usual setting has the highest loss.
    const known = settings.map((_, i) => new Map<number, RunOutcome>([[0, { status: 'scored', loss: i === 0 ? 99 : 10 - i, baselineLoss: 10, seconds: 1000 }]]));
    const { folds } = repeatedFolds(dataset, 1);
    const { outcomes, finished, leftBehind } = await measureSettings(
      { dataset, family: families.find(({ id }) => id === 'linear')!, settings, order: [...settings.keys()], folds, seconds: 100, known }, quiet(), () => undefined,
    );
    expect(finished).toEqual([0, 1, 2, 3, 4]);
    expect(outcomes.map(runs => runs.size)).toEqual([5, 1, 1, 1, 5, 5, 5]);
    expect(leftBehind).toBe(3);
  });
});
