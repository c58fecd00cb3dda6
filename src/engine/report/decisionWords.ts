/** A learned policy in words and short texts, and the choice of states and pairs that are shown. */
import type { ReportDecisions } from '../../protocol/decisions';
import { stateLabel, type Experience } from '../policy/experience';
import type { EstimatorName, OffPolicy } from '../policy/offPolicy';
import type { LearnedState, PolicyResult } from '../policy/learnPolicy';
import type { Mdp } from '../policy/mdp';
import type { LearningRate } from '../policy/qLearning';
import { startWeights } from '../policy/sensitivity';
import type { Solution } from '../policy/solve';
import { countOf, formatLevel, formatNumber, formatPercent, listWords } from './format';

/** All that sections are made of. */
export interface Decided {
  readonly experience: Experience;
  readonly result: PolicyResult;
  readonly mdp: Mdp;
  readonly solution: Solution;
  readonly level: number;
}

export const estimatorTitles: Readonly<Record<EstimatorName, string>> = {
  doublyRobust: 'doubly robust', marginalDoublyRobust: 'doubly robust, by states', weightedImportance: 'weighted importance sampling', logged: 'what was done',
};

export function rateText(rate: number | LearningRate): string {
  if (typeof rate === 'number') return formatNumber(rate);
  if (rate.kind === 'constant') return `constant ${formatNumber(rate.rate)}`;
  return rate.kind === 'polynomial' ? `1/n to the power ${formatNumber(rate.omega)}` : '1/(1 + (1 − γ) n)';
}

/** Of many columns the values alone: names would leave no room for them. */
export function shortNameOf(found: Pick<Decided, 'experience' | 'result'>, state: number): string {
  return found.result.stateColumns.length <= 2 ? nameOf(found, state) : found.result.states[state]!.values.join(', ');
}

/** In which order short names have the values; empty where names say it. */
export function shortNameWords({ result }: Pick<Decided, 'result'>): string {
  return result.stateColumns.length <= 2 ? '' : ` States are written as ${result.stateColumns.join(', ')}.`;
}

/** The states that decisions are taken in, most visited first; all where they are not more than `most`, then in the order of their columns. */
export function shownStates({ result }: Pick<Decided, 'result'>, most: number): number[] {
  const left = result.states.flatMap((state, s) => (state.greedy === undefined ? [] : [s]));
  if (left.length <= most) return left;
  return [...left].sort((a, b) => result.states[b]!.visits - result.states[a]!.visits || a - b).slice(0, most).sort((a, b) => a - b);
}

export function nameOf({ experience }: Pick<Decided, 'experience'>, state: number): string {
  return stateLabel(experience.states, state);
}

/** "the 40 states visited most of 500", "all 25 states". */
export function shownWords(shown: number, { result }: Pick<Decided, 'result'>): string {
  const all = result.states.filter(state => state.greedy !== undefined).length;
  return shown === all ? (all === 1 ? 'the only state' : `all ${countOf(all, 'state')}`) : `the ${countOf(shown, 'state')} visited most of ${countOf(all, 'state')}`;
}

/** Names of the best actions of a state, the greedy one first. */
export function bestActions({ result, solution, mdp }: Pick<Decided, 'result' | 'solution' | 'mdp'>, s: number, width: number): number[] {
  const { greedy } = result.states[s]!;
  if (greedy === undefined) return [];
  const best: number[] = [greedy];
  for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) if (mdp.pairAction[p] !== greedy && solution.q[p]! >= solution.v[s]! - width) best.push(mdp.pairAction[p]!);
  return best;
}

/** Why a state's action is not to be relied on; empty where it is. */
export function doubtText(state: LearnedState, { options }: PolicyResult): string {
  return [
    ...(state.unsupported ? [`tried fewer than ${options.fewestVisits} times`] : []),
    ...(state.uncertain ? ['best action uncertain'] : []), ...(state.actions.length === 1 ? ['only action in the log'] : []),
  ].join('; ');
}

