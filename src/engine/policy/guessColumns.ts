/** Guesses from names and kinds which columns of a file are the states, the action and so on of a log of decisions. */
import type { ColumnProfile, DatasetProfile } from '../../protocol/profile';
import { basesOf, isStateName, nameScore, normalised, withoutBefore, type NamedRole } from './columnNames';
import type { ExperienceColumns } from '../../protocol/recipe';

export type RoleName = keyof ExperienceColumns;

export interface RoleGuess {
  readonly role: RoleName;
  /** Empty where nothing suits. */
  readonly columns: readonly string[];
  /** A plain sentence. */
  readonly reason: string;
}

export interface GuessedColumns {
  /** One guess a role, in the order in which a person would confirm them. */
  readonly guesses: readonly RoleGuess[];
  /** Present when states, action and reward were all found. */
  readonly roles?: ExperienceColumns;
}

interface Pair { readonly before: string; readonly after: string }

/** Never fails: what was not found has no columns and a reason that says so. */
export function guessColumns(profile: DatasetProfile): GuessedColumns {
  const columns = profile.columns.filter(column => column.kind !== 'empty');
  // x and x2 may just be two measurements, so a number counts only where no clearer name speaks.
  const clear = findPairs(columns, false);
  const pairs = clear.length > 0 ? clear : findPairs(columns, true);
  const taken = new Set(pairs.flatMap(pair => [pair.before, pair.after]));
  const action = named(columns, 'action', taken) ?? fewLevels(columns, taken);
  const reward = named(columns, 'reward', taken);
  const done = named(columns, 'done', taken);
  // A cut-off is no end: what would have followed is worth something. It is no part of the state either.
  const truncated = named(columns, 'truncated', taken);
  const episode = named(columns, 'episode', taken, column => column.kind !== 'constant' && column.distinct < profile.rows - column.missing);
  // Without a column of episodes, only numbers that come again can count the steps of episodes.
  const order = named(columns, 'order', taken, column => (column.kind === 'numeric' || column.kind === 'datetime' || column.kind === 'identifier') && (episode !== undefined || column.distinct <= (profile.rows - column.missing) / 2));
  const states = pairs.length > 0 ? pairGuess(pairs) : stateGuess(columns, taken);
  const next: RoleGuess = pairs.length > 0
    ? { role: 'nextStates', columns: pairs.map(pair => pair.after), reason: `Named as the columns ${list(pairs.map(pair => pair.before))} after the action.` }
    : { role: 'nextStates', columns: [], reason: 'No column is named as a state after the action; the state of the next row of the same episode is taken.' };
  const wordy = reward ? undefined : columns.find(({ name }) => !taken.has(name) && nameScore(name, 'reward') > 0);
  const single = (role: RoleName, found: Found | undefined, without: string): RoleGuess => ({ role, columns: found ? [found.name] : [], reason: found?.reason ?? without });
  const guesses: RoleGuess[] = [
    states, single('action', action, 'No column is named as an action, and no column of few levels is left.'), single('reward', reward, wordy ? `"${wordy.name}" is named as a reward but holds no numbers.` : 'No column is named as a reward.'), next,
    single('done', done, truncated ? `No column is named as the end of an episode; "${truncated.name}" says where episodes were cut off, which is no end.` : 'No column is named as the end of an episode.'), single('episode', episode, 'No column is named as an episode.'),
    ...(episode || order ? [single('order', order, 'No column orders the rows of an episode; they stand in the order of the file.')] : []),
  ];
  return { guesses, ...(states.columns.length > 0 && action && reward ? { roles: rolesOf(guesses) } : {}) };
}

function rolesOf(guesses: readonly RoleGuess[]): ExperienceColumns {
  const of = (role: RoleName): readonly string[] => guesses.find(guess => guess.role === role)?.columns ?? [];
  const optional = (role: 'done' | 'episode' | 'order'): object => (of(role)[0] === undefined ? {} : { [role]: of(role)[0] });
  return { states: of('states'), action: of('action')[0]!, reward: of('reward')[0]!, nextStates: of('nextStates'), ...optional('done'), ...optional('episode'), ...optional('order') };
}

