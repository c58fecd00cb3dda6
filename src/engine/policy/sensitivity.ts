/** How the learned policy depends on the discount, the learning rate and the exploration. */
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Rng } from '../math/random';
import { epsilonGreedy, policyValues } from './evaluatePolicy';
import type { Experience } from './experience';
import type { Mdp } from './mdp';
import { agreement, replay, type LearningRate } from './qLearning';
import { shuffledLog, type ShuffledLog } from './shuffledLog';
import { solveMdp, type Solution } from './solve';

export interface SensitivityRow {
  readonly vary: 'discount' | 'learningRate' | 'exploration';
  readonly setting: number | LearningRate;
  /** Whether this is the setting of the run. */
  readonly chosen: boolean;
  /** Value of the setting's policy in the estimated process from the first states on, all with the discount of the run. Model-based, so for comparison among these rows only. Absent where it has no limit. */
  readonly value?: number;
  /** Share of the states in which the setting's greedy action is as good as the best one of the run. */
  readonly agreement: number;
  /** Largest and mean difference of its Q-values to the certainty-equivalence ones of its discount; exploration and discount: 0. */
  readonly largestDistance: number;
  readonly meanDistance: number;
}

export interface SensitivityOptions {
  readonly rate: LearningRate;
  readonly epsilon: number;
  readonly discounts?: readonly number[];
  readonly rates?: readonly LearningRate[];
  readonly epsilons?: readonly number[];
  /** Passes over the log for each learning rate. */
  readonly sweeps?: number;
}

export const defaultDiscounts: readonly number[] = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995];
export const defaultRates: readonly LearningRate[] = [
  { kind: 'rescaled' }, { kind: 'polynomial', omega: 0.6 }, { kind: 'polynomial', omega: 0.8 }, { kind: 'polynomial', omega: 1 },
  { kind: 'constant', rate: 0.01 }, { kind: 'constant', rate: 0.1 }, { kind: 'constant', rate: 0.5 }, { kind: 'constant', rate: 1 },
];
export const defaultEpsilons: readonly number[] = [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1];

const updatesOfARate = 1.5e6;
/** Logs with more rows get fewer rates, since each takes passes over all of them. */
const manyRows = 5e5;
/** Processes with more outcomes get fewer settings, and values to a share of the largest one that still shows their differences. */
const manyOutcomes = 1e5;
const toleranceOfMany = 1e-6;
const discountsOfMany: readonly number[] = [0.5, 0.9, 0.95, 0.99];
const ratesOfMany: readonly LearningRate[] = [{ kind: 'rescaled' }, { kind: 'polynomial', omega: 0.8 }, { kind: 'constant', rate: 0.1 }];
const epsilonsOfMany: readonly number[] = [0, 0.05, 0.2, 1];

/**
 * Discounts and explorations change what is optimal, rates only how well it is found. Exploration ε is that of the policy that would be carried out: with probability ε
 * an action drawn evenly among those the log holds in the state. (The log is fixed, so nothing explores while learning.)
 */
export async function sensitivity(experience: Experience, mdp: Mdp, solution: Solution, options: SensitivityOptions, rng: Rng, context: WorkContext, log: ShuffledLog = shuffledLog(experience, mdp, rng)): Promise<SensitivityRow[]> {
  const start = startWeights(experience);
  const many = mdp.target.length > manyOutcomes;
  const scale = Math.max(1, solution.v.reduce((most, v) => Math.max(most, Math.abs(v)), 0));
  const tolerance = many ? toleranceOfMany * scale : undefined;
  const value = (greedy: Int32Array, epsilon: number): number | undefined => unlessUnlimited(() => weighted(start, policyValues(mdp, epsilonGreedy(mdp, greedy, epsilon), solution.discount, solution.v, tolerance ?? 1e-8)));
  const same = (a: LearningRate, b: LearningRate): boolean => JSON.stringify(a) === JSON.stringify(b);
  const rows: SensitivityRow[] = [];
  const row = (vary: SensitivityRow['vary'], setting: number | LearningRate, chosen: boolean, greedy: Int32Array, epsilon: number, distance = [0, 0]): void => {
    const worth = value(greedy, epsilon);
    rows.push({ vary, setting, chosen, ...(worth !== undefined && { value: worth }), agreement: agreement(mdp, greedy, solution), largestDistance: distance[0]!, meanDistance: distance[1]! });
  };
  for (const discount of [...new Set([...(options.discounts ?? (many ? discountsOfMany : defaultDiscounts)), solution.discount])].sort((a, b) => a - b)) {
    const { greedy } = discount === solution.discount ? solution : await solveMdp(mdp, { discount, ...(tolerance !== undefined && { tolerance: tolerance / 10 }) }, context);
    row('discount', discount, discount === solution.discount, greedy, 0);
  }
  const rates = options.rates ?? (many || experience.size > manyRows ? ratesOfMany : defaultRates);
  const sweeps = options.sweeps ?? Math.max(3, Math.min(200, Math.round(updatesOfARate / experience.size)));
  for (const rate of rates.some(known => same(known, options.rate)) ? rates : [options.rate, ...rates]) {
    const learned = await replay(experience, mdp, solution, { discount: solution.discount, rate, sweeps }, rng, context, log);
    row('learningRate', rate, same(rate, options.rate), learned.greedy, 0, [learned.largestDistance, learned.meanDistance]);
  }
  for (const epsilon of [...new Set([...(options.epsilons ?? (many ? epsilonsOfMany : defaultEpsilons)), options.epsilon])].sort((a, b) => a - b)) {
    row('exploration', epsilon, epsilon === options.epsilon, solution.greedy, epsilon);
  }
  return rows;
}

/** Undefined where a policy goes on for ever, which only a discount of 1 does not bound. */
export function unlessUnlimited<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (UserError.is(error, 'numerical')) return undefined;
    throw error;
  }
}

/** Share of each state among the first states of episodes; without episodes, among all states of the log that are left. */
export function startWeights(experience: Experience): Float64Array {
  const weights = new Float64Array(experience.states.count);
  const { episodes, state, size } = experience;
  if (episodes) for (let e = 0; e < episodes.count; e++) weights[state[episodes.order[episodes.start[e]!]!]!]! += 1 / episodes.count;
  else for (let i = 0; i < size; i++) weights[state[i]!]! += 1 / size;
  return weights;
}

export function weighted(weights: Float64Array, values: Float64Array): number {
  return weights.reduce((sum, weight, s) => sum + weight * values[s]!, 0);
}
