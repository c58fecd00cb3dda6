/** What the last quick pick offers for a task: a model family with its settings. No vscode. */
import type { TargetCandidate } from '../protocol/engine';
import type { ColumnProfile } from '../protocol/profile';
import type { OptionValue, Task } from '../protocol/recipe';
import { t } from '../services/l10n';
import { countText } from '../views/columnText';

export interface ModelChoice {
  readonly title: string;
  readonly detail: string;
  readonly tasks: readonly Task[];
  readonly model: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** The model families are compared while the simplest is read. */
  readonly compare?: true;
}

/** Best first. */
export const modelChoices: readonly ModelChoice[] = [
  { title: t('Automatic'), detail: t('Linear or logistic regression at once; then every family on the same folds, and which one to take'), tasks: ['regression', 'classification'], model: 'auto', compare: true },
  { title: t('Linear Regression'), detail: t('Least squares; every weight with its confidence interval'), tasks: ['regression'], model: 'linear' },
  { title: t('Logistic Regression'), detail: t('Every weight with its confidence interval and odds ratio'), tasks: ['classification'], model: 'logistic' },
  { title: t('Explainable Boosting Machine'), detail: t('A curve a feature and some pairs, added up; often as accurate as a black box, and its terms can be edited'), tasks: ['regression', 'classification'], model: 'ebm' },
  { title: t('Formula'), detail: t('A search for a short formula behind the numbers; takes a minute'), tasks: ['regression'], model: 'formula' },
  { title: t('Neural Network'), detail: t('Layers of hidden units, several networks averaged; for bends and interactions'), tasks: ['regression', 'classification'], model: 'neural' },
  { title: t('Attention Model'), detail: t('One token a feature; shows where it looks, and whether that can be trusted'), tasks: ['regression', 'classification'], model: 'attention' },
  { title: t('Bayesian Linear Regression'), detail: t('Every weight with its posterior; the strength of the prior averaged over'), tasks: ['regression'], model: 'bayes' },
  { title: t('Bayesian Logistic Regression'), detail: t('Every weight with its posterior; finite when classes separate'), tasks: ['classification'], model: 'bayes' },
  { title: t('Relevance Determination'), detail: t('Bayesian; weights that the data do not need are drawn to zero'), tasks: ['regression', 'classification'], model: 'bayes', options: { prior: 'ard' } },
  { title: t('Ridge'), detail: t('Weights shrunk together; for features that move together'), tasks: ['regression'], model: 'linear', options: { penalty: 'ridge' } },
  { title: t('Lasso'), detail: t('Weights shrunk, weak ones to zero; chooses features'), tasks: ['regression'], model: 'linear', options: { penalty: 'lasso' } },
  { title: t('Elastic Net'), detail: t('Between ridge and lasso'), tasks: ['regression'], model: 'linear', options: { penalty: 'elasticnet' } },
  { title: t('Robust Regression'), detail: t('Huber weights; outliers count less'), tasks: ['regression'], model: 'linear', options: { loss: 'huber' } },
  { title: t('Ridge Logistic Regression'), detail: t('Weights shrunk together; finite when classes separate'), tasks: ['classification'], model: 'logistic', options: { penalty: 'ridge' } },
  { title: t('Lasso Logistic Regression'), detail: t('Weights shrunk, weak ones to zero; chooses features'), tasks: ['classification'], model: 'logistic', options: { penalty: 'lasso' } },
  { title: t('Elastic Net Logistic Regression'), detail: t('Between ridge and lasso'), tasks: ['classification'], model: 'logistic', options: { penalty: 'elasticnet' } },
];

export interface TaskChoice {
  readonly title: string;
  readonly detail: string;
  readonly task: Task;
  readonly positive?: string;
}

/** Numeric targets with at most this many distinct values are offered as classes too. */
const mostClasses = 100;

/** What can be predicted of a column, the candidate's guess first. For two classes the choice names the positive one. */
export function taskChoices(column: ColumnProfile, candidate: TargetCandidate | undefined): readonly TaskChoice[] {
  const classes = candidate?.classes ?? column.levels?.map(level => level.level);
  const canBeClasses = column.kind !== 'numeric' || column.distinct <= mostClasses;
  const choices: TaskChoice[] = [];
  if (canBeClasses) choices.push(...classChoices(column, classes, candidate?.positive));
  if (column.kind === 'numeric') {
    choices.push({ title: t('Regression'), detail: t('Predict the number'), task: 'regression' });
  }
  const guessed = candidate?.task ?? (column.kind === 'numeric' ? 'regression' : 'classification');
  return choices.sort((a, b) => Number(b.task === guessed) - Number(a.task === guessed));
}

function classChoices(column: ColumnProfile, classes: readonly string[] | undefined, positive: string | undefined): TaskChoice[] {
  if (classes?.length === 2) {
    const [first, second] = positive === classes[0] ? classes : [classes[1]!, classes[0]!];
    return [first!, second!].map(name => ({
      title: t('Classification: {0}', name), detail: t('Predict the probability of {0} against {1}', name, name === first ? second : first),
      task: 'classification', positive: name,
    }));
  }
  const names = classes ? `: ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ', …' : ''}` : '';
  return [{ title: t('Classification'), detail: t('Predict which of {0} classes{1}', countText(classes?.length ?? column.distinct), names), task: 'classification' }];
}
