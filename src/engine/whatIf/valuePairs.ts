/** Whether the data have a pair of values like one of a row: two levels, a level and a number, or two numbers. */
import { lowerBound, quantile, type ReferenceRows } from './referenceRows';
import type { Point, Points } from './space';

const mostJudged = 300;
/** Share of the training rows whose pair of numbers is as near as that to another's. */
const usualShare = 0.995;
/** Nearer than this is near, whatever the data: of rows that stand there several times most are at no distance at all. */
export const nearEnough = 0.01;
/** A pair of levels that nobody has says something where so many rows would be expected by chance. */
const fewestExpected = 5;
/** A level's numbers are known where so many rows have it. */
const fewestOfLevel = 20;

/** Cells that could be compared one after another in the time of one step here. */
const stepCost = 5;

interface Span { readonly count: number; readonly low: number; readonly high: number }

export class ValuePairs {
  private readonly limits = new Map<number, number>();
  /** A search asks about the same pairs of values again and again: by pair of features, then by the one value and the other. */
  private readonly known = new Map<number, Map<number, Map<number, boolean>>>();
  private readonly tables = new Map<number, Map<number, number>>();
  private readonly spans = new Map<number, Map<number, Span>>();

  /** `pool`: all rows, for counts; `reference`: those that distances are to. */
  constructor(private readonly reference: ReferenceRows, private readonly pool: Points) {}

  fits(first: number, second: number, point: Point): boolean {
    const [j, k] = [Math.min(first, second), Math.max(first, second)];
    const [a, b] = [point[j], point[k]];
    if (Number.isNaN(a) || Number.isNaN(b)) return true;
    const ofA = within(within(this.known, j * point.length + k), a);
    this.reference.compared += stepCost;
    let fits = ofA.get(b);
    if (fits === undefined) ofA.set(b, (fits = this.valuesFit(j, k, a, b)));
    return fits;
  }

  private valuesFit(j: number, k: number, a: number, b: number): boolean {
    const { space } = this.reference;
    if (space.isChoice(j)) return space.isChoice(k) ? this.levelsMeet(j, k, a, b) : this.levelHas(j, k, a, b);
    return space.isChoice(k) ? this.levelHas(k, j, b, a) : this.nearPair(j, k, a, b) <= this.limitOf(j, k);
  }

  private levelsMeet(j: number, k: number, a: number, b: number): boolean {
    const table = this.counts(j, k);
    if ((table.get(pairKey(a, b)) ?? 0) > 0) return true;
    const [ofA, ofB] = [this.counts(j, j).get(pairKey(a, a)) ?? 0, this.counts(k, k).get(pairKey(b, b)) ?? 0];
    return (ofA * ofB) / this.pool.count < fewestExpected;
  }

  private counts(j: number, k: number): Map<number, number> {
    const key = j * this.pool.cells.length + k;
    let table = this.tables.get(key);
    if (!table) {
      table = new Map();
      const [own, other] = [this.pool.cells[j], this.pool.cells[k]];
      for (let i = 0; i < own.length; i++) {
        const pair = pairKey(own[i], other[i]);
        if (!Number.isNaN(pair)) table.set(pair, (table.get(pair) ?? 0) + 1);
      }
      this.reference.compared += own.length;
      this.tables.set(key, table);
    }
    return table;
  }

  /** Whether rows of the level have numbers as this one. */
  private levelHas(choice: number, number: number, level: number, value: number): boolean {
    const key = choice * this.pool.cells.length + number;
    let spans = this.spans.get(key);
    if (!spans) this.spans.set(key, (spans = this.readSpans(choice, number)));
    const span = spans.get(level);
    return !span || span.count < fewestOfLevel || (value >= span.low && value <= span.high);
  }

  private readSpans(choice: number, number: number): Map<number, Span> {
    const spans = new Map<number, Span>();
    const [levels, values] = [this.pool.cells[choice], this.pool.cells[number]];
    for (let i = 0; i < levels.length; i++) {
      if (Number.isNaN(values[i])) continue;
      const span = spans.get(levels[i]) ?? { count: 0, low: Infinity, high: -Infinity };
      spans.set(levels[i], { count: span.count + 1, low: Math.min(span.low, values[i]), high: Math.max(span.high, values[i]) });
    }
    this.reference.compared += levels.length;
    return spans;
  }

  /** Distance of a pair of numbers to the nearest such pair: the larger of the two differences, as shares of the ranges. */
  private nearPair(j: number, k: number, a: number, b: number, except = -1): number {
    const { space, points } = this.reference;
    if (this.reference.orderOf(k).distinct > this.reference.orderOf(j).distinct) return this.nearPair(k, j, b, a, except);
    const { rows, values } = this.reference.orderOf(j);
    const other = points.cells[k];
    const [ownRange, otherRange] = [space.ranges[j] || 1, space.ranges[k] || 1];
    let up = lowerBound(values, a);
    let down = up - 1;
    let least = Infinity;
    // From the nearest of the one number outward, until it alone is too far.
    for (;;) {
      const above = up < values.length ? (values[up] - a) / ownRange : Infinity;
      const below = down >= 0 ? (a - values[down]) / ownRange : Infinity;
      const x = Math.min(above, below);
      if (!(x < least)) return least;
      const i = above <= below ? rows[up++] : rows[down--];
      const y = Math.abs(other[i] - b) / otherRange;
      this.reference.compared += stepCost;
      // Does not hold of a missing cell.
      if (y < least && i !== except) least = x > y ? x : y;
    }
  }

  private limitOf(j: number, k: number): number {
    const key = j * this.pool.cells.length + k;
    let limit = this.limits.get(key);
    if (limit === undefined) {
      const [own, other] = [this.reference.points.cells[j], this.reference.points.cells[k]];
      const judged = this.reference.judged(mostJudged).filter(i => !Number.isNaN(own[i]) && !Number.isNaN(other[i]));
      limit = Math.max(nearEnough, quantile(judged.map(i => this.nearPair(j, k, own[i], other[i], i)), usualShare));
      this.limits.set(key, limit);
    }
    return limit;
  }
}

function within<Value>(map: Map<number, Map<number, Value>>, key: number): Map<number, Value> {
  let inner = map.get(key);
  if (!inner) map.set(key, (inner = new Map()));
  return inner;
}

/** Codes of levels are small whole numbers. NaN where one is missing. */
const pairKey = (a: number, b: number): number => a * 67_108_864 + b;
