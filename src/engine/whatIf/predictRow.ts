/** The prediction of a row of values, with its intervals, what it is made of, and where it leaves the training data. */
import type { Detail, RowValues, WhatIfFeature, WhatIfInterval, WhatIfPrediction } from '../../protocol/whatIf';
import type { WorkContext } from '../context';
import type { Table } from '../data/table';
import { readClass } from '../explain/modelFunction';
import { contributionsOf, explainedClass } from '../explain/rowExplanation';
import { affordable, predictionCost } from '../explain/workPlan';
import { Rng } from '../math/random';
import type { IntervalPrediction } from '../models/model';
import { conformalNote } from '../report/conformalWords';
import { withoutNonFinite } from '../report/finite';
import { formatLevel, formatNumber, listWords } from '../report/format';
import { dateText } from '../report/rowCells';
import { contributionSection } from '../report/sectionsRow';
import type { WhatIfSession } from './session';
import type { Point } from './space';

/** Multiplications that the contributions may cost while a slider moves, and when it is let go. */
const budgets: Readonly<Record<Detail, number>> = { quick: 8e6, full: 3e9 };
const mostBackground: Readonly<Record<Detail, number>> = { quick: 24, full: 200 };
const fewestQuick = 2;

export async function predictRow(session: WhatIfSession, values: RowValues, detail: Detail, context: WorkContext): Promise<WhatIfPrediction> {
  const { model, space, facts } = session;
  const point = space.pointOf(values);
  const table = space.table([point]);
  const only = Int32Array.of(0);
  const prediction: IntervalPrediction = model.predictIntervals?.(table, facts.level, only) ?? model.predict(table, only);
  const notes = outsideNotes(session, point);
  const numbers = prediction.mean ?? prediction.probabilities;
  if (!numbers?.every(Number.isFinite)) return { kind: 'prediction', detail, intervals: [], notes, unpredictable: unpredictable(session, point) };
  const classes = model.classes ?? [];
  const probabilities = prediction.probabilities && classes.map((name, k) => ({ class: name, probability: prediction.probabilities![k] }));
  const contributions = await rowContributions(session, point, prediction, detail, context);
  return {
    kind: 'prediction', detail, notes, intervals: intervalsOf(session, table, prediction),
    ...(prediction.mean && { value: prediction.mean[0] }),
    ...(probabilities && { probabilities, likeliest: classes[likeliest(prediction.probabilities!)] }),
    ...(contributions && { contributions }),
  };
}

/** Place of the largest. */
export function likeliest(probabilities: Float64Array): number {
  return probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
}

/** As `predict` chooses them: conformal where they are finite, the model's own beside sets or in their place. */
function intervalsOf({ conformal, model, facts: { level } }: WhatIfSession, table: Table, prediction: IntervalPrediction): WhatIfInterval[] {
  const own = ownInterval(prediction, model.classes, level);
  if (!conformal) return own;
  const hint = conformalNote(conformal, level);
  const rows = Int32Array.of(0);
  const { classes } = conformal.state;
  if (classes) {
    const set = conformal.sets(table, level, rows);
    return [...own, { label: `${formatLevel(level)} conformal set`, set: classes.filter((_, k) => set[k] === 1), hint }];
  }
  if (own.length > 0 && conformal.infinite(level) !== undefined) return own;
  const { low, high } = conformal.intervals(table, level, rows);
  const end = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return [{ label: `${formatLevel(level)} conformal interval`, low: end(low[0]), high: end(high[0]), hint }];
}

function ownInterval({ low, high, intervalKind = 'interval' }: IntervalPrediction, classes: readonly string[] | undefined, level: number): WhatIfInterval[] {
  if (!low || !high || !Number.isFinite(low[0]) || !Number.isFinite(high[0])) return [];
  const of = classes && !intervalKind.includes('of the probability') ? ` of the probability of ${classes.at(-1)}` : '';
  return [{ label: `${formatLevel(level)} ${intervalKind}${of}`, low: low[0], high: high[0] }];
}

