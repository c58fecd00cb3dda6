/** The questions before learning from a log of decisions: which column plays which part. The guess is first, so Enter goes on. */
import * as vscode from 'vscode';
import type { LogColumnGuess, LogRole } from '../protocol/decisions';
import type { ProfileResult } from '../protocol/engine';
import type { ExperienceColumns, TargetlessRequest } from '../protocol/recipe';
import { known, t } from '../services/l10n';
import { baseName, plainText } from '../services/plainText';
import { columnText } from '../views/columnText';
import type { Host } from './host';
import { askInOrder, back, pickStep, type Answer } from './steps';

type Chosen = { readonly [Role in LogRole]?: readonly string[] };
interface State { readonly chosen: Chosen; readonly discount?: number }

const questions: Readonly<Record<LogRole, { readonly placeholder: string; readonly without?: string }>> = {
  states: { placeholder: t('Columns that together say in which state a decision was taken') },
  action: { placeholder: t('Column of the action that was taken') },
  reward: { placeholder: t('Column of the reward that followed') },
  nextStates: { placeholder: t('Columns of the state afterwards, in the same order'), without: t('The State of the Next Row') },
  done: { placeholder: t('Column that says where an episode ends'), without: t('No Such Column') },
  episode: { placeholder: t('Column that names the episode'), without: t('No Such Column') },
  order: { placeholder: t('Column that orders the rows of an episode'), without: t('The Order of the File') },
};

/** The answers as a request; undefined when the person left. Throws what profiling the file throws. */
export async function askDecisions(host: Host, file: string): Promise<TargetlessRequest | undefined> {
  const profile = await host.datasets.profile(file);
  const guesses = profile.log ?? [];
  const roles: readonly LogRole[] = ['states', 'action', 'reward', 'nextStates', 'done', 'episode', ...(guesses.some(({ role }) => role === 'order') ? ['order' as const] : [])];
  const place = (step: number): Place => ({ title: t('Explain Decisions in {0}', plainText(baseName(file), 60)), step, totalSteps: roles.length + 1 });
  const answers = await askInOrder<State>({ chosen: {} }, [
    ...roles.map((role, i) => (state: State) => askRole(role, state, profile, guesses, place(i + 1))),
    state => askDiscount(state, place(roles.length + 1)),
  ]);
  if (!answers) return undefined;
  return { file, task: 'decisions', roles: rolesOf(answers.chosen), ...(answers.discount !== undefined && { options: { discount: answers.discount } }) };
}

interface Place { readonly title: string; readonly step: number; readonly totalSteps: number }
interface RoleItem extends vscode.QuickPickItem { readonly columns?: readonly string[] }

/** What is offered for a part: the guess, every other column or a choice of several, and that there is none. */
export function roleItems(role: LogRole, chosen: Chosen, { profile }: ProfileResult, guesses: readonly LogColumnGuess[]): RoleItem[] {
  const guess = guessFor(role, chosen, guesses);
  const { without } = questions[role];
  const several = role === 'states' || role === 'nextStates';
  const taken = new Set(Object.entries(chosen).flatMap(([other, columns]) => (other === role ? [] : columns ?? [])));
  const none: RoleItem[] = without === undefined ? [] : [{ label: without, ...(guess.columns.length === 0 && { detail: plainText(known(guess.reason)) }), columns: [] }];
  const guessed: RoleItem[] = guess.columns.length === 0 ? [] : [{ label: names(guess.columns), detail: plainText(known(guess.reason)), columns: guess.columns }];
  const others: RoleItem[] = several ? [{ label: t('Choose Columns…') }] : profile.columns
    .filter(({ name, kind }) => kind !== 'empty' && !taken.has(name) && name !== guess.columns[0])
    .map(column => ({ label: names([column.name]), description: columnText(column, profile.rows), columns: [column.name] }));
  return guess.columns.length > 0 ? [...guessed, ...none, ...others] : [...none, ...others];
}

/** The next state is that of the columns that were chosen as the state, where those have partners by name. */
function guessFor(role: LogRole, chosen: Chosen, guesses: readonly LogColumnGuess[]): LogColumnGuess {
  const of = (wanted: LogRole): LogColumnGuess => guesses.find(guess => guess.role === wanted) ?? { role: wanted, columns: [], reason: '' };
  if (role !== 'nextStates' || !chosen.states) return of(role);
  const found = chosen.states.map(name => of('nextStates').columns[of('states').columns.indexOf(name)]).filter(name => name !== undefined);
  return found.length === chosen.states.length ? { ...of('nextStates'), columns: found } : { role, columns: [], reason: t('No columns are named as these, after the action.') };
}

function names(columns: readonly string[]): string {
  return columns.map(name => plainText(name, 80) || t('(no name)')).join(', ');
}

async function askRole(role: LogRole, state: State, profile: ProfileResult, guesses: readonly LogColumnGuess[], place: Place): Promise<Answer<State>> {
  const items = roleItems(role, state.chosen, profile, guesses);
  const before = state.chosen[role]?.join('\n');
  const answer = await pickStep({ ...place, placeholder: questions[role].placeholder, items, ...(before !== undefined && { active: (item: RoleItem) => item.columns?.join('\n') === before }) });
  if (typeof answer !== 'object') return answer;
  const columns = answer.columns ?? (await chooseSeveral(profile, place.title, questions[role].placeholder));
  return columns === back ? back : { ...state, chosen: { ...state.chosen, [role]: columns } };
}

async function chooseSeveral({ profile }: ProfileResult, title: string, placeHolder: string): Promise<readonly string[] | typeof back> {
  const items = profile.columns.filter(({ kind }) => kind !== 'empty').map(column => ({ label: names([column.name]), description: columnText(column, profile.rows), name: column.name }));
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, canPickMany: true });
  return !chosen || chosen.length === 0 ? back : chosen.map(({ name }) => name);
}

const discounts = [0.95, 0, 0.5, 0.8, 0.9, 0.98, 0.99, 1];

async function askDiscount(state: State, place: Place): Promise<Answer<State>> {
  const words = (discount: number): string => (discount === 0 ? t('Only the reward that follows at once counts') : discount === 1 ? t('All rewards count alike; every episode has to end') : t('A reward counts half after {0} steps', Math.max(1, Math.round(Math.log(0.5) / Math.log(discount)))));
  const items = discounts.map(discount => ({ label: t('Discount {0}', discount), detail: words(discount), discount }));
  const answer = await pickStep({ ...place, placeholder: t('What a reward one step later is worth'), items, active: item => item.discount === state.discount });
  return typeof answer === 'object' ? { ...state, discount: answer.discount } : answer;
}

/** All parts are named, so that nothing is guessed again: an empty name says that there is none. */
export function rolesOf(chosen: Chosen): Partial<ExperienceColumns> {
  const one = (role: LogRole): string => chosen[role]?.[0] ?? '';
  return { states: chosen.states ?? [], action: one('action'), reward: one('reward'), nextStates: chosen.nextStates ?? [], done: one('done'), episode: one('episode'), order: one('order') };
}
