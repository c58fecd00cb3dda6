/** Every family on the same folds, the simplest and the cheap ones first, as long as the time lasts. */
import { UserError } from '../../protocol/errors';
import type { ComparedModel, Comparison, NotCompared } from '../../protocol/comparison';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { crossValidate } from '../evaluate/crossValidate';
import { makeFolds, type FoldPlan } from '../evaluate/splits';
import { briefScores } from '../explain/scores/briefScores';
import { Rng } from '../math/random';
import type { Family, Model } from '../models/model';
import { comparedScores } from './comparedScores';
import { comparedModel, forFamily, type Contender, type Measured } from './contender';
import { within } from './deadline';
import { estimateSeconds, foldsSeconds, type Estimate } from './estimate';
import { foldLosses, meanLoss } from './losses';
import { pairedDifference, testWords, type PairedDifference } from './pairedTest';
import { Queue } from './queue';
import { rankOf, type Ranking } from './ranking';
import { bestOf, recommendedOf, type Candidate } from './recommend';
import { failed, noTime, recommendationWords, stopped, tooLate, weightRemarks } from './words';

export interface CompareInput {
  /** Of one preparation for all; its recipe's options may belong to any of the families. */
  readonly dataset: Dataset;
  /** Simplest first; the first that can be fitted runs however long it takes. */
  readonly families: readonly Family[];
  /** Absent: no limit. */
  readonly seconds?: number;
}

/** `others`: the models that were not chosen, that with the lowest loss first. */
export interface Compared { readonly comparison: Comparison; readonly chosen: Contender; readonly others: readonly Model[] }

/** The stage that ends a family. */
const done = 'Compared';
/** What is last may take so many times the time that is left by its estimate: the time is there, and estimates err. */
const lastChance = 2.5;
/** A family that takes at most this share of the time left by its estimate runs at once; else those after it are estimated first. */
const atOnce = 0.5;

/**
 * Fits and cross-validates each family with the numbers that a run of that family alone has, and recommends one. After each family
 * `context.progress` carries the comparison so far. Throws what the first family throws when none can be fitted.
 */
export async function compareFamilies(input: CompareInput, context: WorkContext): Promise<Compared> {
  const comparing = new Comparing(input, context);
  let first: unknown;
  const attempt = async (family: Family, run: (family: Family) => Promise<void>): Promise<void> => {
    try {
      await run(family);
    } catch (error) {
      if (!UserError.is(error)) throw error;
      first ??= error;
      comparing.fail(family, error.message);
    }
  };
  for (const family of input.families) await attempt(family, item => comparing.next(item));
  for (let item = comparing.later.takeCheapest(); item; item = comparing.later.takeCheapest()) {
    const { estimate } = item;
    await attempt(item.family, family => comparing.last(family, estimate));
  }
  const chosen = comparing.chosen();
  if (!chosen) throw first;
  return { comparison: comparing.report(), chosen, others: comparing.others(chosen) };
}

class Comparing {
  private readonly measured: Measured[] = [];
  private readonly notRun: NotCompared[] = [];
  /** Families that would take much of the time that was left when their turn came. */
  readonly later = new Queue();
  private ranking: Ranking = { losses: new Map(), remarks: [] };
  private readonly differences = new Map<string, PairedDifference>();
  private readonly started = performance.now();
  private readonly rng: Rng;
  private readonly plan: FoldPlan;

  constructor(private readonly input: CompareInput, private readonly context: WorkContext) {
    const { recipe } = input.dataset;
    this.rng = new Rng(recipe.seed);
    // As a run of one family makes them: the folds are the same then too.
    this.plan = makeFolds(input.dataset, recipe.split, this.evaluationRng().fork('folds'));
  }

  private evaluationRng(): Rng {
    return new Rng(this.input.dataset.recipe.seed).fork('evaluate');
  }

  private get left(): number {
    return (this.input.seconds ?? Infinity) - (performance.now() - this.started) / 1000;
  }

  /** Runs the family, or puts it off where others may be done in the time that it would take. */
  async next(family: Family): Promise<void> {
    const free = this.measured.length === 0;
    const dataset = forFamily(this.input.dataset, family);
    if (!free && this.left > 0) {
      this.progressOf(family)('Estimating its time', 0);
      const estimate = await estimateSeconds(family, dataset, this.plan.folds, this.left, this.context, this.rng.fork('pilot'));
      if (estimate && (estimate.atLeast || estimate.seconds > atOnce * Math.max(0, this.left))) {
        this.later.add({ family, estimate });
        return;
      }
    }
    await this.measure(family, dataset, free);
  }

  /**
   * Runs a family that was put off where it may be done after all; else notes that there is no time for it. A pilot that was cut off
   * says too little to refuse it: nothing cheaper waits, so that it is tried.
   */
  async last(family: Family, estimate: Estimate): Promise<void> {
    const left = Math.max(0, this.left);
    if (left === 0 || (!estimate.atLeast && estimate.seconds > lastChance * left)) this.notRun.push(tooLate(family.id, family.title, estimate, left));
    else await this.measure(family, forFamily(this.input.dataset, family), false);
  }

