/** When training has settled: the epochs until 95 % of the fall of the watched loss was done. */
import { describe, expect, it } from 'vitest';
import { pace } from '../../../../src/engine/experiments/runs/runOne';
import type { TrainedNetwork } from '../../../../src/engine/compute/network/training';

const trained = (trainLoss: readonly number[], validationLoss: readonly number[] = []): TrainedNetwork => ({
  parameters: [], bestEpoch: 0, trainLoss, validationLoss, stopped: 'epochs', executor: 'cpu', backendReason: '', seconds: 0,
});

describe('the pace of a training', () => {
  it('is told by 95 % of the fall, no more and no less', () => {
    // A fall of 2 from 3 to 1: the threshold is 1.1.
    expect(pace(trained([3, 2, 1.15, 1.11, 1.09, 1.02, 1]))).toEqual({ epochs: 7, settledEpochs: 5 });
    expect(pace(trained([2, 2, 2]))).toEqual({ epochs: 3, settledEpochs: 1 });
  });

  it('is that of the rows that stop the training, where there are some', () => {
    expect(pace(trained([3, 1, 1, 1], [3, 2, 1, 2]))).toEqual({ epochs: 4, settledEpochs: 3 });
    expect(pace(trained([]))).toEqual({ epochs: 0 });
  });
});
