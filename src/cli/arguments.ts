/** Turns what was typed into a RunRequest. Every value is checked; a wrong one ends in one sentence. */
import { readFile } from 'node:fs/promises';

import { UserError } from '../protocol/errors';
import type { ConformalChoice, OptionValue, RunRequest, Split, Task } from '../protocol/recipe';
import { leftOut } from '../engine/data/defaultFeatures';
import { parseRecipe, type PartialRecipe } from '../engine/modelFile';
import { conformalChoices } from '../engine/resolve';

/**
 * Splits a comma-separated list of column names. A name that itself holds a comma is written in double quotes,
 * a double quote inside it doubled, as in CSV.
 */
export function columnList(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const names: string[] = [];
  const item = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/gy;
  while (item.lastIndex < text.length) {
    const match = item.exec(text);
    if (!match) throw new UserError('badOption', `The column list ${text} cannot be read: write names with commas in double quotes.`);
    names.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2]!.trim());
  }
  return names.filter(name => name !== '');
}

export function numberOf(flag: string, text: string | undefined, low: number, high: number, whole: boolean): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || value < low || value > high || (whole && !Number.isInteger(value))) {
    const kind = whole ? 'a whole number' : 'a number';
    const range = high >= Number.MAX_SAFE_INTEGER ? `of ${low} or more` : `from ${low} to ${high}`;
    throw new UserError('badOption', `${flag} takes ${kind} ${range}, not "${text}".`);
  }
  return value;
}

/** A level strictly between 0 and 1. */
export function levelOf(text: string | undefined): number | undefined {
  const level = numberOf('--level', text, 0, 1, false);
  if (level === 0 || level === 1) throw new UserError('badOption', `--level takes a number between 0 and 1, such as 0.95, not "${text}".`);
  return level;
}

export function oneOf<T extends string>(flag: string, text: string | undefined, values: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  if (!(values as readonly string[]).includes(text)) {
    throw new UserError('badOption', `${flag} takes ${values.slice(0, -1).join(', ')} or ${values.at(-1)}, not "${text}".`);
  }
  return text as T;
}

export interface RunFlags {
  target?: string; model?: string; formula?: string; task?: string; features?: string; drop?: string; positive?: string;
  categorical?: string; numeric?: string; missing?: string; folds?: string; foldColumn?: string; groupColumn?: string;
  holdout?: string; holdoutLast?: boolean; duplicates?: string; level?: string; seed?: string; maxRows?: string; set: string[]; recipe?: string; conformal?: string; row?: string[]; brief?: boolean;
}

/** The request that the flags ask for, on top of the recipe file when one is named. */
export async function runRequest(file: string, flags: RunFlags): Promise<RunRequest> {
  const start = flags.recipe === undefined ? undefined : await readRecipe(flags.recipe);
  const retargeted = (flags.target !== undefined && flags.target !== start?.target) || flags.formula !== undefined;
  const typed: Record<string, unknown> = {
    target: flags.target,
    task: oneOf<Task>('--task', flags.task, ['regression', 'classification']),
    positive: flags.positive,
    features: columnList(flags.features),
    drop: columnList(flags.drop),
    formula: flags.formula,
    categorical: columnList(flags.categorical),
    numeric: columnList(flags.numeric),
    missing: oneOf('--missing', flags.missing, ['impute', 'drop'] as const),
    model: flags.model === 'auto' && start ? undefined : flags.model,
    options: { ...(retargeted ? {} : start?.options), ...optionValues(flags.set) },
    split: splitOf(flags),
    level: levelOf(flags.level),
    seed: numberOf('--seed', flags.seed, 0, 2 ** 32 - 1, true),
    maxRows: numberOf('--max-rows', flags.maxRows, 10, Number.MAX_SAFE_INTEGER, true),
    conformal: oneOf<ConformalChoice>('--conformal', flags.conformal, conformalChoices),
    detail: flags.brief ? 'brief' : undefined,
    rows: flags.row?.length ? flags.row.map(text => numberOf('--row', text, 1, Number.MAX_SAFE_INTEGER, true)!) : undefined,
  };
  for (const name of Object.keys(typed)) if (typed[name] === undefined) delete typed[name];
  const base: Record<string, unknown> = { ...start };
  // What was chosen for the old target says nothing of the new one.
  if (retargeted) for (const name of ['formula', 'task', 'positive', 'features', 'target', 'model']) delete base[name];
  if (retargeted && start?.drop) base['drop'] = start.drop.filter(name => name !== flags.target);
  return { ...base, ...typed, file };
}

