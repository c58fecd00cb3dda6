/** Geometry of steps over bins: edges that can be drawn, the rows under them, and which bin a place belongs to. Pure functions. */

/** Least width of a bin that is drawn, as a share of the axis. */
const leastDrawn = 0.03;

/**
 * The edges with bins of no width at the ends (a whole number's last bin holds that number alone) given a little of their neighbour, half
 * of it at most: nothing is drawn beyond the smallest and the largest value.
 */
export function drawnEdges(edges: readonly number[]): readonly number[] {
  const n = edges.length;
  if (n < 2) return edges;
  const [first, last] = [edges[0] as number, edges[n - 1] as number];
  if (!(last > first)) return [first - 0.5, ...edges.slice(1, -1), last + 0.5];
  const width = (i: number): number => (edges[i + 1] as number) - (edges[i] as number);
  const room = Math.max(edges.every(Number.isInteger) ? 0.5 : 0, leastDrawn * (last - first));
  const drawn = [...edges];
  if (width(0) <= 0) drawn[1] = first + Math.min(width(1) / 2, room);
  if (width(n - 2) <= 0) drawn[n - 2] = last - Math.min(width(n - 3) / 2, room);
  return drawn;
}

/** Whether most bins are so narrow on an axis of values that their steps cannot be told apart: half of them take less than a twentieth of it. */
export function areCrowded(edges: readonly number[]): boolean {
  const widths = edges.slice(1).map((edge, i) => edge - (edges[i] as number)).sort((a, b) => a - b);
  const narrow = widths.slice(0, Math.ceil(widths.length / 2)).reduce((a, b) => a + b, 0);
  return widths.length > 3 && narrow < 0.05 * ((edges[edges.length - 1] as number) - (edges[0] as number));
}

export interface Bar { readonly from: number; readonly to: number; readonly rows: number }

/** Rows in bars of equal width, those of a bin spread evenly over it: bins of few values would else stand out as spikes. */
export function densityBars(edges: readonly number[], weights: readonly number[], count = 48): readonly Bar[] {
  const [first, last] = [edges[0] ?? 0, edges[edges.length - 1] ?? 0];
  const width = (last - first) / count;
  if (!(width > 0)) return [];
  const rows = new Array<number>(count).fill(0);
  for (const [i, weight] of weights.entries()) {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    const most = Math.min(count - 1, Math.floor((to - first) / width));
    for (let bar = Math.min(count - 1, Math.max(0, Math.floor((from - first) / width))); bar <= most; bar++) {
      const shared = Math.min(to, first + (bar + 1) * width) - Math.max(from, first + bar * width);
      if (to > from && shared > 0) rows[bar] = (rows[bar] as number) + (weight * shared) / (to - from);
    }
  }
  return rows.map((value, bar) => ({ from: first + bar * width, to: first + (bar + 1) * width, rows: value }));
}

/** Bins whose own bars can be seen and compared: few, and about equally wide. */
const fewBins = 24;
const mostUneven = 3;

/** The rows under steps: of each bin where these are few and about equally wide (`spread` false), else spread over bars of equal width. */
export function rowBars(edges: readonly number[], weights: readonly number[]): { readonly bars: readonly Bar[]; readonly spread: boolean } {
  const widths = weights.map((_, i) => (edges[i + 1] as number) - (edges[i] as number));
  const spread = weights.length > fewBins || Math.max(...widths) > mostUneven * Math.min(...widths);
  return { spread, bars: spread ? densityBars(edges, weights) : weights.map((rows, i) => ({ from: edges[i] as number, to: edges[i + 1] as number, rows })) };
}

/** Points of a line of steps: both ends of each bin. */
export function stepPoints(edges: readonly number[], values: readonly number[]): { x: number; y: number }[] {
  return values.flatMap((y, i) => [{ x: edges[i] as number, y }, { x: edges[i + 1] as number, y }]);
}

/** The bin that holds x; the first or the last for what lies outside. */
export function binAt(edges: readonly number[], x: number): number {
  let bin = 0;
  while (bin < edges.length - 2 && x >= (edges[bin + 1] as number)) bin++;
  return bin;
}
