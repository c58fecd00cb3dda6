/**
 * Rewards of any size: what is best does not depend on their unit, but tolerances and sums of squares do. Very large and very small rewards are divided by a power of two,
 * which rounds nothing, and all that was learned is multiplied back.
 */
import { UserError } from '../../protocol/errors';
import type { LearnedPolicy, LearnerSummary, PolicyResult } from './learnPolicy';
import type { Mdp } from './mdp';
import type { OffPolicy } from './offPolicy';
import type { Solution } from './solve';

/** Largest rewards between these need no other unit. */
const [smallest, largest] = [0.5, 1e6];
/** Beyond, squares of rewards or of values leave the range of numbers. */
const [leastOfAll, mostOfAll] = [1e-100, 1e100];

/** A power of two; 1 where rewards are of a usual size. Throws 'numerical' where they are beyond all bounds. */
export function rewardUnit(rewards: Float64Array): number {
  const most = rewards.reduce((size, reward) => Math.max(size, Math.abs(reward)), 0);
  if (most === 0 || (most >= smallest && most <= largest)) return 1;
  if (most >= leastOfAll && most <= mostOfAll) return 2 ** Math.floor(Math.log2(most));
  const [size, tens] = [Number(most.toPrecision(2)), 10 ** Math.floor(Math.log10(most))];
  throw new UserError('numerical', `The rewards are as ${most > 1 ? `large as ${size}, too large to be added and squared` : `small as ${size}, too small to be squared`}; divide them all by one number, such as ${tens}: that changes values by as much and no decision.`);
}

/** What was learned from rewards that were divided by `unit`, in the rewards of the log. */
export function inUnits({ result, mdp, solution }: LearnedPolicy, unit: number): LearnedPolicy {
  const times = (values: Float64Array, by = unit): Float64Array => values.map(value => value * by);
  const scaledMdp: Mdp = { ...mdp, reward: times(mdp.reward), outcomeReward: times(mdp.outcomeReward), outcomeSquares: times(mdp.outcomeSquares, unit * unit) };
  const scaledSolution: Solution = { ...solution, q: times(solution.q), v: times(solution.v), error: solution.error * unit };
  return { result: resultInUnits(result, unit), mdp: scaledMdp, solution: scaledSolution };
}

function resultInUnits(result: PolicyResult, unit: number): PolicyResult {
  const { grid, offPolicy, posterior } = result;
  return {
    ...result,
    states: result.states.map(state => ({
      ...state, value: state.value * unit,
      actions: state.actions.map(action => ({ ...action, q: action.q * unit, low: action.low * unit, high: action.high * unit, qLearning: action.qLearning * unit, doubleQ: action.doubleQ * unit })),
    })),
    exact: { ...result.exact, error: result.exact.error * unit }, qLearning: learnerInUnits(result.qLearning, unit), doubleQ: learnerInUnits(result.doubleQ, unit),
    posterior: { ...posterior, prior: { ...posterior.prior, rewardVariance: posterior.prior.rewardVariance * unit * unit } },
    ...(offPolicy && { offPolicy: mapped(offPolicy, value => value * unit) }),
    sensitivity: result.sensitivity.map(row => ({ ...row, ...(row.value !== undefined && { value: row.value * unit }), largestDistance: row.largestDistance * unit, meanDistance: row.meanDistance * unit })),
    ...(grid && { grid: { ...grid, cells: grid.cells.map(cell => cell && { ...cell, value: cell.value * unit }) } }),
  };
}

function learnerInUnits(learner: LearnerSummary, unit: number): LearnerSummary {
  const curve = learner.curve.map(point => ({ ...point, change: point.change * unit, largestDistance: point.largestDistance * unit, meanDistance: point.meanDistance * unit, bias: point.bias * unit }));
  return { ...learner, curve, largestDistance: learner.largestDistance * unit, meanDistance: learner.meanDistance * unit };
}

/** Sums of many terms that cancel leave rounding in the place of 0. */
const rounding = 1e-11;

/** Values that are nothing beside the largest reward and value are 0: a difference of 1e-17 would be read as one. */
export function withoutRounding(offPolicy: OffPolicy, rewards: Float64Array, { q }: Pick<Solution, 'q'>): OffPolicy {
  let scale = 0;
  for (const values of [rewards, q]) for (const value of values) scale = Math.max(scale, Math.abs(value));
  return mapped(offPolicy, value => (Math.abs(value) <= rounding * scale ? 0 : value));
}

function mapped(offPolicy: OffPolicy, change: (value: number) => number): OffPolicy {
  const of = <T extends { readonly value: number; readonly low: number; readonly high: number }>(estimate: T): T => ({ ...estimate, value: change(estimate.value), low: change(estimate.low), high: change(estimate.high) });
  return { ...offPolicy, headline: of(offPolicy.headline), estimates: offPolicy.estimates.map(of), behaviour: of(offPolicy.behaviour), gain: of(offPolicy.gain) };
}
