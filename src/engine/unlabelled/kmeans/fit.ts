/** k-means of a matrix: which way of searching suits its size, and the result in one form whichever was taken. */
import type { WorkContext } from '../../context';
import { Rng } from '../../math/random';
import { sampleRows } from '../../data/sample';
import { lanes } from '../../compute/pool';
import type { Matrix } from '../shared/matrix';
import { distinctRows } from './distinct';
import { RowKernel } from './kernel';
import { lloydSteps, wholePart, type LloydSettings } from './lloyd';
import { miniBatch } from './miniBatch';
import { searchSteps, type GroupResult, type GroupSettings } from './search';
import { plusPlus } from './seed';
import { canSpread, inWorkers, runTeam } from './spread';
import type { GroupTask, TeamResult, TeamTask } from './tasks';
import { teamMemory } from './team';

export interface KMeansOptions {
  readonly k: number;
  readonly seed: number;
  /** Absent: as many as the time for so many rows allows. */
  readonly restarts?: number;
  readonly maxIterations?: number;
  /** Share of the mean variance of the columns; absent: 0 for up to 50,000 rows, 1e-4 (scikit-learn's) beyond. */
  readonly tolerance?: number;
  /** 1 for the search that a result rests on; less for the many fits of which only their average counts. */
  readonly effort?: number;
  /** False: without Hamerly's bounds. For measurements. */
  readonly bounds?: boolean;
}

export interface KMeansResult {
  /** Clusters found: fewer than asked for where there are fewer distinct rows. */
  readonly k: number;
  /** k × columns; the clusters with most rows first. */
  readonly centres: Float64Array;
  readonly labels: Int32Array;
  /** Squared distances to the centres. */
  readonly distances: Float64Array;
  readonly sizes: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly restarts: number;
  /** Share of the restarts that ended at the same inertia as the best one; before any further search. */
  readonly restartsAtBest: number;
  readonly method: 'search' | 'lloyd' | 'miniBatch';
  /** One sentence on what was done. */
  readonly how: string;
}

/** From so many rows on, rows and not restarts are spread over the threads, and single rows are not exchanged. */
export const largeRows = 50_000;
/** Beyond so many cells centres come from mini-batches. */
export const miniBatchCells = 50_000_000;
const seedRows = 50_000;
const groupCount = 8;

/** Throws CancelledError, and UserError 'outOfMemory'. */
export async function kMeans(matrix: Matrix, options: KMeansOptions, context: WorkContext): Promise<KMeansResult> {
  const { rows, columns } = matrix;
  const distinct = distinctRows(matrix, options.k);
  const k = Math.min(options.k, distinct);
  const { data, means } = await centred(matrix, context);
  const tolerance = (options.tolerance ?? (rows >= largeRows ? 1e-4 : 0)) * meanVariance(data, rows, columns);
  const settings: LloydSettings = { maxIterations: options.maxIterations ?? 300, tolerance, ...(options.bounds === false && { bounds: false }) };
  const found = rows >= largeRows
    ? await large({ data, rows, columns }, k, options, settings, context)
    : await small({ data, rows, columns }, k, options, settings, context);
  for (let i = 0; i < found.centres.length; i++) found.centres[i] += means[i % columns];
  return bySize(found, columns);
}

type Unordered = KMeansResult;

/** A copy with columns of mean 0, on shared memory where workers will read it. */
async function centred({ data, rows, columns }: Matrix, context: WorkContext): Promise<{ data: Float64Array; means: Float64Array }> {
  const bytes = 8 * rows * columns;
  const copy = new Float64Array(canSpread() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const means = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) means[j] += data[i * columns + j];
  for (let j = 0; j < columns; j++) means[j] /= rows;
  for (let i = 0; i < rows; i++) {
    if ((i & 65535) === 0) await context.breathe();
    for (let j = 0, at = i * columns; j < columns; j++, at++) copy[at] = data[at] - means[j];
  }
  return { data: copy, means };
}

function meanVariance(data: Float64Array, rows: number, columns: number): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
  return sum / (rows * columns);
}

