/** unveil_explain_model: one part of a model's report. */
import type { Effect, Weight } from '../protocol/effects';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { Report, Section } from '../protocol/report';
import { compactJson, firstOf, firstSentence, shortened, someOf, type Answer } from './compact';
import type { ModelPart } from './definitions';
import { importantFeatures, modelAnswer, modelSentence, partsOf } from './modelAnswer';

interface Asked { readonly named: string; readonly model: ModelFile; readonly features: readonly string[] | undefined }

/** Throws UserError for a part that the model has not, and for features that it does not use. */
export function partAnswer(named: string, model: ModelFile, part: ModelPart, features?: readonly string[]): string {
  const { report } = model;
  const parts = partsOf(report);
  if (!parts.includes(part)) throw new UserError('badOption', `${report.model.title} has no ${part}. ${advice[part] ?? ''}Call again with one of these parts: ${parts.join(', ')}.`);
  const unknown = features?.find(name => !model.recipe.features.includes(name));
  if (unknown !== undefined) throw new UserError('badOption', `The model does not use the feature "${unknown}". Its features are: ${someOf(model.recipe.features, 40)}. Call again with some of these.`);
  const asked = { named, model, features };
  switch (part) {
    case 'overview': return modelAnswer(named, model);
    case 'weights': return answer(asked, part, sentenceOf(report, 'weights', 'weights'), most => weights(asked, most));
    case 'importance': return answer(asked, part, sentenceOf(report, 'importance', 'importance'), most => importantFeatures(report, most, features));
    case 'effects': return answer(asked, part, sentenceOf(report, 'effects', 'effects'), most => effects(asked, most));
    case 'intervals': return answer(asked, part, sentenceOf(report, 'fit', 'intervals'), () => ({ intervals: report.intervals }));
    case 'scores': return answer(asked, part, sentenceOf(report, 'scores', 'interpretability'), most => scores(report, most));
    case 'formula': return answer(asked, part, `${model.recipe.target} = ${report.formula!.text}.`, most => formula(report, most));
  }
}

const advice: Partial<Record<ModelPart, string>> = {
  formula: 'To search for one, call unveil_train_model with the model formula. ',
  weights: 'Families with weights are linear, logistic and bayes. ',
};

function answer({ named }: Asked, part: ModelPart, sentence: string, make: (most: number) => Record<string, unknown>): string {
  return compactJson((most): Answer => ({ sentence, model: named, part, ...make(most) }));
}

/** First sentence of a section's summary: of that kind and panel, else of the panel, else of the model. */
function sentenceOf(report: Report, kind: Section['kind'], panel: Section['panel']): string {
  const inPanel = report.sections.filter(section => section.panel === panel);
  const section = inPanel.find(item => item.kind === kind) ?? inPanel[0];
  return section ? firstSentence(section.summary) : modelSentence(report);
}

/** The largest first, by standardised weight where there is one. */
function weights({ model: { report, recipe }, features }: Asked, most: number): Record<string, unknown> {
  const size = ({ standardised, statistic, estimate }: Weight): number => Math.abs(standardised ?? statistic ?? estimate);
  const wanted = (report.weights ?? []).filter(({ feature }) => features === undefined || (feature !== undefined && feature.split(':').some(name => features.includes(name))));
  // An intercept has no standardised weight; it is told first.
  const ordered = [...wanted.filter(item => item.feature === undefined), ...wanted.filter(item => item.feature !== undefined).sort((a, b) => size(b) - size(a))];
  const section = report.sections.find((item): item is Extract<Section, { kind: 'weights' }> => item.kind === 'weights');
  const items = ordered.map(({ term, class: name, estimate, low, high, pValue, oddsRatio, standardised, reference }) => ({
    term, class: name, estimate, low, high, pValue: pValue === undefined ? undefined : shortP(pValue), oddsRatio, standardised, reference,
  }));
  return { unit: section?.unit, level: recipe.level, ...firstOf('weights', items, most) };
}

/** A p-value below the smallest number of JavaScript is 0. */
function shortP(value: number): number {
  return Number(value.toPrecision(2));
}

/** Points that a curve is told with. */
const curvePoints = 7;

/** One kind of curve, the most telling that the model has: a term's own shape, else accumulated effects, … */
function effects({ model: { report }, features }: Asked, most: number): Record<string, unknown> {
  const curves = (report.effects ?? []).filter((effect): effect is Effect => 'feature' in effect);
  const kind = (['shape', 'partialDependence', 'ale', 'adjusted'] as const).find(item => curves.some(curve => curve.kind === item && (features === undefined || features.includes(curve.feature))));
  const spread = (curve: Effect): number => Math.max(...curve.effect) - Math.min(...curve.effect);
  const wanted = curves.filter(curve => curve.kind === kind && (features === undefined || features.includes(curve.feature)));
  const largest = new Map<string, number>();
  for (const curve of wanted) largest.set(curve.feature, Math.max(largest.get(curve.feature) ?? 0, spread(curve)));
  const ordered = wanted.sort((a, b) => largest.get(b.feature)! - largest.get(a.feature)!);
  const section = report.sections.find((item): item is Extract<Section, { kind: 'effects' }> => item.kind === 'effects' && (item.effectKind ?? 'adjusted') === kind);
  return { kind, meaning: kind && kindWords[kind], yTitle: section?.yTitle, ...firstOf('effects', ordered.map(effect => curveAnswer(effect, report)), most) };
}

const kindWords: Readonly<Record<Effect['kind'], string>> = {
  shape: 'what the term adds to the link of the model',
  partialDependence: 'mean prediction with the feature set to the value in all rows',
  ale: 'accumulated local effect on the prediction, mean 0',
  adjusted: 'prediction along the feature, the others at their typical value',
};

function curveAnswer({ feature, class: name, grid, effect }: Effect, { data }: Report): Record<string, unknown> {
  const isDate = data.columns.find(column => column.name === feature)?.kind === 'datetime';
  const at = (i: number): unknown => (isDate && typeof grid[i] === 'number' ? new Date(grid[i]).toISOString() : typeof grid[i] === 'string' ? shortened(grid[i], 40) : grid[i]);
  const count = effect.length;
  const places = count <= curvePoints ? [...effect.keys()] : Array.from({ length: curvePoints }, (_, k) => Math.round((k * (count - 1)) / (curvePoints - 1)));
  // Edges of bins are one more than effects: a bin is told by its lower edge.
  return { feature, class: name, points: places.map(i => [at(i), effect[i]]), ...(count > curvePoints && { ofPoints: count }) };
}

function scores(report: Report, most: number): Record<string, unknown> {
  const items = (report.scores ?? []).map(({ name, value, low, high, better, sentence }) => ({ name, value, low, high, better, ...(most > 10 && { says: shortened(sentence, 160) }) }));
  return firstOf('scores', items, most);
}

function formula({ formula: found }: Report, most: number): Record<string, unknown> {
  const { text, complexity, r2, heldOutR2, modelR2, verdict, front, parts } = found!;
  return {
    formula: shortened(text, 600), complexity, r2, heldOutR2, modelR2, verdict, parts,
    ...firstOf('front', front.map(item => ({ text: shortened(item.text, 200), complexity: item.complexity, r2: item.r2 })), Math.min(8, most)),
  };
}
