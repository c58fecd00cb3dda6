/** Models two by two: what differs, by how much, and which differences are beyond chance when there are several. */
import type { MetricName } from '../../protocol/measures';
import type { ModelFacts } from '../../protocol/modelFacts';
import type { MetricDifference, ModelPair } from '../../protocol/sideBySide';
import { metricChanges } from './metricChanges';
import { recipeChanges } from './recipeChanges';
import { whyOtherFolds } from './sameFolds';

/** The metric that a verdict rests on: a proper score of all that the model predicts. */
export function lossName(model: ModelFacts): MetricName {
  return model.recipe.task === 'regression' ? 'rmse' : 'logLoss';
}

export function lossDifference(pair: ModelPair, models: readonly ModelFacts[]): MetricDifference | undefined {
  return pair.metrics.find(({ name }) => name === lossName(models[pair.first]!));
}

export function pairOf(models: readonly ModelFacts[], first: number, second: number, level: number): ModelPair {
  const [a, b] = [models[first]!, models[second]!];
  const why = whyOtherFolds(a, b);
  return { first, second, sameFolds: why === undefined, ...(why !== undefined && { why }), changes: recipeChanges(a, b), metrics: metricChanges(a, b, why === undefined, level) };
}

/** Every two models in their order, with the verdict of Holm's procedure over all pairs that have a p-value of the loss. */
export function allPairs(models: readonly ModelFacts[], level: number): ModelPair[] {
  const pairs = models.flatMap((_, first) => models.slice(first + 1).map((__, i) => pairOf(models, first, first + 1 + i, level)));
  return judgedTogether(pairs, models, level);
}

/** Holm (1979): the smallest p-value is held against α/m, the next against α/(m − 1), until one does not pass. */
export function judgedTogether(pairs: readonly ModelPair[], models: readonly ModelFacts[], level: number): ModelPair[] {
  const ranked = pairs.flatMap(pair => {
    const pValue = lossDifference(pair, models)?.pValue;
    return pValue === undefined ? [] : [{ pair, pValue }];
  }).sort((a, b) => a.pValue - b.pValue);
  const failed = ranked.findIndex(({ pValue }, i) => pValue >= (1 - level) / (ranked.length - i));
  const passed = new Set(ranked.slice(0, failed < 0 ? ranked.length : failed).map(({ pair }) => pair));
  const judged = new Set(ranked.map(({ pair }) => pair));
  return pairs.map(pair => (judged.has(pair) ? { ...pair, beyondChance: passed.has(pair) } : pair));
}
