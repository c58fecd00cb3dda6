/** The upper-level field of a report on decisions. */
import type { DecidedState, LearnerFigures, ReportDecisions } from '../../protocol/decisions';
import { stateValues, type Experience } from '../policy/experience';
import type { FittedQ } from '../policy/fittedQ';
import type { FittedTrial } from '../policy/fittedTrial';
import { influenceOn } from '../policy/influence';
import type { LearnerSummary } from '../policy/learnPolicy';
import { tieWidth } from '../policy/solve';
import { bestActions, fittedSentence, interestingPairs, mostCompared, policySentence, rateText, type Decided } from './decisionWords';

/** States in the report, and pairs of a state and an action; the model file has all states. */
const mostStates = 5000;
const mostPairs = 16_000;
/** Pairs that a Q-value is taken apart into. */
const mostParts = 12;

export function reportDecisions(found: Decided): ReportDecisions {
  const { experience, result, solution } = found;
  const { offPolicy, states } = result;
  return {
    sentence: policySentence(found), transitions: result.transitions, ...(result.episodes !== undefined && { episodes: result.episodes }),
    states: states.length, actions: result.actions, stateColumns: result.stateColumns, discount: solution.discount, policy: policyOf(found),
    uncertain: states.filter(state => state.uncertain).length, unsupported: states.filter(state => state.unsupported).length,
    exact: result.exact, qLearning: figures(result.qLearning), doubleQ: figures(result.doubleQ), posteriorDraws: result.posterior.draws,
    ...(offPolicy && {
      offPolicy: {
        unit: offPolicy.unit, units: offPolicy.units, estimator: offPolicy.headline.name, policy: interval(offPolicy.headline), behaviour: interval(offPolicy.behaviour), gain: interval(offPolicy.gain),
        ...(offPolicy.effectiveEpisodes !== undefined && { effectiveEpisodes: offPolicy.effectiveEpisodes }), agreement: offPolicy.agreement,
        estimates: offPolicy.estimates.map(estimate => ({ name: estimate.name, ...interval(estimate) })),
      },
    }),
    sensitivity: result.sensitivity.map(({ vary, setting, chosen, value, agreement }) => ({
      vary, setting: typeof setting === 'number' ? setting : rateText(setting), chosen, ...(value !== undefined && { value }), agreement,
    })),
    restsOn: interestingPairs(found).map(({ pair, why }) => {
      const { state, action, q, standardError, top } = influenceOn(experience, found.mdp, solution, pair, mostParts);
      return { state, action, why, q, standardError, on: top.map(part => ({ state: part.state, action: part.action, share: part.share, contribution: part.contribution, visits: part.visits, rows: part.outcomes.flatMap(({ rows }) => rows).sort((a, b) => a - b).slice(0, 5) })) };
    }),
  };
}

function interval({ value, low, high }: { value: number; low: number; high: number }): { value: number; low: number; high: number } {
  return { value, low, high };
}

function figures({ sweeps, updates, largestDistance, meanDistance, agreement }: LearnerSummary): LearnerFigures {
  return { sweeps, updates, largestDistance, meanDistance, agreement };
}

function policyOf(found: Decided): DecidedState[] {
  const { result, solution } = found;
  const { states, actions } = result;
  const width = tieWidth(solution.q);
  const most = Math.min(mostStates, Math.max(1, Math.floor((mostPairs * states.length) / Math.max(1, found.mdp.pairs))));
  const order = states.map((_, s) => s);
  const shown = states.length <= most ? order : order.sort((a, b) => states[b]!.visits - states[a]!.visits || a - b).slice(0, most).sort((a, b) => a - b);
  return shown.map(s => {
    const { values, visits, value, greedy, certainty, uncertain, unsupported, actions: own } = states[s]!;
    const best = bestActions(found, s, width);
    return {
      state: values, visits, value, ...(greedy !== undefined && { action: actions[greedy]!, certainty }), ...(best.length > 1 && { alsoBest: best.map(a => actions[a]!) }), uncertain, unsupported,
      actions: own.map(({ action, visits: count, q, low, high, best: probability, qLearning, doubleQ }) => ({ action: actions[action]!, visits: count, q, low, high, best: probability, qLearning, doubleQ })),
    };
  });
}

/** States in the table, evenly spread over those that the log shows. */
const mostFitted = 60;

/** Values of states without bins, beside the actions of the table. `experience`: the rows of `found`, without bins. */
export function fittedFields(found: Decided, experience: Experience, fitted: FittedQ, trial: FittedTrial | undefined): NonNullable<ReportDecisions['fitted']> {
  const best = (state: number): { a: number; q: number; distance: number } => {
    const options = fitted.at(state).flatMap((option, a) => (option ? [{ a, ...option }] : []));
    return options.reduce((most, option) => (option.q > most.q ? option : most), options[0]!);
  };
  const seen = [...new Set(experience.state)].sort((a, b) => a - b);
  const states = spread(seen.length, mostFitted).map(k => {
    const { a, q, distance } = best(seen[k]!);
    return { state: stateValues(experience.states, seen[k]!), action: experience.actions[a]!, value: q, distance };
  });
  const rows = spread(experience.size, mostCompared);
  let [same, distances] = [0, 0];
  for (const i of rows) {
    const { a, distance } = best(experience.state[i]!);
    distances += distance / rows.length;
    const binned = found.experience.state[i]!;
    const own = found.mdp.stateStart[binned]!;
    for (let p = own; p < found.mdp.stateStart[binned + 1]!; p++) {
      if (found.mdp.pairAction[p] === a && found.solution.q[p]! >= found.solution.v[binned]! - tieWidth(found.solution.q)) same++;
    }
  }
  const fields = {
    neighbours: fitted.neighbours, transitions: fitted.transitions.length, agreement: same / rows.length, distance: distances, rowsABin: experience.size / found.mdp.pairs, states, ...(trial && { trial }),
  };
  return { ...fields, sentence: fittedSentence(fields) };
}

/** Places evenly spread over `count`, at most `most`. */
function spread(count: number, most: number): number[] {
  const step = Math.max(1, count / most);
  return Array.from({ length: Math.min(most, count) }, (_, k) => Math.floor(k * step));
}
