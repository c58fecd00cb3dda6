/** What a fit returns, and what a family must be able to do. Explainers ask for capabilities and do without the others. */
import type { Effect, FitSection, PathSection, ReportModel, Weight } from '../../protocol/report';
import type { Note } from '../../protocol/profile';
import type { OptionValue, Task } from '../../protocol/recipe';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Table } from '../data/table';

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
   * warm starts from `full`); same result as fit on each to rounding.
   */
  fitFolds?(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model): Promise<readonly Model[]>;
  load(json: unknown): Model;
}