async function rowContributions(session: WhatIfSession, point: Point, prediction: IntervalPrediction, detail: Detail, context: WorkContext): Promise<WhatIfPrediction['contributions']> {
  const { model, space, background, facts, file } = session;
  const explained = explainedClass(model, prediction);
  const chosen = backgroundFor(session, explained, detail);
  const table = space.table([point, ...Array.from(chosen, i => space.at(background, i))]);
  const usual = Int32Array.from(chosen, (_, i) => i + 1);
  // The same draws for every row, so that what changes from one to the next is the row.
  const rng = new Rng(file.recipe.seed).fork('what if');
  const contributions = await contributionsOf({ model, table, row: 0, level: facts.level }, explained, usual, context, rng, chosen.length);
  const few = chosen.length < background.count ? `${chosen.length} of the ${background.count}` : `the ${background.count}`;
  const section = contributionSection({ contributions, explained }, {
    model, table, row: 0, number: 1, target: facts.target, level: facts.level, usual,
    usualWords: `${few} background rows of the training data${chosen.length < background.count ? ', spread evenly over the outputs of all' : ''}`,
  });
  const [shown] = withoutNonFinite([{
    ...section, id: 'whatIfContributions', panel: 'whatIf' as const, title: `What makes up this prediction (${contributions.ofTerms ? 'terms of the model' : 'Shapley values'})`,
  }]);
  return shown?.kind === 'contributions' ? shown : undefined;
}

/**
 * All background rows where contributions are read from the model, or can be afforded; else some that have every share of the outputs, so
 * that their mean is near that of all.
 */
function backgroundFor(session: WhatIfSession, explained: number | undefined, detail: Detail): Int32Array {
  const { model, background, space } = session;
  const all = Int32Array.from({ length: background.count }, (_, i) => i);
  if (model.termContributions || model.additiveParts?.(space.table([]), new Int32Array(0)) !== undefined) return all;
  const price = 2 * Math.max(1, model.features.length - 1) * predictionCost(model);
  const wanted = affordable(price, budgets[detail], fewestQuick, mostBackground[detail]);
  if (wanted >= all.length) return all;
  const ordered = orderedBackground(session, explained);
  return Int32Array.from({ length: wanted }, (_, i) => ordered[Math.floor(((i + 0.5) * ordered.length) / wanted)]).sort();
}

function orderedBackground(session: WhatIfSession, explained = -1): Int32Array {
  const { byOutput, model, space, background } = session;
  const known = byOutput.get(explained);
  if (known) return known;
  const points = Array.from({ length: background.count }, (_, i) => space.at(background, i));
  const { mean, probabilities } = model.predict(space.table(points));
  const outputs = mean ?? readClass(probabilities!, model.classes!.length, explained, true);
  const order = Int32Array.from(points.keys()).sort((a, b) => outputs[a] - outputs[b] || a - b);
  byOutput.set(explained, order);
  return order;
}

/** A sentence for every value that the training data did not have the like of. */
function outsideNotes({ space, model }: WhatIfSession, point: Point): string[] {
  const what = model.flatOutside ? 'the model predicts it as the nearest end of that range' : 'the prediction is an extrapolation';
  return space.features.flatMap((feature, j) => {
    const value = point[j];
    if (Number.isNaN(value)) return [];
    if (feature.levels) return value < feature.levels.length ? [] : [`${feature.name}: "${space.levelsOf(j)[value]}" is not among the levels that were looked at.`];
    if (value > feature.high!) return [`${feature.name} is above ${numberText(feature, feature.high!)}, the largest of the training data: ${what}.`];
    return value < feature.low! ? [`${feature.name} is below ${numberText(feature, feature.low!)}, the smallest of the training data: ${what}.`] : [];
  });
}

function numberText({ kind }: WhatIfFeature, value: number): string {
  return kind === 'date' ? dateText(value) : formatNumber(value, 6);
}

function unpredictable({ space }: WhatIfSession, point: Point): string {
  const missing = space.features.filter((_, j) => Number.isNaN(point[j])).map(feature => feature.name);
  return missing.length > 0 ? `There is no prediction without a value of ${listWords(missing)}: the model leaves incomplete rows out.` : 'The model gives no finite prediction for these values.';
}
