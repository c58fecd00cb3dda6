/** What a report is assembled from, and the facts about it that every section producer needs. */
import type { DatasetProfile, Note } from '../../protocol/profile';
import type { Recipe } from '../../protocol/recipe';
import type { ReportChecks } from '../../protocol/checks';
import type { Comparison } from '../../protocol/comparison';
import type { Effect, Weight } from '../../protocol/effects';
import type { Section } from '../../protocol/report';
import type { Dataset, Target } from '../data/dataset';
import type { Coverage } from '../evaluate/coverage';
import type { Evaluation } from '../evaluate/crossValidate';
import type { UncertaintyParts } from '../evaluate/uncertaintyParts';
import type { AttentionResult } from '../explain/attentionFaithfulness';
import type { FormulaBesideResult } from '../explain/formulaBeside';
import type { EffectsResult } from '../explain/explainEffects';
import type { PermutationResult } from '../explain/permutation';
import type { ScoresResult } from '../explain/scores/interpretability';
import type { Model } from '../models/model';
import type { ConformalResult } from '../uncertainty/conformal';
import { withoutNonFinite } from './finite';

/** What was measured of a fitted model; absent where it has no answer or nothing was held out. */
export interface Measurements {
  readonly importance?: PermutationResult;
  readonly coverage?: Coverage;
  readonly parts?: UncertaintyParts;
  readonly conformal?: ConformalResult;
  readonly attention?: AttentionResult;
  readonly effects?: EffectsResult;
  readonly scores?: ScoresResult;
  readonly beside?: FormulaBesideResult;
  readonly notes?: readonly Note[];
}

export interface ReportInput {
  readonly recipe: Recipe;
  readonly profile: DatasetProfile;
  /** What the model was fitted on. */
  readonly dataset: Dataset;
  /** Fitted on all rows of the dataset. */
  readonly model: Model;
  /** Absent when nothing was held out. */
  readonly evaluation?: Evaluation;
  readonly measurements: Measurements;
  /** Of the model with other families. */
  readonly comparison?: Comparison;
  readonly checks?: ReportChecks;
  /** Sections of the rows that were asked for, panel 'row'. */
  readonly rowSections?: readonly Section[];
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  /** Notes of the run itself: guesses, dropped rows and so on. Those of model, evaluation and importance are added here. */
  readonly notes: readonly Note[];
  readonly load: {
    readonly rowsInFile: number;
    readonly sampled: boolean;
    /** Every reason for which rows were left out, of reading and of preparation. */
    readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  };
}

/** The input with what is computed once: weights, effects, and the class whose probability is explained. */
export interface Facts extends ReportInput {
  readonly importance: PermutationResult | undefined;
  readonly coverage: Coverage | undefined;
  readonly target: Target;
  readonly level: number;
  readonly weights: readonly Weight[] | undefined;
  readonly effects: readonly Effect[] | undefined;
  /** Evaluation with at least one metric. */
  readonly measured: Evaluation | undefined;
}

/** Asks the model for its capabilities once. */
export function gatherFacts(input: ReportInput): Facts {
  const level = input.recipe.level;
  const weights = withoutNonFinite(input.model.weights?.(level) ?? []).filter(w => w.estimate !== undefined);
  const effects = withoutNonFinite(input.model.effects?.(level) ?? []).filter(e => e.effect?.length > 0 && e.grid !== undefined);
  const measured = input.evaluation && input.evaluation.metrics.length > 0 ? input.evaluation : undefined;
  return {
    ...input,
    importance: input.measurements.importance,
    coverage: input.measurements.coverage,
    target: input.dataset.target,
    level,
    weights: weights.length > 0 ? weights : undefined,
    effects: effects.length > 0 ? byMovement(effects) : undefined,
    measured,
  };
}

/** The feature along which the prediction moves most comes first; the classes of a feature stay together. */
function byMovement(effects: readonly Effect[]): readonly Effect[] {
  const moved = new Map<string, number>();
  for (const { feature, effect } of effects) {
    const range = effect.length === 0 ? 0 : effect.reduce((a, b) => Math.max(a, b)) - effect.reduce((a, b) => Math.min(a, b));
    moved.set(feature, Math.max(moved.get(feature) ?? 0, range));
  }
  return [...effects].sort((a, b) => moved.get(b.feature)! - moved.get(a.feature)!);
}
