/** All model families, and the one that 'auto' stands for. */
import type { Task } from '../../protocol/recipe';
import { attentionFamily } from './attention/family';
import { bayesFamily } from './bayes/family';
import { boostingFamily } from './boosting/family';
import { withComponents } from './components/family';
import { withEvenClasses } from './evenClasses/family';
import { linearFamily } from './linear/family';
import { logisticFamily } from './logistic/family';
import type { Family } from './model';
import { formulaFamily } from './formula/family';
import { neuralFamily } from './neural/family';

/** Those but the formula, which is made of the columns themselves, can read principal components in the place of numbers. */
export const families: readonly Family[] = [...[linearFamily, logisticFamily, neuralFamily, attentionFamily, bayesFamily, boostingFamily].map(family => withComponents(withEvenClasses(family))), formulaFamily];

/** Numbers: linear regression. Classes: logistic regression. */
export function familyFor(task: Task): Family {
  return families.find(family => family.tasks.includes(task)) ?? families[0]!;
}
