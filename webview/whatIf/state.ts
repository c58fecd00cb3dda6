/** What of the what-if panel is kept over a reload: the row, its values, what may not change, and what is wanted. Pure. */
import type { CellValue, Goal, RowValues, WhatIfFeature, WhatIfModel } from '../../src/protocol/whatIf';

export interface WhatIfState {
  /** The data row that the values started from; absent: typical values. */
  readonly row?: number;
  /** The values that it started from. */
  readonly start?: RowValues;
  readonly actual?: CellValue;
  readonly values?: RowValues;
  readonly fixed?: readonly string[];
  readonly directions?: Readonly<Record<string, 'up' | 'down'>>;
  readonly goal?: Goal;
}

/** Reads stored state back, whatever was stored. */
export function readWhatIf(stored: unknown): WhatIfState | undefined {
  if (!isObject(stored)) return undefined;
  const { row, start, actual, values, fixed, directions, goal } = stored;
  return {
    ...(typeof row === 'number' && Number.isSafeInteger(row) && row >= 1 && { row }),
    ...(isObject(start) && { start: readValues(start) }),
    ...(isCell(actual) && { actual }),
    ...(isObject(values) && { values: readValues(values) }),
    ...(Array.isArray(fixed) && { fixed: fixed.filter(name => typeof name === 'string') }),
    ...(isObject(directions) && { directions: Object.fromEntries(Object.entries(directions).filter((entry): entry is [string, 'up' | 'down'] => entry[1] === 'up' || entry[1] === 'down')) }),
    ...readGoal(goal),
  };
}

function readGoal(stored: unknown): Pick<WhatIfState, 'goal'> {
  if (!isObject(stored)) return {};
  const { kind, class: name, from, to } = stored;
  if (kind === 'class') return { goal: { kind, ...(typeof name === 'string' && { class: name }) } };
  if (kind !== 'range') return {};
  return { goal: { kind, ...(typeof from === 'number' && { from }), ...(typeof to === 'number' && { to }) } };
}

function readValues(stored: Readonly<Record<string, unknown>>): RowValues {
  return Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, CellValue] => isCell(entry[1])));
}

const isCell = (value: unknown): value is CellValue => value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typicalValues({ features }: Pick<WhatIfModel, 'features'>): RowValues {
  return Object.fromEntries(features.map(feature => [feature.name, feature.typical]));
}

/** The kept values as far as the model's features have them: a model trained anew may have others. */
export function fittingValues({ features }: Pick<WhatIfModel, 'features'>, kept: RowValues | undefined): RowValues | undefined {
  if (!kept || !features.every(({ name }) => Object.hasOwn(kept, name))) return undefined;
  return Object.fromEntries(features.map(({ name }) => [name, kept[name] ?? null]));
}

/** What is typed into a number's or a date's field; undefined where it is no value. */
export function parseCell({ kind }: Pick<WhatIfFeature, 'kind'>, text: string): CellValue | undefined {
  if (text.trim() === '') return null;
  const value = kind === 'date' ? Date.parse(`${text}Z`) : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A goal to start with: another class, or 10 % of the way from where the prediction is. */
export function firstGoal(model: Pick<WhatIfModel, 'task' | 'classes'>, value: number | undefined): Goal {
  if (model.task === 'classification') return { kind: 'class' };
  return { kind: 'range', from: value === undefined ? 0 : Number((value + Math.abs(value) * 0.1).toPrecision(3)) };
}

/** The kept goal where the model can have it; else one to start with. */
export function fittingGoal(model: Pick<WhatIfModel, 'task' | 'classes'>, goal: Goal | undefined, value: number | undefined): Goal {
  const known = goal && (goal.kind === 'class') === (model.task === 'classification') && (goal.kind !== 'class' || goal.class === undefined || model.classes?.includes(goal.class));
  return known ? goal : firstGoal(model, value);
}
