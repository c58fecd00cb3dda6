/** Which columns of a log play which part: those that were named, and guesses for the others, each with a note. */
import { UserError } from '../../protocol/errors';
import type { DatasetProfile, Note } from '../../protocol/profile';
import type { ExperienceColumns, TargetlessRequest } from '../../protocol/recipe';
import { guessColumns, type RoleName } from '../policy/guessColumns';
import { listWords } from '../report/format';
import { requireColumn } from '../resolve';

export const roleTitles: Readonly<Record<RoleName, string>> = {
  states: 'state', action: 'action', reward: 'reward', nextStates: 'next state', done: 'end of an episode', episode: 'episode', order: 'order within an episode',
};

export interface PlannedRoles { readonly roles: ExperienceColumns; readonly notes: readonly Note[] }

type Named = Partial<Readonly<Record<RoleName, readonly string[]>>>;

/** An empty name, or an empty list, says that there is no such column. Throws 'unknownColumn', and 'badFeatures' where a part that is needed is neither named nor to be guessed. */
export function planRoles(request: TargetlessRequest, profile: DatasetProfile): PlannedRoles {
  const named = namedColumns(request, profile);
  const taken = new Set(Object.entries(named).flatMap(([role, columns]) => (role === 'states' || role === 'nextStates' ? [] : columns)));
  const left = new Set((request.drop ?? []).map(name => requireColumn(profile, name, 'to leave out').name));
  const pairs = guessOf(profile, name => !taken.has(name) && !left.has(name));
  const others = guessOf(profile, name => !left.has(name) && !Object.values(named).some(columns => columns.includes(name)));
  const notes: Note[] = [];
  const pick = (role: RoleName, guessed: Guess): readonly string[] => {
    const own = named[role];
    if (own) return own;
    if (guessed.columns.length > 0) notes.push({ kind: 'guess', text: `Taken as the ${roleTitles[role]}: ${listWords(guessed.columns.map(name => `"${name}"`), 8)}. ${guessed.reason}` });
    return guessed.columns;
  };
  const states = pick('states', named.nextStates && named.nextStates.length > 0 ? partners(named.nextStates, pairs('nextStates').columns, pairs('states').columns) : pairs('states'));
  const nextStates = pick('nextStates', partners(states, pairs('states').columns, pairs('nextStates').columns));
  const one = (role: RoleName): string | undefined => pick(role, others(role))[0];
  const [action, reward, done, episode] = [one('action'), one('reward'), one('done'), one('episode')];
  if (states.length === 0 || action === undefined || reward === undefined) throw lacking(request.file, states.length === 0 ? 'states' : action === undefined ? 'action' : 'reward', others);
  const order = pick('order', named.episode?.length === 0 ? { columns: [], reason: '' } : others('order'))[0];
  return { roles: { states, action, reward, nextStates, ...(done !== undefined && { done }), ...(episode !== undefined && { episode }), ...(order !== undefined && { order }) }, notes };
}

function namedColumns({ roles = {}, features }: TargetlessRequest, profile: DatasetProfile): Named {
  const asked: Partial<ExperienceColumns> = { ...(features && features.length > 0 && { states: features }), ...roles };
  const named: Partial<Record<RoleName, readonly string[]>> = {};
  for (const [role, value] of Object.entries(asked) as [RoleName, string | readonly string[] | undefined][]) {
    if (value === undefined || !Object.hasOwn(roleTitles, role)) continue;
    const names = typeof value === 'string' ? [value] : value;
    named[role] = names.filter(name => name !== '').map(name => requireColumn(profile, name, `the ${roleTitles[role]}`).name);
  }
  return named;
}

interface Guess { readonly columns: readonly string[]; readonly reason: string }

function guessOf(profile: DatasetProfile, uses: (name: string) => boolean): (role: RoleName) => Guess {
  const { guesses } = guessColumns({ ...profile, columns: profile.columns.filter(({ name }) => uses(name)) });
  return role => guesses.find(guess => guess.role === role) ?? { columns: [], reason: '' };
}

/** The partners, by name, of columns before or after the action; none where one of them has none. */
function partners(columns: readonly string[], from: readonly string[], to: readonly string[]): Guess {
  const found = columns.map(name => to[from.indexOf(name)]);
  const all = found.filter(name => name !== undefined);
  if (all.length > 0 && all.length < columns.length) {
    const alone = columns.filter((_, i) => found[i] === undefined);
    throw new UserError('badFeatures', `No column is named as the next state of ${listWords(alone.map(name => `"${name}"`))}; name the columns of the next state, or say that there are none.`, { column: alone[0] });
  }
  return { columns: all, reason: all.length === 1 ? 'Its name says so.' : 'Their names say so.' };
}

function lacking(file: string, role: RoleName, guess: (role: RoleName) => Guess): UserError {
  return new UserError('badFeatures', `${guess(role).reason || `${file} has no column for the ${roleTitles[role]}.`} Name the column of the ${roleTitles[role]}: a log of decisions has a state, an action and a reward in each row.`, { file });
}
