/** What a robustness study did otherwise than asked, or could not do, in sentences. */
import { isNetwork } from '../runs/oneNetwork';
import { mostChoices } from './ground';
import type { Measurements } from './measurements';
import type { RobustnessResult } from './result';

export function studyNotes({ dataset, family, folds, outcomes, outliers, labels, stopped, scoring }: Measurements, { numbers, categories, manyLevels }: RobustnessResult['open']): string[] {
  const attacked = outcomes.reduce((sum, { rows }) => sum + rows.length, 0);
  const heldOut = folds.slice(0, outcomes.length).reduce((sum, { test }) => sum + test.length, 0);
  const without = outcomes.reduce((sum, outcome) => sum + outcome.attack.numbers[0].filter(Number.isNaN).length, 0);
  const exact = outcomes.filter(({ method }) => method === 'exact').length;
  return [
    ...(attacked < heldOut ? [`A random sample of ${attacked} of the ${heldOut} held-out rows was attacked, to save time.`] : []),
    ...(outcomes.length < folds.length ? [`Folds attacked ${stopped ? 'before the study was ended' : 'in the time given'}: ${outcomes.length} of ${folds.length}.`] : []),
    ...(isNetwork(family.id) ? ['In each fold one network was trained and attacked, not an ensemble.'] : []),
    ...(exact > 0 && exact < outcomes.length ? [`In ${exact} of ${outcomes.length} folds the attack was exact, as the model was a sum of one part a feature there.`] : []),
    ...(without > 0 ? [without === 1 ? 'One of the attacked rows has no prediction and is left out.' : `${without} of the attacked rows have no prediction and are left out.`] : []),
    ...(numbers.length > 0 ? [] : [categories.length > 0 ? 'There is no number that can be changed, so that only changes of a category were tried.' : 'There is no column that can be changed, so that no attack was tried.']),
    ...(scoring.regression && numbers.length > 0 && categories.length > 0 ? ['What an attacker would change is told of numbers only; changes of a category are in the line of numbers and one category.'] : []),
    ...(manyLevels ? [`Of categories with more than ${mostChoices} levels the commonest ${mostChoices} were tried.`] : []),
    ...(dataset.recipe.missing === 'drop' ? ['Rows with missing cells have no prediction in this recipe (missing=drop), so that the effect of missing cells was not measured.'] : []),
    ...new Set([...outcomes.flatMap(outcome => outcome.notes), ...outliers.notes, ...labels.notes]),
  ];
}
