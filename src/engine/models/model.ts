/** What a fit returns, and what a family must be able to do. Explainers ask for capabilities and do without the others. */
import type { Effect, FitSection, PathSection, ReportModel, Weight } from '../../protocol/report';
import type { Note } from '../../protocol/profile';
import type { OptionValue, Task } from '../../protocol/recipe';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Column, Table } from '../data/table';

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
  /** Capability: what in the given rows differs from the training data (missing cells, unknown levels), counted. */
  inputNotes?(table: Table, rows?: Int32Array): readonly Note[];
  /**
   * Capability: predicts the given rows of a table (all when absent) again and again with other columns exchanged, as
   * permutation importance does. Holds what the columns that stay add to the prediction; the table must not change meanwhile.
   */
  shufflePredictor?(table: Table, rows?: Int32Array): ShufflePredictor;
  /** JSON value from which Family.load makes the same model again. */
  toJSON(): unknown;

  /** Capability: coefficients with intervals at the level. */
  weights?(level: number): readonly Weight[];
  /** Capability: statistics of the fit itself (R², F, AIC, deviance …). */
  fitStatistics?(): FitSection['values'];
  /** Capability: penalty path with its cross-validation. */
  path?: Omit<PathSection, 'id' | 'panel' | 'title' | 'summary' | 'method' | 'kind'> & { readonly rule: string };
  /** Capability: prediction along each feature, others typical, with intervals at the level. */
  effects?(level: number): readonly Effect[];
  /** Capability: interval for each predicted row. */
  predictIntervals?(table: Table, level: number, rows?: Int32Array): IntervalPrediction;
  /** Capability: what the estimates and their intervals are, for the weights and intervals sections. */
  weightsInfo?: {
    readonly statisticName?: 't' | 'z';
    readonly unit: string;
    readonly method: string;
    readonly assumptions: readonly string[];
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
}
