/** The tools of a search for changes: what may be tried, what a change costs, and how a change is made smaller. */
import type { WorkContext } from '../context';
import { onGrid } from './features';
import type { Aim } from './goal';
import { changedPlaces, same, type Plausibility } from './plausible';
import { predictPoints, type WhatIfSession } from './session';
import type { Point, Points } from './space';

export interface SearchInput {
  readonly session: WhatIfSession;
  readonly origin: Point;
  readonly aim: Aim;
  readonly plausibility: Plausibility;
  readonly pool: Points;
  /** Features that must stay. */
  readonly fixed: ReadonlySet<number>;
  readonly directions: ReadonlyMap<number, 'up' | 'down'>;
  /** Rows that may be predicted. */
  readonly budget: number;
}

/** Values of a number that are tried by themselves at most, and levels. */
const mostNumbers = 24;
const mostLevels = 40;
/** Values between the row's and the changed one that are tried at once. */
const between = 15;
const blockRows = 1000;
/** Of more changes than these many are taken back at once. */
const fewChanges = 12;

/** Whether a changed row will do. */
export type Judge = (point: Point) => Promise<boolean>;

export class Search {
  /** Rows predicted so far, and how many were as wanted. */
  predicted = 0;
  met = 0;
  private readonly scales: Float64Array;
  private readonly values = new Map<string, number[]>();

  constructor(readonly input: SearchInput, private readonly context: WorkContext) {
    const { pool } = input;
    this.scales = Float64Array.from(pool.cells, (cells, j) => (input.session.space.isChoice(j) ? 1 : deviation(cells) || input.session.space.ranges[j] || 1));
  }

  get spent(): boolean {
    return this.spentPredictions || this.input.plausibility.spent;
  }

  get spentPredictions(): boolean {
    return this.predicted >= this.input.budget;
  }

  /** How well each point meets the aim: 0 or more where it does. */
  async scores(points: readonly Point[]): Promise<Float64Array> {
    const scores = new Float64Array(points.length);
    for (let from = 0; from < points.length; from += blockRows) {
      await this.context.breathe();
      const block = points.slice(from, from + blockRows);
      const prediction = predictPoints(this.input.session, block);
      for (let i = 0; i < block.length; i++) if ((scores[from + i] = this.input.aim.score(prediction, i)) >= 0) this.met++;
    }
    this.predicted += points.length;
    return scores;
  }

  changed(point: Point): number[] {
    return changedPlaces(point, this.input.origin);
  }

  /** Of a number: median absolute deviations of the data (Wachter, Mittelstadt & Russell 2017); of a level, or from a missing cell: 1. */
  costOf(point: Point): number {
    return this.changed(point).reduce((sum, j) => sum + this.partOf(point, j), 0);
  }

  partOf(point: Point, j: number): number {
    const distance = Math.abs(point[j] - this.input.origin[j]) / this.scales[j];
    return this.input.session.space.isChoice(j) || Number.isNaN(distance) ? 1 : distance;
  }

  /** Whether a row is plausible; `donor`: the training row that values were taken of. */
  plausible(donor?: Point): Judge {
    return point => this.input.plausibility.accepts(point, this.input.origin, this.context, donor);
  }

  /** The first that will do: asked of one after another. */
  async first(points: readonly Point[], will: Judge = this.plausible()): Promise<Point | undefined> {
    for (const point of points) {
      await this.context.breathe();
      if (await will(point)) return point;
    }
    return undefined;
  }

  allowed(j: number, value: number): boolean {
    const { origin, fixed, directions } = this.input;
    if (fixed.has(j) || Number.isNaN(value)) return false;
    const direction = directions.get(j);
    return direction === undefined || Number.isNaN(origin[j]) || (direction === 'up' ? value >= origin[j] : value <= origin[j]);
  }

  /** The row with one value changed. */
  withValue(j: number, value: number, start = this.input.origin): Point {
    const point = start.slice();
    point[j] = value;
    return point;
  }

  /** Values of the data that a feature may be changed to, ascending; of levels the most frequent. */
  valuesOf(j: number, most = this.usualValues): number[] {
    const key = `${j} ${most}`;
    let values = this.values.get(key);
    if (!values) this.values.set(key, (values = this.readValues(j, most)));
    return values;
  }

  /** Each feature by itself takes half of the budget at most. */
  private get usualValues(): number {
    return Math.max(2, Math.min(mostNumbers, Math.floor(this.input.budget / (2 * this.input.origin.length))));
  }

