/** The Pareto front: the points that no other point beats in one direction without losing in the other. Pure functions. */

export interface Place { readonly x: number; readonly y: number }
export type Better = 'higher' | 'lower';

/** Indices of the points on the front, from the worst x to the best. Points that are not finite are on no front. */
export function paretoFront(points: readonly Place[], xBetter: Better, yBetter: Better): readonly number[] {
  const xSign = xBetter === 'higher' ? 1 : -1;
  const ySign = yBetter === 'higher' ? 1 : -1;
  const candidates = points.flatMap(({ x, y }, index) => (Number.isFinite(x) && Number.isFinite(y) ? [{ index, x: xSign * x, y: ySign * y }] : []));
  const beats = (a: Place, b: Place): boolean => a.x >= b.x && a.y >= b.y && (a.x > b.x || a.y > b.y);
  return candidates
    .filter(point => !candidates.some(other => beats(other, point)))
    .sort((a, b) => a.x - b.x || b.y - a.y)
    .map(point => point.index);
}

/**
 * The front as a step line through its points in that order: to the next point's y first, then to its x, so that the line
 * runs along the edge of what is beaten.
 */
export function frontSteps(front: readonly Place[]): readonly Place[] {
  return front.flatMap((point, i) => {
    const next = front[i + 1];
    return next === undefined || next.y === point.y ? [{ x: point.x, y: point.y }] : [{ x: point.x, y: point.y }, { x: point.x, y: next.y }];
  });
}
