/** What the networks of folds take over from the model of all rows, which the guarantee of conformal intervals has to own up to. */
import { describe, expect, it } from 'vitest';
import { neuralFamily } from '../../../src/engine/models/neural/family';
import { curvedNumbers } from './support';

describe('networks of folds', () => {
  const taken = (rows: number, options = {}): string | undefined => neuralFamily.takenFromAllRows!(curvedNumbers(20, options), rows);

  it('take over the penalty that was chosen on all rows where those are many, and say so', () => {
    expect(taken(6000)).toBe('the penalty l2');
    expect(taken(4999)).toBeUndefined();
  });

  it('take nothing over where the penalty was set', () => {
    expect(taken(6000, { l2: 0.001 })).toBeUndefined();
  });
});
