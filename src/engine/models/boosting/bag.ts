/** The rows of one bag: most are drawn for training (see drawBag); those that were not drawn stop the training and judge it. */
import { Rng } from '../../math/random';

/** What every bag is drawn from; arrays are shared between threads. */
export interface BoostingData {
  readonly rows: number;
  /** Bins of each feature, one a row. */
  readonly bins: readonly Uint16Array[];
  readonly binCounts: readonly number[];
  /** Levels have no order. */
  readonly levels: readonly boolean[];
  /** Target on the working scale, or class indices. */
  readonly y: Float64Array;
  /** Weights of the rows; their mean over the rows with some is 1. */
  readonly weights: Float64Array;
}

export interface BagPart { readonly rows: Int32Array; readonly y: Float64Array; readonly weights: Float64Array }
export interface Bag { readonly train: BagPart; readonly rest: BagPart }

/** Share of the rows that a bag drawn without replacement trains on. */
export const subsample = 0.85;

/**
 * 'bootstrap': as many draws as rows, with replacement; a row drawn twice has twice the weight. 'subsample': without. The
 * same seed draws the same rows.
 */
export function drawBag(data: BoostingData, seed: number, kind: 'bootstrap' | 'subsample'): Bag {
  const rng = new Rng(seed);
  const counts = new Uint16Array(data.rows);
  if (kind === 'bootstrap') for (let i = 0; i < data.rows; i++) counts[rng.integer(data.rows)]!++;
  else for (let i = 0; i < data.rows; i++) counts[i] = rng.uniform() < subsample ? 1 : 0;
  keepBothSides(data, counts, rng);
  return { train: part(data, counts, count => count), rest: part(data, counts, count => (count === 0 ? 1 : 0)) };
}

/** Of few rows, chance may leave none out, which would never stop the training, or none in: one that counts then goes over. */
function keepBothSides({ weights }: BoostingData, counts: Uint16Array, rng: Rng): void {
  let inside = 0;
  let outside = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!(weights[i]! > 0)) continue;
    if (counts[i]! > 0) inside++;
    else outside++;
  }
  if (inside > 0 && (outside > 0 || inside === 1)) return;
  const counted = Array.from(counts.keys()).filter(i => weights[i]! > 0);
  if (counted.length > 0) counts[counted[rng.integer(counted.length)]!] = inside > 0 ? 0 : 1;
}

/** All rows, none left out. */
export function wholeBag(data: BoostingData): Bag {
  const counts = new Uint16Array(data.rows).fill(1);
  return { train: part(data, counts, count => count), rest: part(data, counts, () => 0) };
}

function part({ y, weights }: BoostingData, counts: Uint16Array, times: (count: number) => number): BagPart {
  let n = 0;
  for (const count of counts) if (times(count) > 0) n++;
  const result = { rows: new Int32Array(n), y: new Float64Array(n), weights: new Float64Array(n) };
  let at = 0;
  counts.forEach((count, i) => {
    const weight = times(count);
    if (weight === 0) return;
    result.rows[at] = i;
    result.y[at] = y[i]!;
    result.weights[at++] = weight * weights[i]!;
  });
  return result;
}

/** The bins of some rows. */
export function gatherBins(bins: Uint16Array, rows: Int32Array): Uint16Array {
  const result = new Uint16Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = bins[rows[i]!]!;
  return result;
}

/** Rows of a bag that pairs are boosted on and judged by, at most: their steps cost passes over rows. */
const mostRows = { train: 100_000, rest: 30_000 };

/** The bag with fewer rows where it has very many: evenly spaced ones, which differ from bag to bag as the bags do. */
export function thinned({ train, rest }: Bag): Bag {
  return { train: everyFew(train, mostRows.train), rest: everyFew(rest, mostRows.rest) };
}

/** At most so many rows of a part, evenly spaced. */
export function everyFew(part: BagPart, most: number): BagPart {
  const n = part.rows.length;
  if (n <= most) return part;
  const pick = (i: number): number => Math.floor((i * n) / most);
  return {
    rows: Int32Array.from({ length: most }, (_, i) => part.rows[pick(i)]!), y: Float64Array.from({ length: most }, (_, i) => part.y[pick(i)]!),
    weights: Float64Array.from({ length: most }, (_, i) => part.weights[pick(i)]!),
  };
}
