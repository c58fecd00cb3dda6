/** A comparison of optimisers from the dataset to its result: the same start, rows and folds for all, each at its own best learning rate. */
import { CancelledError, UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { meanOf, testToTrainRatio } from '../../evaluate/intervals';
import type { Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { neuralSettings } from '../../models/neural/settings';
import { repeatedFolds } from '../runs/folds';
import { sharedDataset } from '../runs/runAll';
import type { ConvexProblem } from './convexProblem';
import { optimiserFindings } from './findings';
import { keepRuns, knownRuns } from './keptRuns';
import { atOnce, measureOptimisers, type DescentRun } from './measure';
import { curvatures, exactOptimum } from './optimum';
import { checkFamily, mostRows, type OptimisedFamily } from './problem';
import { optimiserIds, optimiserTitles, type KeptDescent, type OptimiserStudy } from './result';
import { problemOf, runDescent } from './runs';
import { comparedFolds, summariseOptimisers } from './summary';
import { weightDecay } from './updates';

export interface OptimiserInput {
  readonly dataset: Dataset;
  /** 'linear', 'logistic' or 'neural'. */
  readonly family: string;
  /** Time budget; absent: everything is run. */
  readonly seconds?: number;
  /** Absent: 60 for networks, 100 for the others, fewer where the time is short. */
  readonly passes?: number;
  /** Absent: half decades from 0.0001 to 10. */
  readonly rates?: readonly number[];
  /** Absent: the neural model's own. */
  readonly batchSize?: number;
  /** How often the folds are dealt; absent: once. */
  readonly repeats?: number;
  /** Runs of an earlier part of the study: they have its passes, and so have those that are added. */
  readonly kept?: readonly KeptDescent[];
}

const usualRates = [0.0001, 0.00032, 0.001, 0.0032, 0.01, 0.032, 0.1, 0.32, 1, 3.2, 10];
const fewestPasses = 5;
/** Of the time, what the first fold may take at most. */
const firstShare = 0.45;

/** Throws UserError where family and target do not go together or no fold can be made, CancelledError. */
export async function optimiserStudy(input: OptimiserInput, context: WorkContext): Promise<OptimiserStudy> {
  const started = performance.now();
  checkFamily(input.family, input.dataset);
  const family: OptimisedFamily = input.family;
  const dataset = sharedDataset(input.dataset);
  const { folds, scheme } = repeatedFolds(dataset, input.repeats ?? 1);
  if (folds.length === 0) throw new UserError('badOption', 'Comparing optimisers needs held-out rows; choose another split than none.');
  const rates = [...input.rates ?? usualRates].sort((a, b) => a - b);
  const rows = Math.round(meanOf(folds.map(({ train }) => Math.min(mostRows, train.length))));
  const earlier = input.kept?.[0];
  const batchSize = input.batchSize ?? earlier?.batchSize ?? neuralSettings(family === 'neural' ? dataset.recipe.options : {}, rows).batchSize;
  const shape = { dataset, family, folds, rates, batchSize };
  const passes = input.passes ?? earlier?.passes ?? await affordable(shape, input.seconds, context);
  const known = knownRuns(input.kept ?? [], { ...shape, passes, folds: folds.length });
  const exact = await exactOf(shape, context);
  const until = input.seconds === undefined ? undefined : started + 1000 * input.seconds;
  const made = await measureOptimisers({ ...shape, passes, known, ...(until !== undefined && { until }) }, context, (soFar, all) =>
    context.progress(`Run ${soFar.length} of ${all}`, soFar.length / all, live(soFar)));
  const { runs, gridFolds, finished, planned } = made;
  if (runs.length === 0) throw new CancelledError();
  const { level } = dataset.recipe;
  const optimisers = summariseOptimisers({ ...made, rates, testToTrain: testToTrainRatio(folds), level, optima: exact.optima });
  const compared = comparedFolds(made);
  const optima = compared.flatMap(fold => exact.optima[fold] ?? []);
  const starts = compared.map(fold => runs.find(run => run.fold === fold)!.outcome.points[0]!.train);
  const found: Omit<OptimiserStudy, 'findings'> = {
    ...wordsOf(family, dataset), parameters: runs[0]!.outcome.parameters, rows, passes, batchSize, rates, scheme, folds: compared.length,
    ...(finished.length === 0 && { partial: true as const }), gridFolds: gridFolds.length, startLoss: meanOf(starts), optimisers,
    ...(optima.length === compared.length && { optimum: meanOf(optima) }), ...(exact.theory && { theory: exact.theory }), planned, done: runs.length, level,
    takenOver: known.length, stopped: runs.length < planned && context.finishing?.() === true, kept: keepRuns(runs, { passes, batchSize }),
    notes: [...notesOf(shape, family), ...(family !== 'neural' && optima.length < compared.length ? ['The exact optimum is not known on every fold: the design is too large for Newton’s method, or the method did not settle.'] : [])],
  };
  return { ...found, findings: optimiserFindings(found) };
}

interface Shape { readonly dataset: Dataset; readonly family: OptimisedFamily; readonly folds: readonly Fold[]; readonly rates: readonly number[]; readonly batchSize: number }

function wordsOf(family: OptimisedFamily, { target }: Dataset): Pick<OptimiserStudy, 'problem' | 'lossName'> {
  return {
    problem: family === 'linear' ? 'least squares' : family === 'logistic' ? 'logistic regression' : 'neural network',
    lossName: target.task === 'regression' ? '½ mean squared error of the standardised target' : 'log loss',
  };
}

function notesOf({ folds, batchSize }: Shape, family: OptimisedFamily): string[] {
  return [
    'All optimisers have the same start and the same order of rows on a fold. Gradient descent and L-BFGS take all training rows at once; the others take them in batches.',
    `Nothing is penalised but by AdamW, which shrinks weights by ${weightDecay} times the learning rate a step.${family === 'neural' ? ' There is no dropout and no early stopping.' : ''}`,
    ...(folds.some(({ train }) => batchSize >= train.length) ? ['A batch holds all training rows, so that SGD is gradient descent.'] : []),
    ...(folds.some(({ train }) => train.length > mostRows) ? [`Each fold trains on a random sample of ${mostRows.toLocaleString('en-US')} rows.`] : []),
  ];
}

/** As many passes as let the first fold's grid keep to its share of the time. */
async function affordable({ dataset, family, folds, rates, batchSize }: Shape, seconds: number | undefined, context: WorkContext): Promise<number> {
  const most = family === 'neural' ? 60 : 100;
  if (seconds === undefined) return most;
  const { train, test } = folds[0]!;
  const time = async (passes: number): Promise<number> =>
    (await runDescent({ dataset, family, optimiser: 'adam', rate: 0.001, train, test, passes, batchSize, seed: dataset.recipe.seed }, context)).took;
  await time(1);
  const [two, six] = [await time(2), await time(6)];
  const pass = Math.max(1e-6, (six - two) / 4);
  const run = (firstShare * seconds * atOnce()) / ((optimiserIds.length - 1) * rates.length + 1);
  return Math.max(fewestPasses, Math.min(most, Math.floor((run - Math.max(0, two - 2 * pass)) / pass)));
}

interface Exact { readonly optima: readonly (number | undefined)[]; readonly theory?: OptimiserStudy['theory'] }

async function exactOf({ dataset, family, folds }: Shape, context: WorkContext): Promise<Exact> {
  if (family === 'neural') return { optima: folds.map(() => undefined) };
  const optima: (number | undefined)[] = [];
  let theory: OptimiserStudy['theory'];
  for (const [k, { train, test }] of folds.entries()) {
    const seed = new Rng(dataset.recipe.seed).fork(`optimisers ${k}`).seed;
    const problem = await problemOf({ dataset, family, train, test, seed }) as ConvexProblem;
    optima.push((await exactOptimum(problem, context))?.loss);
    const ends = k === 0 ? await curvatures(problem, context) : undefined;
    if (ends) theory = { largestRate: 2 / ends.largest, condition: ends.largest / ends.smallest };
  }
  return { optima, ...(theory && { theory }) };
}

/** Of the first fold, each optimiser's lowest training curve so far. */
function live(runs: readonly DescentRun[]): Parameters<WorkContext['progress']>[2] {
  const lines = optimiserIds.flatMap(id => {
    const own = runs.filter(run => run.optimiser === id && run.fold === 0 && run.outcome.end !== 'diverged');
    const ends = own.map(({ outcome: { points } }) => points[points.length - 1]!.train);
    const best = own[ends.indexOf(Math.min(...ends))];
    return best ? [{ name: optimiserTitles[id], x: best.outcome.points.map(point => point.pass), y: best.outcome.points.map(point => point.train) }] : [];
  });
  return lines.length === 0 ? undefined : { title: 'Optimisers so far', xTitle: 'Passes over the training rows', yTitle: 'Training loss', lines, canFinish: true };
}
