/**
 * Which pairs of features the main effects leave something to: for each pair the fall of the loss by a free two-way table
 * beyond that by rows and columns alone, at several resolutions. In the manner of FAST (Lou et al. 2013), with more than four
 * cells, so that interactions without a trend in either feature are seen too.
 */
import type { WorkContext } from '../../context';
import type { CoarseFeature, Pair } from './pairBins';
import type { BoostingData } from './bag';

export interface RankedPair { readonly pair: Pair; readonly strength: number }

/** Rows × pairs × outputs looked at, at most: above that rows are thinned. */
const mostWork = 4e8;
const sides = [2, 4, 8, 16, 32];
/** Mean number of rows that a cell must have. */
const rowsACell = 6;

/**
 * All pairs of the candidates, strongest first. `gradient`, `curvature`: of the rows, outputs × rows, at the scores of the main effects.
 * Strength: fall of the loss (×2, in units of the noise) less its mean and two standard deviations under no interaction.
 */
export async function rankPairs(
  data: BoostingData, coarse: readonly CoarseFeature[], candidates: readonly number[],
  gradient: readonly Float64Array[], curvature: readonly Float64Array[], context: WorkContext,
): Promise<RankedPair[]> {
  const pairs: Pair[] = candidates.flatMap((a, i) => candidates.slice(i + 1).map((b): Pair => [Math.min(a, b), Math.max(a, b)]));
  const step = Math.max(1, Math.ceil((data.rows * pairs.length * gradient.length) / mostWork));
  const noise = gradient.map((g, k) => dispersion(g, curvature[k]!, step));
  const ranked: RankedPair[] = [];
  for (const pair of pairs) {
    const pause = context.breathe();
    if (pause) await pause;
    let strength = 0;
    gradient.forEach((g, k) => {
      const table = sumCells(data, coarse, pair, g, curvature[k]!, step);
      strength += strengthOf(table, noise[k]!, Math.ceil(data.rows / step));
    });
    ranked.push({ pair, strength });
  }
  return ranked.sort((x, y) => y.strength - x.strength || x.pair[0] - y.pair[0] || x.pair[1] - y.pair[1]);
}

function dispersion(gradient: Float64Array, curvature: Float64Array, step: number): number {
  let squares = 0;
  let sum = 0;
  for (let i = 0; i < gradient.length; i += step) {
    squares += gradient[i]! * gradient[i]!;
    sum += curvature[i]!;
  }
  return sum > 0 ? Math.max(squares / sum, 1e-12) : 1;
}

/** Cells of a two-way table without missing cells and the unseen: rows × columns. */
interface CellSums { readonly rows: number; readonly columns: number; readonly gradient: Float64Array; readonly curvature: Float64Array; readonly merge: readonly [boolean, boolean] }

function sumCells({ bins, rows }: BoostingData, coarse: readonly CoarseFeature[], [a, b]: Pair, g: Float64Array, h: Float64Array, step: number): CellSums {
  const [first, second] = [coarse[a]!, coarse[b]!];
  const [r, c] = [first.count - 2, second.count - 2];
  const gradient = new Float64Array(first.count * second.count);
  const curvature = new Float64Array(gradient.length);
  const [left, right] = [bins[a]!, bins[b]!];
  for (let i = 0; i < rows; i += step) {
    const cell = first.of[left[i]!]! * second.count + second.of[right[i]!]!;
    gradient[cell]! += g[i]!;
    curvature[cell]! += h[i]!;
  }
  const inner = (all: Float64Array): Float64Array => Float64Array.from({ length: r * c }, (_, at) => all[(Math.floor(at / c) + 1) * second.count + (at % c) + 1]!);
  return { rows: r, columns: c, gradient: inner(gradient), curvature: inner(curvature), merge: [!first.levels, !second.levels] };
}

function strengthOf(table: CellSums, noise: number, rows: number): number {
  let best = -Infinity;
  let last = '';
  for (const side of sides) {
    const merged = merge(table, side);
    const size = `${merged.rows}×${merged.columns}`;
    if (size === last) continue;
    last = size;
    if (best > -Infinity && merged.rows * merged.columns * rowsACell > rows) break;
    const { fall, degrees } = interaction(merged);
    if (degrees > 0) best = Math.max(best, fall / noise - degrees - 2 * Math.sqrt(2 * degrees));
  }
  return best === -Infinity ? -1e9 : best;
}

/** Neighbouring bins of numbers put together, to at most `side` of them. */
function merge({ rows, columns, gradient, curvature, merge: [byRow, byColumn] }: CellSums, side: number): CellSums {
  const r = byRow ? Math.min(rows, side) : rows;
  const c = byColumn ? Math.min(columns, side) : columns;
  const result = { rows: r, columns: c, gradient: new Float64Array(r * c), curvature: new Float64Array(r * c), merge: [byRow, byColumn] as const };
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = Math.floor((i * r) / rows) * c + Math.floor((j * c) / columns);
      result.gradient[at]! += gradient[i * columns + j]!;
      result.curvature[at]! += curvature[i * columns + j]!;
    }
  }
  return result;
}

const sweeps = 6;

/** Fall of Σ g²/h by the cells beyond the best sum of a row and a column effect, and its degrees of freedom. */
function interaction({ rows, columns, gradient, curvature }: CellSums): { fall: number; degrees: number } {
  const effect = [new Float64Array(rows), new Float64Array(columns)] as const;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const axis of [0, 1] as const) {
      const sums = new Float64Array(effect[axis].length);
      const weights = new Float64Array(effect[axis].length);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const h = curvature[i * columns + j]!;
          const at = axis === 0 ? i : j;
          sums[at]! += -gradient[i * columns + j]! - h * (axis === 0 ? effect[1][j]! : effect[0][i]!);
          weights[at]! += h;
        }
      }
      for (let at = 0; at < sums.length; at++) effect[axis][at] = weights[at]! > 0 ? sums[at]! / weights[at]! : 0;
    }
  }
  return residual({ rows, columns, gradient, curvature }, effect);
}

function residual({ rows, columns, gradient, curvature }: Omit<CellSums, 'merge'>, effect: readonly [Float64Array, Float64Array]): { fall: number; degrees: number } {
  let fall = 0;
  let cells = 0;
  const used = [new Uint8Array(rows), new Uint8Array(columns)];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const h = curvature[i * columns + j]!;
      if (!(h > 0)) continue;
      const left = -gradient[i * columns + j]! / h - effect[0][i]! - effect[1][j]!;
      fall += h * left * left;
      cells++;
      used[0]![i] = 1;
      used[1]![j] = 1;
    }
  }
  const count = (flags: Uint8Array): number => flags.reduce((a, b) => a + b, 0);
  return { fall, degrees: cells === 0 ? 0 : cells - count(used[0]!) - count(used[1]!) + 1 };
}
