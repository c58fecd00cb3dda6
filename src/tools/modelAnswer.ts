/** unveil_train_model, and the overview of unveil_explain_model: what a model is, how good, what it uses, what to beware of. */
import { basename } from 'node:path';
import type { Metric } from '../protocol/measures';
import type { ModelFile } from '../protocol/modelFile';
import type { Report, Section } from '../protocol/report';
import { compactJson, firstOf, numberText, percentText, shortened, type Answer } from './compact';
import type { ModelPart } from './definitions';

export function modelAnswer(named: string, { name, recipe, report }: ModelFile, more: Readonly<Record<string, unknown>> = {}): string {
  return compactJson((most): Answer => ({
    sentence: modelSentence(report),
    model: named,
    ...more,
    name,
    file: recipe.file, target: recipe.target, task: recipe.task, positive: recipe.positive,
    family: report.model.family, title: report.model.title, classes: shortList(report.model.classes),
    rows: report.data.rows, rowsUsed: report.data.rowsUsed,
    ...(report.performance && {
      heldOut: {
        scheme: report.performance.scheme, rows: report.performance.rows, level: recipe.level, ...metricsAnswer(report.performance.metrics),
        verdict: report.performance.versusBaseline?.verdict,
        caution: report.performance.versusBaseline?.caution,
      },
    }),
    ...importantFeatures(report, Math.min(8, most)),
    ...firstOf('cautions', report.notes.map(note => shortened(note.text, most > 6 ? 240 : 120)), Math.min(10, most)),
    parts: partsOf(report),
  }));
}

/** "Ridge logistic regression of species in penguins.csv: accuracy 0.983 (95 % interval 0.947 to 1, baseline 0.442) on 344 held-out rows; bill_length_mm counts most." */
export function modelSentence({ recipe, model, performance, importance }: Report): string {
  const metric = performance?.metrics[0];
  const measured = metric && performance ? `: ${metricTitle(metric.name)} ${numberText(metric.value)}${inBrackets(metric, recipe.level)} on ${performance.rows} held-out rows` : ', not measured on held-out rows';
  const first = importance?.find(item => item.permutation !== undefined && item.permutation.value > 0);
  const verdict = performance?.versusBaseline?.verdict;
  const weak = verdict !== undefined && verdict !== 'better' ? `; it is ${verdict} than its baseline` : '';
  return `${model.title} of ${recipe.target} in ${basename(recipe.file)}${measured}${weak}${first ? `; ${first.feature} counts most` : ''}.`;
}

function inBrackets({ low, high, baseline }: Metric, level: number): string {
  const parts = [
    low !== undefined && high !== undefined && `${percentText(level)} interval ${numberText(low)} to ${numberText(high)}`,
    baseline !== undefined && `baseline ${numberText(baseline)}`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

const titles: Readonly<Record<string, string>> = { auc: 'ROC AUC', logLoss: 'log loss', brier: 'Brier score', ece: 'expected calibration error', rmse: 'RMSE', mae: 'MAE', r2: 'R²', f1: 'F1' };

export function metricTitle(name: string): string {
  return titles[name] ?? name;
}

/** A note that all metrics share is said once. */
function metricsAnswer(metrics: readonly Metric[]): Record<string, unknown> {
  const [note, ...others] = new Set(metrics.map(metric => metric.note));
  return others.length > 0 ? { metrics: metrics.map(metricAnswer) } : { note, metrics: metrics.map(metric => metricAnswer({ ...metric, note: undefined })) };
}

export function metricAnswer({ name, value, low, high, baseline, note }: Metric): Record<string, unknown> {
  return { name, value, low, high, baseline, note };
}

function shortList(items: readonly string[] | undefined): readonly string[] | undefined {
  return items && items.length > 10 ? [...items.slice(0, 10), `and ${items.length - 10} more`] : items;
}

/** The most important first, with the unit of the importance. */
export function importantFeatures(report: Report, most: number, wanted?: readonly string[]): Record<string, unknown> {
  const all = (report.importance ?? []).filter(item => wanted === undefined || wanted.includes(item.feature));
  const section = report.sections.find((item): item is Extract<Section, { kind: 'importance' }> => item.kind === 'importance');
  const items = all.map(({ feature, permutation, attention }) => ({ feature, importance: permutation?.value, low: permutation?.low, high: permutation?.high, attention: attention?.value }));
  return { ...firstOf('features', items, most), ...(items.length > 0 && section && { importanceUnit: section.unit }) };
}

/** The parts that there is something to say of. */
export function partsOf(report: Report): ModelPart[] {
  const present: Readonly<Record<ModelPart, unknown>> = {
    overview: true, weights: report.weights?.length, importance: report.importance?.length, effects: report.effects?.length,
    intervals: report.intervals, scores: report.scores?.length, formula: report.formula,
  };
  return (Object.keys(present) as ModelPart[]).filter(part => present[part]);
}
