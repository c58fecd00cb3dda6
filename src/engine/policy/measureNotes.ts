/** What a reader has to know of the intervals and of the value that were measured. */
import type { Note } from '../../protocol/profile';
import type { LearnedState, PolicyOptions } from './learnPolicy';
import type { Mdp } from './mdp';
import type { OffPolicy } from './offPolicy';
import type { Posterior } from './posterior';

export function measureNotes(mdp: Mdp, posterior: Posterior, states: readonly LearnedState[], offPolicy: OffPolicy | undefined, { discount }: PolicyOptions): Note[] {
  const left = states.filter(state => state.greedy !== undefined);
  const [uncertain, unsupported] = [left.filter(state => state.uncertain).length, left.filter(state => state.unsupported).length];
  const notes: Note[] = [];
  if (uncertain > 0) notes.push({ kind: 'warning', text: `In ${uncertain} of ${statesOf(left)} it is uncertain which action is best.` });
  if (unsupported > 0) notes.push({ kind: 'warning', text: `In ${unsupported} of ${statesOf(left)} the policy's action was tried only a few times.` });
  const chance = chanceNote(mdp, posterior);
  if (chance) notes.push(chance);
  if (posterior.draws < 200) notes.push({ kind: 'information', text: `The log is large, so intervals rest on ${posterior.draws} draws only.` });
  const unmeasured = `The value of the policy was not measured on left-out rows: that takes at least four transitions${discount === 1 ? ' and, with a discount of 1, ways to an end in either half of the log' : ''}.`;
  return [...notes, ...(offPolicy?.notes ?? [{ kind: 'evaluation' as const, text: unmeasured }])];
}

/** One sentence on what a log without chance leaves open; findings tell of one that shows chance. */
function chanceNote(mdp: Mdp, { prior, low, high }: Posterior): Note | undefined {
  if (!mdp.visits.some(visits => visits > 1)) {
    return { kind: 'warning', text: `No action was tried twice in the same state, so the log cannot show whether outcomes vary by chance: ${prior.mass === 0 ? 'they are taken for certain, and intervals and certainties say less than they seem to' : 'intervals rest on an assumption'}.` };
  }
  if (prior.mass > 0) return undefined;
  const wide = low.some((value, p) => high[p]! > value);
  const once = mdp.visits.reduce((sum, visits) => sum + Number(visits === 1), 0);
  const rest = wide ? 'so outcomes are taken for certain, and intervals show the spread of rewards alone' : 'with the same reward, so outcomes are taken for certain: intervals have no width, and what the log never showed is not in them';
  const seldom = once > 0 ? ` Of ${mdp.pairs} pairs of a state and an action ${once} ${once === 1 ? 'was' : 'were'} seen once only, which shows nothing of chance.` : '';
  return { kind: 'information', text: `Every action that was repeated always led to the same state${wide ? ', ' : ' '}${rest}.${seldom}` };
}

function statesOf({ length }: readonly LearnedState[]): string {
  return `${length} ${length === 1 ? 'state' : 'states'}`;
}
