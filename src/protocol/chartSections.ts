/** Sections of general use: lines, counts, densities, matrices, tables. */
import type { ColumnProfile } from './profile';
import type { ReportColumn } from './reportData';
import type { SectionBase } from './sectionBase';

/** ROC and precision–recall curves, any x/y line chart with one or more named lines. */
export interface CurveSection extends SectionBase {
  readonly kind: 'curve';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xScale?: 'linear' | 'log';
  /** 'log' only where all y are above 0. */
  readonly yScale?: 'linear' | 'log';
  /** Where the y axis ends; lines go on beyond it, and the section says so. */
  readonly yMax?: number;
  /** x are whole numbers, such as a number of clusters: none between them is written, and there is room at both ends. */
  readonly wholeX?: boolean;
  /** The axes are both [0, 1] and equal. */
  readonly unitSquare?: boolean;
  readonly lines: readonly CurveLine[];
  /** What the bands of the lines are; absent: intervals at the recipe's level. */
  readonly bandName?: string;
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

/** Estimates with their intervals, a row each, on one axis with a line at 0; several groups have a chooser. */
export interface EstimatesSection extends SectionBase {
  readonly kind: 'estimates';
  readonly xTitle: string;
  /** "effect size", "share". */
  readonly estimateName: string;
  /** "95 % interval", "from 5 % to 95 % of the rows". */
  readonly intervalName: string;
  /** Title of the chooser, such as "Cluster". */
  readonly chooser: string;
  /** Columns that the table has beside the estimates. */
  readonly details?: readonly { readonly title: string; readonly numeric?: boolean }[];
  readonly groups: readonly {
    readonly name: string;
    /** Without an estimate an item stands in the table only. */
    readonly items: readonly { readonly name: string; readonly estimate?: number; readonly low?: number; readonly high?: number; readonly details?: readonly (string | number)[] }[];
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
    /** Of each row, the columns in which there is no value (and `values` holds 0); absent: every cell has one. */
    readonly absent?: readonly (readonly number[])[];
    /** The colours are centred on 0: signed values. */
    readonly diverging: boolean;
    /** The colours begin at the smallest value instead of 0: for values whose differences matter, such as losses. */
    readonly fromLowest?: boolean;
    /** A path over the cells, drawn as dots: places in units of columns and rows, 0 the middle of the first. */
    readonly path?: { readonly columns: readonly number[]; readonly rows: readonly number[] };
  }[];
}

/** Any other table: rows of text and numbers. */
export interface TableSection extends SectionBase {
  readonly kind: 'table';
  /** `wrap`: long texts, shown in full. */
  readonly header: readonly { readonly title: string; readonly numeric?: boolean; readonly wrap?: boolean }[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Draws the profile of the columns. */
export interface ColumnsSection extends SectionBase {
  readonly kind: 'columns';
  readonly columns: readonly (ColumnProfile & { readonly role: ReportColumn['role'] })[];
}
