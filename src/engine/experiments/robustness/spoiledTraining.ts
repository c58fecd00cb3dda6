/** Held-out scores of models whose training rows were spoiled: outliers with least squares and Huber, wrong labels with the family itself. */
import type { Measured } from '../../../protocol/experiments';
import type { OptionValue } from '../../../protocol/recipe';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { testToTrainRatio } from '../../evaluate/intervals';
import type { Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import { runOne } from '../runs/runOne';
import { spreadTasks } from '../runs/spread';
import type { RunOutcome, RunTask } from '../runs/task';
import { measured } from '../sensitivity/summary';
import { baselineLosses } from './heldOut';
import type { Parts } from './kept';
import type { TrainedLine } from './result';
import { scoreOf as scoreOfRows, type Scoring } from './scoring';
import { tellingShares, withOutliers, withWrongLabels } from './spoil';
import { wholeFits } from './wholeFits';

export const outlierShares = [0, 0.01, 0.05, 0.1, 0.2];
export const labelShares = [0, 0.05, 0.1, 0.2, 0.3, 0.4];

export interface SpoilInput {
  /** On shared memory where workers are used. */
  readonly dataset: Dataset;
  readonly family: string;
  readonly title: string;
  readonly folds: readonly Fold[];
  readonly scoring: Scoring;
  readonly parts: Parts;
  /** performance.now() after which no further fit starts. */
  readonly until: number;
}

export interface Spoiled {
  readonly lines: TrainedLine[];
  readonly notes: string[];
  /** Fits that all lines on all folds take, and those that were made. */
  readonly planned: number;
  readonly done: number;
}

interface LineRun { readonly name: string; readonly family: string; readonly options: Readonly<Record<string, OptionValue>> }

interface Spoiling {
  readonly what: 'outliers' | 'labels';
  readonly shares: readonly number[];
  spoil(dataset: Dataset, train: Int32Array, share: number, rng: Rng): Dataset;
}

/** Regressions only. Least squares and Huber of the linear family, on the same folds, and the family itself where it is another. */
export async function outlierLines(input: SpoilInput, context: WorkContext): Promise<Spoiled> {
  if (!input.scoring.regression) return { lines: [], notes: [], planned: 0, done: 0 };
  const { options } = input.dataset.recipe;
  const own = input.family === 'linear' ? options : {};
  const pair: LineRun[] = [
    { name: 'Least squares', family: 'linear', options: { ...own, loss: 'squares', penalty: 'none' } },
    { name: 'Huber', family: 'linear', options: { ...own, loss: 'huber', penalty: 'none' } },
  ];
  const groups = [pair, ...(input.family === 'linear' ? [] : [[{ name: input.title, family: input.family, options }]])];
  return spoiledLines(input, groups, { what: 'outliers', shares: tellingShares(outlierShares, fewestRows(input), 1), spoil: withOutliers }, context);
}

export async function labelLines(input: SpoilInput, context: WorkContext): Promise<Spoiled> {
  const own = [{ name: input.title, family: input.family, options: input.dataset.recipe.options }];
  // One row alone has nobody to change numbers with.
  const atLeast = input.scoring.regression ? 2 : 1;
  return spoiledLines(input, [own], { what: 'labels', shares: tellingShares(labelShares, fewestRows(input), atLeast), spoil: withWrongLabels }, context);
}

const fewestRows = ({ folds }: SpoilInput): number => Math.min(...folds.map(({ train }) => train.length));

/** Lines of a group are compared: they are on the same folds. */
async function spoiledLines(input: SpoilInput, groups: readonly (readonly LineRun[])[], spoiling: Spoiling, context: WorkContext): Promise<Spoiled> {
  if (spoiling.shares.length < 2) return { lines: [], notes: [`The training rows are too few for ${spoiling.what === 'outliers' ? 'outliers' : 'wrong labels'} in any of the shares.`], planned: 0, done: 0 };
  const found: Spoiled = { lines: [], notes: [], planned: 0, done: 0 };
  let { planned, done } = found;
  const started = performance.now();
  for (const [k, runs] of groups.entries()) {
    // Each group gets its part of the time, so that a slow family does not take that of the others.
    const until = started + ((input.until - started) * (k + 1)) / groups.length;
    const group = new Group(input, runs, spoiling);
    await group.run(until, context);
    planned += group.planned;
    done += group.done;
    found.lines.push(...group.lines());
    found.notes.push(...group.notes());
  }
  return { ...found, planned, done };
}

interface Place { readonly fold: number; readonly run: number; readonly share: number }

class Group {
  private readonly places: readonly Place[];
  private readonly outcomes: (RunOutcome | undefined)[];

  constructor(private readonly input: SpoilInput, private readonly runs: readonly LineRun[], private readonly spoiling: Spoiling) {
    this.places = input.folds.flatMap((_f, fold) => runs.flatMap((_r, run) => spoiling.shares.map((_s, share) => ({ fold, run, share }))));
    this.outcomes = this.places.map(place => input.parts.spoiled(this.keyOf(place)));
  }

  get planned(): number {
    return this.places.length;
  }

  get done(): number {
    return this.outcomes.filter(outcome => outcome !== undefined).length;
  }

  /** Fold after fold, so that those that the time allows are whole. */
  async run(until: number, context: WorkContext): Promise<void> {
    const open = this.places.flatMap((place, index) => (this.outcomes[index] ? [] : [{ place, index }]));
    const tasks = open.map(({ place }) => this.taskOf(place));
    const whole = wholeFits(context);
    const done = (k: number, outcome: RunOutcome): void => {
      const { place, index } = open[k];
      this.outcomes[index] = outcome;
      this.input.parts.setSpoiled(this.keyOf(place), outcome);
    };
    await spreadTasks({ tasks, method: 'experiment', here: task => runOne(task, whole), done }, context, { until });
  }

  /** Means over the folds on which every fit of the group gave a score. */
  lines(): TrainedLine[] {
    const { folds: all, scoring, dataset } = this.input;
    const { shares } = this.spoiling;
    const folds = all.flatMap((_, fold) => (this.places.every((place, i) => place.fold !== fold || Number.isFinite(this.score(i))) ? [fold] : []));
    if (folds.length === 0) return [];
    const ratio = testToTrainRatio(all);
    const mean = (values: readonly number[]): Measured => measured(values, ratio, scoring.level)!;
    const baseline = mean(folds.map(fold => scoreOfRows(baselineLosses(dataset, all[fold].train, all[fold].test), scoring).value)).value;
    return this.runs.map((run, r): TrainedLine => {
      const at = (share: number): number[] => folds.map(fold => this.score(this.places.findIndex(place => place.fold === fold && place.run === r && place.share === share)));
      const clean = at(0);
      return {
        name: run.name, x: shares, folds: folds.length, baseline, scores: shares.map((_, k) => clipped(mean(at(k)), scoring)),
        changes: shares.map((_, k) => told(mean(at(k).map((value, i) => value - clean[i])))),
      };
    });
  }

  notes(): string[] {
    const named = this.runs.map(({ name }) => inSentence(name)).join(' and ');
    const names = capitalised(named);
    const rows = `training rows with ${this.spoiling.what === 'outliers' ? 'outliers' : 'wrong labels'}`;
    const made = this.outcomes.filter(outcome => outcome !== undefined);
    const failed = made.find(({ status, why }) => status === 'failed' || why !== undefined);
    const diverged = made.filter(({ status }) => status === 'diverged').length;
    const { length } = this.lines();
    const folds = this.wholeFolds();
    return [
      ...(failed ? [`${names} could not be fitted to some ${rows}: ${failed.why ?? 'no reason was given.'}`] : []),
      ...(diverged > 0 ? [`On ${rows} the training of ${named} diverged in ${diverged} of ${made.length} runs${length > 0 ? ', of which the best that came before is scored where there is one' : ''}.`] : []),
      ...(length === 0 && !failed && diverged === 0 ? [`${names} ${this.runs.length === 1 ? 'was' : 'were'} not trained on ${rows.replace('training ', '')}, as no fold was finished in the time.`] : []),
      ...(length > 0 && folds < this.input.folds.length && this.done < this.planned ? [`Training of ${named} on ${rows} was repeated on as many folds as the time allowed: ${folds} of ${this.input.folds.length}.`] : []),
    ];
  }

  private wholeFolds(): number {
    return this.lines()[0]?.folds ?? 0;
  }

  /** Accuracy, or root mean squared error; NaN where the run was not made or gave no number. */
  private score(index: number): number {
    const outcome = this.outcomes[index];
    return (this.input.scoring.regression ? outcome?.loss : outcome?.skill) ?? NaN;
  }

  private keyOf({ fold, run, share }: Place): string {
    return `${this.spoiling.what} ${this.runs[run].name} ${fold} ${this.spoiling.shares[share]}`;
  }

  private taskOf({ fold, run, share: k }: Place): RunTask {
    const { dataset, folds, scoring } = this.input;
    const share = this.spoiling.shares[k];
    const spoiled = this.spoiling.spoil(dataset, folds[fold].train, share, new Rng(scoring.seed).fork(`spoiled ${fold} ${share}`));
    return { dataset: spoiled, family: this.runs[run].family, options: this.runs[run].options, ...folds[fold], seed: dataset.recipe.seed };
  }
}

/** Names from people's keep their capital. */
const ofPeople = /^(Huber|Bayesian)/;

export const inSentence = (name: string): string => (ofPeople.test(name) ? name : `${name.charAt(0).toLowerCase()}${name.slice(1)}`);
const capitalised = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Changes that are the same in every fold, such as none, have no interval. */
function told({ value, low, high }: Measured): Measured {
  return low === undefined || high === undefined || !(high > low) ? { value } : { value, low, high };
}

/** An interval over folds may reach beyond what a score can be. */
function clipped(score: Measured, { regression }: Scoring): Measured {
  const { value, low, high } = told(score);
  if (low === undefined || high === undefined) return { value };
  return { value, low: Math.max(0, low), high: regression ? high : Math.min(1, high) };
}
