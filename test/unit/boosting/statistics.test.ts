import { expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { offsetsOf, RowStatistics, TableStatistics, type Statistics } from '../../../src/engine/models/boosting/statistics';

const rows = 400;
/** Two numbers and two features of levels; the bins of missing cells and of the unseen have rows too. */
const counts = [9, 5, 6, 3];
const levels = [false, true, false, true];

function setUp(seed: number) {
  const rng = new Rng(seed);
  const bins = counts.map(count => Uint16Array.from({ length: rows }, () => rng.integer(count)));
  const row = (positive: boolean): Float64Array => Float64Array.from({ length: rows }, () => (positive ? 0.1 + rng.uniform() : rng.normal()));
  const offsets = offsetsOf(counts);
  return { rng, bins, row, offsets, both: [new RowStatistics(offsets, bins), new TableStatistics(offsets, bins, levels.map(level => !level))] as [RowStatistics, TableStatistics] };
}

/** A change as trees make them, or of any other form. */
function changeOf(rng: Rng, j: number): Float64Array {
  const change = new Float64Array(counts[j]!);
  const kind = rng.integer(3);
  if (kind === 0) return change.map(() => rng.normal());
  const [left, right] = [rng.normal(), rng.normal()];
  const cut = 1 + rng.integer(counts[j]! - 2);
  return change.map((_, b) => (kind === 1 && (b === 0 || b === counts[j]! - 1) ? 0 : levels[j] ? (rng.integer(2) === 0 ? left : right) : b < cut ? left : right));
}

const gradientOf = (statistics: Statistics): Float64Array => {
  if (statistics instanceof RowStatistics) counts.forEach((_, j) => statistics.refresh(j));
  return statistics.gradient;
};

it('by rows and by the table of pairs of bins are the sums by the definition, after any changes and restarts', () => {
  const { rng, bins, row, offsets, both } = setUp(1);
  for (let start = 0; start < 3; start++) {
    const [g, h] = [row(false), row(true)];
    const score = new Float64Array(rows);
    both.forEach(statistics => statistics.restart(g, h));
    for (let step = 0; step < 40; step++) {
      const j = rng.integer(counts.length);
      const change = changeOf(rng, j);
      both.forEach(statistics => statistics.apply(j, change));
      for (let i = 0; i < rows; i++) score[i]! += change[bins[j]![i]!]!;
    }
    const expected = new Float64Array(offsets.at(-1)!);
    const curvature = new Float64Array(expected.length);
    bins.forEach((own, j) => own.forEach((bin, i) => {
      expected[offsets[j]! + bin]! += g[i]! + h[i]! * score[i]!;
      curvature[offsets[j]! + bin]! += h[i]!;
    }));
    for (const statistics of both) {
      const found = gradientOf(statistics);
      expected.forEach((value, b) => expect(Math.abs(found[b]! - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)) * 40));
      curvature.forEach((value, b) => expect(statistics.curvature[b]).toBeCloseTo(value, 9));
    }
  }
});

it('take new gradients on the curvatures they have', () => {
  const { row, both: [byRow, byTable] } = setUp(2);
  const [g, h, again] = [row(false), row(true), row(false)];
  byTable.restart(g, h);
  byTable.restart(again, h, true);
  byRow.restart(again, h);
  const change = Float64Array.from({ length: counts[0]! }, (_, b) => b - 3);
  for (const statistics of [byRow, byTable]) statistics.apply(0, change);
  const found = gradientOf(byTable);
  gradientOf(byRow).forEach((value, b) => expect(found[b]).toBeCloseTo(value, 8));
});