  private readValues(j: number, most: number): number[] {
    const { pool, session: { space }, origin } = this.input;
    const known = pool.cells[j].filter(v => !Number.isNaN(v)).sort();
    const counts = new Map<number, number>();
    for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1);
    const distinct = [...counts.keys()];
    const chosen = space.isChoice(j)
      ? distinct.sort((a, b) => counts.get(b)! - counts.get(a)! || a - b).slice(0, mostLevels)
      : distinct.length <= most ? distinct : spread(known, most);
    return [...new Set(chosen)].filter(value => !same(value, origin[j]) && this.allowed(j, value));
  }

  /** Takes changes back that are not needed, the dearest first, as long as the point stays as wanted and will do. */
  async reduce(point: Point, will?: Judge): Promise<Point> {
    let now = point;
    for (;;) {
      const parts = this.changed(now).sort((a, b) => this.partOf(now, b) - this.partOf(now, a) || a - b);
      if (parts.length < 2) return now;
      const tries = parts.map(j => this.withValue(j, this.input.origin[j], now));
      const scores = await this.scores(tries);
      const many = parts.length > fewChanges ? await this.without(now, parts.filter((_, i) => scores[i] >= 0), scores.filter(score => score >= 0), will) : undefined;
      const better = many ?? await this.first(tries.filter((_, i) => scores[i] >= 0), will);
      if (!better || this.spent) return better ?? now;
      now = better;
    }
  }

  /** Takes as many of the changes back at once as will do, those that are missed least: all of them, a half, a quarter … */
  private async without(point: Point, parts: readonly number[], scores: Float64Array, will?: Judge): Promise<Point | undefined> {
    const order = [...parts.keys()].sort((a, b) => scores[b] - scores[a] || a - b).map(i => parts[i]);
    const sizes: number[] = [];
    for (let size = Math.min(order.length, this.changed(point).length - 1); size > 1; size = Math.floor(size / 2)) sizes.push(size);
    const tries = sizes.map(size => {
      const next = point.slice();
      for (const j of order.slice(0, size)) next[j] = this.input.origin[j];
      return next;
    });
    const good = await this.scores(tries);
    return this.first(tries.filter((_, i) => good[i] >= 0), will);
  }

  /** Moves the numbers that were changed back towards the row as far as that goes, one after another, twice. */
  async shrink(point: Point, will?: Judge): Promise<Point> {
    let now = point;
    for (let pass = 0; pass < 2; pass++) {
      const before = now;
      for (const j of this.changed(now)) now = await this.narrow(now, j, will);
      if (now === before || this.changed(now).length < 2) break;
    }
    return now;
  }

  /** The value of a number nearest to the row's that is still as wanted and will do, by sections of the way. */
  async narrow(point: Point, j: number, will?: Judge): Promise<Point> {
    const { origin, session: { space } } = this.input;
    if (space.isChoice(j) || Number.isNaN(origin[j])) return point;
    const unit = space.features[j].unit!;
    let [from, now] = [origin[j], point];
    while (Math.abs(now[j] - from) > unit && !this.spent) {
      const values = sections(from, now[j], unit);
      const tries = values.map(value => this.withValue(j, value, now));
      const scores = await this.scores(tries);
      const nearest = await this.first(tries.filter((_, i) => scores[i] >= 0), will);
      const first = nearest ? tries.indexOf(nearest) : -1;
      if (first > 0) from = values[first - 1];
      else if (first < 0 && values.length > 0) from = values.at(-1)!;
      if (first >= 0) now = tries[first];
      if (values.length === 0) break;
    }
    return now;
  }
}

/** Values strictly between two, of the grid of the unit, from the first to the second. */
function sections(from: number, to: number, unit: number): number[] {
  const values = Array.from({ length: between }, (_, i) => onGrid(from + ((to - from) * (i + 1)) / (between + 1), unit));
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  return [...new Set(values)].filter(value => value > low && value < high);
}

/** Evenly spread over the sorted values, both ends among them. */
function spread(sorted: Float64Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (count - 1))]);
}

/** Median absolute deviation from the median; the mean one where more than half of the values are the same. */
function deviation(cells: Float64Array): number {
  const sorted = cells.filter(v => !Number.isNaN(v)).sort();
  if (sorted.length === 0) return 0;
  const median = sorted[sorted.length >> 1];
  const sizes = sorted.map(v => Math.abs(v - median)).sort();
  return sizes[sizes.length >> 1] || sizes.reduce((a, b) => a + b, 0) / sizes.length;
}
