/** A trained model on disk: recipe, encodings, parameters and report in one JSON file that diffs in git. */
import type { Recipe } from './recipe';
import type { Report } from './report';

export const modelFormat = 'unveil-model';
export const modelVersion = 1;
export const modelFileSuffix = '.unveil.json';

/** What `predict` needs to give new rows conformal intervals or sets. */
export interface ConformalBlock {
  readonly method: 'split' | 'cv+' | 'jackknife+' | 'cqr';
  /** Score of a calibration row: size of its residual, distance outside of its quantiles, cumulated probability of its class. */
  readonly score: 'residual' | 'quantile' | 'aps';
  readonly combination: 'split' | 'cross';
  /** Of the uniform numbers that randomise sets. */
  readonly seed: number;
  readonly classes?: readonly string[];
  /** Parameters of the models of the folds; empty where the model of all rows stands in for them, without a guarantee. */
  readonly models: readonly unknown[];
  readonly units: readonly {
    /** Index into `models`, or -1. */
    readonly model: number;
    /** Calibration rows. */
    readonly rows: number;
    /** Ascending; those that are not finite are left out. */
    readonly scores: readonly number[];
    /** How many calibration rows each score stands for; absent: one. */
    readonly counts?: readonly number[];
    readonly quantiles?: unknown;
  }[];
}

export interface ModelFile {
  readonly format: typeof modelFormat;
  readonly version: typeof modelVersion;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly name: string;
  readonly recipe: Recipe;
  /** The family's own parameters with its encodings; schema is the family's. */
  readonly parameters: unknown;
  /** Absent where nothing was held out or conformal intervals were not wanted. */
  readonly conformal?: ConformalBlock;
  readonly report: Report;
}
