/** `unveil what-if`: the prediction of a row of values, what would change it, and the training rows like it. */
import { dirname, resolve } from 'node:path';
import type { WorkContext } from '../engine/context';
import { countOf, formatCount, formatNumber, formatPercent } from '../engine/report/format';
import { dateText } from '../engine/report/rowCells';
import { readTargetModel } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { whatIfOnce } from '../engine/whatIf';
import { UserError } from '../protocol/errors';
import type { CellValue, Goal, RowValues, Suggestion, WhatIfChanges, WhatIfFeature, WhatIfInterval, WhatIfModel, WhatIfNearest, WhatIfPrediction, WhatIfRow } from '../protocol/whatIf';
import { columnList, numberOf } from './arguments';
import { asJson, print, textTable, writeResult } from './output';

export interface WhatIfFlags {
  row?: string; values?: string; flip?: string | true; target?: string; immutable?: string; up?: string; down?: string; count?: string; nearest?: string; file?: string; json?: string; quiet?: boolean;
}

/** A data file that is not named by its whole path is looked for beside the model file. */
export async function whatIfCommand(modelFile: string, flags: WhatIfFlags, context: WorkContext): Promise<void> {
  const file = await readTargetModel(modelFile, 'asked what if');
  const dataFile = flags.file ?? resolve(dirname(modelFile), file.recipe.file);
  if (flags.json !== undefined) await requireOther(flags.json, [modelFile, dataFile]);
  const row = numberOf('--row', flags.row, 1, Number.MAX_SAFE_INTEGER, true);
  const goal = goalOf(flags);
  const nearest = numberOf('--nearest', flags.nearest, 1, 100, true);
  const ask = await whatIfOnce(file, dataFile, context);
  const [model, start] = await ask({ kind: 'model' }, ...(row === undefined ? [] : [{ kind: 'row' as const, row }])) as [WhatIfModel, WhatIfRow | undefined];
  const typical = Object.fromEntries(model.features.map(feature => [feature.name, feature.typical]));
  const values = { ...(start?.values ?? typical), ...typedValues(flags.values, model.features) };
  const count = numberOf('--count', flags.count, 1, 20, true);
  const answers = await ask(
    { kind: 'prediction', values, detail: 'full' },
    ...(goal ? [{ kind: 'changes' as const, values, goal, immutable: columnList(flags.immutable), directions: directionsOf(flags), count }] : []),
    ...(nearest === undefined ? [] : [{ kind: 'nearest' as const, values, count: nearest }]),
  );
  const found: Found = {
    model, values, ...(start && { start }), prediction: answers[0] as WhatIfPrediction,
    changes: answers.find(answer => answer.kind === 'changes'), nearest: answers.find(answer => answer.kind === 'nearest'),
  };
  if (flags.json !== undefined) await writeResult(flags.json, asJson({ format: 'unveil-what-if', version: 1, name: model.name, target: model.target, ...(row !== undefined && { row, actual: start?.actual }), values, prediction: found.prediction, changes: found.changes, nearest: found.nearest }));
  if (!flags.quiet && flags.json !== '-') await print(textOf(found));
}

interface Found {
  readonly model: WhatIfModel;
  readonly start?: WhatIfRow;
  readonly values: RowValues;
  readonly prediction: WhatIfPrediction;
  readonly changes?: WhatIfChanges;
  readonly nearest?: WhatIfNearest;
}