function splitOf(flags: RunFlags): Split | undefined {
  const given = [['--folds', flags.folds], ['--fold-column', flags.foldColumn], ['--holdout', flags.holdout]].filter(([, value]) => value !== undefined);
  if (given.length > 1) throw new UserError('badOption', `${given.map(([flag]) => flag).join(' and ')} exclude each other.`);
  if (flags.groupColumn !== undefined && (flags.foldColumn !== undefined || flags.holdout !== undefined)) {
    throw new UserError('badOption', '--group-column goes with --folds only.');
  }
  const together = oneOf('--duplicates', flags.duplicates, ['apart', 'together'] as const) === 'together';
  if (together && (flags.foldColumn !== undefined || flags.holdout !== undefined || flags.groupColumn !== undefined)) throw new UserError('badOption', '--duplicates together goes with --folds only.');
  const holdout = numberOf('--holdout', flags.holdout, 0, 0.9, false);
  if (flags.holdoutLast && !holdout) throw new UserError('badOption', '--holdout-last goes with --holdout and a share above 0.');
  if (holdout !== undefined) return holdout === 0 ? { scheme: 'none' } : { scheme: 'holdout', share: holdout, ...(flags.holdoutLast && { last: true }) };
  if (flags.foldColumn !== undefined) return { scheme: 'foldColumn', column: flags.foldColumn };
  const folds = numberOf('--folds', flags.folds, 2, 1000, true);
  if (folds === undefined && flags.groupColumn === undefined && !together) return undefined;
  return { scheme: 'kFold', folds: folds ?? 5, ...(flags.groupColumn === undefined ? {} : { groupColumn: flags.groupColumn }), ...(together && { duplicates: 'together' }) };
}

export function optionValues(settings: readonly string[]): Record<string, OptionValue> {
  const values = new Map<string, OptionValue>();
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    if (equals < 1) throw new UserError('badOption', `--set takes name=value, not "${setting}".`);
    const text = setting.slice(equals + 1);
    const number = text.trim() === '' ? NaN : Number(text);
    const value = text === 'true' ? true : text === 'false' ? false : Number.isFinite(number) ? number : text;
    values.set(setting.slice(0, equals), value);
  }
  return Object.fromEntries(values);
}

/**
 * The request that a recipe file, a report or a model file stands for. Columns that were left out by request stay out,
 * whatever the target.
 */
async function readRecipe(path: string): Promise<Partial<RunRequest>> {
  const recipe = await recipeIn(path);
  const task = (recipe.task as string) === 'experiment' ? (recipe as { problem?: Task }).problem : recipe.task;
  const { target, positive, features, formula, categorical, numeric, missing, model, options, split, level, seed, maxRows, conformal, detail, rows } = recipe;
  const drop = recipe.dropped.filter(item => item.reason === leftOut).map(item => item.column);
  const columns = formula === undefined ? { target, features } : { formula };
  const request: Record<string, unknown> = { ...columns, task, positive, drop, categorical, numeric, missing, model, options, split, level, seed, maxRows, conformal, detail, rows };
  for (const name of Object.keys(request)) if (request[name] === undefined) delete request[name];
  return request as Partial<RunRequest>;
}

/** The recipe in a recipe file, a report or a model file. Throws UserError 'badOption'. */
export async function recipeIn(path: string): Promise<PartialRecipe> {
  return parseRecipe(await recipeValue(path), path);
}

/** What stands in such a file, not looked at yet. Throws UserError 'badOption' where it cannot be read. */
export async function recipeValue(path: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'is not a readable JSON file';
    throw new UserError('badOption', `The recipe ${path} ${why}.`, { file: path });
  }
  return (value as { recipe?: unknown } | null)?.recipe ?? value;
}
