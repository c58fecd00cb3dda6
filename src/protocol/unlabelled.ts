/** Upper-level fields of a report without a target: clusters and components, as other programs read them. */

/** A column of a centre: its value in the column's unit (dates: ISO 8601), or the share of each level. */
export type CentreCell =
  | { readonly feature: string; readonly value: number }
  | { readonly feature: string; readonly date: string }
  | { readonly feature: string; readonly shares: readonly { readonly level: string; readonly share: number }[] };

/** How one feature's values in a cluster differ from those of all other rows. */
export interface ClusterDifference {
  readonly feature: string;
  /** Of a level of a category. */
  readonly level?: string;
  /** Hedges' g of a number, Cohen's h of a level; absent where the cluster is told apart completely or nothing varies. */
  readonly effect?: number;
  /** Interval of g, or of the difference of the shares. */
  readonly low?: number;
  readonly high?: number;
  /** Mean (dates in milliseconds since 1970), or share, inside and of the other rows. */
  readonly inside?: number;
  readonly rest?: number;
}

/** Values for k = from, from + 1, …; a value that there is not is absent from both lists. */
export interface ChoiceCurve {
  readonly k: readonly number[];
  readonly values: readonly number[];
  readonly choice: number;
  /** The same of rows without clusters: where rows come in lumps, what the choice is made against. */
  readonly reference?: { readonly k: readonly number[]; readonly values: readonly number[] };
}

export interface ReportClusters {
  readonly k: number;
  /** 'curves': by gap statistic, silhouette and Caliński–Harabasz; 'given': asked for. */
  readonly chosenBy: 'curves' | 'given';
  /** The choice, or what was asked for, in plain words. */
  readonly sentence: string;
  /** Rows of each cluster, largest first; cluster 1 is the first. */
  readonly sizes: readonly number[];
  /** Sum of squared distances to the centres, in prepared units. */
  readonly inertia: number;
  /** Share of the sum of squares that lies between the clusters. */
  readonly explained: number;
  readonly centres: readonly (readonly CentreCell[])[];
  readonly profiles?: readonly { readonly cluster: number; readonly rows: number; readonly differences: readonly ClusterDifference[] }[];
  readonly curves?: { readonly gap: ChoiceCurve & { readonly errors: readonly number[] }; readonly silhouette: ChoiceCurve; readonly calinskiHarabasz: ChoiceCurve };
  /** Mean, and of each cluster; on `rows` rows. */
  readonly silhouette?: { readonly mean: number; readonly rows: number; readonly clusters: readonly { readonly mean: number; readonly misplaced: number }[] };
  readonly stability?: {
    readonly adjustedRand: { readonly mean: number; readonly low: number; readonly high: number };
    readonly repeats: number;
    readonly clusters: readonly { readonly jaccard: number; readonly verdict: string }[];
  };
  /** A shallow tree that says which cluster a row is in, and how often it is right on rows that it was not made from. */
  readonly rules?: {
    readonly fidelity: { readonly value: number; readonly low: number; readonly high: number };
    readonly baseline: number;
    readonly rules: readonly { readonly cluster: number; readonly text: string; readonly rows: number; readonly precision: number; readonly coverage: number }[];
  };
}

export interface ReportComponents {
  /** Components that the model holds. */
  readonly count: number;
  /** Components that parallel analysis keeps. */
  readonly keep: number;
  readonly sentence: string;
  readonly scaling: 'standardised' | 'centred';
  /** Of all components, falling. */
  readonly variances: readonly number[];
  readonly shares: readonly number[];
  /** 95 % quantiles of the variances that columns without connection have. */
  readonly thresholds: readonly number[];
  /** Of the first components: share of the variance with its interval, and a loading a column. */
  readonly components: readonly {
    readonly share: number;
    readonly shareLow: number;
    readonly shareHigh: number;
    readonly loadings: readonly { readonly term: string; readonly weight: number; readonly loading: number; readonly low: number; readonly high: number }[];
  }[];
}
