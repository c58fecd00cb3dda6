/** What a fit returns, and what a family must be able to do. Explainers ask for capabilities and do without the others. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Effect, PairShape, Weight } from '../../protocol/effects';
import type { PathSection } from '../../protocol/modelSections';
import type { FitSection } from '../../protocol/performanceSections';
import type { ReportModel, Section } from '../../protocol/report';
import type { Note } from '../../protocol/profile';
import type { OptionValue, Task } from '../../protocol/recipe';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Column, Table } from '../data/table';
import type { InputTally } from './shared/inputTally';

/** Regression: `mean`, one a row. Classification: `probabilities`, rows × classes, row-major. */
export interface Prediction {
  readonly rows: number;
  readonly mean?: Float64Array;
  readonly probabilities?: Float64Array;
}

/** Predictions with an interval per row, for `predict` and the coverage measurement. */
export interface IntervalPrediction extends Prediction {
  /** Regression: prediction interval of a new observation. Binary: confidence interval of the positive probability. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  /** Words: 'prediction interval' … */
  readonly intervalKind?: string;
  /** Standard deviations of the prediction: from not knowing the model, and from the noise of a new observation. */
  readonly epistemic?: Float64Array;
  /** Classes: both are standard deviations of the outcome 0 or 1 (positive class of two, else the likeliest). */
  readonly aleatoric?: Float64Array;
}

/**
 * Additive contributions on the model's link scale (the number itself, log-odds of the last class for two classes, one
 * linear predictor a class beyond): link(row, k) = base[k] + Σ_j values[(row × features + j) × outputs + k].
 */
export interface AdditiveParts {
  readonly features: readonly string[];
  readonly outputs: number;
  readonly base: Float64Array;
  readonly values: Float64Array;
  /** Terms of two features were divided between the two: the model is not a sum of one part a feature by itself. */
  readonly divided?: true;
}

/**
 * The model's own terms in a prediction, on the link scale, in the layout of AdditiveParts: `features` are names of terms,
 * "a × b" for one of two columns.
 */
export interface TermParts extends AdditiveParts {
  /** Columns that each term reads. */
  readonly columns: readonly (readonly string[])[];
  /** Half-widths of the intervals of `values`, where there are any. */
  readonly halves?: Float64Array;
}

/** A differentiable model seen from its standardised design: explainers by gradient work on this. */
export interface GradientView {
  /** Feature of each column of the design. */
  readonly featureOf: readonly string[];
  readonly outputs: number;
  /** Mean of the training rows: the baseline of integrated gradients. */
  readonly baseline: Float32Array;
  /** rows × columns, row-major. */
  design(table: Table, rows?: Int32Array): Float32Array;
  /** Link-scale outputs, rows × outputs (target's unit for regression), in double precision where that can be had. */
  output(design: Float32Array, rows: number): Float64Array;
  /** ∂ output_k / ∂ design, rows × columns, in the unit of `output`. */
  gradient(design: Float32Array, rows: number, output: number): Float32Array | Promise<Float32Array>;
}

/** Attention of an attention model, [CLS] → features, [CLS] → [CLS] left out and the rest renormalised to sum 1. */
export interface AttentionView {
  readonly features: readonly string[];
  readonly layers: number;
  readonly heads: number;
  /**
   * Mean over heads and ensemble members: rows × features, NaN in rows without a prediction. One layer: that layer's row of
   * [CLS]; more: rollout. The share of a token of several features (a product of a formula) is divided evenly among them.
   */
  attention(table: Table, rows?: Int32Array): Float64Array;
  /** The same of each member by itself. */
  each(table: Table, rows?: Int32Array): readonly Float64Array[];
  /** The same of a network with the random weights that training starts from. */
  untrained(table: Table, rows: Int32Array | undefined, seed: number): Float64Array;
  /**
   * Mean over rows, heads, members and all layers but the last of feature → feature attention: features × features, rows sum
   * to 1. Absent with one layer: only [CLS]'s question reaches the output, attention between features has no effect.
   */
  pairs?(table: Table, rows?: Int32Array): Float64Array;
}

/** Posterior of one weight: normal or by samples, on the scale that `weights` has. */
export interface PosteriorDensity {
  readonly term: string;
  readonly class?: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly x: readonly number[];
  readonly density: readonly number[];
  readonly other?: { readonly name: string; readonly x: readonly number[]; readonly density: readonly number[] };
}

/** A model of the same columns that is freer than another one, for the other's effects to be seen beside its own. */
export interface BesideModel {
  readonly model: Model;
  /** It proposed what the other one is; or was fitted to judge the other by. */
  readonly origin: 'proposer' | 'verdict';
}

/** Predictions of the same rows with some columns exchanged, cheaper than a prediction of a new table. */
export interface ShufflePredictor {
  /**
   * What `predict` gives, to rounding, for the table with these columns in the place of those of the same names. Each is
   * as long as the table and of the same kind as the column it replaces; columns that the model does not read change nothing.
   */
  predict(replaced: readonly Column[]): Prediction;
}

export interface Model {
  readonly family: string;
  readonly title: string;
  readonly task: Task;
  readonly classes?: readonly string[];
  /** Columns of the table that `predict` reads. */
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  readonly aliased?: ReportModel['aliased'];

