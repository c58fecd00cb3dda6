import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import type { CoarseFeature, Pair } from '../../../src/engine/models/boosting/pairBins';
import { purify, type TermScores, type TermWeights } from '../../../src/engine/models/boosting/purify';

/** Fine bins 0 … 8 of numbers in coarse bins 0 … 5, and levels as they are; bin 0 of the missing, the last of the unseen. */
const numberFeature = (name: string): CoarseFeature => ({ bins: { kind: 'number', name, cuts: [2, 4, 5], least: 0, largest: 9 }, count: 6, of: Uint16Array.of(0, 1, 1, 2, 2, 3, 4, 4, 5), levels: false });
const levelFeature: CoarseFeature = { bins: { kind: 'level', name: 'c', levels: ['u', 'v', 'w'] }, count: 5, of: Uint16Array.of(0, 1, 2, 3, 4), levels: true };
const coarse = [numberFeature('a'), numberFeature('b'), levelFeature];
const pairs: readonly Pair[] = [[0, 1], [1, 2]];
const fine = coarse.map(({ of }) => of.length);

/** Weights of the terms as rows give them, so that mains and pairs belong together. `filled`: bins that rows may fall in. */
function setUp(seed: number, outputs: number, rows: number, filled: (feature: number, bin: number) => boolean) {
  const rng = new Rng(seed);
  const data = Array.from({ length: rows }, () => fine.map((bins, j) => {
    let bin = rng.integer(bins);
    while (!filled(j, bin)) bin = rng.integer(bins);
    return bin;
  }));
  const mains = fine.map(bins => new Float64Array(bins));
  const cells = pairs.map(([a, b]) => new Float64Array(coarse[a]!.count * coarse[b]!.count));
  for (const row of data) {
    row.forEach((bin, j) => { mains[j]![bin]!++; });
    pairs.forEach((pair, t) => { cells[t]![cellOf(row, pair)]!++; });
  }
  const random = (length: number): Float64Array => Float64Array.from({ length: length * outputs }, () => rng.normal());
  const scores: TermScores = { intercept: random(1), mains: fine.map(random), pairs: cells.map(cell => random(cell.length)) };
  return { data, scores, weights: { mains, pairs: cells } satisfies TermWeights };
}

const cellOf = (row: readonly number[], [a, b]: Pair): number => coarse[a]!.of[row[a]!]! * coarse[b]!.count + coarse[b]!.of[row[b]!]!;
const linkOf = ({ intercept, mains, pairs: cells }: TermScores, row: readonly number[], k: number): number =>
  intercept[k]! + row.reduce((sum, bin, j) => sum + mains[j]![bin * intercept.length + k]!, 0) + pairs.reduce((sum, pair, t) => sum + cells[t]![cellOf(row, pair) * intercept.length + k]!, 0);

const everywhere = (): boolean => true;
/** Neither missing nor unseen; the number's bin 3 is empty. */
const inside = (j: number, bin: number): boolean => bin > 0 && bin < fine[j]! - 1 && (j !== 0 || bin !== 3);

describe.each([['every bin has rows', everywhere, 2000], ['some bins and cells have none', inside, 60]] as const)('purification where %s', (_name, filled, rows) => {
  it.each([1, 3])('leaves predictions of the training rows as they are, and every row and column of a pair without a mean (%i outputs)', outputs => {
    const { data, scores, weights } = setUp(outputs, outputs, rows, filled);
    const pure = purify(scores, weights, coarse, pairs);
    for (const row of data) for (let k = 0; k < outputs; k++) expect(Math.abs(linkOf(pure, row, k) - linkOf(scores, row, k))).toBeLessThan(1e-12);
    for (let k = 0; k < outputs; k++) {
      pure.mains.forEach((main, j) => expect(Math.abs(weights.mains[j]!.reduce((sum, w, bin) => sum + w * main[bin * outputs + k]!, 0))).toBeLessThan(1e-9));
      pairs.forEach(([a, b], t) => {
        const [r, c] = [coarse[a]!.count, coarse[b]!.count];
        const marginal = (cells: readonly number[]): number => cells.reduce((sum, cell) => sum + weights.pairs[t]![cell]! * pure.pairs[t]![cell * outputs + k]!, 0);
        for (let i = 0; i < r; i++) expect(Math.abs(marginal(Array.from({ length: c }, (_, j) => i * c + j)))).toBeLessThan(1e-8);
        for (let j = 0; j < c; j++) expect(Math.abs(marginal(Array.from({ length: r }, (_, i) => i * c + j)))).toBeLessThan(1e-8);
      });
    }
  });

  it('changes nothing the second time', () => {
    const { scores, weights } = setUp(5, 1, rows, filled);
    const once = purify(scores, weights, coarse, pairs);
    const twice = purify(once, weights, coarse, pairs);
    [...once.mains, ...once.pairs].forEach((term, t) => term.forEach((value, i) => expect(Math.abs([...twice.mains, ...twice.pairs][t]![i]! - value)).toBeLessThan(1e-9)));
  });
});

describe('bins without training rows', () => {
  const { scores, weights } = setUp(7, 2, 500, inside);
  const pure = purify(scores, weights, coarse, pairs);

  it('of missing cells and the unseen add exactly nothing, alone and in pairs', () => {
    pure.mains.forEach((main, j) => {
      for (const bin of [0, fine[j]! - 1]) expect([main[bin * 2], main[bin * 2 + 1]]).toEqual([0, 0]);
    });
    pairs.forEach(([a, b], t) => {
      const [r, c] = [coarse[a]!.count, coarse[b]!.count];
      for (let i = 0; i < r; i++) for (let j = 0; j < c; j++) if (i === 0 || j === 0 || i === r - 1 || j === c - 1) expect(pure.pairs[t]![(i * c + j) * 2 + 1]).toBe(0);
    });
  });

  it('inside the range of a number are as their neighbour below, or the first above', () => {
    expect([pure.mains[0]![6], pure.mains[0]![7]]).toEqual([pure.mains[0]![4], pure.mains[0]![5]]);
    const first = { ...weights, mains: weights.mains.map((main, j) => (j === 1 ? main.map((w, bin) => (bin <= 2 ? 0 : w)) : main)) };
    const other = purify({ ...scores, pairs: [] }, { ...first, pairs: [] }, coarse, []);
    for (const bin of [1, 2]) expect(other.mains[1]![2 * bin]).toBe(other.mains[1]![2 * 3]);
  });

  it('leave those with rows as they were', () => {
    const bare = { intercept: scores.intercept, mains: scores.mains, pairs: [] };
    const centred = purify(bare, { mains: weights.mains, pairs: [] }, coarse, []);
    const mean = (j: number): number => weights.mains[j]!.reduce((sum, w, bin) => sum + w * scores.mains[j]![2 * bin]!, 0) / 500;
    weights.mains.forEach((main, j) => main.forEach((w, bin) => { if (w > 0) expect(centred.mains[j]![2 * bin]).toBeCloseTo(scores.mains[j]![2 * bin]! - mean(j), 12); }));
  });
});

it('a pair that is a sum of two features leaves nothing in the pair, whatever the weights', () => {
  const { scores, weights } = setUp(9, 1, 3000, everywhere);
  const sums = Float64Array.from({ length: 36 }, (_, cell) => Math.floor(cell / 6) ** 2 - 3 * (cell % 6));
  const pure = purify({ ...scores, pairs: [sums, scores.pairs[1]!] }, weights, coarse, pairs);
  expect(Math.max(...pure.pairs[0]!.map(Math.abs))).toBeLessThan(1e-9);
});