export function valueText({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): string {
  return `${formatNumber(value, 3)} (${formatNumber(low, 3)} to ${formatNumber(high, 3)})`;
}

/** What following the policy would be worth beside what was done. */
export function worthSentence(offPolicy: OffPolicy | undefined, discount: number): string {
  if (!offPolicy) return '';
  const { headline, behaviour, gain, unit, level } = offPolicy;
  const what = unit === 'episodes' ? 'an episode' : 'from a state of the log on';
  if (headline.name === 'logged') {
    return `The policy does all that was done, and is worth what that was: ${valueText(headline)} ${what} (${formatLevel(level)} interval, ${discountWords(discount)}).`;
  }
  const verdict = gain.low > 0 ? `better by ${valueText(gain)}` : gain.high < 0 ? `worse by ${valueText({ value: -gain.value, low: -gain.high, high: -gain.low })}` : `a difference of ${valueText(gain)} that the log cannot tell from none`;
  return `On rows it was not learned from, the policy is worth ${valueText(headline)} ${what}, what was done ${valueText(behaviour)}: ${verdict} (${formatLevel(level)} intervals, ${discountWords(discount)}).`;
}

function discountWords(discount: number): string {
  return discount === 1 ? 'without discount' : `discount ${formatNumber(discount)}`;
}

/** Whether in every state all actions of the log are worth the same. */
export function nothingToChoose({ states }: PolicyResult): boolean {
  return states.every(state => state.greedy === undefined || state.ties === state.actions.length);
}

export function policySentence({ result, solution }: Pick<Decided, 'result' | 'solution'>): string {
  const left = result.states.filter(state => state.greedy !== undefined);
  const { actions, offPolicy, transitions } = result;
  if (actions.length === 1) {
    const { headline } = offPolicy ?? {};
    return `The log holds one action, "${actions[0]}", so there is nothing to choose: values are those of doing that.${headline ? ` ${offPolicy!.unit === 'episodes' ? 'An episode' : 'Going on from a state of the log'} is worth ${valueText(headline)} (${formatLevel(offPolicy!.level)} interval, ${discountWords(solution.discount)}).` : ''}`;
  }
  if (nothingToChoose(result)) {
    const choices = left.some(state => state.actions.length > 1);
    return `From ${countOf(transitions, 'transition')} nothing can be chosen: ${choices ? 'in every state all actions of the log are worth the same' : 'in every state the log holds one action only'}.`;
  }
  const first = `From ${countOf(transitions, 'transition')} the best of ${countOf(actions.length, 'action')} was learned for ${countOf(left.length, 'state')}.`;
  const worth = worthSentence(offPolicy, solution.discount);
  return worth === '' ? first : `${first} ${worth}`;
}

/** Pairs whose Q-values are taken apart: each with the reason. At most ten. */
export function interestingPairs({ experience, result, mdp, solution }: Decided): { pair: number; why: string }[] {
  const found = new Map<number, string>();
  const add = (state: number | undefined, why: string): void => {
    const pair = state === undefined ? -1 : solution.greedy[state]!;
    if (pair >= 0 && !found.has(pair)) found.set(pair, why);
  };
  const starts = startWeights(experience);
  const order = (score: (s: number) => number, most: number, from = 0): number[] =>
    Array.from({ length: mdp.states }, (_, s) => s).filter(s => solution.greedy[s]! >= 0 && score(s) > from).sort((a, b) => score(b) - score(a) || a - b).slice(0, most);
  if (experience.episodes) order(s => starts[s]!, 3).forEach(s => add(s, 'where episodes begin'));
  order(s => result.states[s]!.visits, 6).slice(0, 6).forEach(s => { if (found.size < 6) add(s, 'visited most'); });
  order(s => 1 - result.states[s]!.certainty, 4, 1e-9).forEach(s => { if (found.size < 9) add(s, 'most uncertain'); });
  if (found.size < 10) {
    const [rival] = order(s => (result.states[s]!.uncertain ? result.states[s]!.visits : 0), 1);
    add(rival, 'uncertain though visited often');
  }
  return [...found].map(([pair, why]) => ({ pair, why }));
}

/** Transitions that two policies are compared on. */
export const mostCompared = 600;

/** "of the rows", "of 600 rows spread over the log". `transitions`: those that were fitted, or as many as are in the log. */
export function comparedWords(transitions: number): string {
  return transitions <= mostCompared ? 'of the rows' : `of ${mostCompared} rows spread over the log`;
}

/** Which to trust, the policy of the bins or that without bins, and why. */
export function fittedSentence({ trial, agreement, transitions }: Pick<NonNullable<ReportDecisions['fitted']>, 'trial' | 'agreement' | 'transitions'>): string {
  const same = `They take the same action, or one as good, in ${formatPercent(agreement)} ${comparedWords(transitions)}.`;
  const checked = 'Intervals, certainty and the value on left-out rows are those of the bins.';
  if (!trial) return `${same} Which of the two is better was not measured: that takes 40 transitions and values with a limit. ${checked}`;
  const { trials, judged, verdict } = trial;
  const counts = (of: 'better' | 'worse'): string => listWords(judged.map(each => `${each[of]} of ${trials}`));
  if (judged.every(({ better, worse }) => better + worse === 0)) return `Either will do: on halves of the log that they were not learned from, both policies were worth the same in all ${trials} trials by either way of judging. ${same} ${checked}`;
  if (verdict === 'fitted') return `Trust the policy without bins more: learned on one half of the log, it was worth more on the other half than that of the bins, in ${counts('better')} trials by the two ways of judging. The bins are too coarse here, or hold too few rows each. ${same} ${checked}`;
  if (verdict === 'binned') return `Trust the policy of the bins more: learned on one half of the log, it was worth more on the other half than that without bins, in ${counts('worse')} trials by the two ways of judging. The nearest transitions are too few, or too far away, to be averaged well. ${same} ${checked}`;
  return `The log does not tell which of the two is better: on halves that they were not learned from, the one without bins was worth more in ${counts('better')} trials and less in ${counts('worse')} by the two ways of judging. ${same} Where they agree either will do; where they differ, rely on neither. ${checked}`;
}
