/**
 * Few changes, each within the range of the data, of which the row need not look like a training row: built up feature by feature from
 * those that bring the prediction nearest to what is wanted (beam search), and then moved to where training rows are nearest.
 */
import type { Search } from './search';
import type { Point } from './space';

export const mostSparse = 5;
/** Rows that are built upon, features tried for each, and values of each feature. */
const beamWidth = 6;
const mostFeatures = 24;
const valuesEach = 6;
/** Sets of features that are looked at more closely, of as many changes each; training rows that lend their values to each. */
const setsEach = 3;
const lenders = 200;
/** Rows of a set whose distance to the training rows is asked for: the least changes. */
const judgedEach = 24;

/** `features`: those that move the prediction most first. Nearest to the training rows first among as many changes. */
export async function sparseChanges(search: Search, features: readonly number[]): Promise<Point[]> {
  const found: Point[] = [];
  let beam: Point[] = [search.input.origin];
  for (let level = 1; level <= mostSparse && beam.length > 0 && !search.spentPredictions; level++) {
    const tries = extended(search, beam, features.slice(0, affordableFeatures(search)));
    const scores = await search.scores(tries);
    const order = [...tries.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
    const met = bestOfSets(search, tries, order.filter(i => scores[i] >= 0), setsEach);
    for (const point of met) found.push(await nearestOfSet(search, point, tries.filter((_, i) => scores[i] >= 0)));
    beam = bestOfSets(search, tries, order.filter(i => !(scores[i] >= 0) && scores[i] > -Infinity), beamWidth);
  }
  return found;
}

/** A tenth of what is left for each level. */
function affordableFeatures({ input: { budget }, predicted }: Search): number {
  return Math.max(2, Math.min(mostFeatures, Math.floor((budget - predicted) / (10 * beamWidth * valuesEach))));
}

/** Each row with one more feature changed. */
function extended(search: Search, beam: readonly Point[], features: readonly number[]): Point[] {
  return beam.flatMap(point => {
    const changed = new Set(search.changed(point));
    return features.filter(j => !changed.has(j)).flatMap(j => search.valuesOf(j, valuesEach).slice(0, valuesEach).map(value => search.withValue(j, value, point)));
  });
}

/** The first of each set of features. */
function bestOfSets(search: Search, points: readonly Point[], order: readonly number[], count: number): Point[] {
  const best = new Map<string, Point>();
  for (const i of order) {
    if (best.size === count) break;
    const key = keyOf(search, points[i]);
    if (!best.has(key)) best.set(key, points[i]);
  }
  return [...best.values()];
}

const keyOf = (search: Search, point: Point): string => search.changed(point).join(' ');

/** With values that training rows have together, where one of them does: the row that is nearest to training rows, and then as near to the row as that goes. */
async function nearestOfSet(search: Search, point: Point, tries: readonly Point[]): Promise<Point> {
  const { plausibility, origin } = search.input;
  const key = keyOf(search, point);
  const lent = lentValues(search, search.changed(point));
  const scores = await search.scores(lent);
  const all = [...tries.filter(one => keyOf(search, one) === key), ...lent.filter((one, i) => scores[i] >= 0 && keyOf(search, one) === key)];
  const judged = all.map(one => ({ one, cost: search.costOf(one) })).sort((a, b) => a.cost - b.cost).slice(0, judgedEach)
    .map(({ one, cost }) => ({ one, cost, distance: plausibility.distanceFrom(one, origin) })).sort((a, b) => a.distance - b.distance || a.cost - b.cost);
  const { one: start, distance } = judged[0];
  const limit = Math.max(plausibility.limitFor(origin), distance);
  return search.shrink(start, next => Promise.resolve(plausibility.distanceFrom(next, origin) <= limit));
}

/** The row with the values of a set of features as training rows have them. */
function lentValues(search: Search, set: readonly number[]): Point[] {
  const { pool, origin } = search.input;
  const count = Math.min(pool.count, lenders);
  return Array.from({ length: count }, (_, i) => Math.floor((i * pool.count) / count)).filter(i => set.every(j => search.allowed(j, pool.cells[j][i]))).map(i => {
    const point = origin.slice();
    for (const j of set) point[j] = pool.cells[j][i];
    return point;
  });
}
