/** Sections that draw what a model is made of: weights, penalty path, importance, effects, contributions. */
import type { Effect } from './effects';
import type { SectionBase } from './sectionBase';

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
