/** The worst change of one category of each row: every other level of every category is tried, one at a time. */
import { placesOf, type CategoryCell } from './ground';
import type { Judge } from './judge';

export interface CategoryChanges {
  /** Cells of the rows with the worst change. */
  readonly cells: Float64Array;
  /** 1 where some level of the column alone makes the row wrong: rows × columns of the ground. Missing cells are left. */
  readonly flips: Uint8Array;
}

/** Rows and levels that are tried together. */
const block = 50_000;

/** `cells`: of the listed rows, with their categories as they were. */
export function worstCategoryChange(judge: Judge, cells: Float64Array, which: Int32Array): CategoryChanges {
  const { ground } = judge;
  const p = ground.columns.length;
  const worst = cells.slice();
  const flips = new Uint8Array(which.length * p);
  const most = Float64Array.from(judge.of(cells, which).harm);
  const tries = changesOf(judge, cells, which);
  for (let from = 0; from < tries.length; from += block) {
    const part = tries.slice(from, from + block);
    const changed = new Float64Array(part.length * p);
    part.forEach(({ i, j, value }, t) => {
      changed.set(cells.subarray(i * p, (i + 1) * p), t * p);
      changed[t * p + j] = value;
    });
    const { harm, wrong } = judge.of(changed, Int32Array.from(part, ({ i }) => which[i]));
    part.forEach(({ i, j }, t) => {
      if (wrong[t] === 1) flips[i * p + j] = 1;
      if (!(harm[t] > most[i])) return;
      most[i] = harm[t];
      worst.set(changed.subarray(t * p, (t + 1) * p), i * p);
    });
  }
  return { cells: worst, flips };
}

interface Change { readonly i: number; readonly j: number; readonly value: number }

function changesOf({ ground }: Judge, cells: Float64Array, which: Int32Array): Change[] {
  const p = ground.columns.length;
  return placesOf(ground, 'category').flatMap(j => {
    const { choices, coded } = ground.columns[j] as CategoryCell;
    return Array.from(which.keys()).flatMap(i => {
      const own = cells[i * p + j];
      const missing = coded ? own < 0 : Number.isNaN(own);
      return missing ? [] : choices.filter(value => value !== own).map(value => ({ i, j, value }));
    });
  });
}
