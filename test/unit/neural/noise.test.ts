/** How the noise of networks is measured where no rows were held back, or one network alone chose its epoch by them. */
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { datasetFor, makeTable } from '../families/support';
import { allRows, curvedNumbers, fitNeural } from './support';

const quick = { prune: false, epochs: 40, hidden: '16,16', l2: 0.0003, learningRate: 0.01 };
const texts = (notes: readonly { readonly text: string }[]): string => notes.map(note => note.text).join(' ');

describe('the noise of a neural model', () => {
  it('is measured by networks trained without some rows where validation=0, and a note says so', async () => {
    // Standard deviation of the target about 8, of its noise 2 (and some from missing cells).
    const { state, notes } = await fitNeural(curvedNumbers(300, { ...quick, ensemble: 2, validation: 0 }));
    expect(state.noise).toBeGreaterThan(1.5);
    expect(state.noise).toBeLessThan(0.6 * state.scale.deviation);
    expect(texts(notes)).toContain('measured with 5 more networks, each trained without a part of the rows');
    expect(texts(notes)).toContain('With validation=0 no rows were held back for stopping');
    expect(texts(notes)).not.toContain('too few rows');
  });

  it('follows the residuals of as few as six rows', async () => {
    const rows = [0, 1, 2, 3, 4, 5];
    const noiseOf = async (y: number[]): Promise<number> => {
      const { state } = await fitNeural(datasetFor(makeTable({ a: rows, y }), { target: 'y', task: 'regression', options: { ...quick, hidden: 'none', epochs: 100, learningRate: 0.05, ensemble: 2 } }));
      return state.noise / state.scale.deviation;
    };
    const line = await noiseOf(rows.map(a => 3 * a));
    expect(line).toBeLessThan(0.5);
    expect(await noiseOf([1, -1, 1, 1, -1, -1])).toBeGreaterThan(line);
  });

  it('of a fold with two rows is their whole spread', async () => {
    const dataset = datasetFor(makeTable({ a: [1, 2, 3, 4], y: [1, 3, 2, 5] }), { target: 'y', task: 'regression', options: quick });
    expect((await fitNeural(dataset, Int32Array.of(0, 1))).state.noise).toBeCloseTo(1, 6);
  });

  it('of a single network is judged by rows that neither trained nor stopped it, so that its intervals hold what they say', async () => {
    const dataset = curvedNumbers(1500, { ...quick, ensemble: 1 });
    const rows = allRows(dataset);
    const model = await fitNeural(dataset, rows.subarray(0, 200));
    const test = rows.subarray(200);
    const { low, high } = model.predictIntervals(dataset.table, 0.95, test);
    if (dataset.target.task !== 'regression') throw new Error('numbers only');
    const { values } = dataset.target;
    const held = test.filter((row, i) => values[row] >= low![i] && values[row] <= high![i]).length / test.length;
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.985);
    expect(texts((await fitNeural(curvedNumbers(100, { ...quick, ensemble: 1 }))).notes)).toContain('measured with 2 more networks');
  });
});

describe('training that learns nothing', () => {
  it('is refused in a sentence instead of keeping random weights', async () => {
    const error = await fitNeural(curvedNumbers(100, { ...quick, optimiser: 'sgd', learningRate: 10, hidden: '64,64,64', activation: 'relu', ensemble: 2 })).then(() => undefined, (fault: unknown) => fault);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain('diverged before its first epoch');
  });
});

describe('MC dropout', () => {
  it('is named where it is used', async () => {
    const model = await fitNeural(curvedNumbers(80, { ...quick, epochs: 3, ensemble: 1, uncertainty: 'dropout' }));
    expect(model.title).toBe('Neural network with MC dropout');
    expect(model.effectBand).toContain('MC dropout');
    expect(model.predictIntervals(curvedNumbers(20).table, 0.9).intervalKind).toContain('MC dropout');
    expect(model.fitStatistics().find(({ label }) => label === 'Uncertainty')?.value).toMatch(/^MC dropout: 100 masks/);
  });
});