/** `--flip CLASS`, `--flip` alone for any other class; `--target ">5"`, "<5", "5..8". */
function goalOf({ flip, target }: WhatIfFlags): Goal | undefined {
  if (flip !== undefined && target !== undefined) throw new UserError('badOption', '--flip is for classes and --target for numbers; name one of them.');
  if (flip !== undefined) return flip === true ? { kind: 'class' } : { kind: 'class', class: flip };
  if (target === undefined) return undefined;
  const found = /^\s*(?:>=?\s*(\S+)|<=?\s*(\S+)|(\S+?)\s*\.\.\s*(\S+))\s*$/.exec(target);
  const [from, to] = [found?.[1] ?? found?.[3], found?.[2] ?? found?.[4]].map(text => (text === undefined ? undefined : Number(text)));
  if (!found || [from, to].some(end => end !== undefined && !Number.isFinite(end))) throw new UserError('badOption', `--target takes ">5", "<5" or "5..8", not "${target}".`);
  return { kind: 'range', ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function directionsOf({ up, down }: WhatIfFlags): Readonly<Record<string, 'up' | 'down'>> {
  return Object.fromEntries([...(columnList(up) ?? []).map(name => [name, 'up'] as const), ...(columnList(down) ?? []).map(name => [name, 'down'] as const)]);
}

/** "age=40,job=clerk": a name or a value with a comma stands with its pair in double quotes; nothing after the = is a missing cell. */
function typedValues(text: string | undefined, features: readonly WhatIfFeature[]): RowValues {
  const known = new Map(features.map(feature => [feature.name, feature]));
  return Object.fromEntries((columnList(text) ?? []).map(pair => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const feature = known.get(name);
    if (at <= 0 || !feature) throw new UserError('badOption', `--values takes name=value pairs of the model's features, not "${pair}"; it has ${[...known.keys()].slice(0, 8).join(', ')}${known.size > 8 ? ' …' : ''}.`);
    return [name, typedValue(feature, pair.slice(at + 1).trim())];
  }));
}

function typedValue({ name, kind }: WhatIfFeature, text: string): CellValue {
  if (text === '') return null;
  if (kind === 'choice') return text;
  const value = kind === 'date' ? Date.parse(text) : Number(text);
  if (!Number.isFinite(value)) throw new UserError('badOption', `${name} takes a ${kind === 'date' ? 'date' : 'number'}, not "${text}".`);
  return value;
}

function textOf({ model, start, values, prediction, changes, nearest }: Found): string {
  return [
    predictionText(model, prediction, start),
    prediction.contributions ? `\nWhat makes it up (${prediction.contributions.unit}), from ${formatNumber(prediction.contributions.base)}:\n${textTable(['Feature', 'value', 'contribution'], prediction.contributions.items.slice(0, 12).map(item => [item.feature, item.value ?? '', formatNumber(item.contribution)]), [false, false, true])}` : '',
    changes ? `\n${changesText(model, changes)}` : '',
    nearest ? `\nNearest training rows (Gower's distance)\n${nearestText(model, nearest, values)}` : '',
  ].join('');
}

function predictionText({ target }: WhatIfModel, { value, likeliest, probabilities, intervals, notes, unpredictable }: WhatIfPrediction, start: WhatIfRow | undefined): string {
  const told = unpredictable ?? (value !== undefined ? `${target} is predicted to be ${formatNumber(value)}.`
    : `${target} is predicted to be "${likeliest}" (${(probabilities ?? []).slice(0, 8).map(item => `${item.class} ${formatPercent(item.probability)}`).join(', ')}).`);
  const actual = start?.actual === undefined || start.actual === null ? [] : [`In the data it is ${cellText(start.actual)}.`];
  return `${[told, ...intervals.map(intervalText), ...actual, ...notes, ...(start?.note === undefined ? [] : [start.note])].join('\n')}\n`;
}

function intervalText({ label, low, high, set }: WhatIfInterval): string {
  const end = (value: number | null | undefined, none: string): string => (value === null || value === undefined ? none : formatNumber(value));
  return set ? `${label}: ${set.join(', ')}` : `${label}: ${end(low, '−∞')} to ${end(high, '∞')}`;
}

function changesText({ features, target }: WhatIfModel, { items, why, note }: WhatIfChanges): string {
  const kinds = new Map(features.map(feature => [feature.name, feature.kind]));
  const lines = items.map(({ changes, value, class: name, probability, distance, unusual }, i) => {
    const moves = changes.map(({ feature, from, to }) => `${feature} from ${cellText(from, kinds.get(feature))} to ${cellText(to, kinds.get(feature))}`).join(', ');
    return `${i + 1}. ${moves}: ${value !== undefined ? `${target} = ${formatNumber(value)}` : `"${name}" (${formatPercent(probability ?? NaN)})`}; distance ${formatNumber(distance, 3)}${unusual ? `; ${unusualText(unusual)}` : ''}`;
  });
  return `${[...(why === undefined ? ['What would change it'] : []), ...lines, ...(why === undefined ? [] : [why]), ...(note === undefined ? [] : [note])].join('\n')}\n`;
}

/** What is not plausible about the row after the changes. */
function unusualText({ farther, pairs }: NonNullable<Suggestion['unusual']>): string {
  const named = pairs.slice(0, 2).map(([a, b]) => `${a} with ${b}`).join(', ');
  return [...(farther ? ['farther from the training rows than usual'] : []), ...(pairs.length > 0 ? [`the training data have no such values of ${named}${pairs.length > 2 ? ` and ${pairs.length - 2} more` : ''}`] : [])].join(', and ');
}

/** Columns of the table of nearest rows. */
const mostShown = 12;

function nearestText({ features, target }: WhatIfModel, { rows, note }: WhatIfNearest, values: RowValues): string {
  const shown = features.slice(0, mostShown);
  const left = features.length - shown.length;
  const table = textTable(['Row', 'distance', target, ...shown.map(feature => feature.name)],
    rows.map(row => [formatCount(row.row), formatNumber(row.distance, 3), cellText(row.target), ...shown.map(({ name, kind }) => `${cellText(row.values[name], kind)}${row.values[name] === values[name] ? '' : ' *'}`)]), [true, true], 24);
  return `${table}* not as in the row asked about${left > 0 ? `; ${countOf(left, 'more column')} counted in the distance, see --json` : ''}\n${note === undefined ? '' : `${note}\n`}`;
}

function cellText(value: CellValue | undefined, kind?: WhatIfFeature['kind']): string {
  if (value === null || value === undefined) return '(missing)';
  if (typeof value === 'string') return value;
  // Years have no groups.
  return kind === 'date' ? dateText(value) : Math.abs(value) < 1e4 ? String(Number(value.toPrecision(6))) : formatNumber(value, 6);
}
