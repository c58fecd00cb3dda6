/** Which models no other beats in both of two respects. */

export interface FrontPoint { readonly x: number; readonly y: number }

/**
 * Indices of the points that no other dominates (at least as good in both, better in one), by x. Points at the very same
 * place are all kept; those with a coordinate that is no number are left out.
 */
export function paretoFront(points: readonly FrontPoint[], xBetter: 'higher' | 'lower', yBetter: 'higher' | 'lower'): number[] {
  const xs = points.map(p => (xBetter === 'higher' ? p.x : -p.x));
  const ys = points.map(p => (yBetter === 'higher' ? p.y : -p.y));
  const valid = points.map((_, i) => i).filter(i => !Number.isNaN(xs[i]) && !Number.isNaN(ys[i]));
  const dominates = (a: number, b: number): boolean => xs[a] >= xs[b] && ys[a] >= ys[b] && (xs[a] > xs[b] || ys[a] > ys[b]);
  return valid.filter(i => !valid.some(j => dominates(j, i))).sort((a, b) => points[a].x - points[b].x || a - b);
}
