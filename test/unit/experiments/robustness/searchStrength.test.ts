/** How strong the search without gradients is: against the exact worst case of sums of steps, and against every cell of a model with pairs. */
import { describe, expect, it } from 'vitest';
import { attackerOf, attackRows } from '../../../../src/engine/experiments/robustness/attack';
import { boxOf, type Ground } from '../../../../src/engine/experiments/robustness/ground';
import type { Judge } from '../../../../src/engine/experiments/robustness/judge';
import { SearchAttacker } from '../../../../src/engine/experiments/robustness/searchAttack';
import { Rng } from '../../../../src/engine/math/random';
import type { BoostingModel } from '../../../../src/engine/models/boosting/model';
import { classTarget, makeDataset, numberColumn, numberTarget, quiet } from '../../evaluate/stub';
import { everyRow, family, halves, judgeFor } from './support';

const rows = 240;
const sizes = [0, 0.2, 0.6];

function columns(count: number, seed: number): Float64Array[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => Float64Array.from({ length: rows }, () => rng.normal()));
}

async function boosted(pairs: number, x: readonly Float64Array[], target: ReturnType<typeof numberTarget>): Promise<Judge> {
  const dataset = makeDataset(x.map((values, j) => numberColumn(`x${j}`, values)), target, { options: { pairs, bags: 3, rounds: 150 } });
  const { train, test } = halves(rows, 0.75);
  return judgeFor(dataset, await family('ebm').fit(dataset, quiet(), train), train, test);
}

/** Cuts of a column between the ends of the box, and the ends: a place in every cell that the box meets. */
function places({ columns: all }: Ground, { model, ground }: Judge, row: number, j: number, epsilon: number): number[] {
  const [low, high] = boxOf(ground, row, j, epsilon);
  const cuts = (model as BoostingModel).state.features.flatMap(feature => (feature.name === all[j]!.name && feature.kind === 'number' ? [...feature.cuts] : []));
  const inside = cuts.filter(cut => cut > low && cut < high);
  return [low, high, ground.start[row * all.length + j]!, ...inside, ...inside.map(cut => cut + 1e-9)];
}

describe('the search without gradients', () => {
  it('comes to the exact worst case of a machine of steps on nearly every row', async () => {
    const x = columns(4, 5);
    const judge = await boosted(0, x, numberTarget(x[0]!.map((v, i) => Math.sin(2 * v) + x[1]![i]! ** 2 + x[2]![i]! * 0.5)));
    expect(attackerOf(judge).method).toBe('exact');
    const exact = await attackRows(judge, attackerOf(judge), sizes, new Rng(1), quiet());
    const search = await attackRows(judge, new SearchAttacker(judge), sizes, new Rng(1), quiet());
    const roots = (losses: Float64Array): number => Math.sqrt(losses.reduce((a, b) => a + b, 0) / losses.length);
    sizes.forEach((_, k) => {
      exact.numbers[k]!.forEach((loss, row) => expect(loss * (1 + 1e-12)).toBeGreaterThanOrEqual(search.numbers[k]![row]!));
      expect(roots(search.numbers[k]!) / roots(exact.numbers[k]!)).toBeGreaterThan(0.99);
    });
  });

  it('comes to the worst cell of a machine with a pair, which every cell of the box was tried for', async () => {
    const x = columns(2, 8);
    const judge = await boosted(1, x, numberTarget(x[0]!.map((v, i) => 3 * v * x[1]![i]! + 0.2 * v)));
    expect(attackerOf(judge).method).toBe('search');
    const { worst } = await attackRows(judge, attackerOf(judge), [0, 0.6], new Rng(1), quiet());
    const shares = everyRow(judge.ground).reduce<number[]>((all, row) => {
      const [a, b] = [0, 1].map(j => places(judge.ground, judge, row, j, 0.6));
      const cells = Float64Array.from(a!.flatMap(u => b!.flatMap(v => [u, v])));
      const most = Math.max(...judge.of(cells, new Int32Array(cells.length / 2).fill(row)).harm);
      expect(worst.harm[row]!).toBeLessThanOrEqual(most * (1 + 1e-9) + 1e-12);
      return [...all, worst.harm[row]! / most];
    }, []);
    const sorted = shares.sort((a, b) => a - b);
    expect(sorted.filter(share => share > 0.9999).length / sorted.length).toBeGreaterThan(0.85);
    expect(sorted[0]!).toBeGreaterThan(0.95);
  });

  it('flips as many rows of two classes as the exact worst case of steps, to one in fifty', async () => {
    const x = columns(4, 11);
    const rng = new Rng(4);
    const judge = await boosted(0, x, classTarget(x[0]!.map((v, i) => (Math.sin(2 * v) + x[1]![i]! + 0.5 * rng.normal() > 0 ? 1 : 0)), ['no', 'yes']) as never);
    const exact = await attackRows(judge, attackerOf(judge), sizes, new Rng(1), quiet());
    const search = await attackRows(judge, new SearchAttacker(judge), sizes, new Rng(1), quiet());
    const wrong = (losses: Float64Array): number => losses.reduce((a, b) => a + b, 0);
    sizes.forEach((_, k) => {
      exact.numbers[k]!.forEach((loss, row) => expect(loss).toBeGreaterThanOrEqual(search.numbers[k]![row]!));
      expect(wrong(exact.numbers[k]!) - wrong(search.numbers[k]!)).toBeLessThanOrEqual(rows / 4 / 50 + 1e-9);
    });
  });
});
