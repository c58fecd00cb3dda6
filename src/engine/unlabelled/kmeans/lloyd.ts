/** Lloyd's algorithm (1982) with Hamerly's bounds (2010), by one thread or by several that each hold a part of the rows: the same numbers. */
import { blockRows, type RowKernel } from './kernel';
import { chunkBlocks, Team, teamMemory } from './team';

export interface LloydSettings {
  readonly maxIterations: number;
  /** Stops when the squared moves of all centres add up to no more than this; 0: when no label changes. */
  readonly tolerance: number;
  /** False: every row is compared with every centre each time. */
  readonly bounds?: boolean;
}

export interface LloydResult {
  /** k × columns. */
  readonly centres: Float64Array;
  /** Σ of squared distances to the centres. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Rows by cluster, of all members. */
  readonly sizes: Int32Array;
}

/** A part of the rows, and whom it belongs to. */
export interface Part {
  readonly kernel: RowKernel;
  readonly team: Team;
  /** Of all members together. */
  readonly rows: number;
  /** First row of this part among all. */
  readonly from: number;
  readonly firstChunk: number;
}

/** All rows in this thread. */
export function wholePart(kernel: RowKernel): Part {
  return { kernel, team: new Team(teamMemory(1, kernel.columns, kernel.mostClusters), 0), rows: kernel.rows, from: 0, firstChunk: 0 };
}

/** Without pauses. The kernel holds the labels and squared distances of its rows afterwards. */
export function lloyd(part: Part, start: Float64Array, k: number, settings: LloydSettings): LloydResult {
  const steps = lloydSteps(part, start, k, settings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Pauses after each pass over the rows. */
export function* lloydSteps(part: Part, start: Float64Array, k: number, settings: LloydSettings): Generator<void, LloydResult> {
  const { kernel } = part;
  const width = kernel.columns + 1;
  let centres: Float64Array = start.slice(0, k * kernel.columns);
  let drift: Float64Array | undefined;
  let iterations = 0;
  let converged = false;
  while (iterations < settings.maxIterations && !converged) {
    const { totals, changed } = pass(part, centres, k, drift);
    iterations++;
    yield;
    const next = means(totals, centres, k, width);
    const moved = fillEmpty(part, next, totals, centres, k);
    drift = drifts(centres, next, k, kernel.columns);
    const shift = drift.reduce((sum, d) => sum + d * d, 0);
    // The first pass may leave all labels as an earlier clustering had them.
    converged = !moved && ((changed === 0 && iterations > 1) || shift <= settings.tolerance);
    centres = next;
    if (settings.bounds === false) drift = undefined;
  }
  // Labels and inertia belong to the centres that are given back.
  const { totals } = pass(part, centres, k, drift);
  yield;
  return { centres, inertia: inertia(part, centres), iterations, converged, sizes: Int32Array.from({ length: k }, (_, c) => totals[c * width + width - 1]) };
}

function pass(part: Part, centres: Float64Array, k: number, drift: Float64Array | undefined): { totals: Float64Array; changed: number } {
  const { kernel, team, rows, firstChunk } = part;
  const size = chunkBlocks(rows);
  const block = k * (kernel.columns + 1);
  const half = team.half;
  const { sums, changed, members } = team.memory;
  changed[half * members + team.member] = kernel.assign(centres, k, drift);
  const stride = sums.length / 2;
  const own = Math.ceil(Math.ceil(kernel.rows / blockRows) / size);
  for (let c = 0; c < own; c++) kernel.sums(c * size, (c + 1) * size, sums.subarray(half * stride + (firstChunk + c) * block, half * stride + (firstChunk + c + 1) * block));
  team.meet();
  const all = Math.ceil(Math.ceil(rows / blockRows) / size);
  const totals = new Float64Array(block);
  for (let c = 0; c < all; c++) for (let i = 0; i < block; i++) totals[i] += sums[half * stride + c * block + i];
  let count = 0;
  for (let m = 0; m < members; m++) count += changed[half * members + m];
  return { totals, changed: count };
}

function means(totals: Float64Array, centres: Float64Array, k: number, width: number): Float64Array {
  const columns = width - 1;
  const next = centres.slice();
  for (let c = 0; c < k; c++) {
    const count = totals[c * width + columns];
    if (count > 0) for (let j = 0; j < columns; j++) next[c * columns + j] = totals[c * width + j] / count;
  }
  return next;
}

/** Puts the centre of each empty cluster on the row that is farthest from all centres. True if there was one. */
function fillEmpty(part: Part, next: Float64Array, totals: Float64Array, before: Float64Array, k: number): boolean {
  const { kernel } = part;
  const { columns } = kernel;
  let moved = false;
  for (let c = 0; c < k; c++) {
    if (totals[c * (columns + 1) + columns] > 0) continue;
    if (!moved) kernel.own(before);
    const { distance, values } = farthest(part);
    if (!(distance > 0)) return moved;
    next.set(values, c * columns);
    kernel.approach(values);
    moved = true;
  }
  return moved;
}

/** By the kernel's distances; the first of equally far rows. */
function farthest({ kernel, team, from }: Part): { distance: number; values: Float64Array } {
  const { farthest: slots, members } = team.memory;
  const width = 2 + kernel.columns;
  const half = team.half;
  const { distances } = kernel;
  let best = 0;
  for (let i = 1; i < distances.length; i++) if (distances[i] > distances[best]) best = i;
  const at = (half * members + team.member) * width;
  slots[at] = distances.length > 0 ? distances[best] : -1;
  slots[at + 1] = from + best;
  if (distances.length > 0) slots.set(kernel.row(best), at + 2);
  team.meet();
  let winner = 0;
  for (let m = 1; m < members; m++) if (slots[(half * members + m) * width] > slots[(half * members + winner) * width]) winner = m;
  const won = (half * members + winner) * width;
  return { distance: slots[won], values: slots.slice(won + 2, won + width) };
}

function inertia(part: Part, centres: Float64Array): number {
  const { kernel, team, rows, firstChunk } = part;
  const size = chunkBlocks(rows) * blockRows;
  const slots = team.memory.inertia;
  const start = team.half * (slots.length / 2);
  for (let from = 0, c = firstChunk; from < kernel.rows; from += size, c++) slots[start + c] = kernel.own(centres, from, from + size);
  team.meet();
  let sum = 0;
  for (let c = 0; c < Math.ceil(rows / size); c++) sum += slots[start + c];
  return sum;
}

function drifts(from: Float64Array, to: Float64Array, k: number, columns: number): Float64Array {
  return Float64Array.from({ length: k }, (_, c) => {
    let sum = 0;
    for (let j = c * columns; j < (c + 1) * columns; j++) sum += (to[j] - from[j]) ** 2;
    return Math.sqrt(sum);
  });
}
