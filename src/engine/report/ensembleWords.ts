/** Words for what was measured with fewer networks in the folds than the model averages. */
import { sameEnsemble } from '../evaluate/sameEnsemble';
import type { Facts } from './input';

/** The model averages networks, has been evaluated, and its folds average another number of them. */
export function isUnmeasuredEnsemble({ model, evaluation }: Facts): boolean {
  return evaluation !== undefined && evaluation.foldModels.length > 0 && model.averaged !== undefined && !sameEnsemble(model, evaluation.foldModels);
}

/** Why, and what to set to have it measured. */
export function unmeasuredWords({ model, evaluation }: Facts): string {
  const counts = [...new Set((evaluation?.foldModels ?? []).map(fold => fold.averaged ?? 1))].sort((a, b) => a - b);
  const networks = counts.length === 1 && counts[0] === 1 ? 'a single network' : `${counts.join(' to ')} networks`;
  return `To save time each fold had ${networks} instead of ${model.averaged}, whose uncertainty is found otherwise; foldEnsemble=${model.averaged} measures the ensemble.`;
}
