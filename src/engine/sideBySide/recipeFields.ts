/** The settings of a recipe as texts, one a field, so that two or more recipes can be laid beside each other. */
import { basename } from 'node:path';
import type { ModelFacts } from '../../protocol/modelFacts';
import type { AnyRecipe, Recipe, Split } from '../../protocol/recipe';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent, listWords } from '../report/format';

export interface RecipeField {
  /** Name of the recipe's field; "rows" and "rowsUsed" are of the data. */
  readonly id: string;
  readonly title: string;
  /** Undefined where the recipe says nothing of it. */
  readonly text: (facts: ModelFacts) => string | undefined;
  /** What stands for a recipe that says nothing of it. */
  readonly absent: string;
}

/** All but the data file, the features and the options, which have words of their own. */
export const recipeFields: readonly RecipeField[] = [
  field('task', 'Task', ({ recipe }) => recipe.task, ''),
  field('target', 'Target', of('target', text => text), 'none'),
  field('positive', 'Class whose probability is modelled', of('positive', text => text), 'none'),
  field('formula', 'Formula', of('formula', text => text), 'none'),
  field('model', 'Model', ({ model }) => model.title, ''),
  field('categorical', 'Read as categories', of('categorical', names => listWords(names, 8)), 'as guessed'),
  field('numeric', 'Read as numbers', of('numeric', names => listWords(names, 8)), 'as guessed'),
  field('missing', 'Missing values', ({ recipe }) => (recipe.missing === 'drop' ? 'rows left out' : 'imputed'), ''),
  field('split', 'Held-out rows', of('split', splitWords), 'none'),
  field('level', 'Level of the intervals', ({ recipe }) => formatLevel(recipe.level), ''),
  field('seed', 'Seed', ({ recipe }) => String(recipe.seed), ''),
  field('maxRows', 'Most rows', of('maxRows', formatCount), 'default'),
  field('conformal', 'Conformal intervals', of('conformal', choice => choice), 'auto'),
  field('detail', 'Detail', of('detail', () => 'brief'), 'full'),
  field('roles', 'Columns of the decisions', ({ recipe }) => ('roles' in recipe && recipe.roles ? rolesWords(recipe.roles) : undefined), 'none'),
  field('study', 'Study', ({ recipe }) => ('study' in recipe ? studyWords(recipe.study) : undefined), 'none'),
  field('edits', 'Edits by hand', ({ edits }) => (edits === undefined ? undefined : formatCount(edits)), 'none'),
  field('rows', 'Rows in the file', ({ data }) => (data.rows > 0 ? formatCount(data.rows) : undefined), 'unknown'),
  field('rowsUsed', 'Rows used', ({ data }) => (data.rowsUsed > 0 ? formatCount(data.rowsUsed) : undefined), 'unknown'),
];

function field(id: string, title: string, text: RecipeField['text'], absent: string): RecipeField {
  return { id, title, text, absent };
}

/** The text of a field that recipes of a target have. */
function of<Name extends keyof Recipe>(name: Name, words: (value: NonNullable<Recipe[Name]>) => string): RecipeField['text'] {
  return ({ recipe }) => {
    const value = (recipe as Partial<Recipe>)[name];
    return value === undefined || value === null ? undefined : words(value as NonNullable<Recipe[Name]>);
  };
}

/** "5 folds", "5 folds by group of town", "the last 20 % of the rows". */
export function splitWords(split: Split): string {
  switch (split.scheme) {
    case 'none': return 'none';
    case 'foldColumn': return `folds of the column ${split.column}`;
    case 'holdout': return split.last ? `the last ${formatPercent(split.share)} of the rows` : `${formatPercent(split.share)} of the rows, drawn at random`;
    case 'kFold': {
      const group = split.groupColumn === undefined ? '' : ` by group of ${split.groupColumn}`;
      return `${countOf(split.folds, 'fold')}${group}${split.duplicates === 'together' ? ', copies of a row together' : ''}`;
    }
  }
}

function rolesWords(roles: NonNullable<Extract<AnyRecipe, { readonly roles?: unknown }>['roles']>): string {
  const next = roles.nextStates.length === 0 ? 'the next row' : roles.nextStates.join(', ');
  const rest = (['done', 'episode', 'order'] as const).flatMap(name => (roles[name] === undefined ? [] : [`${name} ${roles[name]}`]));
  return [`state ${roles.states.join(', ')}`, `action ${roles.action}`, `reward ${roles.reward}`, `next state ${next}`, ...rest].join('; ');
}

function studyWords({ kind, ...rest }: Extract<AnyRecipe, { readonly task: 'experiment' }>['study']): string {
  const settings = Object.entries(rest).flatMap(([name, value]) => (value === undefined || name === 'vary' ? [] : [`${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`]));
  const varied = (rest.vary ?? []).map(({ name, values }) => `${name} = ${values.join(', ')}`);
  return [kind, ...varied, ...settings].join('; ');
}

export function fileName({ recipe }: ModelFacts): string {
  return basename(recipe.file.replaceAll('\\', '/'));
}

export function optionText(value: string | number | boolean | undefined): string {
  return value === undefined ? 'default' : typeof value === 'number' ? formatNumber(value, 6) : String(value);
}