async function small(matrix: Matrix, k: number, options: KMeansOptions, settings: LloydSettings, context: WorkContext): Promise<Unordered> {
  const groups = planGroups(matrix, k, options, settings);
  const searches = groups.reduce((sum, g) => sum + g.restarts + g.swaps, 0);
  // Below that, sending takes longer than searching.
  const spread = canSpread() && groups.length > 1 && searches * matrix.rows * matrix.columns * k > 5e6;
  const results = spread
    ? (await inWorkers<GroupResult[]>('clusters', groups.map(group => ({ kind: 'groups', ...matrix, groups: [group] } satisfies GroupTask)), context)).flat()
    : await inThisThread(matrix, groups, context);
  let winner = results[0];
  for (const result of results) if (result.best.inertia < winner.best.inertia * (1 - 1e-12)) winner = result;
  const { best } = winner;
  const inertias = results.flatMap(result => result.inertias);
  const kernel = new RowKernel(matrix.data, matrix.rows, matrix.columns, k);
  kernel.assign(best.centres, k);
  kernel.own(best.centres);
  const swaps = groups.reduce((sum, g) => sum + g.swaps, 0);
  return {
    k, ...best, labels: kernel.labels.slice(), distances: kernel.distances.slice(), restarts: inertias.length, restartsAtBest: atBest(inertias, best.inertia), method: 'search',
    how: `${inertias.length} ${inertias.length === 1 ? 'start' : 'starts'} (k-means++, every fourth at random rows), Lloyd's algorithm, then exchanges of single rows${swaps > 0 ? `; ${swaps} attempts to better the best ones by putting one centre elsewhere` : ''}`,
  };
}

/** Eight groups whatever the number of threads, so that the numbers do not depend on it. */
function planGroups({ rows, columns }: Matrix, k: number, options: KMeansOptions, settings: LloydSettings): GroupSettings[] {
  const effort = options.effort ?? 1;
  const searches = Math.round(effort * Math.min(72 * groupCount, 3e7 / (rows * columns * k)));
  const restarts = k === 1 ? 1 : options.restarts ?? Math.max(effort < 0.1 ? 2 : groupCount, Math.round(searches / 6));
  const swaps = k === 1 ? 0 : Math.max(0, searches - restarts);
  const share = (total: number, group: number): number => Math.floor((total * (group + 1)) / groupCount) - Math.floor((total * group) / groupCount);
  return Array.from({ length: groupCount }, (_, group) => ({
    k, seed: options.seed, group, restarts: share(restarts, group), swaps: share(swaps, group), exchange: true, ...settings,
  })).filter(group => group.restarts > 0);
}

async function inThisThread(matrix: Matrix, groups: readonly GroupSettings[], context: WorkContext): Promise<GroupResult[]> {
  const kernel = new RowKernel(matrix.data, matrix.rows, matrix.columns, groups[0].k);
  const results: GroupResult[] = [];
  for (const group of groups) results.push(await breathing(searchSteps(kernel, matrix.data, group), context));
  return results;
}

async function breathing<Result>(steps: Generator<void, Result>, context: WorkContext): Promise<Result> {
  for (;;) {
    const pause = context.breathe();
    if (pause) await pause;
    const step = steps.next();
    if (step.done) return step.value;
  }
}

