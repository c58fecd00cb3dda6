/** What was measured of a model: held-out performance, intervals, interpretability scores. */
export interface Performance {
  /** Words, e.g. "5-fold cross-validation, stratified by class". */
  readonly scheme: string;
  /** Held-out rows that the metrics were measured on. */
  readonly rows: number;
  /** Held-out rows of each fold; absent in older reports. */
  readonly foldRows?: readonly number[];
  readonly metrics: readonly Metric[];
  /**
   * The verdict on the model as a whole and its sentence; `caution`: one sentence for every panel of a model that is not better
   * than its baseline.
   */
  readonly versusBaseline?: { readonly verdict: VersusBaseline['verdict']; readonly sentence: string; readonly caution?: string };
}

/** Paired comparison with the baseline on the same held-out rows. */
export interface VersusBaseline {
  /** 'better': the interval of the gain lies above 0. 'not clearly better': it reaches over 0. 'no better': there is no gain. */
  readonly verdict: 'better' | 'not clearly better' | 'no better';
  /** Difference from the baseline, positive where the model is better, whatever the metric's direction. */
  readonly gain: number;
  /** Interval at the recipe's level. */
  readonly low?: number;
  readonly high?: number;
}

export type MetricName =
  | 'accuracy' | 'precision' | 'recall' | 'f1' | 'auc' | 'logLoss' | 'brier' | 'ece' | 'rmse' | 'mae' | 'r2';

export interface Metric {
  readonly name: MetricName;
  /**
   * Mean over folds of the held-out value (the held-out value itself when there is one fold). Of all held-out rows together:
   * `ece` always, metrics of a regression where a fold has fewer than 50 rows; `note` says so.
   */
  readonly value: number;
  /** Interval at the recipe's level; its method is named in the metrics section. */
  readonly low?: number;
  readonly high?: number;
  readonly folds?: readonly number[];
  /** The same metric for the baseline (majority class with class shares as probabilities; the mean). */
  readonly baseline?: number;
  /** The same metric on the training rows, mean over folds; for the gap only. */
  readonly train?: number;
  /** Absent for `ece`: class shares are calibrated by construction. */
  readonly versusBaseline?: VersusBaseline;
  readonly note?: string;
}

export interface Estimate { readonly value: number; readonly low?: number; readonly high?: number }

export interface IntervalSummary {
  readonly kind: 'confidence' | 'credible' | 'prediction' | 'conformal';
  readonly level: number;
  readonly method: string;
  /** The conformal intervals (regression) or sets (classification) on top of the model. */
  readonly conformal?: {
    readonly method: string;
    readonly level: number;
    /** Finite-sample guarantee of coverage, e.g. 0.95 (split) or 0.9 (CV+ at level 0.95); 1 where intervals are infinite. */
    readonly guarantee: number;
    readonly coverage?: number;
    readonly coverageLow?: number;
    readonly coverageHigh?: number;
    /** Mean width of intervals; absent where they are infinite. */
    readonly meanWidth?: number;
    /** Mean number of classes in the sets. */
    readonly meanSetSize?: number;
    readonly infinite?: boolean;
    readonly rows?: number;
  };
  /** Share of held-out rows whose target fell within its interval, where that was measured. */
  readonly coverage?: number;
  readonly meanWidth?: number;
  readonly rows?: number;
}

/** An interpretability score. docs/methods.md has the definition of each under its name. */
export interface Score {
  /** e.g. 'featuresUsed', 'interactionStrength', 'mainEffectComplexity', 'sparsity', 'fidelityTree'. */
  readonly name: string;
  readonly title: string;
  readonly value: number;
  /** Interval over refits at the recipe's level. */
  readonly low?: number;
  readonly high?: number;
  /** Which direction is easier to interpret (or more faithful, more stable). */
  readonly better: 'higher' | 'lower';
  /** Method with its source. */
  readonly method: string;
  /** What the value says, in plain words. */
  readonly sentence: string;
  /** 0 … 1, 1 the best, where the score has such a scale: an axis of the radar. */
  readonly share?: number;
  readonly group: 'complexity' | 'fidelity' | 'faithfulness' | 'stability' | 'composite';
}
