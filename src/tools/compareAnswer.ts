/** unveil_compare_models: families on the same folds, or trained models side by side. */
import { basename } from 'node:path';
import type { Comparison } from '../protocol/comparison';
import type { Metric } from '../protocol/measures';
import type { ModelFile } from '../protocol/modelFile';
import { sideModelOf, type MetricDifference, type ModelPair, type SideBySide, type SideModel } from '../protocol/sideBySide';
import { compactJson, firstOf, firstSentence, shortened, type Answer } from './compact';
import { metricAnswer } from './modelAnswer';
import { isPath } from './paths';

export function comparisonAnswer(file: string, target: string | undefined, found: Comparison): string {
  return compactJson((most): Answer => ({
    sentence: firstSentence(found.recommendation),
    file, target, recommended: found.recommended, best: found.best, metric: found.metric, scheme: found.scheme, heldOutRows: found.rows, level: found.level, test: shortened(found.test, 200),
    ...firstOf('models', found.models.map(({ family, title, metrics, difference, seconds, scores }) => ({
      family, title, ...shortMetrics(metrics, most), differenceFromBest: difference && { value: difference.value, low: difference.low, high: difference.high, pValue: difference.pValue, withinOneStandardError: difference.withinOneStandardError },
      featuresUsed: scores.find(score => score.name === 'featuresUsed')?.value, seconds,
    })), Infinity),
    ...firstOf('notRun', found.notRun.map(({ family, text }) => ({ family, why: shortened(text, 160) })), 10),
    next: found.recommended === undefined ? undefined : `unveil_train_model with the model ${found.recommended} explains it.`,
  }));
}

function shortMetrics(metrics: readonly Metric[], most: number): Record<string, unknown> {
  return { metrics: Object.fromEntries(metrics.map(({ name, value, low, high }) => [name, most > 15 && low !== undefined ? [value, low, high] : value])) };
}

export interface NamedModel { readonly named: string; readonly model: ModelFile }

/** What trained models are called in what is said of them: what the call named, and of a path its last part. */
export function asBeside({ named, model }: NamedModel): SideModel {
  return { ...sideModelOf(model), name: isPath(named) ? basename(named) : named };
}

/** Trained models side by side, with the sentences and the paired differences that the panel shows. */
export function modelsAnswer(models: readonly NamedModel[], { verdict, pairs, level, test }: SideBySide): string {
  return compactJson((most): Answer => ({
    sentence: verdict[0] ?? 'There is nothing to say of these models together.',
    ...(verdict.length > 1 && firstOf('further', verdict.slice(1), Math.min(10, most))),
    comparable: pairs.every(pair => pair.sameFolds),
    ...firstOf('models', models.map(({ named, model: { recipe, report } }) => ({
      model: named, title: report.model.title, family: report.model.family, file: recipe.file, target: recipe.target, features: recipe.features.length, rowsUsed: report.data.rowsUsed,
      scheme: report.performance?.scheme, metrics: report.performance?.metrics.slice(0, most > 6 ? undefined : 2).map(metric => metricAnswer({ ...metric, note: undefined })), verdict: report.performance?.versusBaseline?.verdict,
    })), Math.max(3, most)),
    ...firstOf('differences', pairs.map(pair => pairAnswer(pair, models, most)), most), level, test: shortened(test, 200),
    next: 'unveil_compare_models with file and target fits families on the same folds and tests their differences.',
  }));
}

/** Each difference is the metric of `to` less that of `from`; the loss comes first, for `beyondChance` is of it. */
function pairAnswer({ first, second, sameFolds, why, changes, metrics, beyondChance }: ModelPair, models: readonly NamedModel[], most: number): Record<string, unknown> {
  const loss = ({ name }: MetricDifference): boolean => name === 'rmse' || name === 'logLoss';
  const ordered = [...metrics].sort((a, b) => Number(loss(b)) - Number(loss(a))).slice(0, most > 15 ? undefined : 1);
  return {
    from: models[first]!.named, to: models[second]!.named, comparable: sameFolds, why, ...firstOf('changed', changes.map(text => shortened(text, 120)), Math.min(5, most)),
    ...(sameFolds && { metrics: ordered.map(({ name, change, low, high, pValue, verdict }) => ({ name, difference: change, low, high, pValue, verdict })) }), beyondChance,
  };
}