  /** Predicts the given rows of a table (all when absent). Unknown levels and missing cells are handled as at the fit. */
  predict(table: Table, rows?: Int32Array): Prediction;
  /** Capability: counts what in rows differs from the training data (missing cells, unknown levels), over as many tables as there are. */
  inputTally?(): InputTally;
  /** Numbers beyond the training data are predicted as the nearest end of its range, so nothing is extrapolated. */
  readonly flatOutside?: true;
  /**
   * Capability: predicts the given rows of a table (all when absent) again and again with other columns exchanged, as
   * permutation importance does. Holds what the columns that stay add to the prediction; the table must not change meanwhile.
   */
  shufflePredictor?(table: Table, rows?: Int32Array): ShufflePredictor;
  /** Capability: the same model with these notes before its own. */
  noted?(notes: readonly Note[]): Model;
  /** JSON value from which Family.load makes the same model again. */
  toJSON(): unknown;
  /** Capability: the same without what `predict` can do without (covariances, penalty paths), for models that are kept for that alone. */
  toLeanJSON?(): unknown;

  /** Capability: coefficients with intervals at the level. */
  weights?(level: number): readonly Weight[];
  /** Capability, of a model that was fitted just now: what its effects are shown beside. No part of its JSON. */
  readonly beside?: BesideModel;
  /** Capability: statistics of the fit itself (R², F, AIC, deviance …). */
  fitStatistics?(): FitSection['values'];
  /** Capability: penalty path with its cross-validation. */
  path?: Omit<PathSection, 'id' | 'panel' | 'title' | 'summary' | 'method' | 'kind'> & { readonly rule: string };
  /** Capability: prediction along each feature, others typical, with intervals at the level. */
  effects?(level: number): readonly Effect[];
  /** Capability: terms of two features, beside `effects` of kind 'shape'. */
  pairShapes?(level: number): readonly PairShape[];
  /** Capability: what the inner band of `effects` is, such as 'spread of the ensemble'; absent: intervals of the weights' kind. */
  effectBand?: string;
  /** What predicting a row costs beyond one pass over the stored numbers: passes over them, multiplications between tokens a pass. */
  readonly predictionWork?: { readonly passes: number; readonly pairs: number };
  /** Networks that the prediction is the mean of, where the intervals come from their spread. Absent: no ensemble. */
  readonly averaged?: number;
  /** The fit holds rows back to know when to stop: a row that is there twice would be on both sides, and a fit is dear. */
  readonly stopsEarly?: true;
  /** Capability: interval for each predicted row. */
  predictIntervals?(table: Table, level: number, rows?: Int32Array): IntervalPrediction;
  /** What the sum of a regression's parts is: the number itself (absent), or its logarithm. */
  readonly link?: 'log';
  /**
   * Capability: the prediction is a sum of one part a feature on the link scale; undefined where this fit is not (interactions).
   * A model with terms of two features may divide them between the two; given `background` rows, such that a part less its mean over
   * the background is the interventional Shapley value.
   */
  additiveParts?(table: Table, rows?: Int32Array, background?: Int32Array): AdditiveParts | undefined;
  /** Capability: the prediction as a sum of the model's own terms, with intervals at the level. */
  termContributions?(table: Table, level: number, rows?: Int32Array): TermParts;
  /** Capability: gradients with respect to the inputs. */
  gradients?: GradientView;
  /** Capability: attention weights. */
  attention?: AttentionView;
  /** Capability: posterior densities of the weights. `weightsInfo.intervalKind` is then 'credible'. */
  posterior?(level: number): readonly PosteriorDensity[];
  /** Capability: loss by epoch. */
  training?: { readonly summary: string; readonly method: string; readonly yTitle: string; readonly lines: readonly CurveLine[]; readonly best?: number };
  /**
   * Capability: sections of its own that no other family has (network diagram, activations, pruning), and those of one
   * row (the only row of the table) for the panel 'row'. `columns`: those of the file, in its order.
   */
  inside?(level: number, columns?: readonly string[]): readonly Section[];
  insideRow?(table: Table): readonly Section[];
  /** Capability: what the estimates and their intervals are, for the weights and intervals sections. */
  weightsInfo?: {
    readonly statisticName?: 't' | 'z';
    readonly unit: string;
    /** More than two classes: weights of a class's score before softmax, or log-odds against the class `reference`. */
    readonly outcome?: 'score' | { readonly reference: string };
    readonly method: string;
    readonly assumptions: readonly string[];
    /** Absent: 'confidence'. */
    readonly intervalKind?: 'confidence' | 'credible';
    /** Why there are no standard errors, where there are none. */
    readonly noIntervals?: string;
  };
}

export interface FamilyOption {
  readonly name: string;
  readonly description: string;
  readonly default: OptionValue;
  /** Allowed values, or a test for numbers. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Family {
  readonly id: string;
  readonly title: string;
  readonly tasks: readonly Task[];
  readonly options: readonly FamilyOption[];
  /** Fits on the given rows of the dataset (all when absent). Throws UserError when the data cannot carry the model. */
  fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<Model>;
  /**
   * Capability: models for several training subsets at once, cheaper than one fit each (shared factorisations,
   * warm starts from `full`); their predictions (and prediction intervals of regressions) are those of a fit on each to
   * rounding. Nothing else is asked of them: they may be without effects, standardised weights and inflation.
   */
  fitFolds?(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model): Promise<readonly Model[]>;
  load(json: unknown): Model;
  /** Capability: seconds that the fit and its folds take together, where the family keeps to a time that it is given. */
  ownSeconds?(dataset: Dataset): number;
  /**
   * Capability: the rows of a fit from which the time of one on all rows can be told, which takes (all / rows)^growth times as long;
   * undefined where trying the fit itself costs hardly more. Absent: a quarter of the rows, as networks grow.
   */
  pilot?(dataset: Dataset): { readonly rows: number; readonly growth: number } | undefined;
  /** Capability: what the models of folds of so many training rows take over from the model of all rows, such as 'the penalty l2'; undefined: nothing. */
  takenFromAllRows?(dataset: Dataset, foldRows: number): string | undefined;
}
