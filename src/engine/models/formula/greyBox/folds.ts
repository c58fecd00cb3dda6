/** What a grey box's parts explain on rows that its fits did not see: from the models of the folds. */
import type { Dataset } from '../../../data/dataset';
import type { GreyBoxModel } from './model';
import { meanOf } from './partialOut';
import { sharesOf, type Shares } from './shares';

/** The parts on the held-out rows of all folds together; each fold's parts less their means there, which the target's mean takes with it. */
export function heldOutShares({ table, target, recipe }: Dataset, trainRows: readonly Int32Array[], models: readonly GreyBoxModel[]): Shares | undefined {
  if (target.task !== 'regression') return undefined;
  const all: { y: number[]; known: number[]; rest: number[] } = { y: [], known: [], rest: [] };
  for (const [k, model] of models.entries()) {
    const trains = new Uint8Array(table.rows);
    for (const row of trainRows[k]!) trains[row] = 1;
    const test = Int32Array.from({ length: table.rows }, (_, i) => i).filter(row => trains[row] === 0);
    const { known, rest } = model.parts(table, test);
    const usable = [...test.keys()].filter(i => Number.isFinite(known[i]! + rest[i]!));
    const lift = meanOf(rest);
    for (const i of usable) {
      all.y.push(target.values[test[i]!]!);
      // A constant may be the known part's in one fold and the rest's in another.
      all.known.push(known[i]! + lift);
      all.rest.push(rest[i]! - lift);
    }
  }
  return sharesOf({ y: Float64Array.from(all.y), known: Float64Array.from(all.known), rest: Float64Array.from(all.rest) }, true, recipe.level, recipe.seed);
}
