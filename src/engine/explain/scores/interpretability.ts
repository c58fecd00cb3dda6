/** Interpretability scores of a model: complexity, fidelity, faithfulness and stability, each with its interval. */
import type { Estimate } from '../../../protocol/measures';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Evaluation } from '../../evaluate/crossValidate';
import { sampleRows } from '../../evaluate/scores';
import type { Rng } from '../../math/random';
import type { Family, Model } from '../../models/model';
import type { PermutationResult } from '../permutation';
import { composite, type CompositeParts } from './composite';
import { isConstant, scoreModel, type Measured, type ModelScores, type ScoreJob } from './modelScores';
import { rankAgreement, type RankAgreement } from './rankAgreement';
import { refitError, scoreInterval, type RefitKind } from './refitIntervals';
import { foldRefits, refitImportances, resampledRefits, type Refit } from './refits';
import { drawSample, keepRows, presentFeatures, redrawRows, type ScoreSample } from './sample';
import { outputWords } from './scoreFunctions';
import { mostComplexity } from './segments';
import { refitsWithin, sizesFor, type Sizes } from './sizes';
import { effectiveNumber, giniSparsity } from './sparsity';

export type ScoreName =
  | 'featuresUsed' | 'interactionStrength' | 'additivity' | 'mainEffectComplexity' | 'sparsityGini' | 'effectiveFeatures' | 'monotonicity'
  | 'fidelityLinear' | 'fidelityTree' | 'deletionGap' | 'insertionGap' | 'infidelity'
  | 'importanceStability' | 'maxSensitivity' | 'localLipschitz' | 'composite';

export interface ScoresInput {
  readonly dataset: Dataset;
  /** Fitted on all rows: the model that is scored. */
  readonly model: Model;
  readonly family: Family;
  readonly evaluation?: Evaluation;
  readonly importance?: PermutationResult;
  readonly context: WorkContext;
  readonly rng: Rng;
}

export interface ScoresResult {
  readonly level: number;
  /** Scores that could be measured. */
  readonly values: Readonly<Partial<Record<ScoreName, Estimate>>>;
  /** What the scores of functions are measured on, in words: "the predicted price". */
  readonly output: string;
  readonly features: number;
  /** Rows of the effect curves; rows that the surrogates were tested on. */
  readonly effectRows: number;
  readonly testRows: number;
  readonly sizes: Sizes;
  /** The scores of the model shown, with curves, trees and features. */
  readonly model: ModelScores;
  /** Importances behind sparsity and the order of deletion; from `importance`, else means over the refits. */
  readonly importances: readonly { readonly feature: string; readonly value: number }[];
  readonly agreement?: RankAgreement & { readonly kind: RefitKind['kind']; readonly rows?: number };
  /** Refits behind the intervals; absent where there are none. */
  readonly refits?: RefitKind & { readonly count: number };
  /** Refits behind the intervals of what is made of importances; absent with fewer than three. */
  readonly importanceRefits?: { readonly kind: RefitKind['kind']; readonly count: number };
  readonly compositeParts?: CompositeParts;
  /** Whether the weights or the predictions of sampled rows say which features are used. */
  readonly usedBy: 'weights' | 'rows';
}

/**
 * Measures the scores on a sample of the rows that the model was fitted on, and again on the models of the folds for the intervals; the same rows, donors
 * and orders serve all in faithfulness and sensitivity, whose intervals add the spread over rows. Undefined where there are no
 * features, fewer than 8 rows, or no finite predictions; 'constant' where the predictions do not vary.
 */
export async function interpretabilityScores(input: ScoresInput): Promise<ScoresResult | 'constant' | undefined> {
  const { dataset, model, evaluation, context, rng } = input;
  const features = presentFeatures(dataset);
  const sizes = sizesFor(model, features.length);
  const sample = features.length > 0 ? drawSample(dataset, evaluation, features, sizes, rng) : undefined;
  if (!sample) return undefined;
  if (isConstant(model, sample)) return 'constant';
  const { repeats, kind, importanceRefits } = await allRefits(input, sizes);
  context.progress('Measuring stability');
  const refitted = await importancesOf(input, importanceRefits, features, sizes);
  const importances = ownImportances(input, features, refitted);
  const job: ScoreJob = {
    dataset, sample, usedRows: sizes.usedRows, context, rng: rng.fork('model'),
    ...(importances.length > 0 ? { order: orderOf(importances, features) } : {}),
  };
  context.progress('Measuring interpretability');
  const own = await scoreModel(model, job, { faithfulness: true, shown: true });
  if (own.tree?.trees.some(tree => !Number.isFinite(tree.mean))) return undefined;
  const repeated: ModelScores[] = [];
  for (const { model: refit, sample: own } of repeats(sample)) {
    if (own.fitRows.length >= 4 && own.testRows.length >= 4) repeated.push(await scoreModel(refit, { ...job, sample: own }, { faithfulness: sizes.refitFaithfulness, shown: false }));
  }
  const { level } = dataset.recipe;
  const agreement = rankAgreement(refitted.values, level, refitted.kind);
  const scored = new Scored(own, repeated, kind, level);
  const values = { ...scored.all(features.length), ...sparsityScores(importances, refitted, level), ...(agreement ? { importanceStability: agreement.rho } : {}) };
  const index = composite(own, repeated, kind, agreement, level);
  return {
    level, output: outputWords(model, dataset.target.name), features: features.length, effectRows: sample.fitRows.length, testRows: sample.testRows.length, sizes,
    values: { ...values, ...(index ? { composite: index.estimate } : {}) }, model: own, importances,
    ...(agreement ? { agreement: { ...agreement, kind: refitted.kind.kind, ...(refitted.rows !== undefined ? { rows: refitted.rows } : {}) } } : {}),
    ...(repeated.length >= 3 ? { refits: { ...kind, count: repeated.length } } : {}),
    ...(refitted.values.length >= 3 ? { importanceRefits: { kind: refitted.kind.kind, count: refitted.values.length } } : {}),
    ...(index ? { compositeParts: index.parts } : {}), usedBy: model.weights ? 'weights' : 'rows',
  };
}

