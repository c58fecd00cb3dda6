/** Turns a request into a complete Recipe: guesses what was left out and says so, checks what was given. */
import { UserError } from '../protocol/errors';
import type { TargetCandidate } from '../protocol/engine';
import type { ColumnProfile, DatasetProfile, Note } from '../protocol/profile';
import type { ConformalChoice, OptionValue, Recipe, RunRequest, Split, Task } from '../protocol/recipe';
import { nearest } from './data/nearest';
import { families, familyFor } from './models/families';
import type { Family } from './models/model';

export const defaults = { level: 0.95, seed: 1, maxRows: 1_000_000, folds: 5, heldOut: 0.2 } as const;

/** Checks the parts of a request that do not depend on the file. */
export function checkRequest(request: RunRequest): void {
  const { level, seed, maxRows, model } = request;
  if (level !== undefined && !(level > 0 && level < 1)) bad(`The level must lie between 0 and 1, such as 0.95; it is ${level}.`);
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0)) bad(`The seed must be a whole number of 0 or more; it is ${seed}.`);
  if (maxRows !== undefined && !(Number.isInteger(maxRows) && maxRows >= 10)) bad(`The most rows to train on must be a whole number of 10 or more; it is ${maxRows}.`);
  if (request.formula !== undefined && (request.target !== undefined || request.features !== undefined)) {
    bad('A formula names its own target and features; leave --target and --features out.');
  }
  if (model !== undefined && model !== 'auto' && !families.some(family => family.id === model)) {
    bad(`There is no model "${model}"; the models are auto, ${families.map(family => family.id).join(', ')}.`);
  }
  checkCompare(request);
  checkSplit(request.split);
  if (request.conformal !== undefined && !conformalChoices.includes(request.conformal)) {
    bad(`Conformal intervals are ${conformalChoices.slice(0, -1).join(', ')} or ${conformalChoices.at(-1)}, not "${String(request.conformal)}".`);
  }
}

function checkCompare({ compare, model }: RunRequest): void {
  if (!compare) return;
  if (model !== undefined && model !== 'auto') bad(`A comparison chooses the model itself; leave out the model ${model}.`);
  if (compare.seconds !== undefined && !(compare.seconds > 0)) bad(`The seconds of a comparison must be a number above 0; they are ${compare.seconds}.`);
  const unknown = compare.models?.find(id => !families.some(family => family.id === id));
  if (unknown !== undefined) bad(`There is no model "${unknown}"; the models are ${families.map(family => family.id).join(', ')}.`);
  if (compare.models?.length === 0) bad('Name at least one model to compare.');
}

export const conformalChoices: readonly ConformalChoice[] = ['auto', 'split', 'cv+', 'cqr', 'none'];

/** Quantiles of residuals are for numbers only. */
export function checkConformal(choice: ConformalChoice | undefined, task: Task): void {
  if (choice === 'cqr' && task === 'classification') bad('Conformal intervals of the kind cqr are for numbers; for classes choose auto, split, cv+ or none.');
}

function checkSplit(split: Split | undefined): void {
  if (split?.scheme === 'kFold' && !(Number.isInteger(split.folds) && split.folds >= 2)) bad(`Cross-validation needs 2 folds or more, not ${split.folds}.`);
  if (split?.scheme === 'holdout' && !(split.share > 0 && split.share <= 0.9)) bad(`The share to hold out must lie between 0 and 0.9; it is ${split.share}.`);
}

function bad(message: string): never {
  throw new UserError('badOption', message);
}

/** The column of that name, or a UserError that names the nearest ones. */
export function requireColumn(profile: DatasetProfile, name: string, use: string): ColumnProfile {
  const column = profile.columns.find(item => item.name === name);
  if (column) return column;
  const trimmed = profile.columns.filter(item => item.name.trim().toLowerCase() === name.trim().toLowerCase());
  if (trimmed.length === 1) return trimmed[0]!;
  const names = profile.columns.map(item => item.name);
  throw new UserError('unknownColumn', `${profile.file} has no column "${name}" (${use}); the nearest are ${nearest(name, names, 5).map(n => `"${n}"`).join(', ')}.`, {
    file: profile.file, column: name,
  });
}

