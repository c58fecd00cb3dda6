/** All that a robustness study measured, before it is put together. */
import type { Dataset } from '../../data/dataset';
import type { Fold } from '../../evaluate/splits';
import type { Family } from '../../models/model';
import type { FoldOutcome } from './oneFold';
import type { Scoring } from './scoring';
import type { Spoiled } from './spoiledTraining';

export interface Measurements {
  readonly dataset: Dataset;
  readonly family: Family;
  readonly scheme: string;
  readonly folds: readonly Fold[];
  readonly outcomes: readonly FoldOutcome[];
  readonly scoring: Scoring;
  readonly epsilons: readonly number[];
  readonly shares: readonly number[];
  readonly immutable: readonly string[];
  readonly outliers: Spoiled;
  readonly labels: Spoiled;
  readonly adversarial?: number;
  readonly stopped: boolean;
}
