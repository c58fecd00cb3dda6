/** Chance in the place of an attacker: noise on the numbers of held-out rows, and cells that go missing. */
import type { Rng } from '../../math/random';
import type { WorkContext } from '../../context';
import { everyRow, placesOf, type NumberCell } from './ground';
import type { Judge } from './judge';
import type { Losses } from './attack';

/** Disturbances of each size that the losses are averaged over. */
export const draws = 10;

/** Of each size in deviations, the mean loss of each row with normal noise on all its numbers. */
export function noiseLosses(judge: Judge, epsilons: readonly number[], rng: Rng, context: WorkContext): Promise<Losses> {
  const { ground } = judge;
  const p = ground.columns.length;
  const numbers = placesOf(ground, 'number');
  return disturbed(judge, epsilons, context, (cells, size) => {
    for (let i = 0; i < ground.rows; i++) for (const j of numbers) cells[i * p + j] += size * (ground.columns[j] as NumberCell).deviation * rng.normal();
  });
}

/** Of each share, the mean loss of each row with so many of its cells taken away. */
export function missingLosses(judge: Judge, shares: readonly number[], rng: Rng, context: WorkContext): Promise<Losses> {
  const { columns } = judge.ground;
  const gone = columns.map(column => (column.kind === 'category' && column.coded ? -1 : NaN));
  return disturbed(judge, shares, context, (cells, share) => {
    for (let c = 0; c < cells.length; c++) if (rng.uniform() < share) cells[c] = gone[c % columns.length];
  });
}

async function disturbed(judge: Judge, sizes: readonly number[], context: WorkContext, disturb: (cells: Float64Array, size: number) => void): Promise<Losses> {
  const all = everyRow(judge.ground);
  const regression = judge.truth.task === 'regression';
  const result: Float64Array[] = [];
  for (const size of sizes) {
    const losses = new Float64Array(all.length);
    const count = size === 0 ? 1 : draws;
    for (let draw = 0; draw < count; draw++) {
      await context.breathe();
      const cells = judge.ground.start.slice();
      if (size > 0) disturb(cells, size);
      const { harm, wrong } = judge.of(cells, all);
      for (let i = 0; i < losses.length; i++) losses[i] += (regression ? harm[i] * harm[i] : wrong[i]) / count;
    }
    result.push(losses);
  }
  return result;
}
