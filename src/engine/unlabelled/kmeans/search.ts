/** Looks for the best partition of a small or middling number of rows: restarts, exchanges of single rows, and random swaps of centres. */
import { Rng } from '../../math/random';
import { exactMeans, exchangeRows, type Partition } from './exchange';
import type { RowKernel } from './kernel';
import { lloyd, wholePart, type Part } from './lloyd';
import { drawn, plusPlus } from './seed';

/** One group of restarts; groups are independent of each other, so they can run on different threads. */
export interface GroupSettings {
  readonly k: number;
  readonly seed: number;
  /** Number of the group: its own random numbers. */
  readonly group: number;
  readonly restarts: number;
  /** Attempts to better the best of them by putting one centre elsewhere (Fränti 2018). */
  readonly swaps: number;
  /** Exchanges of single rows after Lloyd's algorithm. */
  readonly exchange: boolean;
  readonly maxIterations: number;
  readonly tolerance: number;
}

export interface Found extends Partition {
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface GroupResult {
  readonly best: Found;
  /** Of each restart. */
  readonly inertias: readonly number[];
}

/** Differences of a sum of squares that are rounding. */
const rounding = 1e-12;

/** Without pauses. `data`: the kernel's rows. */
export function searchGroup(kernel: RowKernel, data: Float64Array, settings: GroupSettings): GroupResult {
  const steps = searchSteps(kernel, data, settings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Pauses after each local search. */
export function* searchSteps(kernel: RowKernel, data: Float64Array, settings: GroupSettings): Generator<void, GroupResult> {
  const { k } = settings;
  const rng = new Rng(settings.seed).fork(`clusters ${k} ${settings.group}`);
  const part = wholePart(kernel);
  const inertias: number[] = [];
  let best: Found | undefined;
  for (let run = 0; run < settings.restarts; run++) {
    const start = run % 4 === 3 ? randomRows(kernel, k, rng) : plusPlus(kernel, k, rng);
    const found = improved(part, data, start, settings);
    inertias.push(found.inertia);
    if (!best || found.inertia < best.inertia * (1 - rounding)) best = found;
    yield;
  }
  for (let swap = 0; swap < settings.swaps && k > 1; swap++) {
    const found = improved(part, data, swapped(kernel, best!, k, rng), settings);
    if (found.inertia < best!.inertia * (1 - rounding)) best = found;
    yield;
  }
  return { best: best!, inertias };
}

/** k rows at random, which start elsewhere than k-means++ does. */
function randomRows(kernel: RowKernel, k: number, rng: Rng): Float64Array {
  const centres = new Float64Array(k * kernel.columns);
  for (let c = 0; c < k; c++) centres.set(kernel.row(rng.integer(kernel.rows)), c * kernel.columns);
  return centres;
}

/** The same centres with one of them put on another row. */
function swapped(kernel: RowKernel, { centres, labels }: Found, k: number, rng: Rng): Float64Array {
  kernel.labels.set(labels);
  const sum = kernel.own(centres);
  const next = centres.slice();
  const row = rng.uniform() < 0.5 ? rng.integer(kernel.rows) : drawn(kernel.distances, sum, rng);
  next.set(kernel.row(row), rng.integer(k) * kernel.columns);
  return next;
}

/** Lloyd's algorithm and exchanges in turn until neither finds anything. */
function improved(part: Part, data: Float64Array, start: Float64Array, settings: GroupSettings): Found {
  const { kernel } = part;
  let result = lloyd(part, start, settings.k, settings);
  let iterations = result.iterations;
  if (settings.exchange) {
    for (let turn = 0; turn < 20; turn++) {
      const partition = { centres: result.centres, labels: kernel.labels.slice(), sizes: result.sizes };
      exactMeans(data, kernel.columns, partition);
      if (!exchangeRows(data, kernel.columns, partition)) break;
      result = lloyd(part, partition.centres, settings.k, settings);
      iterations += result.iterations;
    }
  }
  const { centres, inertia, sizes, converged } = result;
  return { centres, inertia, sizes, converged, iterations, labels: kernel.labels.slice() };
}