interface Refits {
  /** Models that the scores are measured on again, each with its own part of the sample. */
  repeats(sample: ScoreSample): readonly { readonly model: Model; readonly sample: ScoreSample }[];
  readonly kind: RefitKind;
  readonly importanceRefits: { readonly list: readonly Refit[]; readonly kind: RefitKind; readonly rows?: number };
}

/**
 * Fold models with the sample less the fold's own rows, so that the jackknife leaves a group of rows out of everything; with fewer
 * than three folds refits on resampled rows with a redrawn sample. Importances are compared over such refits where there are any.
 */
async function allRefits({ dataset, family, evaluation, model, context, rng }: ScoresInput, sizes: Sizes): Promise<Refits> {
  const folds = evaluation ? foldRefits(evaluation) : [];
  const enough = folds.length >= 3;
  const wanted = sizes.refits > 0 ? sizes.refits : enough ? 0 : 5;
  const all = dataset.table.rows;
  const replace = model.shufflePredictor !== undefined && model.path === undefined && !model.stopsEarly;
  const rows = Math.min(replace ? all : Math.round(0.632 * all), sizes.refitRows);
  const count = model.shufflePredictor ? refitsWithin(model, rows, wanted) : wanted;
  if (count > 0) context.progress('Refitting on resampled rows');
  const drawn = count > 0 ? await resampledRefits(family, dataset, { count, size: rows, replace, together: !model.shufflePredictor }, rng.fork('refits'), context) : [];
  const boot: RefitKind = { kind: replace ? 'bootstrap' : 'subsample', of: drawn.length, share: rows / all };
  const chosen = Array.from(sampleRows(Int32Array.from(folds.keys()), sizes.folds, rng.fork('folds')));
  const byFold: RefitKind = { kind: 'folds', of: folds.length };
  const sameClasses = (other: Model): boolean => (other.classes ?? []).join('\n') === (model.classes ?? []).join('\n');
  const repeats = (sample: ScoreSample) => (enough
    ? chosen.map(f => ({ model: folds[f].model, sample: withoutFold(sample, folds[f].heldOut) }))
    : drawn.slice(0, sizes.folds).map((refit, b) => ({ model: refit.model, sample: redrawRows(sample, rng.fork(`redraw ${b}`)) }))
  ).filter(repeat => sameClasses(repeat.model));
  return {
    repeats, kind: enough ? byFold : boot,
    importanceRefits: drawn.length >= 3 ? { list: drawn, kind: boot, rows } : { list: chosen.map(f => folds[f]), kind: byFold },
  };
}

function withoutFold(sample: ScoreSample, heldOut: Int32Array): ScoreSample {
  const left = new Set(heldOut);
  return keepRows(sample, row => !left.has(row));
}

interface RefittedImportances { readonly values: readonly Float64Array[]; readonly kind: RefitKind; readonly rows?: number }

async function importancesOf({ dataset, context, rng }: ScoresInput, { list, kind, rows }: Refits['importanceRefits'], features: readonly string[], sizes: Sizes): Promise<RefittedImportances> {
  const values: Float64Array[] = [];
  for (let b = 0; b < list.length; b++) {
    const found = await refitImportances(dataset, list[b], features, sizes.importanceRows, sizes.repeats, rng.fork(`importance ${b}`), context);
    if (found) values.push(found);
  }
  return { values, kind, ...(rows !== undefined ? { rows } : {}) };
}

