/** What differs between recipes: a table for any number of models, phrases for the step from one to the next. */
import type { ModelFacts } from '../../protocol/modelFacts';
import type { RecipeDifference } from '../../protocol/sideBySide';
import { formatCount, listWords } from '../report/format';
import { fileName, optionText, recipeFields } from './recipeFields';

const mostNames = 8;

/** Settings that are not the same in all of the models, in the order of a recipe. */
export function recipeDifferences(models: readonly ModelFacts[]): RecipeDifference[] {
  return [...dataRows(models), ...leading([...featureRow(models), ...optionRows(models), ...fieldRows(models)])].filter(({ values }) => new Set(values).size > 1);
}

function dataRows(models: readonly ModelFacts[]): RecipeDifference[] {
  const contents = [...new Set(models.map(model => model.trainedOn).filter(hash => hash !== undefined))];
  const known = models.every(model => model.trainedOn !== undefined);
  return [
    { id: 'file', title: 'Data file', values: models.map(fileName) },
    // Which contents are alike is of interest, not their hashes.
    ...(known ? [{ id: 'content', title: 'Content of the data file', values: models.map(({ trainedOn }) => `content ${contents.indexOf(trainedOn!) + 1}`) }] : []),
  ];
}

function featureRow(models: readonly ModelFacts[]): RecipeDifference[] {
  const union = [...new Set(models.flatMap(({ recipe }) => recipe.features))];
  return [{ id: 'features', title: 'Features', values: models.map(({ recipe }) => featuresWords(recipe.features, union)) }];
}

/** "all 7", "5: without sex and year", "a and b". */
function featuresWords(features: readonly string[], union: readonly string[]): string {
  const used = new Set(features);
  const missing = union.filter(name => !used.has(name));
  if (missing.length === 0) return `all ${formatCount(union.length)}`;
  return missing.length < features.length ? `${formatCount(features.length)}: without ${listWords(missing, mostNames)}` : listWords(features, mostNames);
}

function optionNames(models: readonly ModelFacts[]): string[] {
  return [...new Set(models.flatMap(({ recipe }) => Object.keys(recipe.options)))].sort();
}

function optionRows(models: readonly ModelFacts[]): RecipeDifference[] {
  return optionNames(models).map(name => ({ id: `options.${name}`, title: `Option ${name}`, values: models.map(({ recipe }) => optionText(ownOption(recipe.options, name))) }));
}

function fieldRows(models: readonly ModelFacts[]): RecipeDifference[] {
  return recipeFields.map(({ id, title, text, absent }) => ({ id, title, values: models.map(model => text(model) ?? absent) }));
}

function ownOption(options: ModelFacts['recipe']['options'], name: string): string | number | boolean | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

/** Phrases such as "Model: Linear regression → Ridge regression", "Features left out: sex"; empty where the recipes are the same. */
export function recipeChanges(before: ModelFacts, after: ModelFacts): string[] {
  const pair = [before, after];
  const rows = [...optionRows(pair), ...fieldRows(pair)].filter(({ values: [a, b] }) => a !== b);
  return [...fileChanges(before, after), ...featureChanges(before, after), ...leading(rows).map(({ title, values: [a, b] }) => `${title}: ${a} → ${b}`)];
}

/** What says most comes first. */
function leading(rows: readonly RecipeDifference[]): RecipeDifference[] {
  const order = ['model', 'target', 'task'];
  const placeOf = ({ id }: RecipeDifference): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b));
}

function fileChanges(before: ModelFacts, after: ModelFacts): string[] {
  const known = before.trainedOn !== undefined && after.trainedOn !== undefined;
  const changed = known && before.trainedOn !== after.trainedOn;
  if (before.recipe.file === after.recipe.file) return changed ? [`The content of ${fileName(after)} has changed`] : [];
  const [a, b] = fileName(before) === fileName(after) ? [before.recipe.file, after.recipe.file] : [fileName(before), fileName(after)];
  return [`Data file: ${a} → ${b}${known && !changed ? ', of the same content' : ''}`];
}

function featureChanges(before: ModelFacts, after: ModelFacts): string[] {
  const [old, now] = [new Set(before.recipe.features), new Set(after.recipe.features)];
  const added = [...now].filter(name => !old.has(name));
  const left = [...old].filter(name => !now.has(name));
  return [
    ...(added.length > 0 ? [`Features added: ${listWords(added, mostNames)}`] : []),
    ...(left.length > 0 ? [`Features left out: ${listWords(left, mostNames)}`] : []),
  ];
}
