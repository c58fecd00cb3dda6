/** Whether what the folds' models say of their uncertainty can be taken for the model's own. */
import type { Model } from '../models/model';

/**
 * False where a fold's model averages another number of networks than the model: its intervals are then made otherwise (those of a
 * single network by its last layer's posterior, those of few by a wider factor), and say nothing of how well the model's own hold.
 */
export function sameEnsemble(model: Model, foldModels: readonly Model[]): boolean {
  return foldModels.every(fold => fold.averaged === model.averaged);
}
