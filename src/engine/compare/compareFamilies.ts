/** Every family on the same folds, simplest first, as long as the time lasts. */
import { UserError } from '../../protocol/errors';
import type { ComparedModel, Comparison, NotCompared } from '../../protocol/report';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { crossValidate, type Evaluation } from '../evaluate/crossValidate';
import { makeFolds, type FoldPlan } from '../evaluate/splits';
import { briefScores } from '../explain/scores/briefScores';
import { Rng } from '../math/random';
import type { Family, Model } from '../models/model';
import { comparedScores } from './comparedScores';
import { within } from './deadline';
import { estimateSeconds, foldsAlone, type Estimate } from './estimate';
import { foldLosses, meanLoss, type FoldLosses } from './losses';
import { pairedDifference, testWords, type PairedDifference } from './pairedTest';
import { bestOf, recommendedOf, reportDifference, type Candidate } from './recommend';
import { failed, noTime, recommendationWords, stopped, tooLate } from './words';

export interface CompareInput {
  /** Of one preparation for all; its recipe's options may belong to any of the families. */
  readonly dataset: Dataset;
  /** Simplest first; the first that can be fitted runs however long it takes. */
  readonly families: readonly Family[];
  /** Absent: no limit. */
  readonly seconds?: number;
}

/** A family as it was fitted on all rows and on the folds. */
export interface Contender {
  readonly family: Family;
  /** With the recipe of this family. */
  readonly dataset: Dataset;
  readonly model: Model;
  readonly evaluation: Evaluation | undefined;
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
}

export interface Compared { readonly comparison: Comparison; readonly chosen: Contender }

interface Measured extends Contender {
  readonly losses?: FoldLosses;
  readonly scores: ComparedModel['scores'];
  readonly seconds: number;
}

/** The stage that ends a family. */
const done = 'Compared';

/**
 * Fits and cross-validates each family with the numbers that a run of that family alone has, and recommends one. After each family
 * `context.progress` carries the comparison so far. Throws what the first family throws when none can be fitted.
 */
export async function compareFamilies(input: CompareInput, context: WorkContext): Promise<Compared> {
  const comparing = new Comparing(input, context);
  let first: unknown;
  for (let i = 0; i < input.families.length; i++) {
    try {
      await comparing.next(i);
    } catch (error) {
      if (!UserError.is(error)) throw error;
      first ??= error;
      comparing.fail(input.families[i]!, error.message);
    }
  }
  const chosen = comparing.chosen();
  if (!chosen) throw first;
  return { comparison: comparing.report(), chosen };
}

/** The options of the recipe that the family has. */
export function forFamily(dataset: Dataset, family: Family): Dataset {
  const known = new Set(family.options.map(({ name }) => name));
  const options = Object.fromEntries(Object.entries(dataset.recipe.options).filter(([name]) => known.has(name)));
  return { ...dataset, recipe: { ...dataset.recipe, model: family.id, options } };
}

class Comparing {
  private readonly measured: Measured[] = [];
  private readonly notRun: NotCompared[] = [];
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

  /** Runs the family of the index, or notes why not. */
  async next(index: number): Promise<void> {
    const family = this.input.families[index]!;
    const dataset = forFamily(this.input.dataset, family);
    const started = performance.now();
    const spent = (): number => (performance.now() - started) / 1000;
    const free = this.measured.length === 0;
    if (!free && this.left <= 0) {
      this.notRun.push(noTime(family.id, family.title));
      return;
    }
    const progress = this.progressOf(index);
    progress(free ? 'Fitting' : 'Estimating its time', 0);
    if (!free && this.tooLate(family, await estimateSeconds(family, dataset, this.plan.folds, this.left, this.context, this.rng.fork('pilot')))) return;
    const contender = await within(this.context, free ? Infinity : this.left, progress, inner => this.run(family, dataset, free, inner));
    if (contender === 'late') return;
    if (contender === undefined) {
      this.notRun.push(stopped(family.id, family.title, spent()));
      return;
    }
    const scored = await briefScores(dataset, contender.model, contender.evaluation, this.context, this.rng.fork('scores'));
    const losses = contender.evaluation && foldLosses(dataset, contender.evaluation);
    this.measured.push({ ...contender, ...(losses && { losses }), scores: scored ? comparedScores(scored) : [], seconds: spent() });
    await this.judge();
    progress(done, 1);
  }