  private async measure(family: Family, dataset: Dataset, free: boolean): Promise<void> {
    const started = performance.now();
    const spent = (): number => (performance.now() - started) / 1000;
    if (!free && this.left <= 0) {
      this.notRun.push(noTime(family.id, family.title));
      return;
    }
    const progress = this.progressOf(family);
    progress('Fitting', 0);
    const contender = await within(this.context, free ? Infinity : this.left, progress, inner => this.run(family, dataset, free, inner));
    if (contender === 'late') return;
    if (contender === undefined) {
      this.notRun.push(stopped(family.id, family.title, spent()));
      return;
    }
    const scored = await briefScores(dataset, contender.model, contender.evaluation, this.context, this.rng.fork('scores'));
    const losses = contender.evaluation && foldLosses(dataset, contender.evaluation);
    this.measured.push({ ...contender, ...(losses && { losses }), scores: scored ? comparedScores(scored) : [], seconds: spent() });
    this.measured.sort((a, b) => this.placeOf(a.family.id) - this.placeOf(b.family.id));
    await this.judge();
    progress(done, 1);
  }

  private placeOf(family: string): number {
    return this.input.families.findIndex(({ id }) => id === family);
  }

  private async run(family: Family, dataset: Dataset, free: boolean, context: WorkContext): Promise<Contender | 'late'> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    const model = await family.fit(dataset, context);
    const fitSeconds = seconds();
    if (!free) {
      const needed = await foldsSeconds(family, dataset, this.plan.folds, fitSeconds, this.left, context);
      const left = Math.max(0, this.left);
      if (needed > (this.later.hasCheaper(needed) ? left : lastChance * left)) {
        this.notRun.push(tooLate(family.id, family.title, { seconds: needed, atLeast: false }, left));
        return 'late';
      }
    }
    const evaluating = performance.now();
    const evaluation = await crossValidate(family, dataset, dataset.recipe.split, context, this.evaluationRng(), model, this.plan);
    return { family, dataset, model, evaluation, fitSeconds, evaluateSeconds: (performance.now() - evaluating) / 1000 };
  }

  fail(family: Family, why: string): void {
    this.notRun.push(failed(family.id, family.title, why));
  }

  /** Differences of all from the best so far. */
  private async judge(): Promise<void> {
    const { recipe: { level } } = this.input.dataset;
    this.ranking = rankOf(this.measured.map(({ family, model, losses }) => ({ family: family.id, title: model.title, ...(losses && { losses }) })), this.plan.folds);
    const best = this.measured.find(({ family }) => family.id === bestOf(this.candidates()));
    this.differences.clear();
    const ofBest = best && this.ranking.losses.get(best.family.id);
    for (const { family } of this.measured) {
      const losses = this.ranking.losses.get(family.id);
      if (!ofBest || !losses || family === best.family) continue;
      const difference = await pairedDifference(losses, ofBest, this.root, level, this.rng.fork(`compare ${family.id} ${best.family.id}`), this.context);
      if (difference) this.differences.set(family.id, difference);
    }
  }

  private get root(): boolean {
    return this.input.dataset.target.task === 'regression';
  }

  private candidates(): Candidate[] {
    return this.measured.map(({ family }) => {
      const losses = this.ranking.losses.get(family.id);
      const difference = this.differences.get(family.id);
      return { family: family.id, ...(losses && { loss: meanLoss(losses, this.root) }), ...(difference && { difference }) };
    });
  }

  chosen(): Contender | undefined {
    const recommended = recommendedOf(this.candidates());
    return this.measured.find(({ family }) => family.id === recommended);
  }

  /** The models beside that one, the lowest loss first. */
  others(chosen: Contender): Model[] {
    const losses = new Map(this.candidates().map(({ family, loss }) => [family, loss ?? Infinity]));
    return this.measured.filter(({ family }) => family !== chosen.family).sort((a, b) => losses.get(a.family.id)! - losses.get(b.family.id)!).map(({ model }) => model);
  }

  /** Families that were neither measured nor given up. */
  private waiting(): Family[] {
    const settled = new Set([...this.measured.map(({ family }) => family.id), ...this.notRun.map(({ family }) => family)]);
    return this.input.families.filter(({ id }) => !settled.has(id));
  }

  /** Of the families so far, and those to come. */
  report(): Comparison {
    const waiting = this.waiting();
    const { dataset, seconds } = this.input;
    const candidates = this.candidates();
    const best = bestOf(candidates);
    const recommended = recommendedOf(candidates);
    const found = {
      metric: this.root ? 'rmse' as const : 'logLoss' as const, level: dataset.recipe.level, models: this.models(), remarks: [...this.ranking.remarks, ...weightRemarks(this.input)],
      notRun: [...this.notRun].sort((a, b) => this.placeOf(a.family) - this.placeOf(b.family)),
      ...(best !== undefined && { best }), ...(recommended !== undefined && { recommended }),
    };
    const { remarks: _said, ...kept } = found;
    return {
      ...kept, scheme: this.plan.scheme, rows: this.plan.folds.reduce((sum, { test }) => sum + test.length, 0), test: testWords(this.plan.folds),
      ...(seconds !== undefined && { seconds }), ...(waiting.length > 0 && { waiting: waiting.map(({ id, title }) => ({ family: id, title })) }),
      recommendation: recommendationWords(found),
    };
  }

  private models(): ComparedModel[] {
    return this.measured.map(item => comparedModel(item, this.differences.get(item.family.id)));
  }

  /** Progress of one family as a part of the whole; the end of a family carries what was found so far. */
  private progressOf({ title }: Family): WorkContext['progress'] {
    const { families: { length } } = this.input;
    const before = length - this.waiting().length;
    return (stage, fraction, live) => this.context.progress(
      `${title} (${before + 1} of ${length}): ${stage}`,
      (before + (fraction ?? 0)) / length, live && { ...live, canFinish: false },
      stage === done ? this.report() : undefined,
    );
  }
}