/** The target asked for, or the best guess with a note that says so. */
export function resolveTarget(
  request: RunRequest, profile: DatasetProfile, candidates: readonly TargetCandidate[],
): { candidate: TargetCandidate; notes: Note[] } {
  if (request.target !== undefined) {
    const { name } = requireColumn(profile, request.target, 'the target');
    const candidate = candidates.find(item => item.column === name);
    return { candidate: candidate ?? { column: name, task: request.task ?? 'classification', reason: 'asked for' }, notes: [] };
  }
  const reserved = new Set([...(request.features ?? []), ...(request.drop ?? []), ...splitColumns(request.split)]);
  const best = candidates.find(item => !reserved.has(item.column));
  if (!best) {
    throw new UserError('badTarget', `No column of ${profile.file} can be explained: each is constant, empty, free text or an identifier.`, { file: profile.file });
  }
  return { candidate: best, notes: [{ kind: 'guess', text: `The target was guessed: ${best.column}. ${best.reason}` }] };
}

/** A number that would be explained as one by itself is explained as classes only because the model does no other. */
export function numberAsClasses(profile: DatasetProfile, target: string): Note[] {
  const column = profile.columns.find(item => item.name === target);
  if (column?.quantiles === undefined) return [];
  const text = `The target ${target} is a number, but the logistic model explains classes only: each of its ${column.distinct} different values was taken as a class of its own, without an order. Choose the model linear to explain it as a number.`;
  return [{ kind: 'guess', text }];
}

/** Columns that the split itself uses and that are therefore no features. */
export function splitColumns(split: Split | undefined): string[] {
  if (split?.scheme === 'foldColumn') return [split.column];
  if (split?.scheme === 'kFold' && split.groupColumn !== undefined) return [split.groupColumn];
  return [];
}

/** The family asked for, or the one that 'auto' stands for: linear for numbers, logistic for classes. */
export function resolveFamily(model: string | undefined, task: Task): Family {
  if (model === undefined || model === 'auto') return familyFor(task);
  const family = families.find(item => item.id === model)!;
  if (!family.tasks.includes(task)) {
    bad(`The ${family.id} model does ${family.tasks.join(' and ')}, but the task here is ${task}; choose another model or set the task.`);
  }
  return family;
}

/** Checks the options that were set against those that the family declares. */
export function checkOptions(family: Pick<Family, 'id' | 'options'>, options: Readonly<Record<string, OptionValue>> | undefined): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    const option = family.options.find(item => item.name === name);
    if (!option) {
      bad(`The ${family.id} model has no option "${name}"; it has ${family.options.map(item => item.name).join(', ')}.`);
    }
    if (value === option.default) continue;
    if (option.values && !option.values.includes(String(value))) {
      bad(`The option ${name} takes ${option.values.join(', ')}, not "${String(value)}".`);
    }
    const numeric = option.minimum !== undefined || option.maximum !== undefined;
    const number = Number(value);
    if (numeric && !(typeof value === 'number' && number >= (option.minimum ?? -Infinity) && number <= (option.maximum ?? Infinity))) {
      bad(`The option ${name} takes a number from ${option.minimum ?? '-∞'} to ${option.maximum ?? '∞'}, not "${String(value)}".`);
    }
    if (typeof option.default === 'boolean' && typeof value !== 'boolean') bad(`The option ${name} takes true or false, not "${String(value)}".`);
  }
}

/** Checks options that may belong to any of the families: one must know each, and it must do for all that know it. */
export function checkSharedOptions(compared: readonly Family[], options: Readonly<Record<string, OptionValue>> | undefined): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    const known = compared.filter(family => family.options.some(option => option.name === name));
    if (known.length === 0) bad(`None of the models ${compared.map(({ id }) => id).join(', ')} has an option "${name}".`);
    for (const family of known) checkOptions(family, { [name]: value });
  }
}

/** Fills the defaults of a request into the parts of a recipe that need no file. */
export function recipeBase(request: RunRequest): Pick<Recipe, 'missing' | 'split' | 'level' | 'seed' | 'maxRows' | 'conformal'> {
  return {
    missing: request.missing ?? 'impute',
    // A search a fold takes long: one share of the rows is held out.
    split: request.split ?? (request.model === 'formula' ? { scheme: 'holdout', share: defaults.heldOut } : { scheme: 'kFold', folds: defaults.folds }),
    level: request.level ?? defaults.level,
    seed: request.seed ?? defaults.seed,
    maxRows: request.maxRows ?? defaults.maxRows,
    ...(request.conformal !== undefined && { conformal: request.conformal }),
  };
}