  /** Notes that the family would take longer than there is time. */
  private tooLate(family: Family, estimate: Estimate | undefined): boolean {
    const left = Math.max(0, this.left);
    if (estimate === undefined || estimate.seconds <= left) return false;
    this.notRun.push(tooLate(family.id, family.title, estimate, left));
    return true;
  }

  private async run(family: Family, dataset: Dataset, free: boolean, context: WorkContext): Promise<Contender | 'late'> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    const model = await family.fit(dataset, context);
    const fitSeconds = seconds();
    if (!free && this.tooLate(family, { seconds: fitSeconds * foldsAlone(family, this.plan.folds), atLeast: false })) return 'late';
    const evaluation = await crossValidate(family, dataset, dataset.recipe.split, context, this.evaluationRng(), model, this.plan);
    return { family, dataset, model, evaluation, fitSeconds, evaluateSeconds: seconds() - fitSeconds };
  }

  fail(family: Family, why: string): void {
    this.notRun.push(failed(family.id, family.title, why));
  }

  /** Differences of all from the best so far. */
  private async judge(): Promise<void> {
    const { recipe: { level } } = this.input.dataset;
    const best = this.measured.find(({ family }) => family.id === bestOf(this.candidates()));
    this.differences.clear();
    for (const { family, losses } of this.measured) {
      if (!best?.losses || !losses || family === best.family) continue;
      const difference = await pairedDifference(losses, best.losses, this.root, level, this.rng.fork(`compare ${family.id} ${best.family.id}`), this.context);
      if (difference) this.differences.set(family.id, difference);
    }
  }

  private get root(): boolean {
    return this.input.dataset.target.task === 'regression';
  }

  private candidates(): Candidate[] {
    return this.measured.map(({ family, losses }) => {
      const difference = this.differences.get(family.id);
      return { family: family.id, ...(losses && { loss: meanLoss(losses, this.root) }), ...(difference && { difference }) };
    });
  }

  chosen(): Contender | undefined {
    const recommended = recommendedOf(this.candidates());
    return this.measured.find(({ family }) => family.id === recommended);
  }

  /** Of the families so far; `waiting`: those to come. */
  report(waiting: readonly Family[] = []): Comparison {
    const { dataset, seconds } = this.input;
    const candidates = this.candidates();
    const best = bestOf(candidates);
    const recommended = recommendedOf(candidates);
    const found = {
      metric: this.root ? 'rmse' as const : 'logLoss' as const, level: dataset.recipe.level, models: this.models(), notRun: [...this.notRun],
      ...(best !== undefined && { best }), ...(recommended !== undefined && { recommended }),
    };
    return {
      ...found, scheme: this.plan.scheme, rows: this.plan.folds.reduce((sum, { test }) => sum + test.length, 0), test: testWords(this.plan.folds),
      ...(seconds !== undefined && { seconds }), ...(waiting.length > 0 && { waiting: waiting.map(({ id, title }) => ({ family: id, title })) }),
      recommendation: recommendationWords(found),
    };
  }

  private models(): ComparedModel[] {
    return this.measured.map(({ family, model, evaluation, fitSeconds, seconds, scores }) => {
      const difference = this.differences.get(family.id);
      return {
        family: family.id, title: model.title, metrics: evaluation?.metrics ?? [], ...(difference && { difference: reportDifference(difference) }),
        fitSeconds, seconds, scores,
      };
    });
  }

  /** Progress of one family as a part of the whole; the end of a family carries what was found so far. */
  private progressOf(index: number): WorkContext['progress'] {
    const { families } = this.input;
    const { title } = families[index]!;
    return (stage, fraction, live) => this.context.progress(
      `${title} (${index + 1} of ${families.length}): ${stage}`,
      (index + (fraction ?? 0)) / families.length, live && { ...live, canFinish: false },
      stage === done ? this.report(families.slice(index + 1)) : undefined,
    );
  }
}
