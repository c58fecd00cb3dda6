/** Sections of decisions: the log and what the policy is worth, the policy as a grid or a table; values, evidence and learning have files of their own. */
import type { ReportDecisions } from '../../protocol/decisions';
import type { PolicyGridSection } from '../../protocol/policySections';
import type { Section } from '../../protocol/report';
import { anyOf, anyWillDo } from '../policy/anyAction';
import { startWeights } from '../policy/sensitivity';
import { tieWidth } from '../policy/solve';
import { bestActions, doubtText, shownStates, shownWords, type Decided } from './decisionWords';
import { countOf, formatCount, formatNumber, formatPercent } from './format';
import { evidenceSections } from './sectionsDecisionEvidence';
import { fittedPolicySections, fittedValueSections, type WithFitted } from './sectionsDecisionFitted';
import { learningSections } from './sectionsDecisionLearning';
import { valueSections } from './sectionsDecisionValues';
import { worthSections } from './sectionsDecisionWorth';

/** `fitted`: what fitted Q-iteration found, where it was asked for. */
export function decisionSections(found: Decided, fields: ReportDecisions, fitted?: WithFitted): Section[] {
  return [
    logSection(found, fields), ...worthSections(found), ...gridSection(found), policySection(found), ...(fitted ? fittedPolicySections(found, fitted) : []), ...valueSections(found), ...(fitted ? fittedValueSections(found, fitted) : []),
    ...evidenceSections(found, fields), ...learningSections(found),
  ];
}

function logSection({ experience, result, mdp, solution }: Decided, { sentence, uncertain, unsupported }: ReportDecisions): Section {
  const left = result.states.filter(state => state.greedy !== undefined).length;
  const rewards = experience.reward;
  const [low, high] = rewards.reduce(([least, most], reward) => [Math.min(least, reward), Math.max(most, reward)], [Infinity, -Infinity]);
  const rows: [string, string | number][] = [
    ['Transitions', result.transitions], ...(result.episodes === undefined ? [] : [['Episodes', result.episodes] as [string, number]]),
    ['States', result.states.length], ['States that decisions were taken in', left], ['Actions', result.actions.join(', ')],
    ['Pairs of a state and an action in the log', `${formatCount(mdp.pairs)} of ${formatCount(left * result.actions.length)}`],
    ['Rewards', low === high ? `always ${formatNumber(low)}` : `${formatNumber(low)} to ${formatNumber(high)}, mean ${formatNumber(rewards.reduce((sum, r) => sum + r / rewards.length, 0))}`],
    ['Discount', formatNumber(solution.discount)], ['States whose best action is uncertain', `${formatCount(uncertain)} of ${formatCount(left)}`],
    [`States whose action was tried fewer than ${result.options.fewestVisits} times`, `${formatCount(unsupported)} of ${formatCount(left)}`],
  ];
  return {
    kind: 'table', id: 'decisions', panel: 'overview', title: 'What was learned from the log', summary: sentence,
    method: `Certainty equivalence (exact), Q-learning and double Q-learning on ${countOf(result.transitions, 'transition')}`,
    assumptions: [...experience.assumed, 'The columns of the state say all that matters for what happens next.', 'Actions that the log never shows in a state are not judged.', 'The world that the log comes from is the one that decisions will be taken in.'],
    header: [{ title: 'Quantity' }, { title: 'Value' }], rows,
  };
}

function gridSection(found: Decided): PolicyGridSection[] {
  const { result, experience, solution } = found;
  const { grid, options, actions } = result;
  if (!grid) return [];
  const starts = experience.episodes ? startWeights(experience) : undefined;
  const width = tieWidth(solution.q);
  const cells = grid.cells.flatMap((cell, i) => {
    if (!cell) return [];
    const { certainty, support, uncertain, unsupported } = result.states[cell.state]!;
    return [{
      row: Math.floor(i / grid.columns.length), column: i % grid.columns.length, value: cell.value, best: bestActions(found, cell.state, width), visits: cell.visits,
      actionVisits: support, certainty, uncertain, unsupported, start: (starts?.[cell.state] ?? 0) > 0,
    }];
  });
  const doubtful = cells.filter(({ uncertain, unsupported }) => uncertain || unsupported).length;
  return [{
    kind: 'policyGrid', id: 'policyGrid', panel: 'policy', title: 'The best action in each state',
    summary: `Each cell is a state, ${grid.down} down and ${grid.across} across; the arrow is its best action, the colour what the state is worth. ${doubtful === 0 ? 'No action is in doubt.' : `${countOf(doubtful, 'cell is', 'cells are')} hatched: the action is uncertain, or was hardly tried.`}`,
    method: `Greedy policy of the exact values of what the log shows, ${countOf(result.transitions, 'transition')}`,
    assumptions: ['Directions of arrows are the mean movement of each action in the log.'],
    across: grid.across, down: grid.down, columns: grid.columns, rows: grid.rows,
    actions: actions.map((name, a) => ({ name, ...(grid.arrows[a] ? { arrow: grid.arrows[a] } : {}) })),
    certainFrom: options.certainFrom, fewestVisits: options.fewestVisits, cells,
  }];
}

/** Rows of the table of the policy. */
const mostRows = 1000;

function policySection(found: Decided): Section {
  const { result, experience, solution } = found;
  const shown = shownStates(found, mostRows);
  const width = tieWidth(solution.q);
  return {
    kind: 'table', id: 'policyTable', panel: 'policy', title: 'The policy, state by state',
    summary: `What to do in ${shownWords(shown.length, found)}, what that is worth, and how surely it is the best: the probability that no other action of the log is better.`,
    method: `Greedy policy of the exact values of what the log shows; probabilities from ${countOf(result.posterior.draws, 'draw')} of the process`,
    header: [
      ...experience.states.fields.map(({ name }) => ({ title: name })), { title: 'Best action' }, { title: 'As good' }, { title: 'Value', numeric: true }, { title: 'Certainty' },
      { title: 'Times tried', numeric: true }, { title: 'Visits of the state', numeric: true }, { title: 'Caution' },
    ],
    rows: shown.map(s => {
      const state = result.states[s]!;
      const best = bestActions(found, s, width).map(a => result.actions[a]!);
      const [first, ...others] = anyWillDo(state) ? [anyOf(best)] : best;
      return [...state.values, first!, others.join(', '), state.value, anyWillDo(state) ? '' : formatPercent(state.certainty), state.support, state.visits, doubtText(state, result)];
    }),
  };
}
