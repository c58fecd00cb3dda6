/** Sections that draw the terms of an additive model of steps. */
import type { ShapeMark } from './effects';
import type { SectionBase } from './sectionBase';

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
  /** The terms cannot be edited. */
  readonly fixed?: true;
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
