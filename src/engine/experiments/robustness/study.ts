/** A robustness study from the dataset to its result: a model each fold, attacked, disturbed and trained on spoiled rows. */
import { UserError } from '../../../protocol/errors';
import { derivedContext, type WorkContext } from '../../context';
import { findColumn } from '../../data/table';
import type { Dataset } from '../../data/dataset';
import { nearest } from '../../data/nearest';
import type { Family } from '../../models/model';
import { repeatedFolds } from '../runs/folds';
import { sharedDataset } from '../runs/runAll';
import { Parts, type KeptPart } from './kept';
import type { FoldOutcome, FoldTask } from './oneFold';
import type { RobustnessResult } from './result';
import { runFolds, type FoldLimits } from './runFolds';
import { lineOf, type Scoring } from './scoring';
import { labelLines, outlierLines, type Spoiled } from './spoiledTraining';
import { resultOf } from './summary';

export interface RobustnessInput {
  readonly dataset: Dataset;
  readonly family: Family;
  /** Sizes of attacks in standard deviations of the training rows; 0 is added. Empty: the usual ones. */
  readonly epsilons: readonly number[];
  /** Columns that an attacker cannot change. */
  readonly immutable: readonly string[];
  /** Time budget; at least one fold is attacked whatever it is. */
  readonly seconds?: number;
  /** Trains a second network on attacked rows; a number: of this size in deviations, else 0.1 or the nearest above 0. */
  readonly adversarial?: boolean | number;
  /** Folds over the cores: engine/worker.ts has the method of runFolds. Absent: one after the other. */
  readonly workers?: boolean;
  /** Parts that an earlier study on the same data with the same settings has run. */
  readonly kept?: readonly KeptPart[];
}

export interface RobustnessStudy {
  readonly result: RobustnessResult;
  /** Folds that are attacked and fits on spoiled rows; those that were run, and those of them that `kept` held. */
  readonly parts: { readonly planned: number; readonly done: number; readonly takenOver: number };
  readonly kept: readonly KeptPart[];
}

export const usualEpsilons: readonly number[] = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 1];
const missingShares = [0, 0.05, 0.1, 0.2, 0.4];
/** Held-out rows that are attacked at most, all folds together. */
const mostRows = { known: 500, search: 200 };
/** Seconds for training on spoiled rows where there is no budget. */
const usualSpoilSeconds = 60;
/** Parts of the time: attacks end by the first, outliers by the second. */
const attackPart = 0.6;
const outlierPart = 0.8;

/** Throws UserError for unknown columns, sizes that are none, or where no rows are held out; CancelledError. */
export async function robustnessStudy(input: RobustnessInput, context: WorkContext): Promise<RobustnessStudy> {
  const { family, immutable, seconds } = input;
  const dataset = sharedDataset(input.dataset);
  const epsilons = readEpsilons(input.epsilons);
  checkColumns(dataset, immutable);
  const { folds, scheme } = repeatedFolds(dataset, 1);
  if (folds.length === 0) throw new UserError('badOption', 'Robustness is measured on held-out rows; choose a split that holds some out.');
  const { seed, level } = dataset.recipe;
  const adversarial = trainedSize(input.adversarial, epsilons);
  const started = performance.now();
  const at = (part: number): number => started + 1000 * part * (seconds ?? Infinity);
  const scoring: Scoring = { regression: dataset.target.task === 'regression', level, seed };
  const tasks = folds.map((fold, k): FoldTask => ({
    dataset, family: family.id, fold, most: { known: Math.ceil(mostRows.known / folds.length), search: Math.ceil(mostRows.search / folds.length) }, epsilons,
    shares: missingShares, immutable, seed: seed + k, ...(adversarial !== undefined && { adversarial }),
  }));
  const parts = new Parts(input.kept ?? []);
  const outcomes = await attackFolds({ tasks, scoring, parts, until: at(attackPart), workers: input.workers === true }, context);
  const until = (part: number): number => Math.min(at(part), performance.now() + 1000 * usualSpoilSeconds / 2);
  const spoiled = await spoil({ dataset, family, folds, scoring, parts, outcomes, until }, context);
  const planned = folds.length + spoiled.outliers.planned + spoiled.labels.planned;
  const done = outcomes.length + spoiled.outliers.done + spoiled.labels.done;
  const result = resultOf({
    dataset, family, scheme, folds, outcomes, scoring, epsilons, shares: missingShares, immutable, ...spoiled, ...(adversarial !== undefined && { adversarial }),
    stopped: done < planned && context.finishing?.() === true,
  });
  return { result, parts: { planned, done, takenOver: parts.takenOver }, kept: parts.kept() };
}

