/** Formulas: what a report tells other programs of one, and the section that shows it. */
import type { SectionBase } from './sectionBase';

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
  /** A known formula with a model of the rest: what each explains of the target's variance, and what neither does; the shares add to 1. */
  readonly parts?: readonly FormulaPart[];
  /** Rules that were given about slopes, and how the formula (with a rest: the sum) keeps them. */
  readonly rules?: readonly FormulaRule[];
}

/** A rule about the formula's slope along a column, and the share of the points looked at that break it. */
export interface FormulaRule {
  readonly column: string;
  /** "increasing", "decreasing" or "flat@0". */
  readonly rule: string;
  /** "∂y/∂x ≥ 0" */
  readonly text: string;
  /** What the points are, in words. */
  readonly where: string;
  readonly points: number;
  readonly violated: number;
}

export interface FormulaPart {
  readonly name: 'known' | 'rest' | 'noise';
  /** Family of the part's model. */
  readonly model?: 'formula' | 'ebm' | 'neural';
  readonly title: string;
  /** Of the variance; below 0 where the part makes predictions worse. */
  readonly share: number;
  readonly low?: number;
  readonly high?: number;
}

export interface FormulaParts {
  readonly items: readonly FormulaPart[];
  /** Twice the covariance of the two parts over the target's variance: half of it is in each share. */
  readonly shared: number;
  readonly rows: number;
  /** On rows that had no part in the fits. */
  readonly heldOut: boolean;
}

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
  /** Additive terms of the chosen formula, products of sums multiplied out where that gives few terms: their text and the standard deviation of each over the rows as a share of all. */
  readonly terms: readonly { readonly text: string; readonly latex: string; readonly share: number }[];
  readonly searched: { readonly seconds: number; readonly rows: number; readonly solved: boolean };
  /** Where a model of the rest stands beside the formula. */
  readonly parts?: FormulaParts;
  /** Rules that were given about slopes, and how the formula keeps them. */
  readonly rules?: readonly FormulaRule[];
  /** Where the formula has no value or leaves what the rows have shown. */
  readonly warnings: readonly string[];
}

/** What a formula and a freer model of the same rows make of each feature. */
export interface FormulaBeside {
  /** The formula as text; with the linear model in its place, that. */
  readonly formula: string;
  /** Title of the other model. */
  readonly model: string;
  /**
   * Where the other model comes from: it proposed formulas; the verdict was measured by it; both were compared (the report's model is one of
   * the two); or it was fitted for this alone.
   */
  readonly origin: 'proposer' | 'verdict' | 'compared' | 'own';
  /** Rows that the curves were taken over. */
  readonly rows: number;
  /** Standard deviation of the target over these rows. */
  readonly spread: number;
  /** One for each feature that either uses, that with the largest movement first. */
  readonly curves: readonly FormulaBesideCurve[];
}

/** Accumulated local effects of both on one grid, in the target's unit, the mean over the rows 0. */
export interface FormulaBesideCurve {
  readonly feature: string;
  readonly kind: 'number' | 'date' | 'category';
  /** Numbers (dates: milliseconds since 1970), or the commonest levels. */
  readonly grid: readonly (number | string)[];
  readonly formula: readonly number[];
  readonly model: readonly number[];
  /** Root mean square over the rows of the difference of the two curves. */
  readonly apart: number;
}

/** Draws report.formulaBeside. */
export interface FormulaBesideSection extends SectionBase {
  readonly kind: 'formulaBeside';
  /** What the formula's curve is called: with the linear model in its place, that. */
  readonly name: string;
  readonly target: string;
  readonly targetUnit?: string;
}
