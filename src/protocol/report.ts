/**
 * The Report: versioned JSON, the only thing that any view renders.
 * The upper-level fields are a promise to other programs (see docs/interface.md); a field that a model has no
 * answer for is absent, never null or zero. `sections` holds what the panels draw: one explained thing each.
 */
import type { ColumnKind, ColumnProfile, ColumnReading, Note } from './profile';
import type { Recipe, Task } from './recipe';

export const reportFormat = 'unveil-report';
export const reportVersion = 1;

export interface Report {
  readonly format: typeof reportFormat;
  readonly version: typeof reportVersion;
  readonly recipe: Recipe;
  readonly data: ReportData;
  readonly model: ReportModel;
  readonly performance?: Performance;
  readonly weights?: readonly Weight[];
  readonly importance?: readonly Importance[];
  readonly effects?: readonly (Effect | PairShape)[];
  readonly intervals?: IntervalSummary;
  readonly scores?: readonly Score[];
  /** Families that were compared on the same folds; this report's model is the one that was recommended, or one of the others. */
  readonly comparison?: Comparison;
  /** The formula that was recovered or fitted, and the best one of each length. */
  readonly formula?: ReportFormula;
  readonly timings: Readonly<Record<string, number>>;
  readonly notes: readonly Note[];
  readonly sections: readonly Section[];
}

export interface ReportFormula {
  readonly text: string;
  readonly latex: string;
  readonly complexity: number;
  /** On the rows of the fit. */
  readonly r2: number;
  readonly heldOutR2?: number;
  readonly modelR2?: number;
  readonly verdict: 'compact' | 'none';
  readonly front: readonly { readonly text: string; readonly complexity: number; readonly loss: number; readonly r2: number }[];
}

export interface ReportData {
  /** Data rows in the file. */
  readonly rows: number;
  /** Rows the model was fitted on. */
  readonly rowsUsed: number;
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
  readonly columns: readonly ReportColumn[];
}

export interface ReportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: 'target' | 'feature' | 'dropped' | 'fold' | 'group';
  readonly missing: number;
  readonly distinct: number;
  readonly note?: string;
  /** What exported code needs to read the column as the training did. */
  readonly reading?: ColumnReading;
}

export interface ReportModel {
  readonly family: string;
  readonly title: string;
  readonly task: Task;
  readonly classes?: readonly string[];
  /** Terms that are exact linear combinations of earlier ones and therefore have no weight of their own. */
  readonly aliased?: readonly { readonly term: string; readonly reason: string }[];
}

