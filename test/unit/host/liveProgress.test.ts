/** What is shown of a run stays steady between the events that bring it. */
import { expect, it } from 'vitest';
import type { LiveCurve } from '../../../src/protocol/engine';
import { carryOn } from '../../../src/services/liveProgress';

const live: LiveCurve = { title: 'Loss', xTitle: 'Epoch', yTitle: 'Loss', lines: [], canFinish: true };

it('a curve stays while the same kind of work goes on, and goes with it', () => {
  const first = carryOn({ stage: 'Training network 1 of 5, epoch 3', fraction: 0.3, live }, undefined);
  const second = carryOn({ stage: 'Training network 2 of 5', fraction: 0.4 }, first);
  expect(second).toEqual({ stage: 'Training network 2 of 5', fraction: 0.4, live });
  expect(carryOn({ stage: 'Measuring importance', fraction: 0.7 }, second)).toEqual({ stage: 'Measuring importance', fraction: 0.7 });
});

it('a new curve takes the place of the last one', () => {
  const next = { ...live, title: 'Another' };
  expect(carryOn({ stage: 'Training', live: next }, { stage: 'Training', live }).live).toBe(next);
});

it('the share of the work stays where an event brings none, and is never made up', () => {
  expect(carryOn({ stage: 'Scoring fold 1 of 5' }, { stage: 'Fitting', fraction: 0.5 })).toEqual({ stage: 'Scoring fold 1 of 5', fraction: 0.5 });
  expect(carryOn({ stage: 'Reading' }, { stage: 'Starting' })).toEqual({ stage: 'Reading' });
});
