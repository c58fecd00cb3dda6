/** Which of the changes that were found are suggested, and what is told of each. */
import type { Suggestion } from '../../protocol/whatIf';
import type { Aim } from './goal';
import { likeliest } from './predictRow';
import type { Search } from './search';
import { predictPoints, type WhatIfSession } from './session';
import type { Point } from './space';

/** So many changes are few: fewer ones that are not plausible are not looked for. */
export const fewEnough = 3;

/** What takes so many more changes than another suggestion, and more than this, is none to follow. */
const farMore = 3;
const many = 10;

interface Candidate {
  readonly point: Point;
  readonly changed: readonly number[];
  readonly cost: number;
}

/** Plausible ones, fewest changes first; before them those with fewer changes, where the plausible ones have many. */
export function select(plausible: readonly Point[], sparse: readonly Point[], search: Search, count: number): Point[] {
  const chosen = different(candidates(plausible, search), count);
  const least = chosen[0]?.changed.length ?? Infinity;
  const shorter = least > fewEnough ? shortest(candidates(sparse, search).filter(({ changed }) => changed.length < least), search) : [];
  // At least one that is plausible stays.
  const room = Math.max(Math.min(1, chosen.length), count - shorter.length);
  return [...shorter.slice(0, count - Math.min(room, chosen.length)), ...chosen.slice(0, room)].slice(0, count).map(({ point }) => point);
}

function candidates(points: readonly Point[], search: Search): Candidate[] {
  return points.map(point => ({ point, changed: search.changed(point), cost: search.costOf(point) })).filter(item => item.changed.length > 0)
    .sort((a, b) => a.changed.length - b.changed.length || a.cost - b.cost);
}

/** Of the same features one, and none whose changes hold another's. */
function different(sorted: readonly Candidate[], count: number): Candidate[] {
  const chosen: Candidate[] = [];
  for (const item of sorted) {
    if (chosen.length === count || item.changed.length > Math.max(many, farMore * sorted[0].changed.length)) break;
    if (!chosen.some(other => other.changed.every(j => item.changed.includes(j)))) chosen.push(item);
  }
  return chosen;
}

/** The fewest changes, and those of which less is unusual. */
function shortest(sorted: readonly Candidate[], search: Search): Candidate[] {
  const { plausibility, origin } = search.input;
  const judged = sorted.map(item => {
    const unusual = unusualOf(item.point, search);
    return { item, odd: unusual.pairs.length + Number(unusual.farther), distance: plausibility.distanceFrom(item.point, origin) };
  }).sort((a, b) => a.item.changed.length - b.item.changed.length || a.odd - b.odd || a.distance - b.distance);
  if (judged.length === 0) return [];
  const [first] = judged;
  const [second] = judged.filter(({ odd }) => odd < first.odd).sort((a, b) => a.odd - b.odd || a.item.changed.length - b.item.changed.length || a.distance - b.distance);
  return second ? [first.item, second.item] : [first.item];
}

function unusualOf(point: Point, { input: { plausibility, origin, session: { space } } }: Search): NonNullable<Suggestion['unusual']> {
  return {
    farther: !(plausibility.distanceFrom(point, origin) <= plausibility.limitFor(origin)),
    pairs: plausibility.oddPairs(point, origin).map(([j, k]) => [space.features[j].name, space.features[k].name]),
  };
}

/** Predicted once more from the values as they are told; undefined where that is not as wanted. */
export function suggestion(session: WhatIfSession, search: Search, point: Point, aim: Aim): Suggestion | undefined {
  const { space, model } = session;
  const { origin, plausibility } = search.input;
  const values = space.valuesOf(point);
  const prediction = predictPoints(session, [space.pointOf(values)]);
  if (!(aim.score(prediction, 0) >= 0)) return undefined;
  const best = prediction.probabilities ? likeliest(prediction.probabilities) : -1;
  const unusual = unusualOf(point, search);
  return {
    changes: search.changed(point).sort((a, b) => search.partOf(point, b) - search.partOf(point, a)).map(j => ({
      feature: space.features[j].name, from: space.cell(j, origin[j]), to: space.cell(j, point[j]),
    })),
    values, distance: search.costOf(point), toTraining: plausibility.distance(point), usual: plausibility.usual,
    ...((unusual.farther || unusual.pairs.length > 0) && { unusual }),
    ...(best < 0 ? { value: prediction.mean![0] } : { class: model.classes![best], probability: prediction.probabilities![best] }),
  };
}