async function large(matrix: Matrix, k: number, options: KMeansOptions, settings: LloydSettings, context: WorkContext): Promise<Unordered> {
  const { rows, columns } = matrix;
  const mini = rows * columns > miniBatchCells;
  const restarts = k === 1 ? 1 : options.restarts ?? (mini ? 1 : Math.max(options.effort === undefined ? 2 : 1, Math.min(10, Math.round((options.effort ?? 1) * 3e8 / (rows * columns * k)))));
  const starts = await startsOf(matrix, k, restarts, options.seed, context);
  if (mini) for (const [index, start] of starts.entries()) await miniBatch(matrix.data, rows, columns, start, k, new Rng(options.seed).fork(`batches ${index}`), context);
  const limits = mini ? { ...settings, maxIterations: Math.min(2, settings.maxIterations) } : settings;
  const shared = canSpread();
  const labels = new Int32Array(shared ? new SharedArrayBuffer(4 * rows) : new ArrayBuffer(4 * rows));
  const distances = new Float64Array(shared ? new SharedArrayBuffer(8 * rows) : new ArrayBuffer(8 * rows));
  const task = { kind: 'team' as const, ...matrix, k, starts, settings: limits, labels, distances };
  const result = shared ? await team(task, context) : await alone(task, context);
  return {
    k, ...result, labels: labels.slice(), distances: distances.slice(), restarts, restartsAtBest: atBest(result.inertias, result.inertia), method: mini ? 'miniBatch' : 'lloyd',
    how: `${mini ? `Mini-batches of 4,096 rows, 300 from each start, because the rows have more than ${miniBatchCells.toLocaleString('en')} cells, then two passes over all rows` : "Lloyd's algorithm with Hamerly's bounds on all rows"}; ${restarts} ${restarts === 1 ? 'start' : 'starts'} by k-means++ on ${Math.min(rows, seedRows).toLocaleString('en')} rows drawn at random`,
  };
}

/** k-means++ on a sample of the rows: passes over all rows would take as long as the clustering. */
async function startsOf({ data, rows, columns }: Matrix, k: number, restarts: number, seed: number, context: WorkContext): Promise<Float64Array[]> {
  const chosen = sampleRows(rows, seedRows, seed);
  const sample = new Float64Array(chosen.length * columns);
  chosen.forEach((row, i) => sample.set(data.subarray(row * columns, (row + 1) * columns), i * columns));
  const kernel = new RowKernel(sample, chosen.length, columns, k);
  const starts: Float64Array[] = [];
  for (let run = 0; run < restarts; run++) {
    await context.breathe();
    starts.push(plusPlus(kernel, k, new Rng(seed).fork(`start ${run}`)));
  }
  return starts;
}

type LargeTask = Omit<TeamTask, 'memory' | 'member'>;

function team(task: LargeTask, context: WorkContext): Promise<TeamResult> {
  const memory = teamMemory(Math.min(lanes(), 16), task.columns, task.k);
  return runTeam(Array.from({ length: memory.members }, (_, member) => ({ ...task, memory, member })), context);
}

async function alone(task: LargeTask, context: WorkContext): Promise<TeamResult> {
  const kernel = new RowKernel(task.data, task.rows, task.columns, task.k);
  const part = wholePart(kernel);
  const inertias: number[] = [];
  let best: Omit<TeamResult, 'inertias'> | undefined;
  for (const start of task.starts) {
    const result = await breathing(lloydSteps(part, start, task.k, task.settings), context);
    inertias.push(result.inertia);
    if (best && !(result.inertia < best.inertia)) continue;
    best = result;
    task.labels.set(kernel.labels);
    task.distances.set(kernel.distances);
  }
  return { ...best!, inertias };
}

function atBest(inertias: readonly number[], best: number): number {
  return inertias.filter(inertia => inertia <= best * (1 + 1e-6)).length / inertias.length;
}

/** Renames the clusters: most rows first, equally large ones by their centres' numbers. */
function bySize(found: Unordered, columns: number): KMeansResult {
  const { k, centres, sizes } = found;
  const byCentre = (a: number, b: number): number => {
    for (let j = 0; j < columns; j++) if (centres[a * columns + j] !== centres[b * columns + j]) return centres[a * columns + j] - centres[b * columns + j];
    return 0;
  };
  const order = Array.from({ length: k }, (_, c) => c).sort((a, b) => sizes[b] - sizes[a] || byCentre(a, b));
  const place = new Int32Array(k);
  order.forEach((old, next) => { place[old] = next; });
  const sorted = new Float64Array(k * columns);
  order.forEach((old, next) => sorted.set(centres.subarray(old * columns, (old + 1) * columns), next * columns));
  const { method, how, inertia, iterations, converged, restarts, restartsAtBest } = found;
  return {
    k, method, how, inertia, iterations, converged, restarts, restartsAtBest, distances: found.distances,
    centres: sorted, sizes: Int32Array.from(order, old => sizes[old]), labels: found.labels.map(label => place[label]),
  };
}
