/**
 * Runs every optimiser at every learning rate, fold after fold. Where the time would not hold the whole grid on the folds that are left, only the best
 * rates of each optimiser go on (successive halving, Jamieson & Talwalkar 2016, with folds as the resource).
 */
import type { WorkContext } from '../../context';
import { hasWorkers, lanes } from '../../compute/pool';
import type { Dataset } from '../../data/dataset';
import type { Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import type { OptimisedFamily } from './problem';
import { optimiserIds, type OptimiserId } from './result';
import { runDescents, type DescentOutcome, type DescentTask } from './runs';

export interface MeasureInput {
  /** On shared memory where workers are used. */
  readonly dataset: Dataset;
  readonly family: OptimisedFamily;
  readonly folds: readonly Fold[];
  /** Ascending. */
  readonly rates: readonly number[];
  readonly passes: number;
  readonly batchSize: number;
  /** performance.now() after which no further run starts. */
  readonly until?: number;
  /** Runs that need not be made: of these rates and folds. */
  readonly known: readonly DescentRun[];
}

export interface DescentRun { readonly optimiser: OptimiserId; readonly rate: number; readonly fold: number; readonly outcome: DescentOutcome }

export interface MeasuredRuns {
  readonly runs: readonly DescentRun[];
  /** Folds on which every optimiser was run at every rate. */
  readonly gridFolds: readonly number[];
  /** Folds on which every optimiser was run at every rate that was still in the running. */
  readonly finished: readonly number[];
  readonly planned: number;
}

/** Usual rates: a fold starts with these and goes outwards, so that a study that ends early has something of every optimiser. */
const usual: Readonly<Record<OptimiserId, number>> = { gd: 0.1, sgd: 0.03, momentum: 0.01, nesterov: 0.01, rmsprop: 0.003, adagrad: 0.03, adam: 0.003, adamw: 0.003, lbfgs: 1 };
/** Rates of each optimiser that go on when time is short, first and then. */
const kept = [3, 1];

/** Runs that go on side by side. */
export const atOnce = (): number => (hasWorkers() ? lanes() : 1);

type Setting = Pick<DescentRun, 'optimiser' | 'rate'>;

export async function measureOptimisers(input: MeasureInput, context: WorkContext, onRun: (runs: readonly DescentRun[], planned: number) => void): Promise<MeasuredRuns> {
  const { folds, rates, until = Infinity } = input;
  const grid = settingsOf(rates);
  const runs = [...input.known];
  const made = new Set(runs.map(run => nameOf(run, run.fold)));
  const missing = (settings: readonly Setting[], fold: number): Setting[] => settings.filter(setting => !made.has(nameOf(setting, fold)));
  const gridFolds: number[] = [];
  const finished: number[] = [];
  let alive = grid;
  for (let fold = 0; fold < folds.length; fold++) {
    const left = (settings: readonly Setting[]): number => folds.reduce((sum, _, k) => sum + (k < fold ? 0 : missing(settings, k).length), 0);
    if (fold > 0) alive = stillAlive(alive, runs, finished, left, until);
    const planned = runs.length + left(alive);
    const settings = missing(alive, fold);
    // A study has something of every optimiser, however short the time.
    const atLeast = fold === 0 ? missing(grid.slice(0, optimiserIds.length), 0).length : 0;
    await runDescents(settings.map(setting => taskOf(input, setting, fold)), context, { until, atLeast }, (index, outcome) => {
      runs.push({ ...settings[index]!, fold, outcome });
      made.add(nameOf(settings[index]!, fold));
      onRun(runs, planned);
    });
    if (missing(alive, fold).length === 0) finished.push(fold);
    if (missing(grid, fold).length === 0) gridFolds.push(fold);
  }
  return { runs, gridFolds, finished, planned: grid.length * folds.length };
}

const nameOf = ({ optimiser, rate }: Setting, fold: number): string => `${optimiser} ${rate} ${fold}`;

/** Each optimiser's usual rate first, then outwards. */
export function settingsOf(rates: readonly number[]): Setting[] {
  const distance = ({ optimiser, rate }: Setting): number => Math.abs(Math.log(rate / usual[optimiser]));
  const lists = optimiserIds.map((optimiser): Setting[] => (optimiser === 'lbfgs' ? [{ optimiser, rate: 1 }]
    : rates.map(rate => ({ optimiser, rate })).sort((a, b) => distance(a) - distance(b))));
  return rates.flatMap((_, k) => lists.flatMap(list => list.slice(k, k + 1)));
}

function taskOf({ dataset, family, folds, passes, batchSize }: MeasureInput, { optimiser, rate }: Setting, fold: number): DescentTask {
  const { train, test } = folds[fold]!;
  return { dataset, family, optimiser, rate, train, test, passes, batchSize, seed: new Rng(dataset.recipe.seed).fork(`optimisers ${fold}`).seed };
}

/** Those that were in the running, or fewer where the runs that are left of them (`left`) would not keep to the time. */
function stillAlive(alive: readonly Setting[], runs: readonly DescentRun[], finished: readonly number[], left: (settings: readonly Setting[]) => number, until: number): Setting[] {
  const each = runs.reduce((sum, { outcome }) => sum + outcome.took, 0) / Math.max(1, runs.length) / atOnce();
  const time = Math.max(0, (until - performance.now()) / 1000);
  let next = [...alive];
  for (const most of kept) {
    if (left(next) * each <= time) break;
    next = optimiserIds.flatMap(id => next.filter(item => item.optimiser === id).sort((a, b) => rank(a, runs, finished) - rank(b, runs, finished)).slice(0, most));
  }
  return next;
}

/** Mean final training loss over the folds that all in the running have; infinite where a run diverged or did not start. */
function rank({ optimiser, rate }: Setting, runs: readonly DescentRun[], finished: readonly number[]): number {
  const own = runs.filter(run => run.optimiser === optimiser && run.rate === rate && finished.includes(run.fold));
  if (own.length === 0 || own.some(({ outcome }) => outcome.end === 'diverged')) return Infinity;
  return own.reduce((sum, { outcome }) => sum + finalPoint(outcome).train, 0) / own.length;
}

export const finalPoint = ({ points }: Pick<DescentOutcome, 'points'>): DescentOutcome['points'][number] => points[points.length - 1]!;
