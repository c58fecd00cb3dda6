/** Two or more models side by side: settings that differ, paired metrics, importance and weights of the same features. */
import { UserError } from '../../protocol/errors';
import { targetOf } from '../../protocol/modelFacts';
import { boundsOf, diffFormat, type OfModels, type SideBySide, type SideModel } from '../../protocol/sideBySide';
import { testWords } from './metricChanges';
import { allPairs } from './pairs';
import { recipeDifferences } from './recipeChanges';
import { namesOf, verdictSentences } from './words';

/** More would make a table that nobody reads, and pairs by the dozen. */
export const mostBeside = 8;

/** Throws UserError for fewer than two models and for too many. */
export function sideBySide(models: readonly SideModel[]): SideBySide {
  if (models.length < 2) throw new UserError('badOption', 'Choose two models or more to see them side by side.');
  if (models.length > mostBeside) throw new UserError('badOption', `At most ${mostBeside} models can be seen side by side; ${models.length} were chosen.`);
  const { level } = models[0]!.recipe;
  const pairs = allPairs(models, level);
  const names = namesOf(models);
  return {
    format: diffFormat, version: 1, level, test: testWords,
    models: models.map((model, i) => ({ ...described(model), name: names[i]! })),
    verdict: verdictSentences(models, pairs, names, level), recipe: recipeDifferences(models), pairs,
    importance: importanceOf(models), weights: weightsOf(models),
  };
}

function described({ name, created, recipe, model, data, performance, trainedOn, edits }: SideModel): SideBySide['models'][number] {
  const target = targetOf({ recipe });
  return {
    name, created, file: recipe.file, task: recipe.task, ...(target !== undefined && { target }), model, data,
    ...(performance && { performance }), ...(trainedOn !== undefined && { trainedOn }), ...(edits !== undefined && { edits }),
  };
}

/** Largest first, by the largest value of any model. Loss units differ between tasks, so only models of the first one's task and target. */
function importanceOf(models: readonly SideModel[]): SideBySide['importance'] {
  const found = new Map<string, OfModels[]>();
  models.forEach(({ importance = [], ...model }, i) => {
    if (model.recipe.task !== models[0]!.recipe.task || targetOf(model) !== targetOf(models[0]!)) return;
    for (const { feature, permutation } of importance) {
      if (permutation) push(found, feature, { model: i, value: permutation.value, ...boundsOf(permutation) });
    }
  });
  const largest = (values: readonly OfModels[]): number => Math.max(...values.map(({ value }) => value));
  return [...found].sort((a, b) => largest(b[1]) - largest(a[1])).map(([feature, values]) => ({ feature, models: values }));
}

/** In the order of the first model that has the term. */
function weightsOf(models: readonly SideModel[]): SideBySide['weights'] {
  const found = new Map<string, OfModels[]>();
  const terms = new Map<string, { readonly term: string; readonly class?: string }>();
  models.forEach(({ weights = [], ...model }, i) => {
    if (targetOf(model) !== targetOf(models[0]!)) return;
    for (const { term, class: ofClass, estimate, ...bounds } of weights) {
      const key = JSON.stringify([term, ofClass]);
      terms.set(key, { term, ...(ofClass !== undefined && { class: ofClass }) });
      push(found, key, { model: i, value: estimate, ...boundsOf(bounds) });
    }
  });
  return [...found].map(([key, values]) => ({ ...terms.get(key)!, models: values }));
}

function push(found: Map<string, OfModels[]>, key: string, value: OfModels): void {
  const list = found.get(key);
  if (list) list.push(value);
  else found.set(key, [value]);
}
