/** What a reader has to know of a log before believing a policy learned from it. */
import type { Note } from '../../protocol/profile';
import { stateLabel, type Experience } from './experience';
import type { Mdp } from './mdp';
import type { Solution } from './solve';

const examples = 3;

/** Sentences about states and actions of the log, most serious first. */
export function findings(experience: Experience, mdp: Mdp, solution: Solution): Note[] {
  const notes: Note[] = [];
  const warn = (text: string): void => { notes.push({ kind: 'warning', text }); };
  const tell = (text: string): void => { notes.push({ kind: 'information', text }); };
  if (experience.actions.length === 1) warn(`The log holds one action only, "${experience.actions[0]}", so there is nothing to decide: the values are those of doing that.`);
  const reward = experience.reward[0]!;
  if (experience.reward.every(r => r === reward)) {
    if (reward === 0) warn('Every reward is 0, so all actions are worth the same, 0, and no policy is better than another. That the intervals go from 0 to 0 does not say that nothing can be earned: only that this log never shows it.');
    else if (experience.actions.length > 1) warn(`Every reward is ${reward}, so actions differ only in how long they let an episode go on.`);
  }
  endFindings(experience, mdp, warn, tell);
  singleActionStates(experience, mdp, warn);
  unreached(experience, mdp, solution, tell);
  chance(mdp, tell);
  return notes;
}

function endFindings(experience: Experience, mdp: Mdp, warn: (text: string) => void, tell: (text: string) => void): void {
  const { state, next, done, size } = experience;
  const left = (s: number): boolean => mdp.stateStart[s]! < mdp.stateStart[s + 1]!;
  const unknown = new Set<number>();
  let [goesOn, unmarked] = [0, 0];
  for (let i = 0; i < size; i++) {
    if (done[i] === 1) { if (next[i]! >= 0 && left(next[i]!) && next[i] !== state[i]) goesOn++; }
    else if (!left(next[i]!)) { unknown.add(next[i]!); unmarked++; }
  }
  if (unknown.size > 0) warn(`${named(experience, [...unknown])} ${unknown.size === 1 ? 'is' : 'are'} reached but never left in the log, without an end being marked (in ${unmarked} ${unmarked === 1 ? 'row' : 'rows'}); ${unknown.size === 1 ? 'it counts' : 'they count'} as an end of value 0. If the log just stops there, values that lead there are wrong.`);
  if (goesOn > 0) tell(`${goesOn} ${goesOn === 1 ? 'row marks' : 'rows mark'} the end of an episode in a state that is left elsewhere in the log; what follows an end counts as 0 all the same.`);
}

function singleActionStates(experience: Experience, mdp: Mdp, warn: (text: string) => void): void {
  if (experience.actions.length === 1) return;
  let [all, single] = [0, 0];
  for (let s = 0; s < mdp.states; s++) {
    const pairs = mdp.stateStart[s + 1]! - mdp.stateStart[s]!;
    if (pairs > 0) all++;
    if (pairs === 1) single++;
  }
  if (single > 0) warn(`In ${single} of ${all} ${all === 1 ? 'state' : 'states'} the log holds one action only; the policy has no other choice there, and whether another action would be better is not known.`);
}

/** States that the greedy policy never comes to from the first states of episodes. */
function unreached(experience: Experience, mdp: Mdp, { greedy }: Solution, tell: (text: string) => void): void {
  const { episodes, state } = experience;
  if (!episodes) return;
  const seen = new Uint8Array(mdp.states + 1);
  const open: number[] = [];
  const visit = (s: number): void => { if (seen[s] === 0) { seen[s] = 1; open.push(s); } };
  for (let e = 0; e < episodes.count; e++) visit(state[episodes.order[episodes.start[e]!]!]!);
  seen[mdp.states] = 1;
  for (let s = open.pop(); s !== undefined; s = open.pop()) {
    const p = greedy[s]!;
    if (p >= 0) for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) visit(mdp.target[o]!);
  }
  let away = 0;
  let all = 0;
  for (let s = 0; s < mdp.states; s++) {
    if (greedy[s]! < 0) continue;
    all++;
    if (seen[s] === 0) away++;
  }
  if (away > 0) tell(`From where episodes begin, the learned policy never comes to ${away} of the ${all} states; what it would do there matters only if something else leads there.`);
}

/** Same state and action, other outcome: chance, not a contradiction. That a log shows none is said with the intervals, which rest on it. */
function chance(mdp: Mdp, tell: (text: string) => void): void {
  let [several, repeated, spread] = [0, 0, 0];
  for (let p = 0; p < mdp.pairs; p++) {
    if (mdp.visits[p]! < 2) continue;
    repeated++;
    if (mdp.outcomeStart[p + 1]! - mdp.outcomeStart[p]! > 1) several++;
    for (let o = mdp.outcomeStart[p]!; o < mdp.outcomeStart[p + 1]!; o++) if (mdp.outcomeSquares[o]! > 1e-18 * mdp.outcomeCount[o]! * (1 + mdp.outcomeReward[o]! ** 2)) { spread++; break; }
  }
  if (several > 0) tell(`The same action in the same state led to different states in ${several} of ${repeated} cases that occur more than once; outcomes are taken for random, with these frequencies.`);
  if (spread > 0) tell(`The same state, action and next state brought different rewards in ${spread} of ${repeated} cases; rewards are taken for random, and their mean counts.`);
}

function named(experience: Experience, states: readonly number[]): string {
  const some = states.slice(0, examples).map(s => `(${stateLabel(experience.states, s)})`).join(', ');
  return states.length === 1 ? `The state ${some}` : `${states.length} states, such as ${some},`;
}
