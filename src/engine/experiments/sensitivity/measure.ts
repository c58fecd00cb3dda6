/**
 * Measures settings on folds: fold after fold, all settings on the same one. Where a time budget would not hold the whole grid, the first fold takes at most
 * half of the time, with settings that are spread over the values, and from then on the worse settings are left behind from fold to fold (successive
 * halving, Jamieson & Talwalkar 2016, with folds as the resource).
 */
import type { WorkContext } from '../../context';
import { lanes } from '../../compute/pool';
import type { Dataset } from '../../data/dataset';
import type { Fold } from '../../evaluate/splits';
import { Rng } from '../../math/random';
import type { Family } from '../../models/model';
import { shareOfRows } from '../runs/folds';
import { runAll } from '../runs/runAll';
import type { RunOutcome, RunTask } from '../runs/task';
import { optionsOf, rowsChoice } from './axes';
import type { Setting } from './design';
import { countRuns } from './kept';

export interface SettingsInput {
  /** On shared memory where workers are used. */
  readonly dataset: Dataset;
  readonly family: Family;
  readonly settings: readonly Setting[];
  /** Their order where the time may not hold them all: `spreadOrder`. */
  readonly order: readonly number[];
  readonly folds: readonly Fold[];
  readonly seconds?: number;
  /** Outcomes of an earlier part of the same study. */
  readonly known?: Outcomes;
}

/** Of each setting, the outcome on each fold it was run on, by the fold's place. */
export type Outcomes = readonly ReadonlyMap<number, RunOutcome>[];

export interface MeasuredSettings {
  /** All runs; what is compared is those of `finished` folds, on which every setting that was not left behind was run. */
  readonly outcomes: Outcomes;
  readonly finished: readonly number[];
  /** Settings that were left behind on fewer of these folds, and those that were run on none. */
  readonly leftBehind: number;
  readonly neverRun: number;
}

/** Settings that are run whatever the time, and never left behind, so that a comparison remains. */
const fewest = 3;
/** Share of the time that the first fold may take where it is not the only one. */
const firstShare = 0.5;

/** After each outcome `onOutcome` gets all so far. */
export async function measureSettings(input: SettingsInput, context: WorkContext, onOutcome: (outcomes: Outcomes, done: number, planned: number) => void): Promise<MeasuredSettings> {
  return new Measuring(input, context, onOutcome).run();
}

class Measuring {
  private readonly outcomes: Map<number, RunOutcome>[];
  private readonly started = performance.now();

  constructor(private readonly input: SettingsInput, private readonly context: WorkContext, private readonly onOutcome: (outcomes: Outcomes, done: number, planned: number) => void) {
    this.outcomes = input.settings.map((_, i) => new Map(input.known?.[i] ?? []));
  }

  async run(): Promise<MeasuredSettings> {
    const { settings, folds, order } = this.input;
    let alive = [...order];
    const finished: number[] = [];
    for (let fold = 0; fold < folds.length && (fold === 0 || !this.over()); fold++) {
      if (fold > 0) alive = this.stillAlive(alive, finished, fold);
      await this.runFold(fold, alive);
      // Whom the time did not hold on the first fold is out; later folds count where all that go on were run.
      if (fold === 0) alive = alive.filter(setting => this.outcomes[setting]!.has(0));
      if (alive.every(setting => this.outcomes[setting]!.has(fold))) finished.push(fold);
    }
    const runOn = settings.map((_, i) => finished.filter(fold => this.outcomes[i]!.has(fold)).length);
    return {
      outcomes: this.outcomes, finished, neverRun: runOn.filter(count => count === 0).length,
      leftBehind: runOn.filter(count => count > 0 && count < finished.length).length,
    };
  }

  private get left(): number {
    return (this.input.seconds ?? Infinity) - (performance.now() - this.started) / 1000;
  }

  private over(): boolean {
    return this.left <= 0 || this.context.finishing?.() === true;
  }

  /** The better half, and half of that, until what is left of the folds fits into what is left of the time. The usual setting stays. */
  private stillAlive(alive: readonly number[], finished: readonly number[], fold: number): number[] {
    const cost = (settings: readonly number[]): number => settings.reduce((sum, setting) => sum + this.secondsLeft(setting, fold), 0) / lanes();
    let kept = [...alive].sort((a, b) => this.rank(a, finished) - this.rank(b, finished));
    while (kept.length > fewest && cost(kept) > this.left) kept = kept.slice(0, Math.max(fewest, Math.ceil(kept.length / 2)));
    return kept.length < alive.length ? alive.filter(setting => setting === 0 || kept.includes(setting)) : [...alive];
  }

  /** What the setting needs for the folds from this one on, by what its runs took so far. */
  private secondsLeft(setting: number, fold: number): number {
    const runs = [...this.outcomes[setting]!];
    const known = runs.filter(([key]) => key >= fold).length;
    return (this.input.folds.length - fold - known) * (runs.reduce((sum, [, { seconds }]) => sum + seconds, 0) / Math.max(1, runs.length));
  }

  /** Mean loss on the folds that all have. */
  private rank(setting: number, finished: readonly number[]): number {
    const losses = finished.map(fold => this.outcomes[setting]!.get(fold)).map(run => (!run || run.status === 'diverged' || run.loss === undefined ? Infinity : run.loss));
    return losses.length === 0 ? Infinity : losses.reduce((a, b) => a + b, 0) / losses.length;
  }

  private async runFold(fold: number, alive: readonly number[]): Promise<void> {
    const waiting = alive.filter(setting => !this.outcomes[setting]!.has(fold));
    const tasks = waiting.map(setting => this.task(setting, fold));
    const share = fold === 0 && this.input.folds.length > 1 ? firstShare : 1;
    const until = this.started + 1000 * share * (this.input.seconds ?? Infinity);
    // Of the first fold a few settings are run whatever the time: without them there is nothing to say.
    const atLeast = fold === 0 ? fewest - (alive.length - waiting.length) : 0;
    await runAll(tasks, this.context, { until, atLeast }, (index, outcome) => {
      this.outcomes[waiting[index]!]!.set(fold, outcome);
      this.onOutcome(this.outcomes, countRuns(this.outcomes), this.planned(fold, alive.length));
    });
  }

  private planned(fold: number, alive: number): number {
    const later = this.input.folds.length - fold - 1;
    const now = this.outcomes.reduce((sum, runs) => sum + [...runs.keys()].filter(key => key < fold).length, 0);
    return now + alive * (later + 1);
  }

  private task(setting: number, fold: number): RunTask {
    const { dataset, family, settings, folds } = this.input;
    const { seed } = dataset.recipe;
    const share = settings[setting]![rowsChoice];
    const train = typeof share === 'number' ? shareOfRows(folds[fold]!, share, new Rng(seed).fork(`rows ${fold}`)) : folds[fold]!.train;
    return { dataset, family: family.id, options: optionsOf(family, dataset.recipe.options, settings[setting]!), train, test: folds[fold]!.test, seed };
  }
}
