/** What states and actions are worth: the Q-table, the value function, credible intervals. */
import type { HeatmapSection } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import { anyOf, anyWillDo } from '../policy/anyAction';
import type { LearnedAction } from '../policy/learnPolicy';
import { shortNameOf, shortNameWords, shownStates, shownWords, type Decided } from './decisionWords';
import { countOf, formatLevel, formatPercent } from './format';

/** Rows of the heat map. */
const mostRows = 60;
const mostColumns = 40;
const mostIntervals = 30;

export function valueSections(found: Decided): Section[] {
  return [tableSection(found), valueSection(found), intervalSection(found)];
}

function tableSection(found: Decided): Section {
  const { result, level } = found;
  const shown = shownStates(found, mostRows);
  const actions = shownActions(found);
  const signed = result.states.some(({ actions }) => actions.some(({ q }) => q < 0));
  const matrix = (name: string, of: (action: LearnedAction) => number, diverging: boolean): HeatmapSection['matrices'][number] => {
    const rows = shown.map(s => {
      const byAction = new Map(result.states[s]!.actions.map(action => [action.action, of(action)]));
      return actions.map(a => byAction.get(a));
    });
    return {
      name, xTitle: 'Action', yTitle: result.stateColumns.join(', '), rows: shown.map(s => shortNameOf(found, s)), columns: actions.map(a => result.actions[a]!),
      values: rows.map(row => row.map(value => value ?? 0)),
      ...(rows.some(row => row.includes(undefined)) && { absent: rows.map(row => row.flatMap((value, a) => (value === undefined ? [a] : []))) }), diverging,
    };
  };
  return {
    kind: 'heatmap', id: 'qTable', panel: 'values', title: 'What each action is worth in each state',
    summary: `The Q-table of ${shownWords(shown.length, found)}: the discounted rewards to come when the action is taken once and the policy is followed afterwards. Cells without a colour are actions that the log never shows there.${actions.length < result.actions.length ? ` Of ${countOf(result.actions.length, 'action')} the ${actions.length} tried most often are columns.` : ''}`,
    method: `Exact solution of the process that ${countOf(result.transitions, 'transition')} show (certainty equivalence); intervals from ${countOf(result.posterior.draws, 'draw')} of the process`,
    matrices: [
      matrix('Value of the action (Q)', action => action.q, signed), matrix(`Width of its ${formatLevel(level)} credible interval`, action => action.high - action.low, false),
      matrix('Visits in the log', action => action.visits, false), matrix('Probability of being best', action => action.best, false),
      matrix('Q by Q-learning', action => action.qLearning, signed), matrix('Q by double Q-learning', action => action.doubleQ, signed),
    ],
  };
}

/** All actions, or those tried most often, in their order. */
function shownActions({ result, mdp }: Decided): number[] {
  const visits = new Float64Array(result.actions.length);
  mdp.pairAction.forEach((action, p) => (visits[action]! += mdp.visits[p]!));
  return [...visits.keys()].sort((a, b) => visits[b]! - visits[a]! || a - b).slice(0, mostColumns).sort((a, b) => a - b);
}

interface Item { readonly name: string; readonly estimate: number; readonly low: number; readonly high: number; readonly details: readonly (string | number)[] }

function valueSection(found: Decided): Section {
  const { result, level } = found;
  const item = (s: number): Item => {
    const { greedy, actions, value, visits } = result.states[s]!;
    const { low, high } = actions.find(({ action }) => action === greedy)!;
    return { name: shortNameOf(found, s), estimate: value, low, high, details: [anyWillDo(result.states[s]!) ? anyOf(actions.map(({ action }) => result.actions[action]!)) : result.actions[greedy!]!, visits] };
  };
  const all = shownStates(found, Infinity);
  const by = (score: (s: number) => number): Item[] => [...all].sort((a, b) => score(b) - score(a) || a - b).slice(0, mostIntervals).map(item);
  const few = all.length <= mostIntervals;
  return {
    kind: 'estimates', id: 'values', panel: 'values', title: 'What each state is worth',
    summary: `The value function: discounted rewards to come from a state on when the policy is followed, of ${few ? shownWords(all.length, found) : `${countOf(mostIntervals, 'state')} at a time`}. Lines are credible intervals: how far the log leaves the value open.${shortNameWords(found)}`,
    method: `Exact solution of the process that the log shows; ${formatLevel(level)} credible intervals from ${countOf(result.posterior.draws, 'draw')} of the process`,
    xTitle: 'Value of the state', estimateName: 'Value', intervalName: `${formatLevel(level)} credible interval`, chooser: 'States',
    details: [{ title: 'Best action' }, { title: 'Visits', numeric: true }],
    groups: few ? [{ name: 'All states', items: by(s => result.states[s]!.value) }]
      : [{ name: 'Visited most', items: by(s => result.states[s]!.visits) }, { name: 'Worth most', items: by(s => result.states[s]!.value) }, { name: 'Worth least', items: by(s => -result.states[s]!.value) }],
  };
}

/** States whose actions are compared one by one. */
const mostChosen = 60;

function intervalSection(found: Decided): Section {
  const { result, level, solution } = found;
  const order = [...shownStates(found, Infinity)].filter(s => result.states[s]!.actions.length > 0).sort((a, b) => result.states[b]!.visits - result.states[a]!.visits || a - b).slice(0, mostChosen);
  return {
    kind: 'estimates', id: 'qIntervals', panel: 'values', title: 'How surely one action is better than another',
    summary: `Q-values of the actions of one state with their credible intervals, best first; choose among ${shownWords(order.length, found)}. Where intervals overlap, the probability of being best says how much the log leaves open.${shortNameWords(found)}`,
    method: `${formatLevel(level)} intervals from ${countOf(result.posterior.draws, 'draw')} of the process (outcomes: Dirichlet; mean rewards: normal with unknown variance)`,
    assumptions: ['An interval is of following the shown policy after the action; rows of the log are taken for independent given state and action.'],
    xTitle: `Q at the discount ${solution.discount}`, estimateName: 'Q', intervalName: `${formatLevel(level)} credible interval`, chooser: 'State',
    details: [{ title: 'Probability of being best' }, { title: 'Visits', numeric: true }, { title: 'Q-learning', numeric: true }, { title: 'Double Q-learning', numeric: true }],
    groups: order.map(s => ({
      name: shortNameOf(found, s),
      items: [...result.states[s]!.actions].sort((a, b) => b.q - a.q).map(action => ({
        name: result.actions[action.action]!, estimate: action.q, low: action.low, high: action.high, details: [formatPercent(action.best), action.visits, action.qLearning, action.doubleQ],
      })),
    })),
  };
}