export interface Performance {
  /** Words, e.g. "5-fold cross-validation, stratified by class". */
  readonly scheme: string;
  /** Held-out rows that the metrics were measured on. */
  readonly rows: number;
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

export interface Estimate { readonly value: number; readonly low?: number; readonly high?: number }

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

/** Model families on the same folds: how good, how different, how long, how simple. */
export interface Comparison {
  /** The loss that models are compared by; lower is better. */
  readonly metric: 'rmse' | 'logLoss';
  /** Words, e.g. "5-fold cross-validation, stratified by class"; the same folds for all models. */
  readonly scheme: string;
  /** Held-out rows. */
  readonly rows: number;
  readonly level: number;
  /** How differences are tested, in words. */
  readonly test: string;
  /** Seconds that the comparison was given; absent: no limit. */
  readonly seconds?: number;
  /** In the order of complexity, the simplest first. */
  readonly models: readonly ComparedModel[];
  readonly notRun: readonly NotCompared[];
  /** While the comparison goes on: the families to come. */
  readonly waiting?: readonly { readonly family: string; readonly title: string }[];
  /** Family with the lowest loss. Absent where no model has one. */
  readonly best?: string;
  /** Family: the simplest whose loss is within one standard error of the best. */
  readonly recommended?: string;
  /** The recommendation and its reason in words. */
  readonly recommendation: string;
  /** When it was done (ISO 8601); absent while it goes on, and where the report was made with it. */
  readonly date?: string;
  /** Set where the report took the comparison over from another model's or from the model that this one replaced. */
  readonly takenOver?: { readonly date: string; readonly file: string };
}

export interface ComparedModel {
  /** Id, as in ReportModel. */
  readonly family: string;
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** Loss less that of the best model on the same held-out rows; absent for the best. */
  readonly difference?: LossDifference;
  /** Seconds of the fit on all rows, and of everything: fit, folds and scores. */
  readonly fitSeconds: number;
  readonly seconds: number;
  /** Those of complexity, without intervals: the model's own report measures them on refits too. */
  readonly scores: readonly ComparedScore[];
}

/** What a comparison shows of a Score. */
export type ComparedScore = Pick<Score, 'name' | 'title' | 'value' | 'better' | 'method'>;

/** A paired difference of losses, above 0 where the model is worse than the best. */
export interface LossDifference extends Estimate {
  readonly standardError?: number;
  /** Two-sided, of the hypothesis that the losses are equal; not adjusted for the number of models. */
  readonly pValue?: number;
  /** Whether the difference is at most its standard error. */
  readonly withinOneStandardError: boolean;
}

export interface NotCompared {
  readonly family: string;
  readonly title: string;
  /** 'time': would not have been done in time. 'stopped': was not done in time. 'failed': could not be fitted. */
  readonly reason: 'time' | 'stopped' | 'failed';
  /** A sentence that says so. */
  readonly text: string;
  readonly estimatedSeconds?: number;
}

/** The panels (tabs) of a report. Later families add to this list. */
export type PanelId = 'overview' | 'weights' | 'importance' | 'effects' | 'intervals' | 'interpretability' | 'row' | 'data';

interface SectionBase {
  /** Unique within the report. */
  readonly id: string;
  readonly panel: PanelId;
  readonly title: string;
  /** One or two sentences in plain words: what is seen, and what it means. Also the chart's text alternative. */
  readonly summary: string;
  /** Name of the method and how many rows it rests on. */
  readonly method: string;
  readonly assumptions?: readonly string[];
}

export type Section =
  | MetricsSection | FitSection | ConfusionSection | CurveSection | CalibrationSection | DensitySection | HistogramSection
  | WeightsSection | ForestSection | PathSection | ImportanceSection | EffectsSection | ColumnsSection | TableSection
  | DensitiesSection | HeatmapSection | NetworkSection | ActivationsSection | ContributionsSection | ScoresSection | ScatterSection
  | ShapesSection | TermsSection | ComparisonSection | FormulaSection;

/** Draws report.performance. */
export interface MetricsSection extends SectionBase { readonly kind: 'metrics'; readonly baselineTitle: string }

/** A few labelled numbers, such as R², F, AIC, degrees of freedom. */
export interface FitSection extends SectionBase {
  readonly kind: 'fit';
  readonly values: readonly { readonly label: string; readonly value: number | string; readonly hint?: string }[];
}

export interface ConfusionSection extends SectionBase {
  readonly kind: 'confusion';
  readonly classes: readonly string[];
  /** counts[actual][predicted], held-out rows. */
  readonly counts: readonly (readonly number[])[];
}

/** ROC and precision–recall curves, any x/y line chart with one or more named lines. */
export interface CurveSection extends SectionBase {
  readonly kind: 'curve';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xScale?: 'linear' | 'log';
  /** The axes are both [0, 1] and equal. */
  readonly unitSquare?: boolean;
  readonly lines: readonly CurveLine[];
}
export interface CurveLine {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  /** Drawn dashed and grey: chance, ideal. */
  readonly reference?: boolean;
}

export interface CalibrationSection extends SectionBase {
  readonly kind: 'calibration';
  readonly className: string;
  readonly bins: readonly {
    readonly low: number; readonly high: number; readonly count: number;
    readonly predicted: number; readonly observed: number;
    readonly observedLow: number; readonly observedHigh: number;
  }[];
}

/** Two-dimensional counts: predicted against actual, residual against predicted. Never single rows. */
export interface DensitySection extends SectionBase {
  readonly kind: 'density';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xEdges: readonly number[];
  readonly yEdges: readonly number[];
  /** Cells with a count above zero. */
  readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
  /** A line to read against: y = x, or y = 0. */
  readonly reference?: 'identity' | 'zero';
}

export interface HistogramSection extends SectionBase {
  readonly kind: 'histogram';
  readonly xTitle: string;
  readonly bins: readonly { readonly low: number; readonly high: number; readonly count: number }[];
}

/** Draws report.weights as a table (and a forest plot of the raw or standardised estimates). */
export interface WeightsSection extends SectionBase {
  readonly kind: 'weights';
  readonly level: number;
  readonly statisticName?: 't' | 'z';
  /** Unit of the estimates in words, e.g. "kg of body_mass per unit" or "log-odds of yes". */
  readonly unit: string;
  /** More than two classes: what a weight of a class is, in a sentence. */
  readonly classWords?: string;
}

/** Draws report.weights as points with intervals. */
export interface ForestSection extends SectionBase {
  readonly kind: 'forest';
  readonly scale: 'estimate' | 'standardised' | 'oddsRatio';
  readonly level: number;
  readonly xTitle: string;
}

/** A penalty path: cross-validated loss and coefficients against log10 λ. */
export interface PathSection extends SectionBase {
  readonly kind: 'path';
  readonly penalty: string;
  readonly lambdas: readonly number[];
  readonly cvMean: readonly number[];
  readonly cvLow: readonly number[];
  readonly cvHigh: readonly number[];
  readonly lossName: string;
  readonly chosen: number;
  readonly oneStandardError?: number;
  /** Standardised coefficients; at most 30 terms, the largest. */
  readonly coefficients: readonly { readonly term: string; readonly values: readonly number[] }[];
}

/** Draws report.importance. */
export interface ImportanceSection extends SectionBase {
  readonly kind: 'importance';
  /** What the value is, e.g. "rise of RMSE in units of price". */
  readonly unit: string;
  readonly level: number;
  readonly repeats: number;
  readonly rows: number;
  /** Where the model attends: what the attention weights are and how they were averaged (no importance by themselves). */
  readonly attention?: string;
}

/** Draws the effects of one kind of report.effects with a feature chooser. */
export interface EffectsSection extends SectionBase {
  readonly kind: 'effects';
  /** Absent: 'adjusted'. */
  readonly effectKind?: Effect['kind'];
  /** What the inner band is ('adjusted' only), e.g. "credible interval of the mean"; absent: confidence interval of the mean. */
  readonly band?: string;
  readonly yTitle: string;
  readonly level: number;
}

/** Draws the profile of the columns. */
export interface ColumnsSection extends SectionBase {
  readonly kind: 'columns';
  readonly columns: readonly (ColumnProfile & { readonly role: ReportColumn['role'] })[];
}

/** Any other table: rows of text and numbers. */
export interface TableSection extends SectionBase {
  readonly kind: 'table';
  readonly header: readonly { readonly title: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Posterior or sampling densities of some quantities, one strip each, with point and interval. */
export interface DensitiesSection extends SectionBase {
  readonly kind: 'densities';
  readonly xTitle: string;
  readonly level: number;
  readonly items: readonly {
    readonly name: string;
    readonly estimate: number;
    readonly low: number;
    readonly high: number;
    readonly x: readonly number[];
    readonly density: readonly number[];
    /** A second density of the same quantity by another method (e.g. NUTS beside Laplace). */
    readonly other?: { readonly name: string; readonly x: readonly number[]; readonly density: readonly number[] };
  }[];
}

/** One or more matrices of numbers with named rows and columns; several have a chooser. */
export interface HeatmapSection extends SectionBase {
  readonly kind: 'heatmap';
  readonly matrices: readonly {
    readonly name: string;
    readonly xTitle: string;
    readonly yTitle: string;
    readonly rows: readonly string[];
    readonly columns: readonly string[];
    /** values[row][column]. */
    readonly values: readonly (readonly number[])[];
    /** The colours are centred on 0: signed values. */
    readonly diverging: boolean;
  }[];
}

/** A drawing of a network's layers with the strongest connections. */
export interface NetworkSection extends SectionBase {
  readonly kind: 'network';
  /** From input to output. Units beyond 24 a layer are summed up in `more`. */
  readonly layers: readonly {
    readonly name: string;
    readonly units: readonly { readonly name: string; readonly state?: 'dead' | 'saturated'; readonly share?: number }[];
    readonly more: number;
  }[];
  /** Connections from unit `from` of layer `layer` to unit `to` of the next; the strongest 200 or fewer. */
  readonly edges: readonly { readonly layer: number; readonly from: number; readonly to: number; readonly weight: number }[];
}

/** Distribution of each unit's activation over the data, by layer; with a chosen row's activation. */
export interface ActivationsSection extends SectionBase {
  readonly kind: 'activations';
  readonly layers: readonly {
    readonly name: string;
    readonly units: readonly {
      readonly name: string;
      readonly mean: number;
      /** Quantiles 5, 25, 50, 75, 95 %. */
      readonly quantiles: readonly [number, number, number, number, number];
      /** Share of rows in which the unit is 0 (relu, gelu ≈ 0) or within 1 % of its bound (tanh, sigmoid). */
      readonly idle: number;
      readonly state?: 'dead' | 'saturated';
      /** Activation in the chosen row. */
      readonly row?: number;
    }[];
  }[];
}

/** A prediction taken apart: base + Σ contributions = output, drawn as a waterfall; or means over rows, drawn as bars. */
export interface ContributionsSection extends SectionBase {
  readonly kind: 'contributions';
  /** 'row': of one row, signed, from base to output. 'mean': mean absolute contribution over rows. */
  readonly of: 'row' | 'mean';
  /** e.g. "log-odds of yes", "price in the target's unit". */
  readonly unit: string;
  readonly base: number;
  readonly output: number;
  /** |base + Σ contributions − output| as it was measured. */
  readonly residual: number;
  readonly items: readonly {
    readonly feature: string;
    /** The row's value as text ('row' only). */
    readonly value?: string;
    readonly contribution: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

/** Draws report.scores as a radar (those with `share`) and a table. */
export interface ScoresSection extends SectionBase { readonly kind: 'scores'; readonly level: number }

/** Points with names, intervals and a front: accuracy against interpretability. The panel adds its peers. */
export interface ScatterSection extends SectionBase {
  readonly kind: 'scatter';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xBetter: 'higher' | 'lower';
  readonly yBetter: 'higher' | 'lower';
  /** Metric and score that peers are placed by. */
  readonly metric: MetricName;
  readonly score: string;
  readonly points: readonly { readonly name: string; readonly x: number; readonly xLow?: number; readonly xHigh?: number; readonly y: number; readonly yLow?: number; readonly yHigh?: number; readonly own?: boolean }[];
}

/** The terms of an additive model of steps: what each adds to the link, with the training rows under it. Largest term first. */
export interface ShapesSection extends SectionBase {
  readonly kind: 'shapes';
  readonly level: number;
  /** What scores are measured in: "price", "log-odds of yes". */
  readonly unit: string;
  /** What the bands are, e.g. "confidence interval"; absent where there are none. */
  readonly band?: string;
  /** One value an output. */
  readonly intercept: readonly number[];
  readonly terms: readonly ShapeTerm[];
}

export type ShapeTerm = MainShapeTerm | PairShapeTerm;

interface ShapeTermBase {
  /** "age", "age × hours": unique. */
  readonly name: string;
  /** Place among the model's terms, by which it can be edited. */
  readonly term: number;
  /** Mean absolute contribution, over the outputs. */
  readonly importance: number;
  /** What a person did to the term, in words, newest last. */
  readonly edits?: readonly string[];
}

/** Bins of a feature along an axis. */
export type ShapeAxis =
  | {
      readonly kind: 'number';
      readonly feature: string;
      /** One more than bins, ascending. */
      readonly edges: readonly number[];
      /** Milliseconds since 1970. */
      readonly datetime?: true;
    }
  | { readonly kind: 'level'; readonly feature: string; readonly levels: readonly string[]; readonly ordered?: true };

export interface MainShapeTerm extends ShapeTermBase {
  readonly axis: ShapeAxis;
  /** Training rows (or their weights) in each bin or level. */
  readonly weights: readonly number[];
  /** Training rows of missing cells, and of levels without a score of their own; absent where there are none. */
  readonly missing?: number;
  readonly unseen?: number;
  /** One an output. */
  readonly curves: readonly {
    readonly class?: string;
    readonly scores: readonly number[];
    readonly low?: readonly number[];
    readonly high?: readonly number[];
    readonly missing?: ShapeMark;
    readonly unseen?: ShapeMark;
  }[];
}

export interface PairShapeTerm extends ShapeTermBase {
  /** Where neighbouring bins are drawn as one, scores as means weighted by training rows: how many bins the model has on each axis. */
  readonly drawnFrom?: readonly [number, number];
  /** Of the rows and of the columns of the matrices, each with names of further rows or columns after its bins, e.g. "(missing)". */
  readonly axes: readonly [ShapeAxis & { readonly more: readonly string[] }, ShapeAxis & { readonly more: readonly string[] }];
  readonly weights: readonly (readonly number[])[];
  readonly curves: readonly {
    readonly class?: string;
    readonly scores: readonly (readonly number[])[];
    /** Half-width of the interval of each score. */
    readonly half?: readonly (readonly number[])[];
  }[];
}

/** How much each term of an additive model matters in the training rows. Largest first. */
export interface TermsSection extends SectionBase {
  readonly kind: 'terms';
  readonly unit: string;
  readonly items: readonly {
    readonly name: string;
    /** Mean absolute contribution. */
    readonly importance: number;
    /** Range of its scores. */
    readonly lowest: number;
    readonly highest: number;
  }[];
}

/** Draws report.comparison. */
export interface ComparisonSection extends SectionBase { readonly kind: 'comparison' }

/** A formula that a search found, ready to be shown and copied. */
export interface FormulaCandidate {
  /** In plain text, numbers rounded as their intervals allow. */
  readonly text: string;
  readonly latex: string;
  /** Code with all digits: a function, an expression for a spreadsheet whose columns are the file's, an expression for DuckDB. */
  readonly python: string;
  readonly typescript: string;
  readonly excel: string;
  readonly sql: string;
  /** Nodes of the formula's tree as it is written. */
  readonly complexity: number;
  /** Mean squared error and R² on the rows of the fit. */
  readonly loss: number;
  readonly r2: number;
  /** The same on rows that had no part in the search, where some were kept back. */
  readonly heldOutR2?: number;
  /** R² of the formula to the predictions of the model that it stands for, where there is one. */
  readonly modelR2?: number;
  /** Description length above the shortest one, in bits: 10 bits are odds of a thousand to one. */
  readonly bits: number;
  /** Its numbers that were fitted, in the order of the text, and those that were snapped to simple ones. */
  readonly numbers: readonly { readonly text: string; readonly estimate: number; readonly low?: number; readonly high?: number; readonly snapped?: true }[];
  /** Unit of the result by the units of the columns, where these are known; or why they do not go together. */
  readonly unit?: string;
  readonly stage: string;
}

/** The formula behind the data: the chosen one, two more, and the front of complexity against misfit. */
export interface FormulaSection extends SectionBase {
  readonly kind: 'formula';
  readonly target: string;
  readonly targetUnit?: string;
  readonly level: number;
  /** 'compact': a short formula explains the rows; 'none': no short formula does (said in the summary). */
  readonly verdict: 'compact' | 'none';
  readonly candidates: readonly FormulaCandidate[];
  /** Indices into `candidates`: the chosen one, the three to look at first, and the front by complexity. */
  readonly chosen: number;
  readonly shortlist: readonly number[];
  readonly front: readonly number[];
  /** Additive terms of the chosen formula: their text and the standard deviation of each over the rows as a share of all. */
  readonly terms: readonly { readonly text: string; readonly latex: string; readonly share: number }[];
  readonly searched: { readonly seconds: number; readonly rows: number; readonly solved: boolean };
  /** Where the formula has no value or leaves what the rows have shown. */
  readonly warnings: readonly string[];
}
