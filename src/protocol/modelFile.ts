/** A trained model on disk: recipe, encodings, parameters and report in one JSON file that diffs in git. */
import type { ModelFacts } from './modelFacts';
import type { ColumnKind } from './profile';
import { hasTarget, type AnyRecipe, type ExperimentRecipe, type Recipe, type TargetlessRecipe } from './recipe';
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

/** Training rows that stand for what is usual when a single row is explained: the columns of the model's features. */
export interface BackgroundBlock {
  readonly rows: number;
  /** Says which file the model was fitted on: size and SHA-256 of its contents (of pieces of a very large one). */
  readonly trainedOn?: string;
  readonly columns: readonly BackgroundColumn[];
}

/** Cells joined by commas, a missing one empty: numbers (milliseconds since 1970 for dates), or places in `levels`. */
export interface BackgroundColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly cells: string;
  /** Of a column of texts: the levels that occur in these rows. */
  readonly levels?: readonly string[];
}

/** By default that of a model of a target. */
export interface ModelFile<R extends AnyRecipe = Recipe> {
  readonly format: typeof modelFormat;
  readonly version: typeof modelVersion;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly name: string;
  readonly recipe: R;
  /** The family's own parameters with its encodings; schema is the family's. */
  readonly parameters: unknown;
  /** Absent where nothing was held out or conformal intervals were not wanted. */
  readonly conformal?: ConformalBlock;
  /** Absent in older files, and where fewer than 20 rows would fit. */
  readonly background?: BackgroundBlock;
  /** What a person changed in the fitted model, oldest first; the parameters hold the edited terms and what was fitted. */
  readonly edits?: readonly RecordedEdit[];
  /** Of an edited model: what was measured of it as it was fitted, and is again when all edits are taken back. */
  readonly fitted?: { readonly report: Report<R>; readonly conformal?: ConformalBlock };
  readonly report: Report<R>;
  /** A person's own words about the model. */
  readonly note?: string;
  readonly tags?: readonly string[];
  /** Versions that this one took the place of by training anew, oldest first. */
  readonly earlier?: readonly ModelFacts[];
}

export type TargetlessModelFile = ModelFile<TargetlessRecipe>;
/** What an experiment found: there is nothing in it to predict with. */
export type ExperimentFile = ModelFile<ExperimentRecipe>;
export type AnyModelFile = ModelFile | TargetlessModelFile | ExperimentFile;

export const isExperimentFile = (model: AnyModelFile): model is ExperimentFile => model.recipe.task === 'experiment';

export const explainsTarget = (model: AnyModelFile): model is ModelFile => hasTarget(model.recipe);

export interface RecordedEdit {
  /** "age", "age × hours". */
  readonly term: string;
  readonly edit: 'removed' | 'smoothed' | 'monotone';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly bandwidth?: number;
  readonly direction?: 'increasing' | 'decreasing';
}
