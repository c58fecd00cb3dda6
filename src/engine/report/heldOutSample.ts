/** The held-out rows that pictures are drawn from: all of them, or a stated sample of very many. */
import { sampleRows } from '../evaluate/scores';
import { Rng } from '../math/random';
import { capitalised, countOf, formatCount } from './format';
import type { Facts } from './input';

const mostDrawn = 100_000;

export interface DrawnRows {
  /** Places in `evaluation.heldOut`, ascending. */
  readonly places: Int32Array;
  /** Words for where the rows come from, without a full stop. */
  readonly method: string;
}

/** At most 100,000 places of the held-out rows, the same for the same seed. */
export function drawnRows(facts: Facts): DrawnRows {
  const { measured } = facts;
  const rows = measured?.rows ?? 0;
  const all = new Int32Array(rows);
  for (let i = 0; i < rows; i++) all[i] = i;
  const places = sampleRows(all, mostDrawn, new Rng(facts.recipe.seed).fork('pictures'));
  const which = places.length < rows ? `a random sample of ${formatCount(places.length)} of the ${formatCount(rows)} held-out rows` : countOf(rows, 'held-out row');
  return { places, method: `${capitalised(measured?.scheme ?? '')}, ${which}, each predicted by a model that did not see it` };
}
