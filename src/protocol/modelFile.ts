/** A trained model on disk: recipe, encodings, parameters and report in one JSON file that diffs in git. */
import type { Recipe } from './recipe';
import type { Report } from './report';

export const modelFormat = 'unveil-model';
export const modelVersion = 1;
export const modelFileSuffix = '.unveil.json';

export interface ModelFile {
  readonly format: typeof modelFormat;
  readonly version: typeof modelVersion;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly name: string;
  readonly recipe: Recipe;
  /** The family's own parameters with its encodings; schema is the family's. */
  readonly parameters: unknown;
  readonly report: Report;
}
