/** Which columns attacks that succeed rest on: flips of as few columns as can be found, and what of an added error each column carries. */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';
import type { Attacker } from './attacker';
import { cellsOf, everyRow, placesOf, type Ground } from './ground';
import type { Judge } from './judge';
import { between, flippedRows, nearestShares } from './minimal';
import type { Track } from './track';

/** Sums over rows, by column of the ground, so that folds can be added up. */
export interface FeatureUse {
  /** Attacks (classes: flips). */
  readonly attacks: number;
  /** Classes: attacks that use the column. Numbers: added error that goes when it is put back, in parts of the attack's. */
  readonly used: Float64Array;
  /** Classes: attacks that end when it alone is put back. */
  readonly needed: Float64Array;
  /** Attacks that change it in the end, and the sum of their sizes in deviations. */
  readonly changed: Float64Array;
  readonly size: Float64Array;
}

export interface Sparse { readonly use: FeatureUse; readonly which: Int32Array; /** Cells of those rows. */ readonly cells: Float64Array }

/**
 * Flips of few columns: the rows are attacked with all the reach that there is, then numbers are put back, the least helpful first, as long as
 * predicting the row confirms the flip; what is left is drawn back as far as it can.
 */
export async function sparseFlips(judge: Judge, attacker: Attacker, track: Track, reach: number, rng: Rng, context: WorkContext): Promise<Sparse> {
  const { ground } = judge;
  const p = ground.columns.length;
  const which = flippedRows(track, reach);
  const cells = await strongest(judge, attacker, track, which, reach, rng, context);
  const start = cellsOf(ground, ground.start, which);
  const numbers = placesOf(ground, 'number');
  const needed = new Float64Array(p);
  const left = new Float64Array(cells.length).fill(NaN);
  for (const j of numbers) {
    const back = putBack(cells, start, p, () => j);
    const { harm, wrong } = judge.of(back, which);
    harm.forEach((value, i) => {
      left[i * p + j] = value;
      if (wrong[i] === 0) needed[j]++;
    });
  }
  const order = Array.from(which.keys(), i => [...numbers].sort((a, b) => left[i * p + b] - left[i * p + a] || a - b));
  for (let rank = 0; rank < numbers.length; rank++) {
    await context.breathe();
    const back = putBack(cells, start, p, i => order[i][rank]);
    const { wrong } = judge.of(back, which);
    which.forEach((_, i) => { if (wrong[i] === 1) cells[i * p + order[i][rank]] = start[i * p + order[i][rank]]; });
  }
  const near = between(ground, start, cells, nearestShares(judge, start, cells, which));
  return { which, cells: near, use: { ...countChanges(ground, start, near, which.length), needed } };
}

/** The worst of what was found and of what the attack proposes for the whole reach. */
async function strongest(judge: Judge, attacker: Attacker, track: Track, which: Int32Array, reach: number, rng: Rng, context: WorkContext): Promise<Float64Array> {
  const p = judge.ground.columns.length;
  const cells = cellsOf(judge.ground, track.cells, which);
  if (which.length === 0) return cells;
  const most = judge.of(cells, which).harm;
  for (const proposal of await attacker.proposals(reach, cells.slice(), which, rng, context)) {
    const { harm, wrong } = judge.of(proposal, which);
    harm.forEach((value, i) => {
      if (wrong[i] === 0 || !(value > most[i])) return;
      most[i] = value;
      cells.set(proposal.subarray(i * p, (i + 1) * p), i * p);
    });
  }
  return cells;
}

function putBack(cells: Float64Array, start: Float64Array, p: number, column: (i: number) => number): Float64Array {
  const back = cells.slice();
  for (let i = 0; i < cells.length / p; i++) back[i * p + column(i)] = start[i * p + column(i)];
  return back;
}

function countChanges({ columns }: Ground, start: Float64Array, cells: Float64Array, attacks: number): Omit<FeatureUse, 'needed'> {
  const p = columns.length;
  const changed = new Float64Array(p);
  const size = new Float64Array(p);
  columns.forEach((column, j) => {
    for (let i = 0; i < attacks; i++) {
      const distance = Math.abs(cells[i * p + j] - start[i * p + j]);
      if (!(distance > 0)) continue;
      changed[j]++;
      if (column.kind === 'number') size[j] += distance / column.deviation;
    }
  });
  return { attacks, used: changed.slice(), changed, size };
}

/** Regression: what of the error that an attack adds goes when one column is put back. */
export function errorUse(judge: Judge, worst: Float64Array): Sparse {
  const { ground } = judge;
  const p = ground.columns.length;
  const clean = judge.of(ground.start, everyRow(ground)).harm;
  const harm = judge.of(worst, everyRow(ground)).harm;
  const which = everyRow(ground).filter(row => harm[row] > clean[row]);
  const cells = cellsOf(ground, worst, which);
  const start = cellsOf(ground, ground.start, which);
  const added = which.reduce((sum, row) => sum + harm[row] - clean[row], 0);
  const used = new Float64Array(p);
  for (const j of placesOf(ground, 'number')) {
    const back = judge.of(putBack(cells, start, p, () => j), which).harm;
    which.forEach((row, i) => { used[j] += ((harm[row] - back[i]) / added) * which.length; });
  }
  return { which, cells, use: { ...countChanges(ground, start, cells, which.length), used, needed: new Float64Array(p) } };
}
