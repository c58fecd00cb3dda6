/**
 * Whether a row could be one of the training data: as near to its nearest rows as these are to each other, and every pair of values with a
 * changed one among those that the data have. The distance to the nearest neighbours as a measure of what is in the distribution:
 * Knorr & Ng (1998), and Laugel et al. (2019) on counterfactuals without support in the data.
 */
import type { WorkContext } from '../context';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import { Partners } from './partners';
import { quantile, ReferenceRows } from './referenceRows';
import type { Point, Points, Space } from './space';
import { nearEnough, ValuePairs } from './valuePairs';

const mostReference = 1000;
const mostJudged = 300;
const fewestJudged = 50;
/** Cells that finding out what is usual may compare. */
const usualWork = 4e7;
/** Cells that a search may compare: a second or two. */
const mostCompared = 3e8;
const neighbours = 5;
/** Shares of the training rows that are as near as that to their neighbours. */
const usualShare = 0.95;

/** Sums of differences in another order differ by less. */
const rounding = 1e-12;

/** Gower's distances of a row to the reference rows, not yet divided by the features, and its distance. */
interface Origin {
  readonly sums: Float64Array;
  readonly distance: number;
}

export class Plausibility {
  /** 95 % of the training rows are at most so far from their neighbours; at least 0.01. */
  usual = nearEnough;
  private readonly reference: ReferenceRows;
  private readonly partners: Partners;
  private readonly pairs: ValuePairs;
  private readonly origins = new WeakMap<Point, Origin>();

  private constructor(space: Space, pool: Points, rng: Rng) {
    const all = Int32Array.from({ length: pool.count }, (_, i) => i);
    const rows = sampleRows(all, mostReference, rng);
    this.reference = new ReferenceRows(space, { count: rows.length, cells: pool.cells.map(cells => rows.length === pool.count ? cells : pick(cells, rows)) });
    this.partners = new Partners(this.reference);
    this.pairs = new ValuePairs(this.reference, pool);
  }

  static async of(space: Space, pool: Points, rng: Rng, context: WorkContext): Promise<Plausibility> {
    const made = new Plausibility(space, pool, rng);
    const { reference } = made;
    const distances: number[] = [];
    const affordable = Math.floor(usualWork / Math.max(1, reference.count * space.features.length));
    for (const i of reference.judged(Math.max(fewestJudged, Math.min(mostJudged, affordable)))) {
      await context.breathe();
      distances.push(made.distance(space.at(reference.points, i), i));
    }
    made.usual = Math.max(nearEnough, quantile(distances, usualShare));
    reference.compared = 0;
    return made;
  }

  /** Cells compared so far. */
  get compared(): number {
    return this.reference.compared;
  }

  /** Nothing is accepted any more. */
  get spent(): boolean {
    return this.compared >= mostCompared;
  }

  /** Mean distance to the nearest training rows; `except`: a reference row that is the point itself. */
  distance(point: Point, except = -1): number {
    return nearestMean(this.reference.sumsOf(point), point.length, except);
  }

  /** The same for a row that is another one with changes: where they are few, only these are compared. */
  distanceFrom(point: Point, origin: Point): number {
    const changed = changedPlaces(point, origin);
    if (2 * changed.length > point.length) return this.distance(point);
    const sums = this.originOf(origin).sums.slice();
    for (const j of changed) {
      this.reference.addParts(sums, j, point[j], 1);
      this.reference.addParts(sums, j, origin[j], -1);
    }
    return nearestMean(sums, point.length);
  }

  /** As far from the training rows as is usual, or as the row that is changed: what is odd about that is not held against what becomes of it. */
  limitFor(origin: Point): number {
    return Math.max(this.usual, this.originOf(origin).distance) + rounding;
  }

  /** `donor`: a training row that values were taken of; pairs of them are in the data. The distance first: it is the cheaper to know. */
  async accepts(point: Point, origin: Point, context: WorkContext, donor?: Point): Promise<boolean> {
    if (this.spent || !(this.distanceFrom(point, origin) <= this.limitFor(origin))) return false;
    for (const j of changedPlaces(point, origin)) {
      await context.breathe();
      if (this.oddPartner(j, point, origin, donor) !== undefined) return false;
      if (this.spent) return false;
    }
    return true;
  }

  /** Pairs of features, one of them changed, whose values the data do not have together: each once. */
  oddPairs(point: Point, origin: Point): readonly (readonly [number, number])[] {
    return changedPlaces(point, origin).flatMap(j => {
      const k = this.oddPartner(j, point, origin);
      return k === undefined ? [] : [[j, k] as const];
    }).filter(([j, k], at, all) => !all.slice(0, at).some(other => other[0] === k && other[1] === j));
  }

  private oddPartner(j: number, point: Point, origin: Point, donor?: Point): number | undefined {
    return this.partners.of(j).find(k => !(donor && point[j] === donor[j] && point[k] === donor[k]) && !this.pairs.fits(j, k, point) && this.pairs.fits(j, k, origin));
  }

  private originOf(origin: Point): Origin {
    let known = this.origins.get(origin);
    if (!known) {
      const sums = this.reference.sumsOf(origin);
      known = { sums, distance: nearestMean(sums, origin.length) };
      this.origins.set(origin, known);
    }
    return known;
  }
}

function pick(cells: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = cells[rows[i]];
  return picked;
}

/** Features whose values differ. */
export function changedPlaces(point: Point, origin: Point): number[] {
  const changed: number[] = [];
  for (let j = 0; j < point.length; j++) if (!same(point[j], origin[j])) changed.push(j);
  return changed;
}

/** Mean of the least sums, as shares of the features. */
function nearestMean(sums: Float64Array, features: number, except = -1): number {
  const best = new Float64Array(neighbours).fill(Infinity);
  for (let i = 0; i < sums.length; i++) if (sums[i] < best[neighbours - 1] && i !== except) keepLeast(best, sums[i]);
  const finite = best.filter(Number.isFinite);
  return finite.length > 0 ? finite.reduce((a, b) => a + b, 0) / finite.length / features : Infinity;
}

/** Puts a number among the least, ascending, in place of the largest. */
function keepLeast(best: Float64Array, value: number): void {
  let at = best.length - 1;
  for (; at > 0 && value < best[at - 1]; at--) best[at] = best[at - 1];
  best[at] = value;
}

export const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));
