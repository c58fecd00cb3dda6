/** What the policy rests on: how often the log shows what, where it leaves the policy open, and which transitions make a Q-value. */
import type { ReportDecisions } from '../../protocol/decisions';
import type { Section } from '../../protocol/report';
import { doubtText, nameOf, type Decided } from './decisionWords';
import { countOf, formatCount, formatNumber, formatPercent } from './format';

export function evidenceSections(found: Decided, fields: ReportDecisions): Section[] {
  return [visitsSection(found), doubtSection(found), restsOnSection(fields)];
}

const counts = [[1, 1], [2, 4], [5, 9], [10, 29], [30, 99], [100, 999], [1000, Infinity]] as const;

function visitsSection({ mdp, result }: Decided): Section {
  const bins = counts.map(([low, high]) => ({ low, high, pairs: 0, rows: 0 }));
  for (const visits of mdp.visits) {
    const bin = bins.find(({ high }) => visits <= high)!;
    bin.pairs++;
    bin.rows += visits;
  }
  const left = result.states.filter(({ greedy }) => greedy !== undefined).length;
  const never = left * result.actions.length - mdp.pairs;
  const few = mdp.visits.reduce((sum, visits) => sum + Number(visits < result.options.fewestVisits), 0);
  return {
    kind: 'table', id: 'visits', panel: 'evidence', title: 'How often the log shows each action in each state',
    summary: `${never === 0 ? `All ${formatCount(mdp.pairs)} pairs of a state and an action occur` : `Of ${formatCount(never + mdp.pairs)} pairs of a state and an action ${formatCount(never)} never occur, so nothing is known of them`}; ${formatCount(few)} occur fewer than ${result.options.fewestVisits} times. The heat map of values has the visits of each pair.`,
    method: `Counts of ${countOf(result.transitions, 'transition')}`,
    header: [{ title: 'Times in the log' }, { title: 'Pairs', numeric: true }, { title: 'Share of the pairs' }, { title: 'Transitions', numeric: true }],
    rows: [
      ['never', never, formatPercent(never / Math.max(1, never + mdp.pairs)), 0] as (string | number)[],
      ...bins.filter(({ pairs }) => pairs > 0).map(({ low, high, pairs, rows }) => [low === high ? `${low}` : Number.isFinite(high) ? `${low} to ${high}` : `${formatCount(low)} or more`, pairs, formatPercent(pairs / (never + mdp.pairs)), rows]),
    ],
  };
}

const mostDoubtful = 200;

function doubtSection(found: Decided): Section {
  const { result } = found;
  const left = result.states.flatMap((state, s) => (state.greedy === undefined ? [] : [s]));
  const doubtful = left.filter(s => result.states[s]!.uncertain || result.states[s]!.unsupported);
  const uncertain = doubtful.filter(s => result.states[s]!.uncertain).length;
  const shown = [...doubtful].sort((a, b) => result.states[a]!.certainty - result.states[b]!.certainty || a - b).slice(0, mostDoubtful);
  return {
    kind: 'table', id: 'doubtfulStates', panel: 'evidence', title: 'Where the policy is uncertain or unsupported',
    summary: doubtful.length === 0
      ? `In each of the ${countOf(left.length, 'state')} the best action is best with a probability of at least ${formatPercent(result.options.certainFrom)} and was tried at least ${result.options.fewestVisits} times.`
      : `In ${formatCount(uncertain)} of ${countOf(left.length, 'state')} the best action is best with a probability below ${formatPercent(result.options.certainFrom)}, in ${formatCount(doubtful.length - uncertain)} more it was tried fewer than ${result.options.fewestVisits} times.${shown.length < doubtful.length ? ` The ${formatCount(shown.length)} least certain are shown.` : ''} What the log lacks there are rows of the likeliest actions.`,
    method: `Probabilities from ${countOf(result.posterior.draws, 'draw')} of the process`,
    header: [{ title: 'State' }, { title: 'Best action' }, { title: 'Certainty' }, { title: 'Times tried', numeric: true }, { title: 'Rival' }, { title: 'Rival best with' }, { title: 'Why' }],
    rows: shown.map(s => {
      const state = result.states[s]!;
      const rival = [...state.actions].filter(({ action }) => action !== state.greedy).sort((a, b) => b.best - a.best)[0];
      return [nameOf(found, s), result.actions[state.greedy!]!, formatPercent(state.certainty), state.support, rival ? result.actions[rival.action]! : 'none', rival ? formatPercent(rival.best) : '', doubtText(state, result)];
    }),
  };
}

function restsOnSection({ restsOn }: ReportDecisions): Section {
  return {
    kind: 'estimates', id: 'restsOn', panel: 'evidence', title: 'Which transitions a Q-value rests on',
    summary: 'Following the policy from a state and action on, some transitions count again and again and others never. The points say how much of a Q-value’s discounted steps falls on the transitions of each state and action: where these are few or wrong, the value is.',
    method: 'Expected discounted visits under the policy (the derivative of Q by the mean rewards); standard errors by the delta method',
    xTitle: 'Share of the discounted steps', estimateName: 'Share', intervalName: '', chooser: 'Q-value',
    details: [{ title: 'Reward it adds', numeric: true }, { title: 'Transitions in the log', numeric: true }, { title: 'Rows of the file, the first ones' }],
    groups: restsOn.map(({ state, action, why, q, standardError, on }) => ({
      name: `${action} at ${state} (${why}): ${formatNumber(q)}${standardError > 0 ? ` ± ${formatNumber(standardError, 2)}` : ''}`,
      items: on.map(part => ({ name: `${part.state} · ${part.action}`, estimate: part.share, details: [part.contribution, part.visits, part.rows.join(', ')] })),
    })),
  };
}
