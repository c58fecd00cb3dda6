/** What a model is made of and what its features do: weights, importance, effects. */
import type { Estimate } from './measures';

/** One coefficient. Estimates are on the scale of the data as given unless a field says standardised. */
export interface Weight {
  /** Name of the column of the design, e.g. "(Intercept)", "age", "sexmale", "wool:tension" as "woolB:tensionM". */
  readonly term: string;
  /** The feature (or features joined by ":") that the term belongs to; absent for the intercept. */
  readonly feature?: string;
  /** The level of a categorical feature, against `reference`. */
  readonly level?: string;
  readonly reference?: string;
  /** Multinomial models: the class whose log-odds (against the first class) or whose score before softmax this is. */
  readonly class?: string;
  readonly estimate: number;
  readonly standardError?: number;
  readonly low?: number;
  readonly high?: number;
  readonly statistic?: number;
  readonly pValue?: number;
  readonly oddsRatio?: number;
  readonly oddsRatioLow?: number;
  readonly oddsRatioHigh?: number;
  /** Estimate × standard deviation of the design column (÷ that of the target for regression). */
  readonly standardised?: number;
  readonly standardisedLow?: number;
  readonly standardisedHigh?: number;
  /** Variance inflation factor of the design column (generalised, GVIF^(1/df)² for multi-column terms). */
  readonly vif?: number;
}

export interface Importance {
  readonly feature: string;
  /** Rise of the loss on held-out rows when the feature is shuffled; unit is in the importance section. */
  readonly permutation?: Estimate;
  readonly attention?: Estimate;
}

export interface Effect {
  readonly feature: string;
  /**
   * 'adjusted': prediction along the feature, others held at their typical value. 'partialDependence': mean prediction
   * with the feature set to the grid's value in all rows (Friedman 2001). 'ale': accumulated local effects, centred
   * (Apley & Zhu 2020). 'shape': what a term of an additive model adds to its link, itself; the grid holds the edges of its
   * bins, one more than there are effects (milliseconds since 1970 for dates), or levels.
   */
  readonly kind: 'adjusted' | 'partialDependence' | 'ale' | 'shape';
  /** Individual conditional expectation: the curves of some single rows, each as long as the grid (partial dependence only). */
  readonly ice?: readonly (readonly number[])[];
  readonly class?: string;
  /** Numeric values, or level names. */
  readonly grid: readonly (number | string)[];
  readonly effect: readonly number[];
  /** Interval of the mean (regression) or of the probability (classification). */
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  /** Interval of a new observation (regression only). */
  readonly predictionLow?: readonly number[];
  readonly predictionHigh?: readonly number[];
  /** Kind 'shape': what a missing cell adds, and what a level adds that the training data did not have. */
  readonly missing?: ShapeMark;
  readonly unseen?: ShapeMark;
}

/** What a pair of features adds to the link of an additive model, beyond their own effects: effect[i][j] at bin i of the first, j of the second. */
export interface PairShape {
  readonly features: readonly [string, string];
  readonly kind: 'shape';
  readonly class?: string;
  /** Edges of the bins (one more than bins), or levels, of each feature. Missing cells and unseen levels are left out. */
  readonly grid: readonly [readonly (number | string)[], readonly (number | string)[]];
  readonly effect: readonly (readonly number[])[];
  readonly low?: readonly (readonly number[])[];
  readonly high?: readonly (readonly number[])[];
}

/** One score by itself, with its interval. */
export interface ShapeMark { readonly effect: number; readonly low?: number; readonly high?: number }
