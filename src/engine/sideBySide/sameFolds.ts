/** Whether two models were measured on the same folds of the same rows: only then can their metrics be paired. */
import type { ModelFacts } from '../../protocol/modelFacts';
import { hasTarget, type Recipe } from '../../protocol/recipe';

/** Why their folds are not the same, as the end of a sentence; undefined where they are. */
export function whyOtherFolds(a: ModelFacts, b: ModelFacts): string | undefined {
  const [first, second] = [a.recipe, b.recipe];
  if (!hasTarget(first) || !hasTarget(second)) return 'a model without a target has no held-out metrics';
  if (!a.performance || !b.performance) return 'not both were measured on held-out rows';
  if (first.target !== second.target || first.task !== second.task) return 'they explain different targets';
  if (first.positive !== second.positive) return 'they model the probability of different classes';
  if (a.trainedOn === undefined || b.trainedOn === undefined) return 'it is not known whether they were trained on files of the same content';
  if (a.trainedOn !== b.trainedOn) return 'they were trained on files of different contents';
  if (!sameJson(first.split, second.split)) return 'their rows were held out in different ways';
  if (first.seed !== second.seed && !isFixed(a, b)) return 'their folds were dealt with different seeds';
  return sameRows(a, b, first, second) ? undefined : 'they were measured on different held-out rows';
}

/** Folds that no random number has a part in. */
function isFixed(a: ModelFacts, b: ModelFacts): boolean {
  const { split } = a.recipe as Recipe;
  const sampled = [a, b].some(({ data, recipe }) => data.rows > recipe.maxRows);
  return !sampled && (split.scheme === 'foldColumn' || (split.scheme === 'holdout' && split.last === true));
}

/** Rows are left out by columns in use where missing cells are not filled in, and copies of a row are alike in the features. */
function sameRows(a: ModelFacts, b: ModelFacts, first: Recipe, second: Recipe): boolean {
  const byFeatures = first.missing === 'drop' || (first.split.scheme === 'kFold' && first.split.duplicates === 'together');
  return first.missing === second.missing && first.maxRows === second.maxRows && a.performance!.rows === b.performance!.rows
    && a.data.rowsUsed === b.data.rowsUsed && sameJson(a.data.dropped, b.data.dropped) && sameJson(a.performance!.foldRows ?? 0, b.performance!.foldRows ?? a.performance!.foldRows ?? 0)
    && (!byFeatures || sameJson(first.features, second.features));
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