interface AttackPlan extends Omit<FoldLimits, 'atLeast'> {
  readonly tasks: readonly FoldTask[];
  readonly scoring: Scoring;
  readonly parts: Parts;
}

/** Those that the time allowed, in the order of the folds. */
async function attackFolds({ tasks, scoring, parts, ...limits }: AttackPlan, context: WorkContext): Promise<FoldOutcome[]> {
  const found = tasks.map((_, fold) => parts.fold(fold));
  const open = [...found.keys()].filter(fold => found[fold] === undefined);
  const whole = (): FoldOutcome[] => found.filter(outcome => outcome !== undefined);
  const say = (live?: Parameters<WorkContext['progress']>[2]): void => {
    const done = whole().length;
    context.progress(`Fold ${Math.min(tasks.length, done + 1)} of ${tasks.length}`, (attackPart * done) / tasks.length, live);
  };
  say();
  await runFolds(open.map(fold => tasks[fold]), derivedContext(context, () => say()), { ...limits, atLeast: whole().length > 0 ? 0 : 1 }, (k, outcome) => {
    found[open[k]] = outcome;
    parts.setFold(open[k], outcome);
    say(liveCurve(whole(), tasks[0].epsilons, scoring));
  });
  return whole();
}

/** The score under attack of the folds so far. */
function liveCurve(outcomes: readonly FoldOutcome[], epsilons: readonly number[], scoring: Scoring): Parameters<WorkContext['progress']>[2] {
  const { scores } = lineOf('', epsilons, outcomes.map(({ attack }) => attack.numbers), scoring);
  return {
    title: 'Under attack so far', xTitle: 'Standard deviations', yTitle: scoring.regression ? 'RMSE' : 'Accuracy', canFinish: true,
    lines: [{ name: 'Held-out rows', x: epsilons, y: scores.map(({ value }) => value) }],
  };
}

interface SpoilPlan {
  readonly dataset: Dataset;
  readonly family: Family;
  readonly folds: ReturnType<typeof repeatedFolds>['folds'];
  readonly scoring: Scoring;
  readonly parts: Parts;
  readonly outcomes: readonly FoldOutcome[];
  until(part: number): number;
}

async function spoil({ dataset, family, folds, scoring, parts, outcomes, until }: SpoilPlan, context: WorkContext): Promise<{ outliers: Spoiled; labels: Spoiled }> {
  const input = { dataset, family: family.id, title: outcomes[0].title, folds, scoring, parts };
  context.progress('Training on rows with outliers', attackPart);
  const quiet = (part: number): WorkContext => derivedContext(context, stage => context.progress(stage, part));
  const outliers = await outlierLines({ ...input, until: until(outlierPart) }, quiet(attackPart));
  context.progress('Training on rows with wrong labels', outlierPart);
  return { outliers, labels: await labelLines({ ...input, until: until(1) }, quiet(outlierPart)) };
}

function readEpsilons(asked: readonly number[]): number[] {
  const bad = asked.find(epsilon => !(epsilon >= 0 && epsilon <= 100));
  if (bad !== undefined) throw new UserError('badOption', `The size of an attack is a number of standard deviations from 0 to 100, not ${bad}.`);
  const sizes = [...new Set([0, ...(asked.length === 0 ? usualEpsilons : asked)])].sort((a, b) => a - b);
  if (sizes.length < 2) throw new UserError('badOption', 'An attack needs a size above 0.');
  return sizes;
}

function checkColumns({ table, features }: Dataset, immutable: readonly string[]): void {
  const unknown = immutable.find(name => !findColumn(table, name));
  if (unknown === undefined) return;
  const shown = nearest(unknown, [...features], 3).map(name => `"${name}"`).join(', ');
  throw new UserError('unknownColumn', `There is no column "${unknown}" that could be kept as it is; the nearest are ${shown}.`, { column: unknown });
}

function trainedSize(asked: boolean | number | undefined, epsilons: readonly number[]): number | undefined {
  if (asked === undefined || asked === false) return undefined;
  if (typeof asked === 'number') return readEpsilons([asked])[1];
  return epsilons.filter(epsilon => epsilon > 0).sort((a, b) => Math.abs(a - 0.1) - Math.abs(b - 0.1))[0];
}