/** Permutation importances where they were measured (what is below 0 is no importance), else means over refits; strongest first. */
function ownImportances({ importance }: ScoresInput, features: readonly string[], refitted: RefittedImportances): { feature: string; value: number }[] {
  const known = new Set(features);
  const measured = (importance?.importance ?? []).flatMap(({ feature, permutation }) => (permutation && known.has(feature) ? [{ feature, value: Math.max(0, permutation.value) }] : []));
  if (measured.length > 0 || refitted.values.length === 0) return measured;
  return features
    .map((feature, j) => ({ feature, value: Math.max(0, refitted.values.reduce((s, v) => s + v[j], 0) / refitted.values.length) }))
    .sort((a, b) => b.value - a.value);
}

/** Indices of the features by importance; those without one come last. */
function orderOf(importances: readonly { readonly feature: string }[], features: readonly string[]): number[] {
  const place = new Map(features.map((name, j) => [name, j]));
  const order = importances.map(item => place.get(item.feature)!);
  const listed = new Set(order);
  return [...order, ...features.keys()].filter((j, i) => i < order.length || !listed.has(j));
}

function sparsityScores(importances: readonly { readonly value: number }[], refitted: RefittedImportances, level: number): Partial<Record<ScoreName, Estimate>> {
  const estimate = (measure: (values: ArrayLike<number>) => number, range: [number, number]): Estimate | undefined => {
    const value = measure(importances.map(item => item.value));
    if (!Number.isFinite(value)) return undefined;
    const again = refitted.values.map(v => measure(v.map(x => Math.max(0, x)))).filter(Number.isFinite);
    return scoreInterval(value, refitError(again, refitted.kind), again.length, level, range);
  };
  const gini = estimate(giniSparsity, [0, 1]);
  const effective = estimate(effectiveNumber, [1, importances.length]);
  return { ...(gini ? { sparsityGini: gini } : {}), ...(effective ? { effectiveFeatures: effective } : {}) };
}

/** Puts intervals on the numbers of the model shown. */
class Scored {
  constructor(private readonly own: ModelScores, private readonly refits: readonly ModelScores[], private readonly kind: RefitKind, private readonly level: number) {}

  all(features: number): Partial<Record<ScoreName, Estimate>> {
    const entries: [ScoreName, Estimate | undefined][] = [
      ['featuresUsed', this.plain(s => s.effects.featuresUsed, [0, features])],
      // A share of the variance, unless the effects of single features describe the model worse than its mean does.
      ['interactionStrength', this.plain(s => s.effects.interactionStrength, [0, (this.own.effects.interactionStrength ?? 0) > 1 ? Infinity : 1])],
      ['additivity', this.plain(s => additivity(s), [0, 1])],
      ['mainEffectComplexity', this.plain(s => s.effects.mainEffectComplexity, [1, mostComplexity()])],
      ['monotonicity', this.plain(s => s.effects.monotonicity, [0, 1])],
      ['fidelityLinear', this.plain(s => s.linear?.r2, [-Infinity, 1])],
      ['fidelityTree', this.plain(s => s.tree?.fidelity?.r2, [-Infinity, 1])],
      ['deletionGap', this.measured(s => s.deletion?.deletionGap, [-1, 1])],
      ['insertionGap', this.measured(s => s.deletion?.insertionGap, [-1, 1])],
      ['infidelity', this.measured(s => s.infidelity, [0, 1])],
      ['maxSensitivity', this.measured(s => s.maxSensitivity, [0, Infinity])],
      ['localLipschitz', this.measured(s => s.localLipschitz, [0, Infinity])],
    ];
    return Object.fromEntries(entries.filter(([, estimate]) => estimate !== undefined));
  }

  /** The refits alone. */
  private plain(read: (scores: ModelScores) => number | undefined, range: readonly [number, number]): Estimate | undefined {
    return this.measured(s => { const value = read(s); return value === undefined ? undefined : { value }; }, range);
  }

  /** Errors over refits and over rows, added as variances. */
  private measured(read: (scores: ModelScores) => Measured | undefined, range: readonly [number, number]): Estimate | undefined {
    const own = read(this.own);
    if (own === undefined || !Number.isFinite(own.value)) return undefined;
    // Rounding of an exact 0, as the interactions of a linear model have it.
    if (range[0] === 0 && own.value < 1e-12) return { value: 0, ...(this.refits.length >= 3 ? { low: 0, high: 0 } : {}) };
    const again = this.refits.map(read).flatMap(m => (m !== undefined && Number.isFinite(m.value) ? [m.value] : []));
    const overRefits = refitError(again, this.kind);
    if (overRefits === undefined && own.error === undefined) return { value: own.value };
    const error = Math.hypot(overRefits ?? 0, own.error ?? 0);
    return scoreInterval(own.value, error, overRefits === undefined ? 10 : again.length, this.level, range);
  }
}

export function additivity({ effects }: ModelScores): number | undefined {
  return effects.interactionStrength === undefined ? undefined : 1 - Math.min(1, effects.interactionStrength);
}