interface Found { readonly name: string; readonly reason: string }

/** The best column of the role's names; takes it. */
function named(columns: readonly ColumnProfile[], role: NamedRole, taken: Set<string>, suits: (column: ColumnProfile) => boolean = () => true): Found | undefined {
  const best = columns
    .filter(column => !taken.has(column.name) && nameScore(column.name, role) > 0 && kindSuits(column, role) && suits(column))
    .sort((a, b) => nameScore(b.name, role) - nameScore(a.name, role))[0];
  if (!best) return undefined;
  taken.add(best.name);
  const extra = normalised(best.name) === 'cost' ? ' A cost is a negative reward: check its sign.' : '';
  return { name: best.name, reason: `Its name, "${best.name}", says so.${extra}` };
}

function kindSuits(column: ColumnProfile, role: NamedRole): boolean {
  if (role === 'reward') return column.kind === 'numeric' || column.kind === 'boolean' || column.kind === 'constant' || column.kind === 'identifier';
  if (role === 'done' || role === 'truncated') return column.kind === 'boolean' || column.kind === 'constant' || column.distinct <= 2;
  if (role === 'action') return column.kind !== 'datetime' && column.kind !== 'text';
  return true;
}

/** Without a telling name: the one column of words with the fewest levels that is not named as a state. */
function fewLevels(columns: readonly ColumnProfile[], taken: Set<string>): Found | undefined {
  const suitable = columns.filter(column => !taken.has(column.name) && column.kind === 'categorical' && column.distinct <= 20 && !isStateName(column.name)
    && (['reward', 'done', 'truncated', 'episode', 'order'] as const).every(role => nameScore(column.name, role) === 0));
  const best = suitable.sort((a, b) => a.distinct - b.distinct)[0];
  if (!best) return undefined;
  taken.add(best.name);
  return { name: best.name, reason: `No column is named as an action; "${best.name}" has the fewest levels of the columns left, ${best.distinct}.` };
}

/** Columns of which another one is, by its name, the same after the action. */
function findPairs(columns: readonly ColumnProfile[], numbered: boolean): Pair[] {
  const reserved = (name: string): boolean => (['action', 'reward', 'done', 'episode'] as const).some(role => nameScore(name, role) > 0);
  const plain = new Map<string, string>();
  const stripped = new Map<string, string>();
  for (const { name } of columns) {
    if (reserved(name)) continue;
    plain.set(normalised(name), name);
    stripped.set(withoutBefore(name), name);
  }
  const pairs: Pair[] = [];
  const used = new Set<string>();
  for (const { name } of columns) {
    const before = basesOf(name, numbered).map(base => plain.get(base) ?? stripped.get(base) ?? stripped.get(withoutBefore(base))).find(other => other !== undefined && other !== name && !used.has(other));
    if (before === undefined || used.has(name)) continue;
    pairs.push({ before, after: name });
    used.add(before).add(name);
  }
  return pairs;
}

function pairGuess(pairs: readonly Pair[]): RoleGuess {
  return { role: 'states', columns: pairs.map(pair => pair.before), reason: `${list(pairs.map(pair => pair.after))} ${pairs.length === 1 ? 'is the same' : 'are the same'} after the action, by name.` };
}

function stateGuess(columns: readonly ColumnProfile[], taken: ReadonlySet<string>): RoleGuess {
  const left = columns.filter(column => !taken.has(column.name) && nameScore(column.name, 'order') === 0);
  const telling = left.filter(column => isStateName(column.name));
  if (telling.length > 0) return { role: 'states', columns: telling.map(column => column.name), reason: `${telling.length === 1 ? 'Its name says' : 'Their names say'} so.` };
  const rest = left.filter(column => column.kind !== 'constant' && column.kind !== 'text' && column.kind !== 'identifier');
  return rest.length > 0
    ? { role: 'states', columns: rest.map(column => column.name), reason: 'No column is named as a state; these are the columns that have no other part.' }
    : { role: 'states', columns: [], reason: 'No column is left that could say in which state a decision was taken.' };
}

function list(names: readonly string[]): string {
  const quoted = names.map(name => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)!}`;
}
