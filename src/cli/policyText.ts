/** A learned policy as text for a terminal: what it is worth, what to do in each state, and where that is in doubt. */
import { anyOf } from '../engine/policy/anyAction';
import { formatCount, formatLevel, formatNumber, formatPercent } from '../engine/report/format';
import type { DecidedState, ReportDecisions } from '../protocol/decisions';
import type { TargetlessReport } from '../protocol/report';
import { foundText } from './exploreText';
import { textTable } from './output';

const mostStates = 40;

export function policyText(report: TargetlessReport): string {
  const { decisions, recipe } = report;
  if (!decisions) return foundText(report, []);
  return foundText(report, [
    `${decisions.sentence}\n`, worthText(decisions, recipe.level), statesText(decisions, recipe.level), learnersText(decisions), sensitivityText(decisions), fittedText(decisions),
  ]);
}

function worthText({ offPolicy }: ReportDecisions, level: number): string {
  if (!offPolicy) return '';
  const row = (name: string, { value, low, high }: { value: number; low: number; high: number }): string[] => [name, formatNumber(value), formatNumber(low), formatNumber(high)];
  if (offPolicy.estimator === 'logged') {
    return `What it is worth (${formatLevel(level)} interval)\n${textTable(['', 'value', 'low', 'high'], [row('the policy, which does all that was done', offPolicy.policy)], [false, true, true, true])}`;
  }
  return `What it is worth, on rows it was not learned from (${formatLevel(level)} intervals)\n${textTable(['', 'value', 'low', 'high'], [
    row('learned policy', offPolicy.policy), row('what was done', offPolicy.behaviour), row('difference', offPolicy.gain),
  ], [false, true, true, true])}`;
}

function statesText({ policy, stateColumns, states }: ReportDecisions, level: number): string {
  const decided = policy.filter(state => state.action !== undefined);
  const shown = decided.length <= mostStates ? decided : [...decided].sort((a, b) => b.visits - a.visits).slice(0, mostStates);
  const rows = shown.map(state => [...state.state, anyWillDo(state) ? anyOf(state.alsoBest!) : state.action ?? '', formatNumber(state.value), intervalText(state), state.certainty === undefined || anyWillDo(state) ? '' : formatPercent(state.certainty), formatCount(state.visits), cautionText(state)]);
  const more = shown.length < decided.length ? `… the ${mostStates} states visited most of ${formatCount(policy.length === states ? decided.length : states)}; more in --json or --html\n` : '';
  return `What to do in each state (certainty: probability that no other action is better)\n${textTable(
    [...stateColumns, 'best action', 'value', formatLevel(level), 'certainty', 'visits', ''], rows, [...stateColumns.map(() => false), false, true, true, true, true, false],
  )}${more}`;
}

function intervalText({ actions, action }: DecidedState): string {
  const best = actions.find(each => each.action === action);
  return best ? `${formatNumber(best.low, 3)} to ${formatNumber(best.high, 3)}` : '';
}

function anyWillDo({ actions, alsoBest, uncertain }: DecidedState): boolean {
  return alsoBest?.length === actions.length && !uncertain;
}

function cautionText(state: DecidedState): string {
  const { uncertain, unsupported, alsoBest } = state;
  return [...(alsoBest && !anyWillDo(state) ? [`as good: ${alsoBest.slice(1).join(', ')}`] : []), ...(unsupported ? ['hardly tried'] : []), ...(uncertain ? ['uncertain'] : [])].join('; ');
}

function learnersText({ exact, qLearning, doubleQ }: ReportDecisions): string {
  const row = (name: string, { sweeps, largestDistance, agreement }: ReportDecisions['qLearning']): string[] => [name, formatCount(sweeps), formatNumber(largestDistance, 3), formatPercent(agreement)];
  return `Learning beside the exact values\n${textTable(['', 'passes', 'largest distance', 'as good an action in'], [
    ['exact', formatCount(exact.sweeps), '0', '100 %'], row('Q-learning', qLearning), row('double Q-learning', doubleQ),
  ], [false, true, true, true])}`;
}

function sensitivityText({ sensitivity }: ReportDecisions): string {
  const names = { discount: 'discount', learningRate: 'learning rate', exploration: 'exploration' };
  const rows = sensitivity.map(({ vary, setting, chosen, value, agreement }) => [names[vary], `${typeof setting === 'number' ? formatNumber(setting) : setting}${chosen ? ' *' : '  '}`, value === undefined ? 'no limit' : formatNumber(value), formatPercent(agreement)]);
  return `Other settings (* this run; value in the process that the log shows)\n${textTable(['', 'setting  ', 'value', 'as good an action in'], rows, [false, true, true, true])}`;
}

function fittedText({ fitted, stateColumns }: ReportDecisions): string {
  if (!fitted) return '';
  const rows = fitted.states.slice(0, 20).map(({ state, action, value, distance }) => [...state, action, formatNumber(value), formatNumber(distance, 3)]);
  return `Without bins: means of ${fitted.neighbours} nearest transitions\n${fitted.sentence}\n${textTable([...stateColumns, 'best action', 'value', 'distance'], rows, [...stateColumns.map(() => true), false, true, true])}`;
}
