/** The command line that repeats a run, from its recipe. */
import type { AnyRecipe, ExperimentRecipe, OptionValue, Recipe, Split, TargetlessRecipe } from '../../protocol/recipe';
import { hasTarget } from '../../protocol/recipe';

/**
 * For a POSIX shell. `file`: what the data file is called there. Undefined where an option cannot be said on a command line: a text that
 * would be read as a number or as true or false.
 */
export function commandLine(recipe: AnyRecipe, file: string): string | undefined {
  if (Object.values(recipe.options).some(isMistaken)) return undefined;
  const words = hasTarget(recipe) ? ['explain', file, ...modelFlags(recipe), ...reportFlags(recipe)]
    : recipe.task === 'experiment' ? ['experiment', file, ...modelFlags(recipe), ...studyFlags(recipe)] : exploreWords(recipe, file);
  return ['unveil', ...words.map(quoted)].join(' ');
}

function isMistaken(value: OptionValue): boolean {
  return typeof value === 'string' && (value === 'true' || value === 'false' || (value.trim() !== '' && Number.isFinite(Number(value))));
}

/** As the shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Names by commas; one with a comma, a quote or a space at an end in double quotes, as in CSV. */
function list(names: readonly string[]): string {
  return names.map(name => (/[",]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',');
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, String(value)];
}

const names = (name: string, value: readonly string[] | undefined): string[] => (value === undefined || value.length === 0 ? [] : flag(name, list(value)));

function setFlags(options: AnyRecipe['options']): string[] {
  return Object.entries(options).flatMap(([name, value]) => flag('set', `${name}=${String(value)}`));
}

function modelFlags(recipe: Recipe | ExperimentRecipe): string[] {
  const { target, formula, positive, features, categorical, numeric, missing, model, split, level, seed, maxRows, options } = recipe;
  const task = recipe.task === 'experiment' ? recipe.problem : recipe.task;
  return [
    ...(formula === undefined ? [...flag('target', target), ...flag('task', task), ...flag('positive', positive), ...names('features', features)] : [...flag('formula', formula), ...flag('task', task), ...flag('positive', positive)]),
    ...names('categorical', categorical), ...names('numeric', numeric), ...flag('missing', missing), ...flag('model', model),
    ...splitFlags(split), ...flag('level', level), ...flag('seed', seed), ...flag('max-rows', maxRows), ...setFlags(options),
  ];
}

function splitFlags(split: Split): string[] {
  switch (split.scheme) {
    case 'none': return flag('holdout', 0);
    case 'holdout': return [...flag('holdout', split.share), ...(split.last ? ['--holdout-last'] : [])];
    case 'foldColumn': return flag('fold-column', split.column);
    case 'kFold': return [...flag('folds', split.folds), ...flag('group-column', split.groupColumn), ...flag('duplicates', split.duplicates)];
  }
}

function reportFlags({ conformal, detail, rows = [] }: Recipe): string[] {
  return [...flag('conformal', conformal), ...(detail === 'brief' ? ['--brief'] : []), ...rows.flatMap(row => flag('row', row))];
}

function studyFlags({ study }: ExperimentRecipe): string[] {
  const { kind, vary, repeats, seconds, domain, testFile, epsilons, immutable, adversarial } = study;
  return [
    ...flag('study', kind), ...names('vary', vary?.map(({ name, values }) => `${name}=${values.join(':')}`)), ...flag('repeats', repeats), ...flag('seconds', seconds),
    ...flag('domain', domain), ...flag('test-file', testFile), ...flag('epsilons', epsilons?.join(',')), ...names('immutable', immutable), ...(adversarial ? ['--adversarial'] : []),
  ];
}

const ownFlags: Readonly<Record<TargetlessRecipe['task'], { readonly command: string; readonly flags: Readonly<Record<string, string>> }>> = {
  clustering: { command: 'cluster', flags: { k: 'k', most: 'most', scaling: 'scaling' } },
  components: { command: 'components', flags: { count: 'count', scaling: 'scaling', categories: 'categories' } },
  decisions: { command: 'policy', flags: { discount: 'gamma', rate: 'rate', exploration: 'exploration', bins: 'bins', method: 'method' } },
};

function exploreWords(recipe: TargetlessRecipe, file: string): string[] {
  const { task, features, categorical, numeric, missing, level, seed, maxRows, options } = recipe;
  const { command, flags } = ownFlags[task];
  const own = Object.entries(options).filter(([name]) => Object.hasOwn(flags, name));
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(flags, name)));
  return [
    command, file, ...(task === 'decisions' ? roleFlags(recipe) : [...names('features', features), ...flag('missing', missing)]),
    ...names('categorical', categorical), ...names('numeric', numeric), ...own.flatMap(([name, value]) => flag(flags[name]!, String(value))),
    ...flag('level', level), ...flag('seed', seed), ...flag('max-rows', maxRows), ...setFlags(rest),
  ];
}

function roleFlags({ roles }: TargetlessRecipe): string[] {
  if (!roles) return [];
  const { states, action, reward, nextStates, done, episode, order } = roles;
  return [
    ...names('state', states), ...flag('action', action), ...flag('reward', reward), ...flag('next', nextStates.length === 0 ? 'none' : list(nextStates)),
    ...flag('done', done ?? 'none'), ...flag('episode', episode ?? 'none'), ...flag('order', order ?? 'none'),
  ];
}
